# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention, rule by rule, and what holds for every history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.retention.decision import COUNTS, GOOD, PROVEN, decide
from hypothesis import given, settings, strategies
from unit.retention.histories import NOW, Facts, counts, daily, histories, offsets, point, policies, utc

WIB = 420
SITE_HOLD = {'scope': 'site', 'point': None, 'reason': 'hacked'}


def kept(
    points: list[Facts], policy: dict[str, Any] | None, holds: Any = (), now: Any = NOW, offset: int = 0
) -> set[str]:
    return {verdict['id'] for verdict in decide(points, policy, holds, utc(now), offset) if verdict['keep']}


def rules(points: list[Facts], policy: dict[str, Any], holds: Any = (), offset: int = 0) -> dict[str, list[str]]:
    return {verdict['id']: verdict['rules'] for verdict in decide(points, policy, holds, utc(NOW), offset)}


# ---------------------------------------------------------------- rule by rule
def test_the_newest_point_of_each_period_stays_and_names_its_rules() -> None:
    points = daily(40)
    found = decide(points, {'keep_daily': 3, 'keep_weekly': 2, 'keep_monthly': 2}, [], utc(NOW), WIB)
    assert [verdict['id'] for verdict in found] == [one['id'] for one in points]
    stay = {verdict['id'][:10]: verdict['rules'] for verdict in found if verdict['keep']}
    # Monday 23 November 2026, 10:00 WIB; points are of 10:00 WIB each day.
    assert stay == {
        '2026-11-23': ['keep_daily', 'keep_weekly', 'keep_monthly', 'last_complete', 'last_clean'],
        '2026-11-22': ['keep_daily', 'keep_weekly'],
        '2026-11-21': ['keep_daily'],
        '2026-10-31': ['keep_monthly'],
    }
    assert {verdict['rule'] for verdict in found if not verdict['keep']} == {'expired'}


def test_a_day_ends_at_the_offices_midnight() -> None:
    late, early = point(10.5), point(11.5)  # 00:30 and 23:30 in Jakarta, 17:30 and 16:30 of one day in UTC
    assert kept([late, early], {'keep_daily': 2}, offset=WIB) == {late['id'], early['id']}
    assert kept([late, early], {'keep_daily': 2}) == {late['id']}


def test_a_week_is_that_of_iso_8601_and_does_not_end_with_the_year() -> None:
    days = ['2020-12-28', '2020-12-31', '2021-01-01', '2021-01-03', '2021-01-04', '2021-01-06']
    points = [{**point(0), 'id': day, 'time': f'{day}T10:00:00Z'} for day in days]
    stay = kept(points, {'keep_weekly': 5})
    assert sorted(name[:10] for name in stay) == ['2021-01-03', '2021-01-06']


@pytest.mark.parametrize(('within', 'hours'), [('36h', 36), ('3d', 72), ('2w', 336), ('1m', 24 * 30), ('1d12h', 36)])
def test_keep_within_counts_from_the_newest_point(within: str, hours: int) -> None:
    newest, just, over = point(1000), point(1000 + hours), point(1000 + hours + 1)
    assert kept([newest, just, over], {'keep_within': within}) == {newest['id'], just['id']}


def test_a_month_before_the_31st_of_march_is_the_last_of_february() -> None:
    newest, just, over = ({**point(0), 'id': text, 'time': text} for text in (
        '2026-03-31T10:00:00Z', '2026-02-28T10:00:00Z', '2026-02-28T09:59:59Z',
    ))  # fmt: skip
    assert kept([newest, just, over], {'keep_within': '1m'}) == {newest['id'], just['id']}


def test_failed_points_take_no_slot_and_go_when_a_newer_good_one_is_there_and_their_days_are_over() -> None:
    new, good, old = point(1, outcome='failed'), point(24), point(24 * 40, outcome='failed')
    alone = point(24 * 50, outcome='failed')
    found = {verdict['id']: verdict['rule'] for verdict in decide([new, good, old], {'keep_last': 1}, [], utc(NOW))}
    assert found == {new['id']: 'failed_recent', good['id']: 'keep_last', old['id']: 'failed_expired'}
    assert kept([alone], {'keep_last': 1}) == {alone['id']}  # nothing good is newer
    assert kept([good, old], {'keep_last': 1, 'failed_days': 41}) == {good['id'], old['id']}


def test_points_that_a_restore_took_have_days_of_their_own() -> None:
    good, fresh, old = point(1), point(24 * 29, safety=True), point(24 * 31, safety=True)
    found = {verdict['id']: verdict['rule'] for verdict in decide([good, fresh, old], {'keep_daily': 9}, [], utc(NOW))}
    assert found == {good['id']: 'keep_daily', fresh['id']: 'safety_recent', old['id']: 'safety_expired'}
    assert kept([point(24 * 99, safety=True), point(24 * 100)], {'keep_last': 1}) == {point(24 * 100)['id']}


def test_the_last_drilled_and_the_last_clean_point_stay_however_old() -> None:
    newest = point(1, outcome='remarks', clean=False)
    proven, clean = point(24 * 700, drilled='B', clean=False), point(24 * 800)
    drilled_in_vain = point(24 * 300, drilled='F', clean=False)
    found = rules([newest, drilled_in_vain, proven, clean], {'keep_last': 1})
    assert found[proven['id']] == ['last_drilled']
    assert found[clean['id']] == ['last_clean']
    assert found[drilled_in_vain['id']] == []


def test_a_point_of_the_databases_alone_takes_no_slot_of_a_whole_one() -> None:
    whole, partial = point(5, parts=('webroots', 'databases')), point(1, parts=('databases',))
    assert kept([partial, whole], {'keep_daily': 1}) == {whole['id'], partial['id']}


