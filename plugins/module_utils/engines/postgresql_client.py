# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL's own clients with the login of an inventory database."""

from __future__ import annotations

import glob
import shutil
from collections.abc import Mapping
from subprocess import PIPE
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError
from ansible_collections.rawat.website.plugins.module_utils.options import defaults

PSQL = ('--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--no-password', '--set=ON_ERROR_STOP=1')
DUMP = ('--format=plain', '--create', '--no-password', '--no-tablespaces', '--lock-wait-timeout=30s')
START = (
    "SELECT set_config('client_encoding', CASE current_setting('server_encoding') WHEN 'SQL_ASCII' THEN 'SQL_ASCII' "
    "ELSE 'UTF8' END, false), set_config('search_path', '', false), set_config('statement_timeout', '0', false), "
    "set_config('idle_in_transaction_session_timeout', '0', false), set_config('lock_timeout', '30s', false), "
    "set_config('standard_conforming_strings', 'on', false) "
    '\\g /dev/null'
)


class Connection:
    """The programs and the login of one inventory database. Raises PreflightError when a program is missing."""

    def __init__(self, database: Mapping[str, Any]):
        self.name, self.account = str(database['name']), database.get('become_user')
        self.environment = _environment(database)
        self.psql, self.pg_dump = (_program(name, 'PGHOST' in self.environment) for name in ('psql', 'pg_dump'))
        if not process.may_become(self.account):
            raise PreflightError([f'PostgreSQL {self.name}: only root can run psql as {self.account} (become: true)'])

    def session(self) -> Session:
        child = self.client(stdin=PIPE)
        session = Session(child, lambda word: f"SELECT '{word}';")
        try:
            session.ask(START)
        except BaseException:
            session.close()
            raise
        return session

    def client(self, *options: str, stdin: int | None = None) -> process.Child:
        argv = [self.psql, *PSQL, *options]
        return process.spawn(argv, stdin=stdin, environment=self.environment, account=self.account)

    def dump(self, *options: str) -> process.Child:
        argv = [self.pg_dump, *DUMP, *options]
        return process.spawn(argv, environment=self.environment, account=self.account)

    def help(self, *options: str) -> str:
        return process.run([self.pg_dump, *options], account=self.account).decode('utf-8', 'replace').strip()


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """For sessions with standard_conforming_strings, which START sees to."""
    return "'" + text.replace("'", "''") + "'"


def maintenance(name: str) -> str:
    """A database to stand in while something is done to the database `name`."""
    return 'template1' if name == 'postgres' else 'postgres'


def _environment(database: Mapping[str, Any]) -> dict[str, str]:
    """libpq's own variables: a database name on the command line could be taken for a connection string."""
    host = database.get('login_unix_socket') or database.get('login_host')
    settings = {
        'PGDATABASE': database['name'],
        'PGHOST': host,
        'PGPORT': database.get('login_port'),
        'PGUSER': database.get('login_user') or database.get('become_user'),
        'PGPASSWORD': database.get('login_password'),
        'PGCONNECT_TIMEOUT': defaults()['connect_timeout'],
        'PGPASSFILE': '/dev/null',
        'PGAPPNAME': 'rawat',
    }
    return {key: str(value) for key, value in settings.items() if value not in (None, '')}


def _program(name: str, located: bool) -> str:
    """The client. Debian's is a Perl script that chooses a version and a server, at several times the client's cost.

    Where the inventory says which server (`located`) and there is one version only, the client itself serves.
    """
    versions = glob.glob(f'/usr/lib/postgresql/*/bin/{name}')
    if located and len(versions) == 1:
        return versions[0]
    if path := shutil.which(name):
        return path
    raise PreflightError([f'{name} is not installed here: install the package postgresql-client'])


def explain(database: Mapping[str, Any], failure: process.CommandFailed) -> str:
    """The client's words and what to do about them."""
    reason = ' '.join(failure.stderr.split()) or str(failure)
    remedies = {
        'Peer authentication failed': 'set become_user to the system account that login_user belongs to',
        'password authentication failed': 'login_password is wrong',
        'no password supplied': 'the server wants a password: set login_password',
        'does not exist': 'there is no such database or role: look at name and login_user',
        'Connection refused': 'is the server running, are login_host, login_port and login_unix_socket right?',
        'No such file or directory': 'is the server running, is login_unix_socket (a folder) right?',
        'could not translate host name': 'login_host is wrong',
        'permission denied': 'the role has too few rights',
    }
    remedy = next((remedy for words, remedy in remedies.items() if words in reason), 'see the message of the client')
    return f'PostgreSQL {database["name"]}: {reason}; {remedy}'
