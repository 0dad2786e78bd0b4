# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A MariaDB server of our own for the length of a drill: on a socket only, fast instead of durable, gone with us.

Making a data directory costs more than loading a small site. So it is made once per server version, kept as a template
and copied with its holes: 7 MB. Stopping is SIGKILL, for everything is thrown away.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import secrets
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import Connection, text
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation, PreflightError, RestoreError
from ansible_collections.rawat.website.plugins.module_utils.stores.common import state_directory

ACCOUNT = 'mysql'  # the packages' own; as root the server refuses to start
ADMINISTRATOR = 'rawat-private'
START_SECONDS = 60
POLL_SECONDS = 0.02
SOCKET_LIMIT = 100  # bytes of a socket's path; the kernel takes 107, and somebody may put one below another root
POOL_SHARE, POOL_LIMIT = 4, 1024  # a quarter of the memory, at most so many MiB
# How a data directory is laid out. Whoever changes these makes other templates.
LAYOUT = (
    '--innodb-undo-tablespaces=0',
    '--innodb-data-file-path=ibdata1:4M:autoextend',
    '--loose-innodb-autoextend-increment=1',
)
FAST = (
    *('--loose-innodb-flush-method=nosync', '--loose-innodb-doublewrite=0', '--loose-innodb-flush-log-at-trx-commit=0'),
    *(
        '--skip-log-bin',
        '--loose-innodb-buffer-pool-dump-at-shutdown=0',
        '--loose-innodb-buffer-pool-load-at-startup=0',
    ),
)
# A small redo log is enough where nothing is durable. Statistics that follow every tenth row cost a sixth of a load.
SERVING = (
    *(
        '--skip-networking',
        '--skip-name-resolve',
        '--loose-innodb-stats-auto-recalc=0',
        '--event-scheduler=OFF',
        '--local-infile=0',
    ),
    *('--loose-innodb-log-file-size=96M', '--loose-innodb-sort-buffer-size=64M', '--max-allowed-packet=1G'),
    *('--skip-slave-start', '--loose-skip-ssl', '--key-buffer-size=32M', '--max-connections=100'),
)


class Server:
    """A running private server. `version` is the server's own word, `dsn_socket_directory` the socket's folder."""

    def __init__(self, directory: str, child: process.Child, token: str, password: str):
        self.directory, self.child, self.pid = directory, child, child.pid
        self.socket = _socket_path(directory)
        self.pid_file = _pid_file(directory, token)
        self.dsn_socket_directory = directory
        self.version = ''
        self._password = password

    def database(self, name: str) -> dict[str, Any]:
        """An inventory-like entry with an administrator's login; accounts of a dump may replace this server's own."""
        return {
            'engine': 'mariadb',
            'name': name,
            'login_user': ADMINISTRATOR,
            'login_password': self._password,
            'login_unix_socket': self.socket,
            'replace_accounts': True,
        }

    def prove_ours(self, database: Mapping[str, Any]) -> None:
        """Raises RestoreError with the name of whoever answers at `database`, unless it is this very process."""
        question = 'SELECT @@pid_file, @@hostname, @@port, @@socket, @@datadir, VERSION();'
        try:
            with Connection(database) as connection, contextlib.closing(connection.session()) as session:
                (answer,) = session.ask(question)
        except (process.CommandFailed, PreflightError) as failure:
            raise RestoreError(f'the private MariaDB server does not answer: {failure}{self._end()}') from failure
        if os.path.basename(answer[0]) != os.path.basename(self.pid_file):
            _pid_file, host, port, where, datadir, version = answer
            raise RestoreError(
                f'another server answers in place of the private one: MariaDB {version} on {host}, port {port}, socket '
                f'{where}, data in {datadir}; nothing was loaded into it'
            )

    def stop(self) -> None:
        """At once, without a word: nothing of it is kept."""
        self.child.kill()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.socket):
            if self.child.popen.poll() is not None or time.monotonic() > deadline:
                self.child.kill()
                raise Limitation(f'the private MariaDB server did not start{self._end()}')
            time.sleep(POLL_SECONDS)
        entry = self.database('mysql')
        self.prove_ours(entry)
        with Connection(entry) as connection, contextlib.closing(connection.session()) as session:
            self.version = session.ask('SELECT VERSION();')[0][0]

    def _end(self) -> str:
        if self.child.popen.poll() is None:
            return ''
        return f': it ended with code {self.child.popen.returncode}: {self.child.stderr[-1500:].strip()}'


