# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checker: everything that was changed is found and named, and nothing hostile gets the better of it."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.register import checker
from ansible_collections.rawat.website.plugins.module_utils.register.checker import points_check
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.register import archives

RUN = f'2026/11/{archives.run_id(1)}'
POINT = f'repository/peraturan/{archives.POINT}'
# Every file on which report 1 rests.
FILES = (
    *(f'filing/{RUN}/{name}' for name in ('record.json', 'report.html', 'receipt.json', 'SHA256SUMS')),
    *(f'filing/{RUN}/attachments/scan.png', 'filing/register.jsonl'),
    *(f'{POINT}/{name}' for name in ('database.sql.zst', 'manifest.json', 'SHA256SUMS')),
)
QUICK = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
FACTS = ('folder', 'documents', 'sites', 'run', 'record_sha256', 'code', 'tip', 'file', 'assignment')
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def failures(root: Path, what: str = '1') -> list[checker.Finding]:
    found = checker.check(what, str(root / 'filing'))
    return [finding for finding in found if finding.ok is False]


def crafted(filing: Path, *rows: dict[str, Any]) -> None:
    """A register with these rows, its chain in order: what somebody makes who rewrites all of it."""
    previous, lines = checker.FIRST, b''
    for place, row in enumerate(rows, 1):
        full = {'row': place, 'time': '2026-11-22T10:15:30Z', 'previous': previous, **row}
        full['sha256'] = archives.sha256(canonical(full).rstrip(b'\n'))
        lines += canonical(full)
        previous = archives.sha256(canonical(full).rstrip(b'\n'))
    (filing / 'register.jsonl').write_bytes(lines)


def test_a_whole_archive_is_good_and_all_of_it_was_looked_at(archive: Path) -> None:
    found = checker.check('1', str(archive / 'filing'))
    assert [finding for finding in found if finding.ok is not True] == []
    items = ' '.join(finding.item for finding in found)
    assert all(Path(name).name in items for name in FILES if POINT not in name)
    assert f'peraturan/{archives.POINT}' in items


@pytest.mark.parametrize('name', FILES)
@QUICK
@given(data=st.data())
def test_any_byte_that_is_changed_is_found_and_its_file_named(archive: Path, name: str, data: st.DataObject) -> None:
    path = archive / name
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    path.write_bytes(content[:place] + bytes([content[place] ^ data.draw(st.integers(1, 255))]) + content[place + 1 :])
    try:
        found = failures(archive)
    finally:
        path.write_bytes(content)
    assert found
    assert path.name in f'{found[0].item} {found[0].text()}'


def test_any_row_that_is_removed_doubled_or_moved_is_found_and_told_apart(archive: Path) -> None:
    path = archive / 'filing' / 'register.jsonl'
    content = path.read_bytes()
    lines = content.splitlines(keepends=True)
    changed = {
        **{f'remove {row}': lines[:row] + lines[row + 1 :] for row in range(len(lines) - 1)},
        **{f'double {row}': [*lines[: row + 1], *lines[row:]] for row in range(len(lines))},
        **{f'swap {one} {two}': swapped(lines, one, two) for one, two in itertools.combinations(range(len(lines)), 2)},
    }
    keys = {'remove': 'row_removed', 'double': 'row_twice', 'swap': 'row_order'}
    try:
        for how, rows in changed.items():
            path.write_bytes(b''.join(rows))
            assert [finding.text_key for finding in failures(archive)][:1] == [keys[how.split()[0]]], how
    finally:
        path.write_bytes(content)


def swapped(lines: list[bytes], one: int, two: int) -> list[bytes]:
    result = list(lines)
    result[one], result[two] = result[two], result[one]
    return result


