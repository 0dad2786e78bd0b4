# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the generated site, once, and how each server words them."""

from __future__ import annotations

from typing import NamedTuple


class Table(NamedTuple):
    name: str
    columns: tuple[tuple[str, str], ...]  # name and type in MariaDB's words; the first is the key
    indexes: tuple[str, ...]
    edited: str  # the column that an edit changes


KEY = 'bigint unsigned'
TABLES = (
    Table(
        'wp_posts',
        (
            ('id', KEY), ('post_author', KEY), ('post_date', 'datetime'), ('post_content', 'longtext'),
            ('post_title', 'text'), ('post_status', 'varchar(20)'), ('post_name', 'varchar(200)'),
            ('post_type', 'varchar(20)'), ('post_parent', KEY),
        ),
        ('post_name', 'post_type, post_status, post_date', 'post_parent', 'post_author'),
        'post_content',
    ),
    Table(
        'wp_postmeta',
        (('meta_id', KEY), ('post_id', KEY), ('meta_key', 'varchar(191)'), ('meta_value', 'longtext')),
        ('post_id', 'meta_key'),
        'meta_value',
    ),
    Table(
        'wp_comments',
        (
            ('comment_id', KEY), ('comment_post_id', KEY), ('comment_author', 'tinytext'),
            ('comment_author_email', 'varchar(100)'), ('comment_date', 'datetime'), ('comment_content', 'text'),
            ('comment_approved', 'varchar(20)'),
        ),
        ('comment_post_id', 'comment_approved, comment_date', 'comment_author_email'),
        'comment_content',
    ),
    Table(
        'wp_options',
        (
            ('option_id', KEY), ('option_name', 'varchar(191)'), ('option_value', 'longtext'),
            ('autoload', 'varchar(20)'),
        ),
        ('option_name',),
        'option_value',
    ),
    Table(
        'wp_log',
        (
            ('id', KEY), ('ts', 'datetime'), ('ip', 'varchar(45)'), ('url', 'varchar(255)'), ('status', 'int'),
            ('agent', 'varchar(255)'),
        ),
        ('ts', 'ip'),
        'url',
    ),
    Table(
        'wp_docblobs',
        (('id', KEY), ('name', 'varchar(200)'), ('mime', 'varchar(60)'), ('data', 'longblob')),
        (),
        'name',
    ),
)
POSTGRESQL_TYPES = {
    KEY: 'bigint', 'datetime': 'timestamp', 'longtext': 'text', 'tinytext': 'text', 'int': 'integer',
    'longblob': 'bytea',
}
BINARY = 'longblob'


def mariadb_schema(table: Table) -> str:
    lines = [f'{name} {kind} NOT NULL' for name, kind in table.columns]
    lines[0] += ' AUTO_INCREMENT PRIMARY KEY'
    lines += [f'KEY ({columns})' for columns in table.indexes]
    return f'CREATE TABLE {table.name} ({", ".join(lines)}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n'


def postgresql_schema(table: Table) -> str:
    lines = [f'{name} {POSTGRESQL_TYPES.get(kind, kind)} NOT NULL' for name, kind in table.columns]
    lines[0] = f'{table.columns[0][0]} bigserial PRIMARY KEY'
    return f'CREATE TABLE {table.name} ({", ".join(lines)});\n'


def postgresql_indexes(table: Table) -> str:
    return ''.join(f'CREATE INDEX ON {table.name} ({columns});\n' for columns in table.indexes)


def mariadb_load(table: Table, path: str) -> str:
    """LOAD DATA of tab-separated lines; bytes arrive as hexadecimal digits."""
    columns = ', '.join(f'@{name}' if kind == BINARY else name for name, kind in table.columns)
    binary = [f'{name} = UNHEX(@{name})' for name, kind in table.columns if kind == BINARY]
    conversion = f' SET {", ".join(binary)}' if binary else ''
    settings = 'SET unique_checks = 0, foreign_key_checks = 0;\n'
    load = f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE {table.name} CHARACTER SET utf8mb4 ({columns}){conversion}"
    return f'{settings}{load};\n'


def postgresql_load(table: Table, path: str) -> str:
    if BINARY not in (kind for _name, kind in table.columns):
        return f"\\copy {table.name} from '{path}'\n"
    staged = ', '.join(f'{name} text' for name, _kind in table.columns)
    values = ', '.join(
        f"decode({name}, 'hex')" if kind == BINARY else f'{name}::{POSTGRESQL_TYPES.get(kind, kind)}'
        for name, kind in table.columns
    )
    return (
        f"CREATE TEMP TABLE staged ({staged});\n\\copy staged from '{path}'\n"
        f'INSERT INTO {table.name} SELECT {values} FROM staged;\n'
    )


def line(row: tuple) -> str:
    """One row as a tab-separated line that both loaders read."""
    return '\t'.join(_escaped(str(value)) for value in row) + '\n'


def _escaped(text: str) -> str:
    return text.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r')
