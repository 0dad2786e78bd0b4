# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendars: what is shipped, what replaces it, and what a broken one says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.procedure import calendars
from ansible_collections.rawat.website.plugins.module_utils.procedure.calendars import (
    Calendar,
    CalendarError,
    NoCalendar,
)

YEARS = (2025, 2026, 2027)
GOOD = 'year: 2030\nstatus: provisional\ndecree: null\nsource: us\nholidays:\n'
DAY = '  - {date: 2030-01-01, name: Tahun Baru 2030 Masehi, kind: national}\n'


def kinds(year: int) -> dict[str, int]:
    found = [holiday.kind for holiday in Calendar().year(year).holidays.values()]
    return {kind: found.count(kind) for kind in calendars.KINDS}


def test_the_shipped_years_hold_as_many_days_as_their_decrees() -> None:
    assert kinds(2025) == {'national': 17, 'joint_leave': 11}
    assert kinds(2026) == {'national': 17, 'joint_leave': 8}
    assert kinds(2027) == {'national': 18, 'joint_leave': 8}


@pytest.mark.parametrize('year', YEARS)
def test_a_shipped_year_is_decided_and_names_its_decree(year: int) -> None:
    calendar = Calendar().year(year)
    assert calendar.status == 'decided'
    assert calendar.decree is not None
    assert calendar.decree.startswith('SKB 3 Menteri Nomor ')
    assert '\n' not in calendar.decree


@pytest.mark.parametrize('year', YEARS)
def test_holidays_with_a_fixed_date_are_in_every_shipped_year(year: int) -> None:
    calendar = Calendar().year(year)
    fixed = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))
    assert all(calendar.holidays[date(year, month, day)].kind == 'national' for month, day in fixed)


def test_the_joint_leave_that_was_added_in_august_2025_is_there() -> None:
    holiday = Calendar().holiday(date(2025, 8, 18))
    assert holiday is not None
    assert holiday.kind == 'joint_leave'
    assert '933 Tahun 2025' in str(Calendar().year(2025).decree)


def test_isra_mikraj_falls_twice_into_2027() -> None:
    named = [day for day, one in Calendar().year(2027).holidays.items() if one.name.startswith('Isra Mikraj')]
    assert named == [date(2027, 1, 5), date(2027, 12, 26)]


def test_a_year_without_a_calendar_is_refused_by_its_number() -> None:
    with pytest.raises(NoCalendar, match=r'no calendar of 2031: put 2031\.yml') as caught:
        Calendar().year(2031)
    assert caught.value.year == 2031


def test_a_users_calendar_goes_before_ours_for_its_own_year_only(tmp_path: Path) -> None:
    own = '2026'
    day = '  - {date: 2026-03-02, name: Hari Jadi, kind: national}\n'
    (tmp_path / '2026.yml').write_text(GOOD.replace('2030', own) + day, encoding='utf-8')
    calendar = Calendar(str(tmp_path))
    assert list(calendar.year(2026).holidays) == [date(2026, 3, 2)]
    assert calendar.year(2026).status == 'provisional'
    assert calendar.year(2025) == Calendar().year(2025)


@pytest.mark.parametrize(
    ('text', 'complaint'),
    [
        ('- a list', 'line 1: a mapping with year'),
        (GOOD + '  - {date: 2030-01-01, name: [}', 'line 6: this is not YAML'),
        (GOOD + DAY + '  - {date: 2030-02-30, name: X, kind: national}\n', 'this is not YAML: day is out of range'),
        (GOOD.replace('year: 2030', 'year: 2029') + DAY, 'line 1: year 2029 is not 2030'),
        (GOOD.replace('provisional', 'certain') + DAY, "line 2: status 'certain' is not usable"),
        (GOOD.replace('provisional', 'decided') + DAY, 'line 3: decree is empty'),
        (GOOD.replace('decree: null', 'decree: 12') + DAY, 'line 3: decree 12 is not text'),
        (GOOD.replace('source', 'sauce') + DAY, 'line 4: sauce is no field of a calendar'),
        (GOOD, 'line 5: holidays is not a list'),
        (GOOD + DAY + DAY, 'line 7: date 2030-01-01 is listed twice'),
        (GOOD + DAY.replace('2030-01-01', '2031-01-01'), r'line 6: date 2031-01-01 is not in 2030'),
        (GOOD + DAY.replace('2030-01-01', '"2030-01-01"'), "line 6: date '2030-01-01' is not a date"),
        (GOOD + DAY.replace('national', 'regional'), "line 6: kind 'regional' is not usable"),
        (GOOD + DAY.replace('Tahun Baru 2030 Masehi', '" "'), "line 6: name ' ' is not usable"),
        (GOOD + '  - 2030-01-01\n', 'line 6: datetime.date'),
        (GOOD + DAY.replace('}', ', note: x}'), 'it needs date, name and kind, and nothing else'),
    ],
)
def test_a_broken_calendar_names_file_line_and_field(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / '2030.yml'
    path.write_text(text, encoding='utf-8')
    with pytest.raises(CalendarError) as caught:
        Calendar(str(tmp_path)).year(2030)
    assert str(path) in str(caught.value)
    assert complaint in str(caught.value)
    assert '\n' not in str(caught.value)
    assert calendars.broken(str(tmp_path)) == [str(caught.value)]


def test_a_calendar_that_cannot_be_read_does_not_give_way_to_ours(tmp_path: Path) -> None:
    (tmp_path / '2026.yml').symlink_to(tmp_path / 'gone')
    with pytest.raises(CalendarError, match='cannot be read'):
        Calendar(str(tmp_path)).year(2026)


def test_files_that_are_no_calendars_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / 'README.md').write_text('mine', encoding='utf-8')
    (tmp_path / '2030.yml').write_text(GOOD + DAY, encoding='utf-8')
    assert calendars.broken(str(tmp_path)) == []
