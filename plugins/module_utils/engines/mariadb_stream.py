# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a mariadb-dump says while it flows by: tables with their rows, other objects, the end marker.

Rows are nearly all of the bytes and are only cut into lines: mariadb-dump escapes every newline inside a value, so a
line of a data section is a row and begins with a parenthesis. Everything else is read with the
quoting rules of the client, so that no text inside a row, a routine, a name or a comment can pass for an object or for
the end marker.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines import sorted_objects
from ansible_collections.rawat.website.plugins.module_utils.engines.stream import StreamReader

HEAD = 8 * 1024  # bytes of a definition in which its kind and name stand
OPENING = ord('(')
END_MARKER = b'-- Dump completed'

_NAME = rb'(?:`(?:[^`]|``)*`|"(?:[^"]|"")*"|[^\s`"(.@;=]+)'
_INSERT = re.compile(rb'INSERT (?:IGNORE )?INTO (%s)(?: \((?:`(?:[^`]|``)*`|[^`()])*\))? VALUES([ \n])' % _NAME)
CREATE = re.compile(
    rb'\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?P<final>ALGORITHM=\w+\s+)?(?:DEFINER=%s(?:@%s)?\s+)?(?:SQL\s+SECURITY\s+\w+\s+)?'
    rb'(?:AGGREGATE\s+)?(?P<kind>TABLE|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|SEQUENCE|PACKAGE\s+BODY|PACKAGE)\s+'
    rb'(?:IF\s+NOT\s+EXISTS\s+)?(?:%s\s*\.\s*)?(?P<name>%s)' % (_NAME, _NAME, _NAME, _NAME),
    re.IGNORECASE,
)
EXECUTABLE = re.compile(rb'(`(?:[^`]|``)*`)|/\*M?!\d*|\*/')
_MODE = re.compile(rb'SET\s+(?:SESSION\s+)?SQL_MODE\s*=\s*(\'[^\']*\'|@)', re.IGNORECASE)
_DELIMITER = re.compile(rb'DELIMITER (;+)\n')


def _token(escape: bytes) -> re.Pattern[bytes]:
    """Either a run without meaning, or one piece that must be taken whole; `escape` is what a backslash does."""
    return re.compile(
        rb'(?P<plain>[^\'"`;/#-]+|/\*M?!\d*|/(?!\*)|-(?!-))|(?P<end>;+)'
        rb'|(?P<comment>--(?:[ \t][^\n]*)?\n|\#[^\n]*\n|/\*.*?\*/)|(?P<dash>-)'
        rb"|'(?:[^'\\]|''|%s)*'(?!')|\"(?:[^\"\\]|\"\"|%s)*\"(?!\")|`(?:[^`]|``)*`(?!`)" % (escape, escape),
        re.DOTALL,
    )


_TOKEN, _TOKEN_NO_ESCAPES = _token(rb'\\.'), _token(rb'\\')


class Inspector(StreamReader):
    """Feed it the stream; then `found()` and `complete`. Memory: one definition."""

    def __init__(self) -> None:
        super().__init__()
        self._objects: list[tuple[str, str]] = []
        self._row_lines = False  # does this client put each row on a line of its own?
        self._same_line: set[str] = set()  # tables whose first row stands beside VALUES: countable only if it does
        self._head = b''
        self._delimiter, self._tokens = b';', _TOKEN

    def found(self) -> dict[str, Any]:
        uncountable = set() if self._row_lines else self._same_line
        tables = {name: None if name in uncountable else rows for name, rows in self.tables.items()}
        return {'tables': tables, 'objects': sorted_objects(self._objects)}

    def judge(self, lines: list[bytes]) -> int:
        """Count the rows among `lines` up to the first that is neither a row nor the next INSERT; returns its index."""
        heads = 0
        for line in [line for line in lines if line[0] != OPENING]:
            if line == self._head:
                heads += 1
            elif not (self._head.endswith(b' ') and line.startswith(self._head)):
                end = lines.index(line)
                self.tables[self.table] += end - lines[:end].count(self._head)
                return end
        self.tables[self.table] += len(lines) - heads
        return len(lines)

    def definition(self, text: bytes, start: int) -> int:
        """Read one statement, comment line or INSERT head from `start`; returns its end, or -1 if it is not whole."""
        while text.startswith(b'\n', start):
            start += 1
        if text.startswith(b'INSERT ', start) and self._delimiter == b';':
            return self._insert(text, start)
        if text.startswith(b'DELIMITER ', start):
            match = _DELIMITER.match(text, start)
            if match:
                self._delimiter = match.group(1)
            return match.end() if match else -1
        return self._statement(text, start)

    def _insert(self, text: bytes, start: int) -> int:
        match = _INSERT.match(text, start)
        if not match:
            return -1
        self.table, self.complete = plain_name(match.group(1)), False
        self.tables.setdefault(self.table, 0)
        self._head = match.group()
        if match.group(2) == b'\n':
            self._row_lines = True
        else:
            self._same_line.add(self.table)
        return match.end()

    def _statement(self, text: bytes, start: int) -> int:
        position, length = start, len(text)
        blank = True  # nothing but white space and comments so far
        while position < length:
            match = self._tokens.match(text, position)
            if not match or (match.end() == length and match.lastgroup in (None, 'plain', 'dash')):
                return length if blank and not text[start:].strip() else -1
            position = match.end()
            if match.lastgroup == 'end' and match.group() == self._delimiter:
                self._classify(text[start:position])
                return position
            if match.lastgroup == 'comment':
                if blank:
                    self.complete = match.group().startswith(END_MARKER)
                    return position
            elif match.group().strip():
                blank = False
        return -1

    def _classify(self, statement: bytes) -> None:
        self.complete = False
        head = EXECUTABLE.sub(lambda match: match.group(1) or b' ', statement[:HEAD])
        if mode := _MODE.search(head[:200]):
            self._tokens = _TOKEN_NO_ESCAPES if b'NO_BACKSLASH_ESCAPES' in mode.group(1) else _TOKEN
        match = CREATE.match(head)
        if not match:
            return
        kind = b' '.join(match.group('kind').lower().split()).decode()
        name = plain_name(match.group('name'))
        if kind == 'table':
            self.tables.setdefault(name, 0)
        elif kind != 'view' or match.group('final'):  # a view is first given as a place-holder, without ALGORITHM
            self._objects.append((kind, name))


def plain_name(quoted: bytes) -> str:
    mark = quoted[:1]
    if mark in (b'`', b'"'):
        quoted = quoted[1:-1].replace(mark * 2, mark)
    return quoted.decode('utf-8', 'surrogateescape')
