# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, sizes, durations and dates as people read them, in Indonesian and English; and text that is safe to show.

`language` is 'id' or 'en' throughout. Nothing here depends on the machine's own locale or time zone, so that one record
gives one report everywhere.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta, timezone

NOTHING = '\u2013'  # what stands for a value that is not there: an en dash
UNITS = ('B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB')
MONTHS = {
    'id': (
        'Januari',
        'Februari',
        'Maret',
        'April',
        'Mei',
        'Juni',
        'Juli',
        'Agustus',
        'September',
        'Oktober',
        'November',
        'Desember',
    ),
    'en': (
        'January',
        'February',
        'March',
        'April',
        'May',
        'June',
        'July',
        'August',
        'September',
        'October',
        'November',
        'December',
    ),
}
DURATIONS = {'id': ('hari', 'jam', 'menit', 'detik'), 'en': ('d', 'h', 'min', 's')}
# The three zones of Indonesia (Keputusan Presiden 41/1987) by minutes east of UTC.
ZONES = {0: 'UTC', 420: 'WIB', 480: 'WITA', 540: 'WIT'}
# Invisible or able to rewrite what stands beside them: controls, formats (bidi overrides), surrogates, line separators.
UNSAFE = frozenset({'Cc', 'Cf', 'Cs', 'Zl', 'Zp', 'Cn', 'Co'})


def printable(text: object) -> str:
    r"""`text` with every character that a terminal or a reader could be fooled by written as \xNN or \uNNNN.

    Lone surrogates that stand for bytes (surrogateescape) become the byte, \xNN. A line break stays visible as \n.
    """
    return ''.join(_visible(character) for character in str(text))


def _visible(character: str) -> str:
    if unicodedata.category(character) not in UNSAFE:
        return character
    code = ord(character)
    if character == '\n':
        return '\\n'
    if 0xDC80 <= code <= 0xDCFF:
        return f'\\x{code - 0xDC00:02x}'
    if code < 0x100:
        return f'\\x{code:02x}'
    return f'\\u{code:04x}' if code < 0x10000 else f'\\U{code:08x}'


def number(value: int | None, language: str) -> str:
    """1234567 as '1.234.567' (id) or '1,234,567' (en); a dash for None."""
    return NOTHING if value is None else _separators(f'{value:,}', language)


def size(count: int | None, language: str) -> str:
    """Bytes in the largest unit that leaves a number of 1 or more, one decimal from KiB on: '1,5 MiB' (id)."""
    if count is None:
        return NOTHING
    value, unit = float(count), UNITS[0]
    for unit in UNITS:
        if value < 1024 or unit == UNITS[-1]:
            break
        value /= 1024
    return _separators(f'{value:,.0f}' if unit == 'B' else f'{value:,.1f}', language) + f' {unit}'


def duration(milliseconds: int | None, language: str) -> str:
    """The two largest units that count: '2 menit 5 detik', '2 min 5 s'; tenths below ten seconds."""
    if milliseconds is None:
        return NOTHING
    days, hours, minutes, seconds = DURATIONS[language]
    if milliseconds < 10_000:
        return _separators(f'{milliseconds / 1000:.1f}', language) + f' {seconds}'
    left = round(milliseconds / 1000)
    parts = []
    for unit, name in ((86400, days), (3600, hours), (60, minutes), (1, seconds)):
        count, left = divmod(left, unit)
        if count:
            parts.append(f'{count} {name}')
    return ' '.join(parts[:2])


def moment(text: str | None, language: str, offset_minutes: int = 0) -> str:
    """'2026-11-22T10:15:30Z' as '22 November 2026 17.15.30 WIB' (id, 420 minutes east) or '… 10:15:30 UTC' (en)."""
    when = _parse(text, offset_minutes)
    if when is None:
        return NOTHING if not text else printable(text)
    clock = when.strftime('%H.%M.%S' if language == 'id' else '%H:%M:%S')
    return f'{when.day} {MONTHS[language][when.month - 1]} {when.year} {clock} {zone(offset_minutes)}'


def date(text: str | None, language: str) -> str:
    """'2026-11-22' as '22 November 2026'; anything else as it was written."""
    try:
        when = datetime.strptime(text or '', '%Y-%m-%d')
    except ValueError:
        return NOTHING if not text else printable(text)
    return f'{when.day} {MONTHS[language][when.month - 1]} {when.year}'


def zone(offset_minutes: int) -> str:
    """The name of a zone so many minutes east of UTC: 'WIB', or 'UTC+05:30' where it has none here."""
    hours, minutes = divmod(abs(offset_minutes), 60)
    return ZONES.get(offset_minutes) or f'UTC{"-" if offset_minutes < 0 else "+"}{hours:02d}:{minutes:02d}'


def _parse(text: str | None, offset_minutes: int) -> datetime | None:
    try:
        when = datetime.strptime(text or '', '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return when.astimezone(timezone(timedelta(minutes=offset_minutes)))


def _separators(text: str, language: str) -> str:
    return text.translate(str.maketrans(',.', '.,')) if language == 'id' else text
