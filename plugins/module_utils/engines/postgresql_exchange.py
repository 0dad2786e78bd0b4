# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One table takes the place of the live one, in one transaction; what gives way is kept in a database beside.

Where the columns are the same, the rows are exchanged and the table stays: views, foreign keys of others, rights,
triggers and policies hang on it. Readers go on with the old rows until the end, writers wait. Else the table is made
anew from pg_dump's own text. The database that keeps what gave way knows the transaction's number (MARKER): whether
it was committed, the server tells for certain after any crash.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import (
    postgresql_around,
    postgresql_rows,
    postgresql_swap,
    postgresql_writers,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import copy, tables
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_client import Connection, maintenance
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_split import LINE, Splitter
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_table import (
    MARKER,
    TableLoader,
    blocks_of,
    open_session,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError

DECIDED_WITHIN = 30  # seconds in which the server has noticed that the client of a transaction is dead
ATTEMPTS = 3
TABLE_DUMP = ('--format=plain', '--no-password', '--no-tablespaces', '--lock-wait-timeout=30s')


def has_table(database: Mapping[str, Any], name: str, table: str) -> bool:
    """Whether the database `name` has the table ('schema.name')."""
    with contextlib.closing(open_session(database, name)) as session:
        return table in tables(session)


def look_table(database: Mapping[str, Any], live: str, new: str, table: str) -> list[str]:
    """What the exchange will not keep or bring, a sentence each. Raises RestoreError for what would forbid it."""
    with _two(database, live, new) as (session, source):
        here, there = tables(session).get(table), tables(source)[table]
        if here is None:
            return _lost(session, source, there, table)
        if found := postgresql_around.unstoppable(session, here):
            raise RestoreError(
                f'table {table} of {live} cannot be exchanged: {", ".join(found)} would act on the rows (ENABLE '
                'ALWAYS): make it an ordinary one for the time of the restore'
            )
        if _same_columns(session, here, source, there):
            return _other_definitions(session, here, source, there, table)
        if hanging := postgresql_around.dependents(session, here):
            names = ', '.join(f'{kind} {name}' for kind, name in sorted(hanging))
            raise RestoreError(
                f'table {table} of {live} has other columns than in the recovery point, so it must be made anew, but '
                f'others hang on it: {names}. Drop these first (and make them again), or restore to_database'
            )
    return [f'table {table}: its columns differ: it is made anew as it was, with its rights, triggers and policies']


def swap_table(database: Mapping[str, Any], live: str, new: str, table: str, old: str) -> list[str]:
    """The table `table` of `new` takes the place of that of `live`, whose state is kept in database `old`.

    Restartable: once it is done, or `new` is gone, nothing happens. swap_table(database, live, old, table, new) is the
    way back. Sequences are never set back. Returns remarks; RestoreError: nothing was changed.
    """
    if _is_done(database, new, old):
        return []
    mark = _marker(database, new)
    with contextlib.closing(open_session(database, maintenance(live))) as session:
        if not postgresql_around.database_exists(session, new):
            return []
    if mark and not mark.committed:
        raise RestoreError(f'{new} was never finished: the table {table} of {live} stays as it is')
    if not has_table(database, new, table) and not mark:
        raise RestoreError(f'{new} has no table {table}: that of {live} stays as it is')
    return _exchange(database, live, new, table, old)


def remove_table(database: Mapping[str, Any], live: str, table: str, old: str) -> None:
    """Back to a live database without the table; it is kept in `old`. Again: nothing happens."""
    if has_table(database, live, table):
        _exchange(database, live, None, table, old)


def table_kept(database: Mapping[str, Any], _live: str, name: str) -> bool:
    """Whether the database `name` keeps what gave way in an exchange that took place."""
    mark = _marker(database, name)
    return bool(mark and mark.committed)


# ---------------------------------------------------------------- before
def _lost(session: Session, source: Session, there: str, table: str) -> list[str]:
    """The live database has no such table: what hung on it at the point and is gone."""
    views = "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('v', 'm')"
    known = {row[0] for row in session.ask(copy(views))}
    keys = {row[0] for row in session.ask(copy(
        "SELECT conrelid::regclass || ' ' || quote_ident(conname) FROM pg_constraint WHERE contype = 'f'"
    ))}  # fmt: skip
    remarks = []
    for (kind, name), statement in sorted(postgresql_around.dependents(source, there).items()):
        if kind == 'view' and name not in known:
            remarks.append(f'table {table}: view {name} used it at the recovery point; it is gone and not brought back')
        if kind == 'foreign key' and name not in keys:
            remarks.append(f'table {table}: foreign key {name} is gone and not brought back; it was: {statement}')
    return remarks


def _other_definitions(session: Session, here: str, source: Session, there: str, table: str) -> list[str]:
    mine, theirs = (postgresql_around.definitions(*pair) for pair in ((session, here), (source, there)))
    remarks = []
    for kind, name in sorted(mine.keys() | theirs.keys()):
        one, other = mine.get((kind, name)), theirs.get((kind, name))
        if one != other:
            what = 'is newer than the recovery point' if other is None else 'is gone' if one is None else 'differs'
            remarks.append(f'table {table}: {kind} {name} {what}: only the rows are restored, this stays as it is')
    return remarks


def _same_columns(session: Session, here: str, source: Session, there: str) -> bool:
    return set(postgresql_around.columns(session, here)) == set(postgresql_around.columns(source, there))


# ---------------------------------------------------------------- the exchange
def _exchange(database: Mapping[str, Any], live: str, new: str | None, table: str, old: str) -> list[str]:
    try:
        with _two(database, live, new or live) as (session, source):
            session.ask('BEGIN; SET LOCAL session_replication_role = replica;')  # no trigger, no key acts on the rows
            here, there = tables(session).get(table), tables(source).get(table) if new else None
            if here:
                session.ask(f'LOCK TABLE ONLY {here} IN EXCLUSIVE MODE;')
            _keep(database, live, table, here, old)
            _mark(database, old, session, bool(here))
            remarks = _replace(database, session, here, source, there, table, new)
            session.ask('COMMIT;')
            return remarks
    except process.CommandFailed as failure:
        raise RestoreError(
            f'table {table} of {live} could not be exchanged; nothing was changed: {_words(failure)}'
        ) from failure


def _words(failure: process.CommandFailed) -> str:
    """The server's error without details and context, which quote values of rows."""
    lines = [line for line in failure.stderr.splitlines() if 'ERROR:' in line or 'FATAL:' in line]
    return postgresql_writers.VALUE.sub(r'\1"…"', ' '.join(lines)) or str(failure)


def _replace(
    database: Mapping[str, Any], session: Session, here: str | None, source: Session, there: str | None, table: str,
    new: str | None,
) -> list[str]:  # fmt: skip
    if here and there and _same_columns(session, here, source, there):
        session.ask(f'DELETE FROM ONLY {here};')
        _pour(database, str(new), there, session, here)
        postgresql_around.advance_sequences(session, here, source, there)
    else:
        if here:
            session.ask(f'DROP TABLE {here};')  # no CASCADE: what hangs on it must not go unnoticed
        if not there:
            return []
        _create(database, str(new), there, session)
        here = there
    _compare(session, here, source, there, table)
    return [f'table {table}: {line}' for line in postgresql_around.settle_keys(session, here)]


def _keep(database: Mapping[str, Any], live: str, table: str, here: str | None, old: str) -> None:
    """Make database `old`: all definitions of `live`, and the rows of the one table, which is locked."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _make_room(database, live, table, old)
            break
        except RestoreError as failure:
            # A CREATE DATABASE whose client is dead may still be at work, unseen until it is done.
            if attempt == ATTEMPTS or not ('duplicate key' in str(failure) or 'already exists' in str(failure)):
                raise
    if here:
        with _two(database, old, live) as (keeper, source):
            keeper.ask('BEGIN; SET LOCAL session_replication_role = replica;')
            _pour(database, live, here, keeper, here)
            postgresql_around.advance_sequences(keeper, here, source, here)
            keeper.ask('COMMIT;')


def _make_room(database: Mapping[str, Any], live: str, table: str, old: str) -> None:
    postgresql_swap.drop(database, old)
    dump = Connection({**database, 'name': live}).dump('--schema-only')
    loader = TableLoader(database, live, old, table, 1, marked=True)
    try:
        loader.run(blocks_of(dump))
    finally:
        loader.close()
        dump.kill()


def _pour(database: Mapping[str, Any], name: str, quoted: str, session: Session, into: str) -> None:
    """All rows of the table `quoted` of database `name` into the table `into`; both sides read values in one way."""
    ((encoding,),) = session.ask(
        copy("SELECT CASE current_setting('server_encoding') WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END")
    )
    settings = '; '.join(f"SET {key} = '{value}'" for key, value in postgresql_rows.SETTINGS.items())
    stored = [column.name for column in postgresql_around.columns(session, into) if not column.generated]
    chosen = f'({", ".join(stored)})' if stored else ''
    session.ask(f'{settings};')
    out = f"COPY {quoted} {chosen} TO STDOUT WITH (ENCODING '{encoding}')"
    child = Connection({**database, 'name': name}).client(f'--command={settings}', f'--command={out}')
    try:
        write(session, f"COPY {into} {chosen} FROM STDIN WITH (ENCODING '{encoding}');\n".encode())
        for block in blocks_of(child):
            write(session, block)
        write(session, b'\\.\n')
        session.ask('')
    finally:
        child.kill()


def _create(database: Mapping[str, Any], name: str, quoted: str, session: Session) -> None:
    """The table as pg_dump tells it, made in the transaction of `session`; commands for the client are left out."""
    connection = Connection({**database, 'name': name})
    dump = process.spawn(
        [connection.pg_dump, *TABLE_DUMP, f'--table={quoted}'],
        environment=connection.environment, account=connection.account,
    )  # fmt: skip
    try:
        for piece in Splitter(blocks_of(dump)):
            if piece.kind != LINE:
                write(session, piece.text if piece.table else piece.text + b'\n')
        session.ask('')
    finally:
        dump.kill()


def _compare(session: Session, here: str, source: Session, there: str, table: str) -> None:
    """RestoreError unless both tables have the same rows."""
    found = []
    for one, quoted in ((session, here), (source, there)):
        ((number,),) = one.ask(copy("SELECT current_setting('server_version_num')"))
        one.ask(postgresql_rows.settings())
        found.append(one.ask(postgresql_rows.questions(one, {table: quoted}, int(number) // 10000)))
    if found[0] != found[1]:
        raise RestoreError(f'table {table}: the rows differ from those that were restored; nothing was changed')


def write(session: Session, data: bytes) -> None:
    """Bytes to the client as they are; CommandFailed with its words when it gave up."""
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(session.child.stdin.fileno(), view) :]
    except BrokenPipeError:
        session.child.wait()
        raise process.CommandFailed(session.child.program, 0, session.child.stderr or 'it ended early') from None


@contextlib.contextmanager
def _two(database: Mapping[str, Any], one: str, other: str) -> Iterator[tuple[Session, Session]]:
    with contextlib.ExitStack() as stack:
        first, second = (stack.enter_context(contextlib.closing(open_session(database, name))) for name in (one, other))
        yield first, second


# ---------------------------------------------------------------- the marker
class Mark:
    """The transaction whose loser a database keeps; `committed`: it took place, so what is kept is whole."""

    def __init__(self, transaction: int, committed: bool):
        self.transaction, self.committed = transaction, committed


def _mark(database: Mapping[str, Any], name: str, session: Session, there: bool) -> None:
    ((transaction,),) = session.ask(copy('SELECT txid_current()'))
    with contextlib.closing(open_session(database, name)) as keeper:
        keeper.ask(f'INSERT INTO {MARKER} VALUES ({transaction}, {there});')


def _marker(database: Mapping[str, Any], name: str) -> Mark | None:
    """None where the database is gone or says nothing. Waits until the server has decided about the transaction."""
    with contextlib.closing(open_session(database, maintenance(name))) as session:
        if not postgresql_around.database_exists(session, name):
            return None
    with contextlib.closing(open_session(database, name)) as session:
        if session.ask(copy(f"SELECT to_regclass('{MARKER}') IS NULL")) == [['t']]:
            return None
        rows = session.ask(copy(f'SELECT txid FROM {MARKER}'))
        if not rows:
            return Mark(0, False)
        return Mark(int(rows[0][0]), _was_committed(session, rows[0][0], name))


def _was_committed(session: Session, transaction: str, name: str) -> bool:
    deadline = time.monotonic() + DECIDED_WITHIN
    while True:
        ((status,),) = session.ask(copy(f"SELECT COALESCE(txid_status({transaction}), 'forgotten')"))
        if status in ('committed', 'aborted'):
            return bool(status == 'committed')
        if status == 'forgotten' or time.monotonic() > deadline:
            raise RestoreError(f'{name}: whether its table was exchanged cannot be told (transaction {status})')
        time.sleep(0.1)


def _is_done(database: Mapping[str, Any], new: str, old: str) -> bool:
    """The newest exchange between these two was the wanted one."""
    arrived, left = _marker(database, old), _marker(database, new)
    if not arrived or not arrived.committed:
        return False
    return not left or not left.committed or left.transaction < arrived.transaction
