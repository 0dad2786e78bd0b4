# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private database servers for tests: a MariaDB or a PostgreSQL in a temporary folder, on a socket and a loopback port.

As root they run as the packages' own accounts (mysql, postgres), which refuse root; settings are fast, not durable.
What was started is stopped by its own process; it also dies with the test process (PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import contextlib
import ctypes
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

START_SECONDS = 30


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Server:
    """A server process in `folder`; `start()` again after `stop()` or `kill()` finds the same data."""

    account: str

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix='rawat-db-'))
        self.folder.chmod(0o755)
        self.port, self.process = free_port(), None
        entry = pwd.getpwnam(self.account) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.user = entry.pw_name
        os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self.identity = {'user': entry.pw_uid, 'group': entry.pw_gid, 'extra_groups': []} if os.geteuid() == 0 else {}

    def run_as_owner(self, argv: list[str]) -> None:
        subprocess.run(argv, check=True, capture_output=True, cwd=self.folder, timeout=120, **self.identity)

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        with (self.folder / 'log').open('ab') as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, cwd=self.folder, preexec_fn=_die_with_us, **self.identity
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f'{self.command()[0]} did not start:\n{(self.folder / "log").read_text()[-3000:]}')
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(timeout=60)

    def remove(self) -> None:
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def _die_with_us() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class MariaDB(Server):
    """`root` comes in through the socket as the system's root (or as whoever runs the tests)."""

    account = 'mysql'

    def __init__(self) -> None:
        super().__init__()
        self.socket = self.folder / 's.sock'
        self.run_as_owner(
            ['mariadb-install-db', '--no-defaults', f'--datadir={self.folder}/data', '--skip-test-db',
             '--auth-root-authentication-method=normal']
        )  # fmt: skip
        self.start()

    def command(self) -> list[str]:
        options = {
            'datadir': f'{self.folder}/data', 'socket': self.socket, 'port': self.port, 'bind-address': '127.0.0.1',
            'pid-file': f'{self.folder}/pid', 'innodb-flush-log-at-trx-commit': 0, 'innodb-buffer-pool-size': '64M',
            'innodb-log-file-size': '32M', 'innodb-doublewrite': 0, 'event-scheduler': 'OFF', 'max-connections': 40,
            'character-set-server': 'utf8mb4', 'innodb-fast-shutdown': 2,
        }  # fmt: skip
        return [
            '/usr/sbin/mariadbd',
            '--no-defaults',
            '--skip-log-bin',
            *(f'--{key}={value}' for key, value in options.items()),
        ]

    def answers(self) -> bool:
        argv = ['mariadb-admin', '--no-defaults', f'--socket={self.socket}', '--user=root', 'ping']
        return subprocess.run(argv, capture_output=True, timeout=10, check=False).returncode == 0

    def client(self, *arguments: str) -> list[str]:
        return ['mariadb', '--no-defaults', f'--socket={self.socket}', '--user=root', *arguments]

    def run(self, sql: str | bytes, database: str = '', *options: str) -> bytes:
        """Run `sql` with the vendor's client; returns what it printed (tab-separated, no header)."""
        argv = self.client(
            '--batch', '--skip-column-names', '--binary-mode', '--comments', *options, *([database] if database else [])
        )
        data = sql.encode() if isinstance(sql, str) else sql
        done = subprocess.run(argv, input=data, capture_output=True, timeout=120, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode('utf-8', 'replace'))
        return done.stdout


class PostgreSQL(Server):
    """The superuser is `postgres`, trusted on the socket; passwords are asked for on the loopback port."""

    account = 'postgres'

    def __init__(self) -> None:
        super().__init__()
        self.programs = Path(sorted(glob.glob('/usr/lib/postgresql/*/bin'))[-1])
        self.run_as_owner(
            [str(self.programs / 'initdb'), '-D', f'{self.folder}/data', '-U', 'postgres', '--encoding=UTF8',
             '--locale=C.UTF-8', '--no-sync', '--auth-local=trust', '--auth-host=scram-sha-256']
        )  # fmt: skip
        self.start()

    def command(self) -> list[str]:
        options = {
            'listen_addresses': '127.0.0.1', 'unix_socket_directories': self.folder, 'port': self.port, 'fsync': 'off',
            'synchronous_commit': 'off', 'full_page_writes': 'off', 'shared_buffers': '32MB', 'max_connections': 40,
            'autovacuum': 'off', 'lc_messages': 'C',
        }  # fmt: skip
        settings = [word for key, value in options.items() for word in ('-c', f'{key}={value}')]
        return [str(self.programs / 'postgres'), '-D', f'{self.folder}/data', *settings]

    def answers(self) -> bool:
        argv = [str(self.programs / 'pg_isready'), '-q', '-h', str(self.folder), '-p', str(self.port)]
        return subprocess.run(argv, timeout=10, check=False).returncode == 0

    @property
    def environment(self) -> dict[str, str]:
        return {
            'PATH': os.environ['PATH'],
            'PGHOST': str(self.folder),
            'PGPORT': str(self.port),
            'PGUSER': 'postgres',
            'LC_ALL': 'C.UTF-8',
        }

    def run(self, sql: str | bytes, database: str = 'postgres') -> bytes:
        argv = ['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1']
        data = sql.encode() if isinstance(sql, str) else sql
        environment = {**self.environment, 'PGDATABASE': database, 'PGCLIENTENCODING': 'UTF8'}
        done = subprocess.run(argv, input=data, capture_output=True, timeout=120, check=False, env=environment)
        if done.returncode:
            raise RuntimeError(done.stderr.decode('utf-8', 'replace'))
        return done.stdout

    def stop(self, number: int = signal.SIGINT) -> None:
        super().stop(signal.SIGQUIT if number == signal.SIGKILL else number)  # SIGKILL would leave its children behind
