# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A filing on another machine (website_filing_host), which has Python and nothing else; and the receipt made there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ASSIGNER, ASSIGNMENT, OFFICER, Fleet


@pytest.fixture
def fleet(tmp_path: Path, bare_python: str) -> Fleet:
    """One site, and a host `archive` of another group that keeps the filing."""
    fleet = Fleet(tmp_path, hosts=1)
    fleet.hosts['archive'] = {'ansible_python_interpreter': bare_python}
    fleet.common |= {'website_filing_host': 'archive', 'website_assignment': ASSIGNMENT}
    return fleet


def test_record_number_and_row_are_made_there_and_what_its_python_lacks_is_said_once(fleet: Fleet) -> None:
    ended = fleet.play('backup.yml', website_run_id='first')
    assert ended.code == 0, ended.output
    document = fleet.record('first')
    assert all(step['deadline'] for step in document['steps'][2:4]), 'the calendars went along'
    (row,) = fleet.rows()
    assert row['number'] == document['register']['number']
    names = {path.name for path in fleet.folder_of('first').iterdir()}
    assert {'record.json', 'SHA256SUMS', 'report.docx', 'verify.py'} <= names
    assert not {'report.html', 'report.pdf'} & names
    assert 'report.html, disposition.html not drawn: the Python of' in ended.output
    assert ended.output.count('lacks jinja2') == 1
    assert json.loads((fleet.filing / 'feed.json').read_text())['sites'][0]['site'] == 'site-1'
    command = [sys.executable, 'verify.py', 'record.json']
    folder = fleet.folder_of('first')
    checked = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    fleet.common['website_filing_python'] = sys.executable
    assert fleet.play('backup.yml', website_run_id='second').code == 0
    folder = fleet.folder_of('second')
    assert b'PDF/A' in (folder / 'report.pdf').read_bytes() or (folder / 'report.pdf').read_bytes()[:5] == b'%PDF-'
    assert fleet.record('second')['register']['number'] in (folder / 'report.html').read_text()

    number = document['register']['number']
    refused = fleet.play('accept.yml', accept_number=number, accept_as=OFFICER['name'])
    assert refused.code == 2
    assert 'nobody accepts his own report' in refused.output
    assert len(fleet.rows()) == 2
    accepted = fleet.play('accept.yml', rawat_register_number=number, accept_remark='Baik')
    assert accepted.code == 0, accepted.output
    receipt = json.loads((fleet.folder_of('first') / 'receipt.json').read_text())
    assert receipt['accepted']['by'] == ASSIGNER
    assert receipt['accepted']['remark'] == 'Baik'
    assert [row['kind'] for row in fleet.rows()] == ['report', 'report', 'receipt']
    assert 'already accepted' in fleet.play('accept.yml', accept_number=number).output


def test_a_filing_host_that_does_not_answer_is_a_failure_and_the_report_comes_later(fleet: Fleet) -> None:
    reachable = fleet.hosts['archive']
    fleet.hosts['archive'] = {'ansible_host': '127.0.0.1', 'ansible_port': 1, 'ansible_connection': 'ssh'}
    ended = fleet.play('backup.yml', website_run_id='late', website_targets='web*')
    assert ended.code == 2, ended.output
    assert 'the record of run late was not filed: website_filing_host archive did not answer' in ended.output
    assert 'report.yml -e website_run_id=late -e report_kind=backup' in ended.output
    assert not fleet.filing.exists(), 'no second filing is begun on the controller'
    fleet.hosts['archive'] = reachable
    assert fleet.play('report.yml', website_run_id='late', report_kind='backup').code == 0
    assert fleet.record('late')['assignment']['number'] == ASSIGNMENT['number']


def test_nothing_is_pruned_while_the_register_there_cannot_be_read(fleet: Fleet) -> None:
    fleet.filing.mkdir()
    (fleet.filing / 'register.jsonl').write_text('this is no register\n')
    ended = fleet.play('prune.yml', '-e', 'plan=true', website_retention={'keep_daily': 1})
    assert ended.code == 2
    assert 'nothing is pruned while it is not known what is on hold: website_filing_host archive' in ended.output


def test_a_place_that_can_only_be_meant_here_is_refused(fleet: Fleet) -> None:
    fleet.common['website_filing'] = '~/filing'
    ended = fleet.play('backup.yml')
    assert ended.code == 2
    assert "website_filing '~/filing' must be an absolute path" in ended.output
