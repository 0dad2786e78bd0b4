# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MariaDB: rows that hold a text, found and changed through the vendor's client, values as hexadecimal digits.

The keys of the rows in question are gathered in a temporary table first: the client would hold a whole answer in
memory, a second connection would wait for the first on a table without transactions, and so a key can change itself.
A table without a key is changed by its values: one temporary table of different values, and one UPDATE that joins it.
MariaDB cannot hold triggers back, so they are dropped, and made again as they were.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from subprocess import PIPE
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import Connection, quoted, text
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.staging import mariadb_masks
from ansible_collections.rawat.website.plugins.module_utils.staging.mariadb_triggers import held_back
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

TEXTS = ('char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext')
BINARIES = ('binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob')
WIDE = ('ucs2', 'utf16', 'utf16le', 'utf32')  # not made of ASCII bytes: read and written as UTF-8
STATEMENT_ROOM = 64 * 1024  # bytes of a packet that are not the value
SETTINGS = (
    "SET NAMES utf8mb4, sql_mode='STRICT_ALL_TABLES', lc_messages='en_US', SESSION wait_timeout=86400, "
    'foreign_key_checks=0, autocommit=0;'
)


class Place(NamedTuple):
    """Of a table: its quoted name, its key columns ([] without a key), what else an UPDATE must set to stay."""

    quoted: str
    key: tuple[str, ...]
    kept: tuple[str, ...]  # columns with ON UPDATE CURRENT_TIMESTAMP
    unique: frozenset[str]  # columns in a unique index


@contextlib.contextmanager
def open_tables(database: Mapping[str, Any]) -> Iterator[MariaDBTables]:
    with Connection(database) as connection:
        arguments = ('--batch', '--skip-column-names', '--unbuffered', '--binary-mode', '--max-allowed-packet=1G')
        child = connection.spawn(connection.client, *arguments, stdin=PIPE)
        session = Session(child, lambda word: f"SELECT '{word}';")
        with contextlib.closing(session):
            session.ask(f'{SETTINGS} USE {quoted(connection.name)};')
            with held_back(session, connection.name):
                yield MariaDBTables(session, connection.name)
                session.ask('COMMIT;')


