# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SQLite: rows that hold a text, found and changed by a child that runs as the owner of the file.

Any column may hold text or bytes here, whatever it was declared as, and a value stays what it was. Triggers are
dropped and made again in the same transaction. A full-text table is changed through its own module; one whose content
is another table's is built anew.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from subprocess import PIPE
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import sqlite
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.staging import sqlite_masks, sqlite_rewrite_child
from ansible_collections.rawat.website.plugins.module_utils.staging.tables import (
    PAGE_ROWS,
    Changes,
    Column,
    Row,
    Table,
    Unread,
    by_size,
    counted,
    too_large,
)
from ansible_collections.rawat.website.plugins.module_utils.staging.values import VALUE_LIMIT

ROWS = 'temp.rawat_rows'
_VIRTUAL = re.compile(r'CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+(\w+)\s*(\(.*)?$', re.IGNORECASE | re.DOTALL)
_CONTENT = re.compile(r'\bcontent\s*=\s*["\']?(\w*)', re.IGNORECASE)
SHADOWS = ('content', 'data', 'idx', 'docsize', 'config', 'segments', 'segdir', 'stat')


class Place(NamedTuple):
    quoted: str
    key: tuple[str, ...]  # SQL names


def quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def statement(sql: str, *parameters: Any) -> str:
    return json.dumps([sql, *parameters])


@contextlib.contextmanager
def open_tables(database: Mapping[str, Any]) -> Iterator[SQLiteTables]:
    place = sqlite.Place(database['path'])
    user, group = (place.owner, place.group) if os.geteuid() == 0 else (-1, -1)
    program = inspect.getsource(sqlite_rewrite_child)
    argv = [os.path.realpath(sys.executable), '-I', '-c', program, place.path, str(user), str(group)]
    session = Session(process.spawn(argv, stdin=PIPE), lambda word: statement('echo', word))
    with contextlib.closing(session):
        session.ask(statement('BEGIN IMMEDIATE'))
        triggers = session.ask(
            statement("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql NOT NULL ORDER BY rowid")
        )
        definitions = [(_text(name), _text(sql)) for name, sql in triggers]
        for name, _sql in definitions:
            session.ask(statement(f'DROP TRIGGER {quoted(name)}'))
        tables = SQLiteTables(session)
        yield tables
        tables.rebuild()
        for _name, sql in definitions:
            session.ask(statement(sql))
        session.ask(statement('COMMIT'))


