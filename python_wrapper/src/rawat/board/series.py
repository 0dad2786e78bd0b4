# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the points of a site amount to over time: a year of days, and how the site grows. Pure; times become local."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.point_history import Row
from ansible_collections.rawat.website.plugins.module_utils.retention.forecast import slope

DAYS = 365
# A day in one letter, the better ones first: of several points on one day the best counts, as it can be brought back.
COMPLETE, REMARKS, FAILED, NOTHING, BEFORE = 'crfn-'
LETTERS = {'complete': COMPLETE, 'remarks': REMARKS}
APART = 14  # days between two sizes of a trend: enough of them in a year, and a weekly rhythm does not matter
MONTH, AHEAD = 30, 90  # days: growth is told by the month, the forecast is for a quarter


class Point(NamedTuple):
    """A row; when its point began, in local time, and the ordinal of that day; its letter."""

    row: Row
    when: datetime
    day: int
    letter: str

    @property
    def good(self) -> bool:
        return self.letter != FAILED


class Trend(NamedTuple):
    """Bytes of the site now, growth in bytes a month (None: too few points to tell), and bytes in AHEAD days."""

    bytes: int | None
    monthly: int | None
    ahead: int | None


def points_of(history: Iterable[Sequence[Any]], offset_minutes: int) -> list[Point]:
    """The points, newest first. One of which nobody knows when it began is left out, as in retention."""
    offset, found = timedelta(minutes=offset_minutes), []
    for values in history:
        row = Row._make(values)
        begun = moment(row.started)
        if begun is not None:
            when = begun + offset
            letter = LETTERS.get(row.outcome, FAILED) if row.whole else FAILED
            found.append(Point(row, when, when.toordinal(), letter))
    return found


def moment(text: str | None) -> datetime | None:
    """A UTC moment of ours as a naive datetime; None for what is none."""
    try:
        return datetime.fromisoformat((text or '')[:19])
    except ValueError:
        return None


def year(points: Sequence[Point], today: date, days: int = DAYS) -> str:
    """One letter for each of the last `days` days, the last one today; days before the first point are BEFORE."""
    best: dict[int, str] = {}
    for point in points:
        if point.letter != COMPLETE and best.get(point.day, FAILED) != FAILED:
            continue  # there is a better one
        best[point.day] = point.letter
    last = today.toordinal()
    first = points[-1].day if points else last + 1
    return ''.join(
        best.get(day, NOTHING if day >= first else BEFORE) for day in range(last - days + 1, last + 1)
    )


def trend(points: Sequence[Point]) -> Trend:
    """How the site grows, out of its good points; a median of slopes, so that one odd day moves nothing."""
    sizes: list[tuple[datetime, int]] = []
    before = date.max.toordinal()
    for point in points:
        if point.day <= before and point.letter != FAILED and point.row.bytes is not None:
            sizes.append((point.when, int(point.row.bytes)))
            before = point.day - APART
    if len(sizes) < 3:
        return Trend(sizes[0][1] if sizes else None, None, None)
    daily = slope(sizes)
    return Trend(sizes[0][1], int(daily * MONTH), int(sizes[0][1] + daily * AHEAD))


def runs(letters: str, wanted: str, today: date) -> list[tuple[date, date]]:
    """The stretches of days with one of the letters `wanted`, (first, last), newest first."""
    found: list[tuple[date, date]] = []
    for back, letter in enumerate(reversed(letters)):
        day = today - timedelta(days=back)
        if letter not in wanted:
            continue
        if found and found[-1][0] - day == timedelta(days=1):
            found[-1] = (day, found[-1][1])
        else:
            found.append((day, day))
    return found
