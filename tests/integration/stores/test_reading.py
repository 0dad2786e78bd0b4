# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of a store's read side, run against every store on every kind of place.

One repository of each kind serves the whole module: a full and a difference of a webroot, a large and a small dump,
accounts. Tests that harm it put back what they harmed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.webroot.verify import verify_tree
from integration.stores.conftest import KINDS
from integration.stores.support import SITE, Case, facts, make_site, restic, write

BIG, SMALL, ACCOUNTS = os.urandom(9_000_000), b'a small dump\n', b"CREATE USER 'x';\n"
GONE = 'pages/deep/with space\nand newline'


class Held(NamedTuple):
    """A repository, the manifests of its full and of its difference, and copies of the webroot as it was at each."""

    case: Case
    full: dict
    difference: dict
    sites: tuple[Path, Path]

    def restore(self, manifest: dict, destination: Path, **how: Any) -> dict:
        destination.mkdir()
        found: dict = self.case.open().restore_webroot(manifest, manifest['webroots'][0], str(destination), **how)
        return found

    def stream(self, label: str, prefix: str = '') -> bytes:
        (part,) = [part for part in self.full['databases'] if part['label'] == label]
        return b''.join(self.case.open().read_stream(self.full, part, prefix))


@pytest.fixture(scope='module', params=KINDS)
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Held:
    """Every kind of repository."""
    work = tmp_path_factory.mktemp('held')
    case = Case(
        request.param, work, request.getfixturevalue('sshd') if request.param.endswith(('ssh', 'sftp')) else None
    )
    case.options['difference_share'] = 200  # the renamed file is as large as the full
    site = make_rich_site(work / 'www')
    streams = {'database.big.sql': BIG, 'database.small.sql': SMALL}
    full = case.back_up(case.ready(), site, streams, ACCOUNTS)
    copies = work / 'full', work / 'difference'
    subprocess.run(['cp', '-a', str(site), str(copies[0])], check=True)
    change(site)
    difference = case.back_up(case.open(), site)
    subprocess.run(['cp', '-a', str(site), str(copies[1])], check=True)
    shutil.rmtree(site)
    return Held(case, full, difference, copies)


def make_rich_site(folder: Path) -> Path:
    """The small webroot with an ACL, an attribute, owners and a time of its own."""
    make_site(folder)
    (folder / 'gone' / 'deeper').mkdir(parents=True)
    (folder / 'gone' / 'deeper' / 'file').write_text('gone soon')
    (folder / 'owned').write_text('owned')
    subprocess.run(['setfacl', '-m', 'u:1234:r,d:u:1234:rwx', str(folder / 'pages')], check=True)
    os.setxattr(folder / 'index.php', 'user.colour', b'red')
    os.chown(folder / 'pages' / 'deep', 33, 34)
    os.utime(folder / 'pages', ns=(5, 1_600_000_000_123_456_789))
    folder.chmod(0o751)
    return folder


def change(site: Path) -> None:
    (site / 'pages' / 'deep' / 'with space\nand newline').unlink()
    (site / 'pages' / 'deep').rmdir()
    (site / 'pages' / 'deep').write_text('a file where a folder was')
    shutil.rmtree(site / 'gone')
    (site / 'pages' / 'big.bin').rename(site / 'renamed.bin')
    (site / '-rf').write_text('a name like an option')
    os.chown(site / 'link', 123, 456, follow_symlinks=False)
    os.chown(site / 'owned', 7, 8)
    os.utime(site / 'pages', ns=(5, 1_600_000_001_123_456_789))


# -------------------------------------------------------------------------------------------- reading what is well
@pytest.mark.parametrize(('label', 'content'), [('big', BIG), ('small', SMALL)])
def test_a_dump_comes_back_byte_for_byte(held: Held, label: str, content: bytes) -> None:
    assert held.stream(label) == content


def test_the_accounts_come_back(held: Held) -> None:
    assert held.stream('small', 'accounts_') == ACCOUNTS
    with pytest.raises(RepositoryError, match='holds no accounts_file of big'):
        held.stream('big', 'accounts_')


