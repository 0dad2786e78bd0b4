# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Histories of recovery points, by hand and by chance."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies

NOW = datetime(2026, 11, 23, 4, 0)
WHOLE = ('databases', 'webroots')
Facts = dict[str, Any]


def utc(moment: datetime) -> str:
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


def point(hours_ago: float, **facts: Any) -> Facts:
    """A complete point so many hours before NOW."""
    moment = NOW - timedelta(hours=hours_ago)
    name = moment.strftime('%Y-%m-%dT%H%M%SZ')
    return {'id': name, 'time': utc(moment), 'outcome': 'complete', 'bytes': 1000, 'clean': True, **facts}


def daily(count: int, **facts: Any) -> list[Facts]:
    """The point of each of so many days, the newest an hour old."""
    return [point(1 + 24 * day, **facts) for day in range(count)]


@strategies.composite
def histories(draw: Any, most: int = 60) -> list[Facts]:
    """Points of every kind, newest first, at most one an hour; differences need a full that is older."""
    hours = sorted(draw(strategies.sets(strategies.integers(1, 24 * 900), max_size=most)), reverse=True)
    found: list[Facts] = []
    for ago in hours:
        outcome = draw(strategies.sampled_from(['complete', 'complete', 'remarks', 'failed']))
        facts = {
            'outcome': outcome,
            'safety': draw(strategies.integers(0, 9)) == 0,
            'damaged': outcome == 'failed' and draw(strategies.booleans()),
            'drilled': draw(strategies.sampled_from([None, None, 'A', 'B', 'C', 'F'])),
            'clean': outcome == 'complete',
            'parts': draw(strategies.sampled_from([WHOLE, WHOLE, ('databases',)])),
        }
        fulls = [one['id'] for one in found if not one['bases'] and one['outcome'] != 'failed']
        bases = [fulls[-1]] if fulls and draw(strategies.booleans()) else []
        found.append(point(ago, **facts, bases=bases))
    return found[::-1]


counts = strategies.integers(0, 12)
policies = strategies.fixed_dictionaries({
    **{f'keep_{name}': counts for name in ('last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly')},
    'keep_within': strategies.sampled_from(['', '36h', '14d', '5w', '3m', '1y', '1y6m']),
    'failed_days': strategies.integers(0, 60),
    'safety_days': strategies.integers(0, 60),
})  # fmt: skip
offsets = strategies.sampled_from([0, 420, 480, 540, -210, 765])
