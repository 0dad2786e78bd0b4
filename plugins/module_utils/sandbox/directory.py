# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The private directory of one drill. The kernel's lock on it ends with its owner, however he ends: the next drill
sees that and removes what he left."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation
from ansible_collections.rawat.website.plugins.module_utils.pages import ReadPage
from ansible_collections.rawat.website.plugins.module_utils.sandbox import inside_system
from ansible_collections.rawat.website.plugins.module_utils.sandbox.serve import serve

PREFIX = 'drill-'
LOCK = '.owner'


class Sandbox:
    """`directory`: absolute, empty but for our lock; database servers may pass through it, nobody else may look."""

    def __init__(self, directory: str, options: Mapping[str, Any]):
        self.directory, self.options = directory, options

    @classmethod
    @contextlib.contextmanager
    def create(cls, options: Mapping[str, Any], needed_bytes: int = 0) -> Iterator[Sandbox]:
        """A new one below options['drill_directory']; removed at the end. Raises Limitation when there is no room."""
        parent = place_of(options)
        try:
            os.makedirs(parent, mode=0o700, exist_ok=True)
            sweep(parent)
            _require_room(parent, needed_bytes)
            directory = tempfile.mkdtemp(prefix=PREFIX, dir=parent)
            _let_servers_through(directory, parent, options)
        except OSError as error:
            raise Limitation(f'{parent} cannot hold a drill: {error.strerror} (setting: drill_directory)') from error
        lock = _lock(directory)
        try:
            yield cls(directory, options)
        finally:
            _remove(directory)
            if lock is not None:
                os.close(lock)

    @contextlib.contextmanager
    def serve(
        self, site: Mapping[str, Any], manifest: Mapping[str, Any], trees: Mapping[str, str], servers: Mapping[str, Any]
    ) -> Iterator[ReadPage]:
        """Start the restored site; see serve.serve."""
        with serve(self.directory, self.options, site, manifest, trees, servers) as read_page:
            yield read_page


def place_of(options: Mapping[str, Any]) -> str:
    """Where drills happen. Sockets of databases are made below it, whose paths must be short (unix(7): 108 bytes)."""
    said = options.get('drill_directory')
    if said:
        return os.path.realpath(said)
    state = str(options['state_directory'])
    if os.geteuid() != 0 and state == '/var/lib/rawat':
        state = os.path.expanduser('~/.local/state/rawat')
    return os.path.join(os.path.realpath(state), 'drills')


def _let_servers_through(directory: str, parent: str, options: Mapping[str, Any]) -> None:
    """A server's own account (mysql, postgres) must reach its data; what else lies there has modes of its own."""
    state = os.path.realpath(str(options['state_directory']))
    for place in (directory, parent, *([state] if parent.startswith(f'{state}/') else [])):
        mode = stat.S_IMODE(os.stat(place).st_mode)
        if os.geteuid() == 0 and mode & 0o011 != 0o011:
            os.chmod(place, mode | 0o011)  # noqa: S103  (to pass through, not to list)


def sweep(parent: str) -> list[str]:
    """Remove the drills below `parent` whose owner is dead; returns their names."""
    swept = []
    for name in sorted(os.listdir(parent)):
        directory = os.path.join(parent, name)
        if not name.startswith(PREFIX) or os.path.islink(directory) or not os.path.isdir(directory):
            continue
        lock = _lock(directory)
        if lock is not None:
            swept.append(name)
            _remove(directory)
            os.close(lock)
    return swept


def _lock(directory: str) -> int | None:
    """The lock of a drill as descriptor; None while its owner lives, or when somebody else sweeps it right now."""
    descriptor = None
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(os.path.join(directory, LOCK), flags, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if descriptor is not None:
            os.close(descriptor)
        return None
    return descriptor


def _require_room(parent: str, needed_bytes: int) -> None:
    space = os.statvfs(parent)
    free = space.f_bavail * space.f_frsize
    if free < needed_bytes:
        raise Limitation(
            f'{parent}: {free} bytes are free, this drill needs about {needed_bytes}: '
            'make room, or name a larger place (setting: drill_directory)'
        )


def _remove(directory: str) -> None:
    """What lives in `directory`, what is mounted there, and then itself."""
    for number in _processes_in(directory):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(number, signal.SIGKILL)
    below = f'{directory}/'
    for point, _flags in reversed(inside_system.mounts()):
        if point.startswith(below):
            inside_system.unmount(point)
    if os.geteuid() != 0:
        _open_up(directory)
    shutil.rmtree(directory, ignore_errors=False)


def _processes_in(directory: str) -> list[int]:
    """Orphans that work in `directory`: servers of a dead owner, should the kernel not have ended them with him.

    Only orphans, because an administrator's shell may have been taken there to look.
    """
    found = []
    for name in os.listdir('/proc'):
        if name.isdigit() and int(name) != os.getpid():
            with contextlib.suppress(OSError):
                if os.readlink(f'/proc/{name}/cwd').startswith(f'{directory}/') and _parent(name) == 1:
                    found.append(int(name))
    return found


def _parent(name: str) -> int:
    with open(f'/proc/{name}/stat', encoding='utf-8', errors='replace') as file:
        return int(file.read().rpartition(')')[2].split()[1])


def _open_up(directory: str) -> None:
    """A restored folder may deny its own owner to empty it."""
    for path, folders, _files in os.walk(directory):
        for folder in folders:
            place = os.path.join(path, folder)
            mode = os.lstat(place).st_mode
            if stat.S_ISDIR(mode) and mode & 0o700 != 0o700:
                os.chmod(place, 0o700)
