# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The six steps: start, finish, deadline, met or not, and what no setting can change about it."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.procedure import office, steps
from hypothesis import given
from hypothesis import strategies as st

WIB = 420
OFFICE = office.settle(None)
SINGLE = {
    'number': 'D-0007',
    'mode': 'single',
    'recorded': '2026-01-12T01:00:00Z',
    'received': '2026-01-12T02:00:00Z',
    'valid_until': None,
}
STANDING = {**SINGLE, 'mode': 'standing', 'valid_until': '2026-03-31'}


def run(*finished: str, outcome: str = 'complete') -> list[dict]:
    """Steps 2 to 4 as a run measures them, each begun as the one before ended (the first: as it ended)."""
    starts = (finished[0], *finished)
    return [
        {'number': number, 'name': '', 'outcome': outcome, 'started': start, 'finished': end}
        for number, start, end in zip((2, 3, 4), starts, finished)
    ]


PROMPT = run('2026-01-13T02:00:00Z', '2026-01-13T02:21:00Z', '2026-01-13T02:22:00Z')
# Step 4 was due on Wednesday 14 January 16.00 WIB and is done on Thursday the 15th.
LATE = run('2026-01-13T02:00:00Z', '2026-01-13T02:21:00Z', '2026-01-15T07:30:00Z')


def judged(*arguments: object, **named: object) -> tuple[dict[int, dict], dict]:
    found, time_rule = steps.steps(*arguments, **named)  # type: ignore[arg-type]
    assert [step['number'] for step in found] == [1, 2, 3, 4, 5, 6]
    return {step['number']: step for step in found}, time_rule


def record_of(run_steps: list[dict], settings: dict | None = None, assignment: dict | None = None) -> dict:
    settings, assignment = settings or OFFICE, assignment or SINGLE
    found, time_rule = steps.steps(assignment, run_steps, settings, WIB, {})
    return {
        'run': {'id': 'r', 'utc_offset_minutes': WIB},
        'office': settings,
        'steps': found,
        'time_rule': time_rule,
    }


def test_only_holidays_that_moved_a_deadline_are_named_however_long_the_wait() -> None:
    waited = run('2026-01-14T02:00:00Z', '2026-09-02T02:21:00Z', '2026-09-02T02:22:00Z')
    assignment = {**SINGLE, 'recorded': '2025-08-15T01:00:00Z', 'received': '2025-08-15T02:00:00Z'}
    _found, rule = judged(assignment, waited, OFFICE, WIB, {})
    # The 17th is a Sunday; the fifteen months of waiting are full of holidays that no deadline met.
    assert [one['date'] for one in rule['holidays']] == ['2025-08-18']
    assert [one['year'] for one in rule['calendars']] == [2025, 2026]
    assert 'Tidak ada hari libur' in ' '.join(steps.rule_text({**rule, 'holidays': []}, 'id'))


def test_a_prompt_run_met_four_deadlines_and_leaves_two_steps_open() -> None:
    found, _rule = judged(SINGLE, PROMPT, OFFICE, WIB, {})
    assert [found[number]['met'] for number in range(1, 7)] == [True, True, True, True, None, None]
    assert steps.tally(list(found.values())) == {'met': 4, 'judged': 4}
    assert [found[number]['deadline'] for number in (1, 2, 3, 4, 5, 6)] == [
        '2026-01-13T09:00:00Z',
        '2026-01-13T09:00:00Z',
        '2026-01-14T09:00:00Z',
        '2026-01-14T09:00:00Z',
        '2026-01-14T09:00:00Z',
        None,
    ]
    assert (found[5]['started'], found[5]['finished'], found[6]['standard_days']) == (None, None, None)
    assert [found[number]['actor'] for number in (1, 4, 6)] == ['sub_coordinator', 'officer', 'coordinator']


def test_step_5_is_due_on_monday_after_a_holiday_friday_and_the_rule_names_the_holiday() -> None:
    found, rule = judged(SINGLE, LATE, OFFICE, WIB, {})
    assert found[5]['deadline'] == '2026-01-19T09:00:00Z'  # Monday 19 January 2026, 16.00 WIB
    assert rule['holidays'] == [{'date': '2026-01-16', 'name': 'Isra Mikraj Nabi Muhammad S.A.W.', 'kind': 'national'}]
    printed = ' '.join(steps.rule_text(rule, 'id'))
    assert 'Jumat, 16 Januari 2026 (Isra Mikraj Nabi Muhammad S.A.W.)' in printed
    assert 'pukul 16.00 WIB' in printed


