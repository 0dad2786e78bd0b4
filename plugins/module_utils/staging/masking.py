# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking rules for personal data: `{table, column, rule: hash|email|name|phone|null|fixed, value?}`.

All rules are held against the catalogue first, and everything wrong is named at once; only then is a value touched.
Empty values stay empty. Copies of a value elsewhere (in texts, in serialised values) are no columns of their own and
stay: name those columns too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError, RestoreError
from ansible_collections.rawat.website.plugins.module_utils.staging.masks import LENGTHS, RULES
from ansible_collections.rawat.website.plugins.module_utils.staging.rewrite import reason_of
from ansible_collections.rawat.website.plugins.module_utils.staging.tables import Column, Table, Tables

Rule = Mapping[str, Any]


def problems(rules: Sequence[Rule]) -> list[str]:
    """What is wrong with rules whatever the database is, one sentence each."""
    found = []
    for rule in rules:
        where = f'masking rule {rule.get("table")}.{rule.get("column")}'
        if not rule.get('table') or not rule.get('column'):
            found.append(f'{where}: table and column are both needed')
        if rule.get('rule') not in RULES:
            found.append(f'{where}: rule {rule.get("rule")!r} is unknown: choose one of {", ".join(RULES)}')
        elif (rule['rule'] == 'fixed') != (rule.get('value') is not None):
            found.append(f'{where}: value belongs to rule fixed, and rule fixed needs it')
    places = [(rule.get('table'), rule.get('column')) for rule in rules]
    twice = sorted({f'{table}.{column}' for table, column in places if places.count((table, column)) > 1})
    return [*found, *(f'masking rule {name} is given more than once: keep one' for name in twice)]


def resolve(tables: Tables, rules: Sequence[Rule]) -> list[tuple[Table, Column, Rule]]:
    """Each rule with its table and column. Raises PreflightError with everything that is wrong."""
    wrong = problems(rules)
    if wrong:
        raise PreflightError(wrong)
    catalogue = {name: table for table in tables.tables() for name in _names(table)}
    found = []
    for rule in rules:
        where = f'masking rule {rule["table"]}.{rule["column"]}'
        table = catalogue.get(rule['table'])
        column = next((one for one in table.columns if one.name == rule['column']), None) if table else None
        if not table:
            wrong.append(f'{where}: there is no such table with text in it: look at its name')
        elif not column:
            wrong.append(f'{where}: the table has no such text column; it has {_listed(table)}')
        else:
            wrong += [f'{where}: {line}' for line in _unfit(column, rule)]
            found.append((table, column, rule))
    if wrong:
        raise PreflightError(wrong)
    return found


def mask(tables: Tables, rules: Sequence[Rule], secret: str) -> dict[str, dict[str, int]]:
    """{'table.column': {'values', 'distinct'}}. Raises PreflightError before, RestoreError while values change."""
    counts = {}
    for table, column, rule in resolve(tables, rules):
        name = f'{table.name}.{column.name}'
        try:
            counts[name] = tables.mask(table, column, rule, secret)
        except process.CommandFailed as failure:
            raise RestoreError(f'{name} could not be masked ({rule["rule"]}): {reason_of(failure)}') from None
    return counts


def _names(table: Table) -> list[str]:
    """'public.users' may be called 'users'."""
    return [table.name, table.name[len('public.') :]] if table.name.startswith('public.') else [table.name]


def _listed(table: Table) -> str:
    return ', '.join(column.name for column in table.columns[:30])


def _unfit(column: Column, rule: Rule) -> list[str]:
    limit = column.characters or column.octets
    needed = len(str(rule['value'])) if rule['rule'] == 'fixed' else LENGTHS.get(rule['rule'], 0)
    if limit is not None and limit < needed:
        return [f'rule {rule["rule"]} needs {needed} characters, the column has {limit}: choose another rule']
    if rule['rule'] == 'null' and not column.nullable:
        return ['rule null needs a column that may be NULL: choose another rule']
    return []
