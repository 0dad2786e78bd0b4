# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making one tree equal to another, so that a live site goes from one state to the other file by file, each at once.

Every folder on both sides is held open by a descriptor that was got without following a link, and every step names an
entry of such a folder. So an owner who exchanges a folder for a link meanwhile leads us nowhere.
"""

from __future__ import annotations

import contextlib
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
from ansible_collections.rawat.website.plugins.module_utils.webroot.walk import Walk, allow_depth, open_quietly

BLOCK = 1024 * 1024
ASIDE, BESIDE = b'.rawat-aside-', b'.rawat-new-'  # begin the names of what gave way, and of what is not in place yet
NO_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP)  # another file system, or one without hard links
Shared = set[tuple[int, int]]  # (device, inode) of files that have several names within one tree


def sync_tree(source: str, destination: str, *, delete: bool, keep: Iterable[str] = ()) -> dict[str, int]:
    """Make `destination` equal to `source`: {'written', 'deleted', 'unchanged' (files and links), 'bytes' (written)}.

    What differs in content, kind or metadata is linked in from `source`, each file by one rename; what is mounted
    inside the destination is copied to. `source` keeps all that it has, so the work can be done again, and is finished
    then, after it was stopped half-way; its files are the destination's own until it is removed. `delete`: also remove
    what `source` lacks. `keep`: relative paths that are left exactly as they are in the destination, with all below.
    Raises WebrootError naming the path.
    """
    sync = _Sync(delete, [os.fsencode(path).strip(b'/') for path in keep])
    allow_depth()
    try:
        with _Folder(os.fsencode(source)) as origin, _Folder(os.fsencode(destination)) as target:
            sync.run(origin, target)
    except OSError as error:
        at = printable(sync.at) if sync.at else source
        raise WebrootError(f'{destination}: {at} cannot be brought into place: {why(error)}') from error
    return sync.counts


class _Folder:
    """An open directory."""

    def __init__(self, name: bytes, parent: int | None = None):
        self.descriptor = open_quietly(name, os.O_DIRECTORY, parent)

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
    """A folder of both sides, and what is still to be done in it."""

    path: bytes
    source: _Folder
    target: _Folder
    names: Iterator[bytes]
    spare: bool  # only the destination has it


class _Sync:
    """One run. `at` is the path it is busy with, for the message when that fails."""

    def __init__(self, delete: bool, keep: list[bytes]):
        self.delete, self.keep = delete, frozenset(keep)
        self.above_kept = {path[:end] for path in keep for end in range(len(path)) if path[end : end + 1] == b'/'}
        self.counts = {'written': 0, 'deleted': 0, 'unchanged': 0, 'bytes': 0}
        self.at = b''
        self.number = 0
        self.shared: tuple[Shared, Shared] = (set(), set())

    def run(self, source: _Folder, target: _Folder) -> None:
        """What gives way is put aside at the source, which is off the site's paths, and removed at the end."""
        self.shared = _shared(source), _shared(target)
        aside = ASIDE + secrets.token_hex(8).encode()
        with _times_kept(source):
            os.mkdir(aside, 0o700, dir_fd=source.descriptor)
        with _Folder(aside, source.descriptor) as self.waste:
            self._levels(source, target)
        with _times_kept(source):
            for name in map(os.fsencode, os.listdir(source.descriptor)):
                if name.startswith(ASIDE):
                    _remove(source.descriptor, name)

    def _levels(self, source: _Folder, target: _Folder) -> None:
        """A stack of levels instead of recursion: a site's owner may nest folders as deep as he likes."""
        levels = [self._level(b'', source, target)]
        try:
            while levels:
                name = next(levels[-1].names, None)
                if name is not None:
                    below = self._entry(levels[-1], name)
                    levels += [below] if below else []
                    continue
                level = levels[-1]
                self.at = level.path
                if not level.spare:
                    _copy_metadata(level.source.descriptor, level.target.descriptor)
                levels.pop()
                _close(level)
        finally:
            for level in levels:
                _close(level)

    def _level(self, path: bytes, source: _Folder, target: _Folder, spare: bool = False) -> _Level:
        names = set() if spare else set(map(os.fsencode, os.listdir(source.descriptor)))
        if self.delete:
            names |= set(map(os.fsencode, os.listdir(target.descriptor)))
        if not path:
            names = {name for name in names if not name.startswith(ASIDE)}
        return _Level(path, source, target, iter(sorted(names)), spare)

    def _entry(self, level: _Level, name: bytes) -> _Level | None:
        """Do one name; a level to go into for a folder."""
        path = self.at = level.path + b'/' + name if level.path else name
        if path in self.keep:
            return None
        new, old = None if level.spare else level.source.look(name), level.target.look(name)
        if new is None:
            return self._surplus(level, name, path, old)
        if stat.S_ISDIR(new.st_mode):
            if old is None or not stat.S_ISDIR(old.st_mode):
                self._give_way(level, name, old)
                os.mkdir(name, 0o700, dir_fd=level.target.descriptor)
            return self._below(level, name, path)
        if old is not None and self._same(level, name, new, old):
            self.counts['unchanged'] += 1
            return None
        if old is not None and stat.S_ISDIR(old.st_mode):
            self._give_way(level, name, old)  # rename(2) does not put a file in a folder's place
        _bring(level, name, new)
        self.counts['written'] += 1
        self.counts['bytes'] += new.st_size if stat.S_ISREG(new.st_mode) else 0
        return None

    def _below(self, level: _Level, name: bytes, path: bytes, spare: bool = False) -> _Level:
        """`spare`: a folder that only the destination has, of which something is kept."""
        source = _Folder(b'.' if spare else name, level.source.descriptor)
        try:
            return self._level(path, source, _Folder(name, level.target.descriptor), spare)
        except BaseException:
            source.close()
            raise

    def _surplus(self, level: _Level, name: bytes, path: bytes, old: os.stat_result | None) -> _Level | None:
        if old is None or not self.delete:
            return None
        if path in self.above_kept and stat.S_ISDIR(old.st_mode):
            return self._below(level, name, path, spare=True)
        self._give_way(level, name, old)
        return None

    def _give_way(self, level: _Level, name: bytes, old: os.stat_result | None) -> None:
        """Take an entry out of the destination at once, whatever lies below it."""
        if old is None:
            return
        self.counts['deleted'] += _files(level.target.descriptor, name, old)
        self.number += 1
        target, waste = level.target.descriptor, self.waste.descriptor
        try:
            os.rename(name, b'%d' % self.number, src_dir_fd=target, dst_dir_fd=waste)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _remove(target, name)

    def _same(self, level: _Level, name: bytes, new: os.stat_result, old: os.stat_result) -> bool:
        """Content, kind and metadata. Files with several names in either tree are always brought, to share again."""
        if (new.st_dev, new.st_ino) == (old.st_dev, old.st_ino):
            return True
        if _identity(new) != _identity(old) or stat.S_IFMT(new.st_mode) not in (stat.S_IFREG, stat.S_IFLNK):
            return False
        if (new.st_dev, new.st_ino) in self.shared[0] or (old.st_dev, old.st_ino) in self.shared[1]:
            return False
        source, target = level.source.descriptor, level.target.descriptor
        if stat.S_ISLNK(new.st_mode):
            return os.readlink(name, dir_fd=source) == os.readlink(name, dir_fd=target)
        first = open_quietly(name, 0, source)
        try:
            second = open_quietly(name, 0, target)
            try:
                return _attributes(first) == _attributes(second) and _equal(first, second)
            finally:
                os.close(second)
        finally:
            os.close(first)


