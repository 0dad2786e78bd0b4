# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of a site on a remote that knows no locks: small objects there, and flock(2) on this machine.

Whoever wants the lock writes an object of its own into `.lock` and then lists that folder: when somebody else's is
there, too, it takes its own away again and waits. So two never hold it, as long as the remote lists what was written
before (object stores of today do; rclone's caches and some consumer clouds do not).

A run that died leaves its object. One of this machine is taken away at once (flock tells that its run is dead), one of
another machine once it has expired: an object's name says when, by the clock of the one that wrote it.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import time
from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryBusy, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.stores import common
from ansible_collections.rawat.website.plugins.module_utils.stores.place_local import acquire

FOLDER = '.lock'
POLL = 1.0  # seconds between two looks
SLACK = 3600  # seconds that a run may overstep its deadline, and clocks may differ


class RcloneLock:
    """One holder of one site's lock."""

    def __init__(self, place: Any, options: dict):
        self.place, self.what = place, f'{place.label}: site {place.site}'
        self.life = max(options['deadline'], options['copy_deadline']) + SLACK
        key = common.sha256(f'{place.label}\0{place.site}'.encode())[:32]
        self.local = common.state_directory(options) / 'archive-rclone' / f'{key}.lock'
        self.machine = self.name = ''

    @contextlib.contextmanager
    def hold(self, owner: str, wait: int) -> Iterator[None]:
        """Hold the lock; RepositoryBusy when another run keeps it for `wait` seconds."""
        descriptor = common.lock_file(self.local, self.place.label)
        try:
            acquire(descriptor, owner, wait, self.what)
            self.machine = self._machine()
            self._acquire(owner, time.monotonic() + wait, wait)
            try:
                yield
            finally:
                with contextlib.suppress(RepositoryError):  # out of reach: the next run of this machine takes it away
                    self._withdraw()
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    def still_ours(self) -> None:
        """RepositoryError when somebody took the lock away."""
        if self.place.size(f'{FOLDER}/{self.name}') is None:
            raise RepositoryError(f'{self.what}: the lock was lost to another run; nothing was committed, run it again')

    def _machine(self) -> str:
        """What this machine calls itself in locks of this site; made under the flock, so once."""
        path = self.local.with_suffix('.machine')
        if not path.exists():
            path.write_text(secrets.token_hex(8))
        return path.read_text()

    def _acquire(self, owner: str, until: float, wait: int) -> None:
        while True:
            if (other := self._other()) is None:
                self.name = f'{int(time.time()) + self.life}.{self.machine}.{secrets.token_hex(8)}'
                self.place.put(f'{FOLDER}/{self.name}', common.owner_text(owner))
                if (other := self._other()) is None:
                    return
                self._withdraw()
            if time.monotonic() >= until:
                raise self._busy(other, wait)
            time.sleep(POLL * (0.5 + random.random()))  # noqa: S311 - so that two do not step aside for ever

    def _withdraw(self) -> None:
        name, self.name = self.name, ''
        self.place.remove_file(f'{FOLDER}/{name}')

    def _other(self) -> str | None:
        """The lock of somebody else that is to be respected; those of dead runs are removed."""
        for name in self.place.names(FOLDER):
            expires, _dot, rest = name.partition('.')
            if name == self.name:
                continue
            if rest.startswith(f'{self.machine}.') or (expires.isdigit() and int(expires) < time.time()):
                self.place.remove_file(f'{FOLDER}/{name}')
            else:
                return str(name)
        return None

    def _busy(self, name: str, wait: int) -> RepositoryBusy:
        try:
            text = self.place.text(f'{FOLDER}/{name}')
        except RepositoryError:  # it has just ended
            text = b''
        expires = name.partition('.')[0]
        ends = f', which ends by itself at {utc(int(expires))}' if expires.isdigit() else ''
        object_name = f'{self.place.site}/{FOLDER}/{name}'
        return RepositoryBusy(
            f'{common.busy(self.what, text, wait)}. If that run is dead, delete {object_name} there{ends}'
        )
