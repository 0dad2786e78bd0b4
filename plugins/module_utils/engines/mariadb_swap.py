# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restored MariaDB database takes the place of the live one: one RENAME TABLE for all tables of both.

The tables change in one statement, which the server does whole or not at all, also across a crash (atomic DDL, MariaDB
10.6 on). What cannot be renamed is dropped before and made after it. So that this can be finished by whoever comes
next, its text is first written into a table of the database that will keep the old content; that table is there exactly
as long as the exchange is under way.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb_catalogue, mariadb_objects
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import Connection, quoted, text
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError, RestoreError

PLAN = '__rawat_exchange'  # the table
OURS = re.compile(r'__rawat_(?:new|old)_[^`]+$')
BUSY_SECONDS = 20  # how long the site's transactions may keep us from its tables


@contextlib.contextmanager
def _connected(database: Mapping[str, Any], name: str) -> Iterator[tuple[Connection, Session]]:
    try:
        with Connection({**database, 'name': name}) as connection, contextlib.closing(connection.session()) as session:
            session.ask(f'SET SESSION lock_wait_timeout={BUSY_SECONDS};')
            yield connection, session
    except PreflightError as error:
        raise RestoreError(str(error)) from error
    except process.CommandFailed as failure:
        reason = failure.stderr.strip().rpartition('\n')[2] or str(failure)
        raise RestoreError(f'MariaDB {name}: {reason}') from failure


def size_of(database: Mapping[str, Any]) -> int | None:
    """Bytes of the tables of `database['name']`; None when there is no such database. Raises RestoreError."""
    name = str(database['name'])
    with _connected(database, name) as (_connection, session):
        if not mariadb_objects.exists(session, name):
            return None
        rows = session.ask(
            'SELECT CAST(IFNULL(SUM(data_length + index_length), 0) AS UNSIGNED) FROM information_schema.tables '
            f'WHERE table_schema={text(name)};'
        )
        return int(rows[0][0])


def swap_state(database: Mapping[str, Any], live: str, new: str, old: str) -> str:
    """'before' (`new` waits), 'between' (begun; another call finishes it) or 'after' (`new` is live)."""
    with _connected(database, live) as (_connection, session):
        return _state(session, live, new, old)


def _state(session: Session, live: str, new: str, old: str) -> str:
    if _plan(session, old):
        return 'between'
    if mariadb_objects.exists(session, new):
        return 'before'
    if mariadb_objects.exists(session, live):
        return 'after'
    raise RestoreError(f'neither {new} nor {live} is on the server: there is nothing to exchange')


def swap(database: Mapping[str, Any], live: str, new: str, old: str) -> None:
    """The content of `live`, if there is one, goes to `old`, that of `new` to `live`, and `new` is gone.

    A second call finishes what a first one began, or does nothing. Raises RestoreError; when the site keeps its tables
    locked, both are as they were.
    """
    with _connected(database, live) as (connection, session):
        state = _state(session, live, new, old)
        if state == 'after':
            return
        if state == 'before':
            _begin(connection, session, live, new, old)
        plan = _plan(session, old)
        try:
            _move(session, live, new, old, plan)
        except process.CommandFailed as failure:
            _undo(database, live, new, old, plan)
            raise RestoreError(
                f'{live} could not be exchanged, both are as they were: {failure.stderr.strip().splitlines()[-1:]}; '
                'is a long transaction of the site open? Try again, or stop the site'
            ) from failure
        _make_objects(connection, session, live, new, old, plan)
        _end(connection, session, live, new, old, plan)


# ---------------------------------------------------------------- the plan
def _plan(session: Session, old: str) -> dict[str, bytes]:
    """{what: SQL}, empty when no exchange is under way. It was written in one statement: it is whole or not there."""
    if PLAN not in mariadb_objects.movable(session, old):
        return {}
    rows = session.ask(f'SELECT what, HEX(statements) FROM {quoted(old)}.{quoted(PLAN)};')
    return {row[0]: bytes.fromhex(row[1]) for row in rows}