class MariaDBTables:
    def __init__(self, session: Session, name: str):
        self.session, self.name = session, name
        self.remarks: list[str] = []
        self.rows = quoted(f'rawat_{secrets.token_hex(8)}')
        packet = int(session.ask('SELECT @@max_allowed_packet;')[0][0])
        self.value_limit = min(VALUE_LIMIT, (packet - STATEMENT_ROOM) // 2)

    # ------------------------------------------------------------ catalogue
    def tables(self) -> list[Table]:
        rows = self.session.ask(
            'SELECT c.table_name, c.column_name, c.data_type, IFNULL(c.character_set_name, ""), '
            'IFNULL(c.character_maximum_length, ""), IFNULL(c.character_octet_length, ""), c.is_nullable, '
            'LOWER(c.extra), t.table_type FROM information_schema.columns c JOIN information_schema.tables t '
            f'ON t.table_schema=c.table_schema AND t.table_name=c.table_name WHERE c.table_schema={text(self.name)} '
            "AND t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY c.table_name, c.ordinal_position;"
        )
        columns: dict[str, list[Column]] = {}
        kept: dict[str, list[str]] = {}
        for table, column, kind, charset, characters, octets, nullable, extra, table_type in rows:
            found = columns.setdefault(table, [])
            if 'on update' in extra:
                kept.setdefault(table, []).append(column)
            if kind in TEXTS + BINARIES and 'generated' not in extra:
                is_text = kind in TEXTS
                limit = int(characters) if characters and is_text else None
                found.append(Column(column, is_text, limit, _octets(octets, charset), nullable == 'YES', charset))
            if table_type == 'SYSTEM VERSIONED' and len(found) == 1:
                self.remarks.append(f'table {table}: its history (SYSTEM VERSIONING) keeps the old values')
        keys = self._keys()
        return [self._table(name, found, keys, kept) for name, found in columns.items() if found]

    def _table(
        self, name: str, columns: list[Column], keys: dict[str, dict[str, list[tuple[str, bool]]]], kept: dict
    ) -> Table:
        usable = [
            [column for column, _serves in parts]
            for parts in keys.get(name, {}).values()
            if all(serves for _column, serves in parts)
        ]
        key = tuple(usable[0]) if usable else ()
        unique = frozenset(column for parts in keys.get(name, {}).values() for column, _serves in parts)
        if not key:
            self.remarks.append(f'table {name} has no primary key: its rows are changed by their values')
        return Table(name, tuple(columns), Place(quoted(name), key, tuple(kept.get(name, ())), unique))

    def _keys(self) -> dict[str, dict[str, list[tuple[str, bool]]]]:
        """{table: {unique index: [(column, does it serve as part of a key?)]}}, the primary key first."""
        rows = self.session.ask(
            "SELECT table_name, index_name, IFNULL(column_name, ''), IFNULL(sub_part, '') = '' AND nullable <> 'YES' "
            f'FROM information_schema.statistics WHERE table_schema={text(self.name)} AND non_unique=0 '
            "ORDER BY table_name, index_name <> 'PRIMARY', index_name, seq_in_index;"
        )
        keys: dict[str, dict[str, list[tuple[str, bool]]]] = {}
        for table, index, column, serves in rows:
            keys.setdefault(table, {}).setdefault(index, []).append((column, serves == '1'))
        return keys

    # ------------------------------------------------------------ reading
    def unread(self, table: Table) -> list[Unread]:
        """What takes more than half a packet: the hexadecimal digits of a value must fit into one."""
        columns = [one.name for one in table.columns if one.octets is None or one.octets > self.value_limit]
        if not columns:
            return []
        counts = ', '.join(f'COUNT(IF(LENGTH(t.{quoted(name)}) > {self.value_limit}, 1, NULL))' for name in columns)
        (found,) = self.session.ask(f'SELECT {counts} FROM {table.detail.quoted} t;')
        return counted([(name, too_large(self.value_limit)) for name in columns], found)

    def pages(self, table: Table, texts: Sequence[str]) -> Iterator[list[Row]]:
        place: Place = table.detail
        if place.key:
            conditions = {column.name: self._condition(column, texts) for column in table.columns}
            self._gather(place, conditions)
            values = ', '.join(
                f"IF({conditions[column.name]}, HEX({_as_bytes(column)}), '-')" for column in table.columns
            )
            source = f'{self.rows} r STRAIGHT_JOIN {place.quoted} t ON {self._join(place)}'
            yield from self._pages(table.columns, values, source)
            return
        for column in table.columns:
            self._gather_values(place, column, self._condition(column, texts))
            yield from self._pages((column,), f'HEX({_as_bytes(column, "r.v")})', f'{self.rows} r')
            self._write_values(place, column, self._condition(column, texts))

    def _condition(self, column: Column, texts: Sequence[str]) -> str:
        name = f't.{quoted(column.name)}'
        charset = 'utf8mb4' if column.text else 'latin1'
        found = (
            f"CONVERT({name} USING {charset}) COLLATE {charset}_general_ci LIKE {text(like(one))} ESCAPE '|'"
            for one in texts
        )
        return f'IFNULL(LENGTH({name}) <= {self.value_limit} AND ({" OR ".join(found)}), 0)'

    def _gather(self, place: Place, conditions: Mapping[str, str]) -> None:
        size = '+'.join(f'IF({where}, LENGTH(t.{quoted(name)}), 0)' for name, where in conditions.items())
        keys = ', '.join(f't.{quoted(column)} AS k{number}' for number, column in enumerate(place.key))
        self.session.ask(
            f'DROP TEMPORARY TABLE IF EXISTS {self.rows}; CREATE TEMPORARY TABLE {self.rows} '
            f'(n BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, bytes BIGINT UNSIGNED) SELECT {size} AS bytes, {keys} '
            f'FROM {place.quoted} t WHERE {" OR ".join(conditions.values())};'
        )

    def _gather_values(self, place: Place, column: Column, condition: str) -> None:
        name = f't.{quoted(column.name)}'
        self.session.ask(
            f'DROP TEMPORARY TABLE IF EXISTS {self.rows}; CREATE TEMPORARY TABLE {self.rows} '
            '(n BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, bytes BIGINT UNSIGNED, h BINARY(32), '
            'changed TINYINT NOT NULL DEFAULT 0, UNIQUE KEY (h)) '
            f'IGNORE SELECT LENGTH({name}) AS bytes, UNHEX(SHA2({name}, 256)) AS h, {name} AS v '
            f'FROM {place.quoted} t WHERE {condition};'
        )

    def _pages(self, columns: Sequence[Column], values: str, source: str) -> Iterator[list[Row]]:
        last = '0'
        while sizes := self.session.ask(
            f'SELECT n, bytes FROM {self.rows} WHERE n > {last} ORDER BY n LIMIT {PAGE_ROWS};'
        ):
            for group in by_size([(key, int(size)) for key, size in sizes]):
                rows = self.session.ask(f'SELECT r.n, {values} FROM {source} WHERE r.n IN ({",".join(group)});')
                yield [_row(columns, row) for row in rows]
            last = sizes[-1][0]

    def _join(self, place: Place) -> str:
        return ' AND '.join(f't.{quoted(column)} = r.k{number}' for number, column in enumerate(place.key))

    # ------------------------------------------------------------ writing
    def update(self, table: Table, changes: Changes) -> None:
        self.session.ask('\n'.join(self._statement(table, key, values) for key, values in changes))

    def _statement(self, table: Table, key: str, values: Mapping[str, bytes]) -> str:
        place: Place = table.detail
        columns = {column.name: column for column in table.columns}
        if not place.key:
            ((name, value),) = values.items()
            return f'UPDATE {self.rows} SET v={_literal(columns[name], value)}, changed=1 WHERE n={key};'
        sets = [f't.{quoted(name)}={_literal(columns[name], value)}' for name, value in values.items()]
        sets += _unchanged(place)
        if place.unique & set(values):
            return self._unless_there(place, key, ', '.join(sets))
        source = f'{self.rows} r JOIN {place.quoted} t ON {self._join(place)}'
        return f'UPDATE {source} SET {", ".join(sets)} WHERE r.n={key};'

    def _unless_there(self, place: Place, key: str, sets: str) -> str:
        """A key that is there already stays what it was; the search after the work finds what is left.

        No handler hears of an UPDATE of two tables that fails, so the key takes a way of its own.
        """
        numbers = range(len(place.key))
        columns, variables = (', '.join(form % number for number in numbers) for form in ('k%d', '@rawat_k%d'))
        where = ' AND '.join(f't.{quoted(column)} = @rawat_k{number}' for number, column in enumerate(place.key))
        word = f'$${secrets.token_hex(4)}$$'  # the client keeps 15 characters of a delimiter
        return (
            f'DELIMITER {word}\nBEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR 1062 SET @rawat_there = 1; '
            f'SELECT {columns} INTO {variables} FROM {self.rows} WHERE n={key}; '
            f'UPDATE {place.quoted} t SET {sets} WHERE {where}; END {word}\nDELIMITER ;'
        )

    def _write_values(self, place: Place, column: Column, condition: str) -> None:
        name = f't.{quoted(column.name)}'
        sets = ', '.join([f'{name}=r.v', *_unchanged(place)])
        self.session.ask(
            f'UPDATE {place.quoted} t JOIN {self.rows} r ON r.h=UNHEX(SHA2({name}, 256)) SET {sets} '
            f'WHERE r.changed=1 AND {condition};'
        )

    # ------------------------------------------------------------ masking
    def mask(self, table: Table, column: Column, rule: Mapping[str, Any], secret: str) -> dict[str, int]:
        place: Place = table.detail
        return mariadb_masks.mask(self.session, place.quoted, _unchanged(place), column, rule, secret)


def _octets(octets: str, charset: str) -> int | None:
    """The limit in bytes as we count them: a wide character set is counted as UTF-8, by its characters alone."""
    return int(octets) if octets and charset not in WIDE else None


def _as_bytes(column: Column, name: str = '') -> str:
    name = name or f't.{quoted(column.name)}'
    return f'CONVERT({name} USING utf8mb4)' if column.detail in WIDE else name


def _literal(column: Column, value: bytes) -> str:
    if not column.text:
        return f"X'{value.hex()}'"
    charset = 'utf8mb4' if column.detail in WIDE else column.detail
    return f"CONVERT(X'{value.hex()}' USING {charset})"


def _unchanged(place: Place) -> list[str]:
    return [f't.{quoted(column)}=t.{quoted(column)}' for column in place.kept]


def _row(columns: Sequence[Column], row: list[str]) -> Row:
    pairs = zip(columns, row[1:])
    return Row(row[0], {column.name: bytes.fromhex(value) for column, value in pairs if value != '-'})