def test_a_year_without_a_calendar_is_said_and_nothing_in_it_is_a_yes() -> None:
    assignment = {**SINGLE, 'recorded': '2028-05-02T01:00:00Z', 'received': '2028-05-02T02:00:00Z'}
    times = ('2028-05-02T03:00:00Z', '2028-05-02T04:00:00Z', '2028-05-02T05:00:00Z')
    found, rule = judged(assignment, run(*times), OFFICE, WIB, {})
    assert {step['met'] for step in found.values()} == {None}
    assert {step['deadline'] for step in found.values()} == {None}
    assert (rule['missing_years'], rule['calendars']) == ([2028], [])
    assert 'Kalender belum ditetapkan untuk tahun 2028' in ' '.join(steps.rule_text(rule, 'id'))
    assert 'There is no calendar yet for 2028' in ' '.join(steps.rule_text(rule, 'en'))


def test_a_late_report_says_so_and_carries_its_reason_only_there() -> None:
    reasons = {1: 'no', 2: 'no', 3: 'no', 4: 'Pemadaman listrik', 5: 'no'}
    found, _rule = judged(SINGLE, LATE, OFFICE, WIB, reasons)
    assert (found[4]['met'], found[4]['reason']) == (False, 'Pemadaman listrik')
    assert [found[number]['reason'] for number in (1, 2, 3, 5, 6)] == [None] * 5
    without, _rule = judged(SINGLE, LATE, OFFICE, WIB, {})
    assert (without[4]['met'], without[4]['reason']) == (False, None)


def test_a_late_report_that_was_accepted_in_time_counts_four_of_five() -> None:
    record = record_of(LATE)
    closed, _rule = steps.closing(record, '2026-01-15T08:00:00Z', '2026-01-19T02:00:00Z', {})
    assert steps.tally([*record['steps'][:4], *closed]) == {'met': 4, 'judged': 5}


@pytest.mark.parametrize('value', [True, 'true', 'Ya'])
def test_nothing_that_a_run_or_an_assignment_says_turns_a_late_step_to_yes(value: object) -> None:
    said = copy.deepcopy(LATE)
    for step in said:
        step.update(met=value, deadline='2030-01-01T00:00:00Z', standard_days=99)
    assignment = {**SINGLE, 'met': value, 'deadline': '2030-01-01T00:00:00Z'}
    found, _rule = judged(assignment, said, OFFICE, WIB, {4: 'x'})
    assert found[4]['met'] is False
    assert found[4]['deadline'] == '2026-01-14T09:00:00Z'
    assert found[4]['standard_days'] == 1


def test_the_second_of_the_deadline_is_met_and_the_next_is_not() -> None:
    at = run('2026-01-13T02:00:00Z', '2026-01-13T02:21:00Z', '2026-01-14T09:00:00Z')
    after = run('2026-01-13T02:00:00Z', '2026-01-13T02:21:00Z', '2026-01-14T09:00:01Z')
    assert judged(SINGLE, at, OFFICE, WIB, {})[0][4]['met'] is True
    assert judged(SINGLE, after, OFFICE, WIB, {})[0][4]['met'] is False


def test_the_clock_of_a_step_starts_when_the_one_before_ends_so_that_waiting_counts() -> None:
    waited = run('2026-01-20T02:00:00Z', '2026-01-20T02:21:00Z', '2026-01-20T02:22:00Z')
    found, _rule = judged(SINGLE, waited, OFFICE, WIB, {})
    assert [found[number]['met'] for number in (1, 2, 3, 4)] == [True, False, True, True]


def test_times_of_the_assignment_that_nobody_recorded_are_no_yes() -> None:
    found, _rule = judged({**SINGLE, 'recorded': None, 'received': None}, PROMPT, OFFICE, WIB, {})
    assert [found[1][key] for key in ('started', 'finished', 'deadline', 'met')] == [None] * 4
    assert (found[2]['finished'], found[2]['deadline'], found[2]['met']) == ('2026-01-13T02:00:00Z', None, None)
    assert found[3]['met'] is True


def test_no_step_is_finished_before_the_one_before_has_an_outcome() -> None:
    broken_off = copy.deepcopy(PROMPT)
    broken_off[0].update(outcome=None, finished=None)
    found, _rule = judged(SINGLE, broken_off, OFFICE, WIB, {})
    assert found[3]['finished'] is None
    assert found[3]['met'] is None
    assert found[4]['deadline'] is None


def test_webroots_that_were_done_while_another_host_still_dumped_end_with_the_databases() -> None:
    crossed = run('2026-01-13T04:00:00Z', '2026-01-13T03:00:00Z', '2026-01-13T04:01:00Z')
    found, _rule = judged(SINGLE, crossed, OFFICE, WIB, {})
    assert found[3]['finished'] == found[2]['finished'] == '2026-01-13T04:00:00Z'


