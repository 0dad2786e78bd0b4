# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SQLite brought back: loading, what a census tells of a copy that is not the same, exchange under readers."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.census import differences, uncompared
from ansible_collections.rawat.website.plugins.module_utils.engines import sqlite
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from integration.engines.copying import Point, folder, kill_after, private, python
from integration.engines.houses import census_of_file


@pytest.fixture
def base() -> Iterator[Path]:
    with folder() as path:
        yield path


@pytest.fixture(scope='module')
def zoo(sqlite_house) -> Iterator[Point]:
    database = sqlite_house.create('zoo', sqlite_house.zoo.read_bytes())
    with folder() as path:
        point = Point(database, path)
        point.part['live'] = database['path']
        yield point


def entry(path: Path) -> dict:
    return {'engine': 'sqlite', 'path': str(path)}


def run(path: Path, sql: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql)


# ---------------------------------------------------------------- equal
@pytest.mark.parametrize('size', [7, 4096, 1024 * 1024])
def test_a_copy_of_everything_is_equal_to_the_last_bit_and_so_is_its_census(zoo, base: Path, size: int) -> None:
    with private(entry(base), base, part=zoo.part) as server:
        copy = server.database(zoo.part['name'])
        server.prove_ours(copy)
        sqlite.load(copy, zoo.part, zoo.dump(size), None)
        found = sqlite.census_of(copy)
        assert differences(zoo.part['census'], found) == []
        assert uncompared(zoo.part['census'], found) == []
        assert set(found['checksums']) == set(found['tables'])
        assert census_of_file(Path(copy['path'])) == census_of_file(Path(zoo.part['live']))
        with pytest.raises(RestoreError, match='not a file of the drill'):
            server.prove_ours(entry(Path(zoo.part['live'])))


def test_a_database_in_utf_16_comes_back_in_utf_16(sqlite_house, base: Path) -> None:
    sql = (
        "PRAGMA encoding='UTF-16be'; CREATE TABLE \"o'brien\"(v); "
        "INSERT INTO \"o'brien\" VALUES ('é ☃'), (';' || char(10) || ');');"
    )
    point = Point(sqlite_house.create('wide', sql), base)
    sqlite.load(entry(base), point.part, point.dump(), None, into=str(base / 'wide.db'))
    assert census_of_file(base / 'wide.db') == sqlite_house.census('wide')
    assert differences(point.part['census'], sqlite.census_of(entry(base / 'wide.db'))) == []


# ---------------------------------------------------------------- not equal
CHANGES = {
    'row missing': ("DELETE FROM plain WHERE a = 'seven'", ['table plain has 2 rows instead of 3']),
    'value': (
        'UPDATE strict_table SET r = 2.5000000000000004 WHERE i = 2',
        ['the content of table strict_table differs'],
    ),
    'type': ('UPDATE strict_table SET a = 1 WHERE i = 1', ['the content of table strict_table differs']),
    'swapped': (
        "UPDATE without_rowid SET c = CASE c WHEN 'v' THEN 'w' ELSE 'v' END",
        ['the content of table without_rowid differs'],
    ),
    'row number': ('UPDATE rowid_taken SET _rowid_ = 9', ['the content of table rowid_taken differs']),
    'trigger': (
        'DROP TRIGGER instead; CREATE TRIGGER instead INSTEAD OF INSERT ON totals BEGIN SELECT raise(IGNORE); END',
        ['the body of trigger instead differs'],
    ),
    'view': (
        'DROP VIEW totals; CREATE VIEW totals AS SELECT 1 AS n',
        ['trigger instead is missing', 'the definition of view totals differs'],
    ),
    'index': ('DROP INDEX by_b; CREATE INDEX by_b ON plain(b, c)', ['the definition of index by_b differs']),
    'index gone': ('DROP INDEX by_b', ['index by_b is missing']),
    'column': ('ALTER TABLE empty_table ADD COLUMN c', ['the definition of table empty_table differs']),
    'user_version': ('PRAGMA user_version = 1', ['the user_version of the database is 1 instead of 4711']),
    'counter': (
        "UPDATE sqlite_sequence SET seq = 5 WHERE name = 'keyed'",
        ['the content of table sqlite_sequence differs'],
    ),
}  # fmt: skip


