# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two directories change places in one step: renameat2(2) with RENAME_EXCHANGE, where the file system knows it.

Where it does not (some network file systems), two renames do, and for a moment there is no directory; a journal makes
that moment recoverable. A directory that is a mount point, or has one below, cannot be exchanged at all.

Which directory is which must be known after a power cut, too, when devices may have other numbers (btrfs, overlays,
disks that are found in another order) and inodes as well (overlays). So both get a mark, an extended attribute.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from collections.abc import Iterator

RENAME_NOREPLACE, RENAME_EXCHANGE = 1, 2  # linux/fs.h
AT_FDCWD = -100
UNKNOWN = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)
MARKS = ('trusted.rawat', 'user.rawat')  # xattr(7): root's, which a site's owner neither sees nor makes; else one's own

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
    """Mount points at or below `path` (a real path)."""
    return sorted({point for point, _kind, _options in _mounts() if _is_within(point, path)})


def refuses_renames(path: str) -> bool:
    """Whether `path` lies on an overlay that renames no directory of its lower layers (EXDEV, overlayfs.rst)."""
    above = [mount for mount in reversed(list(_mounts())) if _is_within(path, mount[0])]
    _point, kind, options = max(above, key=lambda mount: len(mount[0]))
    return kind == 'overlay' and 'redirect_dir=on' not in options.split(',')


def _mounts() -> Iterator[tuple[str, str, str]]:
    """(mount point, kind, options of the file system), from /proc/self/mountinfo (proc_pid_mountinfo(5))."""
    with open('/proc/self/mountinfo', encoding='utf-8', errors='surrogateescape') as lines:
        for line in lines:
            head, _dash, tail = line.rstrip('\n').partition(' - ')
            point = head.split(' ')[4].encode('utf-8', 'surrogateescape').decode('unicode_escape')
            kind, _source, options = tail.split(' ', 2)
            yield point.encode('latin-1').decode('utf-8', 'surrogateescape'), kind, options


def _is_within(path: str, folder: str) -> bool:
    return f'{path.rstrip("/")}/'.startswith(f'{folder.rstrip("/")}/')


def identity(path: str) -> list | None:
    """What tells one tree from another, whatever their names: its mark, else [device, inode]; None without a tree."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    return read_mark(path) or [found.st_dev, found.st_ino]


def read_mark(path: str) -> list[str] | None:
    """[mark] of a directory; None where it has none, or the file system knows no extended attributes."""
    with contextlib.suppress(OSError):
        return [os.getxattr(path, _mark_name(), follow_symlinks=False).decode('ascii', 'replace')]
    return None


def mark(path: str, text: str) -> None:
    """Mark a directory, if that can be done here; its times stay as they are."""
    with contextlib.suppress(OSError):
        os.setxattr(path, _mark_name(), text.encode('ascii'), follow_symlinks=False)


def unmark(path: str, text: str) -> None:
    """Take a mark that begins with `text` off; there may be none, nor a directory."""
    found = read_mark(path)
    if found and found[0].startswith(text):
        with contextlib.suppress(OSError):
            os.removexattr(path, _mark_name(), follow_symlinks=False)


def _mark_name() -> str:
    return MARKS[0] if os.geteuid() == 0 else MARKS[1]


def _renameat2(source: str, destination: str, flags: int) -> None:
    names = os.fsencode(source), os.fsencode(destination)
    if _libc.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), source, None, destination)
