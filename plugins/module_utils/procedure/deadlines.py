# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is still open and when it is due, so that somebody can be warned before it is late.

An open deadline is {kind, number, site, deadline (UTC|None), reason (why there is no deadline, or None)}; `kind` is
acceptance, returned, emergency, assignment, unfit, expiry or overdue.
"""

from __future__ import annotations

import datetime

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.messages import message
from ansible_collections.rawat.website.plugins.module_utils.procedure import wording, workdays
from ansible_collections.rawat.website.plugins.module_utils.procedure.workdays import NoCalendar, Rule

STATES = ('late', 'unknown', 'soon', 'open')  # the most pressing first
HAND_OVER = 5
SECONDS_A_DAY = 86400
Open = dict


def open_deadlines(record: dict) -> list[Open]:
    """What a numbered record leaves to be done, as long as nobody did: its acceptance, an emergency's assignment."""
    number = (record.get('register') or {}).get('number')
    if not number:
        return []
    return [acceptance(record, number), *([emergency(record, number)] if lacks_assignment(record) else [])]


def acceptance(record: dict, number: str) -> Open:
    """Step 5 of a report, by the deadline that the report printed."""
    due = next((step.get('deadline') for step in record['steps'] if step['number'] == HAND_OVER), None)
    missing = (record.get('time_rule') or {}).get('missing_years') or []
    reason = None if due or not missing else str(NoCalendar(missing[-1]))
    return _open('acceptance', number=number, deadline=due, reason=reason)


def lacks_assignment(record: dict) -> bool:
    """Whether the run was an emergency whose disposition had no number yet."""
    assignment = record.get('assignment') or {}
    return assignment.get('mode') == 'emergency' and not assignment.get('number')


def emergency(record: dict, number: str) -> Open:
    """The disposition of an emergency is completed within one working day of its start."""
    rule = workdays.rule_of(record['office'], record['run']['utc_offset_minutes'])
    start = (record.get('assignment') or {}).get('recorded') or record['run']['started']
    return _open('emergency', number=number, **_due(start, rule))


def unused(assignment: dict, rule: Rule) -> Open:
    """Step 2 of an assignment under which nothing ran yet."""
    number = assignment.get('number')
    if assignment.get('mode') == 'standing' and assignment.get('valid_until'):
        return _open('assignment', number=number, deadline=_end(assignment, rule))
    return _open('assignment', number=number, **_due(assignment.get('received') or assignment.get('recorded'), rule))


def unfit(problems: list[str]) -> Open:
    """An assignment in the inventory under which no run would begin."""
    return _open('unfit', reason='; '.join(problems))


def expiry(assignment: dict, rule: Rule) -> Open | None:
    """The end of a standing assignment; None for another."""
    if assignment.get('mode') != 'standing' or not assignment.get('valid_until'):
        return None
    return _open('expiry', number=assignment.get('number'), deadline=_end(assignment, rule))


def overdue(site: str, age_seconds: int | None, frequency_days: int, now: str) -> Open | None:
    """A site whose newest good recovery point is older than the policy allows; None when it is not."""
    if age_seconds is None or age_seconds <= frequency_days * SECONDS_A_DAY:
        return None
    then = datetime.datetime.strptime(now, workdays.FORMAT) - datetime.timedelta(seconds=age_seconds)
    due = then + datetime.timedelta(days=frequency_days)
    found = _open('overdue', site=site, deadline=due.strftime(workdays.FORMAT))
    return found | {'age_seconds': age_seconds, 'frequency_days': frequency_days}


def state(found: Open, now: str, warn_days: int, rule: Rule) -> str:
    """One of STATES: late after the deadline, soon from so many working days before its day on."""
    due = found['deadline']
    if due is None:
        return 'unknown'
    if now > due:
        return 'late'
    try:
        return 'soon' if now >= workdays.warning_begins(due, warn_days, rule) else 'open'
    except NoCalendar:
        return 'soon'  # nobody can know how many working days are left: better early than late


def text(found: Open, utc_offset_minutes: int, language: str) -> str:
    """The sentence of a warning."""
    due = found['deadline']
    reason = found['reason'] or message('deadline.no_start', language)
    shown = (
        wording.moment(due, utc_offset_minutes, language) if due else message('deadline.none', language, reason=reason)
    )
    if found['kind'] == 'unfit':
        return formats.printable(message('deadline.unfit', language, reason=reason))
    values = {'number': formats.printable(found['number'] or formats.NOTHING), 'site': found['site'], 'due': shown}
    if found['kind'] == 'overdue':
        values['age'] = formats.duration(found['age_seconds'] * 1000, language)
        values['days'] = found['frequency_days']
    return message(f'deadline.{found["kind"]}', language, **values)


def _open(
    kind: str,
    number: str | None = None,
    site: str | None = None,
    deadline: str | None = None,
    reason: str | None = None,
) -> Open:
    return {'kind': kind, 'number': number, 'site': site, 'deadline': deadline, 'reason': reason}


def _due(start: str | None, rule: Rule) -> dict:
    if not start:
        return {'deadline': None, 'reason': None}
    try:
        return {'deadline': workdays.deadline(start, 1, rule), 'reason': None}
    except NoCalendar as missing:
        return {'deadline': None, 'reason': str(missing)}


def _end(assignment: dict, rule: Rule) -> str:
    return workdays.close_of(datetime.date.fromisoformat(assignment['valid_until']), rule)
