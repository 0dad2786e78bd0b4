# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replace text inside one value of a database, whatever it is: plain text, PHP-serialised, JSON, one inside the other.

Values are bytes, as the column holds them; lengths in serialised texts are bytes, too. What cannot be changed with
certainty stays exactly as it is, and a remark says so: malformed or home-made serialisation, binary data, what is too
large or nested too deeply. Base64 is not looked into.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.staging import json_text
from ansible_collections.rawat.website.plugins.module_utils.staging.needles import Needles
from ansible_collections.rawat.website.plugins.module_utils.staging.php_serialised import (
    LOOKS_SERIALISED,
    Custom,
    Malformed,
    Walker,
)

VALUE_LIMIT = 64 * 1024 * 1024  # bytes of one value; a larger one is no text of a site
DEPTH = 12  # values inside strings inside values
_SPACE = b' \t\r\n'
# A serialised string in something larger (session data, a dump in a text): its length must follow its content.
_EMBEDDED = re.compile(rb's:(0|[1-9]\d{0,9}):"')
_ESCAPED_OR_CUSTOM = re.compile(rb's:\d{1,10}:(?:\\+|&quot;)|C:\d{1,10}:\\*"')

MALFORMED = 'malformed serialised value, left as it is'
CUSTOM = 'value that a class serialised in a form of its own (C:), left as it is'
BINARY = 'binary value, left as it is'
EMBEDDED = 'text with serialised data in a form of its own, left as it is'
TOO_DEEP = 'value nested too deeply, left as it is'
TOO_LARGE = f'value of more than {VALUE_LIMIT} bytes, left as it is'
COLLISION = 'key left as it is, because the new key is there already'


class Rewriter:
    """`replaced` counts occurrences, `remarks` counts what was left alone, both over all calls of `value`."""

    def __init__(self, needles: Needles):
        self.needles, self.replaced = needles, 0
        self.remarks: Counter[str] = Counter()

    def value(self, data: bytes) -> bytes:
        """The new value; `data` itself where nothing is to be replaced."""
        if not self.needles.may_hold(data):
            return data
        if len(data) > VALUE_LIMIT:
            self.remarks[TOO_LARGE] += 1
            return data
        return self._any(data, 0)

    def _any(self, data: bytes, depth: int) -> bytes:
        if not self.needles.may_hold(data):
            return data
        if depth > DEPTH:
            return self._leave(data, TOO_DEEP)
        core = data.strip(_SPACE)
        if LOOKS_SERIALISED.match(core):
            start = data.index(core)
            return data[:start] + self._serialised(core, depth) + data[start + len(core) :]
        if core[:1] in (b'{', b'[', b'"') and (new := self._json(data, depth)) is not None:
            return new
        return self._plain(data, depth)

    def _serialised(self, data: bytes, depth: int) -> bytes:
        replaced, remarks = self.replaced, self.remarks.copy()
        walker = Walker(data, lambda content: self._any(content, depth + 1), self._custom)
        try:
            new = walker.run()
        except Malformed:
            self.replaced, self.remarks = replaced, remarks
            return self._leave(data, MALFORMED)
        if walker.collisions:
            self.remarks[COLLISION] += walker.collisions
        return new

    def _custom(self, custom: Custom) -> None:
        self._leave(custom.body, CUSTOM)

    def _json(self, data: bytes, depth: int) -> bytes | None:
        """None when it is no JSON after all."""
        replaced, remarks = self.replaced, self.remarks.copy()
        new, collisions = json_text.replace_strings(
            data, self.needles.substitute, lambda content: self._any(content, depth + 1)
        )
        if new is None:
            self.replaced, self.remarks = replaced, remarks
        elif collisions:
            self.remarks[COLLISION] += collisions
        return new

    def _plain(self, data: bytes, depth: int) -> bytes:
        if b'\0' in data:
            return self._leave(data, BINARY)
        if _ESCAPED_OR_CUSTOM.search(data):
            return self._leave(data, EMBEDDED)
        pieces, position = [], 0
        for start, content in _embedded_strings(data):
            if start < position or not self.needles.may_hold(content):
                continue
            new = self._any(content, depth + 1)
            pieces += [self._text(data[position:start]), b's:%d:"%b";' % (len(new), new)]
            position = start + len(b's:%d:"";' % len(content)) + len(content)
        return b''.join([*pieces, self._text(data[position:])])

    def _text(self, data: bytes) -> bytes:
        new, count = self.needles.substitute(data)
        self.replaced += count
        return new

    def _leave(self, data: bytes, why: str) -> bytes:
        if self.needles.holds(data):
            self.remarks[why] += 1
        return data


def _embedded_strings(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(start of the token, content) of serialised strings whose length is right and written without leading zeros."""
    for match in _EMBEDDED.finditer(data):
        end = match.end() + int(match[1])
        if data[end : end + 2] == b'";':
            yield match.start(), data[match.end() : end]
