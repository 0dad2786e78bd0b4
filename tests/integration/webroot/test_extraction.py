# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees with everything in them, extracted by GNU tar, bsdtar and Python's tarfile."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.webroot import content
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import parse
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import in_archive
from ansible_collections.rawat.website.plugins.module_utils.webroot.tar_stream import FILE, Member, header
from integration.webroot.trees import Stored, differences, look, restore, run, store

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='owners, capabilities and mounts need root')

NAMES = [
    b'plain', b'two words', b' lead', b'trail ', b'-rf', b'--help', b'new\nline', b'tab\tx', b'cr\rx', b'back\\slash',
    b'\\012', b'"quoted"', b"'", b'$(id)', b'*', b'?', b'#', b'=', b'%41', b'\x01\x1b[31m', b'\xff\xfe\x80', b'\xc3',
    'é漢字😀'.encode(), b'~', b'a:b', b'n' * 255, b'\xff' * 255, 'ü'.encode() * 127, b'@LongLink', b'...', b'\x7f',
]  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Path:
    place = tmp_path / 'site'
    place.mkdir()
    return place


def write(path: Path | bytes, data: bytes = b'content') -> None:
    with open(path, 'wb') as handle:
        handle.write(data)


def set_by(*command: str | bytes | Path) -> None:
    subprocess.run([os.fsencode(part) for part in command], check=True, capture_output=True)


def make_names(place: bytes) -> None:
    for name in NAMES:
        os.mkdir(os.path.join(place, b'dir-' + name[:251]))
        write(os.path.join(place, b'dir-' + name[:251], name), name)
        write(os.path.join(place, name), name * 3)
        os.symlink(name, os.path.join(place, b'to-' + name[:252]))
        os.link(os.path.join(place, name), os.path.join(place, b'ln-' + name[:252]))


def make_everything(site: Path) -> None:
    """One of each property; times with nanoseconds, before 1970 and far ahead."""
    make_names(os.fsencode(site))
    for number, moment in enumerate((-1_500_000_000, -1, 0, 1_600_000_000_123_456_789, 2**33 * 10**9 + 7)):
        write(site / f'time-{number}')
        os.utime(site / f'time-{number}', ns=(moment, moment))
    (site / 'empty').mkdir()
    write(site / 'nothing', b'')
    for size in (511, 512, 513, 10240, 600_000):
        write(site / f'size-{size}', os.urandom(size))
    write(site / 'owned')
    os.chown(site / 'owned', 4_000_000_000, 3_000_000)
    for number, mode in enumerate((0o4755, 0o2755, 0o6711, 0o000, 0o777)):
        write(site / f'mode-{number}')
        os.chmod(site / f'mode-{number}', mode)
        (site / f'folder-{number}').mkdir()
        os.chmod(site / f'folder-{number}', mode | 0o1000)
    os.lchown(os.fsencode(site / 'to-plain'), 5, 6)
    os.symlink('t' * 4000, site / 'long-target')
    os.utime(site / 'long-target', ns=(1_500_000_000_000_000_001,) * 2, follow_symlinks=False)


def make_attributes(site: Path) -> None:
    write(site / 'acl')
    set_by('setfacl', '-m', 'u:1001:r,u:4000000000:rwx,g:7:rw,m::r', site / 'acl')
    (site / 'defaults').mkdir()
    set_by('setfacl', '-d', '-m', 'u:1002:rwx,g:8:-', site / 'defaults')
    write(site / 'defaults' / 'inherited')
    (site / 'defaults' / 'below').mkdir()
    (site / 'defaults' / 'without').mkdir()
    set_by('setfacl', '-b', '-k', site / 'defaults' / 'without')
    write(site / 'attributes')
    for name, value in (
        ('user.text', b'x'),
        ('user.none', b''),
        ('user.a=b%c d', b'\0\n=\xff' * 9),
        ('user.é', b'9' * 900),
    ):
        os.setxattr(site / 'attributes', name, value)
        os.setxattr(site / 'defaults', name, value)
    write(site / 'capable')
    set_by('setcap', 'cap_net_bind_service=ep', site / 'capable')


