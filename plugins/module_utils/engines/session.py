# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A vendor's command-line client, held open and asked one question after the other.

No driver is needed on a target, and a transaction, a lock or an exported snapshot stays open between two questions.
`mariadb --batch` and PostgreSQL's `COPY … TO STDOUT` print the same form: a row a line, a tab between two values,
backslash escapes for what could be mistaken.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable

from ansible_collections.rawat.website.plugins.module_utils.process import Child, CommandFailed

READ_SIZE = 64 * 1024
_ESCAPE = re.compile(r'\\(.)', re.DOTALL)
_ESCAPED = {'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v', '0': '\0'}

Row = list[str]


class Session:
    """`child` reads statements on its standard input; `echo(word)` is the statement that makes it print `word`."""

    def __init__(self, child: Child, echo: Callable[[str], str]):
        self.child, self.echo, self._rest = child, echo, b''
        self._expected: list[bytes] = []

    def ask(self, statements: str) -> list[Row]:
        """Send and wait: the rows that came back. Raises CommandFailed with the client's words when it gave up."""
        self.send(statements)
        return self.receive()

    def send(self, statements: str) -> None:
        """Ask without waiting, so that the server works while we do something else."""
        word = f'end-of-answer-{secrets.token_hex(8)}'
        data = f'{statements}\n{self.echo(word)}\n'.encode('utf-8', 'surrogateescape')
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self.child.stdin.fileno(), view) :]
        except BrokenPipeError:
            self._fail()
        self._expected.append(word.encode())

    def receive(self) -> list[Row]:
        """The rows of the oldest question that has not been answered yet."""
        word, rows = self._expected.pop(0), []
        while (line := self._line()) != word:
            rows.append([_unescape(value) for value in line.decode('utf-8', 'surrogateescape').split('\t')])
        return rows

    def close(self) -> None:
        self.child.kill()

    def _line(self) -> bytes:
        while b'\n' not in self._rest:
            block = os.read(self.child.stdout.fileno(), READ_SIZE)
            if not block:
                self._fail()
            self._rest += block
        line, _newline, self._rest = self._rest.partition(b'\n')
        return line

    def _fail(self) -> None:
        self.child.wait()  # raises with the exit code and the client's own words
        raise CommandFailed(self.child.program, 0, self.child.stderr or 'it ended in the middle of an answer')


def _unescape(value: str) -> str:
    if '\\' not in value:
        return value
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match.group(1), match.group(1)), value)
