# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mask a column of a PostgreSQL table in one statement, and look whether an original value is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import copy
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.staging.masks import Masked, checked
from ansible_collections.rawat.website.plugins.module_utils.staging.tables import Column, Table


def mask(session: Session, table: Table, column: Column, rule: Mapping[str, Any], secret: str) -> dict[str, int]:
    """Empty values stay empty, NULL stays NULL. Raises RestoreError as `checked` does."""
    quoted, name = table.detail.quoted, '"' + column.name.replace('"', '""') + '"'
    digest, held = _digest(name, column, secret), f"{name} IS NOT NULL AND {_value(name, column)} <> ''"
    session.ask(
        f'CREATE TEMPORARY TABLE rawat_originals ON COMMIT DROP AS SELECT DISTINCT {digest} AS d FROM ONLY {quoted} '
        f'WHERE {held};'
    )
    counts = f'SELECT (SELECT count(*) FROM ONLY {quoted} WHERE {held}), (SELECT count(*) FROM rawat_originals)'
    ((before, distinct),) = session.ask(copy(counts))
    session.ask(f'UPDATE ONLY {quoted} SET {name} = {_masked(rule, digest, column)} WHERE {held};')
    other = f' AND {name} <> {_text(str(rule["value"]))}' if rule['rule'] == 'fixed' else ''
    left = f'SELECT count(*) FROM ONLY {quoted} WHERE {held}{other} AND {digest} IN (SELECT d FROM rawat_originals)'
    now = f'SELECT count(DISTINCT {digest}) FROM ONLY {quoted} WHERE {held}'
    ((remaining, distinct_now),) = session.ask(copy(f'SELECT ({left}), ({now})'))
    session.ask('DROP TABLE pg_temp.rawat_originals;')
    return checked(Masked(int(before), int(distinct), int(remaining), int(distinct_now)), table.name, column.name, rule)


def _value(name: str, column: Column) -> str:
    return f'{name}::text' if column.text else name


def _digest(name: str, column: Column, secret: str) -> str:
    value = f"convert_to({name}::text, 'UTF8')" if column.text else name
    key = f"convert_to({_text(secret)}, 'UTF8')"
    return f"encode(sha256({key} || {value} || {key}), 'hex')"


def _masked(rule: Mapping[str, Any], digest: str, column: Column) -> str:
    kind = rule['rule']
    if kind == 'null':
        return 'NULL'
    text = {
        'fixed': _text(str(rule.get('value', ''))),
        'hash': f'left({digest}, {min(column.characters or 64, 64)})',
        'email': f"'u' || left({digest}, 16) || '@masked.invalid'",
        'name': f"'Person ' || upper(left({digest}, 16))",
        'phone': f"'+00' || lpad((('x' || left({digest}, 12))::bit(48)::bigint)::text, 15, '0')",
    }[kind]
    return text if column.text else f"convert_to({text}, 'UTF8')"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
