# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making one tree equal to another, so that a live site goes from one state to the other file by file, each at once.

Every folder on both sides is held open by a descriptor that was got without following a link, and every step names an
entry of such a folder. So an owner who exchanges a folder for a link meanwhile leads us nowhere.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed, spawn
from ansible_collections.rawat.website.plugins.module_utils.webroot.exclude import Exclusions
from ansible_collections.rawat.website.plugins.module_utils.webroot.notes import Notes, why
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable
from ansible_collections.rawat.website.plugins.module_utils.webroot.walk import Walk, open_quietly

BLOCK = 1024 * 1024


def sync_tree(source: str, destination: str, *, delete: bool, keep: Iterable[str] = ()) -> dict[str, int]:
    """Make `destination` equal to `source`: {'written', 'deleted', 'unchanged' (files and links), 'bytes' (written)}.

    What differs in content, kind or metadata is *moved* out of `source` (same file system; what is mounted inside the
    destination is copied to), each file by one rename. `delete`: also remove what `source` lacks. `keep`: relative
    paths that are left exactly as they are in the destination, with all below them. Calling it again after it was
    stopped half-way does not finish the work: `source` has given away what was moved, so restore it anew first.
    Raises WebrootError naming the path.
    """
    sync = _Sync(delete, [os.fsencode(path).strip(b'/') for path in keep])
    current = destination
    try:
        with _Folder(os.fsencode(source)) as origin, _Folder(os.fsencode(destination)) as target:
            sync.run(origin, target)
            current = source
            sync.clear(origin)
    except OSError as error:
        at = printable(sync.at) if sync.at else current
        raise WebrootError(f'{destination}: {at} cannot be brought into place: {why(error)}') from error
    return sync.counts


class _Folder:
    """An open directory."""

    def __init__(self, name: bytes, parent: int | None = None):
        self.descriptor = open_quietly(name, os.O_DIRECTORY, parent)
        self.status = os.fstat(self.descriptor)

    def __enter__(self) -> _Folder:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the descriptor back; twice does no harm."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def look(self, name: bytes) -> os.stat_result | None:
        """The status of an entry; None where there is none."""
        try:
            return os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None


class _Level(NamedTuple):
    """A folder that both sides have, and what is still to be done in it."""

    path: bytes
    source: _Folder
    target: _Folder
    names: Iterator[bytes]


class _Sync:
    """One run. `at` is the path it is busy with, for the message when that fails."""

    def __init__(self, delete: bool, keep: list[bytes]):
        self.delete, self.keep = delete, frozenset(keep)
        self.above_kept = {path[:end] for path in keep for end in range(len(path)) if path[end : end + 1] == b'/'}
        self.counts = {'written': 0, 'deleted': 0, 'unchanged': 0, 'bytes': 0}
        self.at = b''
        self.aside = b'.rawat-aside-' + secrets.token_hex(8).encode()  # in the source: what gave way
        self.number = 0

    def run(self, source: _Folder, target: _Folder) -> None:
        """A stack of levels instead of recursion: a site's owner may nest folders as deep as he likes."""
        os.mkdir(self.aside, 0o700, dir_fd=source.descriptor)
        with _Folder(self.aside, source.descriptor) as self.waste:
            levels = [self._level(b'', source, target)]
            try:
                while levels:
                    level = levels[-1]
                    name = next(level.names, None)
                    if name is not None:
                        below = self._entry(level, name)
                        levels += [below] if below else []
                        continue
                    levels.pop()
                    self.at = level.path
                    _copy_metadata(level.source.descriptor, level.target.descriptor)
                    if levels:
                        level.source.close()
                        level.target.close()
            finally:
                for level in levels[1:]:
                    level.source.close()
                    level.target.close()

    def _level(self, path: bytes, source: _Folder, target: _Folder) -> _Level:
        names = set(os.listdir(os.fsencode(f'/proc/self/fd/{source.descriptor}')))
        if self.delete or self.above_kept:
            names |= set(os.listdir(os.fsencode(f'/proc/self/fd/{target.descriptor}')))
        names.discard(self.aside)
        return _Level(path, source, target, iter(sorted(names)))

    def _entry(self, level: _Level, name: bytes) -> _Level | None:
        """Do one name; a level to go into where both sides have a folder."""
        path = self.at = level.path + b'/' + name if level.path else name
        if path in self.keep:
            return None
        new, old = level.source.look(name), level.target.look(name)
        if new is None:
            return self._surplus(level, name, path, old)
        if old is not None and stat.S_ISDIR(new.st_mode) and stat.S_ISDIR(old.st_mode):
            return self._below(level, name, path)
        if old is not None and _same(level, name, new, old):
            self.counts['unchanged'] += 1
            return None
        mounted = new.st_dev != level.target.status.st_dev
        if stat.S_ISDIR(new.st_mode) and (mounted or path in self.above_kept):
            self._give_way(level, name, old)
            os.mkdir(name, 0o700, dir_fd=level.target.descriptor)
            return self._below(level, name, path)
        self._bring(level, name, new, old, mounted)
        return None

    def _below(self, level: _Level, name: bytes, path: bytes) -> _Level:
        source = _Folder(name, level.source.descriptor)
        try:
            return self._level(path, source, _Folder(name, level.target.descriptor))
        except BaseException:
            source.close()
            raise

    def _surplus(self, level: _Level, name: bytes, path: bytes, old: os.stat_result | None) -> _Level | None:
        """What only the destination has. A folder above a kept path is gone through instead of removed."""
        if old is None or not self.delete:
            return None
        if path not in self.above_kept or not stat.S_ISDIR(old.st_mode):
            self._give_way(level, name, old)
            return None
        os.mkdir(name, 0o700, dir_fd=level.source.descriptor)
        below = self._below(level, name, path)
        _copy_metadata(below.target.descriptor, below.source.descriptor)
        return below

    def _bring(self, level: _Level, name: bytes, new: os.stat_result, old: os.stat_result | None, copy: bool) -> None:
        files, size = _weight(level.source.descriptor, name, new)
        if old is not None and (stat.S_ISDIR(old.st_mode) or stat.S_ISDIR(new.st_mode)):
            self._give_way(level, name, old)  # rename(2) does not put a folder and a file in each other's place
        if copy:
            _copy_in(level, name, new)
        else:
            os.rename(name, name, src_dir_fd=level.source.descriptor, dst_dir_fd=level.target.descriptor)
        self.counts['written'] += files
        self.counts['bytes'] += size

    def _give_way(self, level: _Level, name: bytes, old: os.stat_result | None) -> None:
        """Take an entry out of the destination at once; what it holds is removed at the end, off the site's paths."""
        if old is None:
            return
        self.counts['deleted'] += _weight(level.target.descriptor, name, old)[0]
        self.number += 1
        try:
            os.rename(name, b'%d' % self.number, src_dir_fd=level.target.descriptor, dst_dir_fd=self.waste.descriptor)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _remove(level.target.descriptor, name)

    def clear(self, source: _Folder) -> None:
        """Remove what gave way."""
        _remove(source.descriptor, self.aside)


