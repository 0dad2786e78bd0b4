# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL: rows that hold a text, found and changed through psql, values as hexadecimal digits.

A row is known by its ctid, which needs no key: the tables are locked, and a row is written once. Partitions are tables
of their own here. As superuser we are a replica for the transaction: triggers and foreign keys rest.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql import Connection
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import OURS, copy
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.staging import postgresql_masks
from ansible_collections.rawat.website.plugins.module_utils.staging.tables import (
    PAGE_ROWS,
    Changes,
    Column,
    Row,
    Table,
    Unread,
    by_size,
    counted,
    like,
    too_large,
)
from ansible_collections.rawat.website.plugins.module_utils.staging.values import VALUE_LIMIT

BYTES, ARRAY, CAST, TEXT = 'bytes', 'array', 'cast', 'text'  # how a column's value is read and written

DIMENSIONS = 'array of more than one dimension, not read and left as it is'


class Kind(NamedTuple):
    way: str
    type: str  # as the server writes it, quoted where needed


class Place(NamedTuple):
    quoted: str  # with its schema
    unique: frozenset[str]


@contextlib.contextmanager
def open_tables(database: Mapping[str, Any]) -> Iterator[PostgreSQLTables]:
    with contextlib.closing(Connection(database).session()) as session:
        tables = PostgreSQLTables(session)
        yield tables
        tables.refresh()
        session.ask('COMMIT;')


class PostgreSQLTables:
    value_limit = VALUE_LIMIT

    def __init__(self, session: Session):
        self.session = session
        self.remarks: list[str] = []
        ((superuser, encoding),) = session.ask(
            copy("SELECT current_setting('is_superuser'), current_setting('server_encoding')")
        )
        self.encoding = 'SQL_ASCII' if encoding == 'SQL_ASCII' else 'UTF8'
        session.ask('BEGIN; SET LOCAL standard_conforming_strings = on; SET LOCAL lock_timeout = 0;')
        if superuser == 'on':
            session.ask('SET LOCAL session_replication_role = replica;')
        else:
            self.remarks.append('triggers fired and foreign keys were followed: only a superuser can hold them back')

    # ------------------------------------------------------------ catalogue
    def tables(self) -> list[Table]:
        rows = self.session.ask(copy(_CATALOGUE))
        tables: dict[str, tuple[str, list[Column], set[str]]] = {}
        for name, quoted, column, type_, way, length, not_null, unique in rows:
            _quoted, columns, keys = tables.setdefault(name, (quoted, [], set()))
            limit = int(length) if length else None
            columns.append(Column(column, way != BYTES, limit, None, not_null == 'f', Kind(way, type_)))
            if unique == 't':
                keys.add(column)
        return [
            Table(name, tuple(columns), Place(quoted, frozenset(keys)))
            for name, (quoted, columns, keys) in tables.items()
        ]

    def refresh(self) -> None:
        """Materialised views hold rows of their own; those that are filled are filled again, as they came to be."""
        views = self.session.ask(
            copy(
                "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n "
                f"ON n.oid = c.relnamespace WHERE {OURS} AND c.relkind = 'm' AND c.relispopulated ORDER BY c.oid"
            )
        )
        for (view,) in views:
            self.session.ask(f'REFRESH MATERIALIZED VIEW {view};')

    # ------------------------------------------------------------ reading
    def unread(self, table: Table) -> list[Unread]:
        """What is too large, and arrays of more than one dimension: no JSON leads back to those."""
        reasons, counts = [], []
        for column in table.columns:
            if column.characters is None:  # varchar(n) ends below the limit
                reasons.append((column.name, too_large(self.value_limit)))
                counts.append(f'count(*) FILTER (WHERE {_size(column)} > {self.value_limit})')
            if column.detail.way == ARRAY:
                reasons.append((column.name, DIMENSIONS))
                counts.append(f'count(*) FILTER (WHERE array_ndims({_name(column)}) > 1)')
        if not reasons:
            return []
        (found,) = self.session.ask(copy(f'SELECT {", ".join(counts)} FROM ONLY {table.detail.quoted} t'))
        return counted(reasons, found)

    def pages(self, table: Table, texts: Sequence[str]) -> Iterator[list[Row]]:
        quoted, conditions = table.detail.quoted, [_condition(column, texts) for column in table.columns]
        sizes = '+'.join(f'CASE WHEN {where} THEN pg_column_size({_name(column)}) ELSE 0 END'
                         for column, where in zip(table.columns, conditions))  # fmt: skip
        values = ' || chr(9) || '.join(
            f"CASE WHEN {where} THEN encode({self._bytes(column)}, 'hex') ELSE '-' END"
            for column, where in zip(table.columns, conditions)
        )
        self.session.ask(f'LOCK TABLE ONLY {quoted} IN EXCLUSIVE MODE;')
        self.session.ask(
            f'DECLARE rawat_rows NO SCROLL CURSOR FOR SELECT t.ctid::text || chr(9) || ({sizes}) FROM ONLY {quoted} t '
            f'WHERE {" OR ".join(conditions)};'
        )
        while found := self.session.ask(f'FETCH {PAGE_ROWS} FROM rawat_rows;'):
            for group in by_size([(key, int(size)) for key, size in found]):
                keys = ','.join(f"'{key}'" for key in group)
                rows = self.session.ask(
                    f'SELECT t.ctid::text || chr(9) || {values} FROM ONLY {quoted} t '
                    f'WHERE t.ctid = ANY(ARRAY[{keys}]::tid[]);'
                )
                yield [_row(table.columns, row) for row in rows]
        self.session.ask('CLOSE rawat_rows;')

    def _bytes(self, column: Column) -> str:
        name, way = _name(column), column.detail.way
        if way == BYTES:
            return name
        value = f'to_jsonb({name})::text' if way == ARRAY else f'{name}::text'
        return f"convert_to({value}, '{self.encoding}')"

    # ------------------------------------------------------------ writing
    def update(self, table: Table, changes: Changes) -> None:
        columns = {column.name: column for column in table.columns}
        statements = []
        for key, values in changes:
            sets = ', '.join(
                f'{identifier(name)} = {self._literal(columns[name], value)}' for name, value in values.items()
            )
            statement = f"UPDATE ONLY {table.detail.quoted} SET {sets} WHERE ctid = '{key}'::tid;"
            statements.append(_unless_there(statement) if table.detail.unique & set(values) else statement)
        self.session.ask('\n'.join(statements))

    def _literal(self, column: Column, value: bytes) -> str:
        binary = f"decode('{value.hex()}', 'hex')"
        way, type_ = column.detail
        if way == BYTES:
            return binary
        text = f"convert_from({binary}, '{self.encoding}')"
        if way == ARRAY:
            return f'ARRAY(SELECT jsonb_array_elements_text({text}::jsonb))::{type_}'
        return f'{text}::{type_}' if way == CAST else text

    # ------------------------------------------------------------ masking
    def mask(self, table: Table, column: Column, rule: Mapping[str, Any], secret: str) -> dict[str, int]:
        return postgresql_masks.mask(self.session, table, column, rule, secret)


