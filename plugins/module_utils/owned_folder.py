# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private folders that tell whether their owner lives: the kernel's lock on one ends with him, however he ends. So the
next one sees what was left, and removes it."""

from __future__ import annotations

import fcntl
import os
import stat
from typing import Callable

LOCK = '.owner'


def take(folder: str) -> int | None:
    """The lock of a folder as descriptor; None while its owner lives, or when somebody else sweeps it right now."""
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


def sweep(parent: str, prefix: str, remove: Callable[[str], None]) -> list[str]:
    """Remove the folders below `parent` whose names begin so and whose owner is dead; their names."""
    swept = []
    for name in sorted(os.listdir(parent)):
        folder = os.path.join(parent, name)
        if not name.startswith(prefix) or os.path.islink(folder) or not os.path.isdir(folder):
            continue
        lock = take(folder)
        if lock is not None:
            swept.append(name)
            remove(folder)
            os.close(lock)
    return swept


def open_up(folder: str) -> None:
    """A restored folder may deny its own owner to empty it."""
    for path, folders, _files in os.walk(folder):
        for name in folders:
            place = os.path.join(path, name)
            mode = os.lstat(place).st_mode
            if stat.S_ISDIR(mode) and mode & 0o700 != 0o700:
                os.chmod(place, 0o700)
