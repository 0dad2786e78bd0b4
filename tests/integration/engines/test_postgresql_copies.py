# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL brought back: private servers, loading, what a census tells of a copy that is not the same, exchange."""

from __future__ import annotations

import os
import pwd
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.census import differences, uncompared
from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql, postgresql_server
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation, RestoreError
from ansible_collections.rawat.website.plugins.module_utils.pump import pump
from integration.engines.copying import Point, folder, gone_within, kill_after, private, python, working_in
from integration.engines.dumping import SILENT, FileWriter


@pytest.fixture
def base() -> Iterator[Path]:
    with folder() as path:
        yield path


def run(database: dict[str, Any], sql: str, name: str | None = None) -> str:
    """As the administrator of the private server, through its own socket."""
    environment = {**os.environ, 'PGDATABASE': name or database['name'], 'PGHOST': database['login_unix_socket']}
    environment |= {'PGUSER': database['login_user'], 'PGPORT': str(database['login_port'])}
    identity = {}
    if os.geteuid() == 0 and database.get('become_user'):
        entry = pwd.getpwnam(database['become_user'])
        identity = {'user': entry.pw_uid, 'group': entry.pw_gid, 'extra_groups': []}
    argv = ['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1']
    done = subprocess.run(
        argv, input=sql, env=environment, cwd='/', capture_output=True, timeout=60, text=True, check=False, **identity
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope='module')
def zoo(postgresql_house) -> Iterator[tuple[Point, Any, dict]]:
    """The zoo's recovery point, and a private server into which it was loaded."""
    database = postgresql_house.create('zoo', postgresql_house.zoo.read_bytes())
    with folder() as path:
        point = Point(database, path)
        with private(database, path, part=point.part) as server:
            entry = server.database('zoo')
            postgresql.load(entry, point.part, point.dump(), point.accounts())
            yield point, server, entry


# ---------------------------------------------------------------- equal
def test_a_copy_of_every_kind_of_object_has_the_census_of_the_recovery_point(zoo) -> None:
    point, _server, entry = zoo
    found = postgresql.census_of(entry)
    assert differences(point.part['census'], found) == []
    assert uncompared(point.part['census'], found) == []
    assert len(found['definitions']) > 30
    assert set(found['checksums']) == set(found['tables'])


def test_a_dump_lands_under_another_name_and_nothing_of_the_old_name_is_made(zoo) -> None:
    point, server, entry = zoo
    name = 'another "name"; it\'s__rawat_new_1'
    postgresql.load(entry, point.part, point.dump(5000), point.accounts(), into=name, threads=1)
    assert differences(point.part['census'], postgresql.census_of(server.database(name))) == []
    body = run(entry, "SELECT count(*) FROM content.texts WHERE body LIKE '%database dump complete%'", name)
    assert body == '1'
    postgresql.drop(entry, name)
    assert postgresql.size_of(server.database(name)) is None


def test_a_large_table_dealt_out_to_several_connections_has_the_same_content(postgresql_house, base: Path) -> None:
    sql = postgresql_house.many_rows + 'CREATE INDEX by_v ON big (v); ALTER TABLE zz_last ADD PRIMARY KEY (id);'
    database = postgresql_house.create('large', sql)
    point = Point(database, base)
    with private(database, base, part=point.part) as server:
        entry = server.database('large')
        for threads, name in ((2, 'large'), (3, 'again')):
            postgresql.load(entry, point.part, point.dump(100_000), point.accounts(), into=name, threads=threads)
            assert differences(point.part['census'], postgresql.census_of(server.database(name))) == []


def wait_until_it_moves(environment: dict[str, str]) -> None:
    ask, deadline = ['psql', '-X', '-A', '-t', '-c', 'SELECT is_called FROM moving'], time.monotonic() + 30
    while subprocess.run(ask, env=environment, capture_output=True, check=True).stdout != b't\n':
        assert time.monotonic() < deadline


def test_the_census_has_a_sequence_as_the_dump_has_it_although_it_moved_meanwhile(postgresql_house, base: Path) -> None:
    database = postgresql_house.create('busy_sequence', 'CREATE SEQUENCE moving; CREATE SEQUENCE resting;')
    environment = {**postgresql_house.server.environment, 'PGDATABASE': 'busy_sequence'}
    environment['PGOPTIONS'] = '-c statement_timeout=60s'
    query = "DO $$ BEGIN LOOP PERFORM nextval('moving'); END LOOP; END $$"
    site = subprocess.Popen(['psql', '-X', '-c', query], env=environment, stderr=subprocess.DEVNULL)
    wait_until_it_moves(environment)
    with postgresql.capture(database) as capture:
        census = capture.census()
        before = dict(census['definitions']['sequence_state'])
        writer = FileWriter(base / 'dump.zst')
        pump(capture.dump, writer, capture.inspector, SILENT, lambda: capture.compare(census))
        writer.finish()
        accounts = capture.accounts()
    site.send_signal(signal.SIGINT)  # psql cancels the statement
    site.wait(30)
    after = census['definitions']['sequence_state']
    assert after['public.moving'] != before['public.moving']
    assert after['public.resting'] == before['public.resting']
    with private(database, base) as server:
        entry = server.database('busy_sequence')
        postgresql.load(entry, {'name': 'busy_sequence'}, iter([bytes(writer.data)]), iter([accounts]))
        assert differences(census, postgresql.census_of(entry)) == []