def _begin(connection: Connection, session: Session, live: str, new: str, old: str) -> None:
    """Write the plan; until it is there, nothing of either database has changed."""
    there = mariadb_objects.exists(session, live)
    if [table for table in mariadb_objects.movable(session, old) if table != PLAN]:
        raise RestoreError(f'{old} holds tables: the content of {live} cannot be kept there; choose another name')
    if there:
        _wait_for_quiet(session, live)
    texts = {
        'new': mariadb_objects.script(connection, new),
        'live': mariadb_objects.script(connection, live, damaged=True) if there else b'',
        'settings': _settings(session, new),
        'coming': mariadb_objects.rights(session, new, new, routines=True),
    }
    if there:
        texts['rights'] = mariadb_objects.rights(session, live, live, routines=True)
        texts['kept'] = mariadb_objects.rights(session, live, old, routines=True)  # for the way back
        texts['there'] = '\n'.join(map(quoted, mariadb_objects.movable(session, live))).encode(
            'utf-8', 'surrogateescape'
        )
    values = ', '.join(f"('{what}', X'{statements.hex()}')" for what, statements in texts.items())
    kept, coming = (_words(_settings(session, name)) for name in (live if there else new, new))
    session.ask(
        f'CREATE DATABASE IF NOT EXISTS {quoted(old)} {kept}; CREATE DATABASE IF NOT EXISTS {quoted(live)} {coming};'
        f'CREATE OR REPLACE TABLE {quoted(old)}.{quoted(PLAN)} (what VARCHAR(10) PRIMARY KEY, statements LONGBLOB) '
        f'ENGINE=InnoDB; INSERT INTO {quoted(old)}.{quoted(PLAN)} VALUES {values};'
    )


def _settings(session: Session, name: str) -> bytes:
    """Character set, collation and comment, as CREATE and ALTER DATABASE take them."""
    settings = mariadb_catalogue.settings(session, name)
    words = (
        f'CHARACTER SET {settings["character_set"]} COLLATE {settings["collation"]} COMMENT {text(settings["comment"])}'
    )
    return words.encode('utf-8', 'surrogateescape')


def _words(stored: bytes) -> str:
    return stored.decode('utf-8', 'surrogateescape')


def _wait_for_quiet(session: Session, live: str) -> None:
    """Long transactions show before anything is changed."""
    tables = mariadb_objects.movable(session, live)
    if tables:
        session.ask('LOCK TABLES ' + ', '.join(f'{quoted(live)}.{quoted(table)} WRITE' for table in tables) + ';')
        session.ask('UNLOCK TABLES;')


# ---------------------------------------------------------------- the exchange
def _move(session: Session, live: str, new: str, old: str, plan: Mapping[str, bytes]) -> None:
    """All tables in one statement. Foreign keys follow their tables, since the server's checks are on."""
    coming, kept = mariadb_objects.movable(session, new), set(mariadb_objects.movable(session, old))
    before = {line for line in _words(plan.get('there', b'')).split('\n') if line}
    here = mariadb_objects.movable(session, live)
    if not coming and not any(quoted(table) in before and table not in kept for table in here):
        return  # a former call has done it
    for name in (live, new):
        mariadb_objects.drop(session, name, ('trigger',))
    mariadb_objects.drop(session, live, ('view',), only=set(coming))
    moves = [f'{quoted(live)}.{quoted(table)} TO {quoted(old)}.{quoted(table)}' for table in here]
    moves += [f'{quoted(new)}.{quoted(table)} TO {quoted(live)}.{quoted(table)}' for table in coming]
    session.ask(f'RENAME TABLE {", ".join(moves)};')


def _undo(database: Mapping[str, Any], live: str, new: str, old: str, plan: Mapping[str, bytes]) -> None:
    """Nothing was renamed, but triggers may be gone. The session has ended with its error, so this is a new one."""
    with _connected(database, live) as (connection, session):
        if mariadb_objects.exists(session, new):
            mariadb_objects.apply(connection, plan['new'], new, new)
        if 'there' in plan:
            mariadb_objects.apply(connection, plan['live'], live, live, damaged=True)
        for what in ('coming', 'rights'):
            mariadb_objects.give(connection, plan.get(what, b''))
        session.ask(f'DROP DATABASE {quoted(old)};')


