# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines and shapes of the board's plots, as paths of SVG: numbers only, no words, so that one drawing serves every
language. Each outcome has a shape of its own, because a colour alone tells nothing to some readers and to printers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.point_history import COLUMNS

from rawat.board import series
from rawat.board.series import BEFORE, Point

STEP = 13  # pixels from day to day in the calendar
STRIP, STRIP_HEIGHT = 28, 14  # days and pixels of the strip on the index
WIDTH, HEIGHT = 640, 150  # of a plot, without its labels
SPARK_WIDTH, SPARK_HEIGHT, SPARK_POINTS = 72, 16, 26
BINARY = [2**power for power in range(60)]
MILLISECONDS = [
    step * 1000 for step in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
]
Shape = Callable[[int, int], str]
# One day in the calendar, 11 by 11: a full square, a square with a corner cut off, a cross, a small dot.
DAY: dict[str, Shape] = {
    'c': lambda x, y: f'M{x} {y}h11v11h-11z',
    'r': lambda x, y: f'M{x} {y}v11h11z',
    'f': lambda x, y: f'M{x} {y + 2}l2-2 3.5 3.5 3.5-3.5 2 2-3.5 3.5 3.5 3.5-2 2-3.5-3.5-3.5 3.5-2-2 3.5-3.5z',
    'n': lambda x, y: f'M{x + 4} {y + 4}h3v3h-3z',
}
# The same in the strip, where a day is 4 wide: full height, half height, a cross, a dot at the foot.
TICK: dict[str, Shape] = {
    'c': lambda x, _y: f'M{x} 0h4v14h-4z',
    'r': lambda x, _y: f'M{x} 6h4v8h-4z',
    'f': lambda x, _y: f'M{x} 5h1l1 1 1-1h1v1l-1 1 1 1v1h-1l-1-1-1 1h-1v-1l1-1-1-1z',
    'n': lambda x, _y: f'M{x + 1} 12h2v2h-2z',
}


class Plot(NamedTuple):
    """`line` and `dashed` are paths; `right`: where the history ends and the forecast begins, None without one."""

    line: str
    dashed: str
    levels: list[tuple[int, int]]  # (pixel from above, value)
    months: list[tuple[int, date]]  # (pixel from the left, first day of the month)
    right: int | None


def calendar(letters: str, today: date) -> tuple[dict[str, str], list[tuple[int, date]]]:
    """The year as one path for each letter, weeks from left to right, Monday above; and where months begin."""
    begin = today - timedelta(days=len(letters) - 1)
    shift = begin.weekday()
    paths = dict.fromkeys(DAY, '')
    for number, letter in enumerate(letters):
        column, line = divmod(number + shift, 7)
        if letter != BEFORE:
            paths[letter] += DAY[letter](column * STEP, line * STEP)
    months = [((number + shift) // 7 * STEP, day) for number, day in _firsts(begin, len(letters) - 1)]
    return {letter: path for letter, path in paths.items() if path}, months


def strip(letters: str) -> dict[str, str]:
    """The last days in one line: one path for each letter."""
    paths: dict[str, str] = {}
    for number, letter in enumerate(letters[-STRIP:]):
        if letter != BEFORE:
            paths[letter] = paths.get(letter, '') + TICK[letter](number * 5, 0)
    return paths


def spark(points: Sequence[Point]) -> str:
    """The size of the site over its good points, oldest left; empty for fewer than two."""
    sizes = [point.row.bytes for point in points if point.good and point.row.bytes is not None][::-1]
    if len(sizes) < 2:
        return ''
    count = min(SPARK_POINTS, len(sizes))
    chosen = [sizes[number * (len(sizes) - 1) // (count - 1)] for number in range(count)]
    low, high = min(chosen), max(chosen)
    span = max(high - low, high // 20, 1)  # what hardly moves is a line that hardly moves
    return _path(
        (number * SPARK_WIDTH // (count - 1), SPARK_HEIGHT - 1 - (size - low) * (SPARK_HEIGHT - 2) // span)
        for number, size in enumerate(chosen)
    )


def plot(points: Sequence[Point], value: str, today: date, steps: Sequence[int], ahead: int | None = None) -> Plot:
    """A field of the good points over the year up to `today`; `ahead`: its value in series.AHEAD days, dashed."""
    begin, which = today - timedelta(days=series.DAYS - 1), COLUMNS.index(value)
    days = series.DAYS - 1 + (series.AHEAD if ahead is not None else 0)
    start = begin.toordinal()
    known: list[tuple[int, Any]] = [
        (point.day - start, number)
        for point in reversed(points)
        if point.letter != series.FAILED and point.day >= start and (number := point.row[which]) is not None
    ]
    top = max([number for _day, number in known] + [ahead or 0, 1])
    step = next((one for one in steps if one * 4 >= top), steps[-1])
    top = -(-top // step) * step

    def place(day: int, number: int) -> tuple[int, int]:
        return day * WIDTH // days, HEIGHT - number * HEIGHT // top

    dashed = _path([place(*known[-1]), place(days, ahead)]) if ahead is not None and known else ''
    return Plot(
        line=_path([(day * WIDTH // days, HEIGHT - number * HEIGHT // top) for day, number in known]),
        dashed=dashed,
        levels=[(HEIGHT - number * HEIGHT // top, number) for number in range(0, top + 1, step)],
        months=[(number * WIDTH // days, day) for number, day in _firsts(begin, days)],
        right=place(series.DAYS - 1, 0)[0] if dashed else None,
    )


def _firsts(begin: date, days: int) -> list[tuple[int, date]]:
    """The first day of every month among so many days, with its number."""
    each = ((number, begin + timedelta(days=number)) for number in range(days + 1))
    return [(number, day) for number, day in each if day.day == 1]


def _path(places: Any) -> str:
    return 'M' + 'L'.join([f'{x} {y}' for x, y in places])