def _same(level: _Level, name: bytes, new: os.stat_result, old: os.stat_result) -> bool:
    """Content, kind and metadata. Names that share a file on either side are always moved: so they share it again."""
    if (new.st_mode, new.st_uid, new.st_gid, new.st_mtime_ns) != (old.st_mode, old.st_uid, old.st_gid, old.st_mtime_ns):
        return False
    if stat.S_ISLNK(new.st_mode):
        return os.readlink(name, dir_fd=level.source.descriptor) == os.readlink(name, dir_fd=level.target.descriptor)
    if not stat.S_ISREG(new.st_mode) or new.st_size != old.st_size or (new.st_nlink, old.st_nlink) != (1, 1):
        return False
    first = open_quietly(name, 0, level.source.descriptor)
    try:
        second = open_quietly(name, 0, level.target.descriptor)
        try:
            return _attributes(first) == _attributes(second) and _equal(first, second)
        finally:
            os.close(second)
    finally:
        os.close(first)


def _equal(first: int, second: int) -> bool:
    while True:
        block = os.read(first, BLOCK)
        if block != os.read(second, BLOCK):
            return False
        if not block:
            return True


def _attributes(descriptor: int) -> dict[str, bytes]:
    """Extended attributes, ACLs among them; none where the file system has none."""
    try:
        return {name: os.getxattr(descriptor, name) for name in os.listxattr(descriptor)}
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return {}
        raise


def _copy_metadata(source: int, target: int) -> None:
    """Owner, mode, attributes and times of an open file or directory."""
    status, wanted, found = os.fstat(source), _attributes(source), _attributes(target)
    if os.geteuid() == 0:
        os.fchown(target, status.st_uid, status.st_gid)
    for name in found.keys() - wanted.keys():
        os.removexattr(target, name)
    os.fchmod(target, stat.S_IMODE(status.st_mode))
    for name, value in wanted.items():
        if found.get(name) != value:
            os.setxattr(target, name, value)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _copy_in(level: _Level, name: bytes, new: os.stat_result) -> None:
    """The way to another file system: a copy beside its place, then a rename."""
    beside = b'.rawat-new-' + secrets.token_hex(8).encode()
    source, target = level.source.descriptor, level.target.descriptor
    try:
        if stat.S_ISLNK(new.st_mode):
            os.symlink(os.readlink(name, dir_fd=source), beside, dir_fd=target)
            if os.geteuid() == 0:
                os.chown(beside, new.st_uid, new.st_gid, dir_fd=target, follow_symlinks=False)
            os.utime(beside, ns=(new.st_atime_ns, new.st_mtime_ns), dir_fd=target, follow_symlinks=False)
        else:
            _copy_file(name, source, beside, target)
        os.rename(beside, name, src_dir_fd=target, dst_dir_fd=target)
    except BaseException:
        _remove(target, beside)
        raise


def _copy_file(name: bytes, source: int, beside: bytes, target: int) -> None:
    reading = open_quietly(name, 0, source)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        writing = os.open(beside, flags, 0o600, dir_fd=target)
        try:
            while block := os.read(reading, BLOCK):
                view = memoryview(block)
                while view:
                    view = view[os.write(writing, view) :]
            _copy_metadata(reading, writing)
            os.fsync(writing)
        finally:
            os.close(writing)
    finally:
        os.close(reading)


def _weight(parent: int, name: bytes, status: os.stat_result) -> tuple[int, int]:
    """(files and links, bytes) of an entry with all below it."""
    if not stat.S_ISDIR(status.st_mode):
        return 1, status.st_size if stat.S_ISREG(status.st_mode) else 0
    files = size = 0
    with _Folder(name, parent) as folder:
        for entry in Walk(folder.descriptor, Exclusions(()), Notes(0)).entries():
            files += entry.kind != 'dir'
            size += entry.status.st_size if entry.kind == 'file' else 0
    return files, size


def _remove(parent: int, name: bytes) -> None:
    """rm(1) goes down any number of levels and follows no link."""
    child = spawn([b'rm', b'-rf', b'--', b'./' + name], directory=f'/proc/{os.getpid()}/fd/{parent}')
    try:
        child.wait()
    except CommandFailed as failure:
        raise OSError(errno.EIO, str(failure)) from failure
    finally:
        child.kill()
