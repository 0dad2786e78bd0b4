# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walking a tree that its owner may change, or turn against us, while we are in it.

Every level is held open as a directory descriptor, got by O_NOFOLLOW | O_DIRECTORY from the one above; no path is ever
looked up from the root again. So no exchange of a directory for a link can lead us out of the webroot.
"""

from __future__ import annotations

import errno
import os
import resource
import stat
from collections.abc import Generator, Iterator
from typing import cast

from ansible_collections.rawat.website.plugins.module_utils.webroot.exclude import Exclusions
from ansible_collections.rawat.website.plugins.module_utils.webroot.notes import Notes, why
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import ROOT, printable

# O_NONBLOCK: a FIFO put in place of a file must not stop us. O_NOCTTY: nor a terminal take hold of us.
COMMON = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
BATCH = 50_000  # names of one directory that are held in memory
PATH_LIMIT = 4093  # bytes: with './' and the closing NUL Linux' PATH_MAX; nothing can restore a longer name
DESCRIPTORS = 6144  # two trees in step, one for each level of a path of at most PATH_LIMIT bytes, and some
CHANGED_KIND = 'it was replaced by something of another kind while the webroot was read'
VANISHED = 'it vanished while the webroot was read'
SPECIAL = (
    (stat.S_ISSOCK, 'a socket: not stored, its program makes it anew'),
    (stat.S_ISFIFO, 'a FIFO: not stored'),
    (stat.S_ISCHR, 'a character device: not stored'),
    (stat.S_ISBLK, 'a block device: not stored'),
)


class Entry:
    """A file ('file'), directory ('dir') or symbolic link ('link').

    `path` relative to the webroot (bytes, '.' for itself), `target` of a link.
    `status` is of the opened descriptor for a directory, of the name for the others until :meth:`open`.
    A directory's `descriptor` is None if it cannot be opened. Valid until the walk goes on.
    """

    __slots__ = ('descriptor', 'kind', 'name', 'parent', 'path', 'status', 'target')

    def __init__(self, path: bytes, name: bytes, parent: int, kind: str, status: os.stat_result):
        self.path, self.name, self.parent, self.kind, self.status = path, name, parent, kind, status
        self.target = b''
        self.descriptor: int | None = None

    def open(self) -> int:
        """Open a file for reading; `status` is that of the descriptor from then on. Raises OSError."""
        descriptor = open_quietly(self.name, 0, self.parent)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, CHANGED_KIND)
        except OSError:
            os.close(descriptor)
            raise
        self.status = status
        return descriptor


def allow_depth() -> None:
    """As many open folders as a deep tree needs, where the administrator's hard limit lets us (1,024 are usual)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Walk:
    """The entries of the tree below `root` (an open descriptor, the caller's), sorted by `paths.sort_key`."""

    def __init__(self, root: int, exclusions: Exclusions, notes: Notes):
        self.root, self.exclusions, self.notes = root, exclusions, notes
        self.excluded = 0
        allow_depth()

    def entries(self) -> Generator[Entry, None, None]:
        """Yield every entry. All descriptors are closed when the generator ends or is closed."""
        entry = Entry(ROOT, ROOT, self.root, 'dir', os.fstat(self.root))
        entry.descriptor = os.dup(self.root)
        levels = [(entry, self._names(entry))]
        try:
            yield entry
            while levels:
                above, names = levels[-1]
                name = next(names, None)
                if name is None:
                    _close(levels.pop()[0])
                    continue
                found = self._look(above, name)
                if found is None:
                    continue
                if found.kind == 'dir':  # held before it is yielded, so that it is closed whatever happens
                    levels.append((found, self._names(found)))
                yield found
        finally:
            for entry, _names in levels:
                _close(entry)

    def _names(self, directory: Entry) -> Iterator[bytes]:
        """The sorted names in a directory; trouble in reading it ends them and is noted."""
        if directory.descriptor is None or self.exclusions.empties(directory.path):
            return
        try:
            yield from sorted_names(directory.descriptor)
        except OSError as error:
            self.notes.skip(
                directory.path, f'the directory cannot be listed ({why(error)}): what it contains is missing'
            )

    def _look(self, above: Entry, name: bytes) -> Entry | None:
        path = name if above.path == ROOT else above.path + b'/' + name
        if self.exclusions.drops(path, name):
            self.excluded += 1
            return None
        if len(path) > PATH_LIMIT:
            self.notes.skip(
                path[:200] + b'...', f'its path is longer than {PATH_LIMIT} bytes: nothing could restore it'
            )
            return None
        try:
            return self._entry(path, name, above)
        except OSError as error:
            self.notes.skip(path, reason(error))
            return None

    def _entry(self, path: bytes, name: bytes, above: Entry) -> Entry | None:
        parent = cast(int, above.descriptor)  # names come from open directories only
        status = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if stat.S_ISREG(status.st_mode):
            return Entry(path, name, parent, 'file', status)
        if stat.S_ISDIR(status.st_mode):
            return self._directory(Entry(path, name, parent, 'dir', status), above)
        if stat.S_ISLNK(status.st_mode):
            entry = Entry(path, name, parent, 'link', status)
            entry.target = os.readlink(name, dir_fd=parent)
            return entry
        kinds = [reason for is_kind, reason in SPECIAL if is_kind(status.st_mode)]
        self.notes.skip(path, kinds[0] if kinds else 'of an unknown kind: not stored')
        return None

    def _directory(self, entry: Entry, above: Entry) -> Entry | None:
        try:
            entry.descriptor = open_quietly(entry.name, os.O_DIRECTORY, entry.parent)
        except OSError as error:
            if error.errno == errno.ENOENT:
                raise
            if error.errno in (errno.ENOTDIR, errno.ELOOP):
                self.notes.skip(entry.path, CHANGED_KIND)
                return None
            self.notes.skip(entry.path, f'the directory cannot be opened ({why(error)}): what it contains is missing')
            return entry
        entry.status = os.fstat(entry.descriptor)
        if entry.status.st_dev != above.status.st_dev:
            self.notes.remark(
                f'{printable(entry.path)} is a mount point: what is mounted there is stored with the webroot'
            )
        return entry


