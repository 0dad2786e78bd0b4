# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A target hands points over to a backup server's inbox."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryBusy, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.inbox import append_only
from integration.inbox.server import Inbox
from integration.inbox.support import SITE, hand_over, new_manifest, open_inbox, take_in

LIMIT = 30  # seconds that anything may take which happens at once


def wait_for(condition: Callable[[], object]) -> None:
    """Until it holds."""
    until = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_point_is_handed_over_whole_and_waits_for_the_vault(inbox: Inbox, tmp_path: Path) -> None:
    repository = open_inbox(inbox, tmp_path)
    repository.check()
    content = os.urandom(3_000_000)
    point = hand_over(repository, content)
    folder = inbox.areas['web1'] / SITE / point
    names = {'manifest.json', 'SHA256SUMS', 'RESTORE.md', 'database.sqlite.x.sql.zst'}
    assert {path.name for path in folder.iterdir()} == names
    assert point in repository.place.names()
    assert repository.place.accepted().get(point) is None
    assert b'"sqlite.x"' in dict(repository.place.manifests([point]))[point]
    assert 0 < repository.free_bytes() < 1_000_000_000


def test_nothing_that_was_handed_over_comes_back(inbox: Inbox, tmp_path: Path) -> None:
    place = open_inbox(inbox, tmp_path).place
    point = hand_over(open_inbox(inbox, tmp_path))
    for ask in (place.size, place.read, place.text, lambda name: list(place.sums([name], print))):
        with pytest.raises(RepositoryError, match=r'gives nothing back.*website_vault\.repository'):
            ask(f'{point}/database.sqlite.x.sql.zst')


def test_a_cut_connection_leaves_nothing_that_looks_whole(inbox: Inbox, tmp_path: Path) -> None:
    repository, manifest = open_inbox(inbox, tmp_path), new_manifest()
    with repository.lock('test'):
        point = repository.begin(manifest['id'])
        writer = point.plain('webroot.x.removed')
        writer.write(b'x' * 5_000_000)
        folder = inbox.areas['web1'] / SITE / f'.partial-{manifest["id"]}'
        wait_for(lambda: any(path.stat().st_size > 1_000_000 for path in folder.iterdir()))
        writer.sink.line.child.popen.kill()
        wait_for(lambda: not list(folder.iterdir()))
        with pytest.raises(RepositoryError, match=r'webroot\.x\.removed'):
            writer.write(b'x' * 5_000_000)
        writer.abort()
        point.abort()
    assert not folder.exists()


def test_a_second_run_waits_and_then_names_the_owner(inbox: Inbox, tmp_path: Path) -> None:
    first, second = open_inbox(inbox, tmp_path), open_inbox(inbox, tmp_path)
    with first.lock('web1 run 7'), pytest.raises(RepositoryBusy, match=r'web1 run 7.*since 20.*lock_wait'):
        second.lock('other').__enter__()
    with second.lock('other'):
        pass


def test_a_run_that_lost_its_lock_commits_nothing(inbox: Inbox, tmp_path: Path) -> None:
    repository, manifest = open_inbox(inbox, tmp_path), new_manifest()
    with repository.lock('test'):
        point = repository.begin(manifest['id'])
        repository.place.held[0].child.popen.kill()
        other = open_inbox(inbox, tmp_path)
        with other.lock('another run'), pytest.raises(RepositoryError, match='lock of the site is not held'):
            point.commit(manifest)
    with repository.lock('next'):
        assert [line for line in repository.sweep() if manifest['id'] in line]
    assert manifest['id'] not in repository.place.names()


def test_more_than_the_quota_is_refused_with_the_numbers(tmp_path: Path) -> None:
    server = Inbox(tmp_path / 'small', 'web1', quota=30_000_000)
    try:
        repository = open_inbox(server, tmp_path)
        assert repository.free_bytes() <= 30_000_000
        with pytest.raises(RepositoryError, match=r'30000000 bytes'):
            hand_over(repository, os.urandom(60_000_000))
        used = sum(path.stat().st_size for path in server.areas['web1'].rglob('*') if path.is_file())
        assert used < 30_000_000
        hand_over(repository, os.urandom(20_000_000))
        with pytest.raises(RepositoryError, match=r'30000000 bytes'):
            hand_over(repository, os.urandom(20_000_000))
        take_in(server, tmp_path / 'vault')
        with pytest.raises(RepositoryError, match=r'30000000 bytes'):  # what the vault keeps of a target counts, too
            hand_over(repository, os.urandom(20_000_000))
    finally:
        server.stop()


def test_a_silent_session_ends_and_frees_its_lock(tmp_path: Path) -> None:
    server = Inbox(tmp_path / 'quick', 'web1', more=('--idle', '1'))  # shorter than the client's beat
    try:
        first, second = open_inbox(server, tmp_path), open_inbox(server, tmp_path)
        with first.lock('silent'):
            child = first.place.held[0].child.popen
            wait_for(lambda: child.poll() is not None)
            with second.lock('next'):
                pass
    finally:
        server.stop()


def test_the_canary_is_refused_in_every_way_and_still_stands(inbox: Inbox, tmp_path: Path) -> None:
    repository = open_inbox(inbox, tmp_path)
    point = hand_over(repository)
    result = repository.canary(point)
    assert result['refused'] is True
    assert 'committed already' in result['answer']
    assert {answer.split(':')[0] for answer in result['answer'].split('; ')} >= {'event', 'begin', 'put', 'commit'}
    assert [event['point'] for event in repository.events('canary')][:1] == [point]


def test_an_inbox_that_is_not_there_is_one_clear_error(inbox: Inbox, tmp_path: Path) -> None:
    repository = open_inbox(inbox, tmp_path)
    area = inbox.areas['web1']
    area.rename(area.with_name('gone'))
    try:
        with pytest.raises(RepositoryError, match=r'inbox://.*area of this target cannot be used: No such file'):
            repository.check()
    finally:
        area.with_name('gone').rename(area)


def test_a_restic_session_above_the_quota_is_refused_with_the_numbers(tmp_path: Path) -> None:
    (tmp_path / 'data').write_bytes(b'x' * 1000)
    command = [sys.executable, '-I', append_only.__file__, '--area', str(tmp_path), '--quota']
    done = subprocess.run([*command, '1000'], input=b'', capture_output=True, timeout=LIMIT)
    assert done.returncode == 1
    assert b'used up: 1000 of 1000 bytes; prune on the vault side' in done.stderr
    # Below it rclone runs, speaks HTTP/2 (no text), and ends with its input.
    done = subprocess.run([*command, '1001'], input=b'', capture_output=True, timeout=LIMIT)
    assert b'quota' not in done.stderr
