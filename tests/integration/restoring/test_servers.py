# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases of servers: loaded beside, compared, exchanged, and back; on servers that the tests start."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.restoring.support import DEFACED, GOOD, House, kill_after
from integration.servers import MariaDB, PostgreSQL, Server

TABLES = (
    'CREATE TABLE posts (id integer PRIMARY KEY, title varchar(100));',
    "INSERT INTO posts VALUES (1, 'first'), (2, 'second');",
    'CREATE TABLE comments (id integer PRIMARY KEY, post integer REFERENCES posts (id), text varchar(100));',
    "INSERT INTO comments VALUES (1, 1, 'well said');",
    'CREATE VIEW titles AS SELECT title FROM posts;',
)


class ServerHouse(House):
    """The site with its database on a server; files as in House."""

    def __init__(self, work: Path, server: Any, name: str):
        super().__init__(work)
        self.server, self.name = server, name
        self.engine = 'mariadb' if isinstance(server, MariaDB) else 'postgresql'
        self.site['databases'] = [self.entry()]

    def entry(self) -> dict[str, Any]:
        if self.engine == 'mariadb':
            found = {'engine': 'mariadb', 'login_user': 'root', 'login_unix_socket': str(self.server.socket)}
        else:
            found = {'engine': 'postgresql', 'login_user': 'postgres', 'login_host': str(self.server.folder),
                     'login_port': self.server.port}  # fmt: skip
        return {**found, 'name': self.name}

    def make(self) -> ServerHouse:
        super().make()
        self.database.unlink()
        self.create(self.name)
        return self

    def create(self, name: str) -> None:
        quote = '`' if self.engine == 'mariadb' else '"'
        self.server.run(f'CREATE DATABASE {quote}{name}{quote}')
        for statement in TABLES:
            self.server.run(statement, name)

    def drop(self, name: str) -> None:
        quote = '`' if self.engine == 'mariadb' else '"'
        self.server.run(f'DROP DATABASE {quote}{name}{quote}')

    def sql(self, statement: str, path: Path | None = None) -> list[Any]:
        """House's own statements are SQLite's."""
        if statement.startswith(('create', 'insert')):
            return super().sql(statement, path)
        return [(line.decode(),) for line in self.server.run(f'{statement};', self.name).splitlines()]

    def databases(self) -> list[str]:
        """Names of all databases of ours."""
        ask = 'SHOW DATABASES' if self.engine == 'mariadb' else 'SELECT datname FROM pg_database'
        names = [line.decode() for line in self.server.run(ask).splitlines()]
        return sorted(name for name in names if name.startswith(self.name))


@pytest.fixture(scope='module', params=[MariaDB, PostgreSQL], ids=['mariadb', 'postgresql'])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    found = request.param()
    yield found
    found.remove()


@pytest.fixture
def home(work: Path, server: Server) -> Iterator[ServerHouse]:
    found = ServerHouse(work, server, f'blog{time.monotonic_ns()}').make()
    yield found
    for name in found.databases():
        found.drop(name)


def test_files_and_database_come_back_together_and_the_old_is_kept(home: ServerHouse) -> None:
    home.back_up()
    home.deface()
    entry = home.restore()
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert (home.files(), home.titles()) == (GOOD, ['first', 'second'])
    assert home.server.run('SELECT * FROM titles ORDER BY title;', home.name).split() == [b'first', b'second']
    [old] = [one['where'] for one in entry['restore']['kept'] if one['what'] == home.name]
    assert home.databases() == sorted([home.name, old])
    assert home.server.run('SELECT DISTINCT title FROM posts;', old).split() == [b'defaced']


def test_undo_and_discard(home: ServerHouse) -> None:
    home.back_up()
    home.deface()
    home.restore()
    entry = home.restore(undo=True)
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert (home.files(), set(home.titles())) == (DEFACED, {'defaced'})
    entry = home.restore(discard_old=True)
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert home.databases() == [home.name]
    assert home.leftovers() == []


def test_a_dropped_database_comes_back_and_undo_takes_it_away(home: ServerHouse) -> None:
    home.back_up()
    home.drop(home.name)
    entry = home.restore()
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert home.titles() == ['first', 'second']
    assert home.databases() == [home.name]
    entry = home.restore(undo=True)
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert home.name not in home.databases()


