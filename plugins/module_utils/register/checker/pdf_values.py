# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that a PDF is written in (ISO 32000, 7.3), and how its streams are packed."""

from __future__ import annotations

import re
import zlib
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import JSON_LIMIT, Row

SPACE = re.compile(rb'(?:[\0\t\n\f\r ]|%[^\r\n]*)*')
PLAIN = re.compile(rb'[^\0\t\n\f\r ()<>\[\]{}/%]+')
REFERENCE = re.compile(rb'(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>\[\]{}/%])')
STRING_PART = re.compile(rb'\\([0-7]{1,3}|\r\n|.)|[()]|[^\\()]+', re.DOTALL)
ESCAPES = {b'n': b'\n', b'r': b'\r', b't': b'\t', b'b': b'\b', b'f': b'\f'}  # in a PDF's strings


class Reference(int):
    """The number of a PDF object that stands somewhere else."""


def pdf_value(data: bytes, place: int) -> tuple[Any, int]:
    """The value that begins at `place`, and where it ends."""
    place = _after_space(data, place)
    sign = data[place : place + 1]
    if data[place : place + 2] == b'<<':
        return _dictionary(data, place + 2)
    if sign == b'[':
        return _array(data, place + 1)
    if sign == b'(':
        return _string(data, place + 1)
    if sign == b'<':
        end = data.index(b'>', place)
        digits = re.sub(rb'\s', b'', data[place + 1 : end]).decode('ascii')
        return bytes.fromhex(digits + '0' * (len(digits) % 2)), end + 1
    if sign == b'/':
        return _name(data, place + 1)
    return _plain(data, place)


def _after_space(data: bytes, place: int) -> int:
    return SPACE.match(data, place).end()  # type: ignore[union-attr]  # it matches nothing, too


def _plain(data: bytes, place: int) -> tuple[Any, int]:
    reference = REFERENCE.match(data, place)
    if reference:
        return Reference(reference[1]), reference.end()
    word = PLAIN.match(data, place)
    if not word:
        raise ValueError(f'there is no value at byte {place}')
    known = {b'true': True, b'false': False, b'null': None}
    if word[0] in known:
        return known[word[0]], word.end()
    return (int(word[0]) if re.fullmatch(rb'[+-]?\d{1,12}', word[0]) else word[0].decode('latin-1')), word.end()


def _name(data: bytes, place: int) -> tuple[str, int]:
    word = PLAIN.match(data, place)
    raw, end = (word[0], word.end()) if word else (b'', place)
    return '/' + re.sub(rb'#([0-9A-Fa-f]{2})', lambda m: bytes([int(m[1], 16)]), raw).decode('latin-1'), end


def _array(data: bytes, place: int) -> tuple[list[Any], int]:
    result: list[Any] = []
    while True:
        place = _after_space(data, place)
        if data[place : place + 1] == b']':
            return result, place + 1
        value, place = pdf_value(data, place)
        result.append(value)


def _dictionary(data: bytes, place: int) -> tuple[Row, int]:
    result: Row = {}
    while True:
        place = _after_space(data, place)
        if data[place : place + 2] == b'>>':
            return result, place + 2
        key, place = pdf_value(data, place)
        result[str(key)[1:]], place = pdf_value(data, place)


def _string(data: bytes, place: int) -> tuple[bytes, int]:
    result, depth = b'', 1
    for part in STRING_PART.finditer(data, place):
        if part[1] is not None:
            result += _escape(part[1])
            continue
        depth += {b'(': 1, b')': -1}.get(part[0], 0)
        if depth == 0:
            return result, part.end()
        result += part[0]
    raise ValueError('a string has no end')


def _escape(sign: bytes) -> bytes:
    if sign.isdigit():
        return bytes([int(sign, 8) & 255])
    return b'' if sign in (b'\n', b'\r', b'\r\n') else ESCAPES.get(sign, sign)


def pdf_text(value: Any) -> str:
    """A string of a PDF as text; nothing for any other value."""
    raw = value if isinstance(value, bytes) else b''
    return raw[2:].decode('utf-16-be', 'replace') if raw.startswith(b'\xfe\xff') else raw.decode('utf-8', 'replace')


def inflate(data: bytes) -> bytes:
    """What deflate packed; ValueError when it is damaged, cut off, or larger than anything of ours."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(data, JSON_LIMIT)
    except zlib.error as error:
        raise ValueError(f'what is packed in it is damaged ({error})') from error
    if not unpacking.eof:
        raise ValueError('what is packed in it has no end, or is too large')
    return content


def unfiltered(data: bytes, settings: Row) -> bytes:
    """Undo the PNG predictors "none", "sub" and "up", which writers of reference streams use."""
    if settings.get('Predictor', 1) == 1:
        return data
    columns, result = settings.get('Columns', 1), b''
    before = bytes(columns)
    for place in range(0, len(data), columns + 1):
        kind, row = data[place], bytearray(data[place + 1 : place + 1 + columns])
        if kind not in (0, 1, 2):
            raise ValueError(f'a stream has the predictor {kind}')
        for index in range(len(row) if kind else 0):
            beside = row[index - 1] if kind == 1 and index else 0
            row[index] = (row[index] + (before[index] if kind == 2 else beside)) & 255
        before = bytes(row)
        result += before
    return result
