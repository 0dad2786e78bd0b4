# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The private directory of one run: in memory where the machine has such a place, 0700, gone afterwards."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = 'rawat-run-'
LOCK = 'owner.lock'


@contextlib.contextmanager
def private_directory() -> Iterator[Path]:
    """A fresh directory for secrets and for what ansible-runner writes; removed at the end, whatever happens.

    What a killed run left behind (its lock is free again) is removed by the next one.
    """
    parent = _place()
    _sweep(parent)
    path = Path(tempfile.mkdtemp(prefix=f'.{PREFIX}', dir=parent))
    try:
        with (path / LOCK).open('w', encoding='utf-8') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Others look at the final name only: nobody finds it without its lock being held.
            path = path.rename(parent / path.name[1:])
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _place() -> Path:
    """XDG_RUNTIME_DIR and /dev/shm are memory: what is written there never reaches a disk."""
    for candidate in (os.environ.get('XDG_RUNTIME_DIR'), '/dev/shm'):  # noqa: S108  (mkdtemp makes it 0700, unguessable)
        if candidate and Path(candidate).is_dir() and os.access(candidate, os.W_OK | os.X_OK):
            return Path(candidate)
    return Path(tempfile.gettempdir())


def _sweep(parent: Path) -> None:
    for path in parent.glob(f'{PREFIX}*'):
        with contextlib.suppress(OSError):  # another user's, or swept by somebody else just now
            if path.is_symlink() or path.stat().st_uid != os.geteuid():
                continue
            with (path / LOCK).open('r+', encoding='utf-8') as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
