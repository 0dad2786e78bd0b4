# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts to judgements: of each site its level, what is to be said of it, and what somebody should do about it.

Pure, and without a language: a finding is {level, what, values, evidence}; `what` has its sentence in the catalogue
(finding.<what>), `evidence` is shown in the words in which it was recorded. The goals are the office's policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.issuing.recap_sites import PROVEN, finding
from ansible_collections.rawat.website.plugins.module_utils.paper.views.report_copies import Rule, rule_of

from rawat.board import series
from rawat.board.series import Point, Trend

LEVELS = ('unprotected', 'red', 'yellow', 'green')  # the most pressing first
HOUR, DAY = 3600, 86400
# What pages ask of things that targets, discovery and saved facts tell: what is not told is None.
COPY = ('name', 'location', 'status', 'verified', 'locked_until', 'error')
FOUND = ('application', 'version', 'url', 'file', 'webroots', 'databases')
HOLD = ('point', 'reason', 'at')
ROOM = ('expired', 'oldest', 'free_bytes', 'full_on')
Facts = dict[str, Any]


class Site(NamedTuple):
    """One site as the board shows it. `points` newest first; `newest` is the newest good one, `drilled` the newest
    that was drilled. `age` in seconds since `newest` began: the work that would be lost now."""

    name: str
    host: str
    url: str | None
    level: str
    findings: list[Facts]
    points: list[Point]
    newest: Point | None
    drilled: Point | None
    age: int | None
    letters: str
    trend: Trend
    copies: list[Facts]
    rule: Rule | None
    retention: Facts
    holds: list[Facts]
    deadlines: list[Facts]
    medium: Facts | None
    discovered: Facts | None  # what discovery found, of a site that nobody backs up


class Bounds(NamedTuple):
    """What sites are judged by."""

    policy: dict[str, int]
    now: datetime  # UTC
    offset: int

    @property
    def local(self) -> datetime:
        return self.now + timedelta(minutes=self.offset)

    @property
    def today(self) -> date:
        return self.local.date()


def sites(facts: Facts, filing: Facts, bounds: Bounds) -> list[Site]:
    """Every site of the facts, the most pressing first; sites that nobody backs up lead."""
    found = [_unprotected(entry, bounds) for entry in facts.get('discovered') or [] if not entry.get('protected')]
    found += [_site(entry, filing, bounds) for entry in facts['sites']]
    return sorted(found, key=lambda site: (LEVELS.index(site.level), site.name, site.host))


def _only(keys: tuple[str, ...], entry: Facts | None) -> Facts:
    return {key: (entry or {}).get(key) for key in keys}


def _unprotected(entry: Facts, bounds: Bounds) -> Site:
    return Site(
        name=str(entry.get('name') or entry.get('url') or '?'), host=str(entry.get('host') or '?'),
        url=entry.get('url'), level='unprotected', findings=[finding('red', 'unprotected')], points=[], newest=None,
        drilled=None, age=None, letters=series.year([], bounds.today), trend=Trend(None, None, None), copies=[],
        rule=None, retention={}, holds=[], deadlines=[], medium=None, discovered=_discovered(entry),
    )  # fmt: skip


def _discovered(entry: Facts) -> Facts:
    found = _only(FOUND, entry)
    found['webroots'] = [_only(('path',), one) for one in found['webroots'] or []]
    found['databases'] = [_only(('engine', 'name', 'path'), one) for one in found['databases'] or []]
    return found


def _site(entry: Facts, filing: Facts, bounds: Bounds) -> Site:
    name, points = str(entry['site']), series.points_of(entry.get('history') or [], bounds.offset)
    newest = next((point for point in points if point.good), None)
    drilled = max((point for point in points if point.row.grade), key=lambda one: one.row.drilled or '', default=None)
    known = filing['sites'].get(name) or {}
    age = int((bounds.local - newest.when).total_seconds()) if newest else None
    medium = known.get('medium')
    site = Site(
        name=name, host=str(entry['host']), url=entry.get('url'), level='green', findings=[], points=points,
        newest=newest, drilled=drilled, age=max(age, 0) if age is not None else None,
        letters=series.year(points, bounds.today), trend=series.trend(points),
        copies=[_only(COPY, copy) for copy in entry.get('copies') or []], rule=_rule(entry, newest, known, medium),
        retention=_only(ROOM, entry.get('retention')),
        holds=_holds(name, entry, filing), deadlines=[one for one in filing['deadlines'] if one.get('site') == name],
        medium=medium, discovered=None,
    )  # fmt: skip
    found = sorted(_findings(site, entry, known, bounds), key=lambda one: LEVELS.index(one['level']))
    level = found[0]['level'] if found else 'green'
    return site._replace(findings=found, level=level)


