# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the constants and assignments of a PHP file without running it, and write literals into it.

A tolerant scanner: comments, strings, numbers and words are told apart, all else is passed over one character
at a time. A setting is known by its path: `define('DB_NAME', …)` is ('DB_NAME',), `$CFG->dbname = …` ('$CFG','dbname'),
`$databases['default']['default'] = ['host' => …]` is ('$databases', 'default', 'default', 'host'),
`public $db = …` and `var $db = …` in a class are ('$db',), `return ['nodes' => …]` is ('return', 'nodes').
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

FILE_LIMIT = 1024 * 1024  # bytes; configuration is smaller
TOKEN_LIMIT = 200_000
DEPTH = 20  # arrays in arrays, and keys of one setting
MISFIT_LIMIT = 5  # strings, comments and heredocs without an end: each costs a look through the rest of the file

_TOKEN = re.compile(
    rb'(?P<space>\s+|//[^\n]*?(?=\?>|\n|\Z)|#(?!\[)[^\n]*?(?=\?>|\n|\Z)|/\*.*?\*/)'
    rb"|(?P<string>'[^'\\]*(?:\\.[^'\\]*)*'|\"[^\"\\]*(?:\\.[^\"\\]*)*\")"
    rb"|(?P<heredoc><<<[ \t]*(?P<quote>['\"]?)(?P<label>[A-Za-z_]\w*)(?P=quote)\r?\n(?:.*?\n)?[ \t]*(?P=label)\b)"
    rb'|(?P<variable>\$[A-Za-z_\x80-\xff][\w\x80-\xff]*)'
    rb'|(?P<word>[A-Za-z_\\\x80-\xff][\w\\\x80-\xff]*)'
    rb'|(?P<number>[0-9][\w.]*)'
    rb'|(?P<arrow>=>|->|\?->)|(?P<sign>===?|!==?|<=|>=|\.=|\?\?=|.)',
    re.DOTALL,
)
_ENDLESS = re.compile(rb'[\'"]|/\*|<<<')
_OUTSIDE = re.compile(rb'.*?<\?(?:php\b|=)?|.*\Z', re.DOTALL | re.IGNORECASE)


class Token(NamedTuple):
    kind: str
    text: bytes
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Setting(NamedTuple):
    """`value` None: what stands there is no literal (a call, a concatenation, a variable)."""

    path: tuple[str, ...]
    value: str | None
    start: int  # bytes of the file: what a new literal takes the place of
    end: int


class Unreadable(ValueError):
    """A file that no scanner of ours should look at: too large, or no end to its tokens."""


def settings(data: bytes) -> list[Setting]:
    """Every setting in the order of the file; a later one wins, as in PHP. Raises Unreadable."""
    if len(data) > FILE_LIMIT:
        raise Unreadable(f'it has more than {FILE_LIMIT} bytes')
    return list(_Scan(data).settings())


def strings(data: bytes) -> list[tuple[int, int]]:
    """(start, end) of every string that is code, quotes included; not of those in comments or outside of PHP."""
    return [(token.start, token.end) for token in tokens(data) if token.kind in ('string', 'heredoc')]


def literal(value: str | int | bool) -> bytes:
    """`value` as PHP writes it: single quotes, in which only the quote and the backslash are special."""
    if isinstance(value, bool):
        return b'true' if value else b'false'
    if isinstance(value, int):
        return str(value).encode()
    return b"'" + value.replace('\\', '\\\\').replace("'", "\\'").encode('utf-8', 'surrogateescape') + b"'"


def string_value(token: Token) -> str | None:
    """A quoted string's value; None for another token, and for one into which PHP would put a variable."""
    if token.kind != 'string':
        return None
    inner = token.text[1:-1]
    if token.text[:1] == b"'":
        return _text(re.sub(rb"\\([\\'])", rb'\1', inner))
    if re.search(rb'(?<!\\)\$[A-Za-z_{]|\{\$|\\[0-7xu]', inner):
        return None
    escapes = {b'n': b'\n', b't': b'\t', b'r': b'\r', b'v': b'\v', b'f': b'\f', b'e': b'\x1b'}
    escapes.update({one: one for one in (b'\\', b'$', b'"')})
    return _text(re.sub(rb'\\(.)', lambda match: escapes.get(match[1], match[0]), inner, flags=re.DOTALL))


