# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped calendars against the package `holidays`, which other people keep."""

from __future__ import annotations

from datetime import date

import holidays
import pytest
from ansible_collections.rawat.website.plugins.module_utils.procedure.calendars import SHIPPED, Calendar

YEARS = sorted(int(path.stem) for path in SHIPPED.glob('*.yml'))


def theirs(year: int, *categories: str) -> set[date]:
    return set(holidays.country_holidays('ID', years=year, categories=categories))


def ours(year: int, *kinds: str) -> set[date]:
    return {day for day, one in Calendar().year(year).holidays.items() if one.kind in kinds}


def test_three_years_are_shipped() -> None:
    assert YEARS == [2025, 2026, 2027]


@pytest.mark.parametrize('year', YEARS)
def test_every_day_off_is_one_for_others_too_and_the_other_way_round(year: int) -> None:
    assert ours(year, 'national', 'joint_leave') == theirs(year, 'public', 'government')


@pytest.mark.parametrize('year', YEARS)
def test_national_holidays_and_joint_leave_are_told_apart_as_others_do(year: int) -> None:
    assert ours(year, 'national') == theirs(year, 'public')
    assert ours(year, 'joint_leave') == theirs(year, 'government') - theirs(year, 'public')
