# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PHP's serialize() format: read it strictly, change strings inside it, write lengths that are right.

One pass over the tokens with a stack of our own, so that depth costs no recursion. Numbers, references (`r`, `R`),
enum cases and class names stay as they are: a reference counts values, and none is added or taken away. What a class
wrote itself (`C:`) cannot be understood from outside. Format: php-src ext/standard/var_unserializer.re.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

LOOKS_SERIALISED = re.compile(rb'(?:a:\d+:\{|[OCsSE]:\d+:")')
_SCALAR = re.compile(
    rb'N;|b:[01];|i:[+-]?\d{1,20};|d:(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|-?INF|NAN);|[rR]:\d{1,10};'
)
_LENGTH = re.compile(rb'([sSEOC]):(\d{1,10}):"')
_ARRAY = re.compile(rb'a:(\d{1,10}):\{')
_COUNT = re.compile(rb':(\d{1,10}):\{')
MAXIMUM_DEPTH = 4096  # PHP's own unserialize_max_depth


class Malformed(ValueError):
    """Not what serialize() writes; it must not be touched."""


class Custom(NamedTuple):
    """What a class wrote itself: its name and its bytes."""

    name: bytes
    body: bytes


class _Frame:
    """An open array or object: how many keys and values are to come, and its keys as they go out."""

    def __init__(self, entries: int, start: int):
        self.tokens, self.start = entries * 2, start
        self.keys: set[bytes] = set()
        self.changed: list[tuple[int, bytes, bytes]] = []  # (place in the output, key before, key after)


class Walker:
    """Copies a serialised text, with `string(content) -> content` applied to every string and every key."""

    def __init__(self, data: bytes, string: Callable[[bytes], bytes], custom: Callable[[Custom], None] | None = None):
        self.data, self.string, self.custom = data, string, custom
        self.position = 0
        self.output: list[bytes] = []
        self.stack: list[_Frame] = []
        self.collisions = 0  # keys left alone, because the new key is in the same array already

    def run(self) -> bytes:
        """The new text. Raises Malformed unless `data` is one whole serialised value."""
        self._value()
        while self.stack:
            frame = self.stack[-1]
            if not frame.tokens:
                self._close(self.stack.pop())
                continue
            is_key = frame.tokens % 2 == 0
            frame.tokens -= 1
            if is_key:
                self._key(frame)
            else:
                self._value()
        if self.position != len(self.data):
            raise Malformed('something follows the value')
        return b''.join(self.output)

    def _value(self) -> None:
        if match := _SCALAR.match(self.data, self.position):
            self._take(match.end())
        elif match := _ARRAY.match(self.data, self.position):
            self._open(match.end(), int(match[1]))
        elif match := _LENGTH.match(self.data, self.position):
            self._sized(match[1], match.end(), int(match[2]))
        else:
            raise Malformed(f'no value at byte {self.position}')

    def _sized(self, kind: bytes, start: int, length: int) -> None:
        if kind == b's':
            self._emit_string(self.string(self._string(start, length)))
        elif kind == b'S':
            self._take(self._escaped_end(start, length))
        elif kind == b'E':
            self._take(self._expect(start + length, b'";'))
        else:
            self._object(kind, start, length)

    def _string(self, start: int, length: int) -> bytes:
        self.position = self._expect(start + length, b'";')
        return self.data[start : start + length]

    def _object(self, kind: bytes, start: int, length: int) -> None:
        end = self._expect(start + length, b'"')
        count = _COUNT.match(self.data, end)
        if not count:
            raise Malformed(f'an object without a count at byte {end}')
        if kind == b'O':
            self._open(count.end(), int(count[1]))
            return
        body = count.end() + int(count[1])
        self._take(self._expect(body, b'}'))
        if self.custom:
            self.custom(Custom(self.data[start : start + length], self.data[count.end() : body]))

    def _open(self, end: int, entries: int) -> None:
        if len(self.stack) >= MAXIMUM_DEPTH:
            raise Malformed('nested too deeply')
        self._take(end)
        self.stack.append(_Frame(entries, len(self.output)))

    def _close(self, frame: _Frame) -> None:
        self._take(self._expect(self.position, b'}'))
        for place, before, after in frame.changed:
            if after in frame.keys:
                self.output[place] = _quoted(before)
                self.collisions += 1
            frame.keys.add(after)

    def _key(self, frame: _Frame) -> None:
        match = _LENGTH.match(self.data, self.position)
        if not match or match[1] != b's':
            scalar = _SCALAR.match(self.data, self.position)
            if not scalar or not scalar[0].startswith(b'i:'):
                raise Malformed(f'no key at byte {self.position}')
            self._take(scalar.end())
            return
        key = self._string(match.end(), int(match[2]))
        new = key if key.startswith(b'\0') else self.string(key)  # \0Class\0name: a property that is not public
        if new == key:
            frame.keys.add(key)
        else:
            frame.changed.append((len(self.output), key, new))
        self._emit_string(new)

    def _escaped_end(self, start: int, length: int) -> int:
        """After an `S:` string, in which a backslash and two hexadecimal digits are one byte."""
        match = re.compile(rb'(?:[^\\]|\\[0-9a-fA-F]{2}){%d}";' % length, re.DOTALL).match(self.data, start)
        if not match:
            raise Malformed(f'an escaped string of another length at byte {start}')
        return match.end()

    def _expect(self, position: int, text: bytes) -> int:
        if self.data[position : position + len(text)] != text:
            raise Malformed(f'a length that is wrong, or {text!r} missing at byte {position}')
        return position + len(text)

    def _take(self, end: int) -> None:
        self.output.append(self.data[self.position : end])
        self.position = end

    def _emit_string(self, content: bytes) -> None:
        self.output.append(_quoted(content))


def _quoted(content: bytes) -> bytes:
    return b's:%d:"%b";' % (len(content), content)


def is_serialised(data: bytes) -> bool:
    """One whole value, nothing around it."""
    try:
        Walker(data, lambda content: content).run()
    except Malformed:
        return False
    return True
