# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two sites that really answer: a shop (MariaDB, a page of a file) and a news site (SQLite, a program of its own)."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import backup, drill
from ansible_collections.rawat.website.plugins.module_utils.options import defaults
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run

from ..servers import MariaDB, free_port
from .forge import Forge

SHOP_SQL = """
CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
USE shop;
CREATE TABLE goods (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(80) NOT NULL, price INT, KEY by_name (name));
INSERT INTO goods (name, price) VALUES ('teh', 5000), ('kopi', 7500), ('gula café', 12000), ('日本語', 1);
CREATE TABLE log (what VARCHAR(40));
INSERT INTO log VALUES ('masuk'), ('masuk'), ('keluar');
CREATE VIEW dear AS SELECT name FROM goods WHERE price > 6000;
DELIMITER //
CREATE TRIGGER noted AFTER INSERT ON goods FOR EACH ROW INSERT INTO log VALUES (NEW.name)//
CREATE PROCEDURE raise_prices(percent INT) UPDATE goods SET price = price * (100 + percent) DIV 100//
DELIMITER ;
CREATE USER shop@localhost IDENTIFIED BY 'shop-secret';
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO shop@localhost;
"""
NEWS_PROGRAM = '''
import http.server, os, sqlite3, time
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        rows = sqlite3.connect('data/news.db').execute('SELECT title FROM news ORDER BY id').fetchall()
        items = ''.join('<li>%s</li>' % row for row in rows)
        page = '<title>News</title><h1>%d news</h1><ul>%s</ul><p>made in %d ns</p><a href="/about">about</a>'
        page %= len(rows), items, time.time_ns()
        if self.path != '/':
            page = open('about.html').read()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(page.encode())
    def log_message(self, *words):
        pass
http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), Answer).serve_forever()
'''


class Bench:
    """A place with one site: back it up, take its points apart, drill them."""

    def __init__(self, folder: Path, site: dict[str, Any], options: dict[str, Any], store: str = 'archive'):
        self.folder, self.options, self.store = folder, {**defaults(), **options}, store
        self.site = {'webroots': [], 'databases': [], 'probes': [], **site}
        self.repository = folder / 'repository'

    def run(self) -> Run:
        repository: dict[str, Any] = {'store': self.store, 'location': str(self.repository), 'create': True}
        if self.store == 'restic':
            repository['password'] = 'drill-secret'
        return Run('20261122T101530Z', 'web1', repository, None, ('databases', 'webroots'), self.options, '0.0.0')

    def back_up(self) -> dict[str, Any]:
        (entry,) = backup.back_up([self.site], self.run())
        assert entry['outcome'] == 'complete', entry
        return entry

    def forge(self, point: str) -> Forge:
        return Forge(self.repository / self.site['name'] / point)

    def drill(self, **request: Any) -> dict[str, Any]:
        (entry,) = drill.drill([self.site], self.run(), drill.DrillRequest(**request))
        assert list((self.folder.parent / 'drills').glob('*')) == [], 'the drill left something behind'
        return entry


@pytest.fixture(scope='session')
def options() -> Iterator[dict[str, Any]]:
    """Template data directories are made once for all tests."""
    folder = tempfile.mkdtemp(prefix='rawat-drill-state-')
    yield {'state_directory': folder}
    shutil.rmtree(folder)


@pytest.fixture(scope='session')
def mariadb() -> Iterator[MariaDB]:
    server = MariaDB()
    server.run(SHOP_SQL)
    yield server
    server.remove()


@contextlib.contextmanager
def served(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """The live site: `command` run in `folder` until the end of the block."""
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, 'PORT': str(port)}, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f'http://127.0.0.1:{port}/', timeout=5).close()
                break
            assert time.monotonic() < deadline, 'the live site does not answer'
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the accounts of servers may enter; pytest closes its own to others whenever a session begins."""
    folder = Path(tempfile.mkdtemp(prefix='rawat-drill-'))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def shop(place: Path, mariadb: MariaDB, options: dict[str, Any]) -> Iterator[Bench]:
    root, port = place / 'www', free_port()
    root.mkdir()
    (root / 'index.html').write_text('<title>Shop</title><h1>Open every day</h1><p>Teh, kopi, gula</p>', 'utf-8')
    (root / 'notes.txt').write_bytes(b'0123456789' * 100)
    site = {
        'name': 'shop', 'url': f'http://127.0.0.1:{port}/', 'webroots': [{'path': str(root)}],
        'databases': [
            {'engine': 'mariadb', 'name': 'shop', 'login_user': 'root', 'login_unix_socket': str(mariadb.socket)}
        ],
        'application': {'kind': 'static'},
    }  # fmt: skip
    with served([sys.executable, '-m', 'http.server', '--bind', '127.0.0.1', str(port)], root, port):
        yield Bench(place / 'bench', site, {**options, 'drill_directory': str(place / 'drills')})


@pytest.fixture
def news(place: Path, options: dict[str, Any]) -> Iterator[Bench]:
    yield from make_news(place, options, 'archive')


def make_news(place: Path, options: dict[str, Any], store: str) -> Iterator[Bench]:
    root, port = place / 'www', free_port()
    (root / 'data').mkdir(parents=True)
    (root / 'app.py').write_text(NEWS_PROGRAM, encoding='utf-8')
    (root / 'about.html').write_text('<title>About</title><p>Who we are</p>', encoding='utf-8')
    with contextlib.closing(sqlite3.connect(root / 'data' / 'news.db')) as database, database:
        database.execute('CREATE TABLE news (id INTEGER PRIMARY KEY, title TEXT)')
        database.executemany('INSERT INTO news (title) VALUES (?)', [(f'News number {n}',) for n in range(20)])
    python = shutil.which('python3', path='/usr/bin') or sys.executable
    site = {
        'name': 'news', 'url': f'http://127.0.0.1:{port}/', 'webroots': [{'path': str(root)}],
        'databases': [{'engine': 'sqlite', 'path': str(root / 'data' / 'news.db')}],
        'application': {'kind': 'command', 'command': [python, 'app.py'], 'port': port},
    }  # fmt: skip
    with served([python, 'app.py'], root, port):
        yield Bench(place / 'bench', site, {**options, 'drill_directory': str(place / 'drills')}, store)


@pytest.fixture
def restic_news(place: Path, options: dict[str, Any]) -> Iterator[Bench]:
    yield from make_news(place, options, 'restic')


Change = Callable[[bytes], bytes]
