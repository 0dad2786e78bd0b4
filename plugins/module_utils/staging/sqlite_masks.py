# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mask a column of a SQLite table in one statement, and look whether an original value is left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.staging.masks import Masked, checked
from ansible_collections.rawat.website.plugins.module_utils.staging.tables import Column, Table


def mask(session: Session, table: Table, column: Column, rule: Mapping[str, Any], secret: str) -> dict[str, int]:
    """Empty values stay empty, NULL stays NULL; numbers are masked as their digits. Raises RestoreError."""

    def ask(sql: str, *parameters: Any) -> list[list[str]]:
        return session.ask(json.dumps([sql, *parameters]))

    quoted, name = table.detail.quoted, '"' + column.name.replace('"', '""') + '"'
    digest = f'rawat_digest(CAST({name} AS BLOB), {_text(secret)})'
    held = f"{name} IS NOT NULL AND CAST({name} AS BLOB) <> x''"
    ask(f'CREATE TEMP TABLE rawat_originals AS SELECT DISTINCT {digest} AS d FROM {quoted} WHERE {held}')
    ask('CREATE UNIQUE INDEX temp.rawat_originals_d ON rawat_originals(d)')
    ((before,),) = ask(f'SELECT count(*) FROM {quoted} WHERE {held}')
    ((distinct,),) = ask('SELECT count(*) FROM temp.rawat_originals')
    ask(f'UPDATE {quoted} SET {name} = {_masked(rule, digest)} WHERE {held}')
    other = f' AND {name} <> {_text(str(rule["value"]))}' if rule['rule'] == 'fixed' else ''
    originals = 'SELECT d FROM temp.rawat_originals'
    ((left,),) = ask(f'SELECT count(*) FROM {quoted} WHERE {held}{other} AND {digest} IN ({originals})')
    ((now,),) = ask(f'SELECT count(DISTINCT {digest}) FROM {quoted} WHERE {held}')
    ask('DROP TABLE temp.rawat_originals')
    return checked(Masked(int(before), int(distinct), int(left), int(now)), table.name, column.name, rule)


def _masked(rule: Mapping[str, Any], digest: str) -> str:
    kind = rule['rule']
    return {
        'null': 'NULL',
        'fixed': _text(str(rule.get('value', ''))),
        'hash': digest,
        'email': f"'u' || substr({digest}, 1, 16) || '@masked.invalid'",
        'name': f"'Person ' || upper(substr({digest}, 1, 16))",
        'phone': f"'+00' || rawat_decimal(substr({digest}, 1, 12))",
    }[kind]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
