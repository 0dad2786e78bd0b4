# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The databases of this machine's own MariaDB and PostgreSQL servers, asked through their sockets as root and postgres.

A server that is not there, or does not let us in, is a remark: then no database can be said to be unclaimed.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import (
    mariadb_client,
    postgresql_catalogue,
    postgresql_client,
)
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError

MARIADB_SOCKETS = ('/run/mysqld/mysqld.sock', '/var/lib/mysql/mysql.sock', '/run/mariadb/mariadb.sock')
POSTGRESQL_FOLDERS = ('/run/postgresql', '/var/run/postgresql')
POSTGRESQL_ACCOUNT = 'postgres'
SYSTEM = frozenset({'information_schema', 'mysql', 'performance_schema', 'sys'})
COUNTED = 200  # PostgreSQL databases of which the tables are counted: each costs a connection
LOCAL = frozenset({None, '', 'localhost', '127.0.0.1', '::1'})
FAILURES = (RawatError, process.CommandFailed, OSError, ValueError, KeyError)
_TABLES = (
    'SELECT s.schema_name, IFNULL(SUM(t.data_length + t.index_length), 0), COUNT(t.table_name) '
    'FROM information_schema.schemata s LEFT JOIN information_schema.tables t ON t.table_schema = s.schema_name '
    'GROUP BY s.schema_name ORDER BY s.schema_name;'
)
_SIZES = (
    'SELECT datname, pg_database_size(oid) FROM pg_database '
    "WHERE NOT datistemplate AND datallowconn AND datname <> 'postgres' ORDER BY datname"
)
_COUNT = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') "
    "AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"
)


def listed() -> tuple[list[dict[str, Any]], list[str]]:
    """[{engine, name, bytes, tables, login}] of every local server, without system databases; and remarks.

    `login` are the inventory's words by which it was asked: an entry with them needs no password.
    """
    found: list[dict[str, Any]] = []
    remarks: list[str] = []
    for ask, login in [
        *((_mariadb, one) for one in _mariadb_logins()),
        *((_postgresql, o) for o in _postgresql_logins()),
    ]:
        try:
            found += ask(login)
        except process.DeadlineExceeded:
            process.disarm()
            remarks.append(f'the databases of {_server(login)} were not listed: it did not answer in time')
        except FAILURES as failure:
            remarks.append(f'the databases of {_server(login)} were not listed: {failure}')
    if not found and not remarks:
        remarks.append('no MariaDB or PostgreSQL server runs here, so no databases were listed')
    return found, remarks


def unclaimed(found: Iterable[Mapping[str, Any]], claimed: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Those of `found` that no database entry of `claimed` names: [{engine, name, bytes, tables}].

    A name counts whatever host stands beside it: a site may reach its own machine under many names.
    """
    names = {identity(entry) for entry in claimed}
    return [
        {key: entry[key] for key in ('engine', 'name', 'bytes', 'tables')}
        for entry in found
        if identity(entry) not in names
    ]


def identity(entry: Mapping[str, Any]) -> tuple[str, str]:
    """(engine, name or path): mysql is the engine mariadb, and a path is what it leads to."""
    if entry['engine'] == 'sqlite':
        return 'sqlite', os.path.realpath(str(entry.get('path') or ''))
    return str(entry['engine']).replace('mysql', 'mariadb'), str(entry.get('name') or '')


def login_of(entry: Mapping[str, Any], found: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """How we reached the database that a site's configuration names; None where it is not on a server of ours."""
    host = entry.get('login_host')
    if host not in LOCAL and not str(host).startswith('/'):
        return None
    wanted_port = entry.get('login_port')
    for candidate in found:
        other_port = wanted_port and candidate['port'] and int(wanted_port) != candidate['port']
        if identity(candidate) == identity(entry) and not other_port:
            return dict(candidate['login'])
    return None


# ---------------------------------------------------------------- MariaDB
def _mariadb_logins() -> list[dict[str, Any]]:
    sockets = [path for path in MARIADB_SOCKETS if _is_socket(path)]
    return [{'engine': 'mariadb', 'login_user': 'root', 'login_unix_socket': path} for path in sockets]


def _mariadb(login: Mapping[str, Any]) -> list[dict[str, Any]]:
    with mariadb_client.Connection({**login, 'name': 'mysql'}) as way, contextlib.closing(way.session()) as session:
        port = int(session.ask('SELECT @@port;')[0][0])
        rows = session.ask(_TABLES)
    entry = {key: value for key, value in login.items() if key != 'engine'}
    return [
        {
            'engine': 'mariadb', 'name': name, 'bytes': int(float(size)), 'tables': int(tables), 'login': entry,
            'port': port,
        }
        for name, size, tables in rows
        if name not in SYSTEM
    ]  # fmt: skip


# ---------------------------------------------------------------- PostgreSQL
def _postgresql_logins() -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for folder in POSTGRESQL_FOLDERS:
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            match = re.fullmatch(r'\.s\.PGSQL\.(\d{1,5})', name)
            if match and _is_socket(os.path.join(folder, name)):
                port = int(match[1])
                login = {'engine': 'postgresql', 'login_user': POSTGRESQL_ACCOUNT, 'become_user': POSTGRESQL_ACCOUNT}
                found.setdefault(port, login if port == 5432 else {**login, 'login_port': port})
    return [found[port] for port in sorted(found)]


def _postgresql(login: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = _asked({**login, 'name': 'postgres'}, _SIZES)
    entry = {key: value for key, value in login.items() if key != 'engine'}
    found = []
    for number, (name, size) in enumerate(rows):
        tables = int(_asked({**login, 'name': name}, _COUNT)[0][0]) if number < COUNTED else None
        found.append(
            {
                'engine': 'postgresql', 'name': name, 'bytes': int(size), 'tables': tables, 'login': entry,
                'port': login.get('login_port', 5432),
            }
        )  # fmt: skip
    return found


def _asked(database: Mapping[str, Any], query: str) -> list[list[str]]:
    with contextlib.closing(postgresql_client.Connection(database).session()) as session:
        return session.ask(postgresql_catalogue.copy(query))


def _server(login: Mapping[str, Any]) -> str:
    if login['engine'] == 'mariadb':
        return f'MariaDB at {login["login_unix_socket"]}'
    return f'PostgreSQL on port {login.get("login_port", 5432)}'


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)
    except OSError:
        return False
