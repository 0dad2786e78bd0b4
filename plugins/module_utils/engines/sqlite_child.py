# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a SQLite database and prints it as SQL. Runs as a child of its own; `sqlite.py` starts it and listens.

It is a program, not a library: a process may give up root for good, a thread may not. The parent hands this very text
to a Python on its standard input, so it imports the standard library only.

    python3 -I - census|sums|dump PATH UID GID IMMUTABLE MARK   (UID and GID -1: stay who we are)

Standard output: eight bytes (big endian) with the length of a JSON object, that object, and for `dump` the SQL, all
out of one read transaction. MARK is a word that no row can know; comment lines that carry it say what has been
written, so that nothing inside a row can pass for such a line.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import math
import os
import signal
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from typing import Any

BATCH = 256 * 1024  # bytes that are gathered before a write
BUSY_SECONDS = 30  # how long a writer of the site may hold us up
METHOD = 'sum of BLAKE2b (64 bit) of each row as SQL, scheme 1'  # another text of a row is another scheme
STATISTICS = ('sqlite_stat2', 'sqlite_stat3', 'sqlite_stat4')  # samples of ANALYZE that a stock shell may not know


def give_up_root(user: int, group: int) -> None:
    """Become the owner of the database: a file that SQLite makes beside it must be one that the site can write."""
    parent = os.getppid()
    if user >= 0 and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG was lost with the credentials, prctl(2)
        if os.getppid() != parent:
            raise SystemExit('the parent is gone')


