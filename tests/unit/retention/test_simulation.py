# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The days to come."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.retention.decision import (
    GOOD,
    Prepared,
    decide,
    prepare,
    verdicts,
)
from ansible_collections.rawat.website.plugins.module_utils.retention.forecast import slope
from ansible_collections.rawat.website.plugins.module_utils.retention.simulation import simulate
from ansible_collections.rawat.website.plugins.module_utils.retention.standing import Standing
from hypothesis import given, settings, strategies
from unit.retention.histories import NOW, Facts, daily, histories, point, policies, utc

POLICY = {'keep_daily': 7, 'keep_weekly': 5, 'keep_monthly': 12, 'keep_yearly': 3}


def look(points: list[Facts], policy: Any = None, days: int = 400, **more: Any) -> dict[str, Any]:
    return simulate(points, policy or POLICY, [], utc(NOW), days, 420, **more)


def test_four_hundred_days_ahead_hold_what_the_policy_says_each_with_its_rule() -> None:
    found = look(daily(100))
    end = found['end']
    assert len(found['days']) == 401
    assert (found['days'][0]['date'], found['days'][-1]['date']) == ('2026-11-23', '2027-12-28')
    by = {rule: [one['id'][:10] for one in end if rule in one['rules']] for rule in POLICY}
    assert by['keep_daily'] == [f'2027-12-{day}' for day in range(28, 21, -1)]
    assert by['keep_weekly'] == ['2027-12-28', '2027-12-26', '2027-12-19', '2027-12-12', '2027-12-05']
    assert by['keep_monthly'][1:3] == ['2027-11-30', '2027-10-31']
    assert len(by['keep_monthly']) == 12
    assert by['keep_yearly'] == ['2027-12-28', '2026-12-31']
    assert all(one['rule'] == one['rules'][0] for one in end)


def test_the_days_add_up_to_the_end() -> None:
    points = daily(60)
    found = look(points, days=50)
    there = {one['id'] for one in points}
    for day in found['days']:
        there |= set(day['made'])
        there -= {entry['id'] for entry in day['removed']}
        assert len(there) == day['points']
    assert there == {one['id'] for one in found['end']}
    assert found['forecast']['bytes_at_end'] == found['days'][-1]['bytes'] == 1000 * len(there)


def test_the_decision_of_today_is_that_of_a_prune() -> None:
    points = daily(60)
    decided = decide(points, POLICY, [], utc(NOW), 420)
    assert [{key: one[key] for key in decided[0]} for one in look(points, days=0)['decision']] == decided


def test_differences_come_with_the_fulls_that_they_need() -> None:
    full = point(24 * 7, bytes=1000)
    points = [*(point(24 * day, bytes=10, bases=[full['id']]) for day in range(1, 7)), full]
    found = look(points, {'keep_last': 3}, days=30)
    names = {one['id'] for one in found['end']}
    made = [name for day in found['days'] for name in day['made']]
    assert len(found['end']) in (3, 4)
    assert 1000 <= found['forecast']['bytes_at_end'] <= 1030 + 1000
    assert any('needed' in one['rules'] for one in found['end']) or made[-1] in names


def test_growth_is_a_median_and_one_odd_day_does_not_move_it() -> None:
    sizes = [(NOW + timedelta(days=day), 1_000_000 + 1000 * day) for day in range(40)]
    sizes[20] = (sizes[20][0], 90_000_000)
    assert slope(sizes) == pytest.approx(1000, rel=0.01)
    assert slope(sizes[:2]) == 0.0
    assert slope([(moment, -size) for moment, size in sizes]) == 0.0


def test_the_day_on_which_a_medium_is_full_is_told() -> None:
    points = [point(24 * day + 1, bytes=1_000_000 - 1000 * day) for day in range(30)]
    kept_all = look(points, {'keep_last': 10_000}, days=60, free_bytes=10_500_000)['forecast']
    assert kept_all['growth_bytes_a_day'] == 1000
    assert kept_all['full_on'] == '2026-12-04'  # the eleventh day: ten of a million and some bytes fit
    assert look(points, days=60, free_bytes=10**12)['forecast']['full_on'] is None


def test_nothing_to_learn_from_is_no_error() -> None:
    found = look([], days=3)
    assert (found['decision'], found['end'], found['forecast']['interval_hours']) == ([], [], None)
    only_failed = look([point(5, outcome='failed')], days=3)
    assert [one['rule'] for one in only_failed['end']] == ['failed_recent']


def test_days_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match='0 to'):
        look([], days=-1)


@settings(max_examples=30, deadline=None)
@given(histories(30), policies, strategies.integers(0, 20))
def test_no_day_ends_without_the_newest_good_point(points: list[Facts], policy: dict[str, Any], days: int) -> None:
    found = simulate(points, policy, [], utc(NOW), days)
    for day in found['days']:
        assert day['points'] > 0 or not points or all(one['safety'] for one in points)
        assert day['bytes'] >= 0
    assert sum(one['bytes'] for one in found['end']) == found['forecast']['bytes_at_end']


HOLDS = strategies.sampled_from([(), ('site',), ('point',)])


@settings(max_examples=150, deadline=None)
@given(histories(40), policies, HOLDS, strategies.lists(strategies.integers(1, 9), max_size=12), strategies.booleans())
def test_the_quick_way_removes_day_by_day_what_the_plain_one_does(
    points: list[Facts], policy: Facts, scopes: tuple[str, ...], made: list[int], early: bool
) -> None:
    """`made`: how many points come on each day; `early`: the clock stands before the newest point at first."""
    holds = [{'scope': scope, 'point': points[len(points) // 2]['id'] if points else 'x'} for scope in scopes]
    there, now = prepare(points, 420), NOW - timedelta(days=1000 if early else 0) + timedelta(hours=7)
    quick = Standing(there, policy, holds)
    for count in [0, *made]:
        found = [one for one, verdict in zip(there, verdicts(there, policy, holds, now)) if not verdict['keep']]
        assert quick.prune(now) == found
        there = [one for one in there if one not in found]
        assert quick.newest_first() == there
        now = max(now, NOW + timedelta(hours=7)) + timedelta(days=3)
        for number in range(count):
            fresh = point_to_come(now - timedelta(hours=5 * (count - number)), there)
            there.insert(0, fresh)
            quick.add(fresh)


def point_to_come(local: Any, there: list[Prepared]) -> Prepared:
    fulls = [one.point['id'] for one in there if one.point['outcome'] in GOOD and not one.point.get('bases')]
    made = point((NOW - local).total_seconds() / 3600 + 7)
    return Prepared({**made, 'bases': fulls[:1] if local.day % 3 else []}, local)


def test_a_policy_that_keeps_everything_costs_no_more_than_another() -> None:
    """Ten thousand points and four hundred days; were every point judged on every day, it took minutes."""
    points = [point(1 + hour) for hour in range(10_000)]
    begun = time.process_time()
    found = look(points, {'keep_last': 100_000, 'keep_hourly': 100_000, 'keep_within': '9000d'})
    assert time.process_time() - begun < 6
    assert found['days'][-1]['points'] == len(found['end']) == 10_000 + sum(len(day['made']) for day in found['days'])
