# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendar arithmetic of retention: the periods of which the newest point is kept, and lengths of time.

Everything is counted in the office's own time (minutes east of UTC, no daylight saving in Indonesia): a day ends at the
office's midnight, a week is that of ISO 8601.
"""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from typing import Callable

LENGTH = re.compile(r'([0-9]{1,4})([hdwmy])')
MONTHS = {'m': 1, 'y': 12}
HOURS = {'h': 1, 'd': 24, 'w': 168}

# name of the rule -> the period in which a local time lies
PERIODS: dict[str, Callable[[datetime], object]] = {
    'keep_hourly': lambda moment: (moment.toordinal(), moment.hour),
    'keep_daily': lambda moment: moment.toordinal(),
    'keep_weekly': lambda moment: (moment.toordinal() - 1) // 7,  # day 1 was a Monday
    'keep_monthly': lambda moment: (moment.year, moment.month),
    'keep_yearly': lambda moment: moment.year,
}


def moment_of(text: str) -> datetime:
    """A UTC time ('2026-11-22T10:15:30Z') as a datetime without a zone; ValueError for anything else."""
    if len(text) != 20 or text[-1] != 'Z' or text[10] != 'T':
        raise ValueError(f'{text!r} is no time: write it as 2026-11-22T10:15:30Z')
    return datetime.fromisoformat(text[:-1])


def before(moment: datetime, within: str) -> datetime:
    """The time so long before `moment`: '14d', '8w', '1y6m'; months end at the last day that there is."""
    lengths = [(int(count), unit) for count, unit in LENGTH.findall(within)]
    months = sum(count * MONTHS[unit] for count, unit in lengths if unit in MONTHS)
    hours = sum(count * HOURS[unit] for count, unit in lengths if unit in HOURS)
    try:
        return _months_before(moment, months) - timedelta(hours=hours)
    except (OverflowError, ValueError):
        return datetime.min  # longer than there are years


def _months_before(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1]) if 1 <= year <= 9999 else 1
    return moment.replace(year=year, month=month + 1, day=day)
