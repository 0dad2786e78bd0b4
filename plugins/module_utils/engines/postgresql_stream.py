# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plain pg_dump says while it flows by: rows of each COPY, the comment line over each object, the end marker.

pg_dump writes `-- Name: …; Type: …; Schema: …; Owner: …` over every object. A name may hold anything, also text that
looks like such a line; so the lines are believed only where the quoting rules of SQL say that they are comments, and
are compared as a whole with what the catalogue lets us expect, never taken apart.
"""

from __future__ import annotations

import re

from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_definitions import sequence_state
from ansible_collections.rawat.website.plugins.module_utils.engines.stream import StreamReader

END_MARKER = b'-- PostgreSQL database dump complete\n'
END_OF_ROWS = b'\\.\n'
TITLE = b'-- Name: '

_NAME = rb'(?:"(?:[^"]|"")*"|[^\s".(;]+)'
COPY = re.compile(rb'COPY (%s)\.(%s) *(?:\((?:"(?:[^"]|"")*"|[^"()])*\) )?FROM stdin;\n' % (_NAME, _NAME))
_LARGE_OBJECT = re.compile(rb"SELECT pg_catalog\.lo_(?:open|create)\('(\d+)'")
_SEQUENCE = re.compile(rb"SELECT pg_catalog\.setval\('((?:[^']|'')*)', (-?\d+), (true|false)\);")
TOKEN = re.compile(
    rb'(?P<comment>--[^\n]*\n|/\*.*?\*/)|(?P<end>;)'
    rb'|(?P<plain>[^\'"$;/\-A-Za-z0-9_\x80-\xff]+|-(?!-)|/(?!\*)|\$\d+)'
    rb"|[eE]'(?:[^'\\]|''|\\.)*'(?!')|'(?:[^']|'')*'(?!')|\"(?:[^\"]|\"\")*\"(?!\")"
    rb'|(?P<word>[A-Za-z0-9_\x80-\xff][A-Za-z0-9_$\x80-\xff]*)'
    rb'|(?P<dollar>\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$).*?(?P=dollar)',
    re.DOTALL,
)


class Inspector(StreamReader):
    """Feed it the stream; then `tables`, `titles`, `large_objects` and `complete`."""

    def __init__(self) -> None:
        super().__init__()
        self._fenced = False  # between \\restrict and \\unrestrict, which newer versions put around everything
        self._marked = False
        self.titles: set[bytes] = set()  # the comment lines, up to the owner
        self.large_objects: set[str] = set()
        self.sequences: dict[str, str] = {}  # name quoted for SQL -> fingerprint of its state

    def judge(self, lines: list[bytes]) -> int:
        rows = lines.index(END_OF_ROWS) if END_OF_ROWS in lines else len(lines)
        self.tables[self.table] += rows
        return rows

    def definition(self, text: bytes, start: int) -> int:
        while text.startswith(b'\n', start):
            start += 1
        if text.startswith(
            (b'\\', b'--'), start
        ):  # one line: of psql's own (connect, restrict, end of rows), or a comment
            end = text.find(b'\n', start) + 1
            if end:
                self._line(text[start:end])
            return end or -1
        if text.startswith(b'COPY ', start):
            match = COPY.match(text, start)
            if not match:
                return -1
            self.table = '.'.join(plain_name(part) for part in match.groups())
            self.tables.setdefault(self.table, 0)
            self._marked = self.complete = False
            return match.end()
        return self._statement(text, start)

    def _line(self, line: bytes) -> None:
        if line == END_MARKER:
            self._marked = True
        elif line.startswith((b'\\restrict', b'\\unrestrict')):
            self._fenced = line.startswith(b'\\restrict')
        elif line.startswith(TITLE):
            self.titles.add(line[: line.rfind(b'; Owner: ')])
            self._marked = False
        self.complete = self._marked and not self._fenced

    def _statement(self, text: bytes, start: int) -> int:
        position, length = start, len(text)
        while position < length:
            match = TOKEN.match(text, position)
            if not match or (match.end() == length and match.lastgroup != 'end'):
                return length if not text[start:].strip() else -1
            position = match.end()
            if match.lastgroup == 'end':
                self._marked = self.complete = False
                if large_object := _LARGE_OBJECT.match(text, start):
                    self.large_objects.add(large_object.group(1).decode())
                elif sequence := _SEQUENCE.match(text, start):
                    name, value, called = (part.decode('utf-8', 'surrogateescape') for part in sequence.groups())
                    self.sequences[name.replace("''", "'")] = sequence_state(value, called == 'true')
                return position
        return length if not text[start:].strip() else -1


def plain_name(quoted: bytes) -> str:
    if quoted.startswith(b'"'):
        quoted = quoted[1:-1].replace(b'""', b'"')
    return quoted.decode('utf-8', 'surrogateescape')
