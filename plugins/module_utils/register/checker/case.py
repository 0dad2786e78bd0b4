# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One check: the archive, the rows of its register, and what was found so far. The modules that look fill it in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import (
    REGISTER,
    SUMS,
    Row,
    below,
    cause,
    hash_file,
    texts,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.chain import FIRST
from ansible_collections.rawat.website.plugins.module_utils.register.checker.findings import Finding
from ansible_collections.rawat.website.plugins.module_utils.register.checker.words import printable


class Case:
    """`filing`: the directory that holds register.jsonl, None where there is none; `tips`: all that it ever had."""

    def __init__(self, filing: str | None, deep: bool):
        self.filing, self.deep = filing, deep
        self.findings: list[Finding] = []
        self.rows: list[Row] = []
        self.tips: set[str] = {FIRST}

    def add(self, item: str, ok: bool | None, key: str, **values: Any) -> None:
        """Note a finding."""
        self.findings.append(Finding(printable(item), ok, key, values))

    def reports(self) -> list[Row]:
        """The rows of kind report."""
        return [row for row in self.rows if row['kind'] == 'report' and row['number']]

    def report(self, number: Any) -> Row | None:
        """The row of kind report that has this number."""
        return next((row for row in self.reports() if row['number'] == number), None)

    def registered(self, row: Row) -> dict[str, str]:
        """{file in the folder: SHA-256} of everything that rows say of a report, or of a recap."""
        result = dict(texts(row.get('documents')))
        for other in self.rows if row['kind'] == 'report' else []:
            if other['number'] == row['number'] and other['kind'] == 'receipt':
                result.update(texts(other.get('documents')))
            if other['number'] == row['number'] and other['kind'] == 'attachment':
                result[f'attachments/{other.get("file")}'] = str(other.get('file_sha256'))
        return result

    def check_file(self, folder: str, item: str, name: str, expected: str, where: str = REGISTER) -> None:
        """A file in a folder against the hash that `where` gives."""
        try:
            found = hash_file(below(folder, name))
        except OSError as error:
            return self.add(item, False, 'file_gone', reason=cause(error))
        except ValueError:
            return self.add(item, False, 'file_unsafe')
        if found != expected:
            return self.add(item, False, 'file_changed', found=found, expected=expected, where=where)
        return self.add(item, True, 'file_same')

    def check_files(self, files: Iterable[tuple[str, str, str, str]]) -> bool:
        """(folder, item, name, SHA-256) of files against SHA256SUMS: whether all hold.

        What holds is to be one finding, not one a file, so only what fails is noted here.
        """
        before = len(self.findings)
        for folder, item, name, expected in files:
            self.check_file(folder, item, name, expected, SUMS)
        self.findings[before:] = [finding for finding in self.findings[before:] if not finding.ok]
        return len(self.findings) == before