def test_an_empty_server_gets_accounts_and_their_rights(home: ServerHouse) -> None:
    account = f'u{time.monotonic_ns()}'
    if home.engine == 'mariadb':
        create = f"CREATE USER {account}@localhost IDENTIFIED BY 'word';"
        create += f'GRANT SELECT ON `{home.name}`.* TO {account}@localhost;'
        ask, gone = f'SHOW GRANTS FOR {account}@localhost', f'DROP USER {account}@localhost;'
    else:
        create = f"CREATE ROLE {account} LOGIN PASSWORD 'word'; GRANT SELECT ON posts TO {account};"
        ask = f"SELECT grantee, privilege_type FROM information_schema.role_table_grants WHERE grantee = '{account}'"
        gone = f'DROP ROLE {account};'
    home.server.run(create, home.name)
    before = home.server.run(f'{ask};', home.name)
    assert b'SELECT' in before
    home.back_up()
    home.drop(home.name)
    home.server.run(gone)
    entry = home.restore()
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert home.server.run(f'{ask};', home.name) == before
    assert not [line for line in entry['remarks'] if 'as it was found here' in line]


def test_a_password_that_was_changed_since_stays_and_is_told(home: ServerHouse) -> None:
    account = f'u{time.monotonic_ns()}'
    if home.engine == 'mariadb':
        home.server.run(f"CREATE USER {account}@localhost IDENTIFIED BY 'word';")
        home.server.run(f'GRANT ALL ON `{home.name}`.* TO {account}@localhost;')
        change = f"ALTER USER {account}@localhost IDENTIFIED BY 'another';"
        ask = f"SELECT authentication_string FROM mysql.user WHERE user = '{account}';"
    else:
        home.server.run(f"CREATE ROLE {account} LOGIN PASSWORD 'word'; GRANT SELECT ON posts TO {account};", home.name)
        change = f"ALTER ROLE {account} PASSWORD 'another';"
        ask = f"SELECT rolpassword FROM pg_authid WHERE rolname = '{account}';"
    home.back_up()
    home.server.run(change)
    hashed = home.server.run(ask)
    entry = home.restore()
    assert entry['outcome'] == 'remarks', entry['error']
    assert any('as it was found here' in line and account in line for line in entry['remarks']), entry['remarks']
    assert home.server.run(ask) == hashed


def test_under_another_name_the_live_one_is_not_touched(home: ServerHouse) -> None:
    home.back_up()
    home.deface()
    entry = home.restore(confirm=False, database=home.name, to_database=f'{home.name}_copy')
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert entry['restore']['mode'] == 'elsewhere'
    assert entry['restore']['safety_point'] is None
    assert home.server.run('SELECT title FROM posts ORDER BY id;', f'{home.name}_copy').split() == [b'first', b'second']
    assert (home.files(), set(home.titles())) == (DEFACED, {'defaced'})


def test_an_existing_database_elsewhere_wants_a_confirmation(home: ServerHouse) -> None:
    home.back_up()
    home.create(f'{home.name}_copy')
    home.server.run("UPDATE posts SET title = 'precious';", f'{home.name}_copy')
    entry = home.restore(confirm=False, database=home.name, to_database=f'{home.name}_copy')
    assert 'confirm=blog' in entry['error']
    assert home.server.run('SELECT DISTINCT title FROM posts;', f'{home.name}_copy').split() == [b'precious']
    entry = home.restore(database=home.name, to_database=f'{home.name}_copy')
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert home.server.run('SELECT title FROM posts ORDER BY id;', f'{home.name}_copy').split() == [b'first', b'second']
    [kept] = entry['restore']['kept']
    assert home.server.run('SELECT DISTINCT title FROM posts;', kept['where']).split() == [b'precious']


def test_an_unknown_table_names_its_neighbours(home: ServerHouse) -> None:
    home.back_up()
    entry = home.restore(table='post')
    assert entry['outcome'] == 'failed'
    assert 'post' in entry['error']
    assert 'posts' in entry['error']
    assert home.databases() == [home.name]


@pytest.mark.parametrize('dropped', [True, False])
def test_one_table_comes_back_alone(home: ServerHouse, dropped: bool) -> None:
    if home.engine == 'mariadb':
        trigger = "CREATE TRIGGER stamp BEFORE INSERT ON posts FOR EACH ROW SET NEW.title = 'stamped';"
        home.server.run(trigger, home.name)
    home.back_up()
    home.server.run("UPDATE comments SET text = 'later';", home.name)
    if dropped:
        drop = {'mariadb': 'SET foreign_key_checks=0; DROP TABLE posts;', 'postgresql': 'DROP TABLE posts CASCADE'}
        home.server.run(drop[home.engine], home.name)
    else:
        home.server.run("UPDATE posts SET title = 'defaced';", home.name)
    entry = home.restore(table='posts')
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert bool(entry['restore']['safety_point']) is not dropped
    assert home.titles() == ['first', 'second']
    assert home.server.run('SELECT text FROM comments;', home.name).split() == [b'later']
    around(home, entry, dropped)
    undone = home.restore(undo=True)
    if dropped:
        assert 'there is no restore to undo' in undone['error']  # nothing was there
    else:
        assert undone['outcome'] in ('complete', 'remarks'), undone['error']
        assert set(home.titles()) == {'defaced'}
        if home.engine == 'mariadb':
            assert b'REFERENCES `posts`' in home.server.run('SHOW CREATE TABLE comments;', home.name)
        home.restore(discard_old=True)
    assert home.databases() == [home.name]


