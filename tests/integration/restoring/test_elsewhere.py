# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""To other places, into trees that are there, across mount points, from restic; and what the site answers then."""

from __future__ import annotations

import contextlib
import http.server
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.restoring.support import DEFACED, GOOD, OWNER, House


def good(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry, when it is one of a restore that did its work."""
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    return entry


def titles(path: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return [title for [title] in connection.execute('select title from posts order by id')]


def test_another_folder_gets_files_and_database_and_the_live_site_nothing(house: House) -> None:
    house.back_up()
    house.deface()
    there = house.work / 'somewhere' / 'else'
    entry = good(house.restore(confirm=False, to_path=str(there)))
    assert (entry['restore']['mode'], entry['restore']['safety_point']) == ('elsewhere', None)
    assert (there / 'index.php').read_text() == '<?php // good'
    assert titles(there / 'data' / 'app.db') == ['first', 'second']
    assert (there / 'data' / 'app.db').stat().st_uid == house.database.stat().st_uid
    assert (house.files(), set(house.titles())) == (DEFACED, {'defaced'})
    assert house.leftovers() == []
    assert sorted(path.name for path in there.parent.iterdir()) == ['else']


def test_an_existing_folder_is_only_written_with_a_confirmation_and_only_where_it_differs(house: House) -> None:
    house.back_up()
    there = house.work / 'copy'
    good(house.restore(confirm=False, to_path=str(there)))
    unchanged = (there / 'uploads' / 'a.jpg').stat().st_ino
    (there / 'index.php').write_text('<?php // changed')
    (there / 'extra').write_text('x')
    entry = house.restore(confirm=False, to_path=str(there))
    assert 'confirm=blog' in entry['error']
    assert (there / 'extra').exists()
    entry = good(house.restore(to_path=str(there)))
    assert (there / 'index.php').read_text() == '<?php // good'
    assert not (there / 'extra').exists()
    assert (there / 'uploads' / 'a.jpg').stat().st_ino == unchanged
    [part] = [part for part in entry['restore']['parts'] if part['kind'] == 'webroot']
    assert (part['method'], part['written'], part['deleted']) == ('sync', 1, 1)
    assert titles(there / 'data' / 'app.db') == ['first', 'second']


def test_a_database_outside_of_the_webroots_is_exchanged_by_itself(house: House) -> None:
    outside = house.work / 'srv' / 'data' / 'app.db'
    outside.parent.mkdir()
    os.chown(outside.parent, OWNER, OWNER)  # SQLite writes its journal there
    shutil.move(house.database, outside)
    house.database = outside
    house.site['databases'] = [{'engine': 'sqlite', 'path': str(outside)}]
    house.back_up()
    house.deface()
    good(house.restore())
    assert (house.files(), house.titles()) == (GOOD, ['first', 'second'])
    good(house.restore(undo=True))
    assert (house.files(), set(house.titles())) == (DEFACED, {'defaced'})
    good(house.restore(discard_old=True))
    assert house.leftovers() == []


def test_two_webroots_give_way_together(house: House) -> None:
    second = house.work / 'srv' / 'media'
    second.mkdir()
    (second / 'film').write_text('good')
    house.site['webroots'].append({'path': str(second), 'exclude': []})
    house.back_up()
    house.deface()
    (second / 'film').write_text('bad')
    entry = good(house.restore())
    assert (house.files(), (second / 'film').read_text()) == (GOOD, 'good')
    assert len(entry['restore']['kept']) == 2
    good(house.restore(undo=True))
    assert (house.files(), (second / 'film').read_text()) == (DEFACED, 'bad')


def test_a_webroot_that_the_point_does_not_have_stays_and_is_told(house: House) -> None:
    house.back_up()
    second = house.work / 'srv' / 'media'
    second.mkdir()
    (second / 'film').write_text('new')
    house.site['webroots'].append({'path': str(second), 'exclude': []})
    entry = good(house.restore())
    assert any(f'webroot {second} is not in recovery point' in line for line in entry['remarks'])
    assert (second / 'film').read_text() == 'new'


@pytest.fixture
def mounted(house: House) -> Iterator[House]:
    """The webroot is a file system of its own."""
    if os.geteuid() != 0:
        pytest.fail('this test mounts a small file system, which needs root')
    aside = house.work / 'aside'
    house.www.rename(aside)
    house.www.mkdir()
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=8m,mode=755', 'none', str(house.www)], check=True)
    subprocess.run(['cp', '-a', f'{aside}/.', str(house.www)], check=True)
    yield house
    subprocess.run(['umount', '--lazy', str(house.www)], check=True)


def test_a_mount_point_is_synchronised_and_the_plan_says_so(mounted: House) -> None:
    mounted.back_up()
    mounted.deface()
    plan = mounted.plan()
    assert any('is a mount point' in line for line in plan['remarks'])
    entry = good(mounted.restore())
    assert (mounted.files(), mounted.titles()) == (GOOD, ['first', 'second'])
    assert (mounted.www / 'cache' / 'page').read_text() == 'cached later'
    assert (mounted.www / 'debug.log').exists()
    assert not any('--undo' in way for way in entry['restore']['way_back'])
    assert [path for path in mounted.www.iterdir() if 'rawat' in path.name and path.is_dir()] == []
    good(mounted.restore(point=entry['restore']['safety_point']))
    assert (mounted.files(), set(mounted.titles())) == (DEFACED, {'defaced'})


def test_a_mount_point_below_the_webroot_keeps_what_it_has(house: House) -> None:
    if os.geteuid() != 0:
        pytest.fail('this test mounts a small file system, which needs root')
    (house.www / 'films').mkdir()
    house.back_up()
    house.deface()
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', str(house.www / 'films')], check=True)
    try:
        (house.www / 'films' / 'one').write_text('film')
        good(house.restore())
        assert house.files() == {**GOOD, 'films/one': 'film'}
        assert house.titles() == ['first', 'second']
    finally:
        subprocess.run(['umount', '--lazy', str(house.www / 'films')], check=True)


def test_from_restic_it_is_the_same(house: House) -> None:
    house.repository = {'store': 'restic', 'location': str(house.work / 'restic'), 'password': 'word', 'create': True}
    house.back_up()
    house.deface()
    good(house.restore())
    assert (house.files(), house.titles()) == (GOOD, ['first', 'second'])
    good(house.restore(undo=True))
    good(house.restore(files=['uploads']))
    assert house.files() == {**DEFACED, 'uploads/a.jpg': 'a' * 5000, 'uploads/b.jpg': 'b'}


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over HTTP on a loopback port; its address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_arguments: Any) -> None:
            """Silence."""

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{server.server_port}/'
    server.shutdown()
    server.server_close()


def test_the_probes_decide_at_the_end_and_the_way_back_is_told(house: House) -> None:
    (house.www / 'index.html').write_text('<title>News</title><p>good news</p>')
    house.settings['pages'] = 5
    with served(house.www) as url:
        house.site.update(url=url, probes=[{'path': '/', 'contains': 'good news'}])
        house.back_up()
        (house.www / 'index.html').write_text('<title>News</title><p>defaced</p>')
        entry = good(house.restore())
        assert [(page['kind'], page['status'], page['equal']) for page in entry['restore']['pages']][:1] == [
            ('probe', 200, True)
        ]
        house.site['probes'] = [{'path': '/', 'contains': 'something else'}]
        entry = house.restore()
    assert entry['outcome'] == 'failed'
    assert "the text 'something else' is not on the page" in entry['error']
    assert 'rawat restore --only blog --undo --confirm blog' in entry['error']
    assert (house.www / 'index.html').read_text() == '<title>News</title><p>good news</p>'


def test_without_room_nothing_is_begun(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.back_up()
    house.deface()
    real = os.statvfs

    def full(path: Any) -> Any:
        found = real(path)
        return os.statvfs_result((*found[:4], 1, *found[5:]))

    monkeypatch.setattr(os, 'statvfs', full)
    plan = house.plan()
    assert plan['outcome'] == 'not_ready'
    assert 'make room' in plan['error']
    entry = house.restore(without_safety_point='a test')
    assert 'make room' in entry['error']
    assert house.files() == DEFACED
    assert house.leftovers() == []
