# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of a report or a recap: its record, documents, receipt, attachments and sums against their row."""

from __future__ import annotations

import os

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import (
    JSON_LIMIT,
    RECEIPT,
    RECORD,
    REGISTER,
    SUMS,
    Row,
    below,
    cause,
    mapping,
    names_in,
    objects,
    parse,
    read_file,
    read_sums,
    sha256,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.case import Case
from ansible_collections.rawat.website.plugins.module_utils.register.checker.chain import code_of, plain_code

LATER = (RECEIPT, 'receipt.html', 'receipt.pdf')  # made after the sums, which need not name them


def check_folder(case: Case, row: Row) -> None:
    """Record, documents and sums of a report or a recap in its folder."""
    folder, is_report = row.get('folder'), row['kind'] == 'report'
    try:
        path = below(str(case.filing), str(folder))
        if os.path.islink(path):
            raise ValueError(path)
    except ValueError:
        return case.add(str(folder), False, 'file_unsafe')
    registered = case.registered(row)
    if is_report:
        _check_record(case, row, os.path.join(path, RECORD), f'{folder}/{RECORD}')
    for name, expected in sorted(registered.items()):
        case.check_file(path, f'{folder}/{name}', name, expected)
    if is_report:
        _unregistered(case, path, str(folder), registered)
    if RECEIPT in registered:
        _check_receipt(case, row, os.path.join(path, RECEIPT), f'{folder}/{RECEIPT}')
    needed = [*registered, *([RECORD] if is_report else [])]
    return check_sums(case, path, [name for name in needed if '/' not in name])


def _unregistered(case: Case, path: str, shown: str, registered: dict[str, str]) -> None:
    """A receipt or an attachment that lies there, of which no row speaks: rows may have been cut off."""
    receipts = [name for name in names_in(path) if name == RECEIPT]
    for name in [*receipts, *(f'attachments/{name}' for name in names_in(os.path.join(path, 'attachments')))]:
        if name not in registered:
            case.add(f'{shown}/{name}', False, 'file_unregistered')


def _check_record(case: Case, row: Row, path: str, item: str) -> None:
    """record.json against its row, its code and its number."""
    try:
        content = read_file(path, JSON_LIMIT)
    except OSError as error:
        return case.add(item, False, 'file_gone', reason=cause(error))
    found, expected = sha256(content), str(row.get('record_sha256'))
    if found != expected:
        return case.add(item, False, 'record_changed', number=row['number'], found=found, expected=expected)
    if plain_code(str(row.get('code'))) != plain_code(code_of(content)):
        case.add(REGISTER, False, 'row_code', found=row.get('code'))
    try:
        record = parse(content)
    except ValueError as error:
        return case.add(item, False, 'file_broken', reason=str(error)[:200])
    number = mapping(record.get('register')).get('number')
    if number != row['number']:
        return case.add(item, False, 'record_number', found=number, expected=row['number'])
    case.add(item, True, 'record_same', code=code_of(content))
    return _check_period(case, objects(mapping(record.get('period')).get('runs')), item)


def _check_period(case: Case, runs: list[Row], where: str) -> None:
    """The records of the runs that a report of a period sums up; their folders are in the month of their start."""
    for run in runs:
        name, started, expected = str(run.get('run')), str(run.get('started')), run.get('record_sha256')
        if isinstance(expected, str):
            path = f'{started[:4]}/{started[5:7]}/{name}/{RECORD}'
            case.check_file(str(case.filing), path, path, expected, where)


def _check_receipt(case: Case, row: Row, path: str, item: str) -> None:
    """The receipt speaks of this report."""
    try:
        receipt = parse(read_file(path, JSON_LIMIT))
    except (OSError, ValueError) as error:
        return case.add(item, False, 'file_broken', reason=cause(error))
    expected = {key: row.get(key) for key in ('number', 'record_sha256', 'run')}
    expected.update(report_row=row['row'], report_row_sha256=row['sha256'])
    for key in [key for key in expected if key in receipt and receipt[key] != expected[key]]:
        case.add(item, False, 'receipt_differs', what=key)
    return None


def check_sums(case: Case, folder: str, needed: list[str]) -> None:
    """SHA256SUMS of a folder: every line holds, and it names what it should."""
    item = os.path.join(os.path.basename(folder), SUMS)
    try:
        sums = read_sums(read_file(os.path.join(folder, SUMS), JSON_LIMIT))
    except FileNotFoundError:
        return case.add(item, False if needed else None, 'sums_none')
    except OSError as error:
        return case.add(item, False, 'file_broken', reason=cause(error))
    except ValueError as error:
        return case.add(item, False, 'sums_line', line=str(error)[:20])
    whole = case.check_files((folder, f'{item}: {name}', name, sums[name]) for name in sorted(sums))
    lacking = [name for name in dict.fromkeys(needed) if name not in sums and name not in LATER]
    for name in lacking:
        case.add(item, False, 'sums_lacks', name=name)
    if whole and not lacking:
        case.add(item, True, 'sums_hold', count=len(sums))
    return None
