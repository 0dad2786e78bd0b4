# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only door to files that others wrote: regular files of bounded size, links under a rule, and it always ends.

Paths are those of the machine that is looked at; `root` is the folder which is its `/`, and no link leads out of it.
A link is followed when root made it or its maker owns what it points to (what Apache calls SymLinksIfOwnerMatch):
otherwise a site's owner could have us take the neighbour's configuration for theirs.
Files are opened below link-free folders, each held open, so that nothing can be exchanged between look and reading.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Sequence

from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError

FILE_LIMIT = 1024 * 1024  # bytes; configuration is smaller
FOLDER_LIMIT = 10_000  # names of one folder
LINK_LIMIT = 40  # as the kernel's
_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_LISTED = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_WIDE = {codecs.BOM_UTF16_LE: 'utf-16', codecs.BOM_UTF16_BE: 'utf-16'}


class Unreadable(RawatError):
    """What we do not read: `path` as asked for, `reason` a clause such as 'permission denied'."""

    def __init__(self, path: str, reason: str):
        self.path = path
        self.reason = reason
        super().__init__(f'{printable(path)} was not read: {reason}')


class Absent(Unreadable):
    """It is not there (or vanished meanwhile)."""


def read(path: str, limit: int = FILE_LIMIT, root: str = '/') -> bytes:
    """The whole of a regular file of at most `limit` bytes that is text. Raises Unreadable; Absent when not there."""
    try:
        data = _bytes_of(_parts(resolve(path, root)), limit, root)
    except OSError as error:
        raise _refused(path, error) from error
    except ValueError as error:  # a NUL in the name; a file that we refuse
        raise Unreadable(path, str(error)) from error
    if b'\0' in data and data[:2] not in _WIDE:
        raise Unreadable(path, 'it is binary')
    return data


def text(path: str, limit: int = FILE_LIMIT, root: str = '/') -> str:
    """The same, decoded: UTF-8, UTF-16 where its mark says so, else Latin-1; lines end in \\n. Raises Unreadable."""
    return decoded(read(path, limit, root))


def decoded(data: bytes) -> str:
    if data[:2] in _WIDE:
        whole = data.decode('utf-16', 'replace').replace('\0', '')
    else:
        try:
            whole = data.decode('utf-8-sig')
        except UnicodeDecodeError:
            whole = data.decode('latin-1')
    return whole.replace('\r\n', '\n').replace('\r', '\n')


def names(path: str, limit: int = FOLDER_LIMIT, root: str = '/') -> list[str]:
    """What a folder holds, sorted. Raises Unreadable, also for more than `limit` names."""
    try:
        descriptor = _open(_parts(resolve(path, root)), _LISTED, root)
        found = []
        try:
            with os.scandir(descriptor) as entries:
                for entry in entries:
                    found.append(entry.name)
                    if len(found) > limit:
                        raise Unreadable(path, f'it holds more than {limit} names')
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _refused(path, error) from error
    return sorted(found)


def is_file(path: str, root: str = '/') -> bool:
    """Whether a regular file is there, of which we would follow the links; False too when it cannot be known."""
    return stat.S_ISREG(_mode(path, root))


def is_folder(path: str, root: str = '/') -> bool:
    return stat.S_ISDIR(_mode(path, root))


def resolve(path: str, root: str = '/') -> str:
    """The path without links, still as the machine sees it. Raises Unreadable: cyclic links, one of another owner."""
    try:
        return '/' + '/'.join(_Walk(path, root).follow(path.split('/'), []))
    except OSError as error:
        raise _refused(path, error) from error
    except ValueError as error:
        raise Unreadable(path, str(error)) from error


def printable(path: str) -> str:
    """A path as a remark may hold it: no control characters, no undecodable bytes, not endless."""
    plain = path.encode('utf-8', 'backslashreplace').decode()
    plain = ''.join(one if one.isprintable() else one.encode('unicode_escape').decode() for one in plain)
    return plain if len(plain) <= 300 else f'{plain[:300]}…'


class _Walk:
    """One resolution: how many links it took is counted over all of its parts."""

    def __init__(self, path: str, root: str):
        self.path = path
        self.root = root
        self.links = 0

    def follow(self, parts: Sequence[str], start: Sequence[str]) -> list[str]:
        """The link-free parts of what `parts` lead to from `start` (link-free itself)."""
        done = list(start)
        for part in parts:
            if part in ('', '.'):
                continue
            if part == '..':
                done = done[:-1]
                continue
            done.append(part)
            status = self._status(done)
            if stat.S_ISLNK(status.st_mode):
                done = self._target(done, status.st_uid)
        return done

    def _target(self, place: list[str], owner: int) -> list[str]:
        self.links += 1
        if self.links > LINK_LIMIT:
            raise Unreadable(self.path, f'it is reached through more than {LINK_LIMIT} links')
        target = os.readlink(_real(place, self.root))
        goal = self.follow(target.split('/'), [] if target.startswith('/') else place[:-1])
        if owner not in (0, self._status(goal).st_uid):
            link = printable('/' + '/'.join(place))
            raise Unreadable(self.path, f'the link {link} and what it points to belong to different users')
        return goal

    def _status(self, parts: Sequence[str]) -> os.stat_result:
        return os.stat(_real(parts, self.root), follow_symlinks=False)


def _mode(path: str, root: str) -> int:
    try:
        return os.stat(_real(_parts(resolve(path, root)), root), follow_symlinks=False).st_mode
    except (OSError, Unreadable):
        return 0


def _real(parts: Sequence[str], root: str) -> str:
    return os.path.join(root, *parts)


def _parts(resolved: str) -> list[str]:
    return [part for part in resolved.split('/') if part]


def _open(parts: Sequence[str], flags: int, root: str) -> int:
    """A descriptor of what link-free `parts` name; each folder is held open while the next is opened in it."""
    place = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FOLDER, dir_fd=place)
            os.close(place)
            place = inner
        name = parts[-1] if parts else '.'
        if not flags & os.O_DIRECTORY:
            # Before it is opened: to open a device may already do something.
            _regular(os.stat(name, dir_fd=place, follow_symlinks=False))
        return os.open(name, flags, dir_fd=place)
    finally:
        os.close(place)


def _bytes_of(parts: Sequence[str], limit: int, root: str) -> bytes:
    """Raises OSError, and ValueError for what is too large or no file."""
    with os.fdopen(_open(parts, _FILE, root), 'rb', buffering=0) as handle:
        _regular(os.fstat(handle.fileno()))
        return bounded(handle.fileno(), limit)


def bounded(descriptor: int, limit: int = FILE_LIMIT) -> bytes:
    """All bytes from an open regular file. Raises OSError, and ValueError for more than `limit`."""
    data = bytearray()
    while len(data) <= limit:
        piece = os.read(descriptor, limit + 1 - len(data))
        if not piece:
            return bytes(data)
        data += piece
    raise ValueError(f'it has more than {limit} bytes')


def _regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ValueError('it is not a regular file')


def _refused(path: str, error: OSError) -> Unreadable:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return Absent(path, 'there is no such file')
    return Unreadable(path, (error.strerror or 'unknown error').lower())
