# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that was given: which record or receipt is in it, to which row it belongs, whether it is as registered."""

from __future__ import annotations

import os

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import (
    JSON_LIMIT,
    PDF_LIMIT,
    RECAP,
    RECEIPT,
    RECORD,
    REGISTER,
    SUMS,
    Row,
    cause,
    mapping,
    parse,
    read_file,
    sha256,
    texts,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.case import Case
from ansible_collections.rawat.website.plugins.module_utils.register.checker.chain import code_of
from ansible_collections.rawat.website.plugins.module_utils.register.checker.pdf import (
    embedded_files,
    embedded_record,
)

UNREGISTERED = (SUMS, 'events.jsonl', 'ansible.log')  # files of a folder of which no row speaks


def record_in(path: str) -> Row | None:
    """The record in the file that was given, for what no register tells."""
    try:
        content = read_file(path, PDF_LIMIT, follow=True)
        return parse(embedded_record(content) if content.startswith(b'%PDF') else content)
    except (OSError, ValueError):
        return None


def check_given(case: Case, path: str) -> Row | None:
    """Look at the file that was given; returns the row (report or recap) to which it belongs."""
    label = os.path.basename(path)
    try:
        content = read_file(path, PDF_LIMIT, follow=True)
    except OSError as error:
        case.add(label, False, 'file_broken', reason=cause(error))
        return None
    digest = sha256(content)
    row = _row_of_file(case, digest) or _row_of_folder(case, path)
    inner, broken = _inside(case, label, content)
    for name, document in inner.items():
        item = label if document is content else f'{label}: {name}'
        row = _given_document(case, item, name, document, row) or row
    if row:
        _given_file(case, label, digest, row)
    elif RECORD not in inner and not broken:
        case.add(label, False if case.filing else None, 'file_unknown')
    _beside(case, path, label, inner.get(RECORD))
    return row


def _inside(case: Case, label: str, content: bytes) -> tuple[dict[str, bytes], bool]:
    """({name: bytes} of record, receipt or recap that the file is or holds, whether it should but does not)."""
    if content.startswith(b'%PDF'):
        try:
            return embedded_files(content, (RECORD, RECEIPT, RECAP)), False
        except ValueError as error:
            case.add(label, False, 'embedded_broken', reason=str(error)[:200])
            return {}, True
    if content.lstrip()[:1] != b'{':
        return {}, False
    try:
        document = parse(content)
    except ValueError as error:
        case.add(label, False, 'file_broken', reason=str(error)[:200])
        return {}, True
    if document.get('kind') == 'receipt':
        return {RECEIPT: content}, False
    is_record = isinstance(mapping(document.get('run')).get('id'), str) and isinstance(document.get('sites'), list)
    return ({RECORD: content} if is_record else {}), False


def _given_document(case: Case, item: str, name: str, content: bytes, row: Row | None) -> Row | None:
    """A record or receipt, wherever it was found, against the register."""
    try:
        document = parse(content)
    except ValueError as error:
        case.add(item, False, 'embedded_broken', reason=str(error)[:200])
        return row
    if name == RECEIPT:
        return row or case.report(document.get('number'))
    return _given_record(case, item, document, content) if name == RECORD else row


def _given_record(case: Case, item: str, document: Row, content: bytes) -> Row | None:
    """The row of a record, by its hash; else by its run or its number, which makes it a changed or a false one."""
    number, run = mapping(document.get('register')).get('number'), mapping(document.get('run')).get('id')
    digest, reports = sha256(content), case.reports()
    same = [row for row in reports if row.get('record_sha256') == digest]
    if same:
        case.add(item, True, 'record_same', code=code_of(content))
        return same[0]
    by_run = [row for row in reports if run is not None and row.get('run') == run]
    if by_run:
        expected = by_run[0]
        values = {'number': expected['number'], 'found': digest, 'expected': expected.get('record_sha256')}
        case.add(item, False, 'record_changed', **values)
        return expected
    by_number = case.report(number)
    if by_number:
        case.add(item, False, 'record_claims', number=number, run=run, registered=by_number.get('run'))
    else:
        _without_row(case, item, number, code_of(content))
    return None


def _without_row(case: Case, item: str, number: str | None, code: str) -> None:
    """A record that the register knows neither by its hash, nor by its run, nor by its number."""
    if number is None:
        case.add(item, None, 'record_plain', code=code)
    elif case.filing is None:
        case.add(item, None, 'record_alone', number=number, code=code)
    else:
        reports = case.reports()
        last = reports[-1]['number'] if reports else '-'
        case.add(item, False, 'record_unregistered', number=number, last=last)


def _row_of_file(case: Case, digest: str) -> Row | None:
    """The report or recap to which a registered file belongs."""
    for row in case.rows:
        if digest in [*texts(row.get('documents')).values(), row.get('file_sha256'), row.get('record_sha256')]:
            return row if row['kind'] == 'recap' else case.report(row['number'])
    return None


def _row_of_folder(case: Case, path: str) -> Row | None:
    if case.filing is None:
        return None
    folder = os.path.relpath(os.path.dirname(os.path.realpath(path)), os.path.realpath(case.filing))
    folder = folder[: -len('/attachments')] if folder.endswith('/attachments') else folder
    return next((row for row in case.rows if row.get('folder') == folder.replace(os.sep, '/')), None)


def _given_file(case: Case, label: str, digest: str, row: Row) -> None:
    """The file itself against what the register says of one of its name (a copy may have another name)."""
    registered = case.registered(row)
    if digest == row.get('record_sha256'):
        return  # said already
    if digest in registered.values():
        case.add(label, True, 'file_same')
        return
    expected = registered.get(label) or registered.get(f'attachments/{label}')
    expected = expected or (row.get('record_sha256') if label == RECORD else None)
    if expected:
        case.add(label, False, 'file_changed', found=digest, expected=expected, where=REGISTER)
    elif label not in UNREGISTERED:
        case.add(label, False, 'file_unknown')


def _beside(case: Case, path: str, label: str, record: bytes | None) -> None:
    """Without a register the record beside a PDF is all there is to compare."""
    other = os.path.join(os.path.dirname(path), RECORD)
    if record is None or case.filing is not None or not os.path.isfile(other) or label == RECORD:
        return
    try:
        if read_file(other, JSON_LIMIT) != record:
            case.add(label, False, 'embedded_differs')
    except OSError as error:
        case.add(other, False, 'file_broken', reason=cause(error))
