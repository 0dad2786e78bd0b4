# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is particular to SQLite: whose files appear beside the database, what is refused, exact numbers."""

from __future__ import annotations

import contextlib
import math
import os
import random
import shutil
import sqlite3
import struct
import subprocess
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.engines import sqlite, sqlite_child
from ansible_collections.rawat.website.plugins.module_utils.errors import DumpError
from ansible_collections.rawat.website.plugins.module_utils.pump import pump
from integration.engines.dumping import SILENT, FileWriter, dump

NOBODY = 65534
root_only = pytest.mark.skipif(os.geteuid() != 0, reason='only root can change owners')


def files(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    return {
        path.name: (path.stat().st_uid, path.stat().st_gid, path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.iterdir()
    }


@pytest.fixture
def site(sqlite_house) -> Path:
    """A folder that belongs to an account of the site's, with a WAL database in it."""
    folder = sqlite_house.folder / 'site'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    sqlite_house.folder.chmod(0o755)
    sqlite_house.create('site/app', sqlite_house.one_table)
    for path in (folder, *folder.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    return folder


@root_only
def test_a_closed_wal_database_is_left_exactly_as_it_was(site: Path, tmp_path: Path) -> None:
    before = files(site)
    dump({'path': str(site / 'app.db')} | {'engine': 'sqlite'}, tmp_path)
    assert files(site) == before


@root_only
def test_files_beside_the_database_belong_to_the_site_while_the_dump_runs(site: Path, tmp_path: Path) -> None:
    script = (
        'CREATE TABLE long(v); INSERT INTO long WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT '
        '20000) SELECT hex(randomblob(20)) FROM n;'
    )
    subprocess.run(['sqlite3', site / 'app.db', script], check=True, user=NOBODY, group=NOBODY)
    with sqlite.capture({'path': str(site / 'app.db')}) as capture:  # nearly 1 MB: no pipe takes it before it is read
        assert {path.name: path.stat().st_uid for path in site.iterdir()} == dict.fromkeys(
            ('app.db', 'app.db-wal', 'app.db-shm'), NOBODY
        )
        assert f'Uid:\t{NOBODY}\t{NOBODY}' in Path(f'/proc/{capture.dump.pid}/status').read_text()
        pump(capture.dump, FileWriter(tmp_path / 'x'), capture.inspector, SILENT)


def test_a_log_that_a_crash_left_is_read_but_not_folded_in(site: Path, tmp_path: Path) -> None:
    crash = (
        'import sqlite3, os, sys; site = sqlite3.connect(sys.argv[1]); '
        'site.execute("INSERT INTO one(v) VALUES (\'crashed\')"); site.commit(); os._exit(0)'
    )
    subprocess.run(['python3', '-c', crash, site / 'app.db'], check=True)
    for path in site.iterdir():
        os.chown(path, NOBODY, NOBODY)
    before = files(site)
    part, _stream, _capture = dump({'path': str(site / 'app.db'), 'engine': 'sqlite'}, tmp_path)
    assert part['census']['tables'] == {'one': 3}
    after = files(site)
    assert after['app.db'] == before['app.db']
    assert after['app.db-wal'] == before['app.db-wal']


@root_only
def test_a_link_of_the_sites_to_a_database_of_roots_is_refused(site: Path) -> None:
    secret = site.parent / 'secret.db'
    subprocess.run(['sqlite3', secret, 'CREATE TABLE t(a)'], check=True)
    link = site / 'link.db'
    link.symlink_to(secret)
    os.chown(link, NOBODY, NOBODY, follow_symlinks=False)
    (problem,) = sqlite.preflight({'path': str(link)}).problems
    assert 'name the real path' in problem


@root_only
def test_a_read_only_file_system_is_read_and_its_lone_log_refused(site: Path, tmp_path: Path) -> None:
    mount = site.parent / 'mount'
    mount.mkdir(exist_ok=True)
    subprocess.run(['mount', '--bind', site, mount], check=True)
    try:
        subprocess.run(['mount', '-o', 'remount,ro,bind', mount], check=True)
        part, _stream, _capture = dump({'path': str(mount / 'app.db'), 'engine': 'sqlite'}, tmp_path)
        assert part['census']['tables'] == {'one': 2}
        (site / 'app.db-wal').write_bytes(b'x' * 100)
        (problem,) = sqlite.preflight({'path': str(mount / 'app.db')}).problems
        assert 'write-ahead log' in problem
    finally:
        subprocess.run(['umount', mount], check=True)


def test_damage_is_an_error_not_a_shorter_dump(sqlite_house, tmp_path: Path) -> None:
    database = sqlite_house.create('damaged', sqlite_house.many_rows)
    path = Path(database['path'])
    size = path.stat().st_size
    with path.open('r+b') as handle:
        for place in range(size // 3, size // 2, 4096):
            handle.seek(place // 4096 * 4096)
            handle.write(b'\xff' * 4096)
    writer = FileWriter(tmp_path / 'x')
    with pytest.raises(DumpError, match=r'malformed|damaged|exit code 1'), sqlite.capture(database) as capture:
        pump(capture.dump, writer, capture.inspector, SILENT)
    assert 'finish' not in writer.diary


@pytest.mark.parametrize(
    ('content', 'words'), [(b'not a database at all' * 10, 'not a SQLite database'), (None, 'regular file')]
)
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / 'x.db'
    path.write_bytes(content) if content else os.mkfifo(path)
    if content is None:
        keeper = os.open(path, os.O_RDWR)
    (problem,) = sqlite.preflight({'path': str(path)}).problems
    if content is None:
        os.close(keeper)
    assert words in problem


def test_reals_come_back_to_the_last_bit(tmp_path: Path) -> None:
    chance = random.Random(1)
    values = [struct.unpack('<d', chance.randbytes(8))[0] for _ in range(20000)] + [
        round(chance.uniform(-1e6, 1e6), 2) for _ in range(5000)
    ]
    values = [value for value in values if not math.isnan(value)]
    statements = ''.join(f'INSERT INTO r VALUES({sqlite_child.exact_real(value)});\n' for value in values)
    path = tmp_path / 'reals.db'
    subprocess.run(
        ['sqlite3', '-bail', path],
        input=f'BEGIN;CREATE TABLE r(v);{statements}COMMIT;'.encode(),
        check=True,
        timeout=60,
    )
    with contextlib.closing(sqlite3.connect(path)) as connection:
        read = [row[0] for row in connection.execute('SELECT v FROM r ORDER BY rowid')]
    assert [struct.pack('<d', value) for value in read] == [struct.pack('<d', value + 0.0) for value in values]


def test_a_utf16_database_comes_back(sqlite_house, tmp_path: Path) -> None:
    sql = (
        "PRAGMA encoding='UTF-16le'; CREATE TABLE t(a TEXT); INSERT INTO t VALUES('größe 🎉' || char(13,10,0) || 'x');"
    )
    database = sqlite_house.create('wide', sql)
    part, _stream, _capture = dump(database, tmp_path)
    before = sqlite_house.census('wide')
    with sqlite_house.restored('wide', sqlite.restore_commands(part), tmp_path) as census:
        assert census() == before


def test_definitions_with_carriage_returns_come_back(sqlite_house, tmp_path: Path) -> None:
    database = sqlite_house.create('dos')
    with contextlib.closing(sqlite3.connect(database['path'])) as connection:
        connection.executescript(
            "CREATE TABLE t(a,\r\n b DEFAULT 'x\r\ny');\r\nCREATE VIEW v AS\r\n SELECT '\r\n' AS c FROM t;"
        )
    part, _stream, _capture = dump(database, tmp_path)
    before = sqlite_house.census('dos')
    with sqlite_house.restored('dos', sqlite.restore_commands(part), tmp_path) as census:
        assert census() == before
