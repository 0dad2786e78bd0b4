# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain dump taken apart while it flows: comment lines, statements, and the rows of each COPY in large pieces.

Nothing that a client would take for a command of its own gets through: only \\connect and the fence that pg_dump knows
are let pass, as pieces of their own, and a backslash in a statement stands inside quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_stream import (
    COPY,
    END_OF_ROWS,
    TOKEN,
    plain_name,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.stream import DEFINITION_LIMIT
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError

LINE, STATEMENT, COPY_START, ROWS, ROWS_END = 'line', 'statement', 'copy', 'rows', 'end of rows'


class Piece(NamedTuple):
    """`kind` is one of the words above; rows come in whole lines; `table` ('schema.name') goes with rows and COPY."""

    kind: str
    text: bytes
    table: str = ''


class Splitter:
    """Iterate over the pieces of `blocks`; `rest` is what a truncated dump left."""

    def __init__(self, blocks: Iterable[bytes]):
        self.blocks = iter(blocks)
        self.text, self.position = b'', 0

    def __iter__(self) -> Iterator[Piece]:
        while True:
            piece = self._definition()
            if piece is None:
                if not self._more():
                    break
                continue
            yield piece
            if piece.kind == COPY_START:
                yield from self._rows(piece.table)
        if self.text[self.position :].strip():
            start = self.text[self.position :][:80].decode('utf-8', 'replace').strip()
            raise RestoreError(f'the dump ends in the middle of a statement: {start}')

    def _more(self) -> bool:
        """Another block; False at the end of the stream."""
        block = next(self.blocks, None)
        if block is None:
            return False
        self.text, self.position = self.text[self.position :] + block, 0
        if len(self.text) > DEFINITION_LIMIT:
            raise RestoreError(f'a statement in the dump is longer than {DEFINITION_LIMIT} bytes')
        return True

    def _definition(self) -> Piece | None:
        text, start = self.text, self.position
        while text.startswith(b'\n', start):
            start += 1
        self.position = start
        if text.startswith((b'--', b'\\'), start):
            end = text.find(b'\n', start) + 1
            return self._take(LINE, end) if end else None
        if text.startswith(b'COPY ', start):
            match = COPY.match(text, start)
            if match is None:
                return None
            return self._take(COPY_START, match.end(), '.'.join(plain_name(part) for part in match.groups()))
        end = self._end_of_statement(start)
        return self._take(STATEMENT, end) if end else None

    def _take(self, kind: str, end: int, table: str = '') -> Piece:
        start, self.position = self.position, end
        return Piece(kind, self.text[start:end], table)

    def _end_of_statement(self, position: int) -> int:
        """Behind its semicolon; 0 if it is not whole yet."""
        text, length = self.text, len(self.text)
        while position < length:
            match = TOKEN.match(text, position)
            if match is None or (match.end() == length and match.lastgroup != 'end'):
                return 0
            if match.lastgroup == 'plain' and b'\\' in match.group():
                raise RestoreError(f'the dump holds a command for the client: {match.group()[:80]!r}')
            position = match.end()
            if match.lastgroup == 'end':
                return position
        return 0

    def _rows(self, table: str) -> Iterator[Piece]:
        """Whole lines up to the end of the section; a row may be longer than a block."""
        while True:
            text, start = self.text, self.position
            if text.startswith(END_OF_ROWS, start):
                yield self._take(ROWS_END, start + len(END_OF_ROWS), table)
                return
            found = text.find(b'\n' + END_OF_ROWS, start)
            stop = found + 1 if found >= 0 else text.rfind(b'\n', start) + 1
            if stop > start:
                yield self._take(ROWS, stop, table)
            elif not self._more_rows():
                raise RestoreError(f'the dump ends in the middle of the rows of table {table}')

    def _more_rows(self) -> bool:
        """As _more; a long row is gathered without copying it again for every block."""
        blocks = [self.text[self.position :]]
        for block in self.blocks:
            blocks.append(block)
            if b'\n' in block:
                break
        else:
            if len(blocks) == 1:
                return False
        self.text, self.position = b''.join(blocks), 0
        return True