class SQLiteTables:
    value_limit = VALUE_LIMIT

    def __init__(self, session: Session):
        self.session = session
        self.remarks: list[str] = []
        self.utf8 = _text(session.ask(statement('PRAGMA encoding'))[0][0]) == 'UTF-8'
        self._kinds: dict[tuple[str, str], str] = {}
        self._rebuild: list[str] = []

    # ------------------------------------------------------------ catalogue
    def tables(self) -> list[Table]:
        rows = self.session.ask(
            statement("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql NOT NULL ORDER BY rowid")
        )
        schema = [(_text(name), _text(sql)) for name, sql in rows]
        virtual = {name: match for name, sql in schema if (match := _VIRTUAL.match(sql))}
        hidden = {f'{name}_{shadow}' for name in virtual for shadow in SHADOWS}
        self._rebuild = []
        found = []
        for name, _sql in schema:
            usable = name not in hidden and not name.lower().startswith('sqlite_')
            if usable and (name not in virtual or self._takes(name, virtual[name])):
                found.append(self._table(name))
        return found

    def _takes(self, name: str, match: re.Match[str]) -> bool:
        """Is the virtual table one whose content is its own? Others are built anew, or named in a remark."""
        module, arguments = match[1].lower(), match[2] or ''
        modules = {_text(row[0]).lower() for row in self.session.ask(statement('PRAGMA module_list'))}
        content = _CONTENT.search(arguments)
        if module not in ('fts3', 'fts4', 'fts5') or module not in modules or (content and not content[1]):
            if module not in ('rtree', 'geopoly'):
                self._remark(f'virtual table {name} ({module}) was left as it is: build it anew if it holds addresses')
            return False
        if content:
            self._rebuild.append(name)
        return not content

    def _remark(self, text: str) -> None:
        if text not in self.remarks:
            self.remarks.append(text)

    def _table(self, name: str) -> Table:
        rows = self.session.ask(statement(f'PRAGMA table_xinfo({quoted(name)})'))
        columns = [Column(_text(row[1]), nullable=row[3] == '0') for row in rows if row[6] == '0']
        taken = {column.name.lower() for column in columns}
        free = [word for word in ('rowid', '_rowid_', 'oid') if word not in taken]
        ((without,),) = self.session.ask(
            statement("SELECT count(*) FROM pragma_index_list(?) l WHERE l.origin = 'pk' AND NOT EXISTS "
                      "(SELECT 1 FROM sqlite_master m WHERE m.name = l.name)", {'text': name.encode().hex()})
        )  # fmt: skip
        keys = tuple(quoted(_text(row[1])) for row in sorted(rows, key=lambda row: int(row[5])) if row[5] != '0')
        return Table(name, tuple(columns), Place(quoted(name), keys if without != '0' or not free else (free[0],)))

    def rebuild(self) -> None:
        for name in self._rebuild:
            self.session.ask(statement(f"INSERT INTO {quoted(name)}({quoted(name)}) VALUES('rebuild')"))

    # ------------------------------------------------------------ reading
    def unread(self, table: Table) -> list[Unread]:
        counts = ', '.join(f'COUNT(CASE WHEN {_size(column)} > {self.value_limit} THEN 1 END)'
                           for column in table.columns)  # fmt: skip
        (found,) = self.session.ask(statement(f'SELECT {counts} FROM {table.detail.quoted} t'))
        return counted([(column.name, too_large(self.value_limit)) for column in table.columns], found)

    def pages(self, table: Table, texts: Sequence[str]) -> Iterator[list[Row]]:
        place: Place = table.detail
        self.session.ask(json.dumps(['needles', *texts]))
        holds = [self._condition(column) for column in table.columns]
        size = '+'.join(f'CASE WHEN {where} THEN length(CAST({_name(column)} AS BLOB)) ELSE 0 END'
                        for column, where in zip(table.columns, holds))  # fmt: skip
        keys = ', '.join(f't.{name} AS k{number}' for number, name in enumerate(place.key))
        self.session.ask(
            statement(f'DROP TABLE IF EXISTS {ROWS}')
            + '\n'
            + statement(
                f'CREATE TEMP TABLE rawat_rows AS SELECT {size} AS bytes, {keys} FROM {place.quoted} t '
                f'WHERE {" OR ".join(holds)}'
            )
        )
        values = ', '.join(
            f'CASE WHEN {where} THEN typeof({_name(column)}) END, CASE WHEN {where} THEN {_name(column)} END'
            for column, where in zip(table.columns, holds)
        )
        yield from self._pages(table, values)
        self.session.ask(statement(f'DROP TABLE {ROWS}'))

    def _pages(self, table: Table, values: str) -> Iterator[list[Row]]:
        join = ' AND '.join(f't.{name} = r.k{number}' for number, name in enumerate(table.detail.key))
        last = '0'
        while sizes := self.session.ask(
            statement(f'SELECT rowid, bytes FROM {ROWS} WHERE rowid > {last} ORDER BY rowid LIMIT {PAGE_ROWS}')
        ):
            for group in by_size([(key, int(size)) for key, size in sizes]):
                rows = self.session.ask(
                    statement(
                        f'SELECT r.rowid, {values} FROM {ROWS} r CROSS JOIN {table.detail.quoted} t ON {join} '
                        f'WHERE r.rowid IN ({",".join(group)})'
                    )
                )
                self._kinds = {}
                yield [self._row(table, row) for row in rows]
            last = sizes[-1][0]

    def _row(self, table: Table, row: list[str]) -> Row:
        values = {}
        for column, kind, value in zip(table.columns, row[1::2], row[2::2]):
            if kind:
                self._kinds[row[0], column.name] = _text(kind)
                values[column.name] = bytes.fromhex(value)
        return Row(row[0], values)

    def _condition(self, column: Column) -> str:
        name = _name(column)
        value = f'CAST({name} AS BLOB)' if self.utf8 else name
        size = f'{_size(column)} <= {self.value_limit}'
        return f"(typeof({name}) IN ('text', 'blob') AND {size} AND rawat_holds({value}))"

    # ------------------------------------------------------------ writing
    def update(self, table: Table, changes: Changes) -> None:
        """A key that is there already stays what it was (OR IGNORE); the search after the work finds what is left."""
        place: Place = table.detail
        lines = []
        for key, values in changes:
            kinds = [self._kinds[key, name] for name in values]
            sets = ', '.join(
                f'{quoted(name)} = {"CAST(? AS TEXT)" if kind == "text" and self.utf8 else "?"}'
                for name, kind in zip(values, kinds)
            )
            where = ' AND '.join(
                f'{name} = (SELECT k{number} FROM {ROWS} WHERE rowid = {key})' for number, name in enumerate(place.key)
            )
            parameters = [
                {'text' if kind == 'text' and not self.utf8 else 'blob': value.hex()}
                for value, kind in zip(values.values(), kinds)
            ]
            lines.append(statement(f'UPDATE OR IGNORE {place.quoted} SET {sets} WHERE {where}', *parameters))
        self.session.ask('\n'.join(lines))

    # ------------------------------------------------------------ masking
    def mask(self, table: Table, column: Column, rule: Mapping[str, Any], secret: str) -> dict[str, int]:
        return sqlite_masks.mask(self.session, table, column, rule, secret)


def _name(column: Column) -> str:
    return f't.{quoted(column.name)}'


def _size(column: Column) -> str:
    return f'length(CAST({_name(column)} AS BLOB))'


def _text(digits: str) -> str:
    """Text comes as hexadecimal digits from the child."""
    return bytes.fromhex(digits).decode('utf-8', 'surrogateescape')
