# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure function of retention: points, policy, holds and a time in; what stays and what goes, each with its rule.

A point is {id, time (UTC), outcome, parts (a point of the databases alone takes no slot of whole ones), drilled (grade
or None), clean (bool), safety (bool), damaged (bool), bytes, bases (ids of points whose fulls it needs)}; only id, time
and outcome must be there. A policy has the keys of arguments.RETENTION and, beside them, failed_days and safety_days. A
hold is {scope: 'site'|'point', point, reason}.

What is never removed, whatever the policy says: the newest good point, the newest that a drill brought back whole
(grade A or B), the newest without any remark, everything on hold, every full that a kept difference needs, every point
that cannot be read. Nothing at all is removed when the policy is empty, or when the clock stands before a point: then
it is not known how old anything is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.retention.periods import PERIODS, before, moment_of

GOOD = ('complete', 'remarks')
WHOLE = ('databases', 'webroots')  # what a point holds of which nothing else is said
PROVEN = ('A', 'B')  # grades of a drill in which all data came back equal
COUNTS = ('keep_last', *PERIODS)
SETTINGS = {'failed_days': 30, 'safety_days': 30}
Point = Mapping[str, Any]
Verdict = dict[str, Any]


class Prepared(NamedTuple):
    """A point with its local time, worked out once."""

    point: Point
    local: datetime


def decide(
    points: Iterable[Point],
    policy: Mapping[str, Any] | None,
    holds: Iterable[Mapping[str, Any]],
    now: str,
    utc_offset_minutes: int = 0,
) -> list[Verdict]:
    """[{id, keep, rules, rule}], newest first. `rules`: all that keep the point; `rule`: the one that decided.

    Names of rules: keep_last … keep_within, last_complete, last_drilled, last_clean, hold_site, hold_point, needed,
    failed_recent, safety_recent, damaged, clock, no_policy for what stays; expired, failed_expired, safety_expired for
    what goes. ValueError for a time that is none.
    """
    prepared = prepare(points, utc_offset_minutes)
    return verdicts(prepared, policy or {}, list(holds), moment_of(now) + timedelta(minutes=utc_offset_minutes))


def prepare(points: Iterable[Point], utc_offset_minutes: int) -> list[Prepared]:
    """The points, newest first; of two with one time the one with the greater id."""
    offset = timedelta(minutes=utc_offset_minutes)
    found = [Prepared(point, moment_of(point['time']) + offset) for point in points]
    return sorted(found, key=lambda one: (one.local, one.point['id']), reverse=True)


def verdicts(
    points: Sequence[Prepared], policy: Mapping[str, Any], holds: Sequence[Mapping[str, Any]], now: datetime
) -> list[Verdict]:
    """See `decide`; `points` newest first, `now` in local time."""
    kept: dict[str, list[str]] = {one.point['id']: [] for one in points}
    stop = 'no_policy' if is_empty(policy) else 'clock' if points and now < points[0].local else None
    for group in _groups(points):
        for rule, chosen in _by_policy(group, policy):
            _keep(kept, chosen, rule)
        for rule, found in _never_removed(group):
            _keep(kept, found, rule)
    _keep_special(kept, points, policy, now)
    _keep_held(kept, holds)
    if stop:
        _keep(kept, [one.point['id'] for one in points], stop)
    _keep_needed(kept, points)
    return [_verdict(one.point, kept[one.point['id']], stop) for one in points]


def is_empty(policy: Mapping[str, Any] | None) -> bool:
    """Whether a policy keeps nothing by any rule: it is none, and nothing is removed under it."""
    return not any((policy or {}).get(name) for name in (*COUNTS, 'keep_within'))


def _keep(kept: dict[str, list[str]], chosen: Iterable[str], rule: str) -> None:
    for name in chosen:
        kept[name].append(rule)


def _verdict(point: Point, rules: list[str], stop: str | None) -> Verdict:
    if rules:
        return {'id': point['id'], 'keep': True, 'rules': rules, 'rule': stop or rules[0]}
    return {'id': point['id'], 'keep': False, 'rules': [], 'rule': gone_by(point)}


