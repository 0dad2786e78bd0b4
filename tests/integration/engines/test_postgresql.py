# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is particular to PostgreSQL: rights of a role that is no superuser, logins, versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.engines import Preflight, postgresql
from ansible_collections.rawat.website.plugins.module_utils.errors import CensusError, DumpError
from ansible_collections.rawat.website.plugins.module_utils.pump import pump
from integration.engines.dumping import SILENT, FileWriter, dump

ROLE = "DROP ROLE IF EXISTS saver; CREATE ROLE saver LOGIN PASSWORD 'it''s; secret';"


@pytest.fixture
def limited(postgresql_house) -> dict:
    """A database of somebody else's, and a role that may do nothing yet; it logs in over TCP with its password."""
    house = postgresql_house
    sql = (
        'CREATE SCHEMA "s;"; CREATE TABLE "s;".one (id serial, v text); CREATE TABLE two (id int); '
        "INSERT INTO two VALUES (1); SELECT lo_from_bytea(99, 'x');"
    )
    database = house.create('limited', sql)
    house.server.run(ROLE)
    host = {'login_unix_socket': None, 'login_host': '127.0.0.1', 'become_user': None}
    yield {**database, **host, 'login_user': 'saver', 'login_password': "it's; secret"}
    house.server.run('DROP OWNED BY saver', 'limited')
    house.server.run('DROP ROLE saver')


def test_every_right_that_lacks_is_named_and_together_they_suffice(postgresql_house, limited, tmp_path: Path) -> None:
    problems = postgresql.preflight(limited).problems
    statements = [problem.partition('a right more: ')[2] for problem in problems]
    assert 'GRANT USAGE ON SCHEMA "s;" TO saver;' in statements
    assert 'GRANT SELECT ON TABLE "s;".one TO saver;' in statements
    assert 'GRANT SELECT ON SEQUENCE "s;".one_id_seq TO saver;' in statements
    assert 'GRANT SELECT ON TABLE public.two TO saver;' in statements
    assert 'GRANT SELECT ON LARGE OBJECT 99 TO saver;' in statements
    with pytest.raises(CensusError, match='GRANT SELECT'), postgresql.capture(limited):
        pass
    postgresql_house.server.run('\n'.join(statements), 'limited')
    part, _stream, _capture = dump(limited, tmp_path)
    assert part['census']['tables'] == {'public.two': 1, 's;.one': 0}
    assert any('passwords of roles' in remark for remark in postgresql.preflight(limited).remarks)


def test_row_security_that_would_hide_rows_is_a_problem(postgresql_house, limited) -> None:
    postgresql_house.server.run(
        'GRANT SELECT ON ALL TABLES IN SCHEMA public, "s;" TO saver; GRANT USAGE ON SCHEMA "s;" TO saver;'
        'GRANT SELECT ON ALL SEQUENCES IN SCHEMA "s;" TO saver; GRANT SELECT ON LARGE OBJECT 99 TO saver;'
        'ALTER TABLE two ENABLE ROW LEVEL SECURITY;',
        'limited',
    )
    (problem,) = postgresql.preflight(limited).problems
    assert problem.endswith('ALTER ROLE saver BYPASSRLS;')


@pytest.mark.parametrize(
    ('change', 'words'),
    [
        ({'login_password': 'wrong one'}, 'login_password is wrong'),
        ({'login_password': None}, 'set login_password'),
        ({'login_port': 1}, 'is the server running'),
        ({'login_host': None, 'login_unix_socket': '/nowhere'}, 'is the server running'),
        ({'name': 'gone = x'}, 'there is no such database'),
    ],
)
def test_a_login_that_fails_is_one_problem_with_its_remedy(limited, change: dict, words: str) -> None:
    (problem,) = postgresql.preflight({**limited, **change}).problems
    assert words in problem
    assert 'wrong one' not in problem


def test_a_client_older_than_the_server_is_a_problem_that_names_both() -> None:
    (problem,) = postgresql._too_old('x', Preflight(client='pg_dump (PostgreSQL) 13.9', server='PostgreSQL 15.4'))
    assert 'pg_dump (PostgreSQL) 13.9 cannot dump PostgreSQL 15.4' in problem
    assert 'postgresql-client-15' in problem
    assert postgresql._too_old('x', Preflight(client='pg_dump (PostgreSQL) 16.1', server='PostgreSQL 15.4')) == []


def test_a_server_that_stops_half_way_fails_the_dump_with_the_clients_words(postgresql_house, tmp_path: Path) -> None:
    server, database = postgresql_house.server, postgresql_house.create('big', postgresql_house.many_rows)
    writer = FileWriter(tmp_path / 'x')
    try:
        with postgresql.capture(database) as capture:
            capture.census()
            server.stop(9)
            with pytest.raises(DumpError, match=r'terminat|closed|crash|exit code 1'):
                pump(capture.dump, writer, capture.inspector, SILENT)
    finally:
        server.start()
    assert writer.diary[-1] == 'abort'
