# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivery as people run it: `rawat backup`, `rawat report --deliver`, the feed; and no secret anywhere."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.paper.mailroom import HOST, PASSWORD, USER, Hook, Postbox, StartTls, certificate, running, webhook
from integration.wrapper.conftest import Controller

TOKEN = 'tok-5f1e8a77c0ffee'


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    return Controller(tmp_path)


class Watch:
    """The command lines of every process of this machine, looked at for as long as the block lasts."""

    def __init__(self, secrets: tuple[str, ...]):
        self.secrets, self.seen, self.looks = secrets, list[str](), 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.05):
            listing = subprocess.run(['ps', '-eo', 'args', '-ww'], capture_output=True, text=True, check=True).stdout
            self.looks += 1
            self.seen += [line for line in listing.splitlines() if any(secret in line for secret in self.secrets)]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return certificate(tmp_path)


@pytest.fixture
def hook(files: tuple[Path, Path]) -> Iterator[tuple[Hook, int]]:
    found = Hook()
    with webhook(found, files) as port:
        yield found, port


def delivery(files: tuple[Path, Path], port: int, hook_port: int) -> dict[str, Any]:
    return {
        'smtp': {
            'host': HOST, 'port': port, 'username': USER, 'password': PASSWORD, 'sender': 'rawat@example.go.id',
            'recipients': ['subkoordinator@example.go.id'], 'ca_file': str(files[0]), 'timeout': 20,
        },
        'webhook': {
            'url': f'https://{HOST}:{hook_port}/hooks/5ecret-path', 'token': TOKEN, 'ca_file': str(files[0]),
            'timeout': 20,
        },
        'attempts': 2,
        'pause_seconds': 0,
    }  # fmt: skip


def test_a_backup_delivers_what_it_can_and_report_deliver_the_rest(
    controller: Controller, files: tuple[Path, Path], hook: tuple[Hook, int]
) -> None:
    heard, hook_port = hook
    postbox, server = Postbox(), StartTls(Postbox(), files)
    server.handler = postbox
    heard.answers = [503, 503]
    with running(server) as port, Watch((PASSWORD, TOKEN, '5ecret-path')) as watch:
        controller.write_inventory(
            web1=controller.host(controller.site('alpha'), website_delivery=delivery(files, port, hook_port))
        )
        ended = controller.run('backup', '-i', str(controller.inventory), '-vvv', RAWAT_LANG='en')
        assert ended.returncode == 0, ended.stdout + ended.stderr  # what could not be delivered changes no outcome
        assert len(postbox.letters) == 1
        assert 'HTTP 503' in ended.stdout
        assert 'Not delivered yet: report' in ended.stdout
        again = controller.run('report', '--deliver', '-i', str(controller.inventory), RAWAT_LANG='en')
        assert again.returncode == 0, again.stdout + again.stderr
        nothing = controller.run('report', '--deliver', '-i', str(controller.inventory), RAWAT_LANG='id')
        assert 'Tidak ada laporan yang menunggu' in nothing.stdout
    assert len(postbox.letters) == 1
    assert len(heard.told) == 3
    assert list(controller.filing.glob('.outbox/*.json')) == []
    assert watch.looks > 5
    assert watch.seen == []
    said = ended.stdout + ended.stderr + again.stdout + again.stderr
    left = b''.join(path.read_bytes() for path in controller.filing.rglob('*') if path.is_file())
    left += b''.join(path.read_bytes() for path in controller.runtime.rglob('*') if path.is_file())
    for secret in (PASSWORD, TOKEN, '5ecret-path'):
        assert secret not in said
        assert secret.encode() not in left
    shown = controller.run('report', '-i', str(controller.inventory), RAWAT_LANG='en')
    assert 'Delivered to subkoordinator@example.go.id on ' in shown.stdout


def test_the_feed_tells_ages_and_no_location(controller: Controller) -> None:
    sites = [controller.site('alpha'), controller.site('beta')]
    controller.write_inventory(web1=controller.host(*sites))
    assert controller.run('backup', '-i', str(controller.inventory)).returncode == 0
    feed = json.loads((controller.filing / 'feed.json').read_bytes())
    assert [(site['site'], site['last_run']['outcome']) for site in feed['sites']] == [
        ('alpha', 'complete'), ('beta', 'complete'),
    ]  # fmt: skip
    first = {site['site']: site['verified'] for site in feed['sites']}
    assert all(0 <= site['age_seconds'] < 600 for site in feed['sites'])
    time.sleep(1.1)
    Path(sites[1]['databases'][0]['path']).write_bytes(b'no database at all, but long enough to be taken for one')
    assert controller.run('backup', '-i', str(controller.inventory)).returncode == 1
    text = (controller.filing / 'feed.json').read_text()
    alpha, beta = json.loads(text)['sites']
    assert alpha['verified']['taken'] > first['alpha']['taken']
    assert (beta['last_run']['outcome'], beta['verified']) == ('failed', first['beta'])
    assert str(controller.folder) not in text
    # The feed is only a view of the records: lost, it comes back the same but for the time.
    (controller.filing / 'feed.json').unlink()
    from ansible_collections.rawat.website.plugins.module_utils.issuing import feed as feeds

    feeds.write(str(controller.filing))
    anew = json.loads((controller.filing / 'feed.json').read_bytes())['sites']
    assert [site | {'age_seconds': 0} for site in anew] == [site | {'age_seconds': 0} for site in (alpha, beta)]


def test_a_delivery_that_is_set_wrongly_is_told_before_anything_is_touched(controller: Controller) -> None:
    wrong = {'smtp': {'host': 'mail.example.go.id', 'sender': 'rawat', 'recipients': [], 'password': PASSWORD}}
    controller.write_inventory(web1=controller.host(controller.site('alpha'), website_delivery=wrong))
    ended = controller.run('backup', '-i', str(controller.inventory))
    assert ended.returncode == 2
    for field in ('website_delivery.smtp.sender', 'website_delivery.smtp.recipients', 'username and password'):
        assert field in ended.stderr
    assert PASSWORD not in ended.stderr
    assert not controller.filing.exists()
    assert not (controller.folder / 'repository').exists()


def test_deliver_without_settings_says_so(controller: Controller) -> None:
    controller.write_inventory(web1=controller.host(controller.site('alpha')))
    ended = controller.run('report', '--deliver', '-i', str(controller.inventory), RAWAT_LANG='en')
    assert ended.returncode == 2
    assert 'website_delivery is not set' in ended.stderr
