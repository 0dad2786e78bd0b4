# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of a scenario: filled from prepare.sql, looked at by queries of our own, restored elsewhere."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, Protocol

import facts

from .servers import Server


class Database(Protocol):
    """What the runner needs of any engine."""

    def places(self) -> dict[str, Any]:
        """Names that vars.yml may use, e.g. $database."""

    def prepare(self, statements: Path | None) -> None:
        """Make the database and run prepare.sql in it."""

    def query(self, sql: str) -> str:
        """Run SQL as the administrator; the client's text."""

    def kill(self) -> None:
        """kill -9 the server."""

    def start(self) -> None:
        """Start it again."""

    def facts(self) -> facts.Facts:
        """What the source holds."""

    def lead_to_fresh(self) -> str:
        """Bash, run in a mount namespace of its own: it leads the commands of RESTORE.md to a fresh server."""

    def restored_facts(self, folder: Path) -> facts.Facts:
        """What the fresh place holds after the commands were run; `folder` is their $RESTORE."""


class ServerDatabase:
    """A database on a private server, restored into a second one; a name of its own for each scenario."""

    def __init__(self, engine: str, name: str, source: Server, fresh: Server):
        self.engine, self.name, self.source, self.fresh = engine, name, source, fresh

    def places(self) -> dict[str, Any]:
        """$database is the name, $socket the way to the server."""
        return {'database': self.name, 'socket': self.source.socket}

    def prepare(self, statements: Path | None) -> None:
        """CREATE DATABASE, then prepare.sql."""
        quote = '`' if self.engine == 'mariadb' else '"'
        quoted = quote + self.name.replace(quote, quote * 2) + quote
        self.source.query(self.source.administration(), f'CREATE DATABASE {quoted};')
        if statements:
            self.query(statements.read_text())

    def query(self, sql: str) -> str:
        """In the source."""
        return self.source.query(self.name, sql)

    def kill(self) -> None:
        """kill -9 of the source's server."""
        self.source.kill()

    def start(self) -> None:
        """Start the source's server again."""
        self.source.start()

    def facts(self) -> facts.Facts:
        """What the source holds."""
        return self._facts(self.source)

    def _facts(self, server: Server) -> facts.Facts:
        def query(sql: str) -> str:
            return server.query(self.name, sql)

        return facts.mariadb_facts(query, self.name) if self.engine == 'mariadb' else facts.postgresql_facts(query)

    def lead_to_fresh(self) -> str:
        """Where the clients look when nobody tells them."""
        socket = self.fresh.socket
        if self.engine == 'mariadb':  # Debian's my.cnf names the socket, which no environment variable overrides
            return f'mkdir -p /run/mysqld && mount --bind {self.fresh.folder} /run/mysqld'
        return f'export PGHOST={socket}'

    def restored_facts(self, folder: Path) -> facts.Facts:
        """What the fresh server holds."""
        del folder
        return self._facts(self.fresh)


class SqliteFile:
    """A file in the site's directory; `data/app.db`."""

    def __init__(self, work: Path):
        self.path = work / 'site' / 'data' / 'app.db'

    def places(self) -> dict[str, Any]:
        """$database is the file."""
        return {'database': str(self.path)}

    def prepare(self, statements: Path | None) -> None:
        """Make the file, also without any statement."""
        self.path.parent.mkdir(exist_ok=True)
        sqlite(self.path, statements.read_bytes() if statements else b'VACUUM;')

    def query(self, sql: str) -> str:
        """Run SQL as another process than the module."""
        return sqlite(self.path, sql.encode()).decode()

    def kill(self) -> None:
        """There is no server."""
        raise AssertionError('SQLite has no server')

    def start(self) -> None:
        """There is no server."""
        raise AssertionError('SQLite has no server')

    def facts(self) -> facts.Facts:
        """What the source holds."""
        return facts.sqlite_facts(lambda line: sqlite(self.path, line.encode()))

    def lead_to_fresh(self) -> str:
        """The file is made below $RESTORE."""
        return ''

    def restored_facts(self, folder: Path) -> facts.Facts:
        """The file that the commands made."""
        (made,) = folder.rglob('*.db')
        return facts.sqlite_facts(lambda line: sqlite(made, line.encode()))


def sqlite(path: Path, text: bytes) -> bytes:
    """What the shell of SQLite prints for `text` on its input."""
    command = ['sqlite3', '-batch', '-bail', str(path)]
    done = subprocess.run(command, input=b'.timeout 10000\n' + text + b'\n', capture_output=True, check=False)
    assert done.returncode == 0, f'{path}: {done.stderr.decode()}'
    return done.stdout