def around(home: ServerHouse, entry: dict[str, Any], dropped: bool) -> None:
    """What hangs on the table `posts`: kept, or said."""
    told = ' '.join(entry['restore']['cannot_keep'])
    if home.engine == 'mariadb':
        assert b'REFERENCES `posts`' in home.server.run('SHOW CREATE TABLE comments;', home.name)
        assert home.server.run('SHOW TRIGGERS;', home.name).startswith(b'stamp')
        assert 'foreign key' in told or dropped
    elif dropped:
        assert 'foreign key public.comments comments_post_fkey is gone' in told
        assert 'view public.titles used it' in told
    else:
        assert not told
        assert home.server.run('SELECT convalidated FROM pg_constraint WHERE contype = $$f$$', home.name) == b't\n'
        assert home.server.run('SELECT count(*) FROM titles', home.name) == b'2\n'


def test_a_table_comes_back_when_its_exchange_was_killed(home: ServerHouse) -> None:
    home.back_up()
    home.server.run("UPDATE posts SET title = 'defaced';", home.name)
    for number, when in ((1, 'before'), (1, 'after')):
        kill_after(home.start(die=['recovery.put_live', number, when], table='posts'), 120)
        entry = home.restore(resume=True)
        assert entry['outcome'] in ('complete', 'remarks'), entry['error']
        assert home.titles() == ['first', 'second']
        entry = home.restore(undo=True)
        assert entry['outcome'] in ('complete', 'remarks'), entry['error']
        assert set(home.titles()) == {'defaced'}
        home.restore(discard_old=True)
        assert home.databases() == [home.name]


def test_a_census_that_differs_stops_before_the_exchange(home: ServerHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.rawat.website.plugins.module_utils import census

    home.back_up()
    home.deface()
    monkeypatch.setattr(census, 'differences', lambda *_arguments: ['table posts has 1 row instead of 2'])
    entry = home.restore()
    assert entry['outcome'] == 'failed'
    assert 'table posts has 1 row instead of 2' in entry['error']
    assert (home.files(), set(home.titles())) == (DEFACED, {'defaced'})
    assert home.databases() == [home.name]
    assert home.leftovers() == []


def test_a_database_server_that_is_down_is_a_failure_before_anything(home: ServerHouse) -> None:
    home.back_up()
    home.site['databases'] = [{**home.entry(), 'login_port': 1, 'login_host': '127.0.0.1', 'login_password': 'x'}]
    home.site['databases'][0].pop('login_unix_socket', None)
    entry = home.restore()
    assert entry['outcome'] == 'failed'
    assert home.leftovers() == []


def test_visitors_who_write_meanwhile_do_not_disturb_the_exchange(home: ServerHouse) -> None:
    home.back_up()
    home.deface()
    stop = threading.Event()

    def visit() -> None:
        count = 10
        while not stop.is_set():
            count += 1
            try:
                home.server.run(f"INSERT INTO posts VALUES ({count}, 'visitor');", home.name)
            except RuntimeError:
                continue  # sent away while the names change
            time.sleep(0.05)

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        entry = home.restore()
    finally:
        stop.set()
        visitor.join()
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert home.titles()[:2] == ['first', 'second']
    assert 'defaced' not in home.titles()


def test_killed_at_any_moment_the_database_is_old_or_new_and_the_next_run_finishes(home: ServerHouse) -> None:
    home.back_up()
    home.deface()
    duration, running = 60.0, 0
    for _ in range(2):  # the quicker of two: the machine may have been busy
        clock = time.monotonic()
        output, complaint = home.start(without_safety_point='a test').communicate(timeout=120)
        duration = min(duration, time.monotonic() - clock)
        assert b'"outcome": "failed"' not in output, complaint.decode()
    for share in (0.3, 0.45, 0.55, 0.65, 0.75, 0.85):
        home.restore(discard_old=True)
        home.deface()
        running += kill_after(home.start(without_safety_point='a test'), duration * share)
        assert home.titles()[:1] in (['first'], ['defaced'])
        assert home.files() in (GOOD, DEFACED)
        entry = home.restore(without_safety_point='a test')
        assert entry['outcome'] in ('complete', 'remarks'), entry['error']
        assert (home.files(), home.titles()) == (GOOD, ['first', 'second'])
    assert running >= 3
    home.restore(discard_old=True)
    assert home.databases() == [home.name]
    assert home.leftovers() == []
