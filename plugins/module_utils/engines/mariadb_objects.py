# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a MariaDB database has beside its tables, taken along when the tables move to a database of another name.

RENAME TABLE moves tables and sequences. Triggers forbid it (error 1435) and views, routines and events know no such
statement: they are dropped here and made there, from the text that mariadb-dump gives.
"""

from __future__ import annotations

import contextlib
import re

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb_catalogue, mariadb_grants
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import (
    DUMP_OPTIONS,
    Connection,
    account_name,
    quoted,
    text,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_feed import Feed, run_all
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_split import Piece, Splitter
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_text import regranted, renamed
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session

DROPPED = ('view', 'trigger', 'procedure', 'function', 'package', 'event')  # a package takes its body along


def script(connection: Connection, name: str, *, damaged: bool = False) -> bytes:
    """SQL that makes everything but tables and sequences of `name`. `damaged`: pass over views that are broken."""
    options = (*DUMP_OPTIONS, '--no-data', '--add-drop-trigger', *(('--force',) if damaged else ()))
    dump = connection.output(connection.dump, *options, '--', name, accept=(0, 2) if damaged else (0,))
    pieces = Splitter().pieces([dump])
    return b'\n'.join(piece.data for piece in pieces if piece.sort in ('set', 'object', 'other'))


def triggers(connection: Connection, name: str) -> bytes:
    """SQL that makes the triggers of `name`, and nothing else."""
    options = (*DUMP_OPTIONS, '--no-data', '--add-drop-trigger', '--force', '--skip-routines', '--skip-events')
    pieces = Splitter().pieces([connection.output(connection.dump, *options, '--', name, accept=(0, 2))])
    wanted = (piece for piece in pieces if piece.sort == 'set' or piece.kind == 'trigger' or _goes_along(piece))
    return b'\n'.join(piece.data for piece in wanted)


def _goes_along(piece: Piece) -> bool:
    return piece.sort == 'other' and (piece.data.startswith(b'DELIMITER ') or b'DROP TRIGGER' in piece.data)


def apply(connection: Connection, statements: bytes, old: str, new: str, *, damaged: bool = False) -> None:
    """Run a :func:`script` of database `old` in database `new`. Raises RestoreError.

    `damaged`: views of a damaged database may no longer be possible; they are passed over.
    """
    changed = renamed(statements.decode('utf-8', 'surrogateescape'), old, new)
    feed = Feed(connection, new, *(('--force',) if damaged else ()))
    try:
        feed.mark(f'objects of {new}')
        feed.put(changed.encode('utf-8', 'surrogateescape') + b'\n')
        run_all([feed])
    finally:
        feed.kill()


def drop(session: Session, name: str, kinds: tuple[str, ...] = DROPPED, only: set[str] | None = None) -> None:
    """Drop every object of these kinds; `only`: those of these names."""
    objects = mariadb_catalogue.catalogue(session, name)['objects']
    for kind in kinds:
        session.ask(f"SET sql_mode='{'ORACLE' if kind == 'package' else ''}';")  # no other mode knows packages
        for one in objects.get(kind, ()):
            if only is None or one in only:
                session.ask(f'DROP {kind.upper()} IF EXISTS {quoted(name)}.{quoted(one)};')
    session.ask("SET sql_mode='';")


def movable(session: Session, name: str) -> list[str]:
    """Tables and sequences."""
    return [
        row[0]
        for row in session.ask(
            f'SELECT table_name FROM information_schema.tables WHERE table_schema={text(name)} '
            "AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE') ORDER BY 1;"
        )
    ]


def exists(session: Session, name: str) -> bool:
    return bool(session.ask(f'SELECT 1 FROM information_schema.schemata WHERE schema_name={text(name)};'))


def follow(session: Session, name: str, formers: tuple[str, ...]) -> None:
    """Defaults that take a number from a sequence still name the database from which both have moved."""
    for former in formers:
        mark = quoted(former).replace('\\', '\\\\').replace('_', '\\_').replace('%', '\\%').replace("'", "''")
        rows = session.ask(
            f'SELECT table_name, column_name, column_default FROM information_schema.columns WHERE '
            f"table_schema={text(name)} AND column_default LIKE '%nextval({mark}.%';"
        )
        for table, column, default in rows:
            changed = renamed(default, former, name)
            session.ask(
                f'ALTER TABLE {quoted(name)}.{quoted(table)} ALTER COLUMN {quoted(column)} SET DEFAULT ({changed});'
            )


def rights(session: Session, source: str, target: str, *, routines: bool = False) -> bytes:
    """SQL that gives the same on `target` as people have on exactly `source`, for :func:`give`.

    `routines`: only what they have on single routines, which goes when a routine is dropped.
    """
    exact = '|'.join(re.escape(quoted(name)) for name in (source, mariadb_grants.escape_pattern(source)))
    kind, lines = r'[A-Z ]+ ' if routines else r'(?:[A-Z ]+ )?', []
    for user, host in _grantees(session, source):
        for (grant,) in session.ask(f'SHOW GRANTS FOR {account_name(user, host)};'):
            if re.search(rf' ON {kind}(?:{exact})\.', grant):
                lines.append(regranted(grant, mariadb_grants.escape_pattern(target), target) + ';;\n')
    return ''.join(lines).encode('utf-8', 'surrogateescape')


def give(connection: Connection, statements: bytes) -> None:
    """Run :func:`rights`; those on an object that is not there are passed over (the client stops at each)."""
    for line in statements.decode('utf-8', 'surrogateescape').split(';;\n')[:-1]:
        with contextlib.closing(connection.session()) as session:
            try:
                session.ask(f'DELIMITER ;;\n{line};;\nDELIMITER ;')
            except process.CommandFailed as failure:
                if not re.search(r'ERROR (?:1146|1305) ', failure.stderr):
                    raise


def revoke(session: Session, name: str) -> None:
    """Take back what was granted on exactly `name`: a database that comes later under this name is another one."""
    pattern = mariadb_grants.escape_pattern(name)
    for user, host, can_grant in session.ask(f'SELECT User, Host, Grant_priv FROM mysql.db WHERE Db={text(pattern)};'):
        account = account_name(user, host)
        also = f'REVOKE GRANT OPTION ON {quoted(pattern)}.* FROM {account};' if can_grant == 'Y' else ''
        session.ask(f'REVOKE ALL PRIVILEGES ON {quoted(pattern)}.* FROM {account};{also}')
    rows = session.ask(
        f"SELECT User, Host, '', Table_name FROM mysql.tables_priv WHERE Db={text(name)} UNION SELECT User, Host, "
        f'Routine_type, Routine_name FROM mysql.procs_priv WHERE Db={text(name)};'
    )
    for user, host, kind, one in rows:
        session.ask(f'REVOKE ALL PRIVILEGES ON {kind} {quoted(name)}.{quoted(one)} FROM {account_name(user, host)};')


def _grantees(session: Session, name: str) -> list[tuple[str, str]]:
    pattern = mariadb_grants.escape_pattern(name)
    rows = session.ask(
        f'SELECT User, Host FROM mysql.db WHERE Db={text(pattern)} UNION SELECT User, Host FROM mysql.tables_priv '
        f'WHERE Db={text(name)} UNION SELECT User, Host FROM mysql.procs_priv WHERE Db={text(name)};'
    )
    return [(row[0], row[1]) for row in rows]
