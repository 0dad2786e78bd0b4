# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One SQLite table comes back alone: dropped, changed, under readers; killed at any moment, too."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.engines import sqlite, sqlite_exchanger
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from integration.engines.copying import Point, folder, kill_after, python

OWNER = 12345 if os.geteuid() == 0 else os.geteuid()
SHOP = """
PRAGMA journal_mode=WAL;
CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE "Odd $ things" (
    id INTEGER PRIMARY KEY AUTOINCREMENT, parent INT REFERENCES parents, note TEXT,
    length INT AS (length(note)) STORED, price REAL
);
CREATE TABLE children (id INTEGER PRIMARY KEY, thing INT REFERENCES "Odd $ things" ON DELETE CASCADE);
CREATE TABLE plain (word TEXT);
CREATE INDEX notes ON "Odd $ things" (note);
CREATE VIEW cheap AS SELECT * FROM "Odd $ things" WHERE price < 1;
CREATE TRIGGER stamping AFTER INSERT ON "Odd $ things" BEGIN INSERT INTO plain VALUES ('stamped'); END;
INSERT INTO parents (name) VALUES ('one'), ('two');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO "Odd $ things" (parent, note, price) SELECT 1 + i % 2, 'note' || char(13, 10) || i, 0.1 FROM n;
INSERT INTO children (thing) SELECT id FROM "Odd $ things" WHERE id <= 50;
DELETE FROM plain;
"""
TABLE, QUOTED = 'Odd $ things', '"Odd $ things"'
SWAP = (
    'import json, sys\n'
    'from ansible_collections.rawat.website.plugins.module_utils.engines import sqlite\n'
    f'live, new, old = json.loads(sys.argv[1])\nsqlite.swap_table({{}}, live, new, "{TABLE}", old)\n'
)


class Shop:
    """The live file, its recovery point, and short ways to ask it."""

    def __init__(self, base: Path):
        home = base / 'home'
        home.mkdir()
        self.live, self.new, self.old = (
            str(home / name) for name in ('shop.db', '.shop.rawat-new-1', '.shop.rawat-old-1')
        )
        connection = sqlite3.connect(self.live)
        connection.executescript(SHOP)
        connection.close()
        for path in (home, *home.iterdir()):
            os.chown(path, OWNER, OWNER)
        self.database = {'engine': 'sqlite', 'path': self.live}
        self.point, self.good = Point(self.database, base), self.rows()

    def ask(self, sql: str, path: str | None = None) -> list[Any]:
        connection = sqlite3.connect(path or self.live)
        with connection:
            rows = [connection.execute(one).fetchall() for one in sql.split(';')]
        connection.close()
        return rows[-1]

    def rows(self, path: str | None = None) -> list[Any]:
        return self.ask(f'SELECT * FROM {QUOTED} ORDER BY id', path)

    def load(self, table: str = TABLE) -> list[str]:
        return sqlite.load_table(self.database, self.point.part, self.point.dump(4096), table, into=self.new)

    def swap(self, back: bool = False) -> list[str]:
        pair = (self.old, self.new) if back else (self.new, self.old)
        return sqlite.swap_table(self.database, self.live, pair[0], TABLE, pair[1])

    def hand_over(self) -> None:
        """What was done in this process was not done as the owner."""
        for path in Path(self.live).parent.iterdir():
            os.chown(path, OWNER, OWNER)

    def left(self) -> list[str]:
        return sorted(os.listdir(os.path.dirname(self.live)))


@pytest.fixture
def shop() -> Iterator[Shop]:
    with folder() as base:
        yield Shop(base)


