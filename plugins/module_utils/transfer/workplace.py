# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The private folder in which a webroot lies between two repositories. The kernel's lock on it ends with its owner,
however he ends: the next one sees that and removes what he left."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores.common import state_directory

PREFIX, LOCK = 'transfer-', '.owner'


def place_of(options: dict) -> str:
    """Where trees lie while they are copied: the folder transfer in state_directory."""
    return str(state_directory(options) / 'transfer')


@contextlib.contextmanager
def private(work: str, needed_bytes: int) -> Iterator[str]:
    """A new folder below `work`, for us alone; removed at the end. RepositoryError where there is no room for it."""
    try:
        os.makedirs(work, mode=0o700, exist_ok=True)
        sweep(work)
        state = os.statvfs(work)
        free = state.f_bavail * state.f_frsize
        if free < needed_bytes:
            raise RepositoryError(
                f'{work} has {free} bytes free, the largest webroot on its way between two repositories needs '
                f'{needed_bytes}: free some space there (setting: state_directory)'
            )
        folder = tempfile.mkdtemp(prefix=PREFIX, dir=work)
        lock = _lock(folder)
    except OSError as error:
        raise RepositoryError(f'{work} cannot hold a webroot on its way: {error} (setting: state_directory)') from error
    try:
        yield folder
    finally:
        remove(folder)
        if lock is not None:
            os.close(lock)


def sweep(work: str) -> list[str]:
    """Remove what dead owners left; their names."""
    swept = []
    for name in sorted(os.listdir(work)):
        folder = os.path.join(work, name)
        if not name.startswith(PREFIX) or os.path.islink(folder) or not os.path.isdir(folder):
            continue
        lock = _lock(folder)
        if lock is not None:
            swept.append(name)
            remove(folder)
            os.close(lock)
    return swept


def remove(folder: str) -> None:
    """Remove a tree; what cannot be removed now is swept later."""
    shutil.rmtree(folder, ignore_errors=True)


def _lock(folder: str) -> int | None:
    """The lock of a folder as descriptor; None while its owner lives."""
    descriptor = None
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(os.path.join(folder, LOCK), flags, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if descriptor is not None:
            os.close(descriptor)
        return None
    return descriptor
