# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of the register, its numbers, and the codes on paper. It is read here and nowhere else."""

from __future__ import annotations

import base64
import re
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import Row, canonical, parse, sha256

FIRST = '0' * 64  # what the first row names as the row before it
NUMBER = re.compile(r'(\d{1,9})/([A-Za-z0-9.-]{1,32})/(\d{4})')
SHORT = re.compile(r'(\d{1,9})(?:/(?:([A-Za-z0-9.-]{1,32})/)?(\d{4}))?')  # 7, 0007, 7/2026, 7/BKP/2026
SEAL = re.compile(r'SOPBK1\|[^|]*\|[^|]*\|sha256:([0-9a-f]{64})')  # the text of the QR code
Fault = tuple  # (a key of TEXTS, its values)


def read_chain(content: bytes) -> tuple[list[Row], list[Fault], bytes]:
    """The rows of a register, what is wrong with it (first fault first), and what follows its last line break.

    Rows are those that read, in the order of the file, even where the chain does not hold.
    """
    *lines, tail = content.split(b'\n')
    rows: list[Row] = []
    faults: list[Fault] = []
    for place, line in enumerate(lines, 1):
        try:
            rows.append(_row(line))
        except (ValueError, RecursionError) as error:
            faults.append(('row_damaged', {'row': place, 'reason': str(error)[:200]}))
    return rows, faults or _links(rows) or _numbers(rows), tail


def _row(line: bytes) -> Row:
    """One row, proved by its own hash; ValueError where it is not."""
    row = parse(line)
    if canonical(row) != line:
        raise ValueError('it is not in the one spelling that rows have')
    own = canonical({key: value for key, value in row.items() if key != 'sha256'})
    if row.get('sha256') != sha256(own):
        raise ValueError('its own hash does not match')
    if not isinstance(row.get('row'), int) or not isinstance(row.get('number'), (str, type(None))):
        raise ValueError('row or number is missing')
    if not isinstance(row.get('kind'), str):
        raise ValueError('its kind is missing')
    return row


def _links(rows: list[Row]) -> list[Fault]:
    """The first place where a row does not follow the one before it."""
    previous, everywhere = FIRST, [row['row'] for row in rows]
    for place, row in enumerate(rows, 1):
        values = {'row': place, 'before': place - 1, 'after': row['row']}
        if row['row'] != place:
            if row['row'] in everywhere[: place - 1]:
                return [('row_twice', {'row': row['row']})]
            return [('row_order' if place in everywhere else 'row_removed', values)]
        if row.get('previous') != previous:
            return [('row_chain', values)]
        previous = sha256(canonical(row))
    return []


def _numbers(rows: list[Row]) -> list[Fault]:
    """Every number once and without a gap in its year and code; every other row about a number that there is."""
    taken: dict[str, int] = {}
    counted: dict[tuple[str, str], int] = {}
    faults: list[Fault] = []
    for row in rows:
        number, place = row['number'], row['row']
        if row.get('kind') != 'report':
            if number is not None and number not in taken:
                faults.append(('number_unknown', {'row': place, 'number': number}))
            continue
        found = NUMBER.fullmatch(number or '')
        if not found or number != number_text(int(found[1]), found[2], found[3]):
            faults.append(('row_damaged', {'row': place, 'reason': f'{number!r} is no number'[:200]}))
        elif number in taken:
            faults.append(('number_twice', {'row': place, 'before': taken[number], 'number': number}))
        else:
            ordinal, series = int(found[1]), (found[2], found[3])
            wanted = counted.get(series, 0) + 1
            if ordinal != wanted:
                missing = number_text(wanted, *series)
                faults.append(('number_gap', {'row': place, 'number': missing, 'after': number}))
            taken[number], counted[series] = place, ordinal
    return faults


def number_text(ordinal: int, code: str, year: Any) -> str:
    """A number as it is printed: 0007/BKP/2026."""
    return f'{ordinal:04d}/{code}/{year}'


def plain_code(text: str) -> str | None:
    """A code on paper as 20 letters, however it was typed (spaces, hyphens, 0 for O, 1 for I); None when it is none."""
    letters = re.sub(r'[\s-]', '', text).upper().translate(str.maketrans('018', 'OIB'))
    return letters if re.fullmatch(r'[A-Z2-7]{20}', letters) else None


def code_of(content: bytes) -> str:
    """The code that stands on paper for a record with these bytes: QS3AV-77YFG-YXZA2-ZUNYT."""
    return code_of_hash(sha256(content))


def code_of_hash(digest: str) -> str:
    """The first 100 bits of a SHA-256 (64 hexadecimal digits) in base32 (RFC 4648), in groups of five."""
    letters = base64.b32encode(bytes.fromhex(digest)).decode()[:20]
    return '-'.join(letters[place : place + 5] for place in range(0, 20, 5))


def named(reports: list[Row], what: str) -> list[Row]:
    """The report rows that `what` names: a number in any spelling, a code on paper, a run id, a record's SHA-256."""
    what = what.strip()
    short = SHORT.fullmatch(what)
    if short:
        return [row for row in reports if _is_number(row['number'], *short.groups())]
    code = plain_code(what)
    return [
        row
        for row in reports
        if what in (row.get('run'), row.get('record_sha256'))
        or (code and code == plain_code(str(row.get('code'))))
    ]


def _is_number(number: str, ordinal: str, code: str | None, year: str | None) -> bool:
    found = NUMBER.fullmatch(number)
    return bool(
        found
        and int(found[1]) == int(ordinal)
        and (code is None or found[2].upper() == code.upper())
        and year in (None, found[3])
    )
