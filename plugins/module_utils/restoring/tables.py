# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One table takes its place again; the database as it was in the point stands beside, or what of it the table needs.

PostgreSQL and SQLite do it in one transaction of their own (postgresql_exchange, sqlite_table). MariaDB's RENAME TABLE
exchanges it at once. Foreign keys would follow a table into the other database and triggers forbid the move, so both
are taken off before and put on afterwards; what they were is in the journal, so a crash loses none.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils import engines
from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb_objects
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import Connection, quoted, text
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed

IN_ONE_TRANSACTION = ('postgresql', 'sqlite')
KEY = re.compile(r'^ *CONSTRAINT `((?:[^`]|``)+)` (FOREIGN KEY .*?),?$', re.MULTILINE)


@contextlib.contextmanager
def _session(database: dict, name: str) -> Iterator[tuple[Connection, Session]]:
    try:
        with Connection({**database, 'name': name}) as connection, contextlib.closing(connection.session()) as session:
            session.ask("SET foreign_key_checks=0; SET sql_mode=''; SET SESSION lock_wait_timeout=20;")
            yield connection, session
    except CommandFailed as failure:
        raise RestoreError(f'MariaDB {name}: {failure}') from failure


def is_there(database: dict, name: str, table: str) -> bool:
    """Whether the live database has the table: else nothing gives way."""
    if database['engine'] in IN_ONE_TRANSACTION:
        return bool(engines.engine(database['engine']).has_table(database, name, table))
    with _session(database, name) as (_connection, session):
        return table in mariadb_objects.movable(session, name)


def look(part: dict, database: dict) -> list[str]:
    """Note in `part` the keys and triggers around both tables, before anything is moved; what cannot be kept."""
    live, new, table = part['to'], part['new'], part['table']
    if part['engine'] in IN_ONE_TRANSACTION:
        part['exists'] = is_there(database, live, table)
        return list(engines.engine(part['engine']).look_table(database, live, new, table))
    with _session(database, live) as (_connection, session):
        there = table in mariadb_objects.movable(session, live)
        children = [row[0] for row in session.ask(
            'SELECT DISTINCT table_name FROM information_schema.key_column_usage WHERE '
            f'referenced_table_schema={text(live)} AND referenced_table_name={text(table)} '
            f'AND table_schema={text(live)} AND table_name<>{text(table)};'
        )]  # fmt: skip
        points_here = re.compile(rf' REFERENCES {re.escape(quoted(table))} ')
        around = [[child, *key] for child in children for key in _keys(session, live, child)]
        keys = [key for key in around if points_here.search(key[2])]
        part.update(
            exists=there, keys_children=keys,
            keys_new=[[table, *key] for key in _keys(session, new, table)],
            keys_live=[[table, *key] for key in _keys(session, live, table)] if there else [],
            triggers_new=_triggers(session, new, table), triggers_live=_triggers(session, live, table) if there else '',
        )  # fmt: skip
    remarks = [
        f'table {table}: rows of {child} may refer to rows that the restored table does not have (foreign key {name}: '
        'kept, its rows not checked)'
        for child, name, _definition in keys
    ]
    if there and part['triggers_live'] != part['triggers_new']:
        remarks.append(f'table {table}: its triggers are those of the recovery point')
    return remarks


def put_live(part: dict, database: dict, back: bool) -> None:
    """The restored table becomes the live one, or (`back`) what was live before does. Restartable.

    What only the exchange can tell goes into part['remarks'].
    """
    if part['engine'] not in IN_ONE_TRANSACTION:
        _rename(part, database, back)
    elif back:
        _take_back(part, database)
    else:
        engine = engines.engine(part['engine'])
        part['remarks'] = engine.swap_table(database, part['to'], part['new'], part['table'], part['old'])
        for name in (part['new'],) if part['exists'] else (part['new'], part['old']):
            engine.drop(database, name)