@pytest.mark.parametrize('change', CHANGES)
def test_a_copy_that_differs_is_told_from_the_original(zoo, base: Path, change: str) -> None:
    sql, expected = CHANGES[change]
    sqlite.load(entry(base), zoo.part, zoo.dump(), None, into=str(base / 'copy.db'))
    run(base / 'copy.db', 'DROP TRIGGER feed_external;')
    before = sqlite.census_of(entry(base / 'copy.db'))
    run(base / 'copy.db', sql)
    found = differences(before, sqlite.census_of(entry(base / 'copy.db')))
    # SQLite itself moves its statistics along with an index
    found = [line for line in found if 'sqlite_stat1' not in line]
    assert len(found) == len(expected), found
    assert all(line.startswith(words) for line, words in zip(found, expected)), found


def test_another_encoding_is_a_difference(zoo, base: Path) -> None:
    run(base / 'other.db', "PRAGMA encoding='UTF-16le'; CREATE TABLE t(a);")
    lines = differences(zoo.part['census'], sqlite.census_of(entry(base / 'other.db')), limit=1000)
    assert "the encoding of the database is 'UTF-16le' instead of 'UTF-8'" in lines


# ---------------------------------------------------------------- failures
def test_a_truncated_dump_is_an_error_wherever_it_is_cut(zoo, base: Path) -> None:
    text, chance = b''.join(zoo.dump()), random.Random(3)
    for number, end in enumerate([len(text) - 1, len(text) - 40, *(chance.randrange(len(text)) for _n in range(6))]):
        with pytest.raises(RestoreError, match='no end marker'):
            sqlite.load(entry(base), zoo.part, iter([text[:end]]), None, into=str(base / f'{number}.db'))


def test_a_dump_reaches_no_other_file_and_an_error_has_no_value_of_a_row(zoo, base: Path) -> None:
    text = b''.join(zoo.dump())
    base.chmod(0o777)
    for number, (bad, words) in enumerate((
        (f"ATTACH '{base}/proof' AS x;\n", 'not authorized'),
        (f"VACUUM INTO '{base}/proof';\n", 'VACUUM'),
        ("SELECT load_extension('x');\n", 'not authorized'),
        ("INSERT INTO nowhere(a) VALUES('secret-value');\n", 'no such table: nowhere; in: INSERT INTO nowhere'),
    )):  # fmt: skip
        changed = text.replace(b'BEGIN TRANSACTION;\n', b'BEGIN TRANSACTION;\n' + bad.encode(), 1)
        with pytest.raises(RestoreError, match=words) as caught:
            sqlite.load(entry(base), zoo.part, iter([changed]), None, into=str(base / f'{number}.db'))
        assert 'secret-value' not in str(caught.value)
    assert not (base / 'proof').exists()


def test_a_file_with_something_in_it_is_not_touched(zoo, base: Path) -> None:
    run(base / 'there.db', 'CREATE TABLE mine(a)')
    before = (base / 'there.db').read_bytes()
    with pytest.raises(RestoreError, match='not empty'):
        sqlite.load(entry(base), zoo.part, zoo.dump(), None, into=str(base / 'there.db'))
    assert (base / 'there.db').read_bytes() == before
    with pytest.raises(RestoreError, match='no copy of ours'):
        sqlite.drop({}, str(base / 'there.db'))
    assert sqlite.size_of(entry(base / 'there.db')) == len(before)
    assert sqlite.size_of(entry(base / 'gone.db')) is None


# ---------------------------------------------------------------- exchange
MANY = 'WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 5000) '


