# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts one table into the place of another in a live SQLite database, in one transaction. A child of its own, as the
owner of the file; `sqlite_table.py` starts it and hands it this very text, so the standard library only.

    python3 -I PROGRAM look LIVE NEW TABLE UID GID           prints the sentences about what will not be as it was
    python3 -I PROGRAM exchange LIVE NEW OLD TABLE UID GID   TABLE of NEW into LIVE; what was there is kept in OLD
    python3 -I PROGRAM remove LIVE OLD TABLE UID GID         LIVE without TABLE; what was there is kept in OLD
    python3 -I PROGRAM has LIVE TABLE UID GID                prints whether there is such a table
    python3 -I PROGRAM kept LIVE OLD UID GID                 prints whether OLD is from an exchange that took place

What gives way is kept first, under a lock that lets readers go on. The transaction leaves a note in LIVE (NOTE) which
tells for certain that it was committed; it goes when NEW has gone. OLD says of itself (KEPT) whether it was needed.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable

BUSY_SECONDS = 30
NOTE, KEPT = '"__rawat_exchange"', '"__rawat_kept"'
BESIDE = ('-wal', '-shm', '-journal')


class Refused(Exception):
    """What we say ourselves; SQLite's own words come as sqlite3.Error."""


def give_up_root(user: int, group: int) -> None:
    parent = os.getppid()
    if user >= 0 and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG was lost with the credentials, prctl(2)
        if os.getppid() != parent:
            raise SystemExit('the parent is gone')


def uri(path: str, mode: str) -> str:
    return f'file:{"".join(f"%{byte:02x}" for byte in os.fsencode(path))}?mode={mode}'


