# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A MariaDB and a PostgreSQL server of the benchmark's own: on unix sockets only, data in the working folder."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.sources import run

DATABASE = 'site'
START_SECONDS = 60
TICK = os.sysconf('SC_CLK_TCK')
POSTGRESQL_PROGRAMS = sorted(Path('/usr/lib/postgresql').glob('*/bin'))
# /proc/PID/stat behind the name in parentheses: state, parent …; user, system, and both of ended children
PARENT_FIELD, CPU_FIELDS = 1, slice(11, 15)


class Server:
    """A database server process below `folder`, started by :meth:`start` and stopped by its own process id."""

    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen | None = None

    def start(self, command: list[str]) -> None:
        with (self.folder / 'server.log').open('ab') as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd='/',
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                sys.exit(f'{command[0]} did not start; its log is {self.folder}/server.log')
            time.sleep(0.1)

    def answers(self) -> bool:
        raise NotImplementedError

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(timeout=120)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def cpu_seconds(self) -> float:
        """User and system time of the server and of every process it has or had; steps of 10 ms each."""
        return sum(sum(map(int, _stat(pid)[CPU_FIELDS])) for pid in self._pids()) / TICK

    def _pids(self) -> list[int]:
        top = self.process.pid if self.process else 0
        children = [pid for pid in map(int, filter(str.isdigit, os.listdir('/proc'))) if _parent(pid) == top]
        return [top, *children]


def _stat(pid: int) -> list[str]:
    try:
        return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ['0'] * CPU_FIELDS.stop


def _parent(pid: int) -> int:
    return int(_stat(pid)[PARENT_FIELD])


class MariaDB(Server):
    """Account `root` without a password, over the socket."""

    @property
    def socket(self) -> Path:
        return self.folder / 'mariadb.sock'

    def up(self, buffer_pool: str) -> None:
        data = self.folder / 'mariadb'
        if not data.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            run(['mariadb-install-db', '--no-defaults', '--user=root', f'--datadir={data}',
                 '--auth-root-authentication-method=normal', '--skip-test-db'])
        self.start([
            'mariadbd', '--no-defaults', '--user=root', f'--datadir={data}', f'--socket={self.socket}',
            '--skip-networking', f'--innodb-buffer-pool-size={buffer_pool}', '--local-infile=1',
            f'--pid-file={self.folder}/mariadb.pid',
        ])

    def answers(self) -> bool:
        ping = [*self._client('mariadb-admin'), 'ping']
        return subprocess.run(ping, capture_output=True, check=False).returncode == 0

    def sql(self, statements: str, database: str | None = DATABASE) -> str:
        command = [*self._client('mariadb'), '--local-infile=1', '--batch', '--skip-column-names']
        return run([*command, *([database] if database else [])], feed=statements.encode()).stdout.decode()

    def _client(self, program: str) -> list[str]:
        return [program, '--no-defaults', '--user=root', f'--socket={self.socket}']


class PostgreSQL(Server):
    """Account `postgres`, trusted over the socket; never runs as root."""

    stop_signal = signal.SIGINT  # does not wait for clients

    @property
    def socket_folder(self) -> Path:
        return self.folder / 'postgresql.sock'

    def up(self, shared_buffers: str) -> None:
        data = self.folder / 'postgresql'
        if not data.exists():
            self._own_folder(data)
            initdb = [f'{self._programs()}/initdb', '-D', str(data), '-E', 'UTF8', '--locale=C']
            run([*self._as_postgres(), *initdb], cwd='/')
        self._own_folder(self.socket_folder)
        self.start([
            *self._as_postgres(), f'{self._programs()}/postgres', '-D', str(data), '-c', 'listen_addresses=',
            '-c', f'unix_socket_directories={self.socket_folder}', '-c', f'shared_buffers={shared_buffers}',
            '-c', 'max_wal_size=1GB', '-c', 'checkpoint_timeout=30min',
        ])

    def _own_folder(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.chown(folder, 'postgres', 'postgres')
        folder.chmod(0o700)

    @staticmethod
    def _programs() -> Path:
        return POSTGRESQL_PROGRAMS[-1]

    @staticmethod
    def _as_postgres() -> list[str]:
        account = pwd.getpwnam('postgres')
        return ['setpriv', f'--reuid={account.pw_uid}', f'--regid={account.pw_gid}', '--clear-groups']

    def answers(self) -> bool:
        command = [f'{self._programs()}/pg_isready', '-q', '-h', str(self.socket_folder)]
        return subprocess.run(command, check=False).returncode == 0

    def sql(self, statements: str, database: str = DATABASE) -> str:
        command = ['psql', '-qAtX', '-v', 'ON_ERROR_STOP=1', '-h', str(self.socket_folder), '-U', 'postgres', database]
        return run(command, feed=statements.encode()).stdout.decode()


@contextlib.contextmanager
def running(folder: Path, large: bool) -> Iterator[tuple[MariaDB, PostgreSQL]]:
    """Both servers with their data below `folder`, made if there is none; stopped at the end."""
    mariadb, postgresql = MariaDB(folder), PostgreSQL(folder)
    try:
        mariadb.up('1G' if large else '128M')
        postgresql.up('512MB' if large else '128MB')
        yield mariadb, postgresql
    finally:
        postgresql.stop()
        mariadb.stop()
