# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A throw-away PostgreSQL for a drill: its own data directory and unix socket, no network, gone with us.

Only the system accounts that we are and that the server runs as may be its superuser (peer): the socket is given to the
application of the site, too, and a superuser of a database is the system account of the server.
"""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import re
import secrets
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql_template
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import copy
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_client import Connection
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation, RestoreError

ACCOUNT = 'postgres'  # the packages' own; the server refuses root
SUPERUSER = 'postgres'
PORT = 5432  # of no network: part of the socket's name, and the one that clients expect
SOCKET_LIMIT = 100  # bytes of a socket's path; unix(7) has 108
START_SECONDS = 60
STOP_SECONDS = 10
OLDEST = 13  # the first version whose catalogue we know
PROOF = 'rawat-private'
PLACES = (
    '/usr/lib/postgresql/*/bin',
    '/usr/pgsql-*/bin',
    '/usr/local/pgsql/bin',
    '/usr/bin',
    '/usr/libexec/postgresql*',
)
SETTINGS = {
    'listen_addresses': '',
    'port': PORT,
    'fsync': 'off',
    'full_page_writes': 'off',
    'synchronous_commit': 'off',
    'wal_level': 'minimal',
    'max_wal_senders': 0,
    'max_wal_size': '1GB',
    'checkpoint_timeout': '1h',
    'autovacuum': 'off',
    'maintenance_work_mem': '128MB',
    'shared_buffers': '128MB',
    'max_connections': 50,
    'jit': 'off',
    'logging_collector': 'off',
    'log_min_messages': 'fatal',
    'log_statement': 'none',
    'unix_socket_permissions': '0777',
    'lc_messages': 'C',
}
# The server ends at once with all its children when we do: SIGQUIT is its immediate shutdown. SIGKILL, which every
# other child of ours gets, would leave those that are at work behind. Of util-linux, and so everywhere.
DIE_WITH_US = ('setpriv', '--pdeathsig', 'QUIT')


class Server:
    """A running private server. `stop()` is safe to repeat."""

    def __init__(self, directory: str, programs: str, account: str | None):
        self.directory, self.programs, self.account = directory, programs, account
        self.data, self.dsn_socket_directory = f'{directory}/data', directory
        self.socket = f'{directory}/.s.PGSQL.{PORT}'
        self.token, self.version = secrets.token_hex(16), ''
        self._child: process.Child | None = None

    @property
    def pid(self) -> int:
        return self._child.pid if self._child else 0

    def database(self, name: str) -> dict[str, Any]:
        """An inventory-like entry with the superuser's login."""
        entry = {'engine': 'postgresql', 'name': name, 'login_user': SUPERUSER, 'login_unix_socket': self.directory}
        return {**entry, 'login_port': PORT, 'become_user': self.account, 'private_directory': self.data}

    def start(self) -> None:
        write_rules(self.data, [])
        _write(f'{self.data}/{PROOF}', self.token, self.account)
        settings = {**SETTINGS, 'unix_socket_directories': self.directory}
        words = [word for key, value in settings.items() for word in ('-c', f'{key}={value}')]
        launcher = DIE_WITH_US if shutil.which(DIE_WITH_US[0]) else ()
        argv = [*launcher, f'{self.programs}/postgres', '-D', self.data, *words]
        self._child = process.spawn(argv, account=self.account, directory='/')
        self._wait_until_ready(self._child)
        with contextlib.closing(Connection(self.database('postgres')).session()) as session:
            ((self.version,),) = session.ask(copy("SELECT current_setting('server_version')"))

    def _wait_until_ready(self, child: process.Child) -> None:
        """The eighth line of postmaster.pid says `ready` (miscadmin.h of PostgreSQL 10 and later)."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError), open(f'{self.data}/postmaster.pid', encoding='utf-8') as file:
                lines = file.read().splitlines()
                if len(lines) > 7 and lines[7].strip() == 'ready':
                    return
            if child.popen.poll() is not None or time.monotonic() > deadline:
                words = ' '.join(child.stderr.split()) or 'it printed no reason'
                raise Limitation(f'a private PostgreSQL server did not start in {self.directory}: {words}')
            time.sleep(0.01)

    def prove_ours(self, database: Mapping[str, Any]) -> None:
        """Raises RestoreError, naming who answered, unless `database` leads to this very instance."""
        query = (
            f"SELECT COALESCE(pg_read_file('{PROOF}', 0, 64, true), ''), current_setting('data_directory'), version()"
        )
        try:
            with contextlib.closing(Connection({**database, 'name': 'postgres'}).session()) as session:
                ((token, directory, version),) = session.ask(copy(query))
        except process.CommandFailed as failure:
            raise RestoreError(f'the private server of {self.data} does not answer: {failure}') from failure
        if token != self.token or os.path.realpath(directory) != os.path.realpath(self.data):
            raise RestoreError(
                f'this is not the private server of {self.data}: {version.split(",")[0]} with its data in {directory} '
                f'answered at {database.get("login_unix_socket") or database.get("login_host")}; nothing was loaded'
            )

    def stop(self) -> None:
        """End the server and all its processes at once: its data is worth nothing."""
        if not self._child:
            return
        child, self._child = self._child, None
        if child.popen.poll() is None:
            child.popen.send_signal(signal.SIGQUIT)
            with contextlib.suppress(Exception):
                child.popen.wait(STOP_SECONDS)
        child.kill()


@contextlib.contextmanager
def private_server(
    directory: str, options: Mapping[str, Any], part: Mapping[str, Any] | None = None
) -> Iterator[Server]:
    """A server in the empty `directory` for a dump as in the manifest's `part`. Raises Limitation."""
    programs, version = find_programs(str((part or {}).get('version') or ''))
    account = _account()
    directory = os.path.realpath(directory)
    _make_reachable(directory, account)
    server = Server(directory, programs, account)
    if len(os.fsencode(server.socket)) > SOCKET_LIMIT:
        raise Limitation(f'{server.socket} is too long for a socket: choose a shorter drill_directory')
    try:
        postgresql_template.copy_template(programs, version, str(options['state_directory']), server.data, account)
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)