def test_a_stream_may_be_read_in_another_thread_or_not_at_all(held: Held) -> None:
    repository, part = held.case.open(), held.full['databases'][0]
    unread, other = repository.read_stream(held.full, part), repository.read_stream(held.full, part)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.extend(other))
    reader.start()
    reader.join()
    assert b''.join(found) == BIG
    next(unread)
    unread.close()
    assert [pid for pid in children() if b'ssh' not in pid] == []


def children() -> list[bytes]:
    """The command lines of our own children that live."""
    pids = Path(f'/proc/self/task/{os.getpid()}/children').read_text().split()
    lines = [Path(f'/proc/{pid}/cmdline').read_bytes() for pid in pids if Path(f'/proc/{pid}').exists()]
    return [line for line in lines if b'zstd' in line or b'restic' in line]


@pytest.mark.parametrize('which', [0, 1], ids=['full', 'difference'])
def test_a_webroot_comes_back_entry_by_entry(held: Held, tmp_path: Path, which: int) -> None:
    manifest = (held.full, held.difference)[which]
    part = manifest['webroots'][0]
    assert held.case.store == 'restic' or part['kind'] == ('full', 'difference')[which]
    assert part['skipped'] == []
    result = held.restore(manifest, tmp_path / 'restored')
    assert (result['files'], result['bytes'], result['remarks']) == (part['files'], part['bytes'], [])
    assert result['milliseconds'] > 0
    found = verify_tree(held.case.open().read_file_list(manifest, part), str(tmp_path / 'restored'))
    assert found.differences == []
    assert (found.files, found.bytes) == (part['files'], part['bytes'])
    assert facts(tmp_path / 'restored') == facts(held.sites[which])
    assert not list(tmp_path.rglob('.rawat-*'))


def test_only_the_chosen_paths_come_back_with_the_folders_above(held: Held, tmp_path: Path) -> None:
    """A folder, a file by its second name (its first is not asked for), a name that is not UTF-8 as people see it."""
    place, expected = tmp_path / 'some', facts(held.sites[0])
    result = held.restore(held.full, place, paths=['pages/deep/', 'pages/same.php', 'not-utf8-\\xff', 'gone/deeper'])
    found = facts(place)
    names = {
        'pages',
        'pages/deep',
        GONE,
        'pages/same.php',
        'not-utf8-\udcff',
        'gone',
        'gone/deeper',
        'gone/deeper/file',
    }
    assert set(found) == names
    assert found == {name: expected[name] for name in names}
    assert (result['files'], result['bytes']) == (4, 1 + 13 + 1 + 9)
    for folder in ('.', 'pages', 'pages/deep', 'gone'):
        assert (place / folder).stat().st_mtime_ns == (held.sites[0] / folder).stat().st_mtime_ns, folder
        assert (place / folder).stat().st_mode == (held.sites[0] / folder).stat().st_mode
    assert acl(place / 'pages') == acl(held.sites[0] / 'pages')


def acl(path: Path) -> list[str]:
    """What getfacl says, without the name."""
    return subprocess.run(
        ['getfacl', '-cpn', str(path)], check=True, capture_output=True, text=True
    ).stdout.splitlines()


def test_chosen_paths_of_a_difference_are_as_they_were_then(held: Held, tmp_path: Path) -> None:
    names = ['pages/deep', 'pages/same.php', '-rf', 'owned', 'link', 'renamed.bin']
    held.restore(held.difference, tmp_path / 'some', paths=names)
    expected = facts(held.sites[1])
    assert facts(tmp_path / 'some') == {name: expected[name] for name in [*names, 'pages']}


def test_all_is_chosen_by_the_webroot_itself(held: Held, tmp_path: Path) -> None:
    held.restore(held.difference, tmp_path / 'all', paths=['.'])
    assert facts(tmp_path / 'all') == facts(held.sites[1])


def test_an_unknown_path_is_an_error_and_nothing_is_written(held: Held, tmp_path: Path) -> None:
    for path in ('no/such', '../etc', '/etc/passwd', 'pages/deep/no'):
        with pytest.raises(RepositoryError, match=f'not in this recovery point: {path}'):
            held.restore(held.full, tmp_path / path.replace('/', '_'), paths=['index.php', path])
    assert [path for path in tmp_path.rglob('*') if not path.is_dir()] == []


