# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tree against its file list: every kind of difference is named with its path, and a true copy has none."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError
from ansible_collections.rawat.website.plugins.module_utils.webroot import BrokenList, open_webroot
from ansible_collections.rawat.website.plugins.module_utils.webroot.verify import TreeFindings, verify_tree

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='owners and ACLs need root')
ACL = 'user::rwx,user:1234:r--,group::r-x,mask::r-x,other::r-x'
PLAIN_ACL = 'user::rwx,group::r-x,mask::r-x,other::r-x'
ODD = b'not-utf8-\xff\nx'


def make_tree(folder: Path) -> Path:
    """A tree with one of each thing."""
    (folder / 'pages' / 'deep').mkdir(parents=True)
    (folder / 'index.php').write_text('<?php echo 1;')
    (folder / 'pages' / 'deep' / 'one').write_text('one')
    os.link(folder / 'index.php', folder / 'pages' / 'same.php')
    (folder / 'link').symlink_to('index.php')
    Path(os.fsdecode(os.fsencode(folder) + b'/' + ODD)).write_text('odd')
    with (folder / 'sparse').open('wb') as handle:
        handle.truncate(10_000_000)
        handle.seek(5_000_000)
        handle.write(b'data')
    os.setxattr(folder / 'index.php', 'user.colour', b'red')
    subprocess.run(['setfacl', '-m', 'u:1234:r', str(folder / 'pages')], check=True)
    os.chown(folder / 'pages' / 'deep' / 'one', 33, 34)
    return folder


@pytest.fixture
def lines(tmp_path: Path) -> list[bytes]:
    """The file list of the tree whose copy the tests change."""
    tree = make_tree(tmp_path / 'site')
    listed = bytearray()
    with open_webroot({'path': str(tree)}, [str(tree)]) as capture:
        capture.record(listed.extend)
    subprocess.run(['cp', '-a', str(tree), str(tmp_path / 'copy')], check=True)
    return bytes(listed).splitlines()


@pytest.fixture
def copy(tmp_path: Path, lines: list[bytes]) -> Path:
    """A true copy."""
    assert lines
    return tmp_path / 'copy'


def verify(lines: list[bytes], copy: Path, **how: object) -> TreeFindings:
    return verify_tree(lines, str(copy), **how)  # type: ignore[arg-type]


def test_a_true_copy_has_no_difference(lines: list[bytes], copy: Path) -> None:
    found = verify(lines, copy)
    assert (found.differences, found.total, found.excused) == ([], 0, [])
    assert found.files == 5
    assert found.bytes == 10_000_000 + len('<?php echo 1;') + len('one') + len('odd')


def keep_times(change: Callable[[Path], object], *paths: str) -> Callable[[Path], None]:
    """A change that leaves the mtimes of `paths` alone."""

    def changed(copy: Path) -> None:
        before = {path: (copy / path).stat().st_mtime_ns for path in paths}
        change(copy)
        for path, moment in before.items():
            os.utime(copy / path, ns=(moment, moment))

    return changed


CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    'content': (
        keep_times(lambda copy: (copy / 'pages/deep/one').write_text('two'), 'pages/deep/one'),
        ['pages/deep/one: its content differs (SHA-256)'],
    ),
    'sparse content': (
        keep_times(lambda copy: os.truncate(copy / 'sparse', 0) or os.truncate(copy / 'sparse', 10_000_000), 'sparse'),
        ['sparse: its content differs (SHA-256)'],
    ),
    'size': (
        keep_times(lambda copy: (copy / 'pages/deep/one').write_text('longer'), 'pages/deep/one'),
        ['pages/deep/one: has 6 bytes instead of 3'],
    ),
    'missing': (
        keep_times(lambda copy: (copy / 'pages/deep/one').unlink(), 'pages/deep'),
        ['pages/deep/one: is missing (a file)'],
    ),
    'missing folder': (
        keep_times(lambda copy: shutil.rmtree(copy / 'pages/deep'), 'pages'),
        ['pages/deep: is missing (a directory)', 'pages/deep/one: is missing (a file)'],
    ),
    'missing at the end': (
        keep_times(lambda copy: (copy / 'sparse').unlink(), '.'),
        ['sparse: is missing (a file)'],
    ),
    'unexpected': (
        keep_times(lambda copy: (copy / 'pages/deep/more').write_text('x'), 'pages/deep'),
        ['pages/deep/more: is not in the recovery point (a file)'],
    ),
    'kind': (
        keep_times(lambda copy: (copy / 'pages/deep/one').unlink() or (copy / 'pages/deep/one').mkdir(), 'pages/deep'),
        ['pages/deep/one: is a directory instead of a file'],
    ),
    'socket': (
        keep_times(lambda copy: socket.socket(socket.AF_UNIX).bind(str(copy / 'pages/s')), 'pages'),
        ['pages/s: cannot be compared: a socket: not stored, its program makes it anew'],
    ),
    'mode': (
        lambda copy: (copy / 'pages/deep/one').chmod(0o666),
        ['pages/deep/one: has mode 0666 instead of 0644'],
    ),
    'owner': (
        lambda copy: os.chown(copy / 'pages/deep/one', 0, 34),
        ['pages/deep/one: belongs to 0:34 instead of 33:34'],
    ),
    "link's owner": (
        lambda copy: os.chown(copy / 'link', 5, 6, follow_symlinks=False),
        ['link: belongs to 5:6 instead of 0:0'],
    ),
    'acl': (
        lambda copy: subprocess.run(['setfacl', '-x', 'u:1234', str(copy / 'pages')], check=True),
        [f'pages: its ACL differs ({PLAIN_ACL} instead of {ACL})'],
    ),
    'attribute': (
        lambda copy: os.setxattr(copy / 'index.php', 'user.colour', b'blue'),
        ['index.php: its extended attribute user.colour differs',
         'pages/same.php: its extended attribute user.colour differs'],
    ),
    'new attribute': (
        lambda copy: os.setxattr(copy / 'pages/deep/one', 'user.size', b'1'),
        ['pages/deep/one: its extended attribute user.size is new'],
    ),
    'odd name': (
        keep_times(lambda copy: os.unlink(os.fsencode(copy) + b'/' + ODD), '.'),
        ['not-utf8-\\xff\\x0ax: is missing (a file)'],
    ),
}  # fmt: skip


