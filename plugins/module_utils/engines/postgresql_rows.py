# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows counted and summed in one scan of each table: the sum of a 64 bit hash of each row, whatever their order.

PostgreSQL's own `hash_record_extended` (14 and later) takes the values as they lie in memory, which costs a third of
hashing their text (benchmarks: 1.0 s instead of 3.0 s for 600,000 rows, a fifteenth for large values out of line).
Types whose hash depends on an OID (enums), or that calls unlike values equal (1.0 and 1.00, 0 and -0, '1 day' and
'24 hours'), go in as the text of their output function. Never by a cast: a cast may be a function of the site owner's.
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import OURS, copy
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session

SCHEME = 1  # of the expression below; another expression is another number, and sums are no longer compared
BINARY_SINCE = 14
# What the text of a value depends on.
SETTINGS = {
    'DateStyle': 'ISO, YMD',
    'IntervalStyle': 'postgres',
    'TimeZone': 'UTC',
    'extra_float_digits': '3',
    'bytea_output': 'hex',
    'lc_monetary': 'C',
    'xmloption': 'content',
}

_EXACT = (
    'bool', 'bytea', 'char', 'int2', 'int4', 'int8', 'oid', 'text', 'varchar', 'date', 'time', 'timestamp',
    'timestamptz', 'uuid', 'inet', 'cidr', 'macaddr', 'macaddr8',
)  # fmt: skip
_WITH_LENGTH = ('bpchar', 'numeric')  # padded, or with one scale for all: only then equal means the same
_IS_EXACT = (
    "t.typnamespace = 'pg_catalog'::regnamespace AND COALESCE(k.collisdeterministic, true) AND (t.typname IN ("
    + ', '.join(f"'{name}'" for name in _EXACT)
    + ') OR (a.atttypmod >= 0 AND t.typname IN ('
    + ', '.join(f"'{name}'" for name in _WITH_LENGTH)
    + ')))'
)
# Columns in the order of their names: a table that inherits gets its columns in another order when it is made anew.
_QUERY = (
    "SELECT n.nspname || '.' || c.relname, (SELECT COALESCE(string_agg(CASE WHEN "
    + _IS_EXACT
    + " THEN format('%I', a.attname) ELSE format('concat(num_nulls(%1$I), %1$I) COLLATE \"C\"', a.attname) END, ', ' "
    'ORDER BY a.attname COLLATE "C"), \'\') FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid '
    'LEFT JOIN pg_collation k ON k.oid = a.attcollation '
    "WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') "
    f"FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND {OURS}"
)


def method(major: int) -> str:
    """What must be equal on both sides for sums to be comparable."""
    kind = 'hash_record_extended' if major >= BINARY_SINCE else 'hashtextextended'
    return f'sum of {kind} of each row, scheme {SCHEME}, PostgreSQL {major}'


def questions(session: Session, tables: dict[str, str], major: int) -> str:
    """The statements that answer a line for each of `tables` ({name: quoted}), in their order: number, rows, sum."""
    columns = dict(session.ask(copy(_QUERY))) if tables else {}
    return '\n'.join(
        copy(f'SELECT {number}, count(*), COALESCE(sum({_hash(columns[name], major)}), 0) FROM ONLY {quoted}')
        for number, (name, quoted) in enumerate(tables.items())
    )


def _hash(columns: str, major: int) -> str:
    if not columns:
        return '0'
    if major >= BINARY_SINCE:
        return f'hash_record_extended(ROW({columns}), 0)'
    return f'hashtextextended(ROW({columns})::text, 0)'


def settings() -> str:
    """The statement that makes the text of values the same everywhere."""
    words = ', '.join(f"set_config('{name}', '{value}', false)" for name, value in SETTINGS.items())
    return f'SELECT {words} \\g /dev/null'
