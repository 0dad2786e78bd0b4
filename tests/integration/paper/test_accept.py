# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report is received (acceptance scenario 5), late and explained (6), given back; never by its own officer."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils import register
from ansible_collections.rawat.website.plugins.module_utils.issuing import accept as closing
from ansible_collections.rawat.website.plugins.module_utils.issuing import issue, outbox
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.procedure import assignment, office
from ansible_collections.rawat.website.plugins.module_utils.register import checker
from unit import samples

CHIEF = {'name': 'Ratna Wulandari', 'id': '19800202 200501 2 002', 'position': 'Subkoordinator'}
OFFICER = {'name': 'Budi Santoso', 'id': '19900101 201501 1 001', 'position': 'Pranata Komputer'}
LETTER = {
    'number': 'DISP-0007/I/2026', 'date': '2026-01-12', 'mode': 'single', 'recorded': '2026-01-12T02:12:00Z',
    'received': '2026-01-12T03:05:00Z', 'instruction': 'Laksanakan pemeliharaan website',
    'assigner': CHIEF, 'officer': OFFICER,
}  # fmt: skip
RUN = '20260113T020000Z-0a1b'
OPERATOR = {'os_user': 'ratna', 'awx_user': None, 'awx_job': None}
# Step 4 finished on Thursday; Friday 16 January 2026 is a holiday: step 5 is due on Monday at 16.00 WIB.
REPORTED, DUE = '2026-01-15T02:21:00Z', '2026-01-19T09:00:00Z'
IN_TIME, LATE = '2026-01-19T08:59:59Z', '2026-01-20T03:00:00Z'


