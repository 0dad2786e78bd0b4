# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One PostgreSQL table comes back alone: dropped, changed, with what hangs on it; killed at any moment, too."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql, postgresql_exchange
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from integration.engines.copying import Point, folder, kill_after, python

NEW, OLD = 'shop__rawat_new_1', 'shop__rawat_old_1'
SHOP = """
CREATE ROLE clerk;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.note = 'stamped'; RETURN NEW; END$$;
CREATE TABLE parents (id serial PRIMARY KEY, name text);
CREATE TABLE "Odd $ things" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent int REFERENCES parents, mood mood, note text,
    length int GENERATED ALWAYS AS (length(note)) STORED, at timestamptz DEFAULT '2024-02-03 04:05:06+07',
    price real, CHECK (price < 1000)
);
CREATE TABLE children (id serial PRIMARY KEY, thing bigint REFERENCES "Odd $ things" ON DELETE CASCADE);
CREATE INDEX notes ON "Odd $ things" (note);
CREATE VIEW good AS SELECT * FROM "Odd $ things" WHERE mood = 'good';
CREATE TRIGGER stamping BEFORE INSERT OR UPDATE ON "Odd $ things" FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE "Odd $ things" DISABLE TRIGGER stamping;
GRANT SELECT ON "Odd $ things" TO clerk;
ALTER TABLE "Odd $ things" ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON "Odd $ things" TO clerk USING (mood = 'good');
INSERT INTO parents (name) VALUES ('one'), ('two');
INSERT INTO "Odd $ things" (parent, mood, note, price) SELECT 1 + i % 2, 'good', 'note' || chr(9) || i, 0.1
    FROM generate_series(1, 500) i;
ALTER TABLE "Odd $ things" ENABLE TRIGGER stamping;
INSERT INTO children (thing) SELECT i FROM generate_series(1, 50) i;
"""
TABLE, QUOTED = 'public.Odd $ things', '"Odd $ things"'
ROWS = f'SELECT md5(string_agg(t::text, chr(10) ORDER BY id)) FROM {QUOTED} t'
AROUND = "SELECT 'good'::regclass::oid, tgenabled FROM pg_trigger WHERE tgname = 'stamping'"
MAY = "SELECT has_table_privilege('clerk', 'public.\"Odd $ things\"', 'SELECT')"
KEYS = (
    "SELECT string_agg(conname || convalidated, ',' ORDER BY conname) FROM pg_constraint "
    "WHERE conrelid::regclass::text LIKE '%Odd%'"
)
SWAP = (
    'import json, sys\n'
    'from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql\n'
    f'postgresql.swap_table(json.loads(sys.argv[1]), "shop", "{NEW}", "{TABLE}", "{OLD}")\n'
)


class Shop:
    """The live database, its recovery point, and short ways to ask it."""

    def __init__(self, house: Any, base: Path):
        self.server = house.server
        self.database = house.create('shop', SHOP)
        self.point, self.good = Point(self.database, base), self.ask(ROWS)

    def ask(self, sql: str, name: str = 'shop') -> str:
        return str(self.server.run(sql, name).decode().strip())

    def load(self, table: str = TABLE) -> list[str]:
        return postgresql.load_table(
            self.database, self.point.part, self.point.dump(4096), table, accounts=self.point.accounts(), into=NEW
        )

    def swap(self, back: bool = False) -> list[str]:
        pair = (OLD, NEW) if back else (NEW, OLD)
        return postgresql.swap_table(self.database, 'shop', pair[0], TABLE, pair[1])

    def close(self) -> None:
        for name in ('shop', NEW, OLD):
            postgresql.drop(self.database, name, force=True)
        self.server.run('DROP ROLE clerk')


@pytest.fixture
def shop(postgresql_house) -> Iterator[Shop]:
    with folder() as base:
        one = Shop(postgresql_house, base)
        yield one
        one.close()