@contextlib.contextmanager
def private_server(
    directory: str, options: Mapping[str, Any], part: Mapping[str, Any] | None = None
) -> Iterator[Server]:
    """A server with its data in `directory`, which must exist; stopped and emptied afterwards.

    `part` of a manifest tells what its live server was like: version, letter case of names, modes. Raises Limitation
    when this machine cannot run such a server.
    """
    program, account = _program(), _account()
    version = _version(program)
    _check_version(version, part)
    _check_way(directory, account)
    template = _template(directory, state_directory(dict(options)), version, account)
    data, temporary = os.path.join(directory, 'data'), _scratch(directory)
    _copy(template, data)
    os.mkdir(temporary, 0o700)
    for path in (directory, temporary):
        _own(path, account)
    server = _start(program, directory, account, _like(part))
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()
        for path in (data, temporary):
            shutil.rmtree(path, ignore_errors=True)
        for path in (server.socket, server.pid_file):
            with contextlib.suppress(OSError):
                os.unlink(path)


def _start(program: str, directory: str, account: str | None, like: list[str]) -> Server:
    """The administrator's password reaches the server in memory: as an init file that is its standard input."""
    token, password = secrets.token_hex(8), secrets.token_urlsafe(24)
    who = f'{text(ADMINISTRATOR)}@localhost'
    statements = (
        f"DELETE FROM mysql.global_priv WHERE User NOT IN ('root', 'mariadb.sys', 'PUBLIC') "
        "OR (User='root' AND Host<>'localhost');\nFLUSH PRIVILEGES;\n"
        "ALTER USER root@localhost IDENTIFIED VIA mysql_native_password USING 'invalid';\n"
        f'CREATE OR REPLACE USER {who} IDENTIFIED BY {text(password)};\n'
        f'GRANT ALL PRIVILEGES ON *.* TO {who} WITH GRANT OPTION;\n'
    )
    argv = [
        *(program, '--no-defaults', f'--datadir={directory}/data', f'--tmpdir={_scratch(directory)}'),
        *(f'--socket={_socket_path(directory)}', f'--pid-file={_pid_file(directory, token)}', '--init-file=/dev/stdin'),
        *(
            f'--secure-file-priv={_scratch(directory)}',
            f'--innodb-buffer-pool-size={_pool()}M',
            *LAYOUT,
            *FAST,
            *SERVING,
            *like,
        ),
    ]
    with process.secret_file(statements.encode()) as handle:
        if account:
            os.fchown(handle.fileno(), pwd.getpwnam(account).pw_uid, -1)
        child = process.spawn(
            argv, stdin=handle.fileno(), stdout=subprocess.DEVNULL, account=account, directory=directory
        )
    return Server(directory, child, token, password)


def _like(part: Mapping[str, Any] | None) -> list[str]:
    """Options that make the server behave as the one the dump came from, as far as a site notices."""
    census = (part or {}).get('census') or {}
    wanted = dict((census.get('endpoint') or {}).get('variables') or {})
    if case := (census.get('settings') or {}).get('lower_case_table_names'):
        wanted['lower_case_table_names'] = case
    if wanted.get('lower_case_table_names') == '2':  # for file systems that fold case, which this one does not
        wanted['lower_case_table_names'] = '1'
    names = {'time_zone': 'default-time-zone'}
    return [f'--loose-{names.get(name, name.replace("_", "-"))}={value}' for name, value in sorted(wanted.items())]


# ---------------------------------------------------------------- what this machine has
def _program() -> str:
    for name in ('mariadbd', 'mysqld'):
        if path := shutil.which(name, path=f'{os.environ.get("PATH", "")}:/usr/sbin:/usr/local/sbin'):
            return path
    raise Limitation('no MariaDB server is installed here: install the package mariadb-server (it need not run)')


def _account() -> str | None:
    if os.geteuid():
        return None
    try:
        return pwd.getpwnam(ACCOUNT).pw_name
    except KeyError:
        raise Limitation(f'there is no account {ACCOUNT} to run a MariaDB server as: install mariadb-server') from None


