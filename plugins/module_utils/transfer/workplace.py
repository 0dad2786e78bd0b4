# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The private folder in which a webroot lies between two repositories; the next one removes what a dead one left."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils import owned_folder
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores.common import state_directory

PREFIX = 'transfer-'


def place_of(options: dict) -> str:
    """Where trees lie while they are copied: the folder transfer in state_directory."""
    return str(state_directory(options) / 'transfer')


@contextlib.contextmanager
def private(work: str, needed_bytes: int) -> Iterator[str]:
    """A new folder below `work`, for us alone; removed at the end. RepositoryError where there is no room for it."""
    try:
        os.makedirs(work, mode=0o700, exist_ok=True)
        owned_folder.sweep(work, PREFIX, remove)
        state = os.statvfs(work)
        free = state.f_bavail * state.f_frsize
        if free < needed_bytes:
            raise RepositoryError(
                f'{work} has {free} bytes free, the largest webroot on its way between two repositories needs '
                f'{needed_bytes}: free some space there (setting: state_directory)'
            )
        folder = tempfile.mkdtemp(prefix=PREFIX, dir=work)
        lock = owned_folder.take(folder)
    except OSError as error:
        raise RepositoryError(f'{work} cannot hold a webroot on its way: {error} (setting: state_directory)') from error
    try:
        yield folder
    finally:
        remove(folder)
        if lock is not None:
            os.close(lock)


def remove(folder: str) -> None:
    """Remove a tree; what cannot be removed now is swept later."""
    if os.geteuid() != 0:
        with contextlib.suppress(OSError):
            owned_folder.open_up(folder)
    shutil.rmtree(folder, ignore_errors=True)