@pytest.mark.parametrize(
    ('rows', 'key'), [(5, None), (4, 'register_cut'), (3, 'register_cut'), (2, 'register_cut'), (1, 'register_cut')]
)
def test_a_register_that_was_cut_off_is_told_by_what_was_issued_after(
    archive: Path, rows: int, key: str | None
) -> None:
    path = archive / 'filing' / 'register.jsonl'
    content = path.read_bytes()
    path.write_bytes(b''.join(content.splitlines(keepends=True)[:rows]))
    try:
        found = checker.check('1', str(archive / 'filing'))
    finally:
        path.write_bytes(content)
    failed = {finding.text_key for finding in found if finding.ok is False}
    if key is None:  # the recap's own row: its file lies there, of which nothing speaks
        assert failed == set()
        assert 'file_unregistered' in {finding.text_key for finding in found if finding.ok is None}
    else:
        assert key in failed


def test_a_lost_receipt_row_is_found_by_the_receipt(tmp_path: Path) -> None:
    archives.make(tmp_path / 'filing')
    shutil.rmtree(tmp_path / 'filing' / 'recaps')
    path = tmp_path / 'filing' / 'register.jsonl'
    path.write_bytes(b''.join(path.read_bytes().splitlines(keepends=True)[:3]))
    found = {finding.item: finding.text_key for finding in failures(tmp_path)}
    assert found == {f'{RUN}/{name}': 'file_unregistered' for name in ('receipt.json', 'attachments/scan.png')}


def test_a_rewritten_row_breaks_the_row_after_it(archive: Path) -> None:
    path = archive / 'filing' / 'register.jsonl'
    content = path.read_bytes()
    lines = content.splitlines(keepends=True)
    row = {**json.loads(lines[1]), 'officer': 'Somebody'}
    del row['sha256']
    row['sha256'] = archives.sha256(canonical(row).rstrip(b'\n'))
    path.write_bytes(b''.join([lines[0], canonical(row), *lines[2:]]))
    try:
        [finding] = [finding for finding in failures(archive) if finding.text_key == 'row_chain']
    finally:
        path.write_bytes(content)
    assert finding.values['row'] == 3
    assert 'row 2 was rewritten' in finding.text('en')


def record_of(archive: Path, **changes: Any) -> dict[str, Any]:
    record = json.loads((archive / 'filing' / RUN / 'record.json').read_bytes())
    return {**record, **changes}


@pytest.mark.parametrize(
    ('number', 'run', 'key'),
    [
        ('0001/BKP/2026', archives.run_id(1), 'record_changed'),
        ('0001/BKP/2026', '20261129T000000Z-ffff', 'record_claims'),
        ('0004/BKP/2026', '20261129T000000Z-ffff', 'record_unregistered'),
    ],
)
def test_changed_false_and_unregistered_records_are_told_apart(
    archive: Path, tmp_path: Path, number: str, run: str, key: str
) -> None:
    record = record_of(archive, register={'number': number}, remark='changed')
    record['run']['id'] = run
    path = tmp_path / 'record.json'
    path.write_bytes(canonical(record))
    assert failures(archive, str(path))[0].text_key == key


def test_a_second_record_of_the_same_number_in_the_archive_is_named(tmp_path: Path) -> None:
    archives.make(tmp_path / 'filing')
    twin = tmp_path / 'filing' / '2026' / '11' / 'twin'
    twin.mkdir()
    record = record_of(tmp_path)
    record['run']['id'] = 'twin'
    (twin / 'record.json').write_bytes(canonical(record))
    [finding] = failures(tmp_path)
    assert (finding.text_key, finding.item) == ('record_claims', '2026/11/twin/record.json')
    assert failures(tmp_path, '2') == []


def test_a_record_of_a_killed_run_without_a_row_is_no_failure_of_another_report(tmp_path: Path) -> None:
    archives.make(tmp_path / 'filing')
    killed = tmp_path / 'filing' / '2026' / '11' / 'killed'
    killed.mkdir()
    record = record_of(tmp_path, register={'number': '0004/BKP/2026'})
    record['run']['id'] = 'killed'
    (killed / 'record.json').write_bytes(canonical(record))
    assert failures(tmp_path) == []
    found = checker.check('1', str(tmp_path / 'filing'))
    assert [finding.text_key for finding in found if finding.ok is None] == ['register_unissued']
    own = failures(tmp_path, str(killed))
    assert [finding.text_key for finding in own] == ['record_unregistered']


