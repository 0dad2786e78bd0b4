# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rewrite a whole restored database: every column of every table that can hold text, in one transaction.

Only rows that hold one of the texts come to us, in pages of bounded size; `values.py` computes what they become. Nobody
else may use the database meanwhile. Afterwards the rows are searched again: what still holds an old text is named, and
so is what was not read at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.staging.needles import Needles
from ansible_collections.rawat.website.plugins.module_utils.staging.tables import Column, Row, Table, Tables
from ansible_collections.rawat.website.plugins.module_utils.staging.values import Rewriter

TOO_LONG = 'value that would not fit its column, left as it is'
Report = Callable[[str], None]


def rewrite(tables: Tables, needles: Needles, progress: Report | None = None) -> dict[str, Any]:
    """{'tables': {table: {column: values changed}}, 'values', 'replaced' (occurrences), 'left': {table: {column: values
    that still hold an old text}}, 'remarks': [sentences]}. Raises RestoreError naming the table."""
    work = _Work(tables, needles)
    for table in tables.tables():
        if progress:
            progress(table.name)
        try:
            work.table(table)
        except process.CommandFailed as failure:
            raise RestoreError(f'table {table.name} could not be rewritten: {reason_of(failure)}') from None
    return work.result()


def reason_of(failure: process.CommandFailed) -> str:
    """The server's own line and no other: clients repeat the statement, and with it what is in a row."""
    lines = [line for line in failure.stderr.splitlines() if 'ERROR' in line]
    return (lines or failure.stderr.splitlines() or [f'the client ended with exit code {failure.code}'])[0][:300]


class _Work:
    def __init__(self, tables: Tables, needles: Needles):
        self.tables, self.needles = tables, needles
        self.changed: dict[str, Counter[str]] = {}
        self.left: dict[str, Counter[str]] = {}
        self.remarks: dict[tuple[str, str], Counter[str]] = {}
        self.unread: list[str] = []
        self.replaced = 0

    def table(self, table: Table) -> None:
        self.unread += [f'{table.name}.{one.column}: {one.values} x {one.reason}' for one in self.tables.unread(table)]
        columns = {column.name: column for column in table.columns}
        for page in self.tables.pages(table, self.needles.texts):
            changes = [(row.key, values) for row in page if (values := self._changed(table, columns, row))]
            if changes:
                self.tables.update(table, changes)
        if table.name in self.changed and not self._finds_itself():
            self._look_again(table)

    def _changed(self, table: Table, columns: Mapping[str, Column], row: Row) -> dict[str, bytes]:
        values = {}
        for name, value in row.values.items():
            rewriter = Rewriter(self.needles)
            new = rewriter.value(value)
            if new != value and not columns[name].fits(new):
                rewriter.remarks[TOO_LONG] += 1
                new = value
            if new != value:
                values[name] = new
                self.replaced += rewriter.replaced
                self.changed.setdefault(table.name, Counter())[name] += 1
            if rewriter.remarks:
                self.remarks.setdefault((table.name, name), Counter()).update(rewriter.remarks)
        return values

    def _finds_itself(self) -> bool:
        """Do new texts hold old ones (http://a becomes http://a/staging)? Then no search tells them apart."""
        return any(self.needles.holds(one.scheme + b'://' + one.new.lstrip(b'/') if one.scheme else one.new)
                   for one in self.needles.replacements)  # fmt: skip

    def _look_again(self, table: Table) -> None:
        """Counts, and nothing else: what was left alone on purpose, and what the server did not take."""
        for page in self.tables.pages(table, self.needles.texts):
            for row in page:
                left = [name for name, value in row.values.items() if self.needles.holds(value)]
                if left:
                    self.left.setdefault(table.name, Counter()).update(left)

    def result(self) -> dict[str, Any]:
        remarks = [*self.tables.remarks, *self.unread]
        for (table, column), reasons in sorted(self.remarks.items()):
            remarks += [f'{table}.{column}: {count} x {reason}' for reason, count in sorted(reasons.items())]
        explained = Counter({place: sum(reasons.values()) for place, reasons in self.remarks.items()})
        for table, columns in sorted(self.left.items()):
            for column, count in sorted(columns.items()):
                if not explained[table, column]:
                    remarks.append(
                        f'{table}.{column}: {count} values still hold an old text: a unique key has the new one'
                    )
        return {
            'tables': {table: dict(sorted(columns.items())) for table, columns in sorted(self.changed.items())},
            'values': sum(sum(columns.values()) for columns in self.changed.values()),
            'replaced': self.replaced,
            'left': {table: dict(sorted(columns.items())) for table, columns in sorted(self.left.items())},
            'remarks': remarks,
        }
