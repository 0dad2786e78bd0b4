# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases change their names: the copy becomes the live one in one transaction, or nothing happens at all.

A rename holds the database's lock, which keeps everybody out who wants to connect, and waits up to five seconds for
those who are in (CountOtherDBBackends in PostgreSQL's procarray.c). Meanwhile a second session sends these away. So
nothing is ever switched off that a crash could leave switched off.
"""

from __future__ import annotations

import contextlib
import re
import select
import time
from collections.abc import Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import copy
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_client import (
    Connection,
    identifier,
    literal,
    maintenance,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError

OURS = re.compile(r'__rawat_(new|old)_[^/]*$')
ATTEMPTS = 5
WAIT_SECONDS = 30  # for one attempt to rename
ASK_AGAIN = 0.1  # seconds between two rounds of sending sessions away


def swap_state(database: Mapping[str, Any], live: str, new: str, old: str) -> str:
    """'before' (new waits), 'after' (new is live), 'between' (neither: somebody else had a hand in it)."""
    with contextlib.closing(_session(database, live)) as session:
        return _state(session, live, new, old)


def swap(database: Mapping[str, Any], live: str, new: str, old: str) -> None:
    """`live` becomes `old` (where there is one), `new` becomes `live`; again: nothing happens. Raises RestoreError."""
    failure: Exception | None = None
    for _attempt in range(ATTEMPTS):
        with contextlib.closing(_session(database, live)) as session:
            state = _state(session, live, new, old)
            if state == 'after':
                return
            if state == 'between':
                raise RestoreError(f'{live} and {new} cannot be exchanged: {new} is gone, or there is an {old} already')
            statements = [f'ALTER DATABASE {identifier(new)} RENAME TO {identifier(live)};']
            if live in _names(session, live):
                statements.insert(0, f'ALTER DATABASE {identifier(live)} RENAME TO {identifier(old)};')
            try:
                _rename(database, session, statements, (live, new))
                return
            except process.CommandFailed as error:
                failure = error
    raise RestoreError(f'PostgreSQL {live} could not be exchanged for {new}; nothing was changed: {failure}')


def _rename(database: Mapping[str, Any], session: Session, statements: list[str], names: tuple[str, str]) -> None:
    in_list = ', '.join(literal(name) for name in names)
    send_away = (
        f'SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname IN ({in_list}) '
        'AND pid <> pg_backend_pid()'
    )
    deadline = time.monotonic() + WAIT_SECONDS
    with contextlib.closing(_session(database, names[0])) as usher:
        usher.ask(copy(send_away))
        session.send('\n'.join(['BEGIN;', *statements, 'COMMIT;']))
        while not select.select([session.child.stdout], [], [], ASK_AGAIN)[0]:
            usher.ask(copy(send_away))
            if time.monotonic() > deadline:
                raise process.CommandFailed('psql', 0, f'no answer within {WAIT_SECONDS} s')
        session.receive()


def drop(database: Mapping[str, Any], name: str, *, force: bool = False) -> None:
    """Drop a copy of ours; with `force` any database. Nothing happens when it is gone already."""
    if not force and not OURS.search(name):
        raise RestoreError(f'{name} is no copy of ours (…__rawat_new_…, …__rawat_old_…): it is not dropped')
    with contextlib.closing(_session(database, name)) as session:
        try:
            _end_makers(session, name)
            session.ask(f'DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE);')
        except process.CommandFailed as failure:
            raise RestoreError(f'PostgreSQL {name} could not be dropped: {failure}') from failure


def _end_makers(session: Session, name: str) -> None:
    """A client that was killed leaves its CREATE DATABASE running: what is not there yet could not be dropped."""
    makers = (
        'SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() '
        f"AND state = 'active' AND query LIKE '%CREATE DATABASE %' AND position({literal(name)} IN query) > 0"
    )
    deadline = time.monotonic() + WAIT_SECONDS
    while session.ask(copy(makers)) != [['0']] and time.monotonic() < deadline:
        time.sleep(ASK_AGAIN)


def _session(database: Mapping[str, Any], name: str) -> Session:
    try:
        return Connection({**database, 'name': maintenance(name)}).session()
    except process.CommandFailed as failure:
        raise RestoreError(f"PostgreSQL {name}: no administrator's session: {failure}") from failure


def _names(session: Session, *names: str) -> set[str]:
    in_list = ', '.join(literal(name) for name in names)
    return {row[0] for row in session.ask(copy(f'SELECT datname FROM pg_database WHERE datname IN ({in_list})'))}


def _state(session: Session, live: str, new: str, old: str) -> str:
    there = _names(session, live, new, old)
    if new in there:
        return 'between' if live in there and old in there else 'before'
    return 'after' if live in there else 'between'