def test_changed_rows_come_back_and_other_tables_keep_theirs(shop: Shop) -> None:
    shop.ask(f"UPDATE {QUOTED} SET price = 7; DELETE FROM {QUOTED} WHERE id > 400; INSERT INTO parents VALUES (9, 'x')")
    shop.ask(f"INSERT INTO {QUOTED} (note) VALUES ('newer'); DROP INDEX notes")
    changed = shop.rows()
    assert shop.load() == []
    assert (shop.rows(shop.new), shop.ask('SELECT * FROM children', shop.new)) == (shop.good, [])
    [remark] = sqlite.look_table(shop.database, shop.live, shop.new, TABLE)
    assert 'index notes is as in the recovery point again' in remark
    assert shop.swap() == []
    assert shop.rows() == shop.good
    assert shop.ask('SELECT count(*) FROM parents') == [(3,)]
    assert shop.ask('SELECT count(*) FROM children') == [(50,)], 'ON DELETE CASCADE did not act'
    assert shop.ask('SELECT count(*) FROM plain') == [(1,)], 'the trigger did not act'
    assert shop.ask('SELECT count(*) FROM cheap') == [(3000,)]
    assert shop.ask("SELECT name FROM sqlite_master WHERE tbl_name='Odd $ things' ORDER BY 1") == [
        ('Odd $ things',), ('notes',), ('stamping',),
    ]  # fmt: skip
    assert shop.ask(f"INSERT INTO {QUOTED} (note) VALUES ('x') RETURNING id") == [(3002,)], 'no number comes twice'
    assert os.stat(shop.live).st_uid == os.stat(shop.old).st_uid == OWNER
    newer = shop.rows()
    assert shop.swap() == []  # done already: what was written since is not touched
    assert shop.rows() == newer
    assert sqlite.table_kept(shop.database, shop.live, shop.old)
    assert shop.swap(back=True) == []
    assert (shop.rows(), shop.rows(shop.new)) == (changed, newer)
    assert shop.swap(back=True) == []
    assert [name for name in shop.left() if not name.endswith(('-wal', '-shm'))] == ['.shop.rawat-new-1', 'shop.db']
    assert shop.swap() == []  # forth again
    assert shop.rows() == newer
    assert shop.ask('PRAGMA integrity_check') == [('ok',)]


def test_a_dropped_table_comes_back_whole_and_the_way_back_is_none(shop: Shop) -> None:
    shop.ask(f"DROP TABLE {QUOTED}; INSERT INTO parents VALUES (9, 'x')")
    shop.load()
    assert sqlite.look_table(shop.database, shop.live, shop.new, TABLE) == []
    assert shop.swap() == []
    assert shop.rows() == shop.good
    assert shop.ask('SELECT count(*) FROM parents') == [(3,)]
    assert shop.ask(f"INSERT INTO {QUOTED} (note) VALUES ('x') RETURNING id") == [(3001,)]
    for _again in range(2):
        sqlite.remove_table(shop.database, shop.live, TABLE, shop.new)
    assert not sqlite.has_table(shop.database, shop.live, TABLE)
    assert len(shop.rows(shop.new)) == 3001


def test_rows_that_lose_their_partner_are_counted(shop: Shop) -> None:
    shop.ask(f"INSERT INTO {QUOTED} (note) VALUES ('newer'); INSERT INTO children (thing) VALUES (3001)")
    shop.ask('DELETE FROM parents WHERE id = 2')
    shop.load()
    assert shop.swap() == [
        f'table {TABLE}: 1500 rows of {TABLE} refer to rows that parents does not have',
        f'table {TABLE}: 1 rows of children refer to rows that {TABLE} does not have',
    ]


def test_another_definition_gives_way_and_comes_back(shop: Shop) -> None:
    shop.ask(f'ALTER TABLE {QUOTED} ADD extra INT; DROP TRIGGER stamping')
    changed = shop.rows()
    shop.load()
    assert len(sqlite.look_table(shop.database, shop.live, shop.new, TABLE)) == 2
    shop.swap()
    assert shop.rows() == shop.good
    shop.swap(back=True)
    assert shop.rows() == changed


def test_a_reader_goes_on_with_what_it_sees(shop: Shop) -> None:
    shop.load()
    shop.ask(f'UPDATE {QUOTED} SET price = 7')
    reader = sqlite3.connect(shop.live, isolation_level=None)
    reader.execute('BEGIN')
    query = f'SELECT sum(price) FROM {QUOTED}'
    before = reader.execute(query).fetchone()
    shop.swap()
    assert reader.execute(query).fetchone() == before
    reader.execute('COMMIT')
    assert reader.execute(query).fetchone() != before
    reader.close()
    assert shop.rows() == shop.good