def _take_back(part: dict, database: dict) -> None:
    """Only what an exchange that took place has kept goes back: else the live table is what it was."""
    engine, live, new, old = engines.engine(part['engine']), part['to'], part['new'], part['old']
    if not part['exists']:
        engine.remove_table(database, live, part['table'], new)
    elif engine.table_kept(database, live, old):
        engine.swap_table(database, live, old, part['table'], new)
    engine.drop(database, old)


def _rename(part: dict, database: dict, back: bool) -> None:
    live, table = part['to'], part['table']
    source, aside = (part['old'], part['new']) if back else (part['new'], part['old'])
    arrives, leaves = ('live', 'new') if back else ('new', 'live')
    with _session(database, live) as (connection, session):
        for name in (source, aside):
            session.ask(f'CREATE DATABASE IF NOT EXISTS {quoted(name)};')
        waiting = table in mariadb_objects.movable(session, source)
        gone = back and not part['exists'] and table in mariadb_objects.movable(session, live)
        if waiting or gone:
            _take_off(session, live, [*part['keys_children'], *part[f'keys_{leaves}']], table)
            _take_off(session, source, part[f'keys_{arrives}'], table)
            moves = []
            if table in mariadb_objects.movable(session, live):
                moves.append(f'{quoted(live)}.{quoted(table)} TO {quoted(aside)}.{quoted(table)}')
            if waiting:
                moves.append(f'{quoted(source)}.{quoted(table)} TO {quoted(live)}.{quoted(table)}')
            session.ask(f'RENAME TABLE {", ".join(moves)};')
        _put_on(session, live, [*part['keys_children'], *([] if gone else part[f'keys_{arrives}'])])
        if table in mariadb_objects.movable(session, live) and not _triggers(session, live, table):
            statements = part[f'triggers_{arrives}'].encode('utf-8', 'surrogateescape')
            mariadb_objects.apply(connection, statements, part['new'], live)
        session.ask(f'DROP DATABASE {quoted(source)};')
        if not mariadb_objects.movable(session, aside):  # there was no such table
            session.ask(f'DROP DATABASE {quoted(aside)};')


def _keys(session: Session, name: str, table: str) -> list[list[str]]:
    """[name, 'FOREIGN KEY …'] of a table's foreign keys, those to other tables of the database without its name."""
    [[_table, statement]] = session.ask(f'SHOW CREATE TABLE {quoted(name)}.{quoted(table)};')
    found = [list(match) for match in KEY.findall(statement)]
    return [[key.replace('``', '`'), definition.replace(f' {quoted(name)}.', ' ')] for key, definition in found]


def _take_off(session: Session, name: str, keys: list[list[str]], table: str) -> None:
    there = set(mariadb_objects.movable(session, name))
    for owner, key, _definition in keys:
        if owner in there:
            session.ask(f'ALTER TABLE {quoted(name)}.{quoted(owner)} DROP FOREIGN KEY IF EXISTS {quoted(key)};')
    for trigger in _trigger_names(session, name, table):
        session.ask(f'DROP TRIGGER IF EXISTS {quoted(name)}.{quoted(trigger)};')


def _put_on(session: Session, name: str, keys: list[list[str]]) -> None:
    for owner, key, definition in keys:
        if not any(key == one for one, _definition in _keys(session, name, owner)):
            session.ask(f'USE {quoted(name)}; ALTER TABLE {quoted(owner)} ADD CONSTRAINT {quoted(key)} {definition};')


def _trigger_names(session: Session, name: str, table: str) -> list[str]:
    return [row[0] for row in session.ask(
        f'SELECT trigger_name FROM information_schema.triggers WHERE event_object_schema={text(name)} '
        f'AND event_object_table={text(table)} ORDER BY action_order, trigger_name;'
    )]  # fmt: skip


def _triggers(session: Session, name: str, table: str) -> str:
    """SQL for the vendor's client that makes the table's triggers."""
    lines = []
    for trigger in _trigger_names(session, name, table):
        row = session.ask(f'SHOW CREATE TRIGGER {quoted(name)}.{quoted(trigger)};')[0]
        lines += ['DELIMITER ;;', f'SET sql_mode={text(row[1])} ;;', f'{row[2]} ;;', 'DELIMITER ;']
    return '\n'.join(lines)
