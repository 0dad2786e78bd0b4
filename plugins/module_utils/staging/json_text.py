# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the strings of a JSON text and nothing else: numbers, spaces, order and the writer's escapes stay.

A string is replaced as it is written first; only where that says something else than its meaning would say (there was a
serialised value inside, with a length in it) it is written anew, with the escapes that its writer used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_KEY_FOLLOWS = re.compile(r'\s*:')
_STYLED = {'<': '003c', '>': '003e', '&': '0026', "'": '0027'}  # what PHP's JSON_HEX_… options escape

Substitute = Callable[[bytes], 'tuple[bytes, int]']
Replace = Callable[[bytes], bytes]


def replace_strings(data: bytes, substitute: Substitute, replace: Replace) -> tuple[bytes | None, int]:
    """(the new text, keys left alone because the new key was there already); (None, 0) when `data` is no JSON.

    `substitute` replaces in text as it is written, `replace` in what a string means.
    """
    try:
        text = data.decode()
        before = _entries(text)
    except (ValueError, RecursionError):
        return None, 0
    changer = _Changer(substitute, replace)
    new = changer.run(text, keys=True)
    if changer.keys and _entries(new) != before:  # two keys became one
        collisions, changer = changer.keys, _Changer(substitute, replace)
        return changer.run(text, keys=False).encode(), collisions
    return new.encode(), 0


def _entries(text: str) -> int:
    """How many entries all objects have once equal keys are one. Raises ValueError, RecursionError."""
    total = 0

    def count(pairs: list[tuple[str, Any]]) -> None:
        nonlocal total
        total += len({key for key, _value in pairs})

    json.loads(text, object_pairs_hook=count)
    return total


class _Changer:
    def __init__(self, substitute: Substitute, replace: Replace):
        self.substitute, self.replace, self.keys = substitute, replace, 0

    def run(self, text: str, keys: bool) -> str:
        pieces, position = [], 0
        for match in _STRING.finditer(text):
            is_key = _KEY_FOLLOWS.match(text, match.end()) is not None
            if is_key and not keys:
                continue
            new = self._string(match[0])
            if new is not match[0] and new != match[0]:
                pieces += [text[position : match.start()], new]
                position = match.end()
                self.keys += is_key
        return ''.join([*pieces, text[position:]])

    def _string(self, token: str) -> str:
        content = json.loads(token, strict=False)
        if not _is_text(content):
            return token
        wanted = self.replace(content.encode()).decode('utf-8', 'surrogateescape')
        if wanted == content:
            return token
        plainly = self.substitute(token.encode())[0].decode()
        return plainly if _means(plainly, wanted) else _write(wanted, token)


def _is_text(content: str) -> bool:
    try:
        content.encode()
    except UnicodeEncodeError:  # half of a surrogate pair: no text, and no bytes to look into
        return False
    return True


def _means(token: str, wanted: str) -> bool:
    try:
        return json.loads(token, strict=False) == wanted
    except ValueError:
        return False


def _write(content: str, like: str) -> str:
    """`content` as a JSON string with the habits of the token `like`."""
    token = json.dumps(content, ensure_ascii=like.isascii())
    if '\\/' in like:
        token = token.replace('/', '\\/')
    for character, code in _STYLED.items():
        if f'\\u{code}' in like.lower():
            token = token.replace(character, f'\\u{code.upper()}')
    if '\\u0022' in like:
        token = '"' + token[1:-1].replace('\\\\', '\0').replace('\\"', '\\u0022').replace('\0', '\\\\') + '"'
    return token
