# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of a store's read side, run against every store on every kind of place.

One repository of each kind serves the whole module: a full and a difference of a webroot, a large and a small dump,
accounts. Tests that harm it put back what they harmed.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.webroot.verify import verify_tree
from integration.stores.held import ACCOUNTS, BIG, GONE, SMALL, Held, harmed, stored_at
from integration.stores.support import SITE, facts


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
def is_slow(held: Held, how: str) -> bool:
    """restic takes a short pack on a server for a bad line and tries for 44 seconds: seen on the local one."""
    return held.case.kind == 'restic-sftp' and how == 'short'


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
