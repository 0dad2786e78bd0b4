# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Database engines: one module each with the same functions under the same names, found by :func:`engine`.

    label(database) -> str                      part of file names: 'mariadb.wordpress'
    preflight(database) -> Preflight            may the dump start, and will it be complete?
    capture(database) -> context manager        a running dump and the census taken in the same snapshot
    turns(database) -> context manager          turns.Turns, where there is a server (engines of files have none)
    restore_commands(part, read=...) -> [str]   the shell lines that bring it back with the vendor's client alone

`database` is one entry of the inventory's `databases`. What `capture` yields has `snapshot`, `remarks`, `dump` (a
process.Child), `inspector`, `census()`, `compare(census)` and `accounts()`.
A census is `{'tables': {name: rows}, 'objects': {kind: [names]}, 'settings': {key: value}, 'accounts': [names]}`.
"""

from __future__ import annotations

import hashlib
import secrets
import shlex
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

LABEL_LIMIT = 160  # characters; file names may have 255, and ours carry a prefix and suffixes
_LABEL_CHARACTERS = frozenset(string.ascii_lowercase + string.digits + '._-')


@dataclass
class Preflight:
    """What is known before a dump starts. `problems` forbid it, `remarks` go into the record; sizes are bytes."""

    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    server: str = ''
    client: str = ''
    estimated_bytes: int = 0


def engine(name: str) -> ModuleType:
    """The module of an inventory's `engine`; raises LookupError for an unknown one."""
    # Spelled out, because Ansible ships to a target only what it finds in import statements.
    module: ModuleType
    if name in ('mariadb', 'mysql'):
        from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb as module
    elif name == 'postgresql':
        from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql as module
    elif name == 'sqlite':
        from ansible_collections.rawat.website.plugins.module_utils.engines import sqlite as module
    else:
        raise LookupError(f'unknown database engine {name!r}: choose mariadb, mysql, postgresql or sqlite')
    return module


def safe_label(prefix: str, name: str) -> str:
    """`prefix.name` with every byte but a-z 0-9 . _ - percent-encoded, so that no file system can fold two into one."""
    characters = [chr(byte) for byte in name.encode('utf-8', 'surrogateescape')]
    encoded = ''.join(one if one in _LABEL_CHARACTERS else f'%{ord(one):02x}' for one in characters)
    if len(encoded) > LABEL_LIMIT:
        encoded = f'{encoded[: LABEL_LIMIT - 17]}.{hashlib.sha256(encoded.encode()).hexdigest()[:16]}'
    return f'{prefix}.{encoded}'


def secret_word(purpose: str) -> str:
    """A word that nobody who writes rows can know, yet the same every time here: equal rows, equal stream."""
    try:
        machine = Path('/etc/machine-id').read_bytes().strip()
    except OSError:
        machine = b''
    key = machine or secrets.token_bytes(16)
    return hashlib.sha256(b'\0'.join((b'dump', key, purpose.encode('utf-8', 'surrogateescape')))).hexdigest()[:32]


def read_with_zstd(file: str) -> str:
    """The shell words that print a stored stream of the archive store."""
    return f'zstd -dc {shlex.quote(file)}'


Reader = Callable[[str], str]


def missing_objects(census: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """One line for every table or object of `census` that the stream lacks, and for every difference in rows."""
    lines = []
    for name, rows in census['tables'].items():
        if name not in found['tables']:
            lines.append(f'table {name} is missing from the dump')
        elif found['tables'][name] is not None and found['tables'][name] != rows:
            lines.append(f'table {name} has {rows} rows, but the dump has {found["tables"][name]}')
    for kind, names in census['objects'].items():
        present = set(found['objects'].get(kind, ()))
        lines += [f'{kind.replace("_", " ")} {name} is missing from the dump' for name in names if name not in present]
    return lines


def sorted_objects(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """(kind, name) pairs as a census wants them: {kind: sorted names}."""
    objects: dict[str, list[str]] = {}
    for kind, name in pairs:
        objects.setdefault(kind, []).append(name)
    return {kind: sorted(names) for kind, names in sorted(objects.items())}
