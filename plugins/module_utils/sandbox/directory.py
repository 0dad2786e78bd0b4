# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The private directory of one drill; what a dead one left is removed by the next (owned_folder.py)."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import owned_folder
from ansible_collections.rawat.website.plugins.module_utils.errors import Limitation
from ansible_collections.rawat.website.plugins.module_utils.pages import ReadPage
from ansible_collections.rawat.website.plugins.module_utils.sandbox import inside_system
from ansible_collections.rawat.website.plugins.module_utils.sandbox.serve import serve

PREFIX = 'drill-'


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
            owned_folder.sweep(parent, PREFIX, _remove)
            _require_room(parent, needed_bytes)
            directory = tempfile.mkdtemp(prefix=PREFIX, dir=parent)
            _let_servers_through(directory, parent, options)
        except OSError as error:
            raise Limitation(f'{parent} cannot hold a drill: {error.strerror} (setting: drill_directory)') from error
        lock = owned_folder.take(directory)
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
        owned_folder.open_up(directory)
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
