#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check an archive of website backups: paper -> record -> register -> documents -> recovery points. Offline.

This one file needs Python 3.8 or newer and nothing else; a copy of it lies in every archive. The chain of the register
is read here and nowhere else: the program that writes the register imports this file.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

FIRST = '0' * 64  # what the first row names as the row before it
NUMBER = re.compile(r'(\d{1,9})/([A-Za-z0-9.-]{1,32})/(\d{4})')

# key: (Indonesian, English)
TEXTS = {
    'row_damaged': (
        'baris {row} register rusak atau diubah: {reason}',
        'row {row} of the register is damaged or was changed: {reason}',
    ),
    'row_removed': (
        'baris {row} register hilang: sesudah baris {before} langsung baris {after}',
        'row {row} of the register was removed: after row {before} comes row {after}',
    ),
    'row_order': (
        'urutan baris register diubah: baris {after} berdiri di tempat baris {row}',
        'rows of the register were reordered: row {after} stands where row {row} belongs',
    ),
    'row_twice': (
        'baris {row} register ada dua kali',
        'row {row} stands in the register twice',
    ),
    'row_chain': (
        'rantai putus pada baris {row}: baris {before} ditulis ulang sesudah baris {row} dicatat',
        'the chain breaks at row {row}: row {before} was rewritten after row {row} had been entered',
    ),
    'number_gap': (
        'nomor {number} tidak ada di register: baris {row} sudah memuat {after}',
        'number {number} is missing from the register: row {row} already holds {after}',
    ),
    'number_twice': (
        'nomor {number} dipakai dua kali: baris {before} dan baris {row}',
        'number {number} is claimed twice: by row {before} and by row {row}',
    ),
    'number_unknown': (
        'baris {row} merujuk nomor {number} yang tidak ada di register',
        'row {row} speaks of number {number}, which the register does not hold',
    ),
}


def canonical(document: Any) -> bytes:
    """Canonical JSON without the newline: sorted keys, no spaces, ASCII; equal content gives equal bytes."""
    return json.dumps(document, sort_keys=True, separators=(',', ':'), ensure_ascii=True, allow_nan=False).encode()


def sha256(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def parse(content: bytes) -> dict[str, Any]:
    """A JSON object; ValueError for anything else: floats, a key twice, nesting without end."""
    try:
        document = json.loads(
            content.decode('utf-8'), object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float
        )
    except RecursionError:
        raise ValueError('nested too deeply') from None
    if not isinstance(document, dict):
        raise ValueError('not a JSON object')
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError('a key stands twice in one object')
    return result


def _no_float(text: str) -> None:
    raise ValueError(f'{text[:40]}: only whole numbers have a place here')


def read_chain(content: bytes) -> tuple[list[dict[str, Any]], list[tuple[str, dict[str, Any]]], bytes]:
    """The rows of a register, what is wrong with it (first fault first), and what follows its last line break.

    Rows are those that read, in the order of the file, even where the chain does not hold.
    """
    *lines, tail = content.split(b'\n')
    rows, faults = [], []
    for place, line in enumerate(lines, 1):
        try:
            rows.append(_row(line))
        except ValueError as error:
            faults.append(('row_damaged', {'row': place, 'reason': str(error)[:200]}))
    return rows, faults or _links(rows) or _numbers(rows), tail


def _row(line: bytes) -> dict[str, Any]:
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


def _links(rows: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
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


def _numbers(rows: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Every number once and without a gap in its year and code; every other row about a number that there is."""
    taken: dict[str, int] = {}
    counted: dict[tuple[str, str], int] = {}
    faults = []
    for row in rows:
        number, place = row['number'], row['row']
        if row.get('kind') != 'report':
            if number is not None and number not in taken:
                faults.append(('number_unknown', {'row': place, 'number': number}))
            continue
        found = NUMBER.fullmatch(number or '')
        if not found:
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


def number_text(ordinal: int, code: str, year: str | int) -> str:
    """A number as it is printed: 0007/BKP/2026."""
    return f'{ordinal:04d}/{code}/{year}'


def text(key: str, language: str, **values: Any) -> str:
    """A text of this file in 'id' or 'en'."""
    return TEXTS[key][language != 'id'].format(**values)


def plain_code(text: str) -> str | None:
    """A code on paper as 20 letters, however it was typed (spaces, hyphens, 0 for O, 1 for I); None when it is none."""
    letters = re.sub(r'[\s-]', '', text).upper().translate(str.maketrans('018', 'OIB'))
    return letters if re.fullmatch(r'[A-Z2-7]{20}', letters) else None


def code_of(content: bytes) -> str:
    """The code that stands on paper for a record with these bytes: QS3AV-77YFG-YXZA2-ZUNYT."""
    letters = base64.b32encode(hashlib.sha256(content).digest()).decode()[:20]
    return '-'.join(letters[place : place + 5] for place in range(0, 20, 5))
