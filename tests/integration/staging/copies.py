# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database of one test: `run` changes it, `values` reads a column as bytes, both without product code."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path
from typing import Any

from integration.servers import MariaDB, PostgreSQL


class Copy:
    engine: str
    blob, text_array = 'BLOB', ''
    database: dict[str, Any]

    def run(self, sql: str) -> None:
        raise NotImplementedError

    def values(self, table: str, column: str) -> list[bytes | None]:
        """All values of a column, sorted, NULL as None."""
        raise NotImplementedError

    def literal(self, value: bytes) -> str:
        """`value` as SQL for a text column."""
        raise NotImplementedError

    def insert(self, table: str, *values: int | bytes) -> None:
        words = [str(value) if isinstance(value, int) else self.literal(value) for value in values]
        self.run(f'INSERT INTO {table} VALUES ({", ".join(words)});')


def _sorted(values: list[bytes | None]) -> list[bytes | None]:
    return sorted(values, key=lambda value: (value is not None, value or b''))


class MariaDBCopy(Copy):
    engine = 'mariadb'

    def __init__(self, server: MariaDB, _folder: Path):
        self.server, self.name = server, f'copy_{secrets.token_hex(4)}'
        server.run(f'CREATE DATABASE {self.name} CHARACTER SET utf8mb4;')
        self.database = {
            'engine': 'mariadb', 'name': self.name, 'login_user': 'root', 'login_unix_socket': str(server.socket),
        }  # fmt: skip

    def run(self, sql: str) -> None:
        self.server.run(sql, self.name)

    def values(self, table: str, column: str) -> list[bytes | None]:
        lines = (
            self.server.run(f"SELECT IFNULL(HEX(CAST({column} AS BINARY)), '-') FROM {table}", self.name)
            .decode()
            .split('\n')[:-1]
        )
        return _sorted([None if line == '-' else bytes.fromhex(line) for line in lines])

    def literal(self, value: bytes) -> str:
        return f"_utf8mb4 X'{value.hex()}'" if b'\xff' not in value else f"X'{value.hex()}'"


class PostgreSQLCopy(Copy):
    engine, blob, text_array = 'postgresql', 'bytea', 'text[]'

    def __init__(self, server: PostgreSQL, _folder: Path):
        self.server, self.name = server, f'copy_{secrets.token_hex(4)}'
        server.run(f'CREATE DATABASE {self.name};')
        self.database = {
            'engine': 'postgresql', 'name': self.name, 'login_user': 'postgres',
            'login_unix_socket': str(server.folder), 'login_port': server.port,
        }  # fmt: skip

    def run(self, sql: str) -> None:
        self.server.run(sql, self.name)

    def values(self, table: str, column: str) -> list[bytes | None]:
        form = f"CASE WHEN pg_typeof({column}) = 'bytea'::regtype THEN {column}::text ELSE '' END"
        binary = f"SELECT coalesce({form}, '') FROM {table} LIMIT 1"
        is_bytes = self.server.run(binary, self.name).startswith(b'\\x')
        value = column if is_bytes else f"convert_to({column}::text, 'UTF8')"
        sql = f"SELECT coalesce(encode({value}, 'hex'), '-') FROM {table}"
        lines = self.server.run(sql, self.name).decode().split('\n')[:-1]
        return _sorted([None if line == '-' else bytes.fromhex(line) for line in lines])

    def literal(self, value: bytes) -> str:
        return f"convert_from(decode('{value.hex()}', 'hex'), 'UTF8')"


class SQLiteCopy(Copy):
    engine = 'sqlite'

    def __init__(self, _server: None, folder: Path):
        self.path = folder / 'copy.db'
        self.database = {'engine': 'sqlite', 'path': str(self.path)}
        self.run('PRAGMA user_version = 7;')

    def run(self, sql: str) -> None:
        connection = sqlite3.connect(self.path)
        connection.executescript(sql)
        connection.commit()
        connection.close()

    def values(self, table: str, column: str) -> list[bytes | None]:
        connection = sqlite3.connect(self.path)
        connection.text_factory = bytes
        rows = connection.execute(f'SELECT {column} FROM {table}').fetchall()
        connection.close()
        return _sorted(
            [row[0] if row[0] is None or isinstance(row[0], bytes) else str(row[0]).encode() for row in rows]
        )

    def literal(self, value: bytes) -> str:
        return f"CAST(X'{value.hex()}' AS TEXT)"


COPIES = {'mariadb': MariaDBCopy, 'postgresql': PostgreSQLCopy, 'sqlite': SQLiteCopy}
