# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks that are files: loop devices with ext4, which can be written-protected, copied, filled and pulled out."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import struct
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXT4_IOC_SHUTDOWN = 0x8004587D  # linux/fs/ext4/ext4.h: _IOR('X', 125, __u32)
NO_LOG_FLUSH = 2  # nothing more reaches the disk, not even what the journal still holds


def run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f'{words}: {done.stderr}'
    return done.stdout


class Disk:
    """One external disk: `plug` it in, `pull` it out while somebody writes, look at what is on it."""

    def __init__(self, folder: Path, label: str, megabytes: int = 64):
        self.image, self.label, self.uuid, self.device = folder / f'{label}.img', label, str(uuid.uuid4()), ''
        with self.image.open('wb') as handle:
            handle.truncate(megabytes * 1024 * 1024)
        run('mkfs.ext4', '-q', '-m', '0', '-U', self.uuid, str(self.image))

    @property
    def medium(self) -> dict[str, Any]:
        """As website_media has it."""
        return {'label': self.label, 'uuid': self.uuid}

    def plug(self, *options: str) -> str:
        """A loop device; returns its path."""
        self.device = run('losetup', '--find', '--show', *options, str(self.image)).strip()
        return self.device

    def unplug(self) -> None:
        """Detach; what nobody mounts any more goes at once."""
        if self.device:
            run('losetup', '--detach', self.device)
            self.device = ''

    @contextlib.contextmanager
    def mounted(self, folder: Path, *options: str) -> Iterator[Path]:
        """The disk at `folder` for the time of the block, as any user would mount it."""
        folder.mkdir(exist_ok=True)
        run('mount', *options, self.device or str(self.image), str(folder))
        try:
            yield folder
        finally:
            run('umount', str(folder))

    def files(self, folder: Path) -> dict[str, str]:
        """{path: SHA-256} of every file on it, without lock files."""
        with self.mounted(folder):
            return {
                str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(folder.rglob('*'))
                if path.is_file() and path.name != '.lock'
            }


def seen_by(pid: int, folder: Path) -> Path:
    """A folder as a process sees it, whose mounts are its own."""
    return Path(f'/proc/{pid}/root{folder}')


def is_mounted(pid: int, folder: Path) -> bool:
    """Whether a process has something mounted there."""
    try:
        lines = Path(f'/proc/{pid}/mountinfo').read_text().splitlines()
    except OSError:
        return False
    return any(line.split(' ')[4] == str(folder) for line in lines)


def pull(pid: int, folder: Path) -> bool:
    """Cut the disk off from the file system in the middle of whatever happens; False when it is not mounted now.

    What the kernel still holds in memory never arrives, and every access from now on is an error: what the developers
    of ext4 use to imitate a disk that is gone.
    """
    try:
        descriptor = os.open(seen_by(pid, folder), os.O_RDONLY)
    except OSError:
        return False
    try:
        if not is_mounted(pid, folder):
            return False
        fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack('I', NO_LOG_FLUSH))
    finally:
        os.close(descriptor)
    return True
