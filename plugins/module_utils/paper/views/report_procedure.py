# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts A and B of a report: on whose word the work was done, and the steps with their times."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import kind_of
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import (
    Facts,
    given,
    in_procedure,
    register_number,
)
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import BLANK, Words

Step = dict[str, Any]
NAMED_SITES = 6  # more assigned sites than this are counted; part C names each of them


def basis(record: dict[str, Any], say: Words) -> list[model.Block]:
    """Part A: the assignment, who gave it, who has it, and which run this is."""
    run = record['run']
    rows = assignment_facts(record, say) if record.get('assignment') else [_without(say)]
    rows += _register(record, say)
    rows += [(say('report.run'), str(run['id'])), (say('report.time'), say.between(run['started'], run['finished']))]
    if not in_procedure(record):  # the seal says so, too; the letter is to stay on one page
        rows.append((say('report.tool'), _tool(run, say)))
    return [model.heading(f'A. {say("report.basis")}'), model.facts(rows)]


def _tool(run: dict[str, Any], say: Words) -> str:
    return say('report.tool_text', version=run['collection_version'], controller=run['controller'])


def _without(say: Words) -> tuple[str, model.Cell]:
    return say('report.assignment'), say('report.no_assignment')


def assignment_facts(record: dict[str, Any], say: Words) -> Facts:
    """Everything that the assignment says."""
    assignment = record['assignment']
    scan = assignment.get('scan')
    return [
        (say('report.assignment'), numbered(assignment, say)),
        *given(say('document.instruction'), assignment.get('instruction')),
        *given(say('report.mode'), assignment.get('mode'), say.named(assignment.get('mode'), 'mode')),
        *given(say('document.reason'), assignment.get('reason')),
        *given(say('document.valid_from'), assignment.get('valid_from'), say.date(assignment.get('valid_from'))),
        *given(say('report.valid_until'), assignment.get('valid_until'), say.date(assignment.get('valid_until'))),
        *_people(assignment, say),
        *given(say('document.assigned_sites'), assigned_sites(assignment, say)),
        *([(say('document.scan'), _scan(scan))] if scan else []),
    ]


def numbered(assignment: dict[str, Any], say: Words) -> str:
    """Number and date of the disposition; an emergency may still lack both, and then says so."""
    if not assignment.get('number'):
        return say('document.no_number')
    return say('report.assignment_text', number=assignment['number'], date=say.date(assignment.get('date')))


def assigned_sites(assignment: dict[str, Any], say: Words) -> str:
    """The assigned sites by name, or how many where a line would not hold them; empty when all were meant."""
    sites = assignment.get('sites') or []
    return ', '.join(sites) if len(sites) <= NAMED_SITES else say('document.sites_count', count=say.number(len(sites)))


def _people(assignment: dict[str, Any], say: Words) -> Facts:
    return [
        (say(label), say.person(assignment[key]))
        for label, key in (('report.assigner', 'assigner'), ('report.officer', 'officer'))
        if assignment.get(key)
    ]


def _scan(scan: dict[str, Any]) -> model.Cell:
    return [model.text(scan['name']), model.text(f'SHA-256 {scan["sha256"]}', mono=True, small=True)]


def _register(record: dict[str, Any], say: Words) -> Facts:
    if not in_procedure(record):
        return []
    number = register_number(record)
    if not number:
        return [(say('document.register'), say('document.in_period'))]
    archive_class = record['office'].get('archive_class') or BLANK
    words = say('document.register_text', number=number, archive_class=archive_class)
    return [(say('document.register'), model.text(words, strong=True))]


def emergency(record: dict[str, Any], say: Words) -> list[model.Block]:
    """The flag of a run that was started before its paper existed."""
    assignment = record.get('assignment') or {}
    if assignment.get('mode') != 'emergency':
        return []
    words = say('document.emergency', reason=assignment.get('reason') or BLANK)
    complete = '' if assignment.get('number') else f' {say("document.emergency_incomplete")}'
    return [model.paragraph(words + complete, 'cause')]