# ---------------------------------------------------------------- not equal
CHANGES = {
    'row missing': ('DELETE FROM content.bytes WHERE id = 2', ['table content.bytes has 2 rows instead of 3']),
    'value': (
        'UPDATE content.bytes SET flag = false WHERE id = 1',
        ['the content of table content.bytes differs: checksum'],
    ),
    'two swapped': (
        'UPDATE content.bytes b SET data = (SELECT data FROM content.bytes o WHERE o.id = 3 - b.id) WHERE id < 3',
        ['the content of table content.bytes differs: checksum'],
    ),
    'publication': (
        'ALTER PUBLICATION some_changes SET TABLE content.texts, public.many WHERE (id > 6)',
        ['the definition of publication some_changes differs'],
    ),
    'scale of a number': (
        'UPDATE content.numbers SET d = d * 1.0 WHERE a = 1',
        ['the content of table content.numbers differs: checksum'],
    ),
    'enum value': (
        "UPDATE content.texts SET kind = 'sad' WHERE kind = 'happy'",
        ['the content of table content.texts differs: checksum'],
    ),
    'NULL and empty': (
        "UPDATE content.texts SET title = '' WHERE title IS NULL",
        ['the content of table content.texts differs: checksum'],
    ),
    'function': (
        "CREATE OR REPLACE FUNCTION content.twice(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT x * 3'",
        ['the body of function content.twice(numeric) differs'],
    ),
    'owner': (
        'ALTER FUNCTION content.stamp() OWNER TO keeper',
        ['the body of function content.stamp() differs', 'the rights or the password of account keeper differ'],
    ),
    'trigger': (
        'ALTER TABLE content.base ENABLE TRIGGER before_insert',
        ['the body of trigger content.base before_insert differs'],
    ),
    'trigger gone': ('DROP TRIGGER late_check ON content.base', ['trigger content.base late_check is missing']),
    'policy': (
        'ALTER POLICY only_own ON content.base USING (true)',
        ['the definition of policy content.base only_own differs'],
    ),
    'row level security': (
        'ALTER TABLE content.base DISABLE ROW LEVEL SECURITY',
        ['the definition of table content.base differs'],
    ),
    'view': (
        "CREATE OR REPLACE VIEW content.overview AS SELECT id, title, 'x'::text AS trap FROM content.texts",
        ['the definition of view content.overview differs'],
    ),
    'default': (
        "ALTER TABLE content.generated ALTER c SET DEFAULT 'other'",
        ['the definition of table content.generated differs'],
    ),
    'check': (
        'ALTER TABLE content.child DROP CONSTRAINT late',
        ['constraint content.child late is missing'],
    ),
    'index': (
        'DROP INDEX content.by_lower; CREATE INDEX by_lower ON content.texts (lower(title))',
        ['the definition of index content.by_lower differs'],
    ),
    'sequence': ("SELECT nextval('content.counter')", ['the definition of sequence state content.counter differs']),
    'comment': (
        "COMMENT ON COLUMN content.texts.body IS 'other'",
        ['the definition of comment table column content.texts.body differs'],
    ),
    'enum': ("ALTER TYPE content.mood ADD VALUE 'new'", ['the definition of type content.mood differs']),
    'large object': (
        "SELECT lo_put(700003, 70000, '\\x00')",
        ['the definition of large object 700003 differs'],
    ),
    'grant': ('GRANT DELETE ON content.texts TO editors', ['the rights or the password of account editors differ']),
    'column grant': (
        'REVOKE UPDATE (body) ON content.texts FROM editors',
        ['the rights or the password of account editors differ'],
    ),
    'everybody': (
        'GRANT SELECT ON content.bytes TO PUBLIC',
        ['the definition of rights PUBLIC differs'],
    ),
}  # fmt: skip