def test_a_restore_never_writes_over_anything(held: Held, tmp_path: Path) -> None:
    part = held.full['webroots'][0]
    (tmp_path / 'precious').write_text('precious')
    with pytest.raises(RepositoryError, match='not empty'):
        held.case.open().restore_webroot(held.full, part, str(tmp_path))
    with pytest.raises(RepositoryError, match='no directory'):
        held.case.open().restore_webroot(held.full, part, str(tmp_path / 'gone'))
    assert [path.name for path in tmp_path.iterdir()] == ['precious']


# -------------------------------------------------------------------------------------------- damage
@contextlib.contextmanager
def harmed(path: Path, how: str) -> Iterator[None]:
    """A file that is flipped, short or gone for a while."""
    content = path.read_bytes()
    mode = path.stat().st_mode
    path.chmod(0o600)
    middle = len(content) // 2
    if how == 'gone':
        path.unlink()
    else:
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        path.write_bytes(flipped if how == 'flipped' else content[: -max(1, len(content) // 10)])
    try:
        yield
    finally:
        path.write_bytes(content)
        path.chmod(mode)


def is_slow(held: Held, how: str) -> bool:
    """restic takes a short pack on a server for a bad line and tries for 44 seconds: seen on the local one."""
    return held.case.kind == 'restic-sftp' and how == 'short'


def stored_at(held: Held, manifest: dict, file: str, size: int = 0) -> Path:
    """Where something is stored: the file itself, or the restic pack that is just large enough for it."""
    if held.case.store == 'archive':
        return held.case.folder / SITE / manifest['id'] / file
    packs = [path for path in (held.case.folder / 'data').rglob('*') if path.is_file() and path.stat().st_size >= size]
    return min(packs, key=lambda path: path.stat().st_size)


@pytest.mark.parametrize('how', ['flipped', 'short', 'gone'])
def test_a_damaged_dump_is_an_error_that_names_it(held: Held, how: str) -> None:
    if is_slow(held, how):
        return
    part = held.full['databases'][0]
    with harmed(stored_at(held, held.full, part['file'], len(BIG)), how), pytest.raises(DamagedError) as failure:
        held.stream('big')
    message = str(failure.value)
    assert part['file'] in message
    assert SITE in message
    assert held.full['id'] in message
    assert str(held.case.folder) in message
    assert len(message) < 1500
    assert held.stream('big') == BIG


@pytest.mark.parametrize('how', ['flipped', 'short', 'gone'])
@pytest.mark.parametrize('which', [0, 1], ids=['full', 'its difference'])
def test_a_damaged_full_is_an_error_for_it_and_for_its_difference(
    held: Held, tmp_path: Path, how: str, which: int
) -> None:
    """In restic a renamed file is the same blob, so there, too, both points need the one pack."""
    if is_slow(held, how):
        return
    part, manifest = held.full['webroots'][0], (held.full, held.difference)[which]
    path = stored_at(held, held.full, part.get('file') or '', 400_000)
    with harmed(path, how), pytest.raises(DamagedError) as failure:
        held.restore(manifest, tmp_path / 'restored')
    assert SITE in str(failure.value)
    assert (part.get('file') or part['path']) in str(failure.value)
    assert (held.full if held.case.store == 'archive' else manifest)['id'] in str(failure.value)


def test_damage_is_found_for_chosen_paths_too(held: Held, tmp_path: Path) -> None:
    part = held.full['webroots'][0]
    with harmed(stored_at(held, held.full, part.get('file') or '', 400_000), 'flipped'), pytest.raises(DamagedError):
        held.restore(held.full, tmp_path / 'restored', paths=['pages/big.bin'])


@pytest.mark.parametrize('how', ['flipped', 'short', 'gone'])
@pytest.mark.parametrize('file', ['file', 'list_file', 'removed_file', 'metadata_file'])
def test_every_file_of_a_difference_is_looked_at(held: Held, tmp_path: Path, file: str, how: str) -> None:
    if held.case.store != 'archive':
        return  # restic has packs alone
    part = held.difference['webroots'][0]
    paths = ['.'] if file == 'list_file' else None  # else a restore has no use for the list
    with harmed(stored_at(held, held.difference, part[file]), how), pytest.raises(DamagedError, match=part[file]):
        held.restore(held.difference, tmp_path / 'restored', paths=paths)


def test_a_point_whose_data_is_gone_altogether_is_an_error(held: Held, tmp_path: Path) -> None:
    part = held.full['databases'][0]
    nowhere = {**held.full, 'id': '2001-01-01T000000Z'}
    with pytest.raises(DamagedError, match=r'2001-01-01T000000Z.* is gone'):
        held.case.open().read_stream(nowhere, part)
    with pytest.raises(DamagedError, match='is gone'):
        held.restore(nowhere, tmp_path / 'restored')


def test_a_manifest_that_promises_another_dump_is_an_error(held: Held) -> None:
    repository, part = held.case.open(), held.full['databases'][0]
    for changes, words in (
        ({'bytes': part['bytes'] - 1}, 'gives 9000000 bytes instead of 8999999'),
        ({'sha256': '0' * 64}, 'gives something else than was dumped'),
    ):
        with pytest.raises(DamagedError, match=words):
            list(repository.read_stream(held.full, {**part, **changes}))


def test_a_repository_that_is_not_there_is_not_called_damaged(held: Held) -> None:
    """An unmounted disk is no reason to throw a medium away."""
    away = held.case.folder.with_name('away')
    held.case.folder.rename(away)
    try:
        with pytest.raises(RepositoryError) as failure:
            list(held.case.open(create=False).read_stream(held.full, held.full['databases'][0]))
    finally:
        away.rename(held.case.folder)
    assert not isinstance(failure.value, DamagedError)


def test_a_full_disk_at_the_destination_is_not_called_damage(held: Held, small_disk: Path) -> None:
    (small_disk / 'filler').write_bytes(bytes(21_000_000))
    with contextlib.suppress(OSError), (small_disk / 'filler').open('ab') as filler:
        while filler.write(bytes(4096)):
            filler.flush()
    os.truncate(small_disk / 'filler', (small_disk / 'filler').stat().st_size - 100_000)
    with pytest.raises(RepositoryError, match=r'no space left on device|bytes and \d+ files free there') as failure:
        held.restore(held.full, small_disk / 'restored')
    assert not isinstance(failure.value, DamagedError)


# -------------------------------------------------------------------------------------------- shares
def test_the_shares_together_read_everything_and_find_nothing(held: Held) -> None:
    shares = [held.case.open().check_share(number, 3) for number in range(3)]
    assert [share['problems'] for share in shares] == [[], [], []]
    if held.case.store == 'archive':
        stored = [path for path in (held.case.folder / SITE).rglob('*') if path.is_file() and path.name[0] != '.']
        assert sum(share['files'] for share in shares) == len(stored)
        assert sum(share['bytes'] for share in shares) == sum(
            path.stat().st_size for path in stored if path.name != 'SHA256SUMS'
        )
    else:
        stored = [path for path in (held.case.folder / 'data').rglob('*') if path.is_file()]
        assert sum(share['files'] for share in shares) == len(stored)
        total = sum(path.stat().st_size for path in stored)
        assert sum(share['bytes'] for share in shares) == (0 if held.case.remote else total)
    assert all(share['method'] and share['milliseconds'] >= 0 for share in shares)


def test_a_flipped_byte_is_found_in_exactly_one_share(held: Held) -> None:
    part = held.full['databases'][0]
    path = stored_at(held, held.full, part['file'], len(BIG))
    with harmed(path, 'flipped'):
        found = [held.case.open().check_share(number, 3)['problems'] for number in range(3)]
    (problems,) = [problems for problems in found if problems]
    assert path.name[:10] in ' '.join(problems)
    assert len(problems) == 1


def test_what_is_gone_is_found(held: Held) -> None:
    part = held.full['databases'][0]
    path = stored_at(held, held.full, part['file'], len(BIG))
    with harmed(path, 'gone'):
        problems = [line for number in range(2) for line in held.case.open().check_share(number, 2)['problems']]
    assert [line for line in problems if path.name in line and ('gone' in line or 'not exist' in line)]


def test_an_archive_knows_what_belongs_to_a_point(held: Held) -> None:
    if held.case.store != 'archive':
        return
    folder = held.case.folder / SITE / held.full['id']
    (folder / 'stranger').write_text('x')
    with harmed(folder / 'manifest.json', 'flipped'):
        problems = held.case.open().check_share(0, 1)['problems']
    (folder / 'stranger').unlink()
    assert len(problems) == 2
    assert 'manifest.json differs' in problems[0]
    assert 'stranger is not in SHA256SUMS' in problems[1]
    with harmed(folder / 'SHA256SUMS', 'gone'):
        (problem,) = held.case.open().check_share(0, 1)['problems']
    assert 'SHA256SUMS is gone' in problem
    folder.rename(folder.with_name('.away'))
    (problem,) = held.case.open().check_share(0, 1)['problems']
    folder.with_name('.away').rename(folder)
    assert held.full['webroots'][0]['file'] in problem
    assert f'the difference in {held.difference["id"]} cannot be restored' in problem


# -------------------------------------------------------------------------------------------- events
def test_events_are_listed_newest_first_and_disturb_nothing(held: Held) -> None:
    sums = contents(held, 'SHA256SUMS')
    repository = held.case.open()
    before = {event['document']['number'] for event in repository.events()}
    assert before == set()
    for number, kind in enumerate(('drill', 'copy', 'drill')):
        repository.add_event(kind, held.full['id'], {'number': number, 'text': 'ü,=\n"', 'list': [None, True]})
    for look in (repository, held.case.open()):
        assert [event['document']['number'] for event in look.events()] == [2, 1, 0]
        drills = look.events('drill')
        assert [event['document']['number'] for event in drills] == [2, 0]
    assert drills[0]['document'] == {'number': 2, 'text': 'ü,=\n"', 'list': [None, True]}
    assert (drills[0]['kind'], drills[0]['point']) == ('drill', held.full['id'])
    assert drills[0]['time'].endswith('Z')
    with repository.lock('test'):
        assert repository.sweep() == []
    assert held.case.open().points() == [held.difference, held.full]
    assert contents(held, 'SHA256SUMS') == sums
    assert held.case.open().check_share(0, 1)['problems'] == []
    assert held.case.open('another-site').events() == []
    with pytest.raises(ValueError, match='cannot be named'):
        repository.add_event('../x', held.full['id'], {})


def contents(held: Held, name: str) -> dict[str, str]:
    """The hashes of all files of a name."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in held.case.folder.rglob(name)}


def test_a_damaged_event_is_left_out_and_told_by_the_check(held: Held) -> None:
    if held.case.store != 'archive':
        return  # restic's own check finds it
    repository = held.case.open()
    repository.add_event('harmed', held.full['id'], {'number': 7})
    (path,) = [path for path in (held.case.folder / SITE / '.events').iterdir() if 'harmed' in path.name]
    with harmed(path, 'flipped'):
        assert held.case.open().events('harmed') == []
        (problem,) = held.case.open().check_share(0, 1)['problems']
    assert path.name in problem
    path.unlink()


def test_events_survive_a_later_backup_and_copies_of_ours_are_not_trusted(held: Held) -> None:
    repository = held.case.open()
    repository.add_event('later', held.full['id'], {'number': 9})
    with repository.lock('test'):
        point = repository.begin('2001-01-01T000000Z')  # older than all others, so that nothing else sees it
        write(point, 'database.x.sql', b'x')
        point.test_read()
        manifest = {**held.case.manifest(), 'id': '2001-01-01T000000Z', 'webroots': []}
        point.commit(manifest)
    state = Path(held.case.options['state_directory'])
    for kept in [path for path in state.rglob('*') if len(path.name) == 64 and 'cache' not in path.parts]:
        kept.write_bytes(kept.read_bytes().replace(b'9', b'8'))
    assert [event['document'] for event in held.case.open().events('later')] == [{'number': 9}]
    assert held.case.open().points()[-1] == manifest


def test_the_repository_is_sound_after_all_this(held: Held) -> None:
    if held.case.store == 'restic':
        assert b'no errors were found' in restic(held.case.folder, 'check', '--read-data')
    assert held.stream('big') == BIG
