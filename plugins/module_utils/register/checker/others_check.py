# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What else lies in the filing directory: what it proves about the end of the register, and who claims our number."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import (
    FILES_LIMIT,
    JSON_LIMIT,
    RECAP,
    RECEIPT,
    RECORD,
    REGISTER,
    Row,
    below,
    mapping,
    names_in,
    parse,
    read_file,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.case import Case

NUMBERED = re.compile(rb'"register"\s*:\s*\{')  # in a record


def check_others(case: Case, row: Row | None) -> None:
    """What recaps, receipts and other records prove about the register; `row` is the one that is looked at."""
    for known in case.rows:
        if known['kind'] == 'recap' and known.get('tip') not in (None, known['previous']):
            case.add(REGISTER, False, 'recap_tip', row=known['row'], month=known.get('month'))
    if case.filing is None:
        return
    _check_recaps(case, case.filing)
    numbers = {known['number'] for known in case.reports()}
    # The record of a registered folder is looked at when that report is checked.
    registered = {str(known.get('folder')) for known in case.reports()}
    for path, document in _documents(case.filing, _folders_of_runs(case.filing), RECORD, registered):
        _check_other_record(case, path, document, numbers, row)


def _check_recaps(case: Case, filing: str) -> None:
    """A recap names the tip of the register of its time, which must still be in it."""
    registered = {str(known.get('folder')) for known in case.rows if known['kind'] == 'recap'}
    for path, document in _documents(filing, _folders_of_recaps(filing), RECAP, set()):
        tip = mapping(document.get('tip')).get('sha256')
        if isinstance(tip, str) and tip not in case.tips:
            case.add(REGISTER, False, 'register_cut', path=path, tip=tip)
        elif os.path.dirname(path).replace(os.sep, '/') not in registered:
            case.add(path, None, 'file_unregistered')


def _check_other_record(case: Case, path: str, document: Row, numbers: set[str], row: Row | None) -> None:
    number = mapping(document.get('register')).get('number')
    folder = os.path.dirname(path)
    if not isinstance(number, str):
        return
    if number not in numbers:
        accepted = os.path.exists(os.path.join(str(case.filing), folder, RECEIPT))
        key = 'register_lacks' if accepted else 'register_unissued'
        case.add(REGISTER, False if accepted else None, key, path=path, number=number)
    elif row and number == row['number'] and folder != row.get('folder'):
        run = mapping(document.get('run')).get('id')
        case.add(path, False, 'record_claims', number=number, run=run, registered=row.get('run'))


def _folders_of_recaps(filing: str) -> Iterator[str]:
    """recaps/MONTH below the filing directory."""
    for month in names_in(os.path.join(filing, 'recaps')):
        if re.fullmatch(r'\d{4}-\d\d(\.\d+)?', month):
            yield os.path.join('recaps', month)


def _folders_of_runs(filing: str) -> Iterator[str]:
    """YEAR/MONTH/RUN below the filing directory, of a year at most FILES_LIMIT."""
    for year in [name for name in names_in(filing) if re.fullmatch(r'\d{4}', name)]:
        months = [os.path.join(year, month) for month in names_in(os.path.join(filing, year))]
        runs = [os.path.join(month, run) for month in months for run in names_in(os.path.join(filing, month))]
        yield from runs[:FILES_LIMIT]


def _documents(filing: str, folders: Iterator[str], name: str, but: set[str]) -> Iterator[tuple[str, Row]]:
    """(path below the filing directory, content) of the documents of a name, `but` those in these folders.

    What does not read is skipped, and of records those without a number, which are most of them.
    """
    for folder in folders:
        if folder.replace(os.sep, '/') in but:
            continue
        try:
            content = read_file(below(filing, folder, name), JSON_LIMIT)
            if name != RECORD or NUMBERED.search(content):
                yield os.path.join(folder, name), parse(content)
        except (OSError, ValueError):
            continue
