# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small disk that can be full, read-only or pulled."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from integration.stores.line import call

DISK = 64 * 1024 * 1024  # bytes of the file system that holds a repository
LEFT = 300_000  # bytes that are free on a full one


class Disk:
    """A small file system of its own, mounted over a directory that is there."""

    def __init__(self, image: Path, place: Path):
        self.image, self.place, self.filler = image, place, place / '.filler'
        with image.open('wb') as handle:
            handle.truncate(DISK)
        call('mkfs.ext4', '-q', '-m', '0', '-b', '4096', '-N', '8192', str(image))
        place.mkdir(parents=True, exist_ok=True)
        mode = place.stat().st_mode
        self.plug()
        (place / 'lost+found').rmdir()
        place.chmod(mode)

    def plug(self) -> None:
        """Mount it."""
        call('mount', '-o', 'loop', str(self.image), str(self.place))

    def pull(self) -> None:
        """Take it away from its place, whoever uses it."""
        call('umount', '--lazy', str(self.place))

    @contextlib.contextmanager
    def read_only(self) -> Iterator[None]:
        """Nobody can write on it."""
        self._remount('ro')
        yield
        self._remount('rw')

    def _remount(self, how: str) -> None:
        until = time.monotonic() + 60
        while subprocess.run(['mount', '-o', f'remount,{how}', str(self.place)], capture_output=True).returncode:
            assert time.monotonic() < until, f'{self.place} cannot be remounted {how}: somebody writes there'
            time.sleep(0.1)

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """There is hardly room on it."""
        state = os.statvfs(self.place)
        descriptor = os.open(self.filler, os.O_WRONLY | os.O_CREAT)
        os.posix_fallocate(descriptor, 0, state.f_bavail * state.f_frsize - LEFT)
        os.close(descriptor)
        yield
        self.filler.unlink()