def test_gnu_tar_brings_everything_back(site: Path, tmp_path: Path) -> None:
    make_everything(site)
    make_attributes(site)
    expected = look(site)
    full = store(site, tmp_path / 'full')
    restore(tmp_path / 'restored', full)
    assert differences(expected, look(tmp_path / 'restored')) == []
    assert full.facts['skipped'] == []
    assert full.facts['files'] == sum(1 for state in expected.values() if state[0] & 0o170000 == 0o100000)


def test_bsdtar_brings_names_owners_modes_and_content_back(site: Path, tmp_path: Path) -> None:
    """But for what libarchive 3.6 does not do with any tar: fractions of seconds before 1970, the mtime of '.'."""
    make_everything(site)
    for name in ('time-0', 'time-1'):
        os.unlink(site / name)
    for path in (path for path in look(site) if len(path) > 98):  # bsdtar wants a record there of which GNU tar warns
        if not path.isascii():
            set_by('rm', '-rf', '--', os.path.join(os.fsencode(site), path))
    full = store(site, tmp_path / 'full')
    restore(tmp_path / 'restored', full, extract=['bsdtar', '--numeric-owner', '-xpf'])
    expected, found = look(site), look(tmp_path / 'restored')
    assert expected.pop(b'.')[:3] == found.pop(b'.')[:3]
    assert differences(expected, found) == []


def test_pythons_tarfile_reads_every_member(site: Path, tmp_path: Path) -> None:
    make_everything(site)
    make_attributes(site)
    full = store(site, tmp_path / 'full')
    top = os.fsencode(site)
    with tarfile.open(full.part('tar'), encoding='utf-8', errors='surrogateescape') as archive:
        members = {member.name.encode('utf-8', 'surrogateescape'): member for member in archive}
        assert members.keys() == {in_archive(parse(line).path) for line in full.lines()}
        for name, member in members.items():
            status = os.lstat(os.path.join(top, name))
            assert (member.mode & 0o7777, member.uid, member.gid) == (
                status.st_mode & 0o7777,
                status.st_uid,
                status.st_gid,
            )
            if member.isreg():
                with open(os.path.join(top, name), 'rb') as handle:
                    assert archive.extractfile(member).read() == handle.read()


def test_metadata_alone_changes_for_every_odd_name(site: Path, tmp_path: Path) -> None:
    make_names(os.fsencode(site))
    base = store(site, tmp_path / 'full')
    set_by('chown', '-R', '-h', '33:34', site)
    set_by('chmod', '-R', 'o-r', site)
    set_by('setfacl', '-m', 'u:1001:r', site / '-rf')
    expected = look(site)
    difference = store(site, tmp_path / 'difference', base=base, previous=base)
    assert difference.facts['metadata_paths'] == 2 * len(
        NAMES
    )  # each file, and each in its directory; hard links follow
    with tarfile.open(difference.part('tar')) as archive:
        assert not any(member.isreg() for member in archive)
    restore(tmp_path / 'restored', base, difference)
    assert differences(expected, look(tmp_path / 'restored')) == []


def test_a_chown_of_all_stores_no_content_and_is_read_once(site: Path, tmp_path: Path) -> None:
    for number in range(50):
        write(site / f'file-{number}', os.urandom(20_000))
    time.sleep(1.1)
    base = store(site, tmp_path / 'full')
    set_by('chown', '-R', '33:33', site)
    time.sleep(1.1)
    first = store(site, tmp_path / 'first', base=base, previous=base)
    assert first.facts['tar_bytes'] < 5_000
    assert (first.facts['changed'], first.facts['metadata_changed']) == (0, 50)
    read = Bytes()
    second = store(site, tmp_path / 'second', base=base, previous=first, progress=read)
    assert (read.total, second.facts['metadata_paths'], second.facts['metadata_changed']) == (0, 50, 0)


class Bytes:
    """Counts what was read from files."""

    total = 0

    def add(self, size: int) -> None:
        self.total += size


