# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of files are bytes: how they sort, how they stand in JSON, how people see them."""

from __future__ import annotations

import re
from json.encoder import encode_basestring_ascii

ROOT = b'.'  # the webroot's own entry


def sort_key(path: bytes) -> bytes:
    """Sorts paths by their components: a directory, then all that lies below it, then its next sibling."""
    return b'' if path == ROOT else path.replace(b'/', b'\0')


def in_archive(path: bytes) -> bytes:
    """As tar, `rm` and setfacl shall see it: './' keeps a leading dash from being taken for an option."""
    return b'./' + path if path != ROOT else b'.'


def to_json(path: bytes) -> str:
    """A JSON string, ASCII only, that gives every byte back."""
    return encode_basestring_ascii(path.decode('utf-8', 'surrogateescape'))


def from_text(text: str) -> bytes:
    """The bytes behind a string that :func:`to_json` wrote and a JSON parser read."""
    return text.encode('utf-8', 'surrogateescape')


def printable(path: bytes) -> str:
    r"""For people and terminals: what is not UTF-8 or not printable as \xNN, a backslash doubled."""
    return ''.join(map(_printable_character, path.decode('utf-8', 'surrogateescape')))


def from_printable(text: str) -> bytes:
    """The bytes behind what :func:`printable` gave."""
    return re.sub(
        rb'\\\\|\\x([0-9a-f]{2})',
        lambda match: bytes.fromhex(match[1].decode()) if match[1] else b'\\',
        from_text(text),
    )


def _printable_character(character: str) -> str:
    if character == '\\':
        return '\\\\'
    if character.isprintable():
        return character
    return ''.join(f'\\x{byte:02x}' for byte in from_text(character))
