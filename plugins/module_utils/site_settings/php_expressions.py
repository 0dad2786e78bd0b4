# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a PHP expression comes to, where that needs no running of it, and with what a function is called.

Concatenations of literals, of names that are known to the caller (`__DIR__`, `ABSPATH`, `$IP`) and of dirname().
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.rawat.website.plugins.module_utils.site_settings import php_assignments as php

DEPTH = 10
PART_LIMIT = 30  # parts of a concatenation, variables in a string
TEXT_LIMIT = 4096  # characters of a part: what is longer is no path and no name
CALL_LIMIT = 50  # calls of one file that are looked at
_VARIABLE = re.compile(r'\{?(\$[A-Za-z_]\w*)\}?')
_SEPARATORS = {'DIRECTORY_SEPARATOR': '/', 'DS': '/'}


def value(expression: bytes, known: Mapping[str, str]) -> str | None:
    """The text that the expression gives; None where only PHP could say it. `known` has names as PHP writes them."""
    try:
        tokens = list(php.tokens(b'<?php ' + expression))
    except php.Unreadable:
        return None
    text, end = _sum(tokens, 0, {**_SEPARATORS, **known}, 0)
    return text if end == len(tokens) else None


def calls(data: bytes, names: Sequence[str]) -> Iterator[tuple[str, list[bytes]]]:
    """(name in small letters, arguments as written) of every call of a function or class in `names`."""
    tokens = list(php.tokens(data))
    wanted = {name.lower() for name in names}
    count = 0
    for position, token in enumerate(tokens[:-1]):
        name = token.text.decode('utf-8', 'replace').lower().lstrip('\\')
        if token.kind == 'word' and name in wanted and tokens[position + 1].text == b'(':
            count += 1
            if count > CALL_LIMIT:
                return
            yield name, _arguments(data, tokens, position + 2)


def _arguments(data: bytes, tokens: Sequence[php.Token], position: int) -> list[bytes]:
    found, depth, start = [], 0, position
    for index in range(position, min(len(tokens), position + 500)):
        text = tokens[index].text if tokens[index].kind == 'sign' else b''
        if depth == 0 and text in (b',', b')'):
            if index > start:
                found.append(data[tokens[start].start : tokens[index - 1].end])
            start = index + 1
            if text == b')':
                break
        depth += (text in (b'(', b'[', b'{')) - (text in (b')', b']', b'}'))
    return found


def _sum(tokens: Sequence[php.Token], position: int, known: Mapping[str, str], depth: int) -> tuple[str | None, int]:
    parts: list[str] = []
    while True:
        text, position = _term(tokens, position, known, depth)
        if text is None or len(text) > TEXT_LIMIT or len(parts) >= PART_LIMIT:
            return None, position
        parts.append(text)
        if not _is(tokens, position, b'.'):
            return ''.join(parts), position
        position += 1


def _term(tokens: Sequence[php.Token], position: int, known: Mapping[str, str], depth: int) -> tuple[str | None, int]:
    if position >= len(tokens) or depth > DEPTH:
        return None, position
    token = tokens[position]
    if token.kind in ('string', 'number'):
        return _literal(token, known), position + 1
    if _is(tokens, position, b'('):
        text, end = _sum(tokens, position + 1, known, depth + 1)
        return (text, end + 1) if _is(tokens, end, b')') else (None, end)
    name = token.text.decode('utf-8', 'replace')
    if name.lower() in ('dirname', 'realpath', '\\dirname', '\\realpath') and _is(tokens, position + 1, b'('):
        return _path_function(tokens, position, known, depth)
    return known.get(name), position + 1


def _path_function(
    tokens: Sequence[php.Token], position: int, known: Mapping[str, str], depth: int
) -> tuple[str | None, int]:
    """dirname(path[, levels]) and realpath(path), the latter taken as the path itself."""
    is_dirname = tokens[position].text.lower().endswith(b'dirname')
    text, end = _sum(tokens, position + 2, known, depth + 1)
    levels = 1
    if text is not None and _is(tokens, end, b',') and end + 1 < len(tokens):
        number = tokens[end + 1].text
        levels = int(number) if number.isdigit() and len(number) < 3 else 1
        end += 2
    if text is None or not _is(tokens, end, b')'):
        return None, end
    for _level in range(levels if is_dirname else 0):
        text = os.path.dirname(text.rstrip('/')) or '/'
    return text, end + 1


def _literal(token: php.Token, known: Mapping[str, str]) -> str | None:
    text = php.string_value(token)
    if text is not None or token.text[:1] != b'"':
        return text if text is not None else token.text.decode('utf-8', 'replace')
    inner = token.text[1:-1].decode('utf-8', 'replace')
    names = _VARIABLE.findall(inner)
    if len(names) > PART_LIMIT or any(len(known.get(name, 'x' * TEXT_LIMIT)) >= TEXT_LIMIT for name in names):
        return None
    if '->' in inner or '[' in inner or '\\' in inner:
        return None
    return _VARIABLE.sub(lambda match: known[match[1]], inner) if names else None


def _is(tokens: Sequence[php.Token], position: int, text: bytes) -> bool:
    return position < len(tokens) and tokens[position].text == text
