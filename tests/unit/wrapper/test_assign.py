# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat assign`, and what other verbs take of the procedure on their command line."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.rawat.website.plugins.module_utils import register
from ansible_collections.rawat.website.plugins.module_utils.procedure import assignment
from jsonschema import Draft202012Validator
from rawat.assignment import procedure_variables, read_assignment
from rawat.commands.assign import complete_emergency
from rawat.request import UsageProblem

CHECKOUT = Path(__file__).resolve().parents[3]
LETTER = (
    'assign', '--number', 'DISP-0007/I/2026', '--date', '2026-01-12', '--assigner', 'Sari Dewi',
    '--officer', 'Budi Santoso, S.Kom.', '--officer-id', '199002022015031002',
)  # fmt: skip


def rawat(*arguments: str, directory: Path, language: str = 'en') -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(('RAWAT_', 'LC_', 'LANG'))}
    environment.update({'PYTHONPATH': os.pathsep.join(sys.path), 'COLUMNS': '160', 'RAWAT_LANG': language})
    command = [sys.executable, '-m', 'rawat', *arguments]
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_letter_becomes_a_file_that_its_schema_accepts_and_the_next_step_is_told(tmp_path: Path) -> None:
    scan = tmp_path / 'disposisi.pdf'
    scan.write_bytes(b'scan')
    ended = rawat(
        *LETTER, '--site', 'peraturan', '--site', 'arsip', '--scan', str(scan), '--instruction', 'Laksanakan',
        '--recorded', '2026-01-12 09:12 WIB', '--received', '2026-01-12T03:00Z', directory=tmp_path,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, '')
    name = 'assignment-DISP-0007-I-2026.yml'
    assert ended.stdout == f'Disposition recorded: {name}\nNext: rawat backup --assignment {name}\n'
    written = yaml.safe_load((tmp_path / name).read_text(encoding='utf-8'))
    schema = json.loads((CHECKOUT / 'docs/schema/assignment.schema.json').read_text(encoding='utf-8'))
    Draft202012Validator(schema).validate(written)
    letter = written['website_assignment']
    assert (letter['recorded'], letter['received']) == ('2026-01-12T02:12:00Z', '2026-01-12T03:00:00Z')
    assert letter['sites'] == ['peraturan', 'arsip']
    assert letter['scan'] == {'name': 'disposisi.pdf', 'sha256': hashlib.sha256(b'scan').hexdigest()}
    assert read_assignment(tmp_path / name) == assignment.settle(letter)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / 'letter.yml'
    path.write_text('mine')
    ended = rawat(*LETTER, '--output', 'letter.yml', directory=tmp_path)
    assert ended.returncode == 2
    assert 'letter.yml exists and is not overwritten' in ended.stderr
    assert path.read_text() == 'mine'


@pytest.mark.parametrize(
    ('arguments', 'words'),
    [
        (('assign',), ('website_assignment.number belum diisi', 'website_assignment.officer belum diisi')),
        ((*LETTER, '--assigner', 'budi santoso, S.KOM.'), ('dua orang yang berbeda',)),
        ((*LETTER, '--date', '2099-01-01'), ('website_assignment.date 2099-01-01 lebih lambat',)),
        ((*LETTER, '--mode', 'standing'), ('website_assignment.valid_until belum diisi',)),
        ((*LETTER, '--mode', 'harian'), ("website_assignment.mode 'harian'",)),
        ((*LETTER, '--recorded', '09:12'), ("--recorded '09:12' bukan waktu dengan zona",)),
        ((*LETTER, '--scan', 'nowhere.pdf'), ('pindaian nowhere.pdf tidak dapat dibaca',)),
        (('assign', '--mode', 'emergency', '--officer', 'Budi'), ('website_assignment.reason belum diisi',)),
        (('assign', '--complete', '7', '--date', '2026-01-12'), ('website_assignment.number belum diisi',)),
    ],
)
def test_a_letter_that_does_not_hold_is_exit_code_2_and_writes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    ended = rawat(*arguments, directory=tmp_path, language='id')
    assert ended.returncode == 2
    for word in words:
        assert word in ended.stderr
    assert 'Traceback' not in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('verb', ['backup', 'verify', 'restore'])