def steps(record: dict[str, Any], say: Words) -> list[model.Block]:
    """Part B: under the SOP six steps with deadlines and the rule behind them, otherwise what was done and when."""
    found = record['steps']
    if not any('deadline' in step for step in found):
        return _plain_steps(record, say)
    return [
        model.heading(f'B. {say("document.steps")}'),
        steps_table(found, say),
        *reasons(found, say),
        *rule(record.get('time_rule'), say),
        model.paragraph(say('document.steps_note'), 'note'),
    ]


def _plain_steps(record: dict[str, Any], say: Words) -> list[model.Block]:
    backup = kind_of(record) == 'backup'
    keys = ('report.number', 'report.activity', 'report.started', 'report.finished', 'report.result')
    rows: list[list[model.Cell]] = [
        [str(step['number']), say.named(step['name'], 'activity'), say.moment(step.get('started')),
         say.moment(step.get('finished')), say.status(step.get('outcome'))]
        for step in record['steps']
    ]  # fmt: skip
    title = say('report.steps') if backup else say('report.work')
    table = model.table([say(key) for key in keys], rows, [5, 35, 20, 20, 20], size='small')
    note = [model.paragraph(say('report.steps_note'), 'note')] if backup else []
    return [model.heading(f'B. {title}'), table, *note]


def steps_table(found: list[Step], say: Words) -> model.Block:
    """The steps as the SOP's own table has them: activity, actor, start, finish, standard, deadline, met."""
    keys = (
        'steps.number',
        'steps.activity',
        'steps.actor',
        'steps.started',
        'steps.finished',
        'steps.standard',
        'steps.deadline',
        'steps.met',
    )
    heads = [say(key) for key in keys]
    rows = [_step(step, say) for step in found]
    return model.table(heads, rows, [4, 27, 13, 12, 12, 8, 12, 12], size='small')


def _step(step: Step, say: Words) -> list[model.Cell]:
    outcome = step.get('outcome')
    result = [model.text(f'{say("report.result")}: {say.named(outcome, "outcome")}', small=True)] if outcome else []
    days = step.get('standard_days')
    return [
        str(step['number']),
        [model.text(say.named(step['name'], 'activity')), *result],
        say.named(step.get('actor'), 'actor'),
        say.short(step['started']) if step.get('started') else BLANK,
        say.short(step['finished']) if step.get('finished') else BLANK,
        say('document.standard_days', count=days) if days else NOTHING,
        say.short(step.get('deadline')),
        model.text(say.named(_met(step), 'met'), strong=True),
    ]


def _met(step: Step) -> str:
    """In one word whether a step kept its time; what cannot be told is never a yes."""
    if step.get('met') is not None:
        return 'yes' if step['met'] else 'no'
    if not step.get('standard_days'):
        return 'none'
    return 'unknown' if step.get('finished') else 'pending'


def reasons(found: list[Step], say: Words) -> list[model.Block]:
    """Every step that missed its time answers for it, or visibly does not."""
    late = [step for step in found if step.get('met') is False]
    return [
        model.paragraph(
            [
                model.text(say('document.late', number=step['number']) + ' ', strong=True),
                model.text(step.get('reason') or say('document.no_reason')),
            ],
            'small',
        )
        for step in late
    ]


def rule(time_rule: dict[str, Any] | None, say: Words) -> list[model.Block]:
    """The rule by which deadlines were counted, with the holidays that moved them."""
    if not time_rule:
        return []
    # The rule and its words have one home; it is not needed by runs outside of the SOP.
    from ansible_collections.rawat.website.plugins.module_utils.procedure.wording import rule_text

    return [model.paragraph(' '.join(rule_text(time_rule, say.language)), 'note')]


def copies_to(office: dict[str, Any], say: Words) -> list[model.Block]:
    """Who gets a copy (Tembusan)."""
    copies = office.get('copies')
    if not copies:
        return []
    return [model.paragraph(f'{say("document.copies_to")}: {"; ".join(say.office(copy) for copy in copies)}', 'small')]
