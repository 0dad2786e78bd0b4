# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`website_concurrency`: at most so many sites of a target at once, and so many dumps of a database server.

One run works on the sites of a target one after the other, but several runs may meet: a schedule and a person, two
controllers, slices whose hosts share a database server. So the limits are kept where they meet: by locked files of the
target, and by the database server itself. Both go with the process that holds them.

A limit is a courtesy, never a gate: any account of a database server can hold a lock of any name, and a backup that is
not made helps nobody. Who has waited long enough goes on, and says so in a remark.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils import engines
from ansible_collections.rawat.website.plugins.module_utils.engines.turns import Turns
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress

PAUSE = 1.0  # seconds between two attempts
MOST = 1000  # turns; more is a slip of the pen
CONCURRENCY: dict = {
    'target': {'type': 'int', 'default': 0},
    'database_server': {'type': 'int', 'default': 0},
}
NO_SERVER = (CommandFailed, RawatError, OSError)  # a server that gives no turns


def problems(limits: Mapping[str, Any] | None) -> list[str]:
    """What is wrong with `website_concurrency`, one line each."""
    return [
        f'website_concurrency.{name} {number} is not usable: 1 to {MOST} at once, or 0 for no limit'
        for name, number in (limits or {}).items()
        if name in CONCURRENCY and not 0 <= number <= MOST
    ]


class Limits:
    """The limits of one run, and `patience`: the seconds that it still waits, in all."""

    def __init__(self, target: int = 0, database_server: int = 0, patience: float = 0):
        self.target, self.database_server, self.patience = target, database_server, patience

    @contextlib.contextmanager
    def site(self, folder: Path, progress: Progress) -> Iterator[list[str]]:
        """One of the target's turns, kept for the length of the block; yields remarks."""
        if not self.target:
            yield []
            return
        with contextlib.ExitStack() as stack:
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                files = [_opened(folder / f'site-{number}', stack) for number in range(1, self.target + 1)]
                free = self._waited(lambda: any(map(_locked, files)), progress, '')
                remarks = [] if free else [_ran_out('target', self.target, 'other runs')]
            except OSError as error:
                remarks = [f'website_concurrency.target was not kept: {error}']
            yield remarks

    @contextlib.contextmanager
    def dump(self, database: Mapping[str, Any], label: str, progress: Progress) -> Iterator[list[str]]:
        """One of the database server's turns; yields remarks, complete once the block has ended."""
        module = engines.engine(database['engine'])
        if not self.database_server or not hasattr(module, 'turns'):
            yield []
            return
        remarks: list[str] = []
        with contextlib.ExitStack() as stack:
            try:
                turns = stack.enter_context(module.turns(database))
                remarks += self._taken(turns, label, progress)
            except NO_SERVER as refusal:
                remarks.append(f'{label}: website_concurrency.database_server was not kept: {refusal}')
                turns = None
            yield remarks
            if turns and turns.number and not turns.kept():
                remarks.append(f'{label}: the session that kept its turn at the database server was ended meanwhile')

    def _taken(self, turns: Turns, label: str, progress: Progress) -> list[str]:
        if self._waited(lambda: turns.take(self.database_server), progress, label):
            return []
        return [f'{label}: {_ran_out("database_server", self.database_server, turns.holders(self.database_server))}']

    def _waited(self, take: Callable[[], bool], progress: Progress, item: str) -> bool:
        """True as soon as `take` is; False when the patience is at its end."""
        if take():
            return True
        progress.step('turn', item)
        began = time.monotonic()
        try:
            while time.monotonic() - began < self.patience:
                time.sleep(PAUSE)
                if take():
                    return True
            return False
        finally:
            self.patience = max(0.0, self.patience - (time.monotonic() - began))


def _ran_out(name: str, limit: int, holders: str) -> str:
    return (
        f'no turn came free (website_concurrency.{name}: {limit}), held by {holders}; it was done without one: '
        'raise website_settings.turn_wait or the limit'
    )


def _opened(path: Path, stack: contextlib.ExitStack) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    stack.callback(os.close, descriptor)
    return descriptor


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
