# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits, names, JSON, hashes and files. Whatever is read here may have been made to harm."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from typing import Any

MEBIBYTE = 1024 * 1024
JSON_LIMIT = 64 * MEBIBYTE  # of a record, a receipt, a manifest, a list of sums; also of what a PDF holds
REGISTER_LIMIT = 256 * MEBIBYTE
PDF_LIMIT = 256 * MEBIBYTE
QUICK_LIMIT = 1024 * MEBIBYTE  # bytes of recovery points that are read without --deep
FILES_LIMIT = 20000  # folders of runs and of recaps that are looked through
FAULTS_SHOWN = 5  # of one kind: a ruined register has thousands
CLIMB = 6  # folders above a file in which its register is looked for
SUM_LINE = re.compile(r'([0-9a-f]{64})  ([^/\\\0]{1,255})')
REGISTER, SUMS, RECORD, RECEIPT, RECAP = 'register.jsonl', 'SHA256SUMS', 'record.json', 'receipt.json', 'recap.json'
Row = dict  # a JSON object


def canonical(document: Any) -> bytes:
    """Canonical JSON without the newline: sorted keys, no spaces, ASCII; equal content gives equal bytes."""
    return json.dumps(document, sort_keys=True, separators=(',', ':'), ensure_ascii=True, allow_nan=False).encode()


def sha256(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def parse(content: bytes) -> Row:
    """A JSON object; ValueError for anything else: floats, a key twice, nesting without end."""
    try:
        document = json.loads(
            content.decode('utf-8'), object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float
        )
    except RecursionError:
        raise ValueError('nested too deeply') from None
    if not isinstance(document, dict):
        raise ValueError('not a JSON object')
    return document


def _object(pairs: list[tuple[str, Any]]) -> Row:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError('a key stands twice in one object')
    return result


def _no_float(text: str) -> None:
    raise ValueError(f'{text[:40]}: only whole numbers have a place here')


def read_file(path: str, limit: int, follow: bool = False) -> bytes:
    """All of a regular file of at most `limit` bytes; OSError otherwise. Links are followed only for the user."""
    with open_file(path, follow) as handle:
        content = handle.read(limit + 1)
    if len(content) > limit:
        raise OSError(0, f'larger than {limit} bytes')
    return content


def open_file(path: str, follow: bool = False) -> Any:
    """A regular file, open for reading; OSError for anything else (a pipe would make us wait for ever)."""
    flags = os.O_RDONLY | getattr(os, 'O_NONBLOCK', 0) | getattr(os, 'O_BINARY', 0)
    descriptor = os.open(path, flags | (0 if follow else getattr(os, 'O_NOFOLLOW', 0)))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, 'no regular file')
    return os.fdopen(descriptor, 'rb')


def hash_file(path: str) -> str:
    """SHA-256 of a regular file of any size; OSError."""
    digest = hashlib.sha256()
    with open_file(path) as handle:
        for block in iter(lambda: handle.read(MEBIBYTE), b''):
            digest.update(block)
    return digest.hexdigest()


def below(root: str, *names: str) -> str:
    """The path of `names` below `root`; ValueError where a name or a link leads out of it."""
    parts = [part for name in names for part in name.split('/')]
    if any(part in ('', '.', '..') or '\0' in part or '\\' in part for part in parts):
        raise ValueError('/'.join(names))
    path = os.path.join(os.path.realpath(root), *parts)
    if os.path.realpath(os.path.dirname(path)) != os.path.dirname(path):
        raise ValueError('/'.join(names))
    return path


def read_sums(content: bytes) -> dict[str, str]:
    """{name: SHA-256} of a SHA256SUMS; ValueError names the line that is none."""
    sums: dict[str, str] = {}
    *lines, tail = content.decode('utf-8', 'surrogateescape').split('\n')
    for number, line in enumerate([*lines, tail] if tail else lines, 1):
        found = SUM_LINE.fullmatch(line)
        if not found or found[2] in sums or (tail and number > len(lines)):
            raise ValueError(str(number))
        sums[found[2]] = found[1]
    return sums


def mapping(value: Any) -> Row:
    """`value` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Row]:
    """The objects in a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: Any) -> dict[str, str]:
    """What of an object maps text to text."""
    return {key: item for key, item in mapping(value).items() if isinstance(item, str)}


def cause(error: Exception) -> str:
    """The reason in an error, short."""
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error))[:200]


def names_in(folder: str) -> list[str]:
    """What lies in a folder, sorted; nothing where there is none."""
    try:
        return sorted(os.listdir(folder))[:FILES_LIMIT]
    except OSError:
        return []
