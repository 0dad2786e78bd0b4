# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mask a column of a MariaDB table in one statement, and look whether an original value is left."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import quoted, text
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.staging.masks import Masked, checked
from ansible_collections.rawat.website.plugins.module_utils.staging.tables import Column


def mask(
    session: Session, table: str, unchanged: Sequence[str], column: Column, rule: Mapping[str, Any], secret: str
) -> dict[str, int]:
    """`table` is quoted already. Empty values stay empty, NULL stays NULL. Raises RestoreError as `checked` does."""
    name, originals = f't.{quoted(column.name)}', quoted(f'rawat_{secrets.token_hex(8)}')
    digest = _digest(name, column, secret)
    held = f"{name} IS NOT NULL AND {name} <> ''"
    session.ask(
        f'CREATE TEMPORARY TABLE {originals} (d BINARY(32) PRIMARY KEY) '
        f'IGNORE SELECT UNHEX({digest}) AS d FROM {table} t WHERE {held};'
    )
    ((before, distinct),) = session.ask(
        f'SELECT (SELECT COUNT(*) FROM {table} t WHERE {held}), (SELECT COUNT(*) FROM {originals});'
    )
    sets = ', '.join([f'{name}={_masked(rule, digest, column)}', *unchanged])
    session.ask(f'UPDATE {table} t SET {sets} WHERE {held};')
    other = f' AND {name} <> {text(str(rule["value"]))}' if rule['rule'] == 'fixed' else ''
    ((left, now),) = session.ask(
        f'SELECT (SELECT COUNT(*) FROM {table} t JOIN {originals} o ON o.d=UNHEX({digest}) WHERE {held}{other}), '
        f'(SELECT COUNT(DISTINCT {digest}) FROM {table} t WHERE {held});'
    )
    session.ask(f'DROP TEMPORARY TABLE {originals};')
    return checked(Masked(int(before), int(distinct), int(left), int(now)), table, column.name, rule)


def _digest(name: str, column: Column, secret: str) -> str:
    value = f'CONVERT({name} USING utf8mb4)' if column.text else name
    return f'SHA2(CONCAT({text(secret)}, {value}, {text(secret)}), 256)'


def _masked(rule: Mapping[str, Any], digest: str, column: Column) -> str:
    kind = rule['rule']
    if kind == 'null':
        return 'NULL'
    if kind == 'fixed':
        return text(str(rule['value']))
    return {
        'hash': f'LEFT({digest}, {min(column.characters or column.octets or 64, 64)})',
        'email': f"CONCAT('u', LEFT({digest}, 16), '@masked.invalid')",
        'name': f"CONCAT('Person ', UPPER(LEFT({digest}, 16)))",
        'phone': f"CONCAT('+00', LPAD(CONV(LEFT({digest}, 12), 16, 10), 15, '0'))",
    }[kind]
