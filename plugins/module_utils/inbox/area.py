# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of one target on a backup server. Everything is opened by descriptor, and links are never followed.

<area>/<site>/.partial-<point>/   open: being written          <area>/<site>/<point>/   committed, waits for the vault
<area>/<site>/.events/            events that wait             <area>/<site>/.accepted/ the vault's receipts
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from typing import Callable

from ansible_collections.rawat.website.plugins.module_utils.inbox.wire import (
    ACCEPTED,
    BLOCK,
    PARTIAL,
    POINT,
    SITE,
    SUM,
    USAGE,
    Refused,
    checked,
)

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a fifo must not hold us up
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
LOCK_WAIT, POLL = 10.0, 0.1  # seconds: a session whose client was killed needs a moment to notice


@contextlib.contextmanager
def opened(path: str, flags: int, parent: int | None = None, mode: int = 0o640) -> Iterator[int]:
    """An open descriptor, closed at the end."""
    descriptor = os.open(path, flags, mode, dir_fd=parent)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def folder(name: str, parent: int, make: bool = False) -> Iterator[int]:
    """A folder (never a link to one); with `make` a missing one is made."""
    if make:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o770, dir_fd=parent)
            os.fsync(parent)
    with opened(name, FOLDER, parent) as descriptor:
        yield descriptor


def exists(name: str, parent: int) -> bool:
    """Is there anything of that name?"""
    try:
        os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def read_small(name: str, parent: int, limit: int) -> bytes:
    """All of a regular file up to `limit` bytes; Refused beyond."""
    with opened(name, READ_FILE, parent) as descriptor, open(descriptor, 'rb', closefd=False) as handle:
        data = handle.read(limit + 1)
    if len(data) > limit:
        raise Refused(f'{name} is longer than {limit} bytes')
    return data


def write_all(descriptor: int, data: bytes) -> None:
    """write(2) all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


class Area:
    """The area of one target, and its limits."""

    def __init__(self, path: str, arguments: argparse.Namespace, alive: Callable[[], None]):
        self.descriptor = os.open(path, FOLDER)
        self.quota, self.limits, self.alive = arguments.quota, arguments, alive

    def site(self, request: dict, make: bool = False) -> contextlib.AbstractContextManager[int]:
        """The folder of the request's site. FileNotFoundError where there is none."""
        name = checked(request, 'site', SITE)
        if make and not exists(name, self.descriptor) and len(os.listdir(self.descriptor)) >= self.limits.sites:
            raise Refused(f'the inbox takes no more than {self.limits.sites} sites')
        return folder(name, self.descriptor, make)

    def used(self) -> int:
        """Bytes of everything that waits in the area, and of what the vault keeps of this target (its own count)."""
        total = 0
        for _path, folders, files, descriptor in os.fwalk('.', dir_fd=self.descriptor):
            self.alive()
            for name in files:
                with contextlib.suppress(FileNotFoundError):
                    total += os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_size
            if ACCEPTED in folders:
                total += _kept_by_vault(descriptor)
        return total

    def free(self) -> int:
        """Bytes that may still come: of the quota, and of the disk."""
        state = os.fstatvfs(self.descriptor)
        return min(self.quota - self.used(), state.f_bavail * state.f_frsize)

    def require_room(self) -> int:
        """Bytes that the quota still allows; Refused, with the numbers, when there are none."""
        used = self.used()
        if used >= self.quota:
            raise Refused(
                f'the quota of this target is used up: {used} of {self.quota} bytes; '
                'let the vault side take in what waits, prune old recovery points, or raise quota_bytes there'
            )
        return self.quota - used


def listed(name: str, parent: int) -> list[str]:
    """Names in a folder; none where it is missing."""
    try:
        with folder(name, parent) as descriptor:
            return os.listdir(descriptor)
    except FileNotFoundError:
        return []


def receipts_in(site: int) -> set[str]:
    """The points of a site that the vault has taken in."""
    found = {name[: -len('.json')] for name in listed(ACCEPTED, site) if name.endswith('.json')}
    return {point for point in found if POINT.fullmatch(point)}


@contextlib.contextmanager
def open_point(point: str, site: int, lock: int, alive: Callable[[], None] = lambda: None) -> Iterator[int]:
    """The folder of an open point under flock(2): shared by those who write files, exclusive for its end.

    So nothing is added to a point that is committed meanwhile: whoever waited looks whether it is still the open one.
    """
    with folder(PARTIAL + point, site) as descriptor:
        until = time.monotonic() + LOCK_WAIT
        while True:
            try:
                fcntl.flock(descriptor, lock | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Refused(f'{point}: another session is at work in it') from None
            alive()
            time.sleep(POLL)
        with folder(PARTIAL + point, site) as now:
            if not os.path.sameopenfile(descriptor, now):
                raise Refused(f'{point} is no longer open')
        yield descriptor


def read_from_disk(descriptor: int, alive: Callable[[], None]) -> str:
    """The SHA-256 of an open file, read from the disk and not from memory."""
    digest, view = hashlib.sha256(), memoryview(bytearray(BLOCK))
    os.fsync(descriptor)  # only clean pages can be dropped
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    while size := os.readv(descriptor, [view]):
        digest.update(view[:size])
        alive()
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    return digest.hexdigest()


def parse_sums(text: bytes) -> dict[str, str]:
    """{file: SHA-256} of a SHA256SUMS. Refused when it is no such list, or names a file twice."""
    found: dict[str, str] = {}
    for line in text.decode('ascii', 'replace').splitlines():
        fields = SUM.fullmatch(line)
        if not fields or fields[2] in found:
            raise Refused(f'SHA256SUMS: the line {line[:100]!r} is not usable')
        found[fields[2]] = fields[1]
    return found


def _kept_by_vault(site: int) -> int:
    """Bytes of the site that the vault says it keeps; 0 where it has said nothing."""
    try:
        with folder(ACCEPTED, site) as receipts:
            return int(json.loads(read_small(USAGE, receipts, BLOCK))['bytes'])
    except (OSError, ValueError, TypeError, KeyError, Refused):
        return 0
