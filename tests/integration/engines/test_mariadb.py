# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is particular to MariaDB: rights, views, engines without transactions, locks."""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
import threading
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_grants import pattern_matches, rights_on
from ansible_collections.rawat.website.plugins.module_utils.errors import CensusError, DumpError
from ansible_collections.rawat.website.plugins.module_utils.pump import pump
from integration.engines.dumping import SILENT, FileWriter, dump

RIGHTS = ('SELECT', 'LOCK TABLES', 'SHOW VIEW', 'TRIGGER', 'EVENT')


@pytest.mark.parametrize('right', RIGHTS)
def test_a_right_that_lacks_is_named_as_the_grant_that_mends_it(mariadb_house, tmp_path: Path, right: str) -> None:
    database = mariadb_house.create('my_site', mariadb_house.one_table)
    mariadb_house.server.run(f'REVOKE {right} ON `my\\_site`.* FROM backup@localhost')
    (problem,) = mariadb.preflight(database).problems
    statement = f'GRANT {right} ON `my\\_site`.* TO `backup`@`localhost`;'
    assert problem.endswith(statement)
    with pytest.raises(CensusError, match=right), mariadb.capture(database):
        pass
    mariadb_house.server.run(statement)
    assert mariadb.preflight(database).problems == []
    dump(database, tmp_path)


def test_without_the_right_to_read_routines_the_grant_is_named(mariadb_house) -> None:
    database = mariadb_house.create('site', mariadb_house.one_table)
    mariadb_house.server.run('REVOKE SELECT ON mysql.* FROM backup@localhost')
    (problem,) = mariadb.preflight(database).problems
    assert problem.endswith('GRANT SELECT ON `mysql`.* TO `backup`@`localhost`;')


def test_rights_through_a_default_role_count(mariadb_house, tmp_path: Path) -> None:
    database = mariadb_house.create('site', mariadb_house.one_table)
    mariadb_house.server.run(
        "CREATE OR REPLACE USER backup@localhost IDENTIFIED BY 'x'; CREATE OR REPLACE ROLE dumpers;"
        'GRANT ALL ON `si%`.* TO dumpers; GRANT SELECT ON mysql.* TO dumpers; GRANT dumpers TO backup@localhost;'
        'SET DEFAULT ROLE dumpers FOR backup@localhost;'
    )
    dump({**database, 'login_password': 'x'}, tmp_path)
    mariadb_house.server.run('SET DEFAULT ROLE NONE FOR backup@localhost')
    assert 'GRANT SELECT' in mariadb.preflight({**database, 'login_password': 'x'}).problems[0]


def test_only_the_most_specific_pattern_of_an_account_counts() -> None:
    grants = ['GRANT ALL PRIVILEGES ON `w%`.* TO `b`@`x`', 'GRANT SELECT ON `wordpress`.* TO `b`@`x` WITH GRANT OPTION']
    assert rights_on(grants, 'wordpress') == {'SELECT'}
    assert rights_on(grants, 'wiki') == {'ALL PRIVILEGES'}
    whole = "GRANT SELECT, EVENT ON *.* TO `b`@`x` IDENTIFIED BY PASSWORD '*1'"
    assert rights_on([whole], 'any') == {'SELECT', 'EVENT'}


@pytest.mark.parametrize(
    ('pattern', 'name', 'matches'),
    [
        ('my_site', 'my_site', True),
        ('my_site', 'myxsite', True),
        ('my\\_site', 'myxsite', False),
        ('%', 'a', True),
        ('a.b', 'axb', False),
    ],
)
def test_patterns_of_grants_follow_the_server(pattern: str, name: str, matches: bool) -> None:
    assert pattern_matches(pattern, name) is matches


def test_a_broken_view_is_a_problem_with_its_remedy(mariadb_house) -> None:
    sql = (
        'CREATE TABLE t (id INT); CREATE TABLE u (id INT); CREATE VIEW a AS SELECT id FROM u; '
        'CREATE VIEW v AS SELECT id FROM t; '
        'CREATE VIEW w AS SELECT id FROM u; CREATE VIEW x AS SELECT id FROM v; DROP TABLE t;'
    )
    first, second = mariadb.preflight(mariadb_house.create('site', sql)).problems
    assert 'view `site`.`v` is broken' in first
    assert 'DROP VIEW `site`.`v`' in first
    assert 'view `site`.`x` is broken' in second


def test_an_event_that_would_hang_the_client_is_a_problem(mariadb_house) -> None:
    sql = "DELIMITER //\nCREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO BEGIN SELECT ';;'; END//\n"
    (problem,) = mariadb.preflight(mariadb_house.create('site', sql)).problems
    assert 'event e' in problem


