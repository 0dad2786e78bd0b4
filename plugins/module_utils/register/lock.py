# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One writer at a time: flock(2) on a file beside the register, which goes with its process whatever that dies of."""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import json
import os
import time
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.stores.common import owner_text, parse_utc

NAME = 'register.lock'
POLL = 0.05  # seconds between two tries


class RegisterError(RawatError):
    """The register cannot be read or written; the message names it, the cause and the remedy."""


class RegisterBusy(RegisterError):
    """Another writer holds the lock; the message names it and since when."""


@contextlib.contextmanager
def locked(filing: str, wait: int) -> Iterator[None]:
    """Hold the register of `filing` alone; waits up to `wait` seconds. RegisterBusy, RegisterError."""
    path = os.path.join(filing, NAME)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise RegisterError(
            f'{path} cannot be opened: {error.strerror}; the register is written under this lock: give the account '
            'that runs this the right to write there'
        ) from error
    try:
        _acquire(descriptor, path, wait)
        # The name is for the eyes of whoever waits; the lock holds without it (a full disk).
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, owner_text(_account()), 0)
        yield
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: str, wait: int) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise _busy(path, os.pread(descriptor, 4096, 0), wait) from None
        except OSError as error:
            raise RegisterError(
                f'{path} cannot be locked: {error.strerror}; the filing directory must lie on a file system with '
                'flock(2)'
            ) from error
        time.sleep(POLL)


def _busy(path: str, content: bytes, wait: int) -> RegisterBusy:
    try:
        holder = json.loads(content)
        age = int(time.time() - (parse_utc(holder['since']) or time.time()))
        who = f'{holder["owner"]} (host {holder["host"]}, pid {holder["pid"]}) for {age} s'
    except (ValueError, KeyError, TypeError):
        who = 'a process that has not written its name yet'
    return RegisterBusy(
        f'{path} is held by {who}; waited {wait} s. Let that process end (a dead one frees the lock by itself) and '
        'try again'
    )


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as containers have them
        return str(os.geteuid())