def pair(base: Path, live_mode: str = 'WAL', live_page: int = 4096) -> tuple[str, str, str]:
    """A live file, the one that shall take its place, and the name under which the former is kept."""
    live, new, old = (base / name for name in ('app.db', 'app.db__rawat_new_1', 'app.db__rawat_old_1'))
    for path, mode, page, word in ((live, live_mode, live_page, 'former'), (new, 'WAL', 4096, 'restored')):
        run(path, f'PRAGMA page_size={page}; PRAGMA journal_mode={mode}; CREATE TABLE t(v, w); {MANY} INSERT INTO t '
                  f"SELECT '{word}', hex(zeroblob(500)) FROM s; PRAGMA user_version=7;")  # fmt: skip
    if os.geteuid() == 0:
        os.chown(base, 65534, 65534)
        os.chown(live, 65534, 65534)
    return str(live), str(new), str(old)


def content(path: str) -> list[tuple[str, int]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute('PRAGMA integrity_check').fetchone() == ('ok',)
        return connection.execute('SELECT v, count(*) FROM t GROUP BY v').fetchall()


@pytest.mark.parametrize(('mode', 'page'), [('WAL', 4096), ('DELETE', 4096), ('WAL', 1024), ('DELETE', 8192)])
def test_the_copy_becomes_live_and_goes_back_again(base: Path, mode: str, page: int) -> None:
    live, new, old = pair(base, mode, page)
    before = os.stat(live)
    sqlite.swap({}, live, new, old)
    assert (content(live), content(old)) == ([('restored', 5000)], [('former', 5000)])
    assert (os.stat(live).st_ino, os.stat(live).st_uid) == (before.st_ino, before.st_uid)
    assert not os.path.exists(new)
    sqlite.swap({}, live, new, old)  # nothing is left to do
    assert content(live) == [('restored', 5000)]
    sqlite.swap({}, live, old, new)
    assert (content(live), content(new)) == ([('former', 5000)], [('restored', 5000)])


def test_a_reader_in_wal_mode_goes_on_with_what_it_sees(base: Path) -> None:
    live, new, old = pair(base)
    with contextlib.closing(sqlite3.connect(live, isolation_level=None)) as reader:
        reader.execute('BEGIN')
        assert reader.execute('SELECT DISTINCT v FROM t').fetchall() == [('former',)]
        sqlite.swap({}, live, new, old)
        assert reader.execute('SELECT DISTINCT v FROM t').fetchall() == [('former',)]
        reader.execute('COMMIT')
        assert reader.execute('SELECT DISTINCT v FROM t').fetchall() == [('restored',)]


SWAP = (
    'import sys\n'
    'from ansible_collections.rawat.website.plugins.module_utils.engines import sqlite\n'
    'print("ready", flush=True)\n'
    'sqlite.swap({}, *sys.argv[1:])\n'
)


@pytest.mark.parametrize('mode', ['WAL', 'DELETE'])
def test_an_exchange_that_is_killed_at_any_moment_can_be_finished(base: Path, mode: str) -> None:
    chance = random.Random(5)
    for number in range(8):
        place = base / str(number)
        place.mkdir()
        names = pair(place, mode)
        process = python(SWAP, *names)
        assert process.stdout.readline() == b'ready\n'
        kill_after(process, chance.uniform(0, 0.35))
        assert content(names[0]) in ([('former', 5000)], [('restored', 5000)])
        sqlite.swap({}, *names)
        assert sqlite.swap_state({}, *names) == 'after'
        assert (content(names[0]), content(names[2])) == ([('restored', 5000)], [('former', 5000)])
        shutil.rmtree(place)


def test_a_copy_becomes_live_where_no_live_file_is_left(base: Path) -> None:
    live, new, old = pair(base)
    for suffix in ('', '-wal', '-shm'):
        Path(live + suffix).unlink(missing_ok=True)
    sqlite.swap({}, live, new, old)
    assert content(live) == [('restored', 5000)]
    assert not os.path.exists(old)
    os.unlink(live)
    with pytest.raises(RestoreError, match='cannot be exchanged'):
        sqlite.swap({}, live, new, old)
