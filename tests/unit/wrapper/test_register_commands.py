# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat register`, `rawat check` and `rawat restore --register`, on an archive, without Ansible."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.register import Register, writing
from click.testing import Result
from rawat.cli import app
from rawat.request import UsageProblem
from rawat.restore_number import resolve
from typer.testing import CliRunner
from unit.register import archives


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an archive in ./filing, where the commands look without being told."""
    archives.make(tmp_path / 'filing')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv('RAWAT_FILING', raising=False)
    monkeypatch.delenv('RAWAT_INVENTORY', raising=False)
    return tmp_path


def rawat(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def refused(*arguments: str) -> str:
    """The words of a usage error."""
    ended = rawat(*arguments)
    assert isinstance(ended.exception, UsageProblem), ended.output
    return str(ended.exception)


@pytest.mark.usefixtures('archive')
def test_the_register_is_listed_and_searched() -> None:
    everything = rawat('register')
    assert everything.exit_code == 0
    assert everything.output.count('/BKP/2026   22 November 2026') == 3
    assert 'scan.png (lembar bertanda tangan)' in everything.output
    found = rawat('register', 'budi', 'PERATURAN')
    assert '0001/BKP/2026' in found.output
    assert '0002/BKP/2026' not in found.output
    assert 'No number matches' in rawat('register', 'nobody').output
    assert 'No number matches' in rawat('register', 'peraturan', '--year', '2025').output


def test_the_list_for_machines_holds_entries_and_the_tip(archive: Path) -> None:
    document = json.loads(rawat('register', '--json').output)
    assert [entry['state'] for entry in document['entries']] == ['accepted', 'open', 'open']
    assert document['tip'] == Register(str(archive / 'filing')).tip()


def test_notes_holds_and_scans_are_rows(archive: Path) -> None:
    (archive / 'pindaian 2.pdf').write_bytes(b'%PDF signed')
    assert 'Row 7' in rawat('register', '--note', '2', 'three sites, not two').output
    assert 'is held' in rawat('register', '--hold', '2', 'perkara 12').output
    assert 'has ended' in rawat('register', '--release', '2', 'selesai').output
    attached = rawat('register', '--attach', '0002/BKP/2026', 'pindaian 2.pdf', '--description', 'lembar ttd')
    assert 'pindaian-2.pdf is attached to 0002/BKP/2026' in attached.output
    kinds = [row['kind'] for row in Register(str(archive / 'filing')).rows()[6:]]
    assert kinds == ['note', 'hold', 'release', 'attachment']
    assert rawat('check', '2').exit_code == 0


@pytest.mark.parametrize(
    ('arguments', 'words'),
    [
        (['--note', '9', 'x'], "'9' is not in"),
        (['--note', '1', ' '], 'needs words'),
        (['--release', '1', 'x'], 'not held'),
        (['--attach', '1', 'absent.pdf'], 'absent.pdf cannot be attached'),
        (['--note', '1', 'x', '--hold', '1', 'y'], 'stand alone'),
        (['word', '--note', '1', 'x'], 'stand alone'),
        (['--format', 'docx'], 'csv, xlsx, html, pdf'),
        (['--due-for-destruction', '--format', 'csv'], 'html, pdf'),
        (['word', '--due-for-destruction'], 'leave the search words out'),
        (['--filing', 'elsewhere'], 'There is no register'),
        (['--filing', 'elsewhere', '--hold', '1', 'x'], 'There is no register'),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    archive: Path, arguments: list[str], words: str
) -> None:
    before = (archive / 'filing' / 'register.jsonl').read_bytes()
    assert words in refused('register', *arguments)
    assert (archive / 'filing' / 'register.jsonl').read_bytes() == before
    assert sorted(path.name for path in archive.iterdir()) == ['filing', 'repository']


def test_a_broken_register_is_not_listed(archive: Path) -> None:
    path = archive / 'filing' / 'register.jsonl'
    path.write_bytes(path.read_bytes().replace(b'DISP-0007', b'DISP-0008', 1))
    assert 'row 1 of the register is damaged or was changed' in refused('register')


def test_the_book_is_exported_and_a_year_has_its_own_file(archive: Path) -> None:
    ended = rawat('register', '--format', 'csv,html', '--output', 'out')
    assert ended.exit_code == 0, ended.output
    table = (archive / 'out' / 'register.csv').read_bytes()
    assert table.startswith(b'\xef\xbb\xbf')
    assert table.count(b'\r\n') == 7  # the heads and six rows
    assert b'0003/BKP/2026' in (archive / 'out' / 'register.html').read_bytes()
    assert rawat('register', '--format', 'csv', '--year', '2026', '--output', 'out').exit_code == 0
    assert (archive / 'out' / 'register-2026.csv').read_bytes() == table
    assert rawat('register', 'budi', '--format', 'csv', '--output', 'found').exit_code == 0
    assert b'0002/BKP' not in (archive / 'found' / 'register.csv').read_bytes()


def test_the_destruction_list_names_what_is_past_its_retention_and_not_held(archive: Path) -> None:
    with writing(str(archive / 'filing')) as book:
        for _report in range(2):
            number = book.next_number(2020, 'BKP')['number']
            facts = {'folder': f'2020/01/{number[:4]}', 'date': '2020-01-02', 'retention_until': '2022-01-02'}
            book.append({'kind': 'report', 'number': number, 'sites': [], 'status': 'complete', **facts})
    assert rawat('register', '--hold', '1/BKP/2020', 'perkara').exit_code == 0
    ended = rawat('register', '--due-for-destruction', '--output', 'out', '--json')
    [path] = json.loads(ended.output)['files']
    text = Path(path).read_text(encoding='utf-8')
    assert '0002/BKP/2020' in text
    assert '0001/BKP/2020' not in text


def test_check_says_good_or_names_the_first_thing_that_fails(archive: Path) -> None:
    report = archive / 'filing' / '2026' / '11' / archives.run_id(1) / 'report.html'
    good = rawat('check', str(report))
    assert (good.exit_code, good.output.splitlines()[0][:5]) == (0, 'GOOD:')
    report.write_bytes(report.read_bytes() + b' ')
    bad = rawat('check', '0001/BKP/2026')
    assert bad.exit_code == 1
    assert bad.output.startswith('FAILED: ')
    assert 'report.html: was changed' in bad.output.splitlines()[0]
    document = json.loads(rawat('check', '1', '--json').output)
    assert document['exit_code'] == 1
    assert {finding['ok'] for finding in document['findings']} == {True, False}


@pytest.mark.usefixtures('archive')
def test_check_takes_our_register_rather_than_the_one_beside_the_file(tmp_path: Path) -> None:
    """Who hands over a folder with a register of its own must not be judged by it."""
    theirs = tmp_path / 'usb'
    folder = archives.make(theirs / 'filing')
    record = json.loads((folder / 'record.json').read_bytes())
    record['sites'][0]['outcome'] = 'forged'
    (folder / 'record.json').write_bytes(canonical(record))
    ended = rawat('check', str(folder / 'record.json'))
    assert ended.exit_code == 1
    assert ended.output.startswith('FAILED: record.json: is not the record that was registered')


def test_check_without_a_register_or_file_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert 'register.jsonl' in refused('check', '0007/BKP/2026')


def row(**changes: Any) -> dict[str, Any]:
    site = {'site': 'peraturan', 'outcome': 'complete', 'recovery_point': archives.POINT}
    facts = {'kind': 'report', 'run': 'run-4', 'run_kind': 'backup', 'folder': '2026/12/run-4', 'sites': [site]}
    return {**facts, **changes}


def enter(archive: Path, **changes: Any) -> None:
    with writing(str(archive / 'filing')) as book:
        book.append({**row(**changes), 'number': book.next_number(2026, 'BKP')['number']})


@pytest.mark.parametrize('given', ['2', '0002', '0002/BKP/2026'])
@pytest.mark.usefixtures('archive')
def test_a_restore_finds_the_run_of_a_register_number(given: str) -> None:
    assert resolve(given, ['peraturan'], None) == {'register': archives.run_id(2)}


def test_a_restore_finds_the_run_of_the_code_on_paper(archive: Path) -> None:
    code = Register(str(archive / 'filing')).entry('3')['report']['code']
    assert resolve(code, ['peraturan'], None) == {'register': archives.run_id(3)}


@pytest.mark.usefixtures('archive')
def test_runs_and_assignments_are_left_as_they_are() -> None:
    for given in ('20261121T101530Z-0001', 'DISP-0007/ND/2026', 'ND-7/2026'):
        assert resolve(given, ['peraturan'], None) == {'register': given}


@pytest.mark.usefixtures('archive')
def test_a_number_that_is_not_there_is_one_clear_error() -> None:
    with pytest.raises(UsageProblem) as problem:
        resolve('0009/BKP/2026', ['peraturan'], None)
    [line] = problem.value.lines
    assert "--register '0009/BKP/2026' is not in" in line


@pytest.mark.usefixtures('archive')
def test_a_site_that_the_run_did_not_back_up_is_said() -> None:
    with pytest.raises(UsageProblem, match='no good recovery point of berita'):
        resolve('1', ['berita'], None)


def test_a_drill_leads_to_the_point_that_it_proved(archive: Path) -> None:
    enter(archive, run_kind='verify')
    assert resolve('4', ['peraturan'], None) == {'point': archives.POINT}


def test_a_period_leads_to_the_newest_run_in_which_the_site_came_out_well(archive: Path) -> None:
    runs = [
        {'run': f'r{day}', 'started': f'2026-12-0{day}T00:00:00Z', 'sites': {'peraturan': outcome}}
        for day, outcome in [(1, 'complete'), (2, 'remarks'), (3, 'failed')]
    ]
    folder = archive / 'filing' / '2026' / '12' / 'run-4'
    folder.mkdir(parents=True)
    (folder / 'record.json').write_bytes(canonical({'period': {'runs': runs}}))
    enter(archive, run_kind='period')
    assert resolve('4', ['peraturan'], None) == {'register': 'r2'}