@pytest.mark.parametrize('folder', ['../outside', '/etc', '2026/../../outside', '2026//11', '', '.', 'a\\b', 'link'])
def test_a_row_cannot_lead_out_of_the_archive(tmp_path: Path, folder: str) -> None:
    (tmp_path / 'outside').mkdir()
    (tmp_path / 'outside' / 'record.json').write_bytes(b'{}')
    filing = tmp_path / 'filing'
    filing.mkdir()
    (filing / 'link').symlink_to('../outside')
    crafted(filing, {'kind': 'report', 'number': '0001/BKP/2026', 'folder': folder, 'documents': {'x': '0' * 64}})
    assert [finding.text_key for finding in failures(tmp_path)] == ['file_unsafe']


@pytest.mark.parametrize('name', ['../secret', '/etc/passwd', '..', 'a/../../secret', 'link'])
def test_a_document_cannot_lead_out_of_its_folder(tmp_path: Path, name: str) -> None:
    folder = archives.make(tmp_path / 'filing')
    (folder / 'link').symlink_to('/etc/passwd')
    secret = archives.sha256(Path('/etc/passwd').read_bytes())
    row = {'kind': 'report', 'number': '0001/BKP/2026', 'folder': RUN, 'documents': {name: secret}}
    crafted(tmp_path / 'filing', row)
    keys = {finding.text_key for finding in failures(tmp_path) if name in finding.item}
    assert keys in ({'file_unsafe'}, {'file_gone'})


@pytest.mark.parametrize('name', ['record.json', 'SHA256SUMS', 'report.html'])
def test_a_pipe_or_a_folder_in_place_of_a_file_is_a_finding_and_no_wait(tmp_path: Path, name: str) -> None:
    folder = archives.make(tmp_path / 'filing')
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert any(name in finding.item for finding in failures(tmp_path))
    (folder / name).unlink()
    (folder / name).mkdir()
    assert any(name in finding.item for finding in failures(tmp_path))


