# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special about rclone's remotes: how they are described, their locks, points without a rename."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryBusy, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores.throttle import Throttle
from integration.stores.support import SITE, Case, facts, write


@pytest.fixture
def far(tmp_path: Path) -> Case:
    """A remote of rclone's own kind "local"."""
    return Case('archive-rclone', tmp_path, None)


def test_a_full_and_a_difference_come_back_from_a_remote_that_renames(far: Case, site: Path, tmp_path: Path) -> None:
    first = far.back_up(far.ready(), site, {'database.x.sql': b'a dump'})
    (site / 'index.php').write_text('<?php echo 2;')
    second = far.back_up(far.open(), site)
    assert far.open(create=False).points() == [second, first]
    assert second['webroots'][0]['kind'] == 'difference'
    (tmp_path / 'back').mkdir()
    far.open().restore_webroot(second, second['webroots'][0], str(tmp_path / 'back'))
    assert facts(tmp_path / 'back') == facts(site)
    assert far.leftovers() == []
    assert list(far.folder.rglob('.writing-*')) == []


def test_a_point_without_a_manifest_is_none_and_is_swept(far: Case) -> None:
    good = far.back_up(far.ready(), streams={'database.x.sql': b'a dump'})
    left = far.folder / SITE / '2001-01-01T000000Z'
    left.mkdir()
    (left / 'database.x.sql.zst').write_bytes(b'whole, as it seems')
    (far.folder / SITE / 'notes').mkdir()
    repository = far.open()
    assert repository.points() == [good]
    with repository.lock('next'):
        assert ['2001-01-01T000000Z' in line for line in repository.sweep()] == [True]
        assert repository.sweep() == []
    assert not left.exists()
    assert (far.folder / SITE / 'notes').is_dir()
    assert repository.points() == [good]


def test_a_point_of_that_name_is_never_written_over(far: Case) -> None:
    good = far.back_up(far.ready(), streams={'database.x.sql': b'a dump'})
    with pytest.raises(RepositoryError, match='something of that name exists'):
        far.open().begin(good['id'])
    repository = far.open()
    point = repository.begin('2001-01-01T000000Z')
    write(point, 'database.x.sql', b'mine')
    (far.folder / SITE / '2001-01-01T000000Z' / 'manifest.json').write_text('somebody else was here')
    with pytest.raises(RepositoryError, match='a recovery point of that name exists'):
        point.commit({**far.manifest(), 'id': '2001-01-01T000000Z'})


def test_a_remote_that_is_not_described_is_named_with_what_to_write(far: Case) -> None:
    with pytest.raises(RepositoryError, match=r'does not describe the remote "TEST": set RCLONE_CONFIG_TEST_TYPE'):
        far.open(environment={})
    with pytest.raises(RepositoryError, match=r'nonsense.*correct RCLONE_CONFIG_<REMOTE>_TYPE'):
        far.open(environment={'RCLONE_CONFIG_TEST_TYPE': 'nonsense'}).check()


def test_a_variable_that_breaks_s3_does_not_reach_rclone(far: Case) -> None:
    environment = {'RCLONE_CONFIG_TEST_TYPE': 'local', 'AWS_CA_BUNDLE': '/etc/ssl/certs/ca-certificates.crt'}
    assert set(far.open(environment=environment).place.rclone.environment) == {
        'RCLONE_CONFIG_TEST_TYPE',
        'RCLONE_CONFIG',
    }


def lock_object(far: Case, expires: float) -> Path:
    """The lock of a run on another machine."""
    path = far.folder / SITE / '.lock' / f'{int(expires)}.0123456789abcdef.fedcba9876543210'
    path.parent.mkdir(parents=True)
    path.write_text('{"owner": "web2 run 5", "host": "web2", "pid": 7, "since": "2026-11-23T01:00:00Z"}')
    return path


def test_a_lock_of_another_machine_is_respected_until_it_expires(far: Case) -> None:
    repository = far.ready()
    lock = lock_object(far, time.time() + 600)
    with pytest.raises(RepositoryBusy, match=r'web2 run 5.*If that run is dead, delete .*ends by itself at 20') as told:
        repository.lock('ours').__enter__()
    assert lock.name in str(told.value)
    lock.rename(lock.with_name(f'{int(time.time()) - 1}.0123456789abcdef.fedcba9876543210'))
    with repository.lock('ours'):
        (held,) = lock.parent.iterdir()
        assert '0123456789abcdef' not in held.name
    assert list(lock.parent.iterdir()) == []


def test_a_run_whose_lock_was_taken_away_commits_nothing(far: Case) -> None:
    repository, manifest = far.ready(), far.manifest()
    with repository.lock('ours'):
        point = repository.begin(manifest['id'])
        write(point, 'database.x.sql', b'a dump')
        (held,) = (far.folder / SITE / '.lock').iterdir()
        held.unlink()
        with pytest.raises(RepositoryError, match='the lock was lost'):
            point.commit(manifest)
        point.abort()
    assert far.open().points() == []


def test_a_limit_of_the_bandwidth_holds_for_all_streams_together() -> None:
    throttle, began, size = Throttle(1024), time.monotonic(), 0
    for _ in range(2):
        for piece in throttle.pieces(bytes(300_000)):
            throttle.wait(len(piece))
            size += len(piece)
    assert size == 600_000
    assert time.monotonic() - began >= (600_000 - 2 * 64 * 1024) / (1024 * 1024)
    assert len(Throttle(0).pieces(bytes(300_000))) == 1
