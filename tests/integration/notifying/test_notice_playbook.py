# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices as people get them: of a backup, of a run that was killed, from `rawat status`; wrong ones touch nothing."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.notifying.listening import Ear, listening
from integration.paper.mailroom import HOST
from integration.paper.test_delivery_playbook import Watch
from integration.wrapper.conftest import Controller, held
from prometheus_client.openmetrics.parser import text_string_to_metric_families

SECRETS = ('5ecret-of-the-hook', '5ecret-of-the-ping', '5ecret-of-the-service', 'k3y-of-sixteen-characters')
PATIENCE = 90  # seconds; a condition that is waited for comes in a few


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    return Controller(tmp_path)


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as found:
        yield found


def notify(ear: Ear, **more: Any) -> dict[str, Any]:
    hook, ping, service, key = SECRETS
    return {
        'webhook': {'url': ear.url(hook), 'secret': key},
        'healthchecks_url': ear.url(ping),
        'urls': [f'json://{HOST}:{ear.port}/{service}'],
        'pause_seconds': 0,
        **more,
    }


def kinds(ear: Ear) -> list[str]:
    return [path.split('?')[0].removeprefix('/') for path in ear.paths()]


def test_one_digest_tells_a_run_of_failing_sites_and_no_secret_lies_anywhere(controller: Controller, ear: Ear) -> None:
    hook, ping, service, _key = SECRETS
    sites = [controller.site(f'situs-{number}') for number in range(6)]
    for site in sites[1:]:
        Path(site['databases'][0]['path']).unlink()
    controller.write_inventory(web1=controller.host(*sites, website_notify=notify(ear, attempts=1)))
    ear.answers = [500, 200, 503]  # of the start, which nobody waits for, and of the webhook, which is tried again
    with Watch(SECRETS) as watch:
        ended = controller.run('backup', '-i', str(controller.inventory), '-vvv', RAWAT_LANG='en')
        assert ended.returncode == 1, ended.stdout + ended.stderr
        assert kinds(ear) == [f'{ping}/start', f'{ping}/fail', hook, service]
        assert len(list(controller.filing.glob('.notices/*.json'))) == 1
        again = controller.run('report', '--deliver', '-i', str(controller.inventory), RAWAT_LANG='en')
    assert again.returncode == 0, again.stdout + again.stderr
    assert kinds(ear)[4:] == [hook]
    assert list(controller.filing.glob('.notices/*.json')) == []
    told = json.loads(ear.heard[2].body)
    assert told['counts'] == {'complete': 1, 'failed': 5}
    assert told['subject'] == 'Pencadangan situs web: GAGAL, 5 dari 6 situs'
    assert 'rawat backup --failed' in told['text']
    assert watch.looks > 5
    assert watch.seen == []
    said = ended.stdout + ended.stderr + again.stdout + again.stderr
    left = b''.join(path.read_bytes() for path in controller.filing.rglob('*') if path.is_file())
    left += b''.join(path.read_bytes() for path in controller.runtime.rglob('*') if path.is_file())
    assert len(left) > 1000
    for secret in SECRETS:
        assert secret not in said
        assert secret.encode() not in left
    log = next(controller.filing.rglob('ansible.log')).read_text(encoding='utf-8')
    assert 'ping to start was not sent' in log
    assert 'HTTP 500' in log


def test_a_run_that_was_killed_is_told_by_the_wrapper(controller: Controller, ear: Ear) -> None:
    site = controller.site('alpha')
    given = {'webhook': {'url': ear.url('hook')}, 'healthchecks_url': ear.url('hc')}
    controller.write_inventory(web1=controller.host(site, website_notify=given))
    with held(site):  # so that it is surely at work when it is killed
        process = controller.start('backup', '-i', str(controller.inventory), RAWAT_LANG='en')
        waited(lambda: bool(ear.heard))
        os.kill(playbook_of(process.pid), signal.SIGKILL)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1, out + err
    assert kinds(ear) == ['hc/start', 'hc/fail', 'hook']
    told = json.loads(ear.heard[-1].body)
    assert (told['died'], told['outcome']) == ('killed', 'failed')
    assert {group['cause'] for group in told['failures']} == {'died'}
    assert 'Proses berhenti sebelum selesai' in told['text']


