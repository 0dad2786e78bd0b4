# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was restored is on the disk before the journal says so: a power cut must not leave new names of empty files.

Programs that unpack (tar, restic) leave their data to the kernel, which may write it half a minute later, but a rename
can reach the disk at once. So the file systems of all that was built are written out first: syncfs(2), one call however
many files there are. The servers' own databases are on the disk when their clients end, as far as the server is told to
keep what it has committed; loading changes none of its settings.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterable, Iterator

from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError

_libc = ctypes.CDLL(None, use_errno=True)


def write_out(paths: Iterable[str]) -> None:
    """The file systems on which `paths` (or the nearest folders above them) lie are on their disks. RestoreError."""
    done = set()
    for path in paths:
        with _opened(path) as descriptor:
            device = os.fstat(descriptor).st_dev
            if device not in done:
                _syncfs(descriptor, path)
                done.add(device)


def sync_folders(paths: Iterable[str]) -> None:
    """The names in the folders of `paths` are on the disk; folders that are gone are no matter."""
    for folder in sorted({os.path.dirname(path) for path in paths}):
        if os.path.isdir(folder):
            with _opened(folder) as descriptor:
                os.fsync(descriptor)


@contextlib.contextmanager
def _opened(path: str) -> Iterator[int]:
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _syncfs(descriptor: int, path: str) -> None:
    """syncfs(2): waits, and tells a write error since the descriptor was opened (Linux 5.8 on)."""
    try:
        call = _libc.syncfs
    except AttributeError:  # a C library without it
        os.sync()
        return
    if call(descriptor) != 0:
        reason = os.strerror(ctypes.get_errno())
        raise RestoreError(
            f'{path}: what was restored could not be written to the disk ({reason}); look at that disk (dmesg) first'
        )