@pytest.mark.parametrize('change', CHANGES)
def test_each_kind_of_difference_is_named(lines: list[bytes], copy: Path, change: str) -> None:
    make, expected = CHANGES[change]
    make(copy)
    found = verify(lines, copy)
    assert found.differences == expected
    assert found.total == len(expected)


def test_a_time_that_differs_by_a_nanosecond_is_named(lines: list[bytes], copy: Path) -> None:
    moment = (copy / 'index.php').stat().st_mtime_ns
    os.utime(copy / 'index.php', ns=(moment, moment + 1))
    assert verify(lines, copy).differences == [
        f'{name}: has the mtime {moment + 1} instead of {moment} (ns)' for name in ('index.php', 'pages/same.php')
    ]


def test_a_link_that_leads_elsewhere_is_named(lines: list[bytes], copy: Path) -> None:
    moment = (copy / 'link').lstat().st_mtime_ns
    top = copy.stat().st_mtime_ns
    (copy / 'link').unlink()
    (copy / 'link').symlink_to('/etc/passwd')
    os.utime(copy / 'link', ns=(moment, moment), follow_symlinks=False)
    os.utime(copy, ns=(top, top))
    assert verify(lines, copy).differences == ['link: leads to /etc/passwd instead of index.php']


def test_a_hard_link_that_became_a_file_of_its_own_is_named(lines: list[bytes], copy: Path) -> None:
    same = copy / 'pages' / 'same.php'
    subprocess.run(['cp', '-a', '--remove-destination', str(same), str(copy / 'x')], check=True)
    moments = (copy / 'pages').stat().st_mtime_ns, copy.stat().st_mtime_ns
    (copy / 'x').replace(same)
    for folder, moment in zip((copy / 'pages', copy), moments):
        os.utime(folder, ns=(moment, moment))
    assert verify(lines, copy, metadata=False).differences == [
        'pages/same.php: is not a hard link to index.php any more'
    ]


def test_files_that_became_one_are_named(lines: list[bytes], copy: Path) -> None:
    (copy / 'pages/deep/one').unlink()
    os.link(copy / 'index.php', copy / 'pages/deep/one')
    assert verify(lines, copy, metadata=False).differences == [
        'pages/deep/one: is a hard link to index.php instead of a file of its own',
        'pages/deep/one: has 13 bytes instead of 3',
    ]


def test_without_metadata_only_content_counts(lines: list[bytes], copy: Path) -> None:
    for path in ('index.php', 'pages', 'pages/deep/one'):
        os.chown(copy / path, 7, 8)
        (copy / path).chmod(0o700)
        os.utime(copy / path, (1, 1))
    assert verify(lines, copy, metadata=False).total == 0
    assert verify(lines, copy).total > 6


def test_what_may_be_there_beside_the_list_is_no_difference(lines: list[bytes], copy: Path) -> None:
    moment = (copy / 'pages').stat().st_mtime_ns
    (copy / 'pages' / 'app.db').write_text('restored beside')
    os.utime(copy / 'pages', ns=(moment, moment))
    assert verify(lines, copy, left_out=['pages/app.db']).total == 0
    assert verify(lines, copy).differences == ['pages/app.db: is not in the recovery point (a file)']


def test_excused_paths_are_listed_apart(lines: list[bytes], copy: Path) -> None:
    (copy / 'pages/deep/one').write_text('changed while it was backed up')
    found = verify(lines, copy, excused=['pages/deep/one'])
    assert (found.total, found.differences) == (0, [])
    assert found.excused[0] == 'pages/deep/one: has 30 bytes instead of 3'


def test_many_differences_are_counted_and_some_are_listed(lines: list[bytes], copy: Path) -> None:
    for number in range(50):
        (copy / f'new-{number:02}').write_text('x')
    found = verify(lines, copy, limit=10, metadata=False)
    assert found.total == 50
    assert len(found.differences) == 10


def test_an_empty_directory_lacks_everything(lines: list[bytes], tmp_path: Path) -> None:
    (tmp_path / 'empty').mkdir()
    assert verify(lines, tmp_path / 'empty', metadata=False).total == len(lines) - 1


def test_a_directory_that_is_gone_is_an_error_and_no_finding(lines: list[bytes], tmp_path: Path) -> None:
    with pytest.raises(WebrootError, match='gone cannot be opened'):
        verify(lines, tmp_path / 'gone')


def test_a_list_that_is_none_is_an_error_and_no_finding(lines: list[bytes], copy: Path) -> None:
    with pytest.raises(BrokenList, match='not sorted'):
        verify([lines[0], lines[2], lines[1]], copy)
    with pytest.raises(BrokenList):
        verify([*lines[:3], b'nonsense'], copy)


def test_the_list_is_read_to_its_end_so_that_its_hash_is_compared(lines: list[bytes], copy: Path) -> None:
    def ending_badly() -> object:
        yield from lines
        raise RuntimeError('the hash differs')

    with pytest.raises(RuntimeError, match='the hash differs'):
        verify(ending_badly(), copy)  # type: ignore[arg-type]