def _make_objects(
    connection: Connection, session: Session, live: str, new: str, old: str, plan: Mapping[str, bytes]
) -> None:
    """Views, routines, triggers and events, where their tables are now. Each call drops what a former one made."""
    mariadb_objects.drop(session, live)
    session.ask(f'ALTER DATABASE {quoted(live)} {_words(plan["settings"])};')
    mariadb_objects.follow(session, live, (new,))
    mariadb_objects.apply(connection, plan['new'], new, live)
    if 'there' in plan:
        mariadb_objects.follow(session, old, (live,))
        mariadb_objects.drop(session, old)
        mariadb_objects.apply(connection, plan['live'], live, old, damaged=True)


def _end(connection: Connection, session: Session, live: str, new: str, old: str, plan: Mapping[str, bytes]) -> None:
    if mariadb_objects.exists(session, new):
        if left := mariadb_objects.movable(session, new):
            raise RestoreError(f'{new} still holds tables after the exchange: {", ".join(left)}')
        mariadb_objects.give(connection, mariadb_objects.rights(session, new, live))
        session.ask(f'DROP DATABASE {quoted(new)};')
    mariadb_objects.revoke(session, new)
    for what in ('rights', 'kept'):
        mariadb_objects.give(connection, plan.get(what, b''))
    session.ask(f'DROP TABLE {quoted(old)}.{quoted(PLAN)};' if 'there' in plan else f'DROP DATABASE {quoted(old)};')


def drop(database: Mapping[str, Any], name: str, force: bool = False) -> None:
    """Drop a database that a restore made, with the rights on it; any other only with `force`. Raises RestoreError."""
    if not force and not OURS.search(name):
        raise RestoreError(f'{name} is no copy of ours (…__rawat_new_…, …__rawat_old_…): it is not dropped')
    with _connected(database, name) as (_connection, session):
        session.ask(f'DROP DATABASE IF EXISTS {quoted(name)};')
        mariadb_objects.revoke(session, name)


def swap_table(database: Mapping[str, Any], live: str, new: str, table: str, old: str) -> None:
    """The table `table` of `new` takes the place of that of `live`, if there is one, which goes to `old`.

    The live table's triggers stay with the name. Foreign keys of other tables go on meaning the name (their rows are
    not checked). Restartable like :func:`swap`, and swap_table(database, live, old, table, new) is the way back.
    """
    with _connected(database, live) as (connection, session):
        plan = _plan(session, old)
        coming = table in mariadb_objects.movable(session, new)
        if not plan and not coming:
            return
        if not plan:
            _plan_table(connection, session, live, old)
            plan = _plan(session, old)
        if coming:
            moves = [f'{quoted(new)}.{quoted(table)} TO {quoted(live)}.{quoted(table)}']
            if table in mariadb_objects.movable(session, live):
                moves.insert(0, f'{quoted(live)}.{quoted(table)} TO {quoted(old)}.{quoted(table)}')
            session.ask('SET SESSION foreign_key_checks=0;')
            try:
                mariadb_objects.drop(session, live, ('trigger',))
                session.ask(f'RENAME TABLE {", ".join(moves)};')
            except process.CommandFailed as failure:
                _restore_triggers(database, live, old, plan)
                reason = failure.stderr.strip().rpartition('\n')[2]
                raise RestoreError(
                    f'table {table} of {live} could not be exchanged, all is as it was: {reason}'
                ) from failure
        mariadb_objects.follow(session, live, (new,))
        _restore_triggers(database, live, old, plan)


def _plan_table(connection: Connection, session: Session, live: str, old: str) -> None:
    """The live database's triggers forbid the renaming and are made again afterwards."""
    script = mariadb_objects.triggers(connection, live)
    session.ask(
        f'CREATE DATABASE IF NOT EXISTS {quoted(old)} {_words(_settings(session, live))};'
        f'CREATE OR REPLACE TABLE {quoted(old)}.{quoted(PLAN)} (what VARCHAR(10) PRIMARY KEY, statements LONGBLOB) '
        f"ENGINE=InnoDB; INSERT INTO {quoted(old)}.{quoted(PLAN)} VALUES ('live', X'{script.hex()}');"
    )


def _restore_triggers(database: Mapping[str, Any], live: str, old: str, plan: Mapping[str, bytes]) -> None:
    with _connected(database, live) as (connection, session):
        mariadb_objects.apply(connection, plan['live'], live, live, damaged=True)
        session.ask(f'DROP TABLE {quoted(old)}.{quoted(PLAN)};')
