# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a `.env` file: `KEY=value`, `export KEY="value"  # remark`; one pass, whatever the file holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_KEY = re.compile(rb'[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*(?:\.\w+)*)[ \t]*=[ \t]*')  # CodeIgniter has dots in names
_QUOTED = re.compile(rb'"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"|\'[^\'\r\n]*\'')
_REMARK = re.compile(rb'[ \t]#')


class Variable(NamedTuple):
    """`start` and `end` (bytes of the file) enclose the value as it is written, quotes included."""

    key: str
    value: str
    line: int
    start: int
    end: int


def variables(data: bytes) -> Iterator[Variable]:
    """Every variable in the order of the file. Lines of another form are passed over."""
    start = 0
    for number, line in enumerate(data.split(b'\n'), 1):
        match = _KEY.match(line)
        if match:
            written = _written(line, match.end())
            begin = start + match.end()
            yield Variable(match[1].decode(), unquoted(written), number, begin, begin + len(written))
        start += len(line) + 1


def _written(line: bytes, position: int) -> bytes:
    """The value as it stands there, without what follows it."""
    quoted = _QUOTED.match(line, position)
    if quoted:
        return quoted[0]
    if line.startswith(b'#', position):
        return b''
    remark = _REMARK.search(line, position)
    return line[position : remark.start() if remark else len(line)].rstrip()


def unquoted(value: bytes) -> str:
    text = value.decode('utf-8', 'surrogateescape')
    if len(text) < 2 or text[0] != text[-1] or text[0] not in ('"', "'"):
        return text
    return re.sub(r'\\(["\\$])', r'\1', text[1:-1]) if text[0] == '"' else text[1:-1]


def quoted(text: str) -> bytes:
    if re.fullmatch(r'[A-Za-z0-9_./:@%+,=-]*', text):
        return text.encode()
    escaped = re.sub(r'(["\\$])', r'\\\1', text)
    return f'"{escaped}"'.encode('utf-8', 'surrogateescape')