def test_a_site_without_databases_finishes_step_2_as_it_begins() -> None:
    nothing = copy.deepcopy(PROMPT)
    nothing[0]['finished'] = None
    found, _rule = judged(SINGLE, nothing, OFFICE, WIB, {})
    assert found[2]['finished'] == found[2]['started']
    assert found[2]['met'] is True


def test_a_step_that_failed_without_any_end_is_no_yes() -> None:
    unreachable = copy.deepcopy(PROMPT)
    unreachable[0].update(outcome='failed', finished=None)
    found, _rule = judged(SINGLE, unreachable, OFFICE, WIB, {})
    assert (found[2]['finished'], found[2]['met']) == (None, None)
    assert (found[3]['deadline'], found[3]['met']) == (None, None)
    assert found[4]['met'] is True


def test_under_a_standing_assignment_the_work_is_due_when_it_ends_and_the_report_a_working_day_later() -> None:
    period = run('2026-03-30T15:00:00Z', '2026-03-30T15:10:00Z', '2026-04-01T03:00:00Z')
    found, rule = judged(STANDING, period, OFFICE, WIB, {}, kind='period')
    assert found[2]['deadline'] == found[3]['deadline'] == '2026-03-31T09:00:00Z'
    assert found[4]['deadline'] == '2026-04-01T09:00:00Z'  # the clock started at the end of the period, not on the 30th
    assert [found[number]['met'] for number in (2, 3, 4)] == [True, True, True]
    assert rule['standing'] is True
    assert 'pada hari terakhir masa berlaku disposisi' in ' '.join(steps.rule_text(rule, 'id'))
    assert 'on the last day of its validity' in ' '.join(steps.rule_text(rule, 'en'))


def test_one_of_many_runs_leaves_report_and_hand_over_to_the_report_of_the_period() -> None:
    found, _rule = judged(STANDING, PROMPT, OFFICE, WIB, {}, kind='backup')
    assert [found[number]['standard_days'] for number in (1, 2, 3, 4, 5, 6)] == [1, 1, 1, None, None, None]
    assert [found[number]['met'] for number in (2, 3, 4, 5)] == [True, True, None, None]
    assert found[4]['finished'] == PROMPT[2]['finished']


def test_a_single_run_of_kind_backup_is_judged_in_full() -> None:
    assert steps.steps(SINGLE, PROMPT, OFFICE, WIB, {}, kind='backup') == steps.steps(SINGLE, PROMPT, OFFICE, WIB)


def test_steps_that_were_judged_before_are_judged_the_same_again() -> None:
    first, rule = steps.steps(SINGLE, LATE, OFFICE, WIB, {4: 'x'})
    assert steps.steps(SINGLE, first, OFFICE, WIB, {4: 'x'}) == (first, rule)


def test_a_calendar_that_breaks_meanwhile_does_not_lose_the_record_and_is_named(tmp_path: Path) -> None:
    (tmp_path / '2026.yml').write_text('year: 1999\n', encoding='utf-8')
    found, rule = judged(SINGLE, PROMPT, {**OFFICE, 'calendars': str(tmp_path)}, WIB, {})
    assert {step['met'] for step in found.values()} == {None}
    assert rule['missing_years'] == [2026]
    assert rule['broken_calendars'] == [
        f'{tmp_path}/2026.yml, line 1: year 1999 is not 2026, which the name of the file says'
    ]
    assert rule['broken_calendars'][0] in steps.rule_text(rule, 'id')


def test_step_5_ends_with_the_delivery_and_step_6_with_the_acceptance() -> None:
    closed, rule = steps.closing(record_of(PROMPT), '2026-01-13T03:00:00Z', '2026-01-21T03:00:00Z', {5: 'unused'})
    assert [(step['number'], step['finished'], step['met']) for step in closed] == [
        (5, '2026-01-13T03:00:00Z', True),
        (6, '2026-01-21T03:00:00Z', None),
    ]
    assert closed[0]['started'] == PROMPT[2]['finished']
    assert (closed[0]['outcome'], closed[0]['reason']) == ('complete', None)
    assert (rule['holidays'], [one['year'] for one in rule['calendars']]) == ([], [2026])


def test_without_a_trace_of_delivery_the_acceptance_ends_step_5_late_or_not() -> None:
    closed, _rule = steps.closing(record_of(PROMPT), None, '2026-01-21T03:00:00Z', {5: 'Dinas luar'})
    assert (closed[0]['finished'], closed[0]['met'], closed[0]['reason']) == (
        '2026-01-21T03:00:00Z',
        False,
        'Dinas luar',
    )


def test_what_was_sent_only_after_its_acceptance_did_not_end_step_5() -> None:
    closed, _rule = steps.closing(record_of(PROMPT), '2026-01-22T03:00:00Z', '2026-01-14T03:00:00Z', {})
    assert [step['finished'] for step in closed] == ['2026-01-14T03:00:00Z'] * 2


