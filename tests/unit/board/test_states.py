# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a board says of a site: facts in, level and findings out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from rawat.board import series, states
from unit.board.boards import ago, books, bounds, drilled, facts, judged, point, site, told

COPY = {'name': 'nas', 'location': 'sftp:nas:/volume', 'status': 'verified', 'verified': ago(0.4), 'error': None}


def test_a_recent_backup_with_a_recent_drill_is_safe_and_nothing_is_said() -> None:
    found = judged(site())
    assert (found.level, found.findings) == ('green', [])


@pytest.mark.parametrize(
    ('entry', 'expected'),
    [
        (site(drilled(7.5)), {'rpo': 'red'}),
        (site(point(0.5)), {'never_drilled': 'yellow'}),
        (site(point(0.5), drilled(5, grade='F', reason='rows differ')), {'drill_failed': 'red'}),
        (site(point(0.5), drilled(5, grade='C')), {'drill_unproven': 'yellow'}),
        (site(point(0.5), drilled(91)), {'drill_old': 'yellow'}),
        (site(drilled(0.5, hours=4.1)), {'rto': 'yellow'}),
        (site(drilled(0.5, outcome='remarks')), {'remarks': 'yellow'}),
        (site(point(0.2, outcome='failed', error='disk full'), drilled(1)), {'newest_failed': 'red'}),
        (site(point(0.2, whole=0), drilled(1)), {'newest_failed': 'red'}),
        (site(point(0.2, outcome='failed')), {'none': 'red'}),
        (site(copies=[{**COPY, 'status': 'pending', 'verified': None}]), {'copy': 'yellow'}),
        (site(retention={'full_on': '2026-12-01', 'free_bytes': 5}), {'space': 'yellow'}),
        (site(retention={'expired': 3, 'oldest': ago(30)}), {'prune_overdue': 'yellow'}),
        (site(retention={'expired': 3, 'oldest': ago(3)}), {}),
        (site(error='Connection refused'), {'unread': 'red'}),
    ],
)  # fmt: skip
def test_each_trouble_is_told_and_weighed(entry: dict[str, Any], expected: dict[str, str]) -> None:
    assert told(entry) == expected


def test_a_site_without_any_point_is_red_with_the_reason_of_its_last_attempt() -> None:
    tried = {'peraturan': {'failed': ago(1), 'error': 'web1 did not answer'}}
    entry = {**site(), 'history': []}
    found = judged(entry, books(sites=tried))
    assert found.level == 'red'
    assert [(one['what'], one['evidence']) for one in found.findings] == [('none', 'web1 did not answer')]


def test_an_attempt_that_left_no_point_is_told_from_the_record_until_a_point_comes() -> None:
    later = books(sites={'peraturan': {'failed': ago(0.1), 'error': 'no answer'}})
    earlier = books(sites={'peraturan': {'failed': ago(2), 'error': 'no answer'}})
    assert told(site(), later) == {'not_done': 'red'}
    assert told(site(), earlier) == {}


def test_sites_that_nobody_backs_up_stand_on_top_and_protected_ones_are_not_repeated() -> None:
    found = [
        {'host': 'web1', 'name': 'lomba', 'protected': False},
        {'host': 'web1', 'name': 'peraturan', 'protected': True},
    ]
    listed = states.sites(facts({**site(), 'history': []}, discovered=found), books(), bounds())
    assert [(one.name, one.level) for one in listed] == [('lomba', 'unprotected'), ('peraturan', 'red')]


def test_the_copies_are_counted_with_the_repository_and_an_export_is_offline() -> None:
    place = {'store': 'archive', 'location': '/srv/backups'}
    found = judged(site(copies=[COPY], **place))
    assert found.rule is not None
    assert (found.rule.copies, found.rule.machines, found.rule.offline, found.rule.kept) == (2, 2, False, False)
    exported = books(sites={'peraturan': {'medium': {'label': 'USB-A', 'at': ago(3)}}})
    both = judged(site(copies=[COPY, {**COPY, 'name': 'far', 'location': 'sftp:far:/x'}], **place), exported)
    assert both.rule is not None
    assert (both.rule.copies, both.rule.offline, both.rule.kept) == (3, True, True)


def test_a_hold_of_repository_and_register_is_one_hold() -> None:
    own = {'point': None, 'reason': 'incident', 'at': ago(1)}
    other = {'site': 'another', 'point': None, 'reason': 'x', 'at': ago(1)}
    found = judged(site(holds=[own]), books(holds=[{'site': 'peraturan', **own}, other]))
    assert [hold['reason'] for hold in found.holds] == ['incident']


def test_a_day_counts_by_its_best_point_and_days_before_the_first_one_do_not_count() -> None:
    rows = [point(0.1, outcome='failed'), point(0.2, outcome='remarks'), point(1.2, outcome='failed'), point(3.2)]
    found = series.points_of(rows, 420)
    assert series.year(found, date(2026, 11, 23), 6) == '--cnfr'
    assert series.runs('--cnfr', 'fn', date(2026, 11, 23)) == [(date(2026, 11, 21), date(2026, 11, 22))]


def test_growth_needs_three_sizes_two_weeks_apart_and_one_odd_day_does_not_move_it() -> None:
    rows = [point(days, bytes=(100 - days) * 1000) for days in range(80)]
    steady = series.trend(series.points_of(rows, 0))
    assert steady.monthly == 30_000
    assert steady.ahead == 100_000 + 90_000
    rows[28] = point(28, bytes=10**12)
    assert series.trend(series.points_of(rows, 0)).monthly == 30_000
    assert series.trend(series.points_of(rows[:20], 0)).monthly is None


def test_a_point_without_a_time_is_left_out() -> None:
    assert series.points_of([point(1, started='')], 0) == []
    assert series.points_of([point(1)], 420)[0].when == datetime(2026, 11, 22, 11, 0)