@contextlib.contextmanager
def _times_kept(folder: _Folder) -> Iterator[None]:
    """The source's own times are the destination's to be: our folder in it must not change them."""
    status = os.fstat(folder.descriptor)
    try:
        yield
    finally:
        os.utime(folder.descriptor, ns=(status.st_atime_ns, status.st_mtime_ns))


def _close(level: _Level) -> None:
    if level.path:  # the topmost folders are the caller's
        level.source.close()
        level.target.close()


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns, status.st_size


def _shared(folder: _Folder) -> Shared:
    """The files that have several names in a tree. Names elsewhere (a snapshot made of links) do not count."""
    once: Shared = set()
    found: Shared = set()
    for entry in Walk(folder.descriptor, Exclusions(()), Notes(0)).entries():
        if entry.kind != 'dir' and entry.status.st_nlink > 1:
            key = entry.status.st_dev, entry.status.st_ino
            (found if key in once else once).add(key)
    return found


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


def _bring(level: _Level, name: bytes, new: os.stat_result) -> None:
    """A link to the source's file beside its place (a copy where there can be no link), then a rename."""
    beside = BESIDE + secrets.token_hex(8).encode()
    source, target = level.source.descriptor, level.target.descriptor
    try:
        try:
            os.link(name, beside, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in NO_LINK:
                raise
            _copy(name, source, beside, target, new)
        os.rename(beside, name, src_dir_fd=target, dst_dir_fd=target)
    except BaseException:
        _remove(target, beside)
        raise


def _copy(name: bytes, source: int, beside: bytes, target: int, new: os.stat_result) -> None:
    if not stat.S_ISLNK(new.st_mode):
        _copy_file(name, source, beside, target)
        return
    os.symlink(os.readlink(name, dir_fd=source), beside, dir_fd=target)
    if os.geteuid() == 0:
        os.chown(beside, new.st_uid, new.st_gid, dir_fd=target, follow_symlinks=False)
    os.utime(beside, ns=(new.st_atime_ns, new.st_mtime_ns), dir_fd=target, follow_symlinks=False)


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


def _files(parent: int, name: bytes, status: os.stat_result) -> int:
    """Files and links in an entry, with all below it."""
    if not stat.S_ISDIR(status.st_mode):
        return 1
    with _Folder(name, parent) as folder:
        entries = Walk(folder.descriptor, Exclusions(()), Notes(0)).entries()
        return sum(entry.kind != 'dir' for entry in entries)


def _remove(parent: int, name: bytes) -> None:
    """rm(1) goes down any number of levels and follows no link."""
    child = spawn([b'rm', b'-rf', b'--', b'./' + name], directory=f'/proc/{os.getpid()}/fd/{parent}')
    try:
        child.wait()
    except CommandFailed as failure:
        raise OSError(errno.EIO, str(failure)) from failure
    finally:
        child.kill()
