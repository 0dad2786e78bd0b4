# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing recovery points: gone at once or still whole, room given back, and refused where only adding is allowed."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from integration.stores.support import PASSWORD, SITE, Case, restic

if TYPE_CHECKING:
    from collections.abc import Callable

STREAM = {'database.a.sql': b'-- one\n' * 50_000}


def names(repository: Any) -> list[str]:
    return [manifest['id'] for manifest in repository.points()]


def remove(case: Case, point: str) -> None:
    repository = case.open()
    with repository.lock('test'):
        repository.remove(point)


@pytest.mark.parametrize('case', ['archive-local', 'archive-ssh', 'restic-local'], indirect=True)
def test_a_removed_point_is_invisible_at_once_and_the_others_still_read(case: Case, site: Path) -> None:
    first = case.back_up(case.ready(), site, STREAM)
    second = case.back_up(case.open(), None, {'database.a.sql': b'-- two\n'})
    repository = case.open()
    with repository.lock('test'):
        repository.remove(second['id'])
        assert names(repository) == [first['id']]
    assert names(case.open()) == [first['id']]
    assert b''.join(case.open().read_stream(first, first['databases'][0])) == STREAM['database.a.sql']
    assert case.leftovers() == [] or case.store == 'restic'
    with pytest.raises(RepositoryError, match='there is no recovery point'):
        remove(case, second['id'])


@pytest.mark.parametrize('kind', ['archive-local', 'restic-local'])
def test_events_of_a_removed_point_stay_readable(tmp_path: Path, kind: str) -> None:
    case = Case(kind, tmp_path, None)
    only = case.back_up(case.ready(), None, STREAM)
    repository = case.open()
    repository.add_event('drill', only['id'], {'grade': 'A'})
    remove(case, only['id'])
    assert [event['document'] for event in case.open().events('drill')] == [{'grade': 'A'}]
    assert case.open().points() == []


def test_a_full_that_a_difference_needs_is_refused_and_goes_after_it(archive: Case, site: Path) -> None:
    full = archive.back_up(archive.ready(), site)
    (site / 'index.php').write_text('changed')
    difference = archive.back_up(archive.open(), site)
    assert difference['webroots'][0]['base']['point'] == full['id']
    with pytest.raises(RepositoryError, match=f'stays: {difference["id"]} cannot be restored without its full'):
        remove(archive, full['id'])
    assert names(archive.open()) == [difference['id'], full['id']]
    repository = archive.open()
    with repository.lock('test'):
        repository.remove(difference['id'])
        repository.remove(full['id'])
    assert archive.open().points() == []


@pytest.mark.parametrize('name', ['../peraturan', '.events', '2026-01-01T000000Z', 'x'])
def test_only_a_recovery_point_can_be_removed(tmp_path: Path, name: str) -> None:
    archive = Case('archive-local', tmp_path, None)
    kept = archive.back_up(archive.ready(), None, STREAM)
    archive.open().add_event('drill', kept['id'], {'grade': 'A'})
    with pytest.raises(RepositoryError, match='there is no recovery point'):
        remove(archive, name)
    assert names(archive.open()) == [kept['id']]
    assert len(archive.open().events()) == 1


def test_the_room_of_removed_points_is_given_back(tmp_path: Path) -> None:
    case = Case('restic-local', tmp_path, None)
    kept = case.back_up(case.ready(), None, STREAM)
    large = case.back_up(case.open(), None, {'database.a.sql': os.urandom(3_000_000)})
    before = stored(case.folder)
    remove(case, large['id'])
    assert stored(case.folder) >= before - 100_000  # forgotten, not given back yet
    told = case.open().reclaim()
    assert before - stored(case.folder) > 2_500_000
    assert told['freed_bytes'] > 2_500_000
    restic(case.folder, 'check')
    assert b''.join(case.open().read_stream(kept, kept['databases'][0])) == STREAM['database.a.sql']


def stored(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / 'data').rglob('*') if path.is_file())