class _Scan:
    def __init__(self, data: bytes):
        self.data = data
        self.tokens = list(tokens(data))

    def settings(self) -> Iterator[Setting]:
        position = 0
        while position < len(self.tokens):
            found, position = self._at(position)
            yield from found

    def _at(self, position: int) -> tuple[list[Setting], int]:
        token = self.tokens[position]
        if token.kind == 'word' and token.text.lower().lstrip(b'\\') == b'define':
            return self._define(position)
        if token.kind == 'word' and token.text.lower() == b'const' and self._is(position + 2, b'='):
            return self._value((_text(self.tokens[position + 1].text),), position + 3)
        if token.kind == 'word' and token.text.lower() == b'return' and self._begins_array(position + 1):
            return self._value(('return',), position + 1)
        if token.kind == 'variable':
            return self._assignment(position)
        return [], position + 1

    def _define(self, position: int) -> tuple[list[Setting], int]:
        name = self._string(position + 2)
        if name is None or not self._is(position + 1, b'(') or not self._is(position + 3, b','):
            return [], position + 1
        return self._value((name,), position + 4)

    def _assignment(self, position: int) -> tuple[list[Setting], int]:
        """`$name`, then any number of `['key']` and `->name`, then `=`."""
        path, after = [_text(self.tokens[position].text)], position + 1
        while after < len(self.tokens) and len(path) <= DEPTH:
            if self._is(after, b'[') and self._is(after + 2, b']') and (key := self._key(after + 1)) is not None:
                path, after = [*path, key], after + 3
            elif self._is(after, b'->') and after + 1 < len(self.tokens) and self.tokens[after + 1].kind == 'word':
                path, after = [*path, _text(self.tokens[after + 1].text)], after + 2
            else:
                break
        if not self._is(after, b'='):
            return [], position + 1
        return self._value(tuple(path), after + 1)

    def _value(self, path: tuple[str, ...], position: int, depth: int = 0) -> tuple[list[Setting], int]:
        """The settings of an expression that begins at `position`, and where the reading goes on."""
        if depth > DEPTH:
            raise Unreadable(f'it has arrays nested more than {DEPTH} times')
        if position >= len(self.tokens):
            return [], position
        inside = self._array(position)
        if inside is not None:
            return self._entries(path, inside, depth)
        end = self._end(position)
        if end == position:
            return [], position + 1
        first, last = self.tokens[position], self.tokens[end - 1]
        value = self._literal(position) if end == position + 1 else None
        return [Setting(path, value, first.start, last.end)], end

    def _begins_array(self, position: int) -> bool:
        return position < len(self.tokens) and self._array(position) is not None

    def _array(self, position: int) -> int | None:
        """Where the entries of an array begin, which starts at `position`."""
        if self._is(position, b'['):
            return position + 1
        if self.tokens[position].text.lower() == b'array' and self._is(position + 1, b'('):
            return position + 2
        return None

    def _entries(self, path: tuple[str, ...], position: int, depth: int) -> tuple[list[Setting], int]:
        found: list[Setting] = []
        number = 0
        while position < len(self.tokens) and self.tokens[position].text not in (b']', b')', b';'):
            key = self._key(position) if self._is(position + 1, b'=>') else None
            if key is None:
                key, number = str(number), number + 1
            else:
                position += 2
            inner, position = self._value((*path, key), position, depth + 1)
            found += inner
            if self._is(position, b','):
                position += 1
        return found, position + 1

    def _end(self, position: int) -> int:
        """The end of an expression: the first comma, semicolon or closing bracket that is its own."""
        depth = 0
        while position < len(self.tokens):
            text = self.tokens[position].text if self.tokens[position].kind == 'sign' else b''
            if depth == 0 and text in (b',', b';', b')', b']', b'}'):
                break
            depth += (text in (b'(', b'[', b'{')) - (text in (b')', b']', b'}'))
            position += 1
        return position

    def _literal(self, position: int) -> str | None:
        token = self.tokens[position]
        if token.kind == 'string':
            return self._string(position)
        is_plain = token.kind == 'number' or token.text.lower() in (b'true', b'false', b'null')
        return _text(token.text) if is_plain else None

    def _key(self, position: int) -> str | None:
        if position < len(self.tokens) and self.tokens[position].kind in ('number', 'word'):
            return _text(self.tokens[position].text)
        return self._string(position)

    def _string(self, position: int) -> str | None:
        return string_value(self.tokens[position]) if position < len(self.tokens) else None

    def _is(self, position: int, text: bytes) -> bool:
        return position < len(self.tokens) and self.tokens[position].text == text


def tokens(data: bytes) -> Iterator[Token]:
    """What is code, without blanks and comments. Raises Unreadable."""
    position = _outside(data, 0)
    count = misfits = 0
    while position < len(data):
        if data.startswith(b'?>', position):
            position = _outside(data, position + 2)
            continue
        match = _TOKEN.match(data, position)
        if not match:
            return
        count += 1
        if count > TOKEN_LIMIT:
            raise Unreadable(f'it has more than {TOKEN_LIMIT} words')
        kind = str(match.lastgroup)
        if kind == 'sign' and _ENDLESS.match(data, position):
            misfits += 1
            if misfits > MISFIT_LIMIT:
                raise Unreadable('it has strings or comments without an end')
        if kind != 'space':
            yield Token(kind, match[0], position)
        position = match.end()


def _outside(data: bytes, position: int) -> int:
    """Past what is no PHP: to the next `<?php`, or to the end."""
    match = _OUTSIDE.match(data, position)
    return match.end() if match else len(data)


def _text(data: bytes) -> str:
    return data.decode('utf-8', 'surrogateescape')
