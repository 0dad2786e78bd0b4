# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of a store, run against every store on every kind of place."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryBusy, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores.common import ListUnusable
from integration.stores.support import SITE, Case, make_site, restic, store_webroot, write, write_for_ever

BIG = os.urandom(9_000_000)  # more than the small streams of restic may hold together
POLL = 0.05


def test_a_missing_repository_is_an_error_unless_it_may_be_created(case: Case) -> None:
    repository = case.open(create=False)
    assert repository.missing()
    with pytest.raises(RepositoryError, match=r'does not exist.*website_repository\.create') as failure:
        repository.check()
    assert str(case.folder) in str(failure.value)
    assert not case.folder.exists()
    case.open().check()
    reopened = case.open(create=False)
    reopened.check()
    assert not reopened.missing()
    assert reopened.points() == []


def test_a_committed_point_is_listed_and_read_back(case: Case) -> None:
    repository = case.ready()
    first = case.back_up(
        repository, streams={'database.sqlite.big.sql': BIG, 'database.sqlite.big.accounts.sql': b'GRANT;'}
    )
    second = case.back_up(repository, streams={'database.sqlite.big.sql': BIG[:5]})
    assert case.open().points() == [second, first]
    assert case.open().points(limit=1) == [second]
    assert first['test_read']['bytes'] > len(BIG)
    assert first['test_read']['method']
    assert case.open('another-site').points() == []
    assert case.leftovers() == [] or case.store == 'restic'


def test_an_aborted_stream_leaves_nothing_and_the_point_can_still_be_committed(case: Case) -> None:
    repository, manifest = case.ready(), case.manifest(outcome='failed')
    with repository.lock('test'):
        point = repository.begin(manifest['id'])
        for content in (BIG, b'half a dump'):
            writer = point.stream('database.sqlite.bad.sql')
            writer.write(content)
            writer.abort()
        write(point, 'database.sqlite.good.sql', b'good')
        manifest['test_read'] = point.test_read()
        point.commit(manifest)
    assert case.open().points() == [manifest]
    if case.store == 'archive':
        names = {path.name for path in (case.folder / SITE / manifest['id']).iterdir()}
        assert names == {'manifest.json', 'SHA256SUMS', 'RESTORE.md', 'database.sqlite.good.sql.zst'}
    else:
        assert sorted(tags.split('"part=')[1].split('"')[0] for tags in case.snapshot_tags()) == ['files', 'manifest']
        small = restic(case.folder, 'dump', '--tag', 'part=files', 'latest', '/files.tar')
        with tarfile.open(fileobj=io.BytesIO(small)) as files:
            assert files.getnames() == ['database.sqlite.good.sql']


def test_an_aborted_point_leaves_nothing(case: Case, site: Path) -> None:
    repository = case.ready()
    with repository.lock('test'):
        point = repository.begin(case.manifest()['id'])
        write(point, 'database.sqlite.big.sql', BIG)
        store_webroot(repository, point, site)
        open_stream = point.stream('database.sqlite.open.sql')
        open_stream.write(BIG)
        point.abort()
    assert case.leftovers() == []
    assert case.open().points() == []


def test_file_lists_are_read_back_whole_and_a_damaged_one_is_an_error(case: Case, site: Path) -> None:
    manifest = case.back_up(case.ready(), site)
    part = manifest['webroots'][0]
    lines = list(case.open().read_file_list(manifest, part))
    assert len(lines) == part['files'] + part['directories'] + part['links']
    assert lines[0].startswith(b'[".",')
    with pytest.raises(ListUnusable, match='list'):
        list(case.open().read_file_list(manifest, {**part, 'list_sha256': '0' * 64}))
    with pytest.raises(ListUnusable):
        list(case.open().read_file_list({**manifest, 'id': '2001-01-01T000000Z'}, {**part, 'list_sha256': '0' * 64}))


def test_counts_come_from_the_comparison_with_the_previous_point(case: Case, site: Path) -> None:
    repository = case.ready()
    first = case.back_up(repository, site)['webroots'][0]
    assert (first['added'], first['changed'], first['removed']) == (first['files'] + first['links'], 0, 0)
    (site / 'new').write_text('new')
    (site / 'index.php').write_text('<?php echo 22222;')
    (site / 'link').unlink()
    second = case.back_up(case.open(), site)['webroots'][0]
    assert (second['added'], second['changed'], second['removed']) == (1, 2, 1)  # index.php has two names
    third = case.back_up(case.open(), site)['webroots'][0]
    assert (third['added'], third['changed'], third['removed']) == (0, 0, 0)
    assert third['skipped'] == []
    assert third['remarks'] == []