def test_what_prune_says_it_removed_is_read_as_bytes() -> None:
    from ansible_collections.rawat.website.plugins.module_utils.stores.restic_remove import told

    text = 'to delete: 1 blobs / 2.861 MiB\ntotal prune:        12 blobs / 2.861 MiB\nremaining: 3 blobs / 1 KiB\n'
    assert told(text) == int(2.861 * 2**20)
    assert told('nothing to do') is None


def in_child(work: Callable[[], None]) -> multiprocessing.process.BaseProcess:
    """`work` in a process group of its own, so that a kill takes its children along."""

    def run() -> None:
        os.setpgid(0, 0)
        work()

    child = multiprocessing.get_context('fork').Process(target=run)
    child.start()
    return child


@pytest.mark.parametrize('kind', ['archive-local', 'restic-local'])
@pytest.mark.parametrize('share', [0.5])
def test_a_kill_in_mid_removal_leaves_the_point_whole_or_gone(tmp_path: Path, kind: str, share: float) -> None:
    case = Case(kind, tmp_path, None)
    streams = {f'database.{number}.sql': os.urandom(300_000) for number in range(3)}
    kept = case.back_up(case.ready(), None, STREAM)
    doomed = case.back_up(case.open(), None, streams)
    original = tmp_path / 'original'
    shutil.copytree(case.folder, original)
    started = time.monotonic()
    remove(case, doomed['id'])
    whole_time = time.monotonic() - started
    shutil.rmtree(case.folder)
    original.rename(case.folder)

    child = in_child(lambda: remove(case, doomed['id']))
    child.join(whole_time * share)
    if child.pid and child.is_alive():
        os.killpg(child.pid, signal.SIGKILL)
    child.join()

    case.options['lock_wait'] = 120  # a restic whose parent was killed ends by itself
    repository = case.open()
    with repository.lock('test'):
        finish = getattr(repository, 'sweep_old', repository.sweep)
        finish()
        there = names(repository)
    assert there in ([kept['id']], [doomed['id'], kept['id']])
    for manifest in [kept, doomed] if len(there) == 2 else [kept]:
        for part in manifest['databases']:
            assert b''.join(case.open().read_stream(manifest, part))
    if len(there) == 2:
        remove(case, doomed['id'])
    assert names(case.open()) == [kept['id']]
    if case.store == 'archive':
        assert case.leftovers() == []


def test_an_append_only_repository_refuses_in_clear_words(tmp_path: Path) -> None:
    """rclone serves the repository over loopback with --append-only, as a vault does."""
    case = Case('restic-local', tmp_path, None)
    only = case.back_up(case.ready(), None, STREAM)
    with served_append_only(case.folder, tmp_path) as location:
        settings = {'store': 'restic', 'location': location, 'password': PASSWORD}
        from ansible_collections.rawat.website.plugins.module_utils import stores

        for more in ({}, {'append_only': True}):
            repository = stores.open_repository({**settings, **more}, SITE, case.options)
            with pytest.raises(RepositoryError, match='may only add; prune on the vault side'):
                repository.remove(only['id'])
        assert names(stores.open_repository(settings, SITE, case.options)) == [only['id']]
    assert names(case.open()) == [only['id']]


class served_append_only:  # noqa: N801 - reads as a function
    """`rclone serve restic --append-only` on a free port of the loopback, for the time of a block."""

    def __init__(self, folder: Path, work: Path):
        self.folder, self.log = folder, work / 'rclone.log'

    def __enter__(self) -> str:
        command = ['rclone', 'serve', 'restic', '--append-only', '--addr', '127.0.0.1:0', '-v', str(self.folder)]
        with self.log.open('wb') as log:
            self.server = subprocess.Popen(
                command, stderr=log, stdout=log, env={'PATH': os.environ['PATH'], 'HOME': '/nonexistent'}
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for line in self.log.read_text().splitlines():
                if 'http://127.0.0.1:' in line:
                    address = 'http://127.0.0.1:' + line.split('http://127.0.0.1:')[1].split('/')[0].strip('"]')
                    return f'rest:{address}/'
            assert self.server.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(f'rclone did not begin to serve: {self.log.read_text()}')

    def __exit__(self, *_what: object) -> None:
        self.server.terminate()
        self.server.wait(30)