def test_a_full_stays_while_a_kept_difference_needs_it_and_goes_with_it() -> None:
    full = point(24 * 6, clean=False)
    difference = point(1, bases=[full['id']])
    assert rules([difference, full], {'keep_last': 1})[full['id']] == ['needed']
    newer = point(0.5)
    assert kept([newer, difference, full], {'keep_last': 1}) == {newer['id']}


def test_a_damaged_point_is_never_removed() -> None:
    bad = point(24 * 999, outcome='failed', damaged=True)
    assert rules([point(1), bad], {'keep_last': 1})[bad['id']] == ['damaged']


def test_an_empty_policy_removes_nothing_and_says_so() -> None:
    for empty in (None, {}, {'keep_daily': 0, 'keep_within': ''}, {'failed_days': 1}):
        found = decide(daily(50), empty, [], utc(NOW))
        assert all(verdict['keep'] and verdict['rule'] == 'no_policy' for verdict in found)


def test_nothing_goes_while_the_clock_stands_before_a_point() -> None:
    points = daily(50)
    before = NOW - timedelta(hours=1, seconds=1)
    found = decide(points, {'keep_last': 1}, [], utc(before))
    assert {verdict['rule'] for verdict in found} == {'clock'}
    assert len(kept(points, {'keep_last': 1}, now=NOW - timedelta(hours=1))) == 1


def test_a_held_site_and_a_held_point_stay() -> None:
    points = daily(10)
    assert len(kept(points, {'keep_last': 1}, [SITE_HOLD])) == 10
    third = {'scope': 'point', 'point': points[2]['id'], 'reason': 'evidence'}
    assert kept(points, {'keep_last': 1}, [third]) == {points[0]['id'], points[2]['id']}
    gone = {'scope': 'point', 'point': 'not there any more', 'reason': ''}
    assert kept(points, {'keep_last': 1}, [gone]) == {points[0]['id']}


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match='is no time'):
        decide([{**point(1), 'time': 'yesterday'}], {'keep_last': 1}, [], utc(NOW))


# ---------------------------------------------------------------- for every history
def good_of(points: list[Facts]) -> list[Facts]:
    return [one for one in points if one['outcome'] in GOOD and not one['safety']]


@settings(max_examples=80, deadline=None)
@given(histories(), policies, offsets)
def test_what_must_never_go_never_goes(points: list[Facts], policy: dict[str, Any], offset: int) -> None:
    stay = kept(points, policy, offset=offset)
    good = good_of(points)
    firsts = [good, [one for one in good if one['drilled'] in PROVEN], [one for one in good if one['clean']]]
    assert {found[0]['id'] for found in firsts if found} <= stay
    assert {base for one in points if one['id'] in stay for base in one['bases']} <= stay
    if points and not good:
        assert {one['id'] for one in points if not one['safety']} <= stay


@settings(max_examples=80, deadline=None)
@given(histories(), policies, strategies.sampled_from([*COUNTS, 'failed_days', 'safety_days']), counts, offsets)
def test_a_longer_policy_keeps_all_that_a_shorter_one_keeps(
    points: list[Facts], policy: dict[str, Any], rule: str, more: int, offset: int
) -> None:
    longer = {**policy, rule: policy[rule] + more}
    assert kept(points, policy, offset=offset) <= kept(points, longer, offset=offset) or not any(
        policy[name] for name in (*COUNTS, 'keep_within')
    )


@settings(max_examples=80, deadline=None)
@given(histories(), policies, offsets, strategies.data())
def test_an_older_point_that_turns_up_removes_no_newer_one(
    points: list[Facts], policy: dict[str, Any], offset: int, data: Any
) -> None:
    place = data.draw(strategies.integers(0, len(points)))
    newer = points[:place]
    needed = {base for one in newer for base in one['bases']}
    assert kept(newer, policy, offset=offset) <= kept(points, policy, offset=offset) | needed


@settings(max_examples=80, deadline=None)
@given(histories(), policies, offsets)
def test_deciding_again_after_the_removal_removes_nothing_more(
    points: list[Facts], policy: dict[str, Any], offset: int
) -> None:
    stay = kept(points, policy, offset=offset)
    assert kept([one for one in points if one['id'] in stay], policy, offset=offset) == stay


@settings(max_examples=80, deadline=None)
@given(histories(), policies, strategies.integers(-4000, 24 * 4000))
def test_a_clock_that_jumps_never_empties_a_site(points: list[Facts], policy: dict[str, Any], hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    stay = kept(points, policy, now=now)
    if any(one['time'] > utc(now) for one in points):
        assert len(stay) == len(points)
    assert {one['id'] for one in good_of(points)[:1]} <= stay


@settings(max_examples=80, deadline=None)
@given(histories(), policies, strategies.data())
def test_what_is_held_stays_and_a_held_site_stays_whole(points: list[Facts], policy: dict[str, Any], data: Any) -> None:
    names = [one['id'] for one in points]
    chosen = data.draw(strategies.sets(strategies.sampled_from(names)) if names else strategies.just(set()))
    holds = [{'scope': 'point', 'point': name, 'reason': ''} for name in chosen]
    assert chosen | kept(points, policy) <= kept(points, policy, holds)
    assert kept(points, policy, [SITE_HOLD]) == set(names)


@settings(max_examples=40, deadline=None)
@given(histories(), policies, offsets)
def test_the_order_in_which_points_come_does_not_matter(
    points: list[Facts], policy: dict[str, Any], offset: int
) -> None:
    assert decide(points, policy, [], utc(NOW), offset) == decide(points[::-1], policy, [], utc(NOW), offset)
