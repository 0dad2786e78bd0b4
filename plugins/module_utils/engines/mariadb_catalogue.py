# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in a MariaDB database, and what of it makes trouble for a dump: one question to the server each."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines import sorted_objects
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import Connection, quoted, text
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session

HISTORY_VERSION = (10, 11)  # the first whose client and server keep the history of system-versioned tables
TABLES = "'BASE TABLE', 'SYSTEM VERSIONED'"


def broken_views(connection: Connection, session: Session) -> list[str]:
    """Views that refer to what is gone: mariadb-dump would stop at the first of them, half-way.

    Asked as mariadb-dump asks (SHOW FIELDS), one view a line: a client stops at the first error and tells its line.
    """
    rows = session.ask(f'SELECT table_name FROM information_schema.views WHERE table_schema={text(connection.name)};')
    views = [f'{quoted(connection.name)}.{quoted(row[0])}' for row in rows if '\n' not in row[0]]
    problems = []
    while views and (error := connection.first_error(f'SHOW FIELDS FROM {view};' for view in views)):
        line, reason = error
        problems.append(
            f'MariaDB {connection.name}: view {views[line - 1]} is broken: {reason}; mend it, or: '
            f'DROP VIEW {views[line - 1]};'
        )
        views = views[line:]
    return problems


def trapped_events(session: Session, name: str) -> list[str]:
    """mariadb-dump never ends when an event's body holds two semicolons in a row: its search for a delimiter loops."""
    rows = session.ask(
        f"SELECT name FROM mysql.event WHERE db={text(name)} AND (body LIKE '%;;%' OR comment LIKE '%;;%');"
    )
    return [
        f'MariaDB {name}: event {event} holds ";;", at which mariadb-dump hangs for ever: write "; ;" there'
        for (event,) in rows
    ]


def non_transactional(session: Session, name: str) -> list[list[str]]:
    return session.ask(
        'SELECT t.table_name, IFNULL(t.engine, "unreadable") FROM information_schema.tables t LEFT JOIN '
        f'information_schema.engines e ON e.engine=t.engine WHERE t.table_schema={text(name)} '
        f"AND t.table_type IN ({TABLES}) AND IFNULL(e.transactions, 'NO') <> 'YES' ORDER BY 1;"
    )


def versioned(session: Session, name: str) -> list[str]:
    rows = session.ask(
        'SELECT table_name FROM information_schema.tables '
        f"WHERE table_schema={text(name)} AND table_type='SYSTEM VERSIONED';"
    )
    return [row[0] for row in rows]


def keeps_history(connection: Connection, session: Session) -> bool:
    server = session.ask('SELECT VERSION();')[0][0]
    versions = re.findall(r'(\d+)\.(\d+)\.\d+', f'{server} {connection.version()}')
    return all((int(major), int(minor)) >= HISTORY_VERSION for major, minor in versions)


def table_names(session: Session, name: str) -> list[str]:
    """Tables in the order in which mariadb-dump comes to them, which is the server's."""
    rows = session.ask(f'SHOW FULL TABLES FROM {quoted(name)} WHERE Table_type IN ({TABLES});')
    return [row[0] for row in rows]


def catalogue(session: Session, name: str) -> dict[str, Any]:
    """Names of everything. No right filters mysql.proc and mysql.event; the others need rights that we checked."""
    schema = text(name)
    rows = session.ask(
        f"SELECT IF(table_type='VIEW', 'view', 'sequence'), table_name FROM information_schema.tables "
        f"WHERE table_schema={schema} AND table_type IN ('VIEW', 'SEQUENCE') "
        f"UNION ALL SELECT 'trigger', trigger_name FROM information_schema.triggers WHERE trigger_schema={schema} "
        f'UNION ALL SELECT LOWER(type), name FROM mysql.proc WHERE db={schema} '
        f"UNION ALL SELECT 'event', name FROM mysql.event WHERE db={schema};"
    )
    objects = sorted_objects((kind, found) for kind, found in rows)
    return {'tables': table_names(session, name), 'objects': objects}


def settings(session: Session, name: str) -> dict[str, str]:
    (row,) = session.ask(
        'SELECT default_character_set_name, default_collation_name, schema_comment, @@lower_case_table_names, '
        f'@@max_allowed_packet FROM information_schema.schemata WHERE schema_name={text(name)};'
    )
    names = ('character_set', 'collation', 'comment', 'lower_case_table_names', 'max_allowed_packet')
    return dict(zip(names, row))
