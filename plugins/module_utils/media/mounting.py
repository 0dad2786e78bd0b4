# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mount that nobody else sees, and that ends with this process whatever it dies of.

The module is its own process; it leaves the mounts of the machine (unshare(2)) before it mounts anything, so no file
manager, no backup and no user finds the medium meanwhile, and a kill leaves it unmounted.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils.media.devices import Device
from ansible_collections.rawat.website.plugins.module_utils.media.settings import MediumError
from ansible_collections.rawat.website.plugins.module_utils.sandbox import inside_system as system

FLAGS = system.MS_NOSUID | system.MS_NODEV | system.MS_NOEXEC | system.MS_NOATIME
PATIENCE = 5.0  # seconds in which whatever still has a file open must let go
_private = False


def leave_the_mounts() -> None:
    """From here on this process has mounts of its own. Before any thread is started: it is the thread's own act."""
    global _private
    if _private:
        return
    try:
        system.unshare(system.CLONE_NEWNS)
        system.mount('none', '/', flags=system.MS_REC | system.MS_PRIVATE)
    except OSError as error:
        raise MediumError(
            f'a medium cannot be mounted by this account ({error.strerror}): let root do it (ansible_become on the '
            'host website_media_host), or mount it yourself and export to its directory'
        ) from error
    _private = True


@contextlib.contextmanager
def mounted(device: Device, folder: Path, label: str, writable: bool = True) -> Iterator[Path]:
    """The file system of `device` at `folder` for the time of the block. MediumError.

    An error of the block is not hidden by one of the unmounting; a medium that was pulled cannot be unmounted in peace.
    """
    leave_the_mounts()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = FLAGS | (0 if writable else system.MS_RDONLY)
    try:
        system.mount(device.path, str(folder), device.kind, flags)
    except OSError as error:
        raise MediumError(f'medium {label} ({device.path}) {_reason(error, device)}') from error
    try:
        _writable(folder, device, label, writable)
        yield folder
    except BaseException:
        with contextlib.suppress(OSError):
            system.unmount(str(folder))
        raise
    _unmount(folder, device, label)


def _reason(error: OSError, device: Device) -> str:
    if error.errno == errno.ENODEV:
        return f'cannot be mounted: the kernel of this machine does not know {device.kind}; use ext4'
    if error.errno in (errno.EROFS, errno.EACCES):
        return 'is read-only: move its write protection switch, or look at the kernel log'
    if error.errno == errno.EBUSY:
        return 'is already mounted elsewhere: unmount it'
    detail = f'{error.strerror}; look at the kernel log, then check it: fsck {device.path}'
    return f'cannot be mounted as {device.kind}: {detail}'


def _writable(folder: Path, device: Device, label: str, wanted: bool) -> None:
    """A file system that met an error earlier lets itself be mounted, but for reading only."""
    if wanted and os.statvfs(folder).f_flag & os.ST_RDONLY:
        raise MediumError(
            f'medium {label} ({device.path}) is read-only: its file system has an error; check it: fsck {device.path}'
        )


def _unmount(folder: Path, device: Device, label: str) -> None:
    """Really unmounted, so that everything is on the disk: what lingers is an error, never detached lazily."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            system.unmount(str(folder), 0)
            return
        except OSError as error:
            if error.errno == errno.EBUSY and time.monotonic() < until:
                time.sleep(0.1)
                continue
            with contextlib.suppress(OSError):
                system.unmount(str(folder))
            raise MediumError(f'medium {label} ({device.path}) cannot be unmounted: {error.strerror}') from error