@pytest.mark.parametrize('change', CHANGES)
def test_a_copy_that_differs_is_told_from_the_original(zoo, change: str) -> None:
    _point, server, entry = zoo
    sql, expected = CHANGES[change]
    name = f'changed__rawat_new_{list(CHANGES).index(change)}'
    run(entry, f'CREATE DATABASE {name} TEMPLATE zoo', 'postgres')
    try:
        before = postgresql.census_of(server.database(name))
        run(entry, sql, name)
        found = differences(before, postgresql.census_of(server.database(name)))
        assert len(found) == len(expected), found
        for line, words in zip(sorted(found), sorted(expected)):
            assert line.startswith(words)
    finally:
        postgresql.drop(entry, name)


def test_another_password_and_another_encoding_are_differences(zoo) -> None:
    point, server, entry = zoo
    hashed = run(entry, "SELECT rolpassword FROM pg_authid WHERE rolname = 'keeper'")
    run(entry, "ALTER ROLE keeper PASSWORD 'another'")
    run(entry, "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'", 'postgres')
    try:
        found = differences(point.part['census'], postgresql.census_of(entry))
        assert found == ['the definition of password keeper differs']
        lines = differences(point.part['census'], postgresql.census_of(server.database('latin')), limit=10_000)
        assert "the encoding of the database is 'LATIN1' instead of 'UTF8'" in lines
    finally:
        run(entry, f"ALTER ROLE keeper PASSWORD '{hashed}'")
        postgresql.drop(entry, 'latin', force=True)


def test_a_list_of_varchar_values_in_a_check_is_no_difference_after_a_restore(postgresql_house, base: Path) -> None:
    sql = (
        "CREATE TABLE kinds (kind varchar(20) CHECK (kind IN ('it''s (a)', 'b::text')), other text CHECK (other IN "
        "('x', 'y')));"
    )
    database = postgresql_house.create(
        'kinds', sql + 'CREATE INDEX some_kinds ON kinds (kind) WHERE kind IN ($$a$$, $$b$$);'
    )
    point = Point(database, base)
    with private(database, base) as server:
        postgresql.load(server.database('kinds'), point.part, point.dump(), point.accounts())
        found = postgresql.census_of(server.database('kinds'))
        assert differences(point.part['census'], found) == []
        run(
            server.database('kinds'),
            'ALTER TABLE kinds DROP CONSTRAINT kinds_kind_check, '
            "ADD CONSTRAINT kinds_kind_check CHECK (kind IN ('it''s a', 'b::text'))",
        )
        lines = differences(point.part['census'], postgresql.census_of(server.database('kinds')))
        assert lines == ['the definition of constraint public.kinds kinds_kind_check differs']


# ---------------------------------------------------------------- failures
def test_the_first_error_has_the_servers_words_and_the_statement_but_no_row(zoo) -> None:
    point, _server, entry = zoo
    text = b''.join(point.dump())
    for old, new, words in (
        (b'CREATE VIEW content.checked', b'CREATE VIEW nowhere.checked', ['nowhere', 'does not exist', 'CREATE VIEW']),
        (b'\n1\trow 1\n', b'\nsecret-value\trow 1\n', ['invalid input syntax', 'COPY public.many']),
        (b'\n1\trow 1\n', b'\n2\trow 1\tsecret-value\n', ['extra data', 'COPY public.many']),
    ):
        assert old in text
        with pytest.raises(RestoreError) as caught:
            postgresql.load(entry, point.part, iter([text.replace(old, new, 1)]), None, into='broken__rawat_new_1')
        postgresql.drop(entry, 'broken__rawat_new_1')
        assert all(word in str(caught.value) for word in words), str(caught.value)
        assert 'secret-value' not in str(caught.value)


def test_a_truncated_dump_is_an_error_wherever_it_is_cut(zoo) -> None:
    point, _server, entry = zoo
    text = b''.join(point.dump())
    chance = random.Random(7)
    for end in [len(text) - 20, *(chance.randrange(3000, len(text) - 100) for _number in range(5))]:
        with pytest.raises(RestoreError):
            postgresql.load(entry, point.part, iter([text[:end]]), None, into='cut__rawat_new_1')
        postgresql.drop(entry, 'cut__rawat_new_1')


def test_a_command_for_the_client_in_a_dump_is_refused_and_not_run(zoo, base: Path) -> None:
    point, _server, entry = zoo
    text, proof = b''.join(point.dump()), base / 'proof'
    base.chmod(0o777)
    for line in (b'\\! touch %b\n', b'SELECT 1 \\! touch %b\n;\n', b'SELECT 1 \\g |touch %b\n;\n'):
        bad = text.replace(b'CREATE TABLE public.many', line % bytes(proof) + b'CREATE TABLE public.many', 1)
        assert bad != text
        with pytest.raises(RestoreError, match='command for the client'):
            postgresql.load(entry, point.part, iter([bad]), None, into='command__rawat_new_1')
        postgresql.drop(entry, 'command__rawat_new_1')
    assert not proof.exists()


