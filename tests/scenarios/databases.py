# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of a scenario: filled from prepare.sql, looked at by the tests' own queries, restored into a fresh place."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, Protocol

import facts


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

    def facts(self) -> facts.Facts:
        """What the source holds."""

    def restore_environment(self) -> dict[str, str]:
        """Environment that leads the commands of RESTORE.md to a fresh server."""

    def restored_facts(self, folder: Path) -> facts.Facts:
        """What the fresh place holds after the commands were run; `folder` is their $RESTORE."""


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

    def facts(self) -> facts.Facts:
        """What the source holds."""
        return facts.sqlite_facts(lambda line: sqlite(self.path, line.encode()))

    def restore_environment(self) -> dict[str, str]:
        """The commands need none."""
        return {}

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