def find_programs(version: str) -> tuple[str, str]:
    """(folder of the server's programs, their full version): of the same major version, else the next newer one."""
    wanted = _major(version)
    found = {}
    for place in (*PLACES, os.path.dirname(shutil.which('postgres') or '')):
        for folder in glob.glob(place) if place else ():
            if os.access(f'{folder}/postgres', os.X_OK) and os.access(f'{folder}/initdb', os.X_OK):
                words = process.run([f'{folder}/postgres', '--version']).decode().split()
                found[(_major(words[-1] if words[-1][0].isdigit() else words[2]), folder)] = words[2]
    able = sorted(key for key in found if key[0] >= max(wanted, OLDEST))
    if not able:
        there = ', '.join(sorted(set(found.values()))) or 'none'
        needed = f'{wanted} or newer' if wanted else f'{OLDEST} or newer'
        raise Limitation(
            f'no PostgreSQL server program of version {needed} is installed here (found: {there}): '
            f'install the package postgresql{f"-{wanted}" if wanted else ""}'
        )
    chosen = able[0] if wanted else able[-1]
    return chosen[1], found[chosen]


def _major(version: str) -> int:
    match = re.search(r'\d+', version)
    return int(match.group()) if match else 0


def _account() -> str | None:
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(ACCOUNT).pw_name
    raise Limitation(f'a private PostgreSQL server cannot run as root, and there is no account {ACCOUNT} here')


def _make_reachable(directory: str, account: str | None) -> None:
    """The folder becomes the server's own; whoever may pass through it may ask for the socket."""
    if account:
        entry = pwd.getpwnam(account)
        os.chown(directory, entry.pw_uid, entry.pw_gid)
    os.chmod(directory, 0o711)  # noqa: S103 - to be passed through, not to be read
    try:
        process.run(['test', '-w', directory], account=account)
    except process.CommandFailed:
        raise Limitation(
            f'{account} cannot reach {directory}: every folder above it must let others pass (chmod o+x)'
        ) from None


# ---------------------------------------------------------------- who may log in
def write_rules(data: str, trusted: list[str]) -> None:
    """pg_hba.conf: the superuser by who asks, `trusted` roles as they come, everybody else with the role's password."""
    account = pwd.getpwuid(os.stat(data).st_uid).pw_name
    ours = {account, pwd.getpwuid(os.geteuid()).pw_name}
    rules = [f'local all {SUPERUSER} peer map=rawat']
    rules += [f'local all {quoted(role)} trust' for role in trusted]
    rules += ['local all all md5']
    _write(f'{data}/pg_ident.conf', ''.join(f'rawat {quoted(name)} {SUPERUSER}\n' for name in sorted(ours)), account)
    _write(f'{data}/pg_hba.conf', '\n'.join([*rules, '']), account)


def quoted(word: str) -> str:
    """Quotes keep words like `all` or `+group` from meaning more (pg_hba.conf, client authentication)."""
    return '"' + word.replace('"', '""') + '"'


def admit(database: Mapping[str, Any]) -> None:
    """Let loaded roles in: with their password; those that have none, as they come, unless they are superusers."""
    query = (
        'SELECT rolname FROM pg_authid WHERE rolcanlogin AND NOT rolsuper AND rolpassword IS NULL '
        "AND rolname !~ '[\\n\\r]'"
    )
    with contextlib.closing(Connection({**database, 'name': 'postgres'}).session()) as session:
        write_rules(str(database['private_directory']), [row[0] for row in session.ask(copy(query))])
        session.ask('SELECT pg_reload_conf() \\g /dev/null')


def _write(path: str, text: str, account: str | None) -> None:
    """A file of the server's own, in one go."""
    temporary = f'{path}.new'
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w', encoding='utf-8') as file:
        file.write(text)
    if account and os.geteuid() == 0:
        entry = pwd.getpwnam(account)
        os.chown(temporary, entry.pw_uid, entry.pw_gid)
    os.replace(temporary, path)