def test_twenty_gibibytes_of_holes_are_quick_and_stay_holes(site: Path, tmp_path: Path) -> None:
    with (site / 'image').open('wb') as handle:
        for place in (0, 5 << 30, (9 << 30) + 123):
            handle.seek(place)
            handle.write(b'data' * 5000)
        handle.truncate(20 << 30)
    with (site / 'hole-only').open('wb') as handle:
        handle.truncate(9 << 30)
    started = time.process_time()
    full = store(site, tmp_path / 'full')
    assert time.process_time() - started < 1
    assert full.facts['tar_bytes'] < 200_000
    restore(tmp_path / 'restored', full)
    for name in ('image', 'hole-only'):
        before, after = (site / name).stat(), (tmp_path / 'restored' / name).stat()
        assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        assert after.st_blocks <= before.st_blocks + 16
    with (tmp_path / 'restored' / 'image').open('rb') as restored, (site / 'image').open('rb') as original:
        for place in (0, 4096, (5 << 30) - 4096, 9 << 30, (20 << 30) - 4096):
            restored.seek(place)
            original.seek(place)
            assert restored.read(30_000) == original.read(30_000)
        hashes = {parse(line).path: parse(line).sha256 for line in full.lines()}
        assert content.hash_of(restored.fileno(), sparse=True) == hashes[b'image']


def test_a_size_beyond_eight_gibibytes_of_data_is_written_in_the_header() -> None:
    block = header(Member(FILE, b'./big', 0o644, 0, 0, 9 << 30, 0))
    with tarfile.open(fileobj=io.BytesIO(block + bytes(1024)), mode='r:') as archive:
        assert archive.next().size == 9 << 30


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A place for trees deeper than Python (so pytest too) can delete."""
    place = tmp_path / 'deep'
    (place / 'site').mkdir(parents=True)
    yield place
    set_by('rm', '-rf', place)


def make_levels(site: Path, count: int) -> None:
    descriptor = os.open(site, os.O_RDONLY)
    for number in range(count):
        os.mkdir('d', dir_fd=descriptor)
        below = os.open('d', os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
        if number % 500 == 0:
            os.close(os.open('f', os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)


def test_a_path_of_many_levels_comes_back(deep: Path) -> None:
    make_levels(deep / 'site', 2000)
    full = store(deep / 'site', deep / 'full')
    assert (full.facts['directories'], full.facts['files'], full.facts['skipped']) == (2001, 4, [])
    restore(deep / 'restored', full)
    again = store(deep / 'restored', deep / 'again')
    assert [parse(line).path for line in again.lines()] == [parse(line).path for line in full.lines()]


def test_a_path_longer_than_the_system_allows_is_skipped_by_name(deep: Path) -> None:
    make_levels(deep / 'site', 2100)
    full = store(deep / 'site', deep / 'full')
    assert full.facts['skipped_total'] == 1
    assert 'its path is longer than 4093 bytes' in full.facts['skipped'][0]['reason']
    restore(deep / 'restored', full)
    assert full.facts['directories'] == 1 + (4093 + 1) // 2


def test_an_empty_webroot_is_a_directory_and_nothing_else(site: Path, tmp_path: Path) -> None:
    os.chmod(site, 0o700)
    full = store(site, tmp_path / 'full')
    assert (full.facts['files'], full.facts['directories'], len(full.lines())) == (0, 1, 1)
    restore(tmp_path / 'restored', full)
    assert differences(look(site), look(tmp_path / 'restored')) == []


def test_what_is_mounted_inside_is_stored_with_a_remark(site: Path, tmp_path: Path) -> None:
    (site / 'media').mkdir()
    set_by('mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', site / 'media')
    try:
        write(site / 'media' / 'inside')
        full = store(site, tmp_path / 'full')
    finally:
        set_by('umount', site / 'media')
    assert full.facts['remarks'] == ['media is a mount point: what is mounted there is stored with the webroot']
    restore(tmp_path / 'restored', full)
    assert (tmp_path / 'restored' / 'media' / 'inside').read_bytes() == b'content'


def test_a_point_made_twice_is_byte_for_byte_the_same(site: Path, tmp_path: Path) -> None:
    make_everything(site)
    first, second = store(site, tmp_path / 'first'), store(site, tmp_path / 'second')
    assert read(first, 'tar') == read(second, 'tar')
    assert read(first, 'files') == read(second, 'files')


def read(stored: Stored, part: str) -> bytes:
    return stored.part(part).read_bytes()


def test_gnu_tar_lists_the_archive_without_a_warning(site: Path, tmp_path: Path) -> None:
    make_names(os.fsencode(site))
    full = store(site, tmp_path / 'full')
    run(['tar', '-tvf', str(full.part('tar'))], tmp_path)
