# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention day by day ahead: which points come, which go and by which rule, how much room that takes.

The future is made out of the history (`forecast`); today and the last day are decided by the very function that prunes,
the days between by `standing`, which says the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.retention.decision import (
    GOOD,
    Point,
    Prepared,
    gone_by,
    prepare,
    verdicts,
)
from ansible_collections.rawat.website.plugins.module_utils.retention.forecast import Outlook, outlook
from ansible_collections.rawat.website.plugins.module_utils.retention.periods import moment_of
from ansible_collections.rawat.website.plugins.module_utils.retention.standing import Standing

LONGEST = 3660  # days that can be looked ahead
AT_ONCE = 100  # points that a simulated day brings at most


def simulate(
    points: Iterable[Point],
    policy: Mapping[str, Any] | None,
    holds: Iterable[Mapping[str, Any]],
    now: str,
    days: int,
    utc_offset_minutes: int = 0,
    free_bytes: int | None = None,
    interval_hours: int | None = None,
) -> dict[str, Any]:
    """{decision, days, end, forecast}.

    `decision`: every point of today with its rule, newest first ({id, time, bytes, keep, rules, rule}). `days`: [{date,
    made [ids], removed [{id, rule}], points, bytes}], the first is today after a prune. `end`: the points after the
    last day with their rules. `forecast`: {bytes_now, bytes_at_end, largest_bytes, interval_hours, growth_bytes_a_day,
    free_bytes, full_on (date or None)}. ValueError for days that are none.
    """
    if not 0 <= days <= LONGEST:
        raise ValueError(f'{days} days cannot be looked ahead: 0 to {LONGEST}')
    offset = timedelta(minutes=utc_offset_minutes)
    known = prepare(points, utc_offset_minutes)
    course = Course(known, policy or {}, list(holds), moment_of(now) + offset, offset)
    expected = outlook(known, interval_hours)
    future = Future(expected, known[0].local, course.now) if expected else None
    for _day in range(days):
        course.advance(future)
    return {
        'decision': [_shown(one, verdict) for one, verdict in zip(known, course.decision)],
        'days': course.days,
        'end': course.standing(),
        'forecast': _forecast(course, known, expected, free_bytes),
    }


def _shown(one: Prepared, verdict: Mapping[str, Any]) -> dict[str, Any]:
    return {'time': one.point['time'], 'bytes': one.point.get('bytes') or 0, **verdict}


class Future:
    """The points to come, in their order."""

    def __init__(self, expected: Outlook, newest: datetime, now: datetime):
        self.expected, self.step = expected, expected.interval
        # Backups that stopped long ago are taken to go on from now.
        self.next = newest + self.step if newest + self.step > now - self.step else now + self.step
        self.begun, self.count, self.full = now, 0, ''

    def until(self, end: datetime, offset: timedelta) -> list[Prepared]:
        """The points that are made until `end` (local time), newest first."""
        made: list[Prepared] = []
        while self.next <= end and len(made) < AT_ONCE:
            made.append(self._point(offset))
            self.next += self.step
        return made[::-1]

    def _point(self, offset: timedelta) -> Prepared:
        expected, moment = self.expected, self.next - offset
        name = moment.strftime('%Y-%m-%dT%H%M%SZ')
        is_full = self.count % expected.cycle == 0
        grown = int(expected.daily_growth * max(0.0, (self.next - self.begun).total_seconds()) / 86400)
        self.count, self.full = self.count + 1, name if is_full else self.full
        point = {
            'id': name, 'time': moment.strftime('%Y-%m-%dT%H:%M:%SZ'), 'outcome': GOOD[0], 'clean': True,
            'bytes': expected.full_bytes + grown if is_full else expected.difference_bytes,
            'bases': [] if is_full else [self.full],
        }  # fmt: skip
        return Prepared(point, self.next)


class Course:
    """What there is, day by day, the first day being today. Times are local."""

    def __init__(
        self, points: list[Prepared], policy: Mapping[str, Any], holds: list[Mapping[str, Any]], now: datetime,
        offset: timedelta,
    ):  # fmt: skip
        self.policy, self.holds, self.now, self.offset = policy, holds, now, offset
        self.decision = verdicts(points, policy, holds, now)
        kept = {verdict['id'] for verdict in self.decision if verdict['keep']}
        self.points = Standing([one for one in points if one.point['id'] in kept], policy, holds)
        self.bytes = sum(one.point.get('bytes') or 0 for one in points)
        self.largest, self.days = self.bytes, list[dict[str, Any]]()
        self._end_day([], [one for one in points if one.point['id'] not in kept])

    def advance(self, future: Future | None) -> None:
        """The next day: its points come, then it is pruned."""
        self.now += timedelta(days=1)
        made = future.until(self.now, self.offset) if future else []
        for one in reversed(made):
            self.points.add(one)
        self.bytes += sum(one.point['bytes'] for one in made)
        self.largest = max(self.largest, self.bytes)
        self._end_day(made, self.points.prune(self.now))

    def _end_day(self, made: list[Prepared], gone: list[Prepared]) -> None:
        self.bytes -= sum(one.point.get('bytes') or 0 for one in gone)
        removed = [{'id': one.point['id'], 'rule': gone_by(one.point)} for one in gone]
        self.days.append({
            'date': self.now.strftime('%Y-%m-%d'), 'made': [one.point['id'] for one in made], 'removed': removed,
            'points': len(self.points.there), 'bytes': self.bytes,
        })  # fmt: skip

    def standing(self) -> list[dict[str, Any]]:
        """What there is now, with the rules that keep it."""
        points = self.points.newest_first()
        decided = verdicts(points, self.policy, self.holds, self.now)
        return [_shown(one, verdict) for one, verdict in zip(points, decided)]


def _forecast(
    course: Course, known: list[Prepared], expected: Outlook | None, free_bytes: int | None
) -> dict[str, Any]:
    now = sum(one.point.get('bytes') or 0 for one in known)
    return {
        'bytes_now': now,
        'bytes_at_end': course.bytes,
        'largest_bytes': course.largest,
        'interval_hours': round(expected.interval.total_seconds() / 3600, 1) if expected else None,
        'growth_bytes_a_day': int(expected.daily_growth) if expected else None,
        'free_bytes': free_bytes,
        'full_on': full_on(course.days, now, free_bytes),
    }


def full_on(days: list[dict[str, Any]], bytes_now: int, free_bytes: int | None) -> str | None:
    """The first of `days` on which more was stored than there is room for; None when there is room for all of them."""
    if free_bytes is None:
        return None
    return next((day['date'] for day in days if day['bytes'] > bytes_now + free_bytes), None)


def kept_by(verdicts_: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many points each rule keeps; one that two rules keep counts for both."""
    return dict(Counter(rule for verdict in verdicts_ for rule in verdict['rules']))
