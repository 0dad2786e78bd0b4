# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the history of a site says of the points to come: how often, how large, in which pattern of fulls.

Medians throughout: one odd day (a migration, a folder of films) must not move a forecast for a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.retention.decision import GOOD, Prepared

RECENT = 60  # points that a forecast looks back upon
SHORTEST = timedelta(minutes=15)
DAY = 86400


class Outlook(NamedTuple):
    """`interval` between points; every `cycle`-th is a full, the others need it; bytes, and their growth a day."""

    interval: timedelta
    cycle: int
    full_bytes: int
    difference_bytes: int
    daily_growth: float  # bytes by which a full grows each day


def outlook(points: Sequence[Prepared], interval_hours: int | None = None) -> Outlook | None:
    """What is to be expected after `points` (newest first); None where there is nothing to learn from."""
    good = [one for one in points if one.point['outcome'] in GOOD and not one.point.get('safety')][:RECENT]
    if not good:
        return None
    fulls = [one for one in good if not one.point.get('bases')]
    differences = [_bytes(one) for one in good if one.point.get('bases')]
    sizes = [_bytes(one) for one in fulls[:7]] or [max(differences)]
    return Outlook(
        interval=timedelta(hours=interval_hours) if interval_hours else _interval(good),
        cycle=max(1, round(len(good) / len(fulls))) if fulls else len(good),
        full_bytes=int(median(sizes)),
        difference_bytes=int(median(differences)) if differences else 0,
        daily_growth=slope([(one.local, _bytes(one)) for one in fulls]),
    )


def _bytes(one: Prepared) -> int:
    return int(one.point.get('bytes') or 0)


def _interval(good: Sequence[Prepared]) -> timedelta:
    gaps = [(newer.local - older.local).total_seconds() for newer, older in zip(good, good[1:])]
    return max(SHORTEST, timedelta(seconds=round(median(gaps)))) if gaps else timedelta(days=1)


def slope(sizes: Sequence[tuple[datetime, int]]) -> float:
    """Bytes a day: the median of the slopes between all pairs (Theil 1950, Sen 1968), never below 0.

    Three points at least: two may be a chance.
    """
    if len(sizes) < 3:
        return 0.0
    slopes = [
        (newer - older) / seconds * DAY
        for place, (later, newer) in enumerate(sizes)
        for earlier, older in sizes[place + 1 :]
        if (seconds := (later - earlier).total_seconds())
    ]
    return max(0.0, float(median(slopes))) if slopes else 0.0
