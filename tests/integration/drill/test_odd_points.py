# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Healthy sites that look odd must not be called bad; what only the drill lacks is neither success nor corruption."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import drill
from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb as engine
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation

from ..servers import MariaDB, free_port
from .conftest import Bench


def expect_good(entry: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = entry['drill']
    assert (result['grade'], result['differences']) == ('A', []), result
    assert entry['outcome'] == 'complete'
    assert entry['error'] is None
    return result


def root_of(bench: Bench) -> Path:
    return Path(bench.site['webroots'][0]['path'])


def test_a_site_that_answers_as_recorded_earns_an_a(shop: Bench) -> None:
    point = shop.back_up()['recovery_point']
    result = expect_good(shop.drill())
    assert result['recovery_point'] == point
    assert result['census_equal'] is True
    assert result['files_equal'] is True
    assert [page['path'] for page in result['pages']] == ['/']
    assert 0 < result['rto_milliseconds'] < 60000
    assert 0 <= result['rpo_milliseconds'] < 60000
    assert set(result['phases']) >= {'fetch_webroots', 'load_databases', 'compare_files', 'application', 'integrity'}


def test_a_page_with_a_number_that_changes_with_every_request(news: Bench) -> None:
    news.back_up()
    result = expect_good(news.drill())
    assert sorted(page['path'] for page in result['pages']) == ['/', '/about']


def test_rows_without_a_key_that_are_there_twice_in_another_order(shop: Bench, mariadb: MariaDB) -> None:
    mariadb.run("DELETE FROM log; INSERT INTO log VALUES ('z'), ('a'), ('z'), (''), (NULL), ('a')", 'shop')
    shop.back_up()
    expect_good(shop.drill())


def test_an_empty_database_a_disabled_event_and_a_name_with_a_space(shop: Bench, mariadb: MariaDB) -> None:
    event = 'CREATE EVENT `odd name-1`.never ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1'
    mariadb.run(f'CREATE DATABASE `odd name-1`; {event}')
    try:
        shop.site['databases'].append({**shop.site['databases'][0], 'name': 'odd name-1'})
        shop.back_up()
        expect_good(shop.drill())
    finally:
        mariadb.run('DROP DATABASE `odd name-1`')


def test_files_with_holes_links_and_names_that_break_scripts(news: Bench) -> None:
    root = root_of(news)
    with (root / 'sparse').open('wb') as handle:
        handle.truncate(50_000_000)
        handle.seek(30_000_000)
        handle.write(b'island')
    (root / 'two\nlines "quoted" .txt').write_bytes(b'x')
    with open(os.path.join(os.fsencode(root), b'latin1-\xe9\xff'), 'wb') as handle:
        handle.write(b'y')
    os.link(root / 'app.py', root / 'hard link')
    (root / 'dangling').symlink_to('nowhere')
    (root / 'empty').mkdir(mode=0o2770)
    news.back_up()
    expect_good(news.drill())


def test_a_difference_in_which_files_were_deleted_and_folders_became_files(news: Bench) -> None:
    root = root_of(news)
    for name in ('going', 'folder'):
        (root / name).mkdir()
        (root / name / 'file').write_bytes(b'content')
    news.back_up()
    shutil.rmtree(root / 'going')
    shutil.rmtree(root / 'folder')
    (root / 'folder').write_bytes(b'now a file')
    os.chmod(root / 'about.html', 0o604)
    os.utime(root / 'about.html', (10**9, 10**9))
    point = news.back_up()['recovery_point']
    assert news.forge(point).manifest['webroots'][0]['kind'] == 'difference'
    expect_good(news.drill())


def test_a_database_that_grew_after_the_backup(news: Bench) -> None:
    """The live site has moved on: the drill compares with what was recorded, not with today."""
    news.back_up()
    with contextlib.closing(sqlite3.connect(root_of(news) / 'data' / 'news.db')) as database, database:
        database.execute("INSERT INTO news (title) VALUES ('later')")
    expect_good(news.drill())


def test_a_restic_repository(restic_news: Bench) -> None:
    restic_news.back_up()
    expect_good(restic_news.drill())


def test_every_point_of_a_sample_is_drilled(news: Bench) -> None:
    points = {news.back_up()['recovery_point'] for _turn in range(2)}
    entry = news.drill(sample=5)
    assert {result['recovery_point'] for result in entry['drills']} == points
    assert {result['grade'] for result in entry['drills']} == {'A'}


def test_a_machine_without_the_server_gives_a_c_with_the_reason(shop: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_server(*_arguments: Any) -> Any:
        raise Limitation('mariadbd is not installed here: install the package mariadb-server')

    monkeypatch.setattr(engine, 'private_server', no_server)
    shop.back_up()
    entry = shop.drill()
    assert entry['drill']['grade'] == 'C'
    assert entry['outcome'] == 'remarks'
    assert 'mariadbd is not installed here' in entry['drill']['reason']
    assert entry['drill']['census_equal'] is None
    assert entry['drill']['files_equal'] is True


def test_a_site_without_any_page_gives_a_b_with_the_reason(news: Bench) -> None:
    news.site['url'] = None
    news.back_up()
    entry = news.drill()
    assert entry['drill']['grade'] == 'B'
    assert entry['outcome'] == 'remarks'
    assert 'no page was recorded' in entry['drill']['reason']


HOOK = """
import json, os, socket, subprocess, sys, time
facts = json.loads(sys.stdin.readline())
(tree,) = facts['trees'].values()
site = subprocess.Popen([sys.executable, 'app.py'], cwd=tree, env={**os.environ, 'PORT': sys.argv[1]})
for _moment in range(100):
    with socket.socket() as probe:
        if probe.connect_ex(('127.0.0.1', int(sys.argv[1]))) == 0:
            break
    time.sleep(0.1)
print('http://127.0.0.1:' + sys.argv[1] + '/', flush=True)
sys.stdin.read()
site.kill()
site.wait()
"""


def with_hook(news: Bench, program: str, port: int) -> dict[str, Any]:
    news.back_up()
    hook = news.folder.parent / 'hook.py'
    hook.write_text(program, encoding='utf-8')
    news.site['application'] = {'kind': 'none', 'hook': [sys.executable, str(hook), str(port)]}
    return news.drill()


def test_where_nothing_is_started_by_us_a_hook_may_and_the_grade_says_so(news: Bench) -> None:
    port = free_port()
    entry = with_hook(news, HOOK, port)
    assert entry['drill']['grade'] == 'B'
    assert 'started by application.hook' in entry['drill']['reason']
    assert sorted(page['path'] for page in entry['drill']['pages'] if page['equal']) == ['/', '/about']
    with contextlib.closing(socket.socket()) as probe:
        assert probe.connect_ex(('127.0.0.1', port)) != 0, 'what the hook started is still there'


@pytest.mark.parametrize(
    ('program', 'words'),
    [
        ('raise SystemExit("no container today")', 'no container today'),
        ('print("ready", flush=True)', 'instead of an address'),
        ('print("http://127.0.0.1:9/", flush=True); import sys; sys.stdin.read()', 'page /'),
    ],
)
def test_a_hook_that_fails_is_a_b_with_its_words(news: Bench, program: str, words: str) -> None:
    entry = with_hook(news, program, 0)
    assert entry['drill']['grade'] == 'B'
    assert words in entry['drill']['reason']
    assert entry['drill']['differences'] == []


def test_a_drill_happens_only_when_it_is_due(news: Bench) -> None:
    news.back_up()
    run, due = news.run(), drill.DrillRequest(due_only=True)
    news.site['drill'] = 'weekly'
    (entry,) = drill.drill([news.site], run, due)
    expect_good(entry)
    assert drill.drill([news.site], run, due) == []
    news.site['drill'] = 'always'
    assert len(drill.drill([news.site], run, due)) == 1
    del news.site['drill']
    assert drill.drill([news.site], run, due) == []


def test_what_is_small_is_read_whole(news: Bench) -> None:
    point = news.repository / 'news' / news.back_up()['recovery_point']
    stored = sum(path.stat().st_size for path in point.iterdir() if path.name != 'SHA256SUMS')
    integrity = news.drill()['drill']['integrity']
    assert (integrity['of'], integrity['bytes'] >= stored) == (1, True)


def test_all_that_is_stored_is_read_after_so_many_drills(news: Bench) -> None:
    news.options.update(drill_shares=3, drill_share_bytes=0)
    point = news.repository / 'news' / news.back_up()['recovery_point']
    shares = [news.drill()['drill']['integrity'] for _turn in range(3)]
    assert [share['share'] for share in shares] == [0, 1, 2]
    stored = sum(path.stat().st_size for path in point.iterdir() if path.name != 'SHA256SUMS')
    assert sum(share['bytes'] for share in shares) >= stored