@pytest.mark.parametrize(
    'content',
    [
        b'', b'\xff\xfe', b'null', b'[]', b'[' * 200_000, b'{"a":' * 200_000, b'{"run":1,"sites":2}', b'{"a":1,"a":2}',
        b'{"run":{"id":[]},"sites":{},"register":[]}', b'{"run":1e5,"sites":[]}', b'{"run":' + b'9' * 9999 + b'}',
        b'%PDF-1.7', b'%PDF-1.7\nstartxref\n9\n%%EOF', b'{"kind":"receipt","number":{}}', b'{"sites":NaN,"run":1}',
    ],
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_a_finding(archive: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / 'given'
    path.write_bytes(content)
    found = failures(archive, str(path))
    assert found
    assert checker.lines(found, 'id')


@QUICK
@given(
    facts=st.fixed_dictionaries({}, optional=dict.fromkeys(FACTS, JSON)),
    kind=st.sampled_from(['receipt', 'attachment', 'recap', 'note', 'strange']),
)
def test_rows_of_any_shape_are_survived(archive: Path, facts: dict[str, Any], kind: str) -> None:
    path = archive / 'filing' / 'register.jsonl'
    content = path.read_bytes()
    number = '0001/BKP/2026'
    try:
        crafted(archive / 'filing', {**facts, 'kind': 'report', 'number': number},
                {**facts, 'kind': kind, 'number': number})  # fmt: skip
        for what in ('1', f'{archive}/filing/{RUN}', f'{archive}/filing/{RUN}/receipt.json'):
            found = checker.check(what, str(archive / 'filing'))
            assert checker.exit_code(found) == checker.FAILED
            assert json.dumps(checker.as_document(found, 'en'))
    finally:
        path.write_bytes(content)


@QUICK
@given(content=st.binary(max_size=300))
def test_a_register_of_any_bytes_is_survived(archive: Path, content: bytes) -> None:
    path = archive / 'filing' / 'register.jsonl'
    before = path.read_bytes()
    try:
        path.write_bytes(before + content)
        rows, faults, tail = checker.read_chain(before + content)
    finally:
        path.write_bytes(before)
    assert len(rows) == 6
    assert bool(content) == bool(faults or tail)


def test_the_records_that_a_period_sums_up_are_checked(tmp_path: Path) -> None:
    archives.make(tmp_path / 'filing')
    run = '20261201T000000Z-aaaa'
    single = tmp_path / 'filing' / '2026' / '12' / run
    single.mkdir(parents=True)
    (single / 'record.json').write_bytes(b'{}\n')
    runs = [{'run': run, 'started': '2026-12-01T00:00:00Z', 'record_sha256': archives.sha256(b'{}\n')}]
    content = canonical(record_of(tmp_path, period={'runs': runs}))
    (tmp_path / 'filing' / RUN / 'record.json').write_bytes(content)
    row = archives.report_row('0001/BKP/2026', archives.run_id(1), content, {}, tmp_path / 'repository')
    crafted(tmp_path / 'filing', row)
    path = f'2026/12/{run}/record.json'
    assert path in {finding.item for finding in checker.check('1', str(tmp_path / 'filing')) if finding.ok}
    (single / 'record.json').write_bytes(b'{}')
    assert (path, 'file_changed') in {(finding.item, finding.text_key) for finding in failures(tmp_path)}


def test_both_languages_of_every_text_fill_in_the_same_values() -> None:
    for key, texts in checker.TEXTS.items():
        found = [{name for _text, name, _spec, _how in Formatter().parse(words) if name} for words in texts]
        assert found[0] == found[1], key
        assert all(texts), key


def test_a_moved_or_pruned_recovery_point_is_told_apart(tmp_path: Path) -> None:
    archives.make(tmp_path / 'filing')
    shutil.rmtree(tmp_path / POINT)
    assert [finding.text_key for finding in failures(tmp_path)] == ['point_gone']
    shutil.rmtree(tmp_path / 'repository')
    assert failures(tmp_path) == []
    found = checker.check('1', str(tmp_path / 'filing'))
    assert 'point_elsewhere' in {finding.text_key for finding in found if finding.ok is None}


def test_a_large_point_is_read_only_when_asked_for(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points_check, 'QUICK_LIMIT', 100)
    quick = checker.check('1', str(archive / 'filing'))
    assert ('point_present', None) in {(finding.text_key, finding.ok) for finding in quick}
    deep = checker.check('1', str(archive / 'filing'), deep=True)
    assert ('point_whole', True) in {(finding.text_key, finding.ok) for finding in deep}


def test_the_qr_text_and_the_code_lead_to_the_same_report(archive: Path) -> None:
    row = json.loads((archive / 'filing' / 'register.jsonl').read_bytes().splitlines()[1])
    seal = f'SOPBK1|{row["number"]}|2026-11-22|sha256:{row["record_sha256"]}'
    for what in (seal, row['code'], row['code'].replace('-', ' ').lower(), row['run']):
        found = checker.check(what, str(archive / 'filing'))
        assert found[0].values['number'] == '0002/BKP/2026'
        assert checker.exit_code(found) == 0


def test_a_report_without_its_register_is_not_proved(archive: Path, tmp_path: Path) -> None:
    alone = tmp_path / 'elsewhere' / 'record.json'
    alone.parent.mkdir()
    row = json.loads((archive / 'filing' / 'register.jsonl').read_bytes().splitlines()[0])
    alone.write_bytes((archive / 'filing' / row['folder'] / 'record.json').read_bytes())
    found = checker.check(str(alone))
    assert [finding for finding in found if finding.ok is False] == []
    assert checker.exit_code(found) == checker.FAILED
    assert checker.lines(found, 'en')[0].startswith('NOT PROVED: no register is here')
    assert checker.exit_code(checker.check(str(alone), str(archive / 'filing'))) == 0