@pytest.fixture
def filing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A filing with report 0001, finished on Thursday 15 January 2026."""
    root = str(tmp_path / 'filing')
    plan = {
        'kind': 'backup', 'run_id': RUN, 'started': '2026-01-13T02:00:00Z', 'root': root,
        'filing': f'{root}/2026/01/{RUN}', 'language': 'id', 'utc_offset_minutes': 420,
        'collection_version': '0.1.0', 'controller': 'control', 'assignment': assignment.settle(LETTER),
        'office': office.settle(None), 'late_reasons': {}, 'officer_remarks': [],
        'operator': {'os_user': 'budi', 'awx_user': None, 'awx_job': None},
        'hosts': {'web1': [{'name': 'peraturan', 'url': None}, {'name': 'berita', 'url': None}]},
    }  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr(issue, 'utc', lambda: REPORTED)
        document = records.build(plan, {'web1': [in_january(), in_january('berita')]})
        filed = issue.file_run(plan, document)
    assert filed['problems'] == []
    return root


def in_january(name: str = 'peraturan') -> dict[str, Any]:
    """A complete site, backed up on Tuesday 13 January 2026."""
    times = {'started': '2026-01-13T02:00:10Z', 'finished': '2026-01-13T02:01:10Z'}
    parts = {'databases': [samples.database(name, **times)], 'webroots': [samples.webroot(f'/var/www/{name}', **times)]}
    return samples.site(name, **parts, **times)


def folder(filing: str) -> Path:
    return Path(filing, '2026', '01', RUN)


def contents(filing: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder(filing).iterdir() if path.is_file()}


def issued(filing: str) -> dict[str, bytes]:
    """What must never change: everything but the sums, which grow."""
    return {name: content for name, content in contents(filing).items() if name != 'SHA256SUMS'}


def number(filing: str) -> str:
    return str(register.Register(filing).rows()[0]['number'])


def text_of(pdf: Path) -> str:
    made = subprocess.run(['pdftotext', '-layout', str(pdf), '-'], capture_output=True, text=True, check=True)
    return made.stdout


def faults(filing: str) -> list[str]:
    """What the checker of the archive finds wrong, leaving aside recovery points, which these samples have not."""
    found = checker.check(number(filing), filing)
    return [finding.text('en') for finding in found if finding.ok is False]


def sums_hold(filing: str) -> bool:
    checked = subprocess.run(['sha256sum', '--check', '--quiet', 'SHA256SUMS'], cwd=folder(filing), check=False)
    return checked.returncode == 0


def test_a_receipt_closes_the_report_and_leaves_its_files_as_they_are(filing: str) -> None:
    before = issued(filing)
    closed = closing.accept(filing, '1', CHIEF, at=IN_TIME, remark='Lengkap.', operator=OPERATOR)
    assert closed['problems'] == []
    after = issued(filing)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {'receipt.json', 'receipt.html', 'receipt.pdf'}
    receipt = json.loads(after['receipt.json'])
    assert after['receipt.json'] == canonical(receipt) == canonical(closed['receipt'])
    assert receipt['record_sha256'] == hashlib.sha256(before['record.json']).hexdigest()
    assert receipt['documents']['report.pdf'] == hashlib.sha256(before['report.pdf']).hexdigest()
    assert receipt['accepted'] == {'at': IN_TIME, 'by': CHIEF, 'remark': 'Lengkap.'}
    fifth, sixth = receipt['steps']
    assert (fifth['number'], fifth['deadline'], fifth['met']) == (5, DUE, True)
    assert (sixth['number'], sixth['deadline'], sixth['met']) == (6, None, None)
    report_row, row = register.Register(filing).rows()
    assert (receipt['report_row'], receipt['report_row_sha256']) == (report_row['row'], report_row['sha256'])
    assert (row['kind'], row['number'], row['accepted_by']) == ('receipt', number(filing), CHIEF)
    assert row['documents'] == {
        name: hashlib.sha256(after[name]).hexdigest() for name in ('receipt.json', 'receipt.html', 'receipt.pdf')
    }
    assert row['deadlines'] == {key: count + 1 for key, count in report_row['deadlines'].items()}
    assert register.Register(filing).open_numbers() == []
    assert sums_hold(filing)
    assert 'receipt.pdf' in (folder(filing) / 'SHA256SUMS').read_text()
    assert faults(filing) == []


def test_the_paper_names_who_when_the_hash_and_the_coordinators_copy(filing: str) -> None:
    closing.accept(filing, '1', CHIEF, at=IN_TIME, remark='Lengkap.', operator=OPERATOR)
    text = text_of(folder(filing) / 'receipt.pdf')
    flat = ''.join(text.split())
    assert 'Ratna Wulandari' in text
    assert 'Budi Santoso' in text
    assert 'Lengkap.' in text
    assert '15.59' in text  # the acceptance, in WIB
    assert 'Koordinator Sistem Informasi' in text
    assert hashlib.sha256((folder(filing) / 'record.json').read_bytes()).hexdigest() in flat
    assert 'Isra' in text  # the holiday that moved the deadline
    page = (folder(filing) / 'receipt.html').read_text(encoding='utf-8')
    assert 'Ratna Wulandari' in page


@pytest.mark.parametrize(
    'by',
    [
        OFFICER,
        {'name': '  budi   SANTOSO '},
        {'name': 'Budi Santoso', 'id': '1'},
        {'name': 'Somebody Else', 'id': '199001012015011001'},
    ],
)
def test_the_officer_does_not_accept_his_own_report(filing: str, by: dict[str, Any]) -> None:
    before = contents(filing)
    with pytest.raises(closing.Refused) as refused:
        closing.accept(filing, '1', by, at=IN_TIME)
    assert 'nobody accepts his own report' in refused.value.text('en')
    assert 'pelaksana tidak menerima laporannya sendiri' in refused.value.text('id')
    with pytest.raises(closing.Refused):
        closing.give_back(filing, '1', 'salah', by)
    assert contents(filing) == before
    assert len(register.Register(filing).rows()) == 1


def test_nobody_cannot_accept(filing: str) -> None:
    with pytest.raises(closing.Refused, match='is empty'):
        closing.accept(filing, '1', {'name': ' \t'})


def test_once_accepted_is_for_ever(filing: str) -> None:
    closing.accept(filing, '1', CHIEF, at=IN_TIME)
    before = contents(filing)
    with pytest.raises(closing.Refused, match='already accepted by Ratna Wulandari'):
        closing.accept(filing, '1', {'name': 'Another'}, at=LATE)
    with pytest.raises(closing.Refused, match='already accepted'):
        closing.give_back(filing, '1', 'no', CHIEF)
    assert contents(filing) == before
    assert len(register.Register(filing).rows()) == 2


@pytest.mark.parametrize('name', ['record.json', 'report.html', 'report.pdf', 'report.docx', 'disposition.pdf'])
def test_what_was_changed_by_one_byte_is_named_and_not_accepted(filing: str, name: str) -> None:
    path = folder(filing) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    before = contents(filing)
    with pytest.raises(closing.Refused) as refused:
        closing.accept(filing, '1', CHIEF, at=IN_TIME)
    assert str(path) in refused.value.text('id')
    assert contents(filing) == before
    assert len(register.Register(filing).rows()) == 1


def test_what_is_gone_is_named_and_not_accepted(filing: str) -> None:
    (folder(filing) / 'report.pdf').unlink()
    with pytest.raises(closing.Refused, match=r'report\.pdf cannot be read \(No such file'):
        closing.accept(filing, '1', CHIEF, at=IN_TIME)


def test_a_changed_register_row_stops_it(filing: str) -> None:
    path = Path(filing, 'register.jsonl')
    path.write_bytes(path.read_bytes().replace(b'Budi Santoso', b'Budi Santosa'))
    with pytest.raises(register.RegisterBroken, match='1'):
        closing.accept(filing, '1', CHIEF, at=IN_TIME)
    assert not (folder(filing) / 'receipt.json').exists()


def test_late_is_late_and_the_reason_only_explains(filing: str) -> None:
    closed = closing.accept(filing, '1', CHIEF, at=LATE, late_reasons={5: 'Dinas luar'})
    (fifth, _sixth) = closed['receipt']['steps']
    assert (fifth['met'], fifth['reason'], fifth['deadline']) == (False, 'Dinas luar', DUE)
    text = text_of(folder(filing) / 'receipt.pdf')
    assert 'TIDAK' in text
    assert 'Dinas luar' in text
    row = register.Register(filing).rows()[1]
    assert row['deadlines']['judged'] - row['deadlines']['met'] >= 1


def test_late_without_a_reason_is_printed_as_such(filing: str) -> None:
    closing.accept(filing, '1', CHIEF, at=LATE)
    assert 'alasan belum diisi' in text_of(folder(filing) / 'receipt.pdf').lower()


def test_the_hand_over_ends_with_the_first_mail_that_was_taken(filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where = str(folder(filing))
    monkeypatch.setattr(outbox, 'utc', lambda: '2026-01-16T01:00:00Z')
    outbox.note(where, ('webhook', 'https://pusdatin.example.go.id'), True, 'HTTP 204')
    outbox.note(where, ('email', 'ratna@example.go.id'), False, 'no answer')
    monkeypatch.setattr(outbox, 'utc', lambda: '2026-01-19T02:00:00Z')
    outbox.note(where, ('email', 'ratna@example.go.id'), True, 'accepted')
    receipt = closing.accept(filing, '1', CHIEF, at=LATE)['receipt']
    assert receipt['delivered'] == '2026-01-19T02:00:00Z'
    assert [(step['finished'], step['met']) for step in receipt['steps']] == [
        ('2026-01-19T02:00:00Z', True), (LATE, None),
    ]  # fmt: skip


def test_a_report_goes_back_and_is_accepted_later(filing: str) -> None:
    before = contents(filing)
    row = closing.give_back(filing, '1', '  Lampiran kurang. ', CHIEF, OPERATOR)
    assert (row['kind'], row['reason'], row['by']) == ('returned', 'Lampiran kurang.', CHIEF)
    assert contents(filing) == before
    assert register.state_of(filing, '1')['state'] == 'returned'
    assert register.Register(filing).open_numbers() == [number(filing)]
    with pytest.raises(closing.Refused, match='reason is empty'):
        closing.give_back(filing, '1', ' ', CHIEF)
    closing.accept(filing, '1', CHIEF, at=IN_TIME)
    assert register.state_of(filing, '1')['state'] == 'accepted'


def test_a_receipt_that_cannot_be_drawn_is_filed_as_json(filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> bytes:
        raise ValueError('the template is broken')

    monkeypatch.setattr(closing.paper, 'render', broken)
    closed = closing.accept(filing, '1', CHIEF, at=IN_TIME)
    assert [name.partition(' ')[0] for name in closed['problems']] == ['receipt.html', 'receipt.pdf']
    assert list(closed['documents']) == ['receipt.json']
    assert sums_hold(filing)


def test_a_disk_that_takes_no_row_leaves_no_receipt(filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(filing)

    def full(*_arguments: Any) -> None:
        raise register.RegisterError('register.jsonl takes no row, and is as it was: No space left on device')

    with monkeypatch.context() as patch:
        patch.setattr(register.Book, '_write', full)
        with pytest.raises(register.RegisterError, match='No space left'):
            closing.accept(filing, '1', CHIEF, at=IN_TIME)
    assert contents(filing) == before
    closing.accept(filing, '1', CHIEF, at=IN_TIME)
    assert sums_hold(filing)


def accept_and_die(filing: str, last_words: int) -> None:
    """Accept, and be killed after so many files were replaced."""
    replaced = closing.replace_file
    left = [last_words]

    def counted(path: str, content: bytes) -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        replaced(path, content)

    closing.replace_file = counted  # type: ignore[assignment]
    register.Book._write = lambda *_arguments: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
    closing.accept(filing, '1', CHIEF, at=IN_TIME)


@pytest.mark.parametrize('moment', range(5))
def test_a_crash_at_any_moment_blocks_no_second_try(filing: str, moment: int) -> None:
    """json, html, pdf, sums, row: killed before each of them."""
    before = issued(filing)
    # A program of its own: the typesetter's threads do not survive a fork.
    imported = 'from integration.paper.test_accept import accept_and_die'
    program = f'import sys; {imported}; accept_and_die(sys.argv[1], int(sys.argv[2]))'
    command = [sys.executable, '-c', program, filing, str(moment)]
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    died = subprocess.run(command, check=False, timeout=120, env=environment)
    assert died.returncode == -signal.SIGKILL
    assert len(register.Register(filing).rows()) == 1
    after = issued(filing)
    assert {name: after[name] for name in before} == before
    assert sums_hold(filing)
    closing.accept(filing, '1', CHIEF, at=LATE, remark='kedua')
    assert json.loads((folder(filing) / 'receipt.json').read_bytes())['accepted']['remark'] == 'kedua'
    assert sums_hold(filing)
    assert faults(filing) == []
    assert not [name for name in contents(filing) if name.endswith('.new')]


def rawat(filing: str, *words: str, language: str = 'id') -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(('RAWAT_', 'LC_', 'LANG'))}
    environment |= {'PYTHONPATH': os.pathsep.join(sys.path), 'RAWAT_LANG': language}
    command = [sys.executable, '-m', 'rawat', 'accept', *words, '--filing', filing]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


def test_the_command_refuses_the_officer_and_closes_for_the_sub_coordinator(filing: str) -> None:
    refused = rawat(filing, '1', '--as', 'budi santoso')
    assert refused.returncode == 1
    assert 'pelaksananya adalah Budi Santoso' in refused.stderr
    closed = rawat(filing, '0001', '--as', CHIEF['name'], '--late-reason', '5=Dinas luar')
    assert closed.returncode == 0, closed.stderr
    assert f'Laporan {number(filing)} diterima oleh Ratna Wulandari' in closed.stdout
    assert str(folder(filing) / 'receipt.pdf') in closed.stdout
    again = rawat(filing, '1', '--as', CHIEF['name'], '--json', language='en')
    assert again.returncode == 1
    assert 'already accepted' in json.loads(again.stdout)['errors'][0]


def test_the_command_gives_back_and_tells_machines(filing: str) -> None:
    ended = rawat(filing, '1', '--as', CHIEF['name'], '--return', 'Lampiran kurang', '--json')
    assert (ended.returncode, json.loads(ended.stdout)['state']) == (0, 'returned')
    ended = rawat(filing, '1', '--as', CHIEF['name'], '--json')
    facts = json.loads(ended.stdout)
    assert (facts['exit_code'], facts['state'], set(facts['receipt'])) == (0, 'accepted', {'json', 'html', 'pdf'})


@pytest.mark.parametrize(
    'words',
    [
        ('9', '--as', 'Ratna'), ('1',), ('1', '--as', 'Ratna', '--late-reason', '2=x'),
        ('1', '--as', 'Ratna', '--return', 'x', '--remark', 'y'),
    ],
)  # fmt: skip
def test_what_was_asked_wrongly_is_exit_code_2(filing: str, words: tuple[str, ...]) -> None:
    ended = rawat(filing, *words, language='en')
    assert ended.returncode == 2
    assert ended.stderr.strip()
    assert 'Traceback' not in ended.stderr
    assert len(register.Register(filing).rows()) == 1
