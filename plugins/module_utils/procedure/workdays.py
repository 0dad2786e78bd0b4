# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Working days and deadlines, as a person at the desk counts them.

"One day" of the SOP is one working day: due is the close of business of the first working day after the day on which
the clock started, whatever the time of that day was and whether it was a working day itself. Working days are Monday to
Friday without national holidays and, unless the office says otherwise, without joint leave (cuti bersama).

Times are UTC ('2026-01-12T02:12:00Z'); days are those of the office's own zone, given by its minutes east of UTC.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.procedure.calendars import (
    Calendar,
    CalendarError,
    Holiday,
    NoCalendar,
)

__all__ = [
    'Calendar',
    'CalendarError',
    'Holiday',
    'NoCalendar',
    'Rule',
    'close_of',
    'deadline',
    'holidays_between',
    'is_working_day',
    'local_day',
    'rule_of',
    'warning_begins',
]
SATURDAY = 5  # datetime.date.weekday
ONE_DAY = datetime.timedelta(days=1)
FORMAT = '%Y-%m-%dT%H:%M:%SZ'


class Rule(NamedTuple):
    """How an office counts."""

    calendar: Calendar
    close: datetime.time  # local
    utc_offset_minutes: int  # east of UTC: 420 WIB, 480 WITA, 540 WIT
    joint_leave_works: bool


def rule_of(office: dict, utc_offset_minutes: int) -> Rule:
    """The rule that settled settings (`office.settle`) make, in a zone."""
    close = datetime.time.fromisoformat(office['hours']['close'])
    return Rule(Calendar(office['calendars']), close, utc_offset_minutes, office['joint_leave_works'])


def is_working_day(day: datetime.date, rule: Rule) -> bool:
    """Whether the office works on `day`; NoCalendar when nobody can know."""
    holiday = rule.calendar.holiday(day)
    if day.weekday() >= SATURDAY:
        return False
    return holiday is None or (holiday.kind == 'joint_leave' and rule.joint_leave_works)


def deadline(start: str, days: int, rule: Rule) -> str:
    """The close of business (UTC) of the `days`-th working day after the local day of `start` (UTC).

    NoCalendar when a year without a calendar is reached; ValueError for a time that is none or less than one day.
    """
    if days < 1:
        raise ValueError(f'{days} working days are no standard: one or more')
    return close_of(_step(local_day(start, rule), days, ONE_DAY, rule), rule)


def warning_begins(due: str, days: int, rule: Rule) -> str:
    """The first moment (UTC) of the local day that lies so many working days before the day of `due` (UTC)."""
    return _utc(_step(local_day(due, rule), days, -ONE_DAY, rule), datetime.time(0), rule)


def _step(day: datetime.date, days: int, by: datetime.timedelta, rule: Rule) -> datetime.date:
    while days:
        day += by
        days -= is_working_day(day, rule)
    return day


def holidays_between(first: datetime.date, last: datetime.date, rule: Rule) -> list[Holiday]:
    """Holidays from `first` to `last` (both included) that take a working day from the office, in order.

    Years without a calendar add nothing: what they would say is not known.
    """
    found: list[Holiday] = []
    for year in range(first.year, last.year + 1):
        try:
            found += rule.calendar.year(year).holidays.values()
        except NoCalendar:
            continue
    kept = [one for one in found if first <= one.date <= last and one.date.weekday() < SATURDAY]
    return sorted(one for one in kept if one.kind != 'joint_leave' or not rule.joint_leave_works)


def close_of(day: datetime.date, rule: Rule) -> str:
    """The close of business of a local day, in UTC."""
    return _utc(day, rule.close, rule)


def local_day(moment: str, rule: Rule) -> datetime.date:
    """The day on which a UTC time falls at the office."""
    return (
        datetime.datetime.strptime(moment, FORMAT).replace(tzinfo=datetime.timezone.utc).astimezone(_zone(rule)).date()
    )


def _utc(day: datetime.date, time: datetime.time, rule: Rule) -> str:
    local = datetime.datetime.combine(day, time, tzinfo=_zone(rule))
    return local.astimezone(datetime.timezone.utc).strftime(FORMAT)


def _zone(rule: Rule) -> datetime.timezone:
    return datetime.timezone(datetime.timedelta(minutes=rule.utc_offset_minutes))