def test_a_second_run_waits_and_then_names_the_owner(case: Case) -> None:
    repository = case.ready()
    with repository.lock('target run 7'):
        started = time.monotonic()
        other = case.open()
        for waiting in ('second', 'third'):  # a waiter must not wipe out the name that the next one looks for
            with pytest.raises(RepositoryBusy, match=r'target run 7.*since 20.*lock_wait'), other.lock(waiting):
                pass
        assert time.monotonic() - started >= 1
    with case.open().lock('fourth'):
        pass


HOLDER = """
import sys, time
sys.path[:0] = {paths!r}
from pathlib import Path
from integration.stores.support import Case
case = Case({kind!r}, Path({work!r}), None)
case.settings = lambda **changes: {settings!r}
repository = case.open()
with repository.lock('doomed'):
    point = repository.begin('2001-01-01T000000Z')
    writer = point.stream('database.sqlite.whole.sql')
    writer.write(b'x' * 9_000_000)
    writer.finish()
    writer = point.stream('database.sqlite.half.sql')
    writer.write(b'x' * 9_000_000)
    print('writing', flush=True)
    time.sleep(600)
"""


def test_kill_9_in_the_middle_of_a_run_leaves_no_point_and_blocks_nobody(case: Case) -> None:
    good = case.back_up(case.ready(), streams={'database.sqlite.x.sql': b'good'})
    paths = [path for path in sys.path if path.endswith(('/tests', '/collections'))]
    source = HOLDER.format(paths=paths, kind=case.kind, work=str(case.work), settings=case.settings())
    with subprocess.Popen([sys.executable, '-c', source], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b'writing\n'
        children = Path(f'/proc/{holder.pid}/task/{holder.pid}/children').read_text().split()
        assert children
        holder.send_signal(signal.SIGKILL)
    for pid in children:
        wait_until_gone(int(pid))
    case.options['lock_wait'] = 30  # until the system has reaped the dead restic, its lock looks like a live one's
    repository = case.open()
    assert repository.points() == [good]
    with repository.lock('next'):
        lines = repository.sweep()
    assert len(lines) >= 1
    assert '2001-01-01T000000Z' in ' '.join(lines)
    assert [left for left in case.leftovers() if '2001-01-01' in left] == []
    assert case.open().points() == [good]


def wait_until_gone(pid: int) -> None:
    """Wait until a process has ended; a zombie has, too."""
    for _ in range(200):
        try:
            if ') Z ' in Path(f'/proc/{pid}/stat').read_text():
                return
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(POLL)
    raise AssertionError(f'process {pid} outlived its parent')


def test_a_killed_writer_is_an_error_and_not_a_short_stream(case: Case) -> None:
    repository = case.ready()
    with repository.lock('test'):
        point = repository.begin(case.manifest()['id'])
        writer = point.stream('database.sqlite.x.sql')
        writer.write(BIG)
        child = writer.children[0] if hasattr(writer, 'children') else writer.child
        os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(RepositoryError, match=r'signal 9|stopped|ended') as failure:
            write_for_ever(writer)
        assert 'database.sqlite.x.sql' in str(failure.value)
        writer.abort()
        point.abort()
    assert case.open().points() == []


def test_a_byte_that_flips_before_the_test_read_is_an_error(case: Case, site: Path) -> None:
    repository = case.ready()
    with repository.lock('test'):
        point = repository.begin(case.manifest()['id'])
        write(point, 'database.sqlite.x.sql', BIG)
        store_webroot(repository, point, site)
        flip(largest(case.folder))
        with pytest.raises(RepositoryError, match='reads back differently'):
            point.test_read()
        point.abort()
    assert case.open().points() == []


def largest(folder: Path) -> Path:
    """The largest file below a folder."""
    return max((path for path in folder.rglob('*') if path.is_file()), key=lambda path: path.stat().st_size)


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    path.chmod(0o600)
    with path.open('r+b') as handle:
        handle.seek(path.stat().st_size // 2)
        byte = handle.read(1)[0]
        handle.seek(-1, os.SEEK_CUR)
        handle.write(bytes([byte ^ 1]))


def test_a_full_disk_is_one_clear_error_and_earlier_points_stay(case: Case, small_disk: Path) -> None:
    case.folder = small_disk / 'backup'
    good = case.back_up(case.ready(), streams={'database.sqlite.x.sql': b'good'})
    with pytest.raises(RepositoryError, match=r'(?i)no space left on device|is its disk full') as failure:
        case.back_up(case.open(), streams={'database.sqlite.x.sql': os.urandom(40_000_000)})
    message = str(failure.value)
    assert '\n' not in message
    assert str(case.folder) in message
    assert 'bytes free' in message
    assert len(message) < 1500
    assert case.open().points() == [good]


def test_a_repository_that_vanishes_is_an_error_that_names_it(case: Case) -> None:
    repository = case.ready()
    manifest = case.manifest()
    with pytest.raises(RepositoryError) as failure, repository.lock('test'):  # noqa: PT012 - any of these may notice
        point = repository.begin(manifest['id'])
        write(point, 'database.sqlite.x.sql', BIG)
        shutil.rmtree(case.folder)
        write(point, 'database.sqlite.y.sql', BIG)
        manifest['test_read'] = point.test_read()
        point.commit(manifest)
    assert str(case.folder) in str(failure.value)
    assert case.open(create=False).missing()


def test_a_site_name_is_not_mixed_up_with_another(case: Case) -> None:
    """A site whose name begins like another one's."""
    good = case.back_up(case.ready(), streams={'database.sqlite.x.sql': b'good'})
    longer = case.open(f'{SITE}-baru')
    assert longer.points() == []
    with longer.lock('test'):
        assert longer.sweep() == []
    assert case.open().points() == [good]


def test_a_connection_that_ends_is_an_error_and_not_a_hang(remote_case: Case) -> None:
    case = remote_case
    assert case.sshd
    repository = case.ready()
    started = time.monotonic()
    with pytest.raises(RepositoryError), repository.lock('test'):  # noqa: PT012
        point = repository.begin(case.manifest()['id'])
        writer = point.stream('database.sqlite.x.sql')
        writer.write(BIG)
        for pid in case.sshd.sessions():
            os.kill(pid, signal.SIGKILL)
        write_for_ever(writer)
    assert time.monotonic() - started < 30
    assert case.open().points() == []


def test_secrets_are_in_no_argv_and_no_file(case: Case, site: Path) -> None:
    """Every process that runs during a backup, and every file that is left on the target."""
    secrets = [b'only for these tests', b'OPENSSH PRIVATE KEY']
    seen: list[bytes] = []
    repository = case.ready()
    with repository.lock('test'):
        point = repository.begin(case.manifest()['id'])
        writer = point.stream('database.sqlite.x.sql')
        writer.write(BIG)
        seen += [command_line(path) for path in Path('/proc').glob('[0-9]*/cmdline')]
        writer.abort()
        store_webroot(repository, point, site)
        point.abort()
    assert [line for line in seen if b'zstd' in line or b'restic' in line]
    assert [line for line in seen if any(secret in line for secret in secrets)] == []
    state = Path(case.options['state_directory'])
    kept = [path for path in state.rglob('*') if path.is_file()] if state.exists() else []
    assert [path for path in kept if any(secret in path.read_bytes() for secret in secrets)] == []


def command_line(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b''


def test_two_webroots_of_one_site_do_not_meet(case: Case, site: Path, tmp_path: Path) -> None:
    other = make_site(tmp_path / 'www-2')
    repository, manifest = case.ready(), case.manifest()
    with repository.lock('test'):
        point = repository.begin(manifest['id'])
        manifest['webroots'] = [store_webroot(repository, point, folder) for folder in (site, other)]
        point.test_read()
        point.commit(manifest)
    labels = [part['label'] for part in manifest['webroots']]
    assert len(set(labels)) == 2
    for part in manifest['webroots']:
        assert len(list(case.open().read_file_list(manifest, part))) > 5
    if case.store == 'restic':
        assert b'no errors were found' in restic(case.folder, 'check', '--read-data')
