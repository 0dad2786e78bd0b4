# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mariadb-dump taken apart while it flows: settings, tables, their rows, and everything else in the dump's order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_stream import (
    CREATE,
    EXECUTABLE,
    HEAD,
    Inspector,
    plain_name,
)

# The note that switches the client into its sandbox mode, and comments; neither ends in a delimiter of its own.
_LEADING = re.compile(rb'(?:\s|/\*M!999999\\- [^*]*\*/|--(?:[ \t][^\n]*)?\n)*')
_SORTS = (
    ('set', re.compile(rb'\s*(?:SET|COMMIT)\b', re.IGNORECASE)),
    ('sequence', re.compile(rb'\s*(?:DO|SELECT)\s+SETVAL\(', re.IGNORECASE)),
    ('keys', re.compile(rb'\s*ALTER\s+TABLE\s.*(?:EN|DIS)ABLE\s+KEYS', re.IGNORECASE | re.DOTALL)),
    ('skip', re.compile(rb'\s*(?:DROP\s+(?:TABLE|SEQUENCE)|LOCK\s+TABLES|UNLOCK\s+TABLES)\b', re.IGNORECASE)),
)


class Piece(NamedTuple):
    """`sort`: set, table, sequence, rows, keys, skip, object or other. `data` of rows may begin and end in mid-row."""

    sort: str
    kind: str  # of what a statement makes: 'view', …
    name: str
    data: bytes  # with its delimiter
    delimiter: bytes

    @property
    def statement(self) -> bytes:
        """Without the delimiter."""
        return self.data.rstrip()[: -len(self.delimiter)]


class Splitter(Inspector):
    """`pieces(dump)`; afterwards `complete` tells whether the end marker was there. Memory: one block or definition."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[Piece] = []

    def pieces(self, dump: Iterable[bytes]) -> Iterator[Piece]:
        for block in dump:
            self.feed(block)
            ready, self._pieces = self._pieces, []
            yield from ready

    @property
    def head(self) -> bytes:
        """The beginning of every INSERT of the current section."""
        return self._head

    def definition(self, text: bytes, start: int) -> int:
        delimiter = self._delimiter
        end = super().definition(text, start)
        if end > start:
            data = text[start:end].lstrip(b'\n')
            if self.table:
                self._pieces.append(Piece('rows', '', self.table, data, b''))
            elif data.strip():
                self._pieces.append(_piece(data, delimiter))
        return end

    def _rows(self, text: bytes, position: int) -> int:
        table = self.table
        end = super()._rows(text, position)
        data = text[position : end - len(self._rest)]
        if data:
            self._pieces.append(Piece('rows', '', table, data, b''))
        return end


def _piece(data: bytes, delimiter: bytes) -> Piece:
    body = data[_match_end(data) :]
    if not body.strip() or body.startswith((b'#', b'/* ')):
        return Piece('skip', '', '', data, delimiter)
    if body.startswith(b'DELIMITER '):
        return Piece('other', '', '', data, b'')
    head = EXECUTABLE.sub(lambda match: match.group(1) or b' ', body[:HEAD])
    for sort, pattern in _SORTS:
        if pattern.match(head):
            return Piece(sort, '', '', data, delimiter)
    match = CREATE.match(head)
    if not match:
        return Piece('other', '', '', data, delimiter)
    kind = b' '.join(match.group('kind').lower().split()).decode()
    sort = kind if kind in ('table', 'sequence') else 'object'
    return Piece(sort, kind, plain_name(match.group('name')), data, delimiter)


def _match_end(data: bytes) -> int:
    match = _LEADING.match(data)
    return match.end() if match else 0
