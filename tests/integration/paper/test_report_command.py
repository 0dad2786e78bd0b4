# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat report`: every document beside what was issued, and what was issued as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils import register
from ansible_collections.rawat.website.plugins.module_utils.issuing import accept as closing
from ansible_collections.rawat.website.plugins.module_utils.issuing import outbox
from integration.paper.test_issue import STANDING, file_run


def rawat(folder: Path, *words: str, language: str = 'en') -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(('RAWAT_', 'LC_', 'LANG'))}
    environment |= {'PYTHONPATH': os.pathsep.join(sys.path), 'RAWAT_LANG': language}
    command = [sys.executable, '-m', 'rawat', 'report', *words, '--filing', 'filing']
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=120, env=environment
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A directory with a filing in which one report was issued."""
    assert file_run(tmp_path / 'filing', 'r1')['problems'] == []
    return tmp_path


def frozen(house: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in (house / 'filing').rglob('*') if path.is_file()}


def number(house: Path) -> str:
    return str(register.Register(str(house / 'filing')).rows()[0]['number'])


def test_what_was_issued_is_drawn_beside_and_stays_as_it_is(house: Path) -> None:
    before, name = frozen(house), number(house).replace('/', '-')
    ended = rawat(house, '1', '--language', 'en', '--format', 'html,pdf,docx,json')
    assert ended.returncode == 0, ended.stderr
    assert 'was issued and stays as it is' in ended.stdout
    made = {path.name for path in house.iterdir() if path.is_file()}
    assert made == {f'{name}-report.{form}' for form in ('html', 'pdf', 'docx', 'json')}
    assert frozen(house) == before
    record = (house / 'filing' / '2026' / '01' / 'r1' / 'record.json').read_bytes()
    assert (house / f'{name}-report.json').read_bytes() == record
    command = ['pdftotext', str(house / f'{name}-report.pdf'), '-']
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert 'website maintenance report' in text.lower()


@pytest.mark.parametrize('document', ['disposition', 'labels'])
def test_other_documents_go_where_they_are_wanted(house: Path, document: str) -> None:
    before = frozen(house)
    ended = rawat(house, number(house), '--document', document, '--output', 'out/here', '--json')
    assert ended.returncode == 0, ended.stderr
    (path,) = json.loads(ended.stdout)['documents']
    assert Path(path).parent == Path('out/here')
    assert (house / path).read_bytes().startswith(b'%PDF')
    assert frozen(house) == before


def test_a_receipt_is_there_after_the_acceptance_only(house: Path) -> None:
    assert rawat(house, '1', '--document', 'receipt').returncode == 2
    closing.accept(str(house / 'filing'), '1', {'name': 'Ratna Wulandari'})
    before = frozen(house)
    ended = rawat(house, '1', '--document', 'receipt', '--format', 'html', '--language', 'en')
    assert ended.returncode == 0, ended.stderr
    assert 'Ratna Wulandari' in (house / f'{number(house).replace("/", "-")}-receipt.html').read_text(encoding='utf-8')
    assert frozen(house) == before


def test_a_record_that_is_no_longer_what_was_issued_is_not_drawn(house: Path) -> None:
    folder = house / 'filing' / '2026' / '01' / 'r1'
    content = (folder / 'record.json').read_bytes().replace(b'Budi', b'Bude')
    (folder / 'record.json').write_bytes(content)
    (folder / 'SHA256SUMS').write_text('', encoding='utf-8')
    ended = rawat(house, '1')
    assert ended.returncode == 2
    assert 'no longer what was issued' in ended.stderr


def test_a_run_without_its_row_is_issued_now_and_waits_for_delivery(tmp_path: Path) -> None:
    filing = tmp_path / 'filing'
    file_run(filing, 'r1')
    (filing / 'register.jsonl').unlink()  # as if the run had been killed before it entered its row
    (filing / outbox.FOLDERS[outbox.KIND]).mkdir()
    ended = rawat(tmp_path, 'r1')
    assert ended.returncode == 0, ended.stderr
    assert number(tmp_path) in ended.stdout
    assert [entry['run'] for entry in outbox.waiting(str(filing))] == ['r1']


def test_the_period_of_a_standing_assignment_is_reported_once(tmp_path: Path) -> None:
    for run in ('r1', 'r2'):
        file_run(tmp_path / 'filing', run, STANDING)
    ended = rawat(tmp_path, '--standing', STANDING['number'])
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert number(tmp_path) in ended.stdout
    again = rawat(tmp_path, '--standing', STANDING['number'])
    assert again.returncode == 2
    assert 'reported already' in again.stderr


@pytest.mark.parametrize(
    'words', [('9',), ('1', '--format', 'odt'), ('1', '--document', 'poem'), ('1', '--document', 'minutes')]
)
def test_what_is_not_there_is_a_usage_error(house: Path, words: tuple[str, ...]) -> None:
    before = frozen(house)
    ended = rawat(house, *words)
    assert ended.returncode == 2
    assert ended.stderr.strip()
    assert 'Traceback' not in ended.stderr
    assert frozen(house) == before