def test_a_database_with_something_in_it_is_not_touched(zoo) -> None:
    point, _server, entry = zoo
    with pytest.raises(RestoreError, match='not empty'):
        postgresql.load(entry, point.part, point.dump(), point.accounts())
    assert run(entry, 'SELECT count(*) FROM public.many') == '20000'
    with pytest.raises(RestoreError, match='no copy of ours'):
        postgresql.drop(entry, 'zoo')


def test_a_locale_or_an_extension_that_this_machine_lacks_limits_the_drill(zoo) -> None:
    point, _server, entry = zoo
    text = b''.join(point.dump())
    for old, new, words in (
        (b"LOCALE = 'C.UTF-8'", b"LOCALE = 'xx_XX.UTF-8'", 'locale-gen'),
        (b'CREATE EXTENSION IF NOT EXISTS hstore', b'CREATE EXTENSION IF NOT EXISTS not_here', 'install the package'),
    ):
        assert old in text
        with pytest.raises(Limitation, match=words):
            postgresql.load(entry, point.part, iter([text.replace(old, new)]), None, into='lacks__rawat_new_1')
        postgresql.drop(entry, 'lacks__rawat_new_1')


# ---------------------------------------------------------------- servers
def test_no_server_program_is_a_limitation_that_names_the_package() -> None:
    with pytest.raises(Limitation, match='install the package postgresql-99'):
        postgresql_server.find_programs('PostgreSQL 99.1')
    assert postgresql_server.find_programs('PostgreSQL 13.1')[1].split('.')[0] >= '13'


def test_two_private_servers_at_once_know_themselves_and_leave_nothing_behind(base: Path) -> None:
    database = {'engine': 'postgresql', 'name': 'postgres'}
    with private(database, base, 'one') as one, private(database, base, 'two') as two:
        assert one.pid != two.pid
        run(one.database('postgres'), "COMMENT ON DATABASE postgres IS 'one'")
        one.prove_ours(one.database('postgres'))
        two.prove_ours(two.database('postgres'))
        with pytest.raises(RestoreError, match=str(base / 'two' / 'data')):
            one.prove_ours(two.database('postgres'))
        assert run(two.database('postgres'), 'SHOW listen_addresses') == ''
        two.stop()
        with pytest.raises(RestoreError, match='does not answer'):
            two.prove_ours(two.database('postgres'))
    assert gone_within(5, base)
    assert os.listdir(base / 'one') == []


def test_a_server_that_belongs_to_somebody_else_is_named(postgresql_house, base: Path) -> None:
    database = postgresql_house.create('live')
    with private(database, base) as server, pytest.raises(RestoreError, match='this is not the private server'):
        server.prove_ours(database)


def test_the_server_and_its_busy_children_end_when_we_are_killed(base: Path) -> None:
    program = (
        'import sys, time\n'
        'from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql\n'
        'from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_client import Connection\n'
        'with postgresql.private_server(sys.argv[1], {"state_directory": sys.argv[2]}) as server:\n'
        '    session = Connection(server.database("postgres")).session()\n'
        '    session.send("SELECT count(*) FROM generate_series(1, 2000000000);")\n'
        '    print("busy", flush=True)\n'
        '    time.sleep(60)\n'
    )
    (base / 'killed').mkdir()
    process = python(program, str(base / 'killed'), str(base / 'state'))
    assert process.stdout.readline() == b'busy\n'
    deadline = time.monotonic() + 30
    while len(working_in(base / 'killed')) <= 4:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    kill_after(process, 0)
    assert gone_within(10, base / 'killed')


def test_roles_log_in_with_their_own_passwords_and_nobody_else_is_the_superuser(zoo) -> None:
    _point, server, _entry = zoo

    def log_in(user: str, password: str) -> subprocess.CompletedProcess[str]:
        environment = {'PATH': os.environ['PATH'], 'PGHOST': server.dsn_socket_directory, 'PGDATABASE': 'zoo'}
        environment |= {'PGUSER': user, 'PGPASSWORD': password}
        nobody = pwd.getpwnam('nobody')
        identity = {'user': nobody.pw_uid, 'group': nobody.pw_gid, 'extra_groups': []} if os.geteuid() == 0 else {}
        argv = ['psql', '-X', '-A', '-t', '-w', '-c', 'SELECT current_user']
        return subprocess.run(
            argv, env=environment, cwd='/', capture_output=True, timeout=20, text=True, check=False, **identity
        )

    assert log_in('keeper', 'keeper-secret').stdout == 'keeper\n'
    assert 'password authentication failed' in log_in('keeper', 'wrong').stderr
    assert log_in('o\'brien "x" ☃', '').stdout == 'o\'brien "x" ☃\n'
    if os.geteuid() == 0:
        assert 'Peer authentication failed' in log_in('postgres', '').stderr