def test_a_file_that_is_no_assignment_stops_a_verb_before_ansible_starts(tmp_path: Path, verb: str) -> None:
    (tmp_path / 'hosts.yml').write_text('all: {hosts: {}}')
    (tmp_path / 'letter.yml').write_text('website_assignment: {number: 7, nomor: 8}')
    ended = rawat(verb, '-i', 'hosts.yml', '--only', 'a', '--assignment', 'letter.yml', directory=tmp_path)
    assert ended.returncode == 2
    assert 'letter.yml: website_assignment.number 7 is no text' in ended.stderr
    assert 'website_assignment.nomor is unknown' in ended.stderr
    missing = rawat(verb, '-i', 'hosts.yml', '--only', 'a', '--assignment', 'nowhere.yml', directory=tmp_path)
    assert missing.returncode == 2
    assert 'nowhere.yml cannot be read' in missing.stderr


def test_reasons_and_remarks_become_variables() -> None:
    assert procedure_variables(None) == {}
    assert procedure_variables(None, ['4=the server was down'], ['first\nsecond', ' third ']) == {
        'website_late_reasons': {'4': 'the server was down'},
        'website_officer_remarks': ['first second', 'third'],
    }
    with pytest.raises(UsageProblem, match='--late-reason'):
        procedure_variables(None, ['tomorrow'])


def test_a_scan_that_is_another_one_now_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'scan.pdf').write_bytes(b'one')
    ended = rawat(*LETTER, '--scan', 'scan.pdf', '--output', 'letter.yml', directory=tmp_path)
    assert ended.returncode == 0, ended.stderr
    (tmp_path / 'scan.pdf').write_bytes(b'two')
    with pytest.raises(UsageProblem, match=r'scan\.pdf is not the one that was recorded'):
        read_assignment(tmp_path / 'letter.yml')


def emergency(filing: Path, **assignment: Any) -> str:
    """A register with one report, of an emergency unless `assignment` says otherwise; returns its number."""
    with register.writing(str(filing)) as book:
        number = book.next_number(2026, 'BKP')
        fields = {'number': None, 'date': None, 'mode': 'emergency', **assignment}
        book.append(
            {
                'kind': 'report', 'number': number['number'], 'run': '20260112T021200Z-0001', 'run_kind': 'backup',
                'folder': '2026/01/20260112T021200Z-0001', 'date': '2026-01-12', 'assignment': fields,
                'officer': 'Budi Santoso', 'sites': [], 'status': 'complete', 'record_sha256': '0' * 64,
                'code': 'AAAAA-AAAAA-AAAAA-AAAAA', 'documents': {},
            }
        )  # fmt: skip
    return str(number['number'])


def test_the_letter_that_follows_an_emergency_is_a_row_of_the_register(tmp_path: Path) -> None:
    number = emergency(tmp_path / 'filing')
    ended = rawat(
        'assign', '--complete', number, '--number', 'DISP-0009/I/2026', '--date', '2026-01-13',
        '--assigner', 'Sari Dewi', '--filing', 'filing', directory=tmp_path,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert 'DISP-0009/I/2026' in ended.stdout
    entry = register.state_of(str(tmp_path / 'filing'), number)
    assert entry['assignment'] is not None
    letter = entry['assignment']['assignment']
    assert (letter['number'], letter['date'], letter['assigner']['name']) == (
        'DISP-0009/I/2026', '2026-01-13', 'Sari Dewi',
    )  # fmt: skip
    again = rawat(
        'assign', '--complete', number, '--number', 'X', '--date', '2026-01-13', '--filing', 'filing',
        directory=tmp_path,
    )  # fmt: skip
    assert again.returncode == 2
    assert f'register {number} has its disposition DISP-0009/I/2026 already' in again.stderr
    assert len(register.Register(str(tmp_path / 'filing')).rows()) == 2


def test_only_an_emergency_can_be_completed_and_only_by_somebody_else_s_letter(tmp_path: Path) -> None:
    number = emergency(tmp_path / 'single', number='D-1', date='2026-01-12', mode='single')
    letter = {'number': 'D-2', 'date': '2026-01-13', 'assigner': None, 'scan': None}
    with pytest.raises(UsageProblem, match='has its disposition D-1 already'):
        complete_emergency(number, letter, tmp_path / 'single')
    number = emergency(tmp_path / 'urgent')
    with pytest.raises(UsageProblem, match='must be two people'):
        complete_emergency(number, {**letter, 'assigner': {'name': 'budi santoso'}}, tmp_path / 'urgent')
    with pytest.raises(UsageProblem, match='9999'):
        complete_emergency('9999', letter, tmp_path / 'nowhere')
    assert not (tmp_path / 'nowhere').exists()
    assert len(register.Register(str(tmp_path / 'urgent')).rows()) == 1
