# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes SQLite databases: makes one out of a dump, puts one in the place of another. A child of its own, as whoever
owns the folder or file; `sqlite_restore.py` starts it and hands it this very text, so the standard library only.

    python3 -I PROGRAM load TARGET UID GID             the dump on standard input
    python3 -I PROGRAM load TARGET TABLE UID GID       the same with all definitions, but the rows of one table only
    python3 -I PROGRAM copy SOURCE TARGET UID GID      SOURCE as it is now into the database TARGET, in one transaction

What a dump says is a site owner's: it may define what it likes, but reaches no other file (ATTACH).
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from typing import BinaryIO

BUSY_SECONDS = 30
REFUSED = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH)
DIRECTORIES = ('temp_store_directory', 'data_store_directory')  # PRAGMAs that name places on the disk
LITERAL = re.compile(rb"'(?:[^']|'')*'")
VALUES = b') VALUES('


class Unreadable(Exception):
    """What we say ourselves; SQLite's own words come as sqlite3.Error."""


def give_up_root(user: int, group: int) -> None:
    parent = os.getppid()
    if user >= 0 and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG was lost with the credentials, prctl(2)
        if os.getppid() != parent:
            raise SystemExit('the parent is gone')


def uri(path: str, mode: str) -> str:
    return f'file:{"".join(f"%{byte:02x}" for byte in os.fsencode(path))}?mode={mode}'


def connect(path: str, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        uri(path, mode), uri=True, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=0
    )  # a dump never says the same twice


# ---------------------------------------------------------------- load
def statements(stream: BinaryIO) -> Iterator[bytes]:
    """Statement by statement, comments left out; at the end Unreadable unless the dump's own end marker came last.

    An INSERT ends where a line does and its quotes are even (SQLite doubles a quote inside a text), which takes one
    look at each line, also in a text of a million lines that end in a semicolon.
    """
    pending: list[bytes] = []
    odd, last = False, b''
    for line in stream:
        if not pending:
            if line.startswith(b'--') or not line.strip():
                last = line if line.strip() else last
                continue
            insert = line.startswith(b'INSERT INTO ') and VALUES in line
            odd = False
        pending.append(line)
        last = b''
        if insert:
            start = line.index(VALUES) if len(pending) == 1 else 0
            odd ^= bool(line.count(b"'", start) % 2)
            whole = not odd and line.endswith(b');\n')
        else:
            whole = line.endswith(b';\n') and sqlite3.complete_statement(b''.join(pending).decode('latin-1'))
        if whole:
            yield b''.join(pending)
            pending = []
    if pending or not is_end(last):
        raise Unreadable('the dump has no end marker: it is not whole')


def is_end(line: bytes) -> bool:
    words = line.split(b' ', 2)
    try:
        return line.endswith(b'\n') and len(words) == 3 and json.loads(words[2])[0] == 'end'
    except (ValueError, IndexError, KeyError, TypeError):
        return False


def readable(statement: bytes) -> str:
    """As a text for sqlite3; values that are no UTF-8 are given as their bytes."""
    try:
        return statement.decode()
    except UnicodeDecodeError:
        return LITERAL.sub(as_bytes, statement).decode()


def as_bytes(match: re.Match[bytes]) -> bytes:
    try:
        match.group().decode()
        return match.group()
    except UnicodeDecodeError:
        value = match.group()[1:-1].replace(b"''", b"'")
        return b"CAST(X'" + value.hex().encode() + b"' AS TEXT)"


def allowed(action: int, first: str | None, *_rest: str | None) -> int:
    if action in REFUSED or (action == sqlite3.SQLITE_PRAGMA and (first or '').lower() in DIRECTORIES):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def is_foreign(statement: bytes, table: str) -> bool:
    """Whether it is a row of another table than `table`, of SQLite's statistics, or the entry of a virtual table."""
    if not statement.startswith(b'INSERT INTO '):
        return False
    names = (table, 'sqlite_sequence')
    quoted = (name.replace('"', '""').encode('utf-8', 'surrogateescape') for name in names)
    return not statement.startswith(tuple(b'INSERT INTO "%s"(' % name for name in quoted))


def load(target: str, table: str | None = None) -> int:
    """Returns the number of statements. The file must be new or empty."""
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        if os.fstat(descriptor).st_size:
            raise Unreadable('the file is there already and not empty')
        connection = connect(target, 'rw')
        connection.execute('PRAGMA synchronous=OFF')  # the one fsync at the end is enough for a new file
        connection.set_authorizer(allowed)
        count, statement = 0, b''
        try:
            for statement in statements(sys.stdin.buffer):
                if table is not None and is_foreign(statement, table):
                    continue
                connection.execute(readable(statement)).fetchall()
                count += 1
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise Unreadable(f'{error}; in: {shown(statement)}') from error
        if connection.in_transaction:
            raise Unreadable('the dump ends before its COMMIT')
        connection.close()
        os.fsync(descriptor)
        return count
    finally:
        os.close(descriptor)


def shown(statement: bytes) -> str:
    """The beginning of a statement, never a value of a row."""
    head = statement.split(VALUES)[0] if statement.startswith(b'INSERT INTO ') else statement
    return ' '.join(head[:200].decode('utf-8', 'replace').split())


# ---------------------------------------------------------------- copy
def copy(source: str, target: str) -> int:
    """All pages in one transaction of `target`: readers there see the old rows or the new, after a crash, too."""
    if not os.path.exists(target):
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
        os.chmod(target, os.stat(source).st_mode & 0o7777)
    reading, writing = connect(source, 'rw'), connect(target, 'rw')
    fit_pages(reading, writing)
    deadline = time.monotonic() + BUSY_SECONDS

    def bounded(_status: int, remaining: int, _total: int) -> None:
        if remaining and time.monotonic() > deadline:
            raise Unreadable(f'database is locked: somebody holds it for more than {BUSY_SECONDS} s')

    reading.backup(writing, pages=-1, progress=bounded, sleep=0.05)
    (pages,) = writing.execute('PRAGMA page_count').fetchone()
    writing.close()
    reading.close()
    return int(pages)


def fit_pages(reading: sqlite3.Connection, writing: sqlite3.Connection) -> None:
    """A database in WAL mode keeps its page size: it must leave the mode for a copy with another one."""
    size, there = (one.execute('PRAGMA page_size').fetchone()[0] for one in (reading, writing))
    mode = writing.execute('PRAGMA journal_mode').fetchone()[0]
    if mode == 'wal' and size != there:
        after = writing.execute('PRAGMA journal_mode=DELETE').fetchone()[0]
        if after != 'delete':
            raise Unreadable(
                f'database is locked: it has pages of {there} bytes and shall get some of {size}, which needs it closed'
            )


def main() -> None:
    action, *paths, user, group = sys.argv[1:]
    give_up_root(int(user), int(group))
    try:
        sys.stdout.write(str(load(*paths) if action == 'load' else copy(*paths)))
        sys.stdout.flush()
    except (Unreadable, sqlite3.Error, OSError) as error:
        sys.stderr.write(f'{error}\n')
        sys.stderr.flush()
        raise SystemExit(1) from None


if __name__ == '__main__':
    main()
