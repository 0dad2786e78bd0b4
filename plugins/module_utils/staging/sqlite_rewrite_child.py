# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client for SQLite as the vendors' clients are: statements on its input, rows on its output, nothing else.

It is a program, not a library: a process may give up root for good, a thread may not. `sqlite_tables.py` hands this
very text to a Python on its command line, so it imports the standard library only.

    python3 -I -c TEXT PATH UID GID   (UID and GID -1: stay who we are)

Each line of standard input is a JSON list: a statement and its parameters, or `["echo", word]`, or
`["needles", text …]`. A parameter that is text or a blob is `{"text": hex}` or `{"blob": hex}`. A row is a line, values
are separated by tabs; text and blobs are hexadecimal digits, NULL is nothing. Functions for SQL: `rawat_holds(value)`:
one of the needles is in it; `rawat_digest(value, secret)`; `rawat_decimal(digits)`: fifteen decimal digits.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
import signal
import sqlite3
import sys
from typing import Any

BUSY_SECONDS = 30


def give_up_root(user: int, group: int) -> None:
    """Become the owner of the database: a file that SQLite makes beside it must be one that the site can write."""
    parent = os.getppid()
    if user >= 0 and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG was lost with the credentials, prctl(2)
        if os.getppid() != parent:
            raise SystemExit('the parent is gone')


class Client:
    def __init__(self, path: str):
        escaped = ''.join(f'%{byte:02x}' for byte in os.fsencode(path))
        address = f'file:{escaped}?mode=rw'
        self.connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        self.connection.text_factory = bytes
        for pragma in ('trusted_schema=0', 'cell_size_check=1', 'foreign_keys=0', 'recursive_triggers=0'):
            self.connection.execute(f'PRAGMA {pragma}')
        self.needles = re.compile(rb'(?!)')
        self.connection.create_function('rawat_holds', 1, self.holds)
        self.connection.create_function('rawat_digest', 2, digest)
        self.connection.create_function('rawat_decimal', 1, lambda digits: f'{int(digits, 16):015d}')

    def holds(self, value: Any) -> bool:
        return isinstance(value, (bytes, str)) and self.needles.search(as_bytes(value)) is not None

    def answer(self, request: list[Any]) -> None:
        statement, parameters = request[0], request[1:]
        if statement == 'echo':
            sys.stdout.write(f'{parameters[0]}\n')
            sys.stdout.flush()
        elif statement == 'needles':
            texts = b'|'.join(re.escape(text.encode()) for text in parameters)
            self.needles = re.compile(texts or rb'(?!)', re.IGNORECASE)
        else:
            for row in self.connection.execute(statement, [parameter(value) for value in parameters]):
                sys.stdout.write('\t'.join(shown(value) for value in row) + '\n')


def as_bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode('utf-8', 'surrogateescape')


def digest(value: Any, secret: str) -> str:
    key = as_bytes(secret)
    content = as_bytes(value) if isinstance(value, (bytes, str)) else str(value).encode()
    return hashlib.sha256(key + content + key).hexdigest()


def parameter(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, digits),) = value.items()
        data = bytes.fromhex(digits)
        return data if kind == 'blob' else data.decode('utf-8')
    return value


def shown(value: Any) -> str:
    """Text comes as bytes here (text_factory); a statement says by typeof() which is which where it matters."""
    return value.hex() if isinstance(value, bytes) else '' if value is None else str(value)


def main() -> None:
    path, user, group = sys.argv[1:]
    give_up_root(int(user), int(group))
    try:
        client = Client(path)
        for line in sys.stdin.buffer:
            if line.strip():
                client.answer(json.loads(line))
        client.connection.close()
    except (sqlite3.Error, OSError, ValueError) as error:
        sys.stderr.write(f'{error}\n')
        sys.stderr.flush()
        os._exit(1)


if __name__ == '__main__':
    main()