def _rule(entry: Facts, newest: Point | None, known: Facts, medium: Facts | None) -> Rule | None:
    """3-2-1-1-0 of the newest good point. That a point is there means that it was read back before it counted."""
    if newest is None:
        return None
    own = {'store': entry.get('store'), 'location': entry.get('location')}
    told = {
        'host': entry['host'], 'repository': own, 'recovery_point': newest.row.id, 'test_read': True,
        'finished': newest.row.started, 'copies': entry.get('copies') or [], 'immutability': known.get('immutability'),
    }  # fmt: skip
    found = rule_of(told)
    return found._replace(offline=found.offline or medium is not None)


def _holds(name: str, entry: Facts, filing: Facts) -> list[Facts]:
    """Those of the repository, and of the register what the repository did not know yet."""
    told = list(entry.get('holds') or [])
    seen = {hold.get('point') for hold in told}
    told += [hold for hold in filing['holds'] if hold['site'] == name and hold.get('point') not in seen]
    return [_only(HOLD, hold) for hold in told]


def _findings(site: Site, entry: Facts, known: Facts, bounds: Bounds) -> Iterator[Facts]:
    if entry.get('error'):
        yield finding('red', 'unread', str(entry['error']))
    yield from _of_points(site, known, bounds)
    if site.newest:
        yield from _of_drill(site, bounds)
    for copy in site.copies:
        if copy.get('status') != 'verified':
            reason = str(copy.get('error') or copy.get('status') or '')
            yield finding('yellow', 'copy', reason, name=str(copy.get('name')))
    yield from _of_room(site, known, bounds)
    for deadline in site.deadlines:
        if deadline['state'] == 'late' and deadline['kind'] != 'overdue':
            yield finding('yellow', 'late')


def _of_points(site: Site, known: Facts, bounds: Bounds) -> Iterator[Facts]:
    newest, policy = site.newest, bounds.policy
    last = site.points[0] if site.points else None
    if newest is None:
        yield finding('red', 'none', last.row.error if last else known.get('error'))
        return
    age = site.age or 0
    if age > policy['rpo_hours'] * HOUR:
        yield finding('red', 'rpo', age=age, hours=policy['rpo_hours'])
    elif age > policy['frequency_days'] * DAY:
        yield finding('yellow', 'overdue', age=age, days=policy['frequency_days'])
    if last and last is not newest:
        yield finding('red', 'newest_failed', last.row.error, point=last.row.id)
    elif known.get('failed') and known['failed'] > newest.row.started:
        yield finding('red', 'not_done', known.get('error'), at=known['failed'])
    if newest.row.outcome == 'remarks':
        yield finding('yellow', 'remarks')


def _of_drill(site: Site, bounds: Bounds) -> Iterator[Facts]:
    drilled, policy = site.drilled, bounds.policy
    if drilled is None:
        yield finding('yellow', 'never_drilled')
        return
    row = drilled.row
    at = series.moment(row.drilled) or drilled.when - timedelta(minutes=bounds.offset)
    if row.grade == 'F':
        yield finding('red', 'drill_failed', row.reason, at=row.drilled)
    elif row.grade not in PROVEN:
        yield finding('yellow', 'drill_unproven', row.reason, grade=str(row.grade))
    if (bounds.now - at).total_seconds() > policy['drill_days'] * DAY:
        yield finding('yellow', 'drill_old', at=row.drilled, days=policy['drill_days'])
    if (row.rto_milliseconds or 0) > policy['rto_hours'] * HOUR * 1000:
        yield finding('yellow', 'rto', rto=row.rto_milliseconds, hours=policy['rto_hours'])


def _of_room(site: Site, known: Facts, bounds: Bounds) -> Iterator[Facts]:
    """The repository that runs full, and prunes that failed or never came."""
    retention, prune = site.retention, known.get('prune') or {}
    if retention.get('full_on'):
        yield finding('yellow', 'space', date=retention['full_on'], free=retention.get('free_bytes'))
    if prune.get('outcome') == 'failed':
        yield finding('yellow', 'prune_failed', prune.get('error'))
    since = series.moment(prune.get('time') or retention.get('oldest'))
    days = bounds.policy['prune_days']
    if retention.get('expired') and since and (bounds.now - since).total_seconds() > days * DAY:
        yield finding('yellow', 'prune_overdue', count=retention['expired'], days=days)
