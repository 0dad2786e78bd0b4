# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two directories change places in one step: renameat2(2) with RENAME_EXCHANGE, where the file system knows it.

Where it does not (some network file systems), two renames do, and for a moment there is no directory; a journal makes
that moment recoverable. A directory that is a mount point, or has one below, cannot be exchanged at all.
"""

from __future__ import annotations

import ctypes
import errno
import os

RENAME_NOREPLACE, RENAME_EXCHANGE = 1, 2  # linux/fs.h
AT_FDCWD = -100
UNKNOWN = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)

_libc = ctypes.CDLL(None, use_errno=True)


def exchange(one: str, other: str) -> None:
    """`one` and `other` change names. OSError; EINVAL, ENOSYS or EOPNOTSUPP where the file system cannot do it."""
    _renameat2(one, other, RENAME_EXCHANGE)


def move(source: str, destination: str) -> None:
    """Rename a directory to a name that must be free (FileExistsError)."""
    try:
        _renameat2(source, destination, RENAME_NOREPLACE)
    except OSError as error:
        if error.errno not in UNKNOWN:
            raise
        if os.path.lexists(destination):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), destination) from error
        os.rename(source, destination)


def mounts_within(path: str) -> list[str]:
    """Mount points at or below `path` (a real path), from /proc/self/mountinfo (proc_pid_mountinfo(5))."""
    found = []
    with open('/proc/self/mountinfo', encoding='utf-8', errors='surrogateescape') as lines:
        for line in lines:
            point = line.split(' ')[4].encode('utf-8', 'surrogateescape').decode('unicode_escape')
            point = point.encode('latin-1').decode('utf-8', 'surrogateescape')
            if f'{point}/'.startswith(f'{path.rstrip("/")}/'):
                found.append(point)
    return sorted(set(found))


def identity(path: str) -> list[int] | None:
    """[device, inode] of what is at `path`, None when nothing is: tells two trees apart, whatever their names."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    return [found.st_dev, found.st_ino]


def _renameat2(source: str, destination: str, flags: int) -> None:
    names = os.fsencode(source), os.fsencode(destination)
    if _libc.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), source, None, destination)