def test_what_the_point_lacks_and_what_is_no_plain_table_is_told(shop: Shop) -> None:
    with pytest.raises(RestoreError, match=r'the recovery point has no table nothing'):
        shop.load('nothing')
    os.unlink(shop.new)
    shop.load('sqlite_sequence')
    with pytest.raises(RestoreError, match=r'one of SQLite itself'):
        sqlite.look_table(shop.database, shop.live, shop.new, 'sqlite_sequence')


def test_an_index_of_another_table_that_took_the_name_costs_the_exchange_and_nothing_else(shop: Shop) -> None:
    shop.load()
    shop.ask(f'UPDATE {QUOTED} SET price = 7; ALTER TABLE parents RENAME TO guardians')
    shop.ask(
        'CREATE TABLE other (x); CREATE INDEX unrelated ON other (x); DROP INDEX notes; CREATE INDEX notes ON other (x)'
    )
    changed = shop.rows()
    with pytest.raises(RestoreError, match=r'index notes already exists'):
        shop.swap()
    assert shop.rows() == changed
    assert not sqlite.table_kept(shop.database, shop.live, shop.old)


@pytest.mark.parametrize('back', [False, True])
def test_a_death_right_after_the_commit_is_known_by_the_next_call(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, back: bool
) -> None:
    shop.load()
    shop.ask(f'UPDATE {QUOTED} SET price = 7')
    before, finish, calls = shop.rows(), sqlite_exchanger.finish, []

    def dying(*arguments: Any) -> str | None:
        calls.append(arguments)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return finish(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(sqlite_exchanger, 'finish', dying)
        with pytest.raises(KeyboardInterrupt):
            sqlite_exchanger.exchange(shop.live, shop.new, shop.old, TABLE)
    shop.hand_over()
    assert shop.rows() == shop.good
    assert sqlite.table_kept(shop.database, shop.live, shop.old)
    shop.ask(f"INSERT INTO {QUOTED} (note) VALUES ('since')")
    since = shop.rows()
    assert shop.swap(back) == []
    assert shop.rows() == (before if back else since)
    assert shop.rows(shop.new if back else shop.old) == (since if back else before)
    assert shop.ask("SELECT count(*) FROM sqlite_master WHERE name LIKE '%rawat%'") == [(0,)]


def test_what_was_kept_for_an_exchange_that_did_not_take_place_never_becomes_live(shop: Shop) -> None:
    shop.load()
    sqlite_exchanger.keep(shop.live, shop.old, TABLE)  # and then the process died
    shop.hand_over()
    assert shop.rows() == shop.good
    assert not sqlite.table_kept(shop.database, shop.live, shop.old)
    with pytest.raises(RestoreError, match=r'did not take place'):
        shop.swap(back=True)


@pytest.mark.parametrize('mode', ['WAL', 'DELETE'])
@pytest.mark.parametrize('dropped', [False, True])
def test_an_exchange_that_is_killed_at_any_moment_left_old_or_new_and_is_finished(
    shop: Shop, mode: str, dropped: bool
) -> None:
    chance, seen = random.Random(7), []
    shop.ask(f'PRAGMA journal_mode={mode}')
    for _round in range(5):
        for path in (shop.new, shop.old):
            sqlite.drop(shop.database, path)
        shop.load()
        if sqlite.has_table(shop.database, shop.live, TABLE):
            shop.ask(f'DROP TABLE {QUOTED}' if dropped else f'UPDATE {QUOTED} SET price = 7')
        before = 'gone' if dropped else shop.rows()
        kill_after(python(SWAP, json.dumps([shop.live, shop.new, shop.old])), chance.uniform(0.1, 0.5))
        now = shop.rows() if sqlite.has_table(shop.database, shop.live, TABLE) else 'gone'
        assert now in (before, shop.good)
        seen.append(now == before)
        if now == shop.good:
            assert sqlite.table_kept(shop.database, shop.live, shop.old)
        shop.swap()
        assert shop.rows() == shop.good
        if not dropped:
            assert shop.rows(shop.old) == before
        assert sqlite.table_kept(shop.database, shop.live, shop.old)
        assert shop.ask("SELECT count(*) FROM sqlite_master WHERE name LIKE '%rawat%'") == [(0,)]
        assert not os.path.exists(shop.new)
