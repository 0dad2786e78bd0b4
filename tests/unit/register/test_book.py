# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The register book: numbers without a gap, rows that are whole or not there, entries folded from rows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.register import (
    Register,
    RegisterBroken,
    RegisterBusy,
    RegisterError,
    actions,
    tip,
    writing,
)
from unit.register import archives


def report(filing: Path, year: int = 2026, code: str = 'BKP', **facts: object) -> dict:
    with writing(str(filing)) as book:
        number = book.next_number(year, code)['number']
        return book.append({'kind': 'report', 'number': number, **facts})


def test_numbers_count_without_a_gap_in_each_year_and_code(tmp_path: Path) -> None:
    given = [report(tmp_path, *series)['number'] for series in [(2026, 'BKP'), (2026, 'BKP'), (2027, 'BKP')]]
    given += [report(tmp_path, 2026, 'UJI')['number'], report(tmp_path, 2026, 'BKP')['number']]
    assert given == ['0001/BKP/2026', '0002/BKP/2026', '0001/BKP/2027', '0001/UJI/2026', '0003/BKP/2026']


def test_asking_for_a_number_does_not_take_it(tmp_path: Path) -> None:
    with writing(str(tmp_path)) as book:
        assert book.next_number(2026, 'BKP') == book.next_number(2026, 'BKP')
    assert Register(str(tmp_path)).rows() == []


def test_a_row_is_one_canonical_line_that_names_the_line_before(tmp_path: Path) -> None:
    first, second = report(tmp_path), report(tmp_path)
    lines = (tmp_path / 'register.jsonl').read_bytes().splitlines(keepends=True)
    assert lines == [canonical(first), canonical(second)]
    assert first['previous'] == '0' * 64
    assert second['previous'] == archives.sha256(lines[0].rstrip(b'\n'))
    assert tip(str(tmp_path)) == archives.sha256(lines[1].rstrip(b'\n'))


@pytest.mark.parametrize(
    'fields',
    [
        {'kind': 'report', 'number': '0002/BKP/2026'},  # not the next one
        {'kind': 'report', 'number': '1/BKP/2026'},  # not as numbers are written
        {'kind': 'report', 'number': None},
        {'kind': 'note', 'number': '0001/BKP/2026', 'text': 'of nothing'},
        {'kind': 'receipt', 'number': None},
        {'kind': 'scribble', 'number': None},
        {'kind': 'recap', 'number': None, 'row': 7},
    ],
)
def test_a_row_that_makes_no_sense_is_refused_and_nothing_is_written(tmp_path: Path, fields: dict) -> None:
    with writing(str(tmp_path)) as book, pytest.raises(RegisterError):
        book.append(fields)
    assert (tmp_path / 'register.jsonl').read_bytes() == b''


def test_a_code_that_does_not_fit_into_a_number_is_refused(tmp_path: Path) -> None:
    with writing(str(tmp_path)) as book, pytest.raises(RegisterError, match='register_code'):
        book.next_number(2026, 'B/K P')


def test_a_torn_row_is_ignored_by_readers_and_moved_aside_by_the_next_writer(tmp_path: Path) -> None:
    report(tmp_path)
    path = tmp_path / 'register.jsonl'
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    assert len(Register(str(tmp_path)).rows()) == 1
    with writing(str(tmp_path)) as book:
        assert '40 bytes' in str(book.healed)
        assert book.next_number(2026, 'BKP')['number'] == '0002/BKP/2026'
    assert path.read_bytes() == whole
    [aside] = tmp_path.glob('register.torn-*')
    assert aside.read_bytes() == whole[:40]
    with writing(str(tmp_path)) as book:
        assert book.healed is None


def test_a_row_that_lacks_only_its_line_break_is_kept(tmp_path: Path) -> None:
    report(tmp_path)
    path = tmp_path / 'register.jsonl'
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with writing(str(tmp_path)) as book:
        assert 'row (1)' in str(book.healed)
        assert book.next_number(2026, 'BKP')['number'] == '0002/BKP/2026'
    assert path.read_bytes() == whole
    assert list(tmp_path.glob('register.torn-*')) == []


def test_nothing_is_entered_into_a_broken_register(tmp_path: Path) -> None:
    report(tmp_path)
    report(tmp_path)
    path = tmp_path / 'register.jsonl'
    changed = path.read_bytes().replace(b'0001/BKP', b'0009/BKP')
    path.write_bytes(changed)
    with pytest.raises(RegisterBroken, match='row 1 of the register'):
        report(tmp_path)
    with pytest.raises(RegisterBroken, match='row 1 of the register'):
        Register(str(tmp_path)).rows()
    assert path.read_bytes() == changed


def test_waiting_for_a_writer_ends_with_its_name_and_age(tmp_path: Path) -> None:
    busy = pytest.raises(RegisterBusy, match=rf'pid {os.getpid()}\) for \d+ s')
    with writing(str(tmp_path)), busy, writing(str(tmp_path), wait=0):
        pass
    with writing(str(tmp_path), wait=0):  # it is free again
        pass


