# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is particular to the archive store: plain files, differences, one rename."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from integration.stores.support import SITE, Case, write

DAY = 86400


def point_folder(case: Case, manifest: dict) -> Path:
    return case.folder / SITE / manifest['id']


def test_a_committed_point_is_private_and_its_sums_hold(archive: Case, site: Path) -> None:
    manifest = archive.back_up(
        archive.ready(), site, {'database.sqlite.x.sql': b'dump', 'database.sqlite.x.accounts.sql': b'a'}
    )
    folder = point_folder(archive, manifest)
    for path in (archive.folder / SITE, folder):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_uid == os.geteuid()
    check = subprocess.run(['sha256sum', '-c', 'SHA256SUMS'], cwd=folder, capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout
    named = {line.split('  ')[1] for line in (folder / 'SHA256SUMS').read_text().splitlines()}
    assert named == {path.name for path in folder.iterdir()} - {'SHA256SUMS'}


def test_the_second_run_is_a_difference_to_the_full(archive: Case, site: Path) -> None:
    first = archive.back_up(archive.ready(), site)['webroots'][0]
    assert (first['kind'], first['base'], first['remarks']) == ('full', None, [])
    (site / 'new').write_text('new')
    second = archive.back_up(archive.open(), site)['webroots'][0]
    third = archive.back_up(archive.open(), site)['webroots'][0]
    assert [second['kind'], third['kind']] == ['difference', 'difference']
    assert second['base']['stored_sha256'] == third['base']['stored_sha256'] == first['stored_sha256']
    assert second['stored_bytes'] < first['stored_bytes'] // 10
    assert (second['added'], third['added']) == (1, 0)


def test_a_difference_without_changes_has_no_needless_files(archive: Case, site: Path) -> None:
    archive.back_up(archive.ready(), site)
    manifest = archive.back_up(archive.open(), site)
    suffixes = sorted(path.name.split('.', 2)[2] for path in point_folder(archive, manifest).glob('webroot.*'))
    assert suffixes == ['files.zst', 'tar.zst']


@pytest.mark.parametrize('harm', ['gone', 'short', 'flipped'])
def test_a_base_that_is_gone_or_damaged_makes_a_full_and_says_so(archive: Case, site: Path, harm: str) -> None:
    first = archive.back_up(archive.ready(), site)
    tar = point_folder(archive, first) / first['webroots'][0]['file']
    content = tar.read_bytes()
    if harm == 'gone':
        shutil.rmtree(tar.parent)
        tar.parent.mkdir()
        (tar.parent / 'manifest.json').write_bytes(b'')  # what a broken disk leaves
    elif harm == 'short':
        tar.write_bytes(content[:-1])
    else:
        tar.write_bytes(content[:50] + bytes([content[50] ^ 1]) + content[51:])
    second = archive.back_up(archive.open(), site)['webroots'][0]
    assert second['kind'] == 'full'
    if harm != 'gone':
        words = {'short': 'bytes instead of', 'flipped': 'SHA-256 differs'}[harm]
        assert words in second['remarks'][0]
        assert first['id'] in second['remarks'][0]
    third = archive.back_up(archive.open(), site)['webroots'][0]
    assert third['kind'] == 'difference'


def test_a_large_base_is_hashed_only_after_some_days_and_the_time_is_kept(archive: Case, site: Path) -> None:
    archive.options.update(base_test_bytes=1, base_test_days=3)
    first = archive.back_up(archive.ready(), site)
    tar = point_folder(archive, first) / first['webroots'][0]['file']
    second = archive.back_up(archive.open(), site)['webroots'][0]
    assert second['base']['tested'] == first['finished']
    content = tar.read_bytes()
    tar.write_bytes(content[:50] + bytes([content[50] ^ 1]) + content[51:])
    assert archive.back_up(archive.open(), site)['webroots'][0]['kind'] == 'difference'  # not looked at yet
    archive.options['base_test_days'] = 0
    assert archive.back_up(archive.open(), site)['webroots'][0]['kind'] == 'full'


def test_the_time_of_a_new_test_of_the_base_is_recorded(archive: Case, site: Path) -> None:
    first = archive.back_up(archive.ready(), site)
    second = archive.back_up(archive.open(), site)['webroots'][0]
    assert second['base']['tested'] > first['finished']
    assert abs(time.time() - time.mktime(time.strptime(second['base']['tested'], '%Y-%m-%dT%H:%M:%SZ'))) < DAY


def test_a_difference_that_outgrows_its_share_becomes_a_full(archive: Case, site: Path) -> None:
    archive.back_up(archive.ready(), site)
    (site / 'new.bin').write_bytes(os.urandom(300_000))
    manifest = archive.back_up(archive.open(), site)
    part = manifest['webroots'][0]
    assert (part['kind'], part['added']) == ('full', 1)
    assert 'outgrew 50 %' in part['reason']
    assert part['remarks'] == []
    names = {path.name for path in point_folder(archive, manifest).iterdir()}
    assert len(names) == 5  # manifest, sums, guide, tar, list: nothing of the first attempt


def test_a_full_is_written_when_it_is_due(archive: Case, site: Path) -> None:
    archive.seconds = iter([int(time.time()) - 8 * DAY, int(time.time()) - DAY, int(time.time())])
    archive.back_up(archive.ready(), site)
    part = archive.back_up(archive.open(), site)['webroots'][0]
    assert (part['kind'], part['reason']) == ('full', 'a full is due every 7 days')
    assert archive.back_up(archive.open(), site)['webroots'][0]['kind'] == 'difference'


def test_a_damaged_file_list_costs_the_comparison_and_not_the_backup(archive: Case, site: Path) -> None:
    first = archive.back_up(archive.ready(), site)
    listing = point_folder(archive, first) / first['webroots'][0]['list_file']
    listing.write_bytes(listing.read_bytes()[:-20])
    part = archive.back_up(archive.open(), site)['webroots'][0]
    assert part['kind'] == 'full'
    assert first['id'] in part['remarks'][0]


def test_a_damaged_manifest_is_a_failed_point_that_blocks_nothing(archive: Case, site: Path) -> None:
    first = archive.back_up(archive.ready(), site)
    (point_folder(archive, first) / 'manifest.json').write_text('{"id": 1')
    (found,) = archive.open().points()
    assert (found['id'], found['outcome']) == (first['id'], 'failed')
    assert 'damaged' in found['error']
    assert archive.back_up(archive.open(), site)['webroots'][0]['kind'] == 'full'


KILLED_IN_COMMIT = """
import os, signal, sys
sys.path[:0] = {paths!r}
from pathlib import Path
from integration.stores.support import Case, write
from ansible_collections.rawat.website.plugins.module_utils.stores import place_local, place_ssh
def die(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)
place_local.Path.rename = die
run = place_ssh.SshPlace._run
def run_or_die(self, command, what):
    return die() if 'mv -T' in command and 'if [' in command else run(self, command, what)
place_ssh.SshPlace._run = run_or_die
case = Case({kind!r}, Path({work!r}), None)
case.settings = lambda **changes: {settings!r}
case.back_up(case.open(), streams={{'database.sqlite.x.sql': b'dump'}})
"""


def test_kill_9_between_the_sums_and_the_rename_leaves_no_point(archive: Case) -> None:
    repository = archive.ready()
    paths = [path for path in sys.path if path.endswith(('/tests', '/collections'))]
    source = KILLED_IN_COMMIT.format(
        paths=paths, kind=archive.kind, work=str(archive.work), settings=archive.settings()
    )
    done = subprocess.run([sys.executable, '-c', source], check=False, timeout=60)
    assert done.returncode == -9
    (partial,) = (
        archive.leftovers()
        if archive.kind == 'archive-local'
        else [name for name in archive.leftovers() if name.startswith('.partial')]
    )
    assert (archive.folder / SITE / partial / 'SHA256SUMS').exists()
    assert repository.points() == []
    archive.options['lock_wait'] = 30
    repository = archive.open()
    with repository.lock('next'):
        assert partial in repository.sweep()[0]
        assert archive.leftovers() in ([], ['.lock.d'])
    assert archive.leftovers() == []


def test_a_point_is_never_overwritten(archive: Case) -> None:
    repository = archive.ready()
    manifest = archive.back_up(repository, streams={'database.sqlite.x.sql': b'first'})
    with repository.lock('test'):
        point = repository.begin(manifest['id'])
        write(point, 'database.sqlite.x.sql', b'second')
        with pytest.raises(RepositoryError, match='exists'):
            point.commit({**manifest, 'databases': []})
        point.abort()
    assert archive.open().points() == [manifest]


def test_a_read_only_repository_is_an_error_with_a_remedy(archive: Case, small_disk: Path) -> None:
    archive.folder = small_disk / 'backup'
    archive.ready()
    subprocess.run(['mount', '-o', 'remount,ro', str(small_disk)], check=True)
    with pytest.raises(RepositoryError, match=r'(?i)read-only file system.*mount it read-write'):
        archive.open().check()


def test_an_unmounted_disk_is_not_taken_for_an_empty_repository(archive: Case, small_disk: Path) -> None:
    archive.folder = small_disk
    archive.ready()
    subprocess.run(['umount', str(small_disk)], check=True)
    with pytest.raises(RepositoryError, match='disk mounted'):
        archive.open(create=False).check()
    assert list(small_disk.iterdir()) == []
    subprocess.run(['mount', '-o', 'loop', str(small_disk.with_suffix('.img')), str(small_disk)], check=True)
    archive.open(create=False).check()


def test_the_newest_point_is_the_newest_by_time(archive: Case) -> None:
    repository = archive.ready()
    manifests = [archive.back_up(repository, streams={'database.sqlite.x.sql': b'dump'}) for _ in range(3)]
    assert [found['id'] for found in archive.open().points()] == [one['id'] for one in reversed(manifests)]
    assert utc() > manifests[-1]['started']
