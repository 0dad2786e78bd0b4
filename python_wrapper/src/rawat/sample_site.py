# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site that the demo backs up: a small register of regulations in SQLite, files whose names break scripts."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils import process

SCHEMA = """
CREATE TABLE regulation (
  id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, title TEXT NOT NULL, year INTEGER NOT NULL
);
CREATE TABLE change (
  id INTEGER PRIMARY KEY, regulation_id INTEGER REFERENCES regulation (id), at TEXT DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX regulation_year ON regulation (year);
CREATE VIEW recent AS SELECT number, title FROM regulation WHERE year >= 2024;
CREATE TRIGGER regulation_changed AFTER UPDATE ON regulation BEGIN
  INSERT INTO change (regulation_id) VALUES (new.id);
END;
PRAGMA user_version = 7;
"""
REGULATIONS = 500
PROGRAM = 'server.py'
START_SECONDS = 15
# Names as users upload them: spaces, quotes, a line break, a leading dash, bytes that are no UTF-8.
AWKWARD_NAMES = (
    b'Peraturan No. 5 (final).txt',
    b'it\'s "quoted".txt',
    b'two\nlines.txt',
    b'-rf',
    b'latin1-\xe9\xff.txt',
    'peraturan-§-①.txt'.encode(),
)


def make_sample_site(root: Path) -> None:
    """Write the site's files below `root`, which must not exist; the database lies in data/berita.db."""
    for folder in ('data', 'uploads/2026', 'empty'):
        (root / folder).mkdir(parents=True)
    program = resources.files('rawat') / 'sample_server.py'
    (root / PROGRAM).write_text(program.read_text(encoding='utf-8'), encoding='utf-8')
    (root / 'current').symlink_to('uploads/2026')
    for number in range(40):
        (root / 'uploads' / '2026' / f'lampiran-{number:03d}.txt').write_text(
            f'Lampiran {number}\n' * 200, encoding='utf-8'
        )
    for name in AWKWARD_NAMES:
        with open(os.path.join(os.fsencode(root / 'uploads'), name), 'wb') as handle:
            handle.write(b'isi\n')
    with contextlib.closing(sqlite3.connect(database(root))) as connection:
        connection.execute('PRAGMA journal_mode = WAL')
        connection.executescript(SCHEMA)
        connection.commit()


def database(root: Path) -> Path:
    """The site's database file."""
    return root / 'data' / 'berita.db'


def free_port() -> int:
    """A port of the loopback device on which nobody listens."""
    with socket.socket() as found:
        found.bind(('127.0.0.1', 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def _served(root: Path, port: int) -> Iterator[None]:
    """Run the site's program on `port` of the loopback device. OSError when it does not answer."""
    command, where = [sys.executable, PROGRAM], {'HOST': '127.0.0.1', 'PORT': str(port)}
    server = process.spawn(command, stdout=None, environment=where, directory=str(root))
    try:
        _wait_for(server, port)
        yield
    finally:
        server.kill()


def _wait_for(server: process.Child, port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.popen.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', port), timeout=1):
            return
        time.sleep(0.05)
    server.kill()
    raise OSError(f'the sample site did not start on port {port}: {server.stderr.strip()[-300:] or "no answer"}')


@contextlib.contextmanager
def site_in_use(root: Path, port: int) -> Iterator[None]:
    """Serve the site, its database open with fresh rows in the write-ahead log, as a running site's is."""
    with _served(root, port), _written(root):
        yield


@contextlib.contextmanager
def _written(root: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(database(root))) as connection:
        connection.execute('PRAGMA wal_autocheckpoint = 0')
        with connection:
            first = connection.execute('SELECT count(*) FROM regulation').fetchone()[0]
            rows = [(f'{n}/2026', f'Peraturan ke-{n}', 2020 + n % 7) for n in range(first, first + REGULATIONS)]
            connection.executemany('INSERT INTO regulation (number, title, year) VALUES (?, ?, ?)', rows)
            connection.execute('UPDATE regulation SET title = title || ? WHERE id <= 10', (' (perubahan)',))
        yield
