# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `decision.verdicts` removes, day after day, without looking at every point on every day.

That is possible because the points to come are newer than all that there are: a rule then lets go of its points in the
order of their age and never takes one back (but for a length of months, whose start may step back by some hours at the
end of a month). Every point counts how many rules, holds and differences keep it; one with none goes. That both say the
same, tests/unit/retention/test_simulation.py proves with histories by chance.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.retention.decision import (
    PROVEN,
    WHOLE,
    Prepared,
    days_of,
    is_empty,
    takes_slot,
)
from ansible_collections.rawat.website.plugins.module_utils.retention.periods import PERIODS, before


class Standing:
    """The points that there are. Times are local."""

    def __init__(self, points: Sequence[Prepared], policy: Mapping[str, Any], holds: Iterable[Mapping[str, Any]]):
        self.policy, self.there = policy, dict[str, Prepared]()
        self.reasons: Counter[str] = Counter(str(hold.get('point')) for hold in holds if hold['scope'] == 'point')
        self.site_is_held = any(hold['scope'] == 'site' for hold in holds)
        self.groups: dict[tuple[str, ...], Group] = {}
        self.failed, self.safety = deque[Prepared](), deque[Prepared]()
        self.newest_good: datetime | None = None
        self.loose: set[str] = set()  # what may have lost its last reason
        for one in reversed(points):
            self.add(one)

    def newest_first(self) -> list[Prepared]:
        """All of them."""
        return list(self.there.values())[::-1]

    def add(self, one: Prepared) -> None:
        """A point that is newer than all others."""
        point, name = one.point, one.point['id']
        self.there[name] = one
        self.loose.add(name)
        self.reasons[name] += self.site_is_held
        for base in _bases(one):
            self.reasons[base] += 1
        if takes_slot(point):
            self.newest_good = one.local
            key = tuple(sorted(point.get('parts') or WHOLE))
            if key not in self.groups:
                self.groups[key] = Group(self.policy, self._keep, self._drop)
            self.groups[key].add(one)
        elif point.get('damaged'):
            self._keep(name)
        else:
            self._keep(name)
            (self.safety if point.get('safety') else self.failed).append(one)

    def prune(self, now: datetime) -> list[Prepared]:
        """End a day: take away what nothing keeps any more, and say what that was, newest first."""
        newest = next(reversed(self.there.values()), None) if self.there else None
        if is_empty(self.policy) or newest is None or now < newest.local:
            return []
        for group in self.groups.values():
            group.settle()
        self._grow_old(self.safety, now - timedelta(days=days_of(self.policy, 'safety_days')))
        if self.newest_good:
            failed = now - timedelta(days=days_of(self.policy, 'failed_days'))
            self._grow_old(self.failed, min(self.newest_good, failed))
        gone = []
        while self.loose:
            name = self.loose.pop()
            if name in self.there and not self.reasons[name]:
                gone.append(self.there.pop(name))
                for base in _bases(gone[-1]):
                    self._drop(base)
        return sorted(gone, key=lambda one: (one.local, one.point['id']), reverse=True)

    def _grow_old(self, waiting: deque[Prepared], since: datetime) -> None:
        while waiting and waiting[0].local < since:
            self._drop(waiting.popleft().point['id'])

    def _keep(self, name: str) -> None:
        self.reasons[name] += 1

    def _drop(self, name: str) -> None:
        self.reasons[name] -= 1
        if not self.reasons[name]:
            self.loose.add(name)


def _bases(one: Prepared) -> set[str]:
    found = one.point.get('bases')
    return set(found) - {one.point['id']} if found else set()


class Group:
    """Good points that hold the same parts: what each rule keeps of them, oldest first."""

    def __init__(self, policy: Mapping[str, Any], keep: Any, drop: Any):
        self.keep, self.drop, self.within = keep, drop, str(policy.get('keep_within') or '')
        self.last = int(policy.get('keep_last') or 0)
        self.newest = deque[str]()
        self.periods = [
            (period_of, int(policy[rule]), deque[tuple[object, str]]())
            for rule, period_of in PERIODS.items()
            if policy.get(rule)
        ]
        self.never_removed: dict[str, str] = {}
        self.points, self.first_within = list[Prepared](), 0

    def add(self, one: Prepared) -> None:
        """A newer one."""
        name, point = one.point['id'], one.point
        self._newest(name)
        for period_of, count, chosen in self.periods:
            self._newest_of_each(name, period_of(one.local), count, chosen)
        wanted = {'complete': True, 'drilled': point.get('drilled') in PROVEN, 'clean': point.get('clean')}
        for rule in [rule for rule, is_one in wanted.items() if is_one]:
            self.keep(name)
            if rule in self.never_removed:
                self.drop(self.never_removed[rule])
            self.never_removed[rule] = name
        if self.within:
            self.points.append(one)
            self.keep(name)

    def _newest(self, name: str) -> None:
        if self.last:
            self.newest.append(name)
            self.keep(name)
            if len(self.newest) > self.last:
                self.drop(self.newest.popleft())

    def _newest_of_each(self, name: str, period: object, count: int, chosen: deque[tuple[object, str]]) -> None:
        self.keep(name)
        if chosen and chosen[-1][0] == period:
            self.drop(chosen.pop()[1])
        chosen.append((period, name))
        if len(chosen) > count:
            self.drop(chosen.popleft()[1])

    def settle(self) -> None:
        """Count the length of time from the newest point again."""
        if not self.within:
            return
        since = before(self.points[-1].local, self.within)
        while self.points[self.first_within].local < since:
            self.drop(self.points[self.first_within].point['id'])
            self.first_within += 1
        while self.first_within and self.points[self.first_within - 1].local >= since:
            self.first_within -= 1
            self.keep(self.points[self.first_within].point['id'])