def test_a_table_without_transactions_is_a_remark_and_its_rows_too(mariadb_house, tmp_path: Path) -> None:
    database = mariadb_house.create(
        'site',
        'CREATE TABLE big AS SELECT seq AS id, REPEAT(MD5(seq), 60) AS v FROM seq_1_to_12000;'
        'CREATE TABLE my (id INT) ENGINE=MyISAM; INSERT INTO my VALUES (1);',
    )
    (remark,) = mariadb.preflight(database).remarks
    assert 'my (MyISAM)' in remark
    assert 'big' not in remark
    with mariadb.capture(database) as capture:
        census = capture.census()
        mariadb_house.change('site', 'INSERT INTO my VALUES (2);')
        pump(capture.dump, FileWriter(tmp_path / 'x'), capture.inspector, SILENT, lambda: capture.compare(census))
        assert census['tables'] == {'big': 12000, 'my': 1}
        assert capture.inspector.found()['tables']['my'] == 2
        assert any('table my had 1 rows when counted; the dump has 2' in line for line in capture.remarks)


def test_a_long_transaction_of_the_site_costs_the_synchronisation_not_the_backup(
    mariadb_house, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mariadb, 'LOCK_SECONDS', 1)
    monkeypatch.setattr(mariadb, 'LOCK_ATTEMPTS', 1)
    database = mariadb_house.create('site', mariadb_house.one_table)
    with _open_transaction(mariadb_house, 'site', "INSERT INTO one(v) VALUES ('not yet')"):
        _part, _stream, capture = dump(database, tmp_path)
    assert capture.snapshot == {'kind': 'separate'}
    assert 'moment apart' in capture.remarks[0]


@contextlib.contextmanager
def _open_transaction(house, name: str, statement: str):
    command = [*house.server.client(name), '--skip-column-names', '--unbuffered']
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    client.stdin.write(f"START TRANSACTION; {statement}; SELECT 'open';\n".encode())
    client.stdin.flush()
    assert client.stdout.readline() == b'open\n'
    yield
    client.communicate(b'ROLLBACK;\n', timeout=20)


def test_a_server_that_stops_half_way_fails_the_dump_with_the_clients_words(mariadb_house, tmp_path: Path) -> None:
    server, database = mariadb_house.server, mariadb_house.create('big', mariadb_house.many_rows)
    writer = FileWriter(tmp_path / 'x')
    try:
        with mariadb.capture(database) as capture:
            capture.census()
            server.stop(9)
            with pytest.raises(DumpError, match=r'Lost connection|server has gone away'):
                pump(capture.dump, writer, capture.inspector, SILENT)
    finally:
        server.start()
    assert writer.diary[-1] == 'abort'


@pytest.mark.parametrize(
    ('change', 'words'),
    [
        ({'login_password': 'wrong'}, 'login_user or login_password is wrong'),
        ({'login_unix_socket': '/nowhere.sock'}, 'is the server running'),
        ({'login_unix_socket': None, 'login_host': '127.0.0.1', 'login_port': 1}, 'is the server running'),
    ],
)
def test_a_login_that_fails_is_one_problem_with_its_remedy(mariadb_house, change: dict, words: str) -> None:
    (problem,) = mariadb.preflight({**mariadb_house.create('site'), **change}).problems
    assert words in problem
    assert 'wrong' not in problem.replace('login_password is wrong', '')  # the password itself is not told


def test_the_hosts_own_option_files_are_not_read(
    mariadb_house, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / '.my.cnf').write_text('[client]\nuser=nobody\n[mariadb-dump]\nno-data\n[mysqldump]\nskip-triggers\n')
    entry = pwd.getpwuid(os.geteuid())
    elsewhere = type(entry)((*entry[:5], str(tmp_path), entry[6]))
    monkeypatch.setattr('pwd.getpwuid', lambda _uid: elsewhere)
    part, _stream, _capture = dump(mariadb_house.create('site', mariadb_house.one_table), tmp_path)
    assert part['census']['tables'] == {'one': 2}


def test_an_alter_of_the_site_ends_while_the_dump_goes_on(mariadb_house, tmp_path: Path) -> None:
    database = mariadb_house.create('big', mariadb_house.many_rows)
    with mariadb.capture(database) as capture:
        census = capture.census()
        altering = threading.Thread(target=mariadb_house.change, args=('big', 'ALTER TABLE zz_last ADD COLUMN x INT;'))
        altering.start()
        altering.join(timeout=10)
        assert not altering.is_alive()
        with contextlib.suppress(DumpError):  # whether the client takes the altered table is its own affair
            pump(capture.dump, FileWriter(tmp_path / 'x'), capture.inspector, SILENT, lambda: capture.compare(census))