def gone_by(point: Point) -> str:
    """The rule by which a point goes that nothing keeps."""
    expired = 'safety' if point.get('safety') else 'failed' if point['outcome'] not in GOOD else ''
    return f'{expired}_expired' if expired else 'expired'


def takes_slot(point: Point) -> bool:
    """Whether the rules count a point."""
    return point['outcome'] in GOOD and not point.get('safety') and not point.get('damaged')


def _groups(points: Sequence[Prepared]) -> list[list[Prepared]]:
    """Good points by what they hold: one of the databases alone must not take the day's slot of a whole one."""
    groups: dict[tuple[str, ...], list[Prepared]] = {}
    for one in points:
        if takes_slot(one.point):
            groups.setdefault(tuple(sorted(one.point.get('parts') or WHOLE)), []).append(one)
    return list(groups.values())


def _by_policy(group: list[Prepared], policy: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """(rule, ids that it keeps): the newest of each of so many periods in which there is a point."""
    last = int(policy.get('keep_last') or 0)
    yield 'keep_last', [one.point['id'] for one in group[:last]]
    for rule, period_of in PERIODS.items():
        yield rule, _newest_of_each(group, period_of, int(policy.get(rule) or 0))
    if policy.get('keep_within'):
        # Counted from the newest point, not from now: when backups stop, what there is must not melt away.
        since = before(group[0].local, str(policy['keep_within']))
        yield 'keep_within', [one.point['id'] for one in group if one.local >= since]


def _newest_of_each(group: list[Prepared], period_of: Any, count: int) -> list[str]:
    chosen: list[str] = []
    last = None
    for one in group if count else []:
        period = period_of(one.local)
        if period != last:
            chosen.append(one.point['id'])
            last = period
            if len(chosen) == count:
                break
    return chosen


def _never_removed(group: list[Prepared]) -> Iterator[tuple[str, list[str]]]:
    yield 'last_complete', [group[0].point['id']]
    yield 'last_drilled', _first(group, lambda point: point.get('drilled') in PROVEN)
    yield 'last_clean', _first(group, lambda point: bool(point.get('clean')))


def _first(group: list[Prepared], wanted: Any) -> list[str]:
    return next(([one.point['id']] for one in group if wanted(one.point)), [])


def _keep_special(
    kept: dict[str, list[str]], points: Sequence[Prepared], policy: Mapping[str, Any], now: datetime
) -> None:
    """Points without a slot: failed ones, those that a restore took, and those that cannot be read."""
    good = next((one.local for one in points if takes_slot(one.point)), None)
    failed = now - timedelta(days=days_of(policy, 'failed_days'))
    safety = now - timedelta(days=days_of(policy, 'safety_days'))
    for one in points:
        if one.point.get('damaged'):
            kept[one.point['id']].append('damaged')
        elif one.point.get('safety'):
            if one.local >= safety:
                kept[one.point['id']].append('safety_recent')
        elif one.point['outcome'] not in GOOD and (good is None or one.local >= min(good, failed)):
            kept[one.point['id']].append('failed_recent')


def days_of(policy: Mapping[str, Any], name: str) -> int:
    """One of SETTINGS, as the policy says it."""
    found = policy.get(name)
    return SETTINGS[name] if found is None else int(found)


def _keep_held(kept: dict[str, list[str]], holds: Sequence[Mapping[str, Any]]) -> None:
    if any(hold['scope'] == 'site' for hold in holds):
        _keep(kept, kept, 'hold_site')
    held = dict.fromkeys(str(hold.get('point')) for hold in holds if hold['scope'] == 'point')
    _keep(kept, [name for name in held if name in kept], 'hold_point')


def _keep_needed(kept: dict[str, list[str]], points: Sequence[Prepared]) -> None:
    """What a kept point needs stays, and what that needs."""
    bases = {one.point['id']: one.point.get('bases') or () for one in points}
    waiting = [name for name, rules in kept.items() if rules and bases[name]]
    while waiting:
        for base in bases[waiting.pop()]:
            if base in kept and 'needed' not in kept[base]:
                if not kept[base] and bases[base]:
                    waiting.append(base)
                kept[base].append('needed')
