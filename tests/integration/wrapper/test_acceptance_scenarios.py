# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Acceptance scenarios of the procedure that need whole runs; docs/procedure.md says where the others are tested."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

from .conftest import Controller


def letter(controller: Controller, number: str = 'DISP-0007/I/2026') -> str:
    """Write an assignment of today; returns its file."""
    name = f'letter-{number.replace("/", "-")}.yml'
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7))).date().isoformat()
    people = ('--assigner', 'Ratna Wulandari', '--officer', 'Budi Santoso')
    ended = controller.run('assign', '--number', number, '--date', today, *people, '--output', name)
    assert ended.returncode == 0, ended.stderr
    return name


def newest(controller: Controller) -> tuple[Path, dict[str, Any]]:
    """The folder and the record of the newest run."""
    path = max(controller.filing.glob('*/*/*/record.json'), key=lambda one: one.parent.name)
    return path.parent, json.loads(path.read_bytes())


def fingerprint(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob('*')) if path.is_file()}  # fmt: skip


def test_a_partial_failure_is_a_report_and_leaves_the_last_good_copy_as_it_was(controller: Controller) -> None:
    """Scenario 3: A is good, B has a remark, C fails."""
    sites = [controller.site(name) for name in ('arsip', 'berita', 'curah')]
    controller.write_inventory(localhost=controller.host(*sites, website_language='id'))
    file = letter(controller)
    assert controller.run('backup', '-i', 'hosts.yml', '--assignment', file).returncode == 0
    good = fingerprint(controller.folder / 'repository' / 'curah')
    (Path(sites[1]['webroots'][0]['path']) / 'shared').symlink_to('/srv/elsewhere')
    Path(sites[2]['databases'][0]['path']).write_bytes(b'this is no database any more' * 100)
    ended = controller.run('backup', '-i', 'hosts.yml', '--assignment', file)
    assert ended.returncode == 1, ended.stdout
    folder, record = newest(controller)
    assert {site['site']: site['outcome'] for site in record['sites']} == {
        'arsip': 'complete', 'berita': 'remarks', 'curah': 'failed',
    }  # fmt: skip
    page = (folder / 'report.html').read_text(encoding='utf-8')
    assert all(words in page for words in ('BERHASIL DENGAN CATATAN', 'GAGAL', 'is not a SQLite database', 'shared'))
    assert (folder / 'report.pdf').exists()
    rows = [json.loads(line) for line in (controller.filing / 'register.jsonl').read_text().splitlines()]
    assert [row['status'] for row in rows] == ['complete', 'failed']
    after = fingerprint(controller.folder / 'repository' / 'curah')
    assert {name: after.get(name) for name in good} == good


def test_a_defaced_site_comes_back_from_paper_first_aside_then_in_its_place(controller: Controller) -> None:
    """Scenario 10: held, the changed files are told, an isolated restore, minutes, a safety point, the way back."""
    site = controller.site('arsip')
    root = Path(site['webroots'][0]['path'])
    controller.write_inventory(localhost=controller.host(site))
    assert controller.run('backup', '-i', 'hosts.yml', '--assignment', letter(controller)).returncode == 0
    good = (root / 'index.html').read_text(encoding='utf-8')
    (root / 'index.html').write_text('hacked', encoding='utf-8')
    (root / 'shell.php').write_text('<?php', encoding='utf-8')
    assert controller.run('register', '-i', 'hosts.yml', '--hold', '1', 'situs diretas').returncode == 0
    assert controller.run('backup', '-i', 'hosts.yml', '--assignment', letter(controller, 'DISP-8')).returncode == 0
    _folder, record = newest(controller)
    (webroot,) = record['sites'][0]['webroots']
    assert (webroot['added'], webroot['changed'], webroot['removed']) == (1, 1, 0)
    (entry,) = json.loads(controller.run('register', '-i', 'hosts.yml', 'arsip', '--json').stdout)['entries'][:1]
    assert entry['held']

    number, aside = ('--only', 'arsip', '--register', '1'), controller.folder / 'aside'
    where = ('--to-path', str(aside / 'tree'), '--to-database', str(aside / 'arsip.db'), '--confirm', 'arsip')
    refused = controller.run('restore', '-i', 'hosts.yml', *number, *where)
    assert refused.returncode == 1
    assert f'there is no directory {aside}: make it' in refused.stdout
    aside.mkdir()
    ended = controller.run('restore', '-i', 'hosts.yml', *number, *where)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [path.read_text(encoding='utf-8') for path in aside.rglob('index.html')] == [good]
    assert (root / 'index.html').read_text(encoding='utf-8') == 'hacked'

    point = entry['report']['sites'][0]['recovery_point']
    drilled = controller.run('verify', '-i', 'hosts.yml', '--point', point, '--assignment', 'letter-DISP-8.yml')
    assert drilled.returncode == 0, drilled.stdout + drilled.stderr
    folder, record = newest(controller)
    assert (folder / 'minutes.pdf').exists()
    assert record['register']['number'].startswith('0003/')
    assert record['sites'][0]['drill']['rto_milliseconds'] > 0

    ended = controller.run('restore', '-i', 'hosts.yml', *number, '--confirm', 'arsip')
    assert ended.returncode == 0, ended.stdout + ended.stderr
    _folder, record = newest(controller)
    assert record['sites'][0]['restore']['safety_point']
    assert (root / 'index.html').read_text(encoding='utf-8') == good
    assert not (root / 'shell.php').exists()