def test_a_receipt_keeps_the_deadline_that_the_report_printed() -> None:
    record = record_of(LATE)
    record['office'] = {**OFFICE, 'hours': {'open': '08:00', 'close': '23:00'}}
    closed, _rule = steps.closing(record, None, '2026-01-19T09:00:01Z', {})
    assert (closed[0]['deadline'], closed[0]['met']) == ('2026-01-19T09:00:00Z', False)


def test_a_deadline_that_wanted_a_calendar_is_counted_when_there_is_one(tmp_path: Path) -> None:
    assignment = {**SINGLE, 'recorded': '2028-05-02T01:00:00Z', 'received': '2028-05-02T02:00:00Z'}
    times = ('2028-05-02T03:00:00Z', '2028-05-02T04:00:00Z', '2028-05-02T05:00:00Z')
    record = record_of(run(*times), {**OFFICE, 'calendars': str(tmp_path)}, assignment)
    (tmp_path / '2028.yml').write_text(
        'year: 2028\nstatus: provisional\ndecree: null\nsource: test\n'
        'holidays:\n  - {date: 2028-05-03, name: Contoh, kind: national}\n',
        encoding='utf-8',
    )
    closed, rule = steps.closing(record, None, '2028-05-04T01:00:00Z', {})
    assert (closed[0]['deadline'], closed[0]['met']) == ('2028-05-04T09:00:00Z', True)
    printed = ' '.join(steps.rule_text(rule, 'id'))
    assert 'Kalender 2028 bersifat sementara dan dapat berubah: belum ada keputusan bersama' in printed
    assert 'Rabu, 3 Mei 2028 (Contoh)' in printed


def test_a_record_without_six_steps_cannot_be_closed() -> None:
    record = {**record_of(PROMPT), 'steps': PROMPT}
    with pytest.raises(ValueError, match='not made under an assignment'):
        steps.closing(record, None, '2026-01-14T01:00:00Z', {})


def test_the_rule_names_joint_leave_by_how_it_counts() -> None:
    assignment = {**SINGLE, 'recorded': '2026-02-13T01:00:00Z', 'received': '2026-02-13T02:00:00Z'}
    times = run('2026-02-13T03:00:00Z', '2026-02-13T04:00:00Z', '2026-02-13T05:00:00Z')
    _found, free = judged(assignment, times, OFFICE, WIB, {})
    _found, works = judged(assignment, times, {**OFFICE, 'joint_leave_works': True}, 480, {})
    printed, worked = ' '.join(steps.rule_text(free, 'id')), ' '.join(steps.rule_text(works, 'id'))
    assert 'selain hari libur nasional dan cuti bersama' in printed
    assert 'Senin, 16 Februari 2026 (cuti bersama Tahun Baru Imlek 2577 Kongzili)' in printed
    assert 'cuti bersama dihitung sebagai hari kerja' in worked
    assert '16 Februari 2026' not in worked
    assert '16.00 WITA' in worked
    assert '16:00 WIB' in ' '.join(steps.rule_text(free, 'en'))


def test_the_rule_says_that_it_is_policy_and_not_sop_and_names_the_decree() -> None:
    _found, rule = judged(SINGLE, PROMPT, OFFICE, WIB, {})
    for language, label in (('id', 'kebijakan, bukan SOP'), ('en', 'policy, not SOP')):
        printed = ' '.join(steps.rule_text(rule, language))
        assert label in printed
        assert 'Nomor 1497 Tahun 2025' in printed


TIMES = st.lists(
    st.integers(0, 60 * 24 * 40).map(
        lambda m: f'2026-{1 + m // 41760:02d}-{1 + m // 1440 % 29:02d}T{m // 60 % 24:02d}:{m % 60:02d}:00Z'
    ),
    min_size=5,
    max_size=5,
).filter(lambda times: not any(time.startswith('2026-02-29') for time in times))


@given(TIMES, st.booleans())
def test_whatever_the_times_are_met_says_what_they_say_and_the_document_is_canonical(
    times: list[str], works: bool
) -> None:
    recorded, received, *ends = sorted(times)
    assignment = {**SINGLE, 'recorded': recorded, 'received': received}
    found, rule = steps.steps(assignment, run(*ends), {**OFFICE, 'joint_leave_works': works}, WIB, {4: 'x'})
    canonical([found, rule])
    for before, step in zip(found, found[1:]):
        if step['finished']:
            assert step['finished'] >= (before['finished'] or '')
        if step['deadline'] and before['finished']:
            assert step['deadline'] > before['finished']
        assert step['met'] is (None if not step['finished'] else step['finished'] <= step['deadline'])
        assert (step['reason'] is not None) is (step['number'] == 4 and step['met'] is False)