def _version(program: str) -> str:
    words = process.run([program, '--version']).decode('utf-8', 'replace').strip()
    if 'MariaDB' not in words:
        raise Limitation(f'{program} is no MariaDB server: {words}')
    return words


def _check_version(words: str, part: Mapping[str, Any] | None) -> None:
    here, there = _number(words), _number(str((part or {}).get('version') or ''))
    if here and there and here < there:
        raise Limitation(
            f'the dump comes from MariaDB {there[0]}.{there[1]}; this machine has {here[0]}.{here[1]}, and an older '
            'server cannot be expected to take it'
        )


def _number(words: str) -> tuple[int, int] | None:
    match = re.search(r'(\d+)\.(\d+)\.\d+', words)
    return (int(match[1]), int(match[2])) if match else None


def _check_way(directory: str, account: str | None) -> None:
    if len(os.fsencode(_socket_path(directory))) > SOCKET_LIMIT:
        raise Limitation(f'{directory} is too long a path for a socket: choose a shorter drill_directory')
    if not account:
        return
    entry, path = pwd.getpwnam(account), os.path.dirname(os.path.abspath(directory))
    while path != '/':
        found = os.stat(path)
        shift = 6 if found.st_uid == entry.pw_uid else 3 if found.st_gid == entry.pw_gid else 0
        if not stat.S_IMODE(found.st_mode) >> shift & 1:
            raise Limitation(f'the account {account} cannot enter {path}: chmod o+x, or choose another drill_directory')
        path = os.path.dirname(path)


def _socket_path(directory: str) -> str:
    return os.path.join(directory, 's')


def _pid_file(directory: str, token: str) -> str:
    """Its name is what proves a server to be this one: SQL tells it, and nobody else's has it."""
    return os.path.join(directory, f'{token}.pid')


def _scratch(directory: str) -> str:
    """Where the server sorts; also the only folder that SQL may read and write files in."""
    return os.path.join(directory, 'scratch')


def _answers(path: str) -> bool:
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
    return True


def _pool() -> int:
    """MiB."""
    memory = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // 1024**2
    return max(64, min(POOL_LIMIT, memory // POOL_SHARE))


def _own(path: str, account: str | None) -> None:
    if account:
        entry = pwd.getpwnam(account)
        os.chown(path, entry.pw_uid, entry.pw_gid)


# ---------------------------------------------------------------- template
def _template(directory: str, state: Path, version: str, account: str | None) -> str:
    """The template's path; made now if this version has none yet. A lock lets the second of two runs wait."""
    keep = str(state / 'templates')
    os.makedirs(keep, mode=0o700, exist_ok=True)
    key = hashlib.sha256('\n'.join((version, *LAYOUT, account or '')).encode()).hexdigest()[:16]
    path = os.path.join(keep, f'mariadb-{key}')
    with open(os.path.join(keep, 'lock'), 'ab') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(path):
            fresh = os.path.join(directory, 'template')
            _install(directory, fresh, account)
            part = f'{path}.part'  # of a run that died, perhaps: we hold the lock
            shutil.rmtree(part, ignore_errors=True)
            _copy(fresh, part)
            os.rename(part, path)
            shutil.rmtree(fresh, ignore_errors=True)
    return path


def _install(directory: str, data: str, account: str | None) -> None:
    program = shutil.which('mariadb-install-db') or shutil.which('mysql_install_db')
    if not program:
        raise Limitation('mariadb-install-db is not installed here: install the package mariadb-server')
    os.mkdir(data, 0o700)
    _own(data, account)
    options = [
        '--skip-test-db',
        '--auth-root-authentication-method=normal',
        '--innodb-log-file-size=4M',
        *LAYOUT,
        *FAST,
    ]
    identity = [f'--user={account}'] if account else []
    try:
        process.run([program, '--no-defaults', f'--datadir={data}', *identity, *options])
    except process.CommandFailed as failure:
        shutil.rmtree(data, ignore_errors=True)
        raise Limitation(
            f'no data directory for a private MariaDB server could be made in {directory}: {failure}'
        ) from failure


def _copy(source: str, target: str) -> None:
    """With owners and with holes; sharing blocks where the file system can."""
    process.run(['cp', '-a', '--reflink=auto', '--sparse=always', '--', source, target])