def connect(path: str, immutable: bool) -> sqlite3.Connection:
    """Open `path` as one more reader of the site; never creates it.

    Read and write where we may: SQLite itself then rolls a crashed writer's journal back, and tidies up the -wal and
    -shm files it had to make, like any visitor of the site would. Nothing else is ever written (query_only).
    """
    writable = os.access(path, os.W_OK) and os.access(os.path.dirname(path) or '.', os.W_OK)
    mode = 'immutable=1' if immutable else 'mode=rw' if writable else 'mode=ro'
    escaped = ''.join(f'%{byte:02x}' for byte in os.fsencode(path))
    connection = sqlite3.connect(f'file:{escaped}?{mode}', uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.text_factory = bytes
    connection.execute('PRAGMA query_only=1')
    connection.execute('PRAGMA cell_size_check=1')
    connection.create_function('rawat_real', 1, exact_real)
    return connection


def exact_real(value: float) -> str:
    """An SQL expression for `value`, exact to the last bit in every version of SQLite.

    SQLite's parser of decimals rounds twice (in `long double` before 3.43) and may miss the last bit. A decimal is used
    where it lies well away from the middle between two doubles; else a product of integers and powers of two, which is
    exact everywhere.
    """
    if math.isinf(value):
        return '9e999' if value > 0 else '-9e999'
    text = repr(value)
    if 'e' not in text and _is_safe_decimal(text, abs(value)):
        return text
    fraction, exponent = math.frexp(value)
    expression, exponent = f'{int(fraction * 2**53)}*1.0', exponent - 53
    sign = '*' if exponent > 0 else '/'
    for _step in range(abs(exponent) // 62):
        expression += f'{sign}{2**62}'
    return f'({expression}{sign}{2 ** (abs(exponent) % 62)})'


def _is_safe_decimal(text: str, value: float) -> bool:
    whole, _point, decimals = text.lstrip('-').partition('.')
    number, scale = int(whole + decimals), 10 ** len(decimals)
    if number >= 2**53:
        return False
    numerator, denominator = value.as_integer_ratio()
    step, per = math.ulp(value).as_integer_ratio()
    return 100 * abs(number * denominator - numerator * scale) * per <= 49 * step * denominator * scale


def name_of(identifier: bytes | str) -> str:
    return identifier if isinstance(identifier, str) else identifier.decode('utf-8', 'surrogateescape')


def quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def literal(connection: sqlite3.Connection, value: str) -> bytes:
    return bytes(connection.execute(f'SELECT {value_expression("?1", True)}', (value,)).fetchone()[0])


def value_expression(column: str, utf8: bool) -> str:
    """SQL that turns `column` into the text of an SQL literal, inside SQLite, which is ten times faster than Python.

    quote() stops at a NUL, the shell drops a CR before each LF that it reads, and reals need care; a text of another
    encoding is carried as its bytes.
    """
    as_bytes = f"'CAST(X'''||hex(CAST({column} AS BLOB))||''' AS TEXT)'"
    if not utf8:
        text = as_bytes
    else:
        text = (
            f'CASE WHEN instr({column},char(0)) THEN {as_bytes} WHEN NOT instr({column},char(13)) THEN quote({column})'
            f' WHEN instr({column},char(1)) THEN {as_bytes}'
            f" ELSE 'replace('||quote(replace({column},char(13),char(1)))||',char(1),char(13))' END"
        )
    real = f'rawat_real({column})'
    return f"CASE typeof({column}) WHEN 'text' THEN {text} WHEN 'real' THEN {real} ELSE quote({column}) END"


class Source:
    """The database inside one read transaction."""

    def __init__(self, connection: sqlite3.Connection):
        self.connection = connection
        connection.execute('BEGIN')
        self.schema = [
            (name_of(kind), name_of(name), name_of(table), None if sql is None else name_of(sql), root)
            for kind, name, table, sql, root in connection.execute(
                'SELECT type,name,tbl_name,sql,rootpage FROM sqlite_master ORDER BY rowid'
            )
        ]
        self.utf8 = self.pragma('encoding') == 'UTF-8'

    def pragma(self, name: str) -> object:
        row = self.connection.execute(f'PRAGMA {name}').fetchone()
        return name_of(row[0]) if row and isinstance(row[0], bytes) else row[0] if row else None

    def of_kind(self, kind: str) -> Iterator[tuple[str, str]]:
        """(name, sql) of everything of `kind` that somebody made: automatic indexes have no SQL."""
        return ((name, sql) for type_, name, _table, sql, _root in self.schema if type_ == kind and sql)

    def tables(self) -> list[tuple[str, str]]:
        return [(name, sql) for name, sql in self.of_kind('table') if not is_virtual(sql) and not is_internal(name)]

    def virtual_tables(self) -> list[tuple[str, str]]:
        return [(name, sql) for name, sql in self.of_kind('table') if is_virtual(sql)]

    def has(self, name: str) -> bool:
        return any(existing == name for _kind, existing, _table, _sql, _root in self.schema)

    def count(self, name: str) -> int:
        return int(self.connection.execute(f'SELECT count(*) FROM {quoted(name)}').fetchone()[0])

    def census(self) -> dict[str, Any]:
        """What `engines/__init__` calls a census, the tables with their exact rows."""
        kept = ('index', 'view', 'trigger')
        objects = {kind: sorted(name for name, _sql in self.of_kind(kind)) for kind in kept}
        objects['virtual_table'] = sorted(name for name, _sql in self.virtual_tables())
        names = [name for name, _sql in self.tables()]
        names += [name for name in ('sqlite_sequence', 'sqlite_stat1') if self.has(name)]
        return {
            'tables': {name: self.count(name) for name in sorted(names)},
            'objects': {kind: names for kind, names in objects.items() if names},
            'settings': self.settings(),
            'accounts': [],
            'checksums': {},
            'unsummed': {},
            'checksum_method': METHOD,
            'definitions': self.definitions(),
            'grants': {},
            'endpoint': {'socket': None, 'port': None, 'host': None, 'version': sqlite3.sqlite_version},
        }

    def definitions(self) -> dict[str, dict[str, str]]:
        """{kind: {name: 16 hex digits}} of the text that made it, as SQLite keeps it."""
        found: dict[str, dict[str, str]] = {}
        for kind, name, _table, sql, _root in self.schema:
            if sql and not is_internal(name):
                text = hashlib.sha256(sql.encode('utf-8', 'surrogateescape')).hexdigest()[:16]
                found.setdefault('virtual_table' if is_virtual(sql) else kind, {})[name] = text
        return found

    def keys_and_columns(self, table: str) -> list[str]:
        columns = self.columns(table)
        return self.row_key(table, columns) + [quoted(column) for column in columns]

    def rows(self, table: str) -> Iterator[bytes]:
        """Each row as SQL literals between commas."""
        values = "||','||".join(value_expression(column, self.utf8) for column in self.keys_and_columns(table))
        for (row,) in self.connection.execute(f'SELECT {values} FROM {quoted(table)} NOT INDEXED'):
            yield row

    def sums(self, tables: Iterable[str]) -> dict[str, str]:
        return {table: sum_text(sum(map(row_hash, self.rows(table)))) for table in tables}

    def settings(self) -> dict[str, Any]:
        names = ('encoding', 'page_size', 'auto_vacuum', 'user_version', 'application_id', 'journal_mode')
        return {name: self.pragma(name) for name in names}

    def columns(self, table: str) -> list[str]:
        """The columns that hold data; generated ones (hidden 2 and 3) are computed again."""
        rows = self.connection.execute(f'PRAGMA table_xinfo({quoted(table)})').fetchall()
        return [name_of(row[1]) for row in rows if row[6] == 0]

    def row_key(self, table: str, columns: list[str]) -> list[str]:
        """['rowid'] (or another of its names) where rows have a number that no column shows."""
        keys = [row for row in self.connection.execute(f'PRAGMA table_info({quoted(table)})') if row[5]]
        indexes = self.connection.execute(f'PRAGMA index_list({quoted(table)})').fetchall()
        has_index = any(name_of(row[3]) == 'pk' for row in indexes)
        if len(keys) == 1 and name_of(keys[0][2]).upper() == 'INTEGER' and not has_index:
            return []  # that column is the number
        taken = {column.lower() for column in columns}
        for name in ('rowid', '_rowid_', 'oid'):
            if name not in taken:
                try:
                    self.connection.execute(f'SELECT {name} FROM {quoted(table)} LIMIT 0')
                except sqlite3.OperationalError:
                    return []  # WITHOUT ROWID
                return [name]
        return []


def row_hash(row: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(row, digest_size=8).digest(), 'big')


def sum_text(total: int) -> str:
    """The sum of row hashes modulo 2^64: the order of rows does not matter, a row that is there twice does."""
    return f'{total % 2**64:016x}'


def is_virtual(sql: str) -> bool:
    return sql[:22].upper().startswith('CREATE VIRTUAL TABLE')


def is_internal(name: str) -> bool:
    return name.lower().startswith('sqlite_')


class Dump:
    """The SQL on its way out."""

    def __init__(self, source: Source, mark: str, output: int):
        self.source, self.mark, self.output, self.pending = source, mark, output, bytearray()

    def write(self, text: str | bytes) -> None:
        self.pending += text if isinstance(text, bytes) else text.encode('utf-8', 'surrogateescape')
        if len(self.pending) >= BATCH:
            self.flush()

    def flush(self) -> None:
        write_all(self.output, self.pending)
        self.pending = bytearray()

    def note(self, kind: str, name: str, rows: int | None = None, total: str | None = None) -> None:
        """A comment line by which the reader of the stream knows what has gone by."""
        self.write(f'-- {self.mark} {json.dumps([kind, name, rows, total])}\n')

    def run(self) -> None:
        self.head()
        for name, sql in self.source.tables():
            self.definition(sql)
            self.note('table', name, *self.rows(name))
        self.counters()
        self.virtual_tables()
        for kind in ('index', 'view', 'trigger'):
            for name, sql in self.source.of_kind(kind):
                self.definition(sql)
                self.note(kind, name)
        self.carriage_returns()
        self.tail()
        self.flush()

    def head(self) -> None:
        settings = self.source.settings()
        self.write('-- SQLite dump: read it with the sqlite3 shell into a new file\n')
        for name in ('encoding', 'page_size', 'auto_vacuum'):  # they must come before the first table
            value = settings[name]
            self.write(f"PRAGMA {name}='{value}';\n" if name == 'encoding' else f'PRAGMA {name}={value};\n')
        self.write('PRAGMA foreign_keys=OFF;\nPRAGMA trusted_schema=ON;\nBEGIN TRANSACTION;\n')

    def tail(self) -> None:
        settings = self.source.settings()
        for name in ('user_version', 'application_id'):
            self.write(f'PRAGMA {name}={settings[name]};\n')
        self.write('COMMIT;\n')
        if settings['journal_mode'] == 'wal':
            self.write('PRAGMA journal_mode=WAL;\n')
        self.note('end', 'Dump completed')

    def definition(self, sql: str) -> None:
        last_line = sql.rsplit('\n', 1)[-1]
        self.write(sql + ('\n;\n' if '--' in last_line else ';\n'))  # a view may end in a comment

    def rows(self, table: str) -> tuple[int, str]:
        """Write every row of `table`; returns how many, and the sum of their hashes."""
        columns = ','.join(self.source.keys_and_columns(table))
        start = f'INSERT INTO {quoted(table)}({columns}) VALUES('.encode('utf-8', 'surrogateescape')
        rows, total = 0, 0
        for row in self.source.rows(table):
            self.write(start + row + b');\n')
            total += row_hash(row)
            rows += 1
        return rows, sum_text(total)

    def counters(self) -> None:
        """The tables of SQLite's own: they cannot be created, only filled."""
        if self.source.has('sqlite_sequence'):
            helper = quoted(f'{self.mark}_sequence')  # makes sqlite_sequence exist though no table needs it any more
            self.write(f'CREATE TABLE {helper}(a INTEGER PRIMARY KEY AUTOINCREMENT);\nDROP TABLE {helper};\n')
            self.refill('sqlite_sequence')
        if self.source.has('sqlite_stat1'):
            self.write('ANALYZE sqlite_master;\n')
            self.refill('sqlite_stat1')

    def refill(self, table: str) -> None:
        self.write(f'DELETE FROM {table};\n')
        self.note('table', table, *self.rows(table))

    def virtual_tables(self) -> None:
        """Their shadow tables are there already, as plain tables; only the entry is made, as the shell's .dump does."""
        virtual = self.source.virtual_tables()
        if not virtual:
            return
        self.write('PRAGMA writable_schema=ON;\n')
        for name, sql in virtual:
            values = b','.join(literal(self.source.connection, text) for text in ('table', name, name, sql))
            self.write(b'INSERT INTO sqlite_master(type,name,tbl_name,sql,rootpage) VALUES(' + values + b',0);\n')
            self.note('virtual_table', name)
        self.write('PRAGMA writable_schema=OFF;\n')

    def carriage_returns(self) -> None:
        """The shell loses a CR before LF also inside definitions: put them back."""
        lossy = [(kind, name, sql) for kind, name, _table, sql, _root in self.source.schema if sql and '\r\n' in sql]
        lossy = [entry for entry in lossy if not is_virtual(entry[2]) and not is_internal(entry[1])]
        if not lossy:
            return
        self.write('PRAGMA writable_schema=ON;\n')
        for kind, name, sql in lossy:
            sql_text, kind_text, name_text = (literal(self.source.connection, value) for value in (sql, kind, name))
            self.write(b'UPDATE sqlite_master SET sql=' + sql_text)
            self.write(b' WHERE type=' + kind_text + b' AND name=' + name_text + b';\n')
        self.write('PRAGMA writable_schema=OFF;\n')


def write_all(output: int, data: bytes | bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(output, view) :]


def remarks(source: Source) -> list[str]:
    found = [name for name in STATISTICS if source.has(name)]
    return [f'{name} (samples of ANALYZE) is not part of the dump: run ANALYZE after a restore' for name in found]


def main() -> None:
    action, path, user, group, immutable, mark = sys.argv[1:]
    give_up_root(int(user), int(group))
    try:
        log_before = os.path.exists(f'{path}-wal')
        connection = connect(path, immutable == '1')
        source = Source(connection)
        answer: dict[str, Any] = {
            'version': sqlite3.sqlite_version,
            'remarks': remarks(source),
            'settings': source.settings(),
        }
        answer['bytes'] = int(str(source.pragma('page_count'))) * int(str(source.pragma('page_size')))
        if action != 'census':
            answer['census'] = source.census()
        if action == 'sums':
            answer['census']['checksums'] = source.sums(answer['census']['tables'])
        header = json.dumps(answer).encode()
        write_all(1, len(header).to_bytes(8, 'big') + header)
        if action == 'dump':
            Dump(source, mark, 1).run()
        if not log_before:
            connection.close()  # removes the -wal and -shm that it had to make
    except (sqlite3.Error, OSError) as error:
        sys.stderr.write(f'{error}\n')
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)  # closing the last connection would fold a log that somebody left behind into the site's file


if __name__ == '__main__':
    main()
