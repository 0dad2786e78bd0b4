# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Working days and deadlines, counted as a person at the desk counts them, in all three zones of the country."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.procedure import office, workdays
from ansible_collections.rawat.website.plugins.module_utils.procedure.workdays import NoCalendar, Rule
from hypothesis import given
from hypothesis import strategies as st

WIB, WITA, WIT = 420, 480, 540
OFFSETS = st.sampled_from((WIB, WITA, WIT))
MOMENTS = st.datetimes(datetime(2024, 12, 31, 12), datetime(2027, 12, 20)).map(
    lambda when: f'{when:%Y-%m-%dT%H:%M:%SZ}'
)
DAYS = st.integers(1, 5)


def rule(offset: int = WIB, **settings: object) -> Rule:
    return workdays.rule_of(office.settle(dict(settings)), offset)


RULES = {
    (offset, works): rule(offset, joint_leave_works=works) for offset in (WIB, WITA, WIT) for works in (False, True)
}


def local(year: int, month: int, day: int, hour: int = 12, minute: int = 0, offset: int = WIB) -> str:
    zone = timezone(timedelta(minutes=offset))
    return f'{datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}'


def test_a_step_that_ended_before_a_holiday_friday_gives_until_monday() -> None:
    due = workdays.deadline(local(2026, 1, 15, 14, 30), 1, rule())
    assert due == '2026-01-19T09:00:00Z' == local(2026, 1, 19, 16)


@pytest.mark.parametrize(
    ('start', 'due'),
    [
        ((2026, 1, 12, 7, 0), (2026, 1, 13)),  # before opening
        ((2026, 1, 12, 23, 59), (2026, 1, 13)),  # after close
        ((2026, 1, 13, 0, 0), (2026, 1, 14)),  # the next day has begun
        ((2026, 1, 16, 9, 0), (2026, 1, 19)),  # on a holiday
        ((2026, 1, 17, 9, 0), (2026, 1, 19)),  # on a Saturday
        ((2026, 3, 17, 9, 0), (2026, 3, 25)),  # Nyepi and Idulfitri with all their joint leave
        ((2025, 12, 24, 9, 0), (2025, 12, 29)),  # Christmas, joint leave, a weekend
        ((2025, 12, 31, 17, 0), (2026, 1, 2)),  # across the year
        ((2026, 12, 31, 9, 0), (2027, 1, 4)),
        ((2025, 8, 15, 9, 0), (2025, 8, 19)),  # the joint leave that was added late
    ],
)
def test_the_clock_counts_as_a_person_would(start: tuple[int, ...], due: tuple[int, ...]) -> None:
    assert workdays.deadline(local(*start), 1, rule()) == local(*due, 16)


def test_joint_leave_counts_as_work_only_where_the_office_says_so() -> None:
    assert workdays.deadline(local(2026, 2, 13), 1, rule()) == local(2026, 2, 18, 16)
    assert workdays.deadline(local(2026, 2, 13), 1, rule(joint_leave_works=True)) == local(2026, 2, 16, 16)


def test_the_zone_decides_on_which_day_a_step_ended() -> None:
    moment = '2026-01-13T16:30:00Z'  # 23.30 in Jakarta, 00.30 of the next day in Makassar, 01.30 in Jayapura
    assert workdays.deadline(moment, 1, rule(WIB)) == '2026-01-14T09:00:00Z'
    assert workdays.deadline(moment, 1, rule(WITA)) == '2026-01-15T08:00:00Z'
    assert workdays.deadline(moment, 1, rule(WIT)) == '2026-01-15T07:00:00Z'


def test_close_of_business_is_a_setting() -> None:
    assert workdays.deadline(local(2026, 1, 12), 1, rule(hours={'close': '15:30'})) == local(2026, 1, 13, 15, 30)


def test_a_year_without_a_calendar_gives_no_deadline_not_even_on_a_weekend() -> None:
    with pytest.raises(NoCalendar, match='2028'):
        workdays.deadline(local(2027, 12, 31), 1, rule())
    with pytest.raises(NoCalendar):
        workdays.is_working_day(date(2028, 1, 1), rule())


def test_a_calendar_in_which_nobody_ever_works_ends_with_the_missing_year(tmp_path: Path) -> None:
    days = [date(2030, 1, 1) + timedelta(days=count) for count in range(365)]
    lines = [f'  - {{date: {day}, name: libur, kind: national}}' for day in days]
    head = 'year: 2030\nstatus: provisional\ndecree: null\nsource: test\nholidays:\n'
    (tmp_path / '2030.yml').write_text(head + '\n'.join(lines), encoding='utf-8')
    with pytest.raises(NoCalendar, match='2031'):
        workdays.deadline('2030-01-01T00:00:00Z', 1, rule(calendars=str(tmp_path)))


def test_no_days_are_no_standard() -> None:
    with pytest.raises(ValueError, match='one or more'):
        workdays.deadline(local(2026, 1, 12), 0, rule())


def test_holidays_are_listed_by_name_with_both_ends_and_without_joint_leave_that_is_worked() -> None:
    found = workdays.holidays_between(date(2026, 2, 16), date(2026, 2, 17), rule())
    assert [(one.kind, one.name) for one in found] == [
        ('joint_leave', 'Tahun Baru Imlek 2577 Kongzili'),
        ('national', 'Tahun Baru Imlek 2577 Kongzili'),
    ]
    worked = workdays.holidays_between(date(2026, 2, 16), date(2026, 2, 17), rule(joint_leave_works=True))
    assert [one.kind for one in worked] == ['national']
    assert workdays.holidays_between(date(2027, 12, 25), date(2028, 6, 1), rule()) == []  # a Sunday, and a year unknown


@given(MOMENTS, DAYS, OFFSETS, st.booleans())
def test_a_deadline_is_the_close_of_a_working_day_after_the_day_of_its_start(
    start: str, days: int, offset: int, works: bool
) -> None:
    counted = RULES[offset, works]
    due = workdays.deadline(start, days, counted)
    day = workdays.local_day(due, counted)
    assert workdays.is_working_day(day, counted)
    assert due == workdays.close_of(day, counted)
    assert start < due
    first = workdays.local_day(start, counted)
    between = [first + timedelta(days=count) for count in range(1, (day - first).days + 1)]
    assert sum(workdays.is_working_day(one, counted) for one in between) == days


@given(MOMENTS, MOMENTS, DAYS, OFFSETS)
def test_who_starts_later_is_never_due_earlier(one: str, other: str, days: int, offset: int) -> None:
    counted = RULES[offset, False]
    earlier, later = sorted((one, other))
    assert workdays.deadline(earlier, days, counted) <= workdays.deadline(later, days, counted)


@given(MOMENTS, DAYS, OFFSETS)
def test_days_add_up_one_by_one(start: str, days: int, offset: int) -> None:
    counted = RULES[offset, False]
    due = start
    for _day in range(days):
        due = workdays.deadline(due, 1, counted)
    assert due == workdays.deadline(start, days, counted)


@given(MOMENTS, st.integers(0, 3), OFFSETS)
def test_a_warning_begins_before_what_it_warns_of(start: str, warn_days: int, offset: int) -> None:
    counted = RULES[offset, False]
    due = workdays.deadline(start, 5, counted)
    begins = workdays.warning_begins(due, warn_days, counted)
    assert begins < due
    assert workdays.warning_begins(due, warn_days + 1, counted) < begins


def test_a_warning_of_one_day_for_a_monday_begins_on_the_last_working_day_before() -> None:
    assert workdays.warning_begins(local(2026, 1, 19, 16), 1, rule()) == local(2026, 1, 15, 0)
