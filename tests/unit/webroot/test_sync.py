# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two trees become equal, file by file, and nothing outside them is touched."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError
from ansible_collections.rawat.website.plugins.module_utils.webroot import sync as sync_module
from ansible_collections.rawat.website.plugins.module_utils.webroot.sync import sync_tree

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason='owners and mounts need root')


def look(root: Path) -> dict[str, tuple[Any, ...]]:
    """Every property of every entry; hard links as the first name of their file."""
    found: dict[str, tuple[Any, ...]] = {}
    first: dict[int, str] = {}
    for path in [root, *sorted(root.rglob('*'))]:
        status, name = path.lstat(), str(path.relative_to(root))
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        linked = first.setdefault(status.st_ino, name) if path.is_file() else None
        attributes = {key: os.getxattr(path, key) for key in os.listxattr(path)} if not path.is_symlink() else {}
        found[name] = (
            status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns, content, linked, attributes,
        )  # fmt: skip
    return found


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A tree that is in use."""
    folder = tmp_path / 'live'
    (folder / 'pages' / 'old').mkdir(parents=True)
    (folder / 'index.php').write_text('index')
    (folder / 'pages' / 'page').write_text('page')
    (folder / 'pages' / 'old' / 'a').write_text('a')
    (folder / 'pages' / 'old' / 'b').write_text('b')
    (folder / 'link').symlink_to('index.php')
    os.link(folder / 'index.php', folder / 'pages' / 'same.php')
    return folder


@pytest.fixture
def source(tmp_path: Path, live: Path) -> Path:
    """A restored copy of it."""
    subprocess.run(['cp', '-a', str(live), str(tmp_path / 'source')], check=True)
    return tmp_path / 'source'


def test_equal_trees_stay_as_they_are(live: Path, source: Path) -> None:
    inode = (live / 'pages' / 'page').stat().st_ino
    counts = sync_tree(str(source), str(live), delete=True)
    assert (counts['deleted'], counts['unchanged']) == (0, 4)
    assert counts['written'] == 2  # the names that share a file are always brought
    assert (live / 'pages' / 'page').stat().st_ino == inode


def change_everything(source: Path) -> None:
    (source / 'index.php').write_text('INDEX')  # both names
    (source / 'pages' / 'page').unlink()
    (source / 'pages' / 'page').mkdir(0o2750)
    (source / 'pages' / 'page' / 'inside').write_text('a folder where a file was')
    subprocess.run(['rm', '-r', str(source / 'pages' / 'old')], check=True)
    (source / 'pages' / 'old').write_text('a file where a folder was')
    (source / 'link').unlink()
    (source / 'link').symlink_to('/etc/passwd')
    (source / 'new' / 'deep').mkdir(parents=True)
    (source / 'new' / 'deep' / 'file').write_text('new')
    os.chown(source / 'new' / 'deep', 33, 34)
    subprocess.run(['setfacl', '-m', 'd:u:1234:rwx,u:1234:rwx', str(source / 'new')], check=True)
    os.setxattr(source / 'new' / 'deep' / 'file', 'user.x', b'y')
    os.utime(source / 'new' / 'deep', ns=(1, 123_456_789))


def test_whatever_differs_is_brought_and_the_rest_deleted(live: Path, source: Path) -> None:
    change_everything(source)
    (live / 'extra').write_text('x')
    (live / 'more' / 'extra').mkdir(parents=True)
    (live / 'more' / 'extra' / 'file').write_text('x')
    expected = look(source)
    counts = sync_tree(str(source), str(live), delete=True)
    assert look(live) == expected
    assert look(source) == expected
    # index.php twice, inside, old, link, new file; gone: page, a, b, extra, more/extra/file
    assert (counts['written'], counts['deleted'], counts['unchanged']) == (6, 5, 0)
    assert counts['bytes'] == 2 * len('INDEX') + len('a folder where a file wasa file where a folder wasnew')


def test_metadata_alone_is_a_difference(live: Path, source: Path) -> None:
    (source / 'pages' / 'page').chmod(0o600)
    os.chown(source / 'link', 5, 6, follow_symlinks=False)
    os.setxattr(source / 'pages' / 'old' / 'a', 'user.x', b'y')
    sync_tree(str(source), str(live), delete=True)
    assert look(live) == look(source)


def test_without_delete_the_rest_stays(live: Path, source: Path) -> None:
    (live / 'extra').write_text('x')
    assert sync_tree(str(source), str(live), delete=False)['deleted'] == 0
    assert (live / 'extra').read_text() == 'x'


def test_what_is_to_be_kept_is_neither_replaced_nor_deleted(live: Path, source: Path) -> None:
    (live / 'cache' / 'pages').mkdir(parents=True)
    (live / 'cache' / 'pages' / 'one').write_text('live')
    (live / 'cache' / 'other').write_text('goes')
    (live / 'pages' / 'page').write_text('live')
    (source / 'pages' / 'old' / 'a').write_text('A')
    before = (live / 'cache').stat().st_mode
    sync_tree(str(source), str(live), delete=True, keep=['cache/pages', 'pages/page'])
    assert (live / 'cache' / 'pages' / 'one').read_text() == 'live'
    assert (live / 'cache').stat().st_mode == before
    assert (live / 'pages' / 'page').read_text() == 'live'
    assert not (live / 'cache' / 'other').exists()
    assert (live / 'pages' / 'old' / 'a').read_text() == 'A'


def test_a_link_where_a_folder_should_be_is_replaced_and_not_followed(live: Path, source: Path, tmp_path: Path) -> None:
    outside = tmp_path / 'outside'
    outside.mkdir()
    (outside / 'precious').write_text('precious')
    subprocess.run(['rm', '-r', str(live / 'pages')], check=True)
    (live / 'pages').symlink_to(outside)
    (live / 'extra').symlink_to(outside)
    sync_tree(str(source), str(live), delete=True)
    assert look(live) == look(source)
    assert [path.name for path in outside.iterdir()] == ['precious']
    assert (outside / 'precious').read_text() == 'precious'


def test_it_is_finished_when_it_is_done_again_after_it_was_stopped(
    live: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_everything(source)
    (live / 'extra').write_text('x')
    expected, bring, done = look(source), sync_module._bring, 0

    def bring_twice(*arguments: Any) -> None:
        nonlocal done
        done += 1
        if done > 2:
            raise KeyboardInterrupt
        bring(*arguments)

    monkeypatch.setattr(sync_module, '_bring', bring_twice)
    with pytest.raises(KeyboardInterrupt):
        sync_tree(str(source), str(live), delete=True)
    assert look(live) != expected
    monkeypatch.setattr(sync_module, '_bring', bring)
    sync_tree(str(source), str(live), delete=True)
    assert look(live) == expected == look(source)


def test_names_elsewhere_do_not_make_a_file_new(live: Path, source: Path, tmp_path: Path) -> None:
    """A snapshot of hard links beside the live tree, which is the way back."""
    subprocess.run(['cp', '-al', str(live), str(tmp_path / 'before')], check=True)
    before = look(live)
    (source / 'pages' / 'page').write_text('new')
    counts = sync_tree(str(source), str(live), delete=True)
    assert counts['unchanged'] == 3
    assert (live / 'pages' / 'page').read_text() == 'new'
    assert (tmp_path / 'before' / 'pages' / 'page').read_text() == 'page'
    sync_tree(str(tmp_path / 'before'), str(live), delete=True)
    assert look(live) == before


def test_what_is_mounted_in_the_destination_is_copied_to(live: Path, source: Path) -> None:
    (live / 'media').mkdir()
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', str(live / 'media')], check=True)
    try:
        (live / 'media' / 'stale').mkdir()
        (live / 'media' / 'stale' / 'x').write_text('x')
        (source / 'media' / 'deep').mkdir(parents=True)
        (source / 'media' / 'deep' / 'file').write_text('file')
        (source / 'media' / 'deep' / 'file').chmod(0o640)
        (source / 'media' / 'link').symlink_to('deep/file')
        sync_tree(str(source), str(live), delete=True)
        expected, found = look(source), look(live)
        assert found == expected
    finally:
        subprocess.run(['umount', str(live / 'media')], check=True)


@pytest.fixture
def usual_limit() -> Iterator[None]:
    """1,024 open files, as most systems have it, however many this process may have."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures('usual_limit')
def test_folders_deeper_than_python_recurses_are_no_problem(live: Path, source: Path) -> None:
    for tree in (live, source):
        descriptor = os.open(tree, os.O_RDONLY)
        for _level in range(1200):
            os.mkdir('d', dir_fd=descriptor)
            below = os.open('d', os.O_RDONLY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        if tree == source:
            os.close(os.open('bottom', os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
        os.close(descriptor)
    try:
        assert sync_tree(str(source), str(live), delete=True)['written'] == 3  # and the two names of index.php
    finally:
        subprocess.run(['rm', '-rf', str(live), str(source)], check=True)


def test_a_destination_that_is_gone_is_named(source: Path, tmp_path: Path) -> None:
    with pytest.raises(WebrootError, match=f'{tmp_path}/gone.*No such file'):
        sync_tree(str(source), str(tmp_path / 'gone'), delete=True)
