# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One table out of a plain dump, with everything that it may need but the rows of others: types, functions, sequences.

The copy beside has all definitions of the dump, and rows in the one table only. Its foreign keys are NOT VALID there,
for the rows that they speak of are not loaded. `postgresql_exchange` puts the table into the place of the live one.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql_load
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import copy, tables
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_client import Connection
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_split import ROWS_END, Piece
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress

MARKER = '"__rawat".exchange'  # in the database that keeps what gave way; postgresql_exchange reads and writes it
MAKE_MARKER = f'CREATE SCHEMA "__rawat"; CREATE TABLE {MARKER} (txid bigint, there boolean);'
_NAME = rb'(?:"(?:[^"]|"")*"|[^\s".]+)'
_FOREIGN_KEY = re.compile(rb'ALTER TABLE (ONLY )?%s\.%s\s+ADD CONSTRAINT %s FOREIGN KEY \(' % (_NAME, _NAME, _NAME))
# Large objects, what materialised views hold, and connections to other servers belong to no table.
_OF_NO_TABLE = re.compile(
    rb'SELECT pg_catalog\.lo|REFRESH MATERIALIZED VIEW |(?:CREATE|ALTER|COMMENT ON) SUBSCRIPTION '
    rb'|(?:ALTER|COMMENT ON) LARGE OBJECT |(?:GRANT|REVOKE) [A-Z, ]+ ON LARGE OBJECT '
)
_LARGE_OBJECTS = (
    'SELECT quote_ident(a.attname) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = '
    "'{quoted}'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND t.typname IN ('oid', 'lo')"
)


def load_table(
    database: Mapping[str, Any],
    part: Mapping[str, Any],
    dump: Iterator[bytes],
    table: str,
    *,
    accounts: Iterator[bytes] | None = None,
    into: str | None = None,
    threads: int = 2,
    progress: Progress | None = None,
) -> list[str]:
    """Make the table `table` ('schema.name') of the dump, and every definition, in database `into`.

    The database must be empty or not there. Reads `dump` to its end. Returns what does not come along, a sentence
    each. Raises RestoreError, also when the dump has no such table; Limitation as :func:`postgresql_load.load`.
    """
    name = into or str(part['name'])
    postgresql_load.make_room(database, name)
    if accounts is not None:
        postgresql_load.load_accounts(database, name, accounts)
    loader = TableLoader(database, str(part['name']), name, table, threads)
    with contextlib.closing(loader):
        loader.run(postgresql_load.counted(dump, progress))
    with contextlib.closing(open_session(database, name)) as session:
        found = tables(session)
        if table not in found:
            raise RestoreError(f'PostgreSQL {part["name"]}: the recovery point has no table {table}')
        columns = session.ask(copy(_LARGE_OBJECTS.format(quoted=found[table].replace("'", "''"))))
    return [
        f'table {table}: large objects are not restored with a table; column {column} may name some'
        for (column,) in columns
        if loader.left_out
    ]


def open_session(database: Mapping[str, Any], name: str) -> Session:
    """A session in the database `name`; RestoreError when it cannot be had."""
    try:
        return Connection({**database, 'name': name}).session()
    except process.CommandFailed as failure:
        raise RestoreError(f'PostgreSQL {name}: no session: {failure}') from failure


class TableLoader(postgresql_load.Loader):
    """`marked`: the copy says of itself, before there is anything in it, that it is not finished."""

    def __init__(
        self, database: Mapping[str, Any], name: str, into: str, table: str, threads: int, marked: bool = False
    ):
        super().__init__(database, name, into, threads)
        self.table, self.marked, self.left_out = table, marked, 0

    def _line(self, line: bytes) -> None:
        super()._line(line)
        if self.marked and line.startswith(b'\\connect '):
            self.main.write(f'{MAKE_MARKER}\n'.encode())

    def _statement(self, statement: bytes) -> None:
        if _OF_NO_TABLE.match(statement):
            self.left_out += statement.startswith(b'SELECT pg_catalog.lo')
        elif match := _FOREIGN_KEY.match(statement):
            if match.group(1):  # a partitioned table, which has no ONLY, cannot have a key that is not valid
                super()._statement(_not_valid(statement))
        else:
            super()._statement(statement)

    def _table(self, start: Piece, pieces: Iterator[Piece]) -> None:
        if start.table == self.table:
            super()._table(start, pieces)
            return
        for piece in pieces:
            if piece.kind == ROWS_END:
                break


def _not_valid(statement: bytes) -> bytes:
    text = statement.rstrip()[:-1]
    return text + (b';' if text.endswith(b' NOT VALID') else b' NOT VALID;')


def blocks_of(child: process.Child) -> Iterator[bytes]:
    """What a program writes, to its end; CommandFailed unless it ended well."""
    while block := os.read(child.stdout.fileno(), process.PIPE_SIZE):
        yield block
    child.wait()
