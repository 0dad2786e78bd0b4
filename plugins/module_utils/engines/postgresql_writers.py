# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that a dump is written to: psql with its errors explained, and several of them for one table.

Everything happens in one thread: rows go to whichever psql has room in its pipe.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import sys
import termios
from collections import deque
from collections.abc import Mapping
from subprocess import PIPE
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_client import Connection
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation, RestoreError

LARGE = 4 * 1024 * 1024  # bytes of rows from which on a table is worth several connections
SHOWN = 300  # characters of a failed statement
OPTIONS = ('--set=VERBOSITY=terse', '--set=SHOW_CONTEXT=never', '--echo-errors')
# Words for what this machine lacks; everything else is the dump's fault or the server's.
_LACKING = {
    'invalid locale name': 'make the locale (locale-gen)',
    'could not open extension control file': 'install the package of the extension',
    'is not available': 'install the package of the extension',
    'could not access file': 'install the package of the library',
    'is not supported by this build': 'install a server with it',
}
VALUE = re.compile(r'((?:invalid|out of range|malformed|too long)[^:"]*:? )".*?"(?=\s|$)', re.DOTALL)


class Writer:
    """One psql that reads from us. Raises RestoreError with the server's words and the statement, never with a row."""

    def __init__(self, database: Mapping[str, Any], what: str):
        self.what, self.name = what, str(database['name'])
        connection = Connection(database)
        child = connection.client(*OPTIONS, stdin=PIPE)
        self.session = Session(child, lambda word: f'\\echo {word}')
        self.child = child
        self.write(b'\\o /dev/null\n')  # what functions like setval answer is of no use

    def unread(self) -> int:
        """Bytes in the pipe that psql has not taken yet (FIONREAD, pipe(7))."""
        count = bytearray(4)
        fcntl.ioctl(self.child.stdin.fileno(), termios.FIONREAD, count)
        return int.from_bytes(count, sys.byteorder)

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self.child.stdin.fileno(), view) :]
        except BrokenPipeError:
            self.fail()

    def ask(self) -> None:
        """The next answer() returns when everything written up to here has been done."""
        try:
            self.session.send('')
        except process.CommandFailed as failure:
            raise self.explained(failure) from failure

    def answer(self) -> None:
        try:
            self.session.receive()
        except process.CommandFailed as failure:
            raise self.explained(failure) from failure

    def barrier(self) -> None:
        self.ask()
        self.answer()

    def fail(self) -> None:
        try:
            self.child.wait()
            raise process.CommandFailed(self.child.program, 0, self.child.stderr or 'it ended early')
        except process.CommandFailed as failure:
            raise self.explained(failure) from failure

    def explained(self, failure: process.CommandFailed) -> Exception:
        error, _word, statement = failure.stderr.partition('STATEMENT:')
        lines = [line for line in error.splitlines() if 'NOTICE:' not in line and 'WARNING:' not in line]
        words = ' '.join(re.sub(r'psql:<stdin>:\d+: ', '', ' '.join(lines)).split()) or str(failure)
        words = VALUE.sub(r'\1"…"', words)
        where = ' '.join(statement.split())
        if where.startswith(('SELECT pg_catalog.lowrite', 'INSERT ')):
            where = where.partition('(')[0]
        text = f'PostgreSQL {self.name}: {self.what} could not be loaded: {words}; in: {where[:SHOWN] or "(unknown)"}'
        remedy = next((remedy for word, remedy in _LACKING.items() if word in words), None)
        return Limitation(f'{text}; {remedy}') if remedy else RestoreError(text)

    def close(self) -> None:
        self.child.kill()


class Crew:
    """The main connection and helpers that come and go with it, all with the same settings."""

    def __init__(self, main: Writer, database: Mapping[str, Any], head: list[bytes], threads: int):
        self.hands = [main]
        for _number in range(threads - 1):
            helper = Writer(database, main.what)
            self.hands.append(helper)
            helper.write(b''.join(statement + b'\n' for statement in head))

    def close(self) -> None:
        for hand in self.hands[1:]:
            hand.close()

    # ---------------------------------------------------------------- rows of one table
    def begin(self, start: bytes) -> None:
        """The main connection is in the COPY already; the others begin theirs."""
        for hand in self.hands[1:]:
            hand.write(start)

    def deal(self, rows: bytes) -> None:
        """Whole lines to whoever has least to do; a row is in one piece, so it never goes to two."""
        min(self.hands, key=Writer.unread).write(rows)

    def end(self, end_of_rows: bytes) -> None:
        for hand in self.hands[1:]:
            hand.write(end_of_rows)
            hand.ask()
        for hand in self.hands[1:]:
            hand.answer()

    # ---------------------------------------------------------------- statements about different tables
    def share(self, statements: list[tuple[bytes, bytes]]) -> None:
        """Groups of the same table in order, each to whoever is done first; returns when all is done."""
        groups: dict[bytes, list[bytes]] = {}
        for table, statement in statements:
            groups.setdefault(table, []).append(statement)
        waiting, idle = deque(groups.values()), list(self.hands)
        busy: list[Writer] = []
        while waiting or busy:
            while waiting and idle:
                hand = idle.pop()
                hand.write(b'\n'.join(waiting.popleft()) + b'\n')
                hand.ask()
                busy.append(hand)
            readable, _ready, _failed = select.select([hand.child.stdout for hand in busy], [], [])
            for hand in [one for one in busy if one.child.stdout in readable]:
                hand.answer()
                busy.remove(hand)
                idle.append(hand)
