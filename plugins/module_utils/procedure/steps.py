# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The six steps of the SOP as a state machine: start, finish, deadline, met or not, and why not.

The clock of a step starts when the one before it ends, so that waiting shows. A step is never finished before the one
before it has an outcome. `met` follows from the times alone: nothing that a run, an inventory or a person says can set
it. It speaks of time, not of success; how the work ended is the step's `outcome`.

The shape of a step and of `time_rule`, the rule by which the deadlines of a document were counted, is in
docs/schema/record.schema.json. Both are frozen with the document; `rule_text` puts the rule into words.
"""

from __future__ import annotations

import datetime

from ansible_collections.rawat.website.plugins.module_utils.procedure import workdays
from ansible_collections.rawat.website.plugins.module_utils.procedure.wording import rule_text
from ansible_collections.rawat.website.plugins.module_utils.procedure.workdays import CalendarError, NoCalendar, Rule

__all__ = ['STEPS', 'closing', 'rule_text', 'steps', 'tally']
# number: (name, actor, standard in working days)
STEPS: dict[int, tuple[str, str, int | None]] = {
    1: ('assignment', 'sub_coordinator', 1),
    2: ('database_backup', 'officer', 1),
    3: ('webroot_backup', 'officer', 1),
    4: ('report', 'officer', 1),
    5: ('hand_over', 'officer', 1),
    6: ('done', 'coordinator', None),
}
RUN_STEPS = (2, 3, 4)  # those of which a run knows times and outcome
DURING_PERIOD = (2, 3)  # those that are due at the end of a standing assignment's validity


def steps(
    assignment: dict,
    run_steps: list[dict],
    office: dict,
    utc_offset_minutes: int,
    reasons: dict[int, str] | None = None,
    kind: str | None = None,
) -> tuple[list[dict], dict]:
    """The six steps of a report and its `time_rule`; steps 5 and 6 are open: they happen after the report.

    `run_steps` are steps 2 to 4 as the run measured them ({number, outcome, started, finished}), `office` are settled
    settings, `reasons` say why a step was late ({number: text}; kept only where it was).
    With `kind` 'backup' and a standing assignment the run is one of many: steps 4 to 6 are left to the period's report.
    A year without a calendar (or with a broken one) gives no deadline and no answer; `time_rule` names it.
    """
    rule = workdays.rule_of(office, utc_offset_minutes)
    chain = _Chain(rule, reasons or {}, assignment['valid_until'] if assignment.get('mode') == 'standing' else None)
    one_of_many = chain.standing and kind == 'backup'
    known = {step['number']: step for step in run_steps if step['number'] in RUN_STEPS}
    chain.add(1, None, assignment.get('recorded'), assignment.get('received'), clock=assignment.get('recorded'))
    for number in RUN_STEPS:
        done = known.get(number) or {}
        started, finished = done.get('started'), done.get('finished')
        if done.get('outcome') and done['outcome'] != 'failed' and not finished:
            finished = started  # there was nothing to do, as at a site without a database
        chain.add(number, done.get('outcome'), started, finished, judged=number != 4 or not one_of_many)
    for number in (5, 6):
        chain.add(number, None, None, None, judged=not one_of_many)
    return chain.steps, chain.time_rule(office)


def closing(
    record: dict, delivered: str | None, accepted: str, reasons: dict[int, str] | None = None
) -> tuple[list[dict], dict]:
    """Steps 5 and 6 of a receipt and its `time_rule`: the report was `delivered` and `accepted` (UTC).

    Step 5 ends with the delivery where there was one that left a trace, else with the acceptance; step 6 with the
    acceptance. The deadline is the one that the report printed; only when it had none for want of a calendar is it
    counted now. ValueError for a record without steps.
    """
    office, offset = record['office'], record['run']['utc_offset_minutes']
    before = {step['number']: step for step in record['steps']}
    if not set(STEPS) <= set(before):
        raise ValueError(f'run {record["run"]["id"]} has no six steps: it was not made under an assignment')
    chain = _Chain(workdays.rule_of(office, offset), reasons or {}, None)
    chain.standing = record['time_rule']['standing']
    chain.previous = before[4]
    handed_over = delivered if delivered and delivered <= accepted else accepted
    chain.add(5, 'complete', before[4]['finished'], handed_over, deadline=before[5]['deadline'])
    chain.add(6, 'complete', handed_over, accepted)
    return chain.steps, chain.time_rule(office)


def tally(all_steps: list[dict]) -> dict[str, int]:
    """How many deadlines were met, of how many that could be judged: {met, judged}."""
    judged = [step['met'] for step in all_steps if step['met'] is not None]
    return {'met': sum(judged), 'judged': len(judged)}


class _Chain:
    """Steps in their order, each judged by the end of the one before."""

    def __init__(self, rule: Rule, reasons: dict[int, str], valid_until: str | None):
        self.rule = rule
        self.reasons = reasons
        self.valid_until = valid_until  # of a standing assignment; None: there is none
        self.standing = valid_until is not None
        self.previous: dict | None = None
        self.steps: list[dict] = []
        self.missing: dict[int, NoCalendar] = {}
        self.counted: list[tuple[datetime.date, datetime.date]] = []  # the days that were looked at, for each deadline

    def add(
        self,
        number: int,
        outcome: str | None,
        started: str | None,
        finished: str | None,
        *,
        clock: str | None = None,
        deadline: str | None = None,
        judged: bool = True,
    ) -> None:
        """`clock` and `deadline` stand where they do not follow from the step before; both are UTC."""
        name, actor, standard = STEPS[number]
        if not judged:
            standard = None
        if number > RUN_STEPS[0] and self.previous:
            finished = self._not_before(self.previous, finished)
        clock = clock or (self.previous or {}).get('finished')
        if deadline is None and standard is not None:
            deadline = self._due(number, standard, clock)
        elif deadline and clock:
            self._count(clock, deadline)
        met = None if deadline is None or finished is None else finished <= deadline
        step = {
            'number': number,
            'name': name,
            'actor': actor,
            'outcome': outcome,
            'started': started,
            'finished': finished,
            'standard_days': standard,
            'deadline': deadline,
            'met': met,
            'reason': self.reasons.get(number) if met is False else None,
        }
        self.steps.append(step)
        self.previous = step

    @staticmethod
    def _not_before(previous: dict, finished: str | None) -> str | None:
        """The work of step 3 may end before that of step 2 (on another host); the step itself then ends with step 2."""
        if previous['outcome'] is None or finished is None:
            return None if previous['outcome'] is None else finished
        return max(finished, previous['finished'] or finished)

    def _due(self, number: int, standard: int, clock: str | None) -> str | None:
        """The deadline of a step whose clock started then; None when it cannot be told.

        Under a standing assignment the work is due when its validity ends, and the clock of the report starts no
        earlier than that: a period's report cannot be written before the period is over.
        """
        if self.valid_until:
            end = workdays.close_of(datetime.date.fromisoformat(self.valid_until), self.rule)
            if number in DURING_PERIOD:
                return end
            if number == RUN_STEPS[-1] and clock:
                clock = max(clock, end)
        if clock is None:
            return None
        try:
            return self._count(clock, workdays.deadline(clock, standard, self.rule))
        except NoCalendar as missing:
            self.missing[missing.year] = missing
            return None

    def _count(self, clock: str, due: str) -> str:
        self.counted.append(
            (workdays.local_day(clock, self.rule) + workdays.ONE_DAY, workdays.local_day(due, self.rule))
        )
        return due

    def time_rule(self, office: dict) -> dict:
        """The rule by which these steps were judged, the calendars asked, and the holidays that moved a deadline."""
        years = {year for first, last in self.counted for year in range(first.year, last.year + 1)}
        calendars = [self._calendar(year) for year in sorted(years)]
        holidays = sorted({one for span in self.counted for one in workdays.holidays_between(*span, self.rule)})
        return {
            'days': 'working',
            'open': office['hours']['open'],
            'close': office['hours']['close'],
            'utc_offset_minutes': self.rule.utc_offset_minutes,
            'joint_leave_works': self.rule.joint_leave_works,
            'standing': self.standing,
            'holidays': [{'date': str(one.date), 'name': one.name, 'kind': one.kind} for one in holidays],
            'calendars': [calendar for calendar in calendars if calendar],
            'missing_years': sorted(self.missing),
            'broken_calendars': [str(one) for one in self.missing.values() if isinstance(one, CalendarError)],
        }

    def _calendar(self, year: int) -> dict | None:
        try:
            calendar = self.rule.calendar.year(year)
        except NoCalendar as missing:
            self.missing[year] = missing
            return None
        return {'year': year, 'decree': calendar.decree, 'status': calendar.status}
