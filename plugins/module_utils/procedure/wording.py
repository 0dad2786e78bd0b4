# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule by which deadlines were counted, in the words that stand on the paper."""

from __future__ import annotations

import datetime

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.messages import message


def rule_text(time_rule: dict, language: str) -> list[str]:
    """Sentences that say how these deadlines came about; `time_rule` is the one of a record or receipt."""
    close = clock(time_rule['close'], time_rule['utc_offset_minutes'], language)
    lines = [message('rule.day', language, close=close)]
    lines.append(message('rule.joint_works' if time_rule['joint_leave_works'] else 'rule.joint_free', language))
    if time_rule['standing']:
        lines.append(message('rule.standing', language, close=close))
    if time_rule['calendars']:
        lines.append(_holidays(time_rule['holidays'], language))
    lines += [_calendar(calendar, language) for calendar in time_rule['calendars']]
    if time_rule['missing_years']:
        years = ', '.join(str(year) for year in time_rule['missing_years'])
        lines.append(message('rule.missing', language, years=years))
    lines += [formats.printable(problem) for problem in time_rule.get('broken_calendars') or []]
    return lines


def _holidays(holidays: list[dict], language: str) -> str:
    if not holidays:
        return message('rule.no_holidays', language)
    named = [
        message(f'holiday.{one["kind"]}', language, day=day(one['date'], language), name=formats.printable(one['name']))
        for one in holidays
    ]
    return message('rule.holidays', language, days='; '.join(named))


def _calendar(calendar: dict, language: str) -> str:
    decree = calendar['decree'] or message('rule.no_decree', language)
    key = 'rule.provisional' if calendar['status'] == 'provisional' else 'rule.calendar'
    return message(key, language, year=calendar['year'], decree=formats.printable(decree))


def day(text: str, language: str) -> str:
    """'2026-01-16' as 'Jumat, 16 Januari 2026' (id) or 'Friday, 16 January 2026' (en)."""
    number = datetime.date.fromisoformat(text).isoweekday()
    return f'{message(f"weekday.{number}", language)}, {formats.date(text, language)}'


def clock(text: str, offset_minutes: int, language: str) -> str:
    """'16:00' as '16.00 WIB' (id) or '16:00 WIB' (en)."""
    return f'{text.replace(":", ".") if language == "id" else text} {formats.zone(offset_minutes)}'


def moment(utc: str, offset_minutes: int, language: str) -> str:
    """'2026-01-19T09:00:00Z' as 'Senin, 19 Januari 2026 pukul 16.00 WIB' (id): a deadline needs no seconds."""
    then = datetime.datetime.strptime(utc, '%Y-%m-%dT%H:%M:%SZ') + datetime.timedelta(minutes=offset_minutes)
    time = clock(f'{then:%H:%M}', offset_minutes, language)
    return message('deadline.moment', language, day=day(f'{then:%Y-%m-%d}', language), time=time)
