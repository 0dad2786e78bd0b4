# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two readings of a site become what its manifest says: the lines that stood still, as hashes.

What differs between the readings (counters, nonces, what somebody just wrote) is set aside, and so is what will be
different on the day of a drill although nothing changed: today's date, 'five minutes ago', the year beside a copyright.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.pages.client import Page
from ansible_collections.rawat.website.plugins.module_utils.pages.reading import Reading

MONTHS = (
    *('jan january januari', 'feb february februari', 'mar march maret', 'apr april', 'may mei', 'jun june juni'),
    *('jul july juli', 'aug august agu agt agustus', 'sep sept september', 'oct october okt oktober'),
    *('nov november', 'dec december des desember'),
)
RELATIVE = re.compile(
    r'\b(ago|today|yesterday|tomorrow|just now|yang lalu|lalu|hari ini|kemarin|besok|baru saja|barusan|online)\b'
    r'|©|\(c\)|copyright|hak cipta',
    re.IGNORECASE,
)
# 10:15, 10:15:30; with a point, as Indonesian writes it, only where a zone follows: 10.15 may be a price.
CLOCK = re.compile(r'\b(?:[01]?\d|2[0-3])(?::|[.](?=[\d.]+ WI[BT]))([0-5]\d)(?:[:.][0-5]\d)?\b')
CLOCK_SLACK = 2  # minutes between a reading and now, or between two clocks


def settle(first: Reading, second: Reading, now: datetime.datetime | None = None) -> dict[str, Any]:
    """{'url', 'address', 'note', 'pages': [{'path', 'status', 'title', 'lines', 'unsteady'}]}

    `lines`: 16 hexadecimal digits of each steady line, in order; `title`: likewise, None when it did not stand still.
    """
    note = first.note or second.note
    known: dict[str, Any] = {'url': first.url, 'address': first.address, 'note': note, 'pages': []}
    if note:
        return known
    again = {page.path: page for page in second.pages}
    pages = [_settled(page, again[page.path], now) for page in first.pages if page.path in again]
    kept = [page for page in pages if page]
    if not kept:
        known['note'] = 'no page of the site stood still between two readings: there is nothing to compare with'
    return known | {'pages': kept}


def _settled(first: Page, second: Page, now: datetime.datetime | None) -> dict[str, Any] | None:
    """None for a page that led elsewhere the second time, broke, or had nothing that stands still to compare with."""
    if (first.status, first.final, second.error) != (second.status, second.final, None) or not second.lines:
        return None
    moving = _moving(now or datetime.datetime.now(datetime.timezone.utc))
    steady = [line for line in _common(first.lines, second.lines) if not moving(line)]
    same_title = first.title == second.title and not moving(first.title)
    if not steady and not (same_title and first.title):
        return None
    return {
        'path': first.path,
        'status': first.status,
        'title': digest(first.title) if same_title else None,
        'lines': [digest(line) for line in steady],
        'unsteady': len(first.lines) - len(steady),
    }


def digest(line: str) -> str:
    """16 hexadecimal digits of SHA-256: a manifest keeps no text of a page."""
    return hashlib.sha256(line.encode('utf-8', 'surrogatepass')).hexdigest()[:16]


def _common(first: list[str], second: list[str]) -> list[str]:
    """The longest common subsequence; the square of 500 lines is the bound, and equal pages cost nothing."""
    if first == second:
        return first
    lengths = [[0] * (len(second) + 1) for _line in range(len(first) + 1)]
    for row in range(len(first) - 1, -1, -1):
        below, current, line = lengths[row + 1], lengths[row], first[row]
        for column in range(len(second) - 1, -1, -1):
            same = line == second[column]
            current[column] = below[column + 1] + 1 if same else max(below[column], current[column + 1])
    common, row, column = [], 0, 0
    while row < len(first) and column < len(second):
        if first[row] == second[column]:
            common.append(first[row])
            row, column = row + 1, column + 1
        elif lengths[row + 1][column] >= lengths[row][column + 1]:
            row += 1
        else:
            column += 1
    return common


def _moving(now: datetime.datetime) -> Any:
    """A function that tells lines which time alone will change. The site may be in another time zone: three days.

    Two readings within one second do not show that a clock ticks, so a time of day counts as one that is near to now;
    zones differ by half hours, therefore the minute alone is looked at.
    """
    days = [(now + datetime.timedelta(days=count)).date() for count in (-1, 0, 1)]
    minutes = {(now.minute + count) % 30 for count in range(-CLOCK_SLACK, CLOCK_SLACK + 1)}

    def moving(line: str) -> bool:
        if RELATIVE.search(line) or any(int(minute) % 30 in minutes for minute in CLOCK.findall(line)):
            return True
        words = set(re.findall(r'\w+', line.lower()))
        return any(_names(day, words) for day in days)

    return moving


def _names(day: datetime.date, words: set[str]) -> bool:
    """Do the words hold this date: its day with its month by name, or day, month and year as numbers?"""
    if not words & {str(day.day), f'{day.day:02}', f'{day.day}th', f'{day.day}st', f'{day.day}nd', f'{day.day}rd'}:
        return False
    this_year, named = str(day.year) in words, bool(words & set(MONTHS[day.month - 1].split()))
    if named:
        return this_year or not any(re.fullmatch(r'(19|20)\d\d', word) for word in words)
    return this_year and bool(words & {str(day.month), f'{day.month:02}'})