@pytest.mark.parametrize('name', ['register.jsonl', 'register.lock'])
def test_a_link_in_place_of_the_register_is_not_followed(tmp_path: Path, name: str) -> None:
    (tmp_path / 'elsewhere').write_bytes(b'')
    (tmp_path / name).symlink_to('elsewhere')
    with pytest.raises(RegisterError, match=name):
        report(tmp_path)
    assert (tmp_path / 'elsewhere').read_bytes() == b''


def test_an_entry_folds_everything_that_rows_say_of_a_number(tmp_path: Path) -> None:
    archives.make(tmp_path / 'filing')
    filing = str(tmp_path / 'filing')
    actions.note(filing, '1', 'two sites, not one')
    actions.hold(filing, '0002', 'perkara 12')
    book = Register(filing)
    first, second, third = book.entries()
    assert (first['state'], first['attachments'][0]['file']) == ('accepted', 'scan.png')
    assert [row['text'] for row in first['notes']] == ['two sites, not one']
    assert first['rows'] == [1, 4, 5, 7]
    assert (second['state'], second['held'], third['held']) == ('open', True, False)
    assert book.open_numbers() == ['0002/BKP/2026', '0003/BKP/2026']
    actions.release(filing, '2', 'perkara selesai')
    assert book.entry('2')['held'] is False
    with pytest.raises(RegisterError, match='not held'):
        actions.release(filing, '2', 'again')


def test_a_number_is_found_in_all_its_spellings_by_code_and_by_run(tmp_path: Path) -> None:
    archives.make(tmp_path / 'filing')
    book = Register(str(tmp_path / 'filing'))
    report_row = book.entry('0002/BKP/2026')['report']
    code = report_row['code']
    spellings = ['2', '0002', '2/2026', '2/bkp/2026', code, code.lower().replace('-', ' '), archives.run_id(2)]
    assert {book.entry(what)['number'] for what in spellings} == {'0002/BKP/2026'}
    with pytest.raises(RegisterError, match='0009/BKP/2026'):
        book.entry('0009/BKP/2026')


def test_a_bare_number_of_two_years_is_not_guessed(tmp_path: Path) -> None:
    report(tmp_path, 2026)
    report(tmp_path, 2027)
    with pytest.raises(RegisterError, match='0001/BKP/2026, 0001/BKP/2027'):
        Register(str(tmp_path)).entry('1')


def test_a_search_needs_all_words_whatever_their_case(tmp_path: Path) -> None:
    archives.make(tmp_path / 'filing')
    book = Register(str(tmp_path / 'filing'))
    assert [entry['number'] for entry in book.search(['PERATURAN', 'budi'])] == ['0001/BKP/2026']
    assert len(book.search(['disp-0007', '2026-11-22'])) == 3
    assert book.search(['peraturan', 'nobody']) == []
    assert book.search([], year=2025) == []


def test_an_attachment_is_copied_under_a_safe_name_and_its_hash_is_a_row(tmp_path: Path) -> None:
    folder = archives.make(tmp_path / 'filing')
    source = tmp_path / '-rf $(x) é.PDF'
    source.write_bytes(b'%PDF scan')
    row = actions.attach(str(tmp_path / 'filing'), '1', str(source), 'lembar')
    assert row['file'] == 'rf-x.PDF'
    assert (folder / 'attachments' / 'rf-x.PDF').read_bytes() == b'%PDF scan'
    assert (row['file_sha256'], row['bytes']) == (archives.sha256(b'%PDF scan'), 9)
    other = tmp_path / 'other' / 'rf-x.PDF'
    other.parent.mkdir()
    other.write_bytes(b'%PDF another')
    assert actions.attach(str(tmp_path / 'filing'), '1', str(other))['file'] == 'rf-x-2.PDF'
    with pytest.raises(RegisterError, match=r'already, as rf-x\.PDF'):
        actions.attach(str(tmp_path / 'filing'), '1', str(source))
    assert sorted(path.name for path in (folder / 'attachments').iterdir()) == ['rf-x-2.PDF', 'rf-x.PDF', 'scan.png']


@pytest.mark.parametrize('kind', ['absent', 'empty', 'folder', 'pipe'])
def test_what_cannot_be_attached_leaves_nothing_behind(tmp_path: Path, kind: str) -> None:
    folder = archives.make(tmp_path / 'filing')
    source = tmp_path / 'source'
    {'absent': lambda: None, 'empty': source.touch, 'folder': source.mkdir, 'pipe': lambda: os.mkfifo(source)}[kind]()
    before = (tmp_path / 'filing' / 'register.jsonl').read_bytes()
    with pytest.raises(RegisterError, match='cannot be attached'):
        actions.attach(str(tmp_path / 'filing'), '1', str(source))
    assert [path.name for path in (folder / 'attachments').iterdir()] == ['scan.png']
    assert (tmp_path / 'filing' / 'register.jsonl').read_bytes() == before
