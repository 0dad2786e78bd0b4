# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What backups leave out, brought from one tree to another as hard links: no room, no time, always the newest.

Every level is held open as a directory descriptor and no link is followed, because the tree's owner may change it
while we read it as root.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.webroot.exclude import Exclusions

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def link_left_out(source: str, destination: str, exclusions: Exclusions) -> int:
    """Link what `exclusions` match in `source` into the same folders of `destination`; files linked.

    What is there already stays, and a folder that `destination` does not have brings nothing.
    """
    with _Directory(source) as old, _Directory(destination) as new:
        return _left_out(old, new, b'', exclusions)


def left_out(source: str, exclusions: Exclusions) -> list[str]:
    """Relative paths of what `exclusions` match in `source`; of a folder that is emptied, what it contains."""
    with _Directory(source) as folder:
        return [os.fsdecode(path) for path in _matching(folder, b'', exclusions)]


@contextlib.contextmanager
def folder_of(tree: str, file: str) -> Iterator[int]:
    """The open folder of `file` (relative) in `tree`, reached without following a link. OSError where it is none."""
    descriptor = os.open(tree, DIRECTORY)
    try:
        for name in file.split('/')[:-1]:
            inner = os.open(name, DIRECTORY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


class _Directory:
    def __init__(self, path: str | bytes, parent: int | None = None):
        self.descriptor = os.open(path, DIRECTORY, dir_fd=parent)

    def __enter__(self) -> _Directory:
        return self

    def __exit__(self, *_details: object) -> None:
        os.close(self.descriptor)

    def names(self) -> list[str]:
        return os.listdir(self.descriptor)


def _left_out(old: _Directory, new: _Directory, above: bytes, exclusions: Exclusions) -> int:
    present, total = set(new.names()), 0
    for name in old.names():
        path = above + os.fsencode(name)
        if exclusions.drops(path, os.fsencode(name)):
            total += 0 if name in present else _link(old.descriptor, new.descriptor, name)
        elif name in present and _is_directory(old, name) and _is_directory(new, name):
            with _Directory(name, old.descriptor) as inner_old, _Directory(name, new.descriptor) as inner_new:
                if exclusions.empties(path):
                    total += _link_contents(inner_old, inner_new)
                else:
                    total += _left_out(inner_old, inner_new, path + b'/', exclusions)
    return total


def _matching(folder: _Directory, above: bytes, exclusions: Exclusions) -> Iterator[bytes]:
    for name in folder.names():
        path = above + os.fsencode(name)
        if exclusions.drops(path, os.fsencode(name)):
            yield path
        elif _is_directory(folder, name):
            with _Directory(name, folder.descriptor) as inner:
                if exclusions.empties(path):
                    yield from (path + b'/' + os.fsencode(below) for below in inner.names())
                else:
                    yield from _matching(inner, path + b'/', exclusions)


def _link_contents(old: _Directory, new: _Directory) -> int:
    present = set(new.names())
    return sum(_link(old.descriptor, new.descriptor, name) for name in old.names() if name not in present)


def _is_directory(directory: _Directory, name: str) -> bool:
    return stat.S_ISDIR(os.lstat(name, dir_fd=directory.descriptor).st_mode)


def _link(source: int, destination: int, name: str) -> int:
    """Link one entry, a directory with all below it; what vanished meanwhile is no entry."""
    try:
        found = os.lstat(name, dir_fd=source)
        if found.st_dev != os.fstat(destination).st_dev:
            return 0  # another file system is mounted there: it stays where it is
        if not stat.S_ISDIR(found.st_mode):
            os.link(name, name, src_dir_fd=source, dst_dir_fd=destination, follow_symlinks=False)
            return 1
        os.mkdir(name, 0o700, dir_fd=destination)
        with _Directory(name, source) as old, _Directory(name, destination) as new:
            total = sum(_link(old.descriptor, new.descriptor, inner) for inner in old.names())
            _same_metadata(os.fstat(old.descriptor), new.descriptor, old.descriptor)
        return total
    except FileNotFoundError:
        return 0


def _same_metadata(found: os.stat_result, descriptor: int, source: int) -> None:
    """Owner, mode, attributes (ACLs are among them) and times of a directory."""
    if os.geteuid() == 0:
        os.fchown(descriptor, found.st_uid, found.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(found.st_mode))
    for name in os.listxattr(source):
        if not name.startswith(('security.selinux', 'trusted.')):
            os.setxattr(descriptor, name, os.getxattr(source, name))
    os.utime(descriptor, ns=(found.st_atime_ns, found.st_mtime_ns))