def reason(error: OSError) -> str:
    """Why something that was there a moment ago cannot be opened."""
    if error.errno == errno.ENOENT:
        return VANISHED
    if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENOTDIR):  # now a link, a FIFO or socket, no directory
        return CHANGED_KIND
    return why(error)


def open_quietly(name: bytes, flags: int, parent: int | None = None) -> int:
    """Open for reading: no link followed, and atime left alone where the kernel lets us (the owner or root)."""
    try:
        return os.open(name, COMMON | flags | os.O_NOATIME, dir_fd=parent)
    except PermissionError:
        return os.open(name, COMMON | flags, dir_fd=parent)


def sorted_names(descriptor: int, batch: int = BATCH) -> Iterator[bytes]:
    """The names in an open directory, sorted as bytes.

    At most 2 * `batch` are in memory: a larger directory is read several times, each time for the next `batch` names.
    """
    last = None
    while True:
        names, more = _smallest(descriptor, last, batch)
        yield from names
        if not more:
            return
        last = names[-1]


def _smallest(descriptor: int, after: bytes | None, batch: int) -> tuple[list[bytes], bool]:
    """The `batch` smallest names greater than `after`, sorted, and whether there are greater ones."""
    names: list[bytes] = []
    more = False
    with os.scandir(descriptor) as entries:
        for entry in entries:
            name = os.fsencode(entry.name)
            if after is None or name > after:
                names.append(name)
                if len(names) >= 2 * batch:
                    names.sort()
                    del names[batch:]
                    more = True
    names.sort()
    if len(names) > batch:
        del names[batch:]
        more = True
    return names, more


def _close(entry: Entry) -> None:
    if entry.descriptor is not None:
        os.close(entry.descriptor)
        entry.descriptor = None
