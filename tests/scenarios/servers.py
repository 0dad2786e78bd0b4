# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private MariaDB and PostgreSQL servers on unix sockets: started in seconds, ended by their own process."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

BUFFER = '32M'
PATH = f'{os.defpath}:/usr/sbin'  # where Debian keeps mariadbd
PATIENCE = 40  # seconds until a server must answer


class Server:
    """A server in a directory of its own. `root` is the administrator without a password, by the socket alone."""

    account = ''

    @property
    def socket(self) -> str:
        """The way to the server, as its clients want it."""
        raise NotImplementedError

    def __init__(self) -> None:
        # short, for a socket's path may have 107 characters; readable by the server's own account
        self.folder = Path(tempfile.mkdtemp(prefix='rawat-db-', dir='/tmp'))
        entry = pwd.getpwnam(self.account)
        self.user, self.group = entry.pw_uid, entry.pw_gid
        os.chown(self.folder, self.user, self.group)
        self.folder.chmod(0o755)
        self.process: subprocess.Popen[bytes] | None = None
        self.install()
        self.start()

    def install(self) -> None:
        """Make the data directory."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """The server's command line."""
        raise NotImplementedError

    def query(self, database: str, sql: str) -> str:
        """Run statements as the administrator; rows without headings. AssertionError with the server's words."""
        raise NotImplementedError

    def administration(self) -> str:
        """The database for statements that concern no other."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.folder / 'log').open('ab') as log:
            self.process = subprocess.Popen(self.command(), user=self.user, group=self.group, extra_groups=[],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                                            env={'PATH': PATH, 'LC_ALL': 'C.UTF-8'})
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.query(self.administration(), 'SELECT 1')
                return
            except AssertionError:
                time.sleep(0.1)
        raise AssertionError(f'the server does not answer: {(self.folder / "log").read_text()[-3000:]}')

    def kill(self) -> None:
        """kill -9, as a crash would."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def destroy(self) -> None:
        """End it and remove its directory."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, command: list[str], text: str) -> str:
        """What a client prints for `text` on its input."""
        done = subprocess.run(command, input=text.encode('utf-8', 'surrogateescape'), capture_output=True, check=False,
                              env={'PATH': PATH, 'LC_ALL': 'C.UTF-8', 'HOME': '/nonexistent'})
        assert done.returncode == 0, done.stderr.decode(errors='replace')
        return done.stdout.decode('utf-8', 'surrogateescape')


class MariaDB(Server):
    """MariaDB without a network."""

    account = 'mysql'

    @property
    def socket(self) -> str:
        """Path of the socket."""
        return str(self.folder / 'mysqld.sock')  # the name that clients expect in /run/mysqld

    def install(self) -> None:
        """mariadb-install-db, as the server's account."""
        command = ['mariadb-install-db', '--no-defaults', f'--datadir={self.folder}/data', '--skip-test-db',
                   '--auth-root-authentication-method=normal', '--innodb-log-file-size=8M']
        subprocess.run(command, check=True, capture_output=True, user=self.user, group=self.group, extra_groups=[],
                       cwd=self.folder)

    def command(self) -> list[str]:
        """mariadbd, small and without care for power cuts."""
        return ['/usr/sbin/mariadbd', '--no-defaults', f'--datadir={self.folder}/data', f'--socket={self.socket}',
                f'--pid-file={self.folder}/pid', '--skip-networking', f'--innodb-buffer-pool-size={BUFFER}',
                '--innodb-log-file-size=8M', '--innodb-flush-log-at-trx-commit=0', '--event-scheduler=OFF',
                '--performance-schema=OFF', '--max-allowed-packet=64M']

    def administration(self) -> str:
        """There is always this one."""
        return 'mysql'

    def query(self, database: str, sql: str) -> str:
        """See Server."""
        return self.client(['mariadb', '--no-defaults', '--binary-mode', '--batch', '--skip-column-names', '--raw',
                            '--default-character-set=utf8mb4', '-uroot', f'--socket={self.socket}', '--', database],
                           sql)


class PostgreSQL(Server):
    """PostgreSQL without a network; `trust` for everybody who can reach the socket."""

    account = 'postgres'
    programs = max(Path('/usr/lib/postgresql').glob('*/bin'), key=lambda path: int(path.parent.name), default=Path('/'))

    @property
    def socket(self) -> str:
        """Directory of the socket."""
        return str(self.folder)

    def install(self) -> None:
        """initdb, as the server's account."""
        command = [str(self.programs / 'initdb'), '-D', f'{self.folder}/data', '-U', 'postgres', '-A', 'trust',
                   '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8']
        subprocess.run(command, check=True, capture_output=True, user=self.user, group=self.group, extra_groups=[],
                       cwd=self.folder)

    def command(self) -> list[str]:
        """postgres, small and without care for power cuts."""
        return [str(self.programs / 'postgres'), '-D', f'{self.folder}/data', '-k', self.socket, '-h', '', '-F',
                '-c', f'shared_buffers={BUFFER}B', '-c', 'autovacuum=off', '-c', 'max_connections=20']

    def administration(self) -> str:
        """There is always this one."""
        return 'postgres'

    def query(self, database: str, sql: str) -> str:
        """See Server."""
        return self.client(['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', self.socket, '-U', 'postgres', '-d',
                            f"dbname='{escaped(database)}'"], sql)


def escaped(name: str) -> str:
    """Safe within the quotes of a libpq connection string."""
    return name.replace('\\', '\\\\').replace("'", "\\'")
