# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat verify` and `rawat restore` on this machine: grades, plans, the typed word, exit codes."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from .conftest import PATIENCE, Controller


def page_of(controller: Controller) -> Path:
    return controller.folder / 'sites' / 'arsip' / 'index.html'


def backed_up(controller: Controller) -> None:
    """The site 'arsip', served as static files, with a recovery point; afterwards it is defaced."""
    site = {**controller.site('arsip'), 'url': 'http://arsip.invalid/', 'probes': [{'path': '/', 'contains': 'arsip'}]}
    controller.write_inventory(localhost=controller.host(site, controller.site('other')))
    ended = controller.run('backup', '-i', 'hosts.yml', '--only', 'arsip')
    assert ended.returncode == 0, ended.stdout + ended.stderr
    page_of(controller).write_text('defaced', encoding='utf-8')


def test_the_demo_ends_with_a_drill_of_grade_a(controller: Controller, tmp_path: Path) -> None:
    ended = controller.run('demo', '--json')
    assert ended.returncode == 0, ended.stdout + ended.stderr
    document = json.loads(ended.stdout)
    drill = document['verify']['sites'][0]['drill']
    assert (drill['grade'], drill['differences']) == ('A', [])
    assert all(page['equal'] for page in drill['pages'])
    assert len(drill['pages']) >= 5  # the home page, and pages that come out of the database
    status = json.loads(controller.run('status', '-i', 'rawat-demo/inventory', '--json').stdout)
    assert status['sites'][0]['points'][0]['drill']['grade'] == 'A'
    assert [path.name for path in (tmp_path / 'rawat-demo').iterdir() if 'drill' in path.name] == []


def test_a_drill_says_its_grade_and_status_knows_it(controller: Controller) -> None:
    backed_up(controller)
    assert 'never drilled' in controller.run('status', '-i', 'hosts.yml', '--only', 'arsip').stdout
    ended = controller.run('verify', '-i', 'hosts.yml', '--only', 'arsip')
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for words in ('arsip', 'the site answered as recorded', 'Report: '):
        assert words in ended.stdout
    status = controller.run('status', '-i', 'hosts.yml', '--only', 'arsip').stdout
    assert 'never' not in status
    assert page_of(controller).read_text(encoding='utf-8') == 'defaced'


def test_a_restore_without_the_word_shows_the_plan_changes_nothing_and_ends_with_2(controller: Controller) -> None:
    backed_up(controller)
    filed = sorted(controller.filing.rglob('*'))
    ended = controller.run('restore', '-i', 'hosts.yml', '--only', 'arsip')
    assert ended.returncode == 2, ended.stdout + ended.stderr
    for words in ('Plan to restore arsip', 'OVERWRITES', 'Nothing was changed', '--confirm arsip'):
        assert words in ended.stdout
    assert page_of(controller).read_text(encoding='utf-8') == 'defaced'
    assert sorted(controller.filing.rglob('*')) == filed
    assert controller.run('restore', '-i', 'hosts.yml').returncode == 2
    assert controller.run('restore', '-i', 'hosts.yml', '--only', 'arsip', '--plan', '--json').returncode == 0


def test_the_typed_name_of_the_site_is_the_word_and_nothing_else_is(controller: Controller) -> None:
    backed_up(controller)
    refused = at_a_terminal(controller, 'yes')
    assert 'nothing was changed' in refused[1]
    assert refused[0] == 2
    assert page_of(controller).read_text(encoding='utf-8') == 'defaced'
    code, seen = at_a_terminal(controller, 'arsip')
    assert page_of(controller).read_text(encoding='utf-8') == '<h1>arsip</h1>\n', seen
    assert 'The way back' in seen
    assert code in (0, 1)  # 1: nobody serves this site, so it does not answer afterwards


def at_a_terminal(controller: Controller, word: str) -> tuple[int, str]:
    """Exit code and output of `rawat restore` for somebody who types `word` when asked."""
    ours, theirs = pty.openpty()
    command = [sys.executable, '-m', 'rawat', 'restore', '-i', 'hosts.yml', '--only', 'arsip']
    process = subprocess.Popen(
        command, cwd=controller.folder, env=controller.environment(TERM='dumb'),
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, f'{word}\n'.encode())  # waits in the terminal until somebody reads a line
    seen = b''
    try:
        while block := os.read(ours, 65536):
            seen += block
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return process.wait(timeout=PATIENCE), seen.decode('utf-8', 'replace')