def test_changed_rows_come_back_under_everything_that_hangs_on_the_table(shop: Shop) -> None:
    shop.ask(f'UPDATE {QUOTED} SET price = 7; DELETE FROM {QUOTED} WHERE id > 400')
    shop.ask("INSERT INTO parents VALUES (9, 'new')")
    shop.ask(f"INSERT INTO {QUOTED} (note) VALUES ('newer')")
    changed, around = shop.ask(ROWS), shop.ask(AROUND)
    assert shop.load() == []
    assert shop.ask(ROWS, NEW) == shop.good
    assert shop.ask('SELECT count(*) FROM children', NEW) == '0'  # the rows of others stay in the dump
    assert postgresql.look_table(shop.database, 'shop', NEW, TABLE) == []
    assert shop.swap() == []
    assert shop.ask(ROWS) == shop.good
    assert shop.ask('SELECT count(*) FROM parents') == '3', 'another table keeps what is newer'
    assert shop.ask('SELECT count(*) FROM good') == '500'
    assert shop.ask('SELECT count(*) FROM children') == '50', 'ON DELETE CASCADE did not act'
    assert shop.ask(AROUND) == around
    assert shop.ask(MAY) == 't'
    assert shop.ask('SELECT bool_and(convalidated) FROM pg_constraint') == 't'
    assert shop.ask(f"INSERT INTO {QUOTED} (note) VALUES ('x') RETURNING id") == '502', 'no number is given out twice'
    assert shop.ask(ROWS, OLD) == changed
    newer = shop.ask(ROWS)
    assert shop.swap() == []  # done already: what was written since is not touched
    assert shop.ask(ROWS) == newer
    assert shop.swap(back=True) == []
    assert shop.ask(ROWS) == changed
    assert shop.ask(ROWS, NEW) == newer
    assert shop.swap(back=True) == []
    assert shop.swap() == []  # forth again
    assert shop.ask(ROWS) == newer


def test_a_dropped_table_comes_back_whole_and_what_it_took_along_is_told(shop: Shop) -> None:
    shop.ask(f"DROP TABLE {QUOTED} CASCADE; INSERT INTO parents VALUES (9, 'new')")
    shop.load()
    remarks = postgresql.look_table(shop.database, 'shop', NEW, TABLE)
    assert [line.split(':')[1].split(' is ')[0].split(' used')[0] for line in remarks] == [
        ' foreign key public.children children_thing_fkey', ' view public.good',
    ]  # fmt: skip
    assert 'ALTER TABLE public.children ADD CONSTRAINT children_thing_fkey FOREIGN KEY (thing)' in remarks[0]
    assert shop.swap() == []
    assert shop.ask(ROWS) == shop.good
    assert shop.ask('SELECT count(*) FROM parents') == '3'
    assert shop.ask("SELECT indexname FROM pg_indexes WHERE tablename LIKE 'Odd%' ORDER BY 1").split('\n') == [
        'Odd $ things_pkey', 'notes',
    ]  # fmt: skip
    assert shop.ask(KEYS) == ('Odd $ things_parent_fkeytrue,Odd $ things_pkeytrue,Odd $ things_price_checktrue')
    assert shop.ask(f'{MAY}, count(*) FROM pg_policy') == 't|1'
    assert shop.ask(f"INSERT INTO {QUOTED} (note) VALUES ('x') RETURNING id, note") == '501|stamped'
    assert shop.swap() == []
    postgresql.remove_table(shop.database, 'shop', TABLE, NEW)  # the way back: there was none
    postgresql.remove_table(shop.database, 'shop', TABLE, NEW)
    assert not postgresql.has_table(shop.database, 'shop', TABLE)
    assert shop.ask(f'SELECT count(*) FROM {QUOTED}', NEW) == '501'


def test_rows_that_lose_their_partner_leave_a_key_that_says_so_and_the_way_back_heals_it(shop: Shop) -> None:
    shop.ask(f"INSERT INTO {QUOTED} (note) VALUES ('newer'); INSERT INTO children (thing) VALUES (501)")
    shop.ask(f'DELETE FROM {QUOTED} WHERE parent = 2; DELETE FROM parents WHERE id = 2')
    shop.load()
    remarks = shop.swap()
    assert len(remarks) == 2
    assert '250 rows of public."Odd $ things" refer to rows that public.parents does not have' in remarks[0]
    assert '1 rows of public.children refer to rows' in remarks[1]
    assert 'NOT VALID' in remarks[1]
    assert shop.ask("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated") == '2'
    assert shop.swap(back=True) == []
    assert shop.ask("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated") == '0'


