# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is common to looking into dumps: sections of rows, a line each, between definitions.

Rows are nearly all of the bytes and are only cut into lines; what a line costs is paid per row, not per byte.
Everything else is handed to the engine's own reader, which knows its quoting rules.
"""

from __future__ import annotations

import io

CHUNK = 64 * 1024  # bytes of rows that are cut into lines at once
DEFINITION_LIMIT = 64 * 1024 * 1024  # bytes; nobody's routine is that long, so the dump is not what we think it is


class StreamReader:
    """Blocks in, rows counted and definitions handed on. Memory: one definition, or one chunk of rows."""

    def __init__(self) -> None:
        self.complete = False
        self.tables: dict[str, int] = {}
        self.table = ''  # whose rows we are in; empty between sections
        self._rest = b''  # what could not be judged yet
        self._inside = False  # in the middle of a row longer than a chunk

    def judge(self, lines: list[bytes]) -> int:
        """Count the rows among `lines`; returns the index of the first line that is not of this section."""
        raise NotImplementedError

    def definition(self, text: bytes, start: int) -> int:
        """Read what stands at `start`; returns its end, or -1 if it is not whole yet. May set `table`."""
        raise NotImplementedError

    def feed(self, block: bytes) -> None:
        text, position = self._rest + block if self._rest else block, 0
        self._rest = b''
        if self.table:
            position = self._rows(text, 0)
        while position < len(text):
            start, position = position, self.definition(text, position)
            if position < 0:
                self._rest = text[start:]
                if len(self._rest) > DEFINITION_LIMIT:
                    raise ValueError(f'a definition in the dump is longer than {DEFINITION_LIMIT} bytes')
                return
            if self.table:
                position = self._rows(text, position)

    def _rows(self, text: bytes, position: int) -> int:
        """Count from `position`; returns where the section ends, or the end of `text`."""
        while position < len(text):
            if self._inside:
                position = self._long_row(text, position)
                continue
            stop = text.rfind(b'\n', position, position + CHUNK) + 1 or text.find(b'\n', position + CHUNK) + 1
            if not stop:
                self._inside = len(text) - position > CHUNK
                self._rest = b'' if self._inside else text[position:]
                return len(text)
            lines = io.BytesIO(text[position:stop]).readlines()
            rows = self.judge(lines)
            if rows < len(lines):
                self.table = ''
                return position + sum(map(len, lines[:rows]))
            position = stop
        return position

    def _long_row(self, text: bytes, position: int) -> int:
        end = text.find(b'\n', position)
        if end < 0:
            return len(text)
        self._inside = False
        self.tables[self.table] += 1
        return end + 1