_WAY = (
    f"CASE WHEN b.typname = 'bytea' THEN '{BYTES}' WHEN b.typcategory = 'A' THEN '{ARRAY}' "
    f"WHEN b.typcategory = 'S' THEN '{TEXT}' ELSE '{CAST}' END"
)
_CATALOGUE = (
    "SELECT n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname), a.attname, "
    f'format_type(a.atttypid, NULL), {_WAY}, '
    "CASE WHEN b.typname IN ('varchar', 'bpchar') AND a.atttypmod > 4 THEN (a.atttypmod - 4)::text ELSE '' END, "
    'a.attnotnull, EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique '
    'AND (a.attnum = ANY(i.indkey) OR i.indexprs IS NOT NULL)) '
    'FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace '
    'JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped '
    'JOIN pg_type t ON t.oid = a.atttypid '
    "JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END "
    'LEFT JOIN pg_type e ON e.oid = b.typelem '
    f"WHERE {OURS} AND c.relkind = 'r' AND a.attgenerated = '' AND (b.typcategory = 'S' "
    "OR b.typname IN ('bytea', 'json', 'jsonb', 'xml') OR (b.typcategory = 'A' AND e.typcategory = 'S' "
    'AND b.typlen = -1)) ORDER BY 1, a.attnum'
)


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _name(column: Column) -> str:
    return f't.{identifier(column.name)}'


def _condition(column: Column, texts: Sequence[str]) -> str:
    """Bytes are looked at as text with escapes; an array of more than one dimension has no JSON that leads back."""
    name, way = _name(column), column.detail.way
    value = f"encode({name}, 'escape')" if way == BYTES else f'{name}::text'
    found = ' OR '.join(f'{value} COLLATE "C" ILIKE {_text(like(one))} ESCAPE \'|\'' for one in texts)
    dimensions = f' AND array_ndims({name}) = 1' if way == ARRAY else ''
    return f'COALESCE({_size(column)} <= {VALUE_LIMIT} AND ({found}){dimensions}, false)'


def _size(column: Column) -> str:
    return f'octet_length({_name(column)})' if column.detail.way == BYTES else f'octet_length({_name(column)}::text)'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _unless_there(statement: str) -> str:
    """A key that is there already stays what it was; the search after the work finds what is left."""
    return f'DO $rawat$ BEGIN {statement} EXCEPTION WHEN unique_violation THEN NULL; END $rawat$;'


def _row(columns: Sequence[Column], row: list[str]) -> Row:
    pairs = zip(columns, row[1:])
    return Row(row[0], {column.name: bytes.fromhex(value) for column, value in pairs if value != '-'})