def test_other_columns_make_the_table_anew_unless_something_hangs_on_it(shop: Shop) -> None:
    shop.ask(f'ALTER TABLE {QUOTED} ADD extra int')
    shop.load()
    with pytest.raises(RestoreError, match=r'others hang on it: foreign key public.children children_thing_fkey'):
        postgresql.look_table(shop.database, 'shop', NEW, TABLE)
    with pytest.raises(RestoreError, match=r'nothing was changed: .*cannot drop table'):
        shop.swap()
    assert not postgresql.table_kept(shop.database, 'shop', OLD)
    shop.ask('DROP VIEW IF EXISTS good; ALTER TABLE children DROP CONSTRAINT children_thing_fkey')
    [remark] = postgresql.look_table(shop.database, 'shop', NEW, TABLE)
    assert 'made anew' in remark
    changed = shop.ask(ROWS)
    assert shop.swap() == []
    assert shop.ask(ROWS) == shop.good
    assert shop.swap(back=True) == []
    assert shop.ask(ROWS) == changed


def test_what_differs_and_stays_is_named(shop: Shop) -> None:
    shop.ask(f'DROP INDEX notes; CREATE INDEX moods ON {QUOTED} (mood); DROP TRIGGER stamping ON {QUOTED}')
    shop.ask(f'ALTER TABLE {QUOTED} ALTER price SET DEFAULT 3; REVOKE SELECT ON {QUOTED} FROM clerk')
    shop.load()
    remarks = postgresql.look_table(shop.database, 'shop', NEW, TABLE)
    assert [' '.join(line.split(': ')[1].split(' ')) for line in remarks] == [
        'column price differs', 'index public.moods is newer than the recovery point', 'index public.notes is gone',
        'rights clerk is gone', 'trigger stamping is gone',
    ]  # fmt: skip


def test_a_trigger_that_always_acts_forbids_the_exchange(shop: Shop) -> None:
    shop.ask(f'ALTER TABLE {QUOTED} ENABLE ALWAYS TRIGGER stamping')
    shop.load()
    with pytest.raises(RestoreError, match='trigger stamping would act'):
        postgresql.look_table(shop.database, 'shop', NEW, TABLE)


def test_rows_that_a_newer_rule_forbids_change_nothing_and_are_not_quoted(shop: Shop) -> None:
    shop.ask(f'UPDATE {QUOTED} SET price = 500; ALTER TABLE {QUOTED} ADD CHECK (price > 100)')
    shop.load()
    changed = shop.ask(ROWS)
    with pytest.raises(RestoreError, match='violates check constraint') as caught:
        shop.swap()
    assert 'note' not in str(caught.value)
    assert shop.ask(ROWS) == changed


def test_a_table_that_the_point_lacks_is_told(shop: Shop) -> None:
    with pytest.raises(RestoreError, match=r'the recovery point has no table public.nothing'):
        shop.load('public.nothing')


def test_an_exchange_that_fails_last_of_all_changes_nothing_and_what_it_kept_never_becomes_live(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.load()
    shop.ask(f'UPDATE {QUOTED} SET price = 7')
    before = shop.ask(ROWS)
    with monkeypatch.context() as patch:
        patch.setattr(postgresql_exchange.postgresql_around, 'settle_keys', lambda *_arguments: [][0])
        with pytest.raises(IndexError):
            shop.swap()
    assert shop.ask(ROWS) == before == shop.ask(ROWS, OLD)
    assert not postgresql.table_kept(shop.database, 'shop', OLD)
    with pytest.raises(RestoreError, match=r'was never finished'):
        shop.swap(back=True)
    assert shop.swap() == []
    assert shop.ask(ROWS) == shop.good


@pytest.mark.parametrize('dropped', [False, True])
def test_an_exchange_that_is_killed_at_any_moment_left_old_or_new_and_is_finished(shop: Shop, dropped: bool) -> None:
    seen, duration = set(), None
    shop.load()
    for share in (None, 0.3, 0.5, 0.7, 0.9):  # of the time that a whole one takes here, which the first one tells
        shop.ask(f'DROP TABLE {QUOTED} CASCADE' if dropped else f'UPDATE {QUOTED} SET price = 7')
        before = 'gone' if dropped else shop.ask(ROWS)
        begun, exchange = time.monotonic(), python(SWAP, json.dumps(shop.database))
        if share is None:
            assert exchange.wait(60) == 0
            duration = time.monotonic() - begun
        else:
            kill_after(exchange, share * duration)
        there = postgresql.has_table(shop.database, 'shop', TABLE)
        now = shop.ask(ROWS) if there else 'gone'
        assert now in (before, shop.good)
        seen.add(now == before)
        shop.swap()
        assert shop.ask(ROWS) == shop.good
        if not dropped:
            assert shop.ask(ROWS, OLD) == before
        assert postgresql.table_kept(shop.database, 'shop', OLD)
        postgresql.drop(shop.database, OLD)
    assert seen == {True, False}
