# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the MariaDB clients are called: credentials in memory, nothing of the host's own option files, plain sessions."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from subprocess import PIPE
from typing import Any, BinaryIO, cast

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError
from ansible_collections.rawat.website.plugins.module_utils.options import defaults

PROGRAMS = {'client': ('mariadb', 'mysql'), 'dump': ('mariadb-dump', 'mysqldump')}
DUMP_OPTIONS = (
    '--single-transaction',
    '--quick',
    '--skip-dump-date',  # equal data, equal stream
    '--skip-add-locks',  # with locks a table whose default is NEXTVAL(sequence) cannot be restored (error 1100)
    '--routines',
    '--events',
    '--triggers',
    '--default-character-set=utf8mb4',
    '--max-allowed-packet=1G',  # the client's default of 16 MiB ends the dump at the first larger row
)


class Connection:
    """The programs and the credentials of one inventory database; a context manager, because the secret is a handle.

    Raises PreflightError when a program is missing or the login cannot be handed over safely.
    """

    def __init__(self, database: Mapping[str, Any]):
        self.database, self.name = database, str(database['name'])
        self.account = database.get('become_user')
        self.client, self.dump = (_program(kind) for kind in ('client', 'dump'))
        self._file: BinaryIO | None = None
        if self.account and database.get('login_password'):
            problem = (
                f'MariaDB {self.name}: become_user and login_password cannot be combined: leave one out, or let '
                f'{self.account} log in through unix_socket authentication'
            )
            raise PreflightError([problem])
        if not process.may_become(self.account):
            raise PreflightError(
                [f'MariaDB {self.name}: only root can run the client as {self.account} (become: true)']
            )

    def __enter__(self) -> Connection:
        self._file = process.secret_file(_option_file(self.database))
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._file:
            self._file.close()

    def spawn(
        self, program: str, *arguments: str, stdin: int | None = None, stdout: int | None = PIPE
    ) -> process.Child:
        return process.spawn([program, *self._login(), *arguments], stdin=stdin, stdout=stdout, account=self.account)

    def output(self, program: str, *arguments: str, accept: tuple[int, ...] = (0,)) -> bytes:
        """All that a short command prints."""
        return process.run([program, *self._login(), *arguments], account=self.account, accept=accept)

    def session(self) -> Session:
        """A client that waits for statements. The password never leaves the memory file."""
        child = self.spawn(self.client, '--batch', '--skip-column-names', '--unbuffered', '--binary-mode', stdin=PIPE)
        session = Session(child, lambda word: f"SELECT '{word}';")
        session.ask("SET NAMES utf8mb4, sql_mode='', lc_messages='en_US', SESSION wait_timeout=86400;")
        return session

    def first_error(self, statements: Iterable[str]) -> tuple[int, str] | None:
        """Run statements, each on a line, in a client of their own: the line of the first that fails, and why."""
        script = '\n'.join(statements).encode('utf-8', 'surrogateescape')
        try:
            process.run([self.client, *self._login(), '--batch'], feed=script, account=self.account)
        except process.CommandFailed as failure:
            match = re.search(r'ERROR \d+ \(\w+\) at line (\d+): (.*)', failure.stderr)
            if not match:
                raise
            return int(match.group(1)), match.group(2)
        return None

    def version(self) -> str:
        """'mariadb-dump  Ver 10.19 Distrib 10.11.6-MariaDB, …'"""
        return process.run([self.dump, '--version']).decode('utf-8', 'replace').strip()

    def _login(self) -> list[str]:
        """First on the command line, or the client reads the host's option files before ours."""
        if not self.account:
            return [f'--defaults-file={process.path_of(cast(BinaryIO, self._file))}']  # only inside the context
        settings = _settings(self.database)  # another account cannot open our memory; there is no secret in these
        return ['--no-defaults', *(f'--{key}={value}' for key, value in settings.items())]


def quoted(identifier: str) -> str:
    return '`' + identifier.replace('`', '``') + '`'


def text(value: str) -> str:
    """`value` as an SQL string; sessions keep backslash escapes on (sql_mode is empty)."""
    return "'" + value.replace('\\', '\\\\').replace("'", "''") + "'"


def account_name(user: str, host: str) -> str:
    """`user`@`host`, or `role` where there is no host."""
    return f'{quoted(user)}@{quoted(host)}' if host else quoted(user)


def _program(kind: str) -> str:
    for name in PROGRAMS[kind]:
        if path := shutil.which(name):
            return path
    raise PreflightError([f'{PROGRAMS[kind][0]} is not installed here: install the package mariadb-client'])


def _settings(database: Mapping[str, Any]) -> dict[str, str]:
    names = {'user': 'login_user', 'host': 'login_host', 'port': 'login_port', 'socket': 'login_unix_socket'}
    settings = {key: str(database[name]) for key, name in names.items() if database.get(name)}
    if settings.get('host') and not settings.get('socket'):
        settings['protocol'] = 'tcp'  # "localhost" would mean a socket of the client's own choice
    return settings


def _option_file(database: Mapping[str, Any]) -> bytes:
    settings = _settings(database)
    if database.get('login_password') is not None:
        settings['password'] = str(database['login_password'])
    lines = ['[client]', *(f'{key}={_option_value(value)}' for key, value in settings.items())]
    lines += ['default-character-set=utf8mb4', '[mysql]', f'connect-timeout={defaults()["connect_timeout"]}', '']
    return '\n'.join(lines).encode('utf-8', 'surrogateescape')


def _option_value(value: str) -> str:
    """Quoted and escaped as option files want it."""
    for plain, escaped in (('\\', '\\\\'), ('"', '\\"'), ('\n', '\\n'), ('\r', '\\r'), ('\t', '\\t')):
        value = value.replace(plain, escaped)
    return f'"{value}"'
