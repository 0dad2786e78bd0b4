# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line without Ansible: help in two languages, usage errors, init, reports made again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from ansible_collections.rawat.website.plugins.module_utils import record as records
from unit import samples

VERBS = ('init', 'doctor', 'backup', 'status', 'report', 'demo', 'verify', 'restore')


def rawat(*arguments: str, directory: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, in `directory`."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(('RAWAT_', 'LC_', 'LANG'))}
    environment.update({'PYTHONPATH': os.pathsep.join(sys.path), 'COLUMNS': '160', **variables})
    command = [sys.executable, '-m', 'rawat', *arguments]
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_help_names_every_verb_in_the_users_language(tmp_path: Path) -> None:
    english = rawat('--help', directory=tmp_path)
    assert english.returncode == 0
    assert all(f' {verb} ' in english.stdout for verb in VERBS)
    assert 'Back up the sites of the inventory.' in english.stdout
    assert 'Mencadangkan situs di inventaris.' in rawat('--help', directory=tmp_path, RAWAT_LANG='id').stdout
    assert 'Mencadangkan situs di inventaris.' in rawat('--help', directory=tmp_path, LANG='id_ID.UTF-8').stdout


@pytest.mark.parametrize(
    'arguments',
    [('backup',), ('backup', '-i', 'absent'), ('backup', '--nonsense'), ('nonsense',), ('report', '--language', 'de')],
)
def test_a_usage_error_is_exit_code_2_and_a_message_without_traceback(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    ended = rawat(*arguments, directory=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.strip()
    assert 'Traceback' not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_json_of_a_usage_error_is_one_object(tmp_path: Path) -> None:
    ended = rawat('backup', '-i', 'absent', '--json', directory=tmp_path)
    assert json.loads(ended.stdout)['exit_code'] == 2
    assert 'absent' in json.loads(ended.stdout)['errors'][0]


def test_init_writes_an_inventory_that_yaml_reads_and_never_overwrites_it(tmp_path: Path) -> None:
    assert rawat('init', directory=tmp_path).returncode == 0
    inventory = tmp_path / 'inventory'
    written = {path: path.read_text(encoding='utf-8') for path in inventory.rglob('*.yml')}
    assert len(written) == 3
    assert all(isinstance(yaml.safe_load(text), dict) for text in written.values())
    again = rawat('init', directory=tmp_path)
    assert again.returncode == 2
    assert 'not overwritten' in again.stderr
    assert {path: path.read_text(encoding='utf-8') for path in inventory.rglob('*.yml')} == written


def test_a_report_is_made_again_in_the_other_language_and_the_record_stays_the_same(tmp_path: Path) -> None:
    folder = tmp_path / 'filing' / '2026' / '11' / '20261122T101530Z-1f2e'
    records.write(samples.record(samples.site()), str(folder), [('report.html', b'lost')])
    before = (folder / 'record.json').read_bytes()
    ended = rawat('report', '--language', 'en', '--filing', 'filing', directory=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f'Report written: {folder}/report.html\n'
    assert '1 of 1 sites: SUCCESS.' in (folder / 'report.html').read_text(encoding='utf-8')
    assert (folder / 'record.json').read_bytes() == before
    checked = subprocess.run(
        ['sha256sum', '--check', 'SHA256SUMS'], cwd=folder, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0