def playbook_of(parent: int) -> int:
    """The ansible-playbook that this process started."""
    for path in Path('/proc').glob('[0-9]*/stat'):
        try:
            fields = path.read_text(encoding='utf-8').rpartition(')')[2].split()
            command = path.with_name('cmdline').read_bytes()
        except OSError:
            continue
        if int(fields[1]) == parent and b'ansible-playbook' in command:
            return int(path.parent.name)
    raise AssertionError('no ansible-playbook runs')


def waited(condition: Any) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, 'it did not come'
        time.sleep(0.1)


def test_wrong_settings_are_one_message_before_anything_is_touched(controller: Controller, ear: Ear) -> None:
    wrong = {
        'success_url': 'http://example.go.id/5ecret-of-the-ping',
        'mail': {'recipients': ['Rini <rini@example.go.id>']},
        'urls': ['nosuch://5ecret-of-the-service'],
        'openmetrics': 'here.txt',
        'attempts': 0,
    }
    controller.write_inventory(web1=controller.host(controller.site('alpha'), website_notify=wrong))
    ended = controller.run('backup', '-i', str(controller.inventory), RAWAT_LANG='en')
    assert ended.returncode == 2
    fields = ('success_url is not https', 'mail.recipients', 'mail has no mail server', 'urls: number 1', 'attempts 0')
    for field in (*fields, "openmetrics '"):
        assert ended.stderr.count(f'website_notify.{field}') == 1, field
    assert not any(secret in ended.stdout + ended.stderr for secret in SECRETS)
    assert not (controller.folder / 'repository').exists()
    assert ear.heard == []


def test_status_is_a_plugin_and_writes_figures_and_pings_nobody(controller: Controller, ear: Ear) -> None:
    given = {'healthchecks_url': ear.url('hc')}
    web1 = controller.host(controller.site('alpha'), website_notify=given)
    gone = {'store': 'archive', 'location': str(controller.folder / 'unplugged')}
    web2 = controller.host(controller.site('beta'), website_notify=given, website_repository=gone)
    controller.write_inventory(web1=web1, web2=web2)
    inventory, path = str(controller.inventory), controller.folder / 'rawat.prom'
    assert controller.run('backup', '-i', inventory, '--only', 'alpha').returncode == 0
    bad = controller.run('status', '-i', inventory, '--check', '--openmetrics', str(path), RAWAT_LANG='en')
    assert bad.returncode == 2, bad.stdout + bad.stderr
    first, *others = bad.stdout.splitlines()
    assert first.startswith('RAWAT CRITICAL - 1 critical, 1 warnings, 2 sites: site beta: its repository could not be')
    assert ' | sites=2;;;0 critical=1;;;0 warning=1;;;0 oldest_good=' in first
    assert any(line.startswith('WARNING: site alpha: was never proved') for line in others)
    assert any("'age alpha'=" in line for line in others)
    families = {family.name: family for family in text_string_to_metric_families(path.read_text(encoding='utf-8'))}
    readable = {one.labels['site']: one.value for one in families['rawat_site_readable'].samples}
    assert readable == {'alpha': 1, 'beta': 0}
    assert families['rawat_check_state'].samples[0].value == 2
    unknown = controller.run('status', '-i', str(controller.folder / 'nothing.yml'), '--check', RAWAT_LANG='en')
    assert unknown.returncode == 3
    assert unknown.stdout.startswith('RAWAT UNKNOWN - ')
    assert ear.heard == []  # a run of one site quiets no dead-man, and who only looks begins no run
