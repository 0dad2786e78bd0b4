# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The annotated disposition sheet: what was ordered, and beside it what came of it.

The SOP's step 2 has "disposisi" for its output: this sheet is it, with the result of each step and room for initials.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views import parts, report_procedure
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import BLANK, Words

Record = dict[str, Any]
ROOM = '\u00a0'  # a line of nothing: a pen needs two
MACHINE_STEPS = (2, 3, 4)  # those that the machine did or drew: it initials them itself


def disposition(record: Record, language: str) -> dict[str, Any]:
    """The sheet of a run under an assignment. Raises ValueError for a record without one."""
    assignment = record.get('assignment')
    if not assignment:
        raise ValueError(f'run {record["run"]["id"]} has no assignment: there is no disposition sheet of it')
    say = Words.of(record, language)
    seal, office = parts.seal(record, say), record.get('office')
    return model.document(
        'disposition',
        language,
        say('sheet.title'),
        _blocks(record, say),
        timestamp=record['run']['finished'],
        subtitle=[parts.sop_line(record, say)],
        letterhead=parts.letterhead(office),
        foot=parts.foot(record, say, seal['code']),
        page_words=parts.page_words(say),
        closing_seal=seal,
    )


def _blocks(record: Record, say: Words) -> list[model.Block]:
    assignment = record['assignment']
    number = parts.register_number(record)
    facts = report_procedure.assignment_facts(record, say)
    facts += parts.given(say('document.recorded'), assignment.get('recorded'), say.moment(assignment.get('recorded')))
    facts += parts.given(say('document.received'), assignment.get('received'), say.moment(assignment.get('received')))
    facts.append((say('document.register'), number or say('document.in_period')))
    return [
        *report_procedure.emergency(record, say),
        model.facts(facts),
        _sites(record, say),
        _steps(record, say),
        model.paragraph(say('sheet.initial_note'), 'note'),
        model.signatures(_signatures(assignment, record, say)),
    ]


def _sites(record: Record, say: Words) -> model.Block:
    keys = ('report.number', 'report.site', 'report.point', 'report.status')
    rows: list[list[model.Cell]] = [
        [str(number), model.text(site['site'], strong=True), site.get('recovery_point') or say('report.none_made'),
         say.status(site['outcome'])]
        for number, site in enumerate(record['sites'], 1)
    ]  # fmt: skip
    return model.table([say(key) for key in keys], rows, [5, 35, 35, 25], size='small')


def _steps(record: Record, say: Words) -> model.Block:
    heads = [say('steps.number'), say('steps.activity'), say('steps.finished'), say('report.result'),
             say('sheet.machine'), say('sheet.initial')]  # fmt: skip
    rows = [_step(step, say) for step in record['steps']]
    return model.table(heads, rows, [5, 33, 14, 18, 15, 15], size='small')


def _step(step: dict[str, Any], say: Words) -> list[model.Cell]:
    by_machine = step['number'] in MACHINE_STEPS and step.get('finished')
    return [
        str(step['number']),
        say.named(step['name'], 'activity'),
        say.short(step['finished']) if step.get('finished') else BLANK,
        say.status(step['outcome']) if step.get('outcome') else NOTHING,
        model.text('rawat', mono=True) if by_machine else NOTHING,
        [ROOM, ROOM],
    ]


def _signatures(assignment: dict[str, Any], record: Record, say: Words) -> list[dict[str, Any]]:
    place = parts.dated(record.get('office'), record['run']['finished'], say)
    return [
        parts.signer(assignment.get('assigner'), say, ROOM, say('sheet.assigner')),
        parts.signer(assignment.get('officer'), say, place, say('report.officer_sign')),
    ]