def connect(path: str, mode: str = 'rw') -> sqlite3.Connection:
    connection = sqlite3.connect(uri(path, mode), uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute('PRAGMA foreign_keys=OFF')  # nothing cascades
    return connection


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# ---------------------------------------------------------------- a table
def definitions(connection: sqlite3.Connection, schema: str, table: str) -> dict[tuple[str, str], str]:
    """{(kind, name): SQL} of the table, its indexes and triggers, in the order in which they were made."""
    rows = connection.execute(
        f'SELECT type, name, sql FROM {schema}.sqlite_master WHERE tbl_name=? AND sql IS NOT NULL '
        "AND type IN ('table', 'index', 'trigger') ORDER BY type='table' DESC, rowid",
        (table,),
    )
    return {(kind, name): sql for kind, name, sql in rows}


def has(connection: sqlite3.Connection, schema: str, table: str) -> bool:
    return ('table', table) in definitions(connection, schema, table)


def check(table: str, sql: str) -> None:
    if sql[:22].upper().startswith('CREATE VIRTUAL TABLE') or table.lower().startswith('sqlite_'):
        raise Refused(f'table {table} is a virtual table or one of SQLite itself: it cannot be exchanged alone')


def columns(connection: sqlite3.Connection, schema: str, table: str) -> list[str]:
    """The columns that hold data, and the row's number where no column shows it."""
    rows = connection.execute(f'PRAGMA {schema}.table_xinfo({quoted(table)})').fetchall()
    names = [row[1] for row in rows if row[6] == 0]
    for name in ('rowid', '_rowid_', 'oid'):
        if name not in {row[1].lower() for row in rows}:
            try:
                connection.execute(f'SELECT {name} FROM {schema}.{quoted(table)} LIMIT 0')
            except sqlite3.OperationalError:
                break  # WITHOUT ROWID
            return [name, *map(quoted, names)]
    return [quoted(name) for name in names]


def fill(connection: sqlite3.Connection, table: str) -> None:
    """Make the table of the attached `source` in the main database: rows before indexes, triggers last.

    SQLite keeps definitions without the name of a schema: said as they are, they mean `main`.
    """
    for (kind, _name), sql in definitions(connection, 'source', table).items():
        connection.execute(sql)
        if kind == 'table':
            chosen = ', '.join(columns(connection, 'source', table))
            name = quoted(table)
            connection.execute(f'INSERT INTO main.{name} ({chosen}) SELECT {chosen} FROM source.{name}')
            compare(connection, table)


def compare(connection: sqlite3.Connection, table: str) -> None:
    counts = [
        connection.execute(f'SELECT count(*) FROM {name}.{quoted(table)}').fetchone()[0] for name in ('main', 'source')
    ]
    if counts[0] != counts[1]:
        raise Refused(f'table {table}: {counts[0]} rows arrived instead of {counts[1]}')


def counter(connection: sqlite3.Connection, schema: str, table: str) -> int | None:
    """The last number that AUTOINCREMENT gave out."""
    if not connection.execute(f"SELECT 1 FROM {schema}.sqlite_master WHERE name='sqlite_sequence'").fetchone():
        return None
    row = connection.execute(f'SELECT seq FROM {schema}.sqlite_sequence WHERE name=?', (table,)).fetchone()
    return row[0] if row else None


def set_counter(connection: sqlite3.Connection, table: str, *known: int | None) -> None:
    """Never back: a number that was given out must not be given out again."""
    wanted = max((value for value in known if value is not None), default=None)
    if wanted is not None and counter(connection, 'main', table) != wanted and has_counters(connection):
        connection.execute('DELETE FROM main.sqlite_sequence WHERE name=?', (table,))
        connection.execute('INSERT INTO main.sqlite_sequence(name, seq) VALUES (?, ?)', (table, wanted))


def has_counters(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT 1 FROM main.sqlite_master WHERE name='sqlite_sequence'").fetchone())


# ---------------------------------------------------------------- look
def look(live: str, new: str, table: str) -> list[str]:
    connection = connect(live)
    connection.execute('ATTACH ? AS source', (uri(new, 'rw'),))
    theirs, mine = (definitions(connection, schema, table) for schema in ('source', 'main'))
    for found in (theirs, mine):
        check(table, found.get(('table', table), ''))
    remarks = []
    for kind, name in sorted(mine.keys() | theirs.keys()):
        if mine and mine.get((kind, name)) != theirs.get((kind, name)):
            comes = (kind, name) in theirs
            what = 'as in the recovery point again' if comes else 'newer than the recovery point: it goes with the rows'
            remarks.append(f'table {table}: {kind} {name} is {what}')
    return remarks


# ---------------------------------------------------------------- exchange
def exchange(live: str, new: str, old: str, table: str) -> list[str]:
    """Returns sentences about rows that lost their partner."""
    connection = connect(live)
    if finish(connection, (new, old)) == new or not os.path.exists(new):
        return []
    connection.execute('ATTACH ? AS source', (uri(new, 'rw'),))
    wanted = definitions(connection, 'source', table).get(('table', table))
    state = done(new)
    if state is False:
        raise Refused(f'{new} is from an exchange that did not take place: the table {table} stays as it is')
    if wanted is None and state is None:
        raise Refused(f'{new} has no table {table}: that of {live} stays as it is')
    check(table, wanted or '')
    replace(connection, live, new, old, table)
    remarks = orphans(connection, table)
    connection.execute('DETACH source')
    finish(connection, (new, old))
    connection.close()
    return remarks


def replace(connection: sqlite3.Connection, live: str, new: str | None, old: str, table: str) -> None:
    connection.execute('BEGIN IMMEDIATE')
    check(table, definitions(connection, 'main', table).get(('table', table), ''))
    keep(live, old, table)
    before = counter(connection, 'main', table)
    if has(connection, 'main', table):
        connection.execute(f'DROP TABLE main.{quoted(table)}')
    if new is not None and has(connection, 'source', table):
        fill(connection, table)
        set_counter(connection, table, before, counter(connection, 'source', table))
    if new is not None:
        connection.execute(f'CREATE TABLE main.{NOTE} (source TEXT, kept TEXT)')
        connection.execute(f'INSERT INTO main.{NOTE} VALUES (?, ?)', (os.path.basename(new), os.path.basename(old)))
    connection.execute('COMMIT')


def keep(live: str, old: str, table: str) -> None:
    """The table as it is in `live`, which nobody may write meanwhile, into the file `old`: whole, or not there."""
    partial = f'{old}.partial'
    remove(partial)
    os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    os.chmod(partial, os.stat(live).st_mode & 0o7777)
    with contextlib.closing(connect(live)) as reading:
        (encoding,) = reading.execute('PRAGMA encoding').fetchone()
    connection = connect(partial)
    connection.execute(f"PRAGMA encoding='{encoding}'")  # a database of another one cannot be attached
    connection.execute(f'CREATE TABLE {KEPT} (done INTEGER)')
    connection.execute('ATTACH ? AS source', (uri(live, 'rw'),))
    connection.execute('BEGIN')
    connection.execute(f'INSERT INTO {KEPT} VALUES (0)')
    if has(connection, 'source', table):
        fill(connection, table)
        set_counter(connection, table, counter(connection, 'source', table))
    connection.execute('COMMIT')
    connection.close()
    remove(old)
    os.rename(partial, old)


def finish(connection: sqlite3.Connection, names: tuple[str, str]) -> str | None:
    """What follows a committed exchange; the source of the one that was found. Each step can be taken again."""
    if not connection.execute(f"SELECT 1 FROM main.sqlite_master WHERE name='{NOTE[1:-1]}'").fetchone():
        return None
    source, kept = connection.execute(f'SELECT source, kept FROM main.{NOTE}').fetchone()
    known = {os.path.basename(name): name for name in names}
    if source not in known or kept not in known:
        raise Refused(f'an exchange of {source} is not finished: restore with resume first')
    settle(known[kept])
    remove(known[source])
    connection.execute(f'DROP TABLE main.{NOTE}')
    return known[source]


def settle(old: str) -> None:
    """The exchange for which `old` was made took place."""
    keeper = connect(old)
    keeper.execute(f'UPDATE {KEPT} SET done=1')
    keeper.close()


def done(path: str) -> bool | None:
    """What the file says of itself; None: it is not what an exchange kept."""
    connection = connect(path)
    with contextlib.closing(connection):
        if not has(connection, 'main', KEPT[1:-1]):
            return None
        return bool(connection.execute(f'SELECT done FROM {KEPT}').fetchone()[0])


def orphans(connection: sqlite3.Connection, table: str) -> list[str]:
    """Foreign keys from and to the table that rows do not keep; those within others are not our doing."""
    broken: dict[tuple[str, str], int] = {}
    try:
        for child, _row, parent, _key in connection.execute('PRAGMA main.foreign_key_check'):
            if table in (child, parent):
                broken[child, parent] = broken.get((child, parent), 0) + 1
    except sqlite3.Error as error:  # a key that means nothing, of this table or another
        return [f'table {table}: its foreign keys could not be checked: {error}']
    return [
        f'table {table}: {count} rows of {child} refer to rows that {parent} does not have'
        for (child, parent), count in sorted(broken.items())
    ]


def take_away(live: str, old: str, table: str) -> list[str]:
    connection = connect(live)
    if has(connection, 'main', table):
        replace(connection, live, None, old, table)
    if os.path.exists(old) and done(old) is False:
        settle(old)
    connection.close()
    return []


def holds(live: str, table: str) -> bool:
    with contextlib.closing(connect(live)) as connection:
        return has(connection, 'main', table)


def kept(live: str, old: str) -> bool:
    """A note in `live` that speaks of `old` means that it was needed."""
    connection = connect(live)
    with contextlib.closing(connection):
        if not os.path.exists(old):
            return False
        if connection.execute(f"SELECT 1 FROM main.sqlite_master WHERE name='{NOTE[1:-1]}'").fetchone():
            return bool(connection.execute(f'SELECT kept FROM main.{NOTE}').fetchone()[0] == os.path.basename(old))
    return bool(done(old))


def remove(path: str) -> None:
    for suffix in (*BESIDE, ''):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + suffix)


ACTIONS: dict[str, Callable[..., object]] = {
    'look': look,
    'exchange': exchange,
    'remove': take_away,
    'has': holds,
    'kept': kept,
}


def main() -> None:
    action, *words, user, group = sys.argv[1:]
    give_up_root(int(user), int(group))
    try:
        sys.stdout.write(json.dumps(ACTIONS[action](*words)))
        sys.stdout.flush()
    except (Refused, sqlite3.Error, OSError) as error:
        sys.stderr.write(f'{error}\n')
        sys.stderr.flush()
        raise SystemExit(1) from None


if __name__ == '__main__':
    main()
