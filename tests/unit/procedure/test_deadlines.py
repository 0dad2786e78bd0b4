# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is open, how pressing it is, and how it is said."""

from __future__ import annotations

import pytest
from ansible_collections.rawat.website.plugins.module_utils.procedure import deadlines, office, steps, workdays

WIB = 420
OFFICE = office.settle(None)
RULE = workdays.rule_of(OFFICE, WIB)
ASSIGNMENT = {
    'number': 'D-0007',
    'date': '2026-01-12',
    'mode': 'single',
    'recorded': '2026-01-12T01:00:00Z',
    'received': '2026-01-12T02:00:00Z',
    'valid_until': None,
}
RUN_STEPS = [
    {
        'number': number,
        'outcome': 'complete',
        'started': f'2026-01-15T0{number}:00:00Z',
        'finished': f'2026-01-15T0{number}:30:00Z',
    }
    for number in (2, 3, 4)
]


def record(**changes: object) -> dict:
    assignment = {**ASSIGNMENT, **changes}
    found, time_rule = steps.steps(assignment, RUN_STEPS, OFFICE, WIB)
    return {
        'run': {'id': 'r', 'started': '2026-01-15T02:00:00Z', 'utc_offset_minutes': WIB},
        'assignment': assignment,
        'office': OFFICE,
        'register': {'number': '0007/BKP/2026'},
        'steps': found,
        'time_rule': time_rule,
    }


def test_a_report_leaves_its_acceptance_open_by_the_deadline_that_it_printed() -> None:
    (found,) = deadlines.open_deadlines(record())
    assert (found['kind'], found['number'], found['deadline']) == (
        'acceptance',
        '0007/BKP/2026',
        '2026-01-19T09:00:00Z',
    )
    assert deadlines.text(found, WIB, 'id') == (
        'laporan 0007/BKP/2026 belum diterima (langkah 5), batasnya Senin, 19 Januari 2026 pukul 16.00 WIB; '
        'setelah diserahkan: rawat accept 0007/BKP/2026'
    )


def test_an_emergency_without_a_letter_must_be_completed_within_one_working_day() -> None:
    _acceptance, found = deadlines.open_deadlines(record(mode='emergency', number=None, recorded=None, received=None))
    assert (found['kind'], found['deadline']) == ('emergency', '2026-01-19T09:00:00Z')
    assert 'rawat assign --complete 0007/BKP/2026' in deadlines.text(found, WIB, 'en')


def test_an_emergency_that_has_its_letter_is_complete() -> None:
    assert len(deadlines.open_deadlines(record(mode='emergency'))) == 1


def test_a_run_without_a_number_leaves_nothing_open() -> None:
    assert deadlines.open_deadlines(record() | {'register': None}) == []


@pytest.mark.parametrize(
    ('now', 'state'),
    [
        ('2026-01-14T16:59:59Z', 'open'),  # Wednesday, a second before midnight
        ('2026-01-14T17:00:00Z', 'soon'),  # Thursday is the last working day before Monday
        ('2026-01-19T09:00:00Z', 'soon'),
        ('2026-01-19T09:00:01Z', 'late'),
    ],
)
def test_a_warning_comes_a_working_day_before_and_turns_late_after_the_deadline(now: str, state: str) -> None:
    (found,) = deadlines.open_deadlines(record())
    assert deadlines.state(found, now, 1, RULE) == state


def test_without_a_calendar_the_warning_says_why_it_has_no_date() -> None:
    later = '2028-05-02T01:00:00Z'
    found = deadlines.unused({**ASSIGNMENT, 'recorded': later, 'received': later}, RULE)
    assert deadlines.state(found, later, 1, RULE) == 'unknown'
    assert 'there is no calendar of 2028' in deadlines.text(found, WIB, 'en')


def test_an_assignment_under_which_nothing_ran_is_due_by_step_2() -> None:
    found = deadlines.unused(ASSIGNMENT, RULE)
    assert (found['number'], found['deadline']) == ('D-0007', '2026-01-13T09:00:00Z')
    unknown = deadlines.unused({**ASSIGNMENT, 'recorded': None, 'received': None}, RULE)
    assert unknown['deadline'] is None
    assert 'waktu mulainya tidak tercatat' in deadlines.text(unknown, WIB, 'id')


def test_a_standing_assignment_is_due_and_expires_with_its_validity() -> None:
    standing = {**ASSIGNMENT, 'mode': 'standing', 'valid_until': '2026-03-31'}
    assert deadlines.unused(standing, RULE)['deadline'] == '2026-03-31T09:00:00Z'
    expiry = deadlines.expiry(standing, RULE)
    assert expiry is not None
    assert expiry['deadline'] == '2026-03-31T09:00:00Z'
    assert deadlines.expiry(ASSIGNMENT, RULE) is None


def test_a_site_is_overdue_only_after_the_days_of_the_policy() -> None:
    now, week = '2026-01-20T00:00:00Z', 7 * 86400
    assert deadlines.overdue('a', week, 7, now) is None
    assert deadlines.overdue('a', None, 7, now) is None
    found = deadlines.overdue('a', week + 1, 7, now)
    assert found is not None
    assert found['deadline'] == '2026-01-19T23:59:59Z'
    assert deadlines.state(found, now, 1, RULE) == 'late'
    assert '(kebijakan, bukan SOP)' in deadlines.text(found, WIB, 'id')


def test_a_hostile_number_cannot_fool_the_terminal() -> None:
    found = deadlines.unused({**ASSIGNMENT, 'number': 'D\x1b[2J'}, RULE)
    assert '\x1b' not in deadlines.text(found, WIB, 'id')
