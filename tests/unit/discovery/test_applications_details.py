# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How hosts, drivers and addresses of databases are written; whose folders are taken over; .env and PHP expressions."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins, recognise
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree
from ansible_collections.rawat.website.plugins.module_utils.site_settings import environment_files, php_expressions
from unit.discovery import trees


@pytest.mark.parametrize(
    ('host', 'expected'),
    [
        ('', {}),
        ('localhost', {'login_host': 'localhost'}),
        ('db:3307', {'login_host': 'db', 'login_port': 3307}),
        ('db:0', {'login_host': 'db'}),
        ('db:99999', {'login_host': 'db'}),
        ('localhost:/run/mysqld/mysqld.sock', {'login_unix_socket': '/run/mysqld/mysqld.sock'}),
        ('localhost:3306:/run/a.sock', {'login_unix_socket': '/run/a.sock'}),
        (':/run/a.sock', {'login_unix_socket': '/run/a.sock'}),
        ('/run/postgresql', {'login_unix_socket': '/run/postgresql'}),
        ('p:db:3307', {'login_host': 'db', 'login_port': 3307}),
        ('::1', {'login_host': '::1'}),
        ('[2001:db8::1]:3307', {'login_host': '2001:db8::1', 'login_port': 3307}),
    ],
)
def test_a_host_is_split_as_the_clients_do(host: str, expected: dict) -> None:
    assert logins.server(host) == expected


@pytest.mark.parametrize(
    ('driver', 'engine'),
    [
        *((one, 'mariadb') for one in ('mysql', 'mysqli', 'MySQLi', 'pdo_mysql', 'mariadb', 'auroramysql', 'pdomysql')),
        *((one, 'postgresql') for one in ('pgsql', 'postgres', 'postgres9', 'Postgre', 'postgresql', 'pdo_pgsql')),
        *((one, 'sqlite') for one in ('sqlite', 'SQLite3', 'pdo_sqlite')),
        ('django.db.backends.mysql', 'mariadb'), ('django.contrib.gis.db.backends.postgis', 'postgresql'),
        ('Drupal\\Driver\\Database\\mysql', 'mariadb'),
        *((one, None) for one in ('oci8', 'sqlsrv', 'mongodb', '', 'mysql-like')),
    ],
)  # fmt: skip
def test_drivers_are_known_by_their_engine(driver: str, engine: str | None) -> None:
    assert logins.engine(driver) == engine


@pytest.mark.parametrize(
    ('url', 'expected'),
    [
        ('mysql://u:p%40s@h:3307/db?charset=utf8', {'engine': 'mariadb', 'name': 'db', 'login_host': 'h',
                                                    'login_port': 3307, 'login_user': 'u', 'login_password': 'p@s'}),
        ('postgresql+psycopg2://u@/db?host=/run/postgresql', {'engine': 'postgresql', 'name': 'db', 'login_user': 'u',
                                                              'login_unix_socket': '/run/postgresql'}),
        ('jdbc:postgresql://h/db?user=u&password=p', {'engine': 'postgresql', 'name': 'db', 'login_host': 'h',
                                                      'login_user': 'u', 'login_password': 'p'}),
        ('sqlite:////srv/a.db', {'engine': 'sqlite', 'path': '/srv/a.db'}),
        ('sqlite:///data/a.db', {'engine': 'sqlite', 'path': '/app/data/a.db'}),
        ('jdbc:sqlite:/srv/a.db', {'engine': 'sqlite', 'path': '/srv/a.db'}),
    ],
)  # fmt: skip
def test_an_address_of_a_database_is_taken_apart(url: str, expected: dict) -> None:
    tree = Tree('/app')
    assert logins.from_url(tree, url) == [expected]
    assert tree.remarks == []


@pytest.mark.parametrize('url', ['oracle:thin:@//h:1521/xe', 'jdbc:oracle:thin:@//h/x', 'mysql://h:port/x', 'x', 'mysql://h/'])
def test_an_address_that_says_too_little_is_a_remark(url: str) -> None:
    tree = Tree('/app')
    assert logins.from_url(tree, url) == []
    assert len(tree.remarks) == 1


@pytest.mark.parametrize(
    ('saying', 'owner', 'accepted'),
    [(1001, 1001, True), (1001, 33, True), (0, 1002, True), (1001, 1002, False), (1001, 0, False)],
)
def test_a_folder_of_another_user_is_taken_over_only_when_root_says_so(
    saying: int, owner: int, accepted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = trees.case('moodle')
    root = trees.build(tmp_path, described)
    monkeypatch.setattr(Tree, 'owner', lambda _tree, path: owner if path == '/var/moodledata' else saying)
    found = recognise(described['webroot'], root)
    assert found is not None
    assert ('/var/moodledata' in [one['path'] for one in found.webroots]) is accepted
    assert any('other users' in remark for remark in found.remarks) is not accepted


def test_variables_are_read_with_quotes_remarks_and_exports() -> None:
    text = (
        b'# A=no\nA=1 # one\nexport B = "x \\"y\\" #z" # remark\r\nC=\'it # is\'\nD=a#b\nE=\nF=#empty\nnot a line\n'
        b'  database.default.hostname = h\nG="open\n'
    )
    found = {one.key: one.value for one in environment_files.variables(text)}
    assert found == {
        'A': '1', 'B': 'x "y" #z', 'C': 'it # is', 'D': 'a#b', 'E': '', 'F': '', 'database.default.hostname': 'h',
        'G': '"open',
    }  # fmt: skip
    for one in environment_files.variables(text):
        assert environment_files.unquoted(text[one.start : one.end]) == one.value


@pytest.mark.parametrize(
    ('expression', 'expected'),
    [
        (b"'a' . \"b\"", 'ab'),
        (b"__DIR__ . '/../x'", '/w/conf/../x'),
        (b"dirname(__FILE__) . DIRECTORY_SEPARATOR . 'x'", '/w/conf/x'),
        (b"dirname(__DIR__, 2) . 'x'", '/x'),
        (b'"$IP/images"', '/w/images'),
        (b'"{$IP}/images"', '/w/images'),
        (b'realpath(("x"))', 'x'),
        (b"getenv('X')", None),
        (b"'a' . $unknown", None),
        (b'"$unknown/a"', None),
        (b"'a' + 'b'", None),
        (b"dirname('a'", None),
        (b'', None),
    ],
)
def test_an_expression_is_worked_out_where_no_php_is_needed(expression: bytes, expected: str | None) -> None:
    known = {'__DIR__': '/w/conf', '__FILE__': '/w/conf/a.php', '$IP': '/w'}
    assert php_expressions.value(expression, known) == expected
