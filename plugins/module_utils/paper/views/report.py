# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run as a document: in the office's layout under the SOP, plain otherwise.

A view of the record and of nothing else: the same record and language give the same document at any time.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views import (
    parts,
    report_annex,
    report_period,
    report_procedure,
    report_sites,
)
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import (
    conclusion,
    drill_conclusion,
    kind_of,
    problems,
)
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import BLANK, Words

Record = dict[str, Any]
Blocks = list[model.Block]


def report(record: Record, language: str) -> dict[str, Any]:
    """The report on `record` (schema 1) in `language` ('id' or 'en'). Raises ValueError for another language."""
    say = Words.of(record, language)
    official = parts.in_procedure(record)
    seal = parts.seal(record, say)
    return model.document(
        'report',
        language,
        say('report.title'),
        _blocks(record, say, official),
        timestamp=record['run']['finished'],
        subtitle=_subtitle(record, say),
        letterhead=parts.letterhead(record.get('office')) if official else None,
        head=_head(record, say) if official else (),
        date_line=parts.dated(record['office'], record['run']['finished'], say) if official else '',
        recipient=[say('document.to', addressee=_addressee(record, say))] if official else (),
        foot=parts.foot(record, say, seal['code']),
        page_words=parts.page_words(say),
        closing_seal=seal,
    )


def _subtitle(record: Record, say: Words) -> list[str]:
    sop = (record.get('office') or {}).get('sop') or {}
    name = [say('document.sop_name', name=say.office(sop['name']))] if sop.get('name') else []
    return [say.named(kind_of(record), 'subject'), *name, parts.sop_line(record, say)]


def _addressee(record: Record, say: Words) -> str:
    return say.office(record['office'].get('addressee') or BLANK)


def _head(record: Record, say: Words) -> list[tuple[str, model.Cell]]:
    """Number, nature, enclosures, subject. A letter's number is given by the registry, never by us."""
    office = record['office']
    return [
        (say('head.number'), office.get('letter_number') or BLANK + BLANK),
        (say('head.nature'), say.office(office.get('nature') or BLANK)),
        (say('head.enclosures'), say('document.enclosures', count=say.counted(len(_enclosures(record, say))))),
        (say('head.subject'), model.text(_subject(record, say), strong=True)),
    ]


def _subject(record: Record, say: Words) -> str:
    """The matter of the letter: the SOP's own name for what it orders; a drill or a restore is called what it is."""
    name = (record['office'].get('sop') or {}).get('name')
    if name and kind_of(record) in ('backup', 'period'):
        return say('document.subject', name=say.office(name))
    return f'{say("report.title")}: {say.named(kind_of(record), "subject")}'


def _blocks(record: Record, say: Words, official: bool) -> Blocks:
    return [
        *_opening(record, say),
        *report_procedure.basis(record, say),
        *report_procedure.steps(record, say),
        model.heading(f'C. {say("report.summary")}'),
        *(report_period.summary(record, say) if record.get('period') else []),
        *report_sites.summary(record, say, official),
        *_problems(record, say, official),
        *_remarks(record, say),
        *(_enclosed(record, say) if official else []),
        model.signatures(_signatures(record, say)),
        *(report_procedure.copies_to(record['office'], say) if official else []),
        model.landscape(),
        model.heading(f'{"" if official else "E. "}{say("report.annex")}'),
        *report_period.annex(record, say),
        *report_annex.annex(record, say),
    ]


def _opening(record: Record, say: Words) -> Blocks:
    """What nobody may overlook: a run that died, an emergency; then the outcome in one sentence."""
    died = record['run'].get('died')
    stopped = [model.paragraph(say('report.died', how=say.named(died, 'died')), 'cause')] if died else []
    found = [conclusion(record, say.language), drill_conclusion(record, say.language)]
    words = [model.text(f'{say("report.conclusion")}: ', strong=True), model.text(' '.join(filter(None, found)))]
    return [*stopped, *report_procedure.emergency(record, say), model.paragraph(words, 'lead')]


def _problems(record: Record, say: Words, official: bool) -> Blocks:
    found = problems(record, say.language)
    title = say('document.problems') if official else say('report.problems')
    if not found:
        return [model.heading(f'D. {title}'), model.paragraph(say('report.no_problems'))]
    keys = ['report.number', 'report.site', 'report.kind', 'report.description']
    widths = [5, 22, 13, 60]
    if official:
        keys += ['report.follow_up', 'report.owner', 'report.due']
        widths = [4, 22, 10, 27, 17, 12, 8]
    rows = [_problem(number, problem, say, official) for number, problem in enumerate(found, 1)]
    table = model.table([say(key) for key in keys], rows, widths, size='small')
    return [model.heading(f'D. {title}'), table]


def _problem(number: int, problem: dict[str, str], say: Words, official: bool) -> list[model.Cell]:
    """Follow-up is a proposal; who does it by when is decided by people, so the due date is theirs to write."""
    site = [model.text(problem['site'], strong=True), model.text(problem['host'], small=True)]
    kind = model.text(problem['kind'], strong=problem['rank'] == 'problem')
    row: list[model.Cell] = [str(number), site, kind, problem['text']]
    return [*row, problem['follow_up'], say('actor.owner'), '…………'] if official else row


def _remarks(record: Record, say: Words) -> Blocks:
    """The officer's own words, kept apart from what machines found."""
    found = record.get('officer_remarks') or []
    if not found:
        return []
    label = model.text(f'{say("document.officer_remarks")}: ', strong=True)
    if len(found) == 1:
        return [model.paragraph([label, model.text(found[0])])]
    return [model.paragraph([label]), model.bullets(found)]


def _enclosures(record: Record, say: Words) -> list[model.Cell]:
    scan = (record.get('assignment') or {}).get('scan')
    scanned = [say('document.annex_scan', name=scan['name'])] if scan else []
    return [say('document.annex_details'), *scanned, say('document.annex_record')]


def _enclosed(record: Record, say: Words) -> Blocks:
    return [model.heading(f'E. {say("document.annexes")}'), model.bullets(_enclosures(record, say), ordered=True)]


def _signatures(record: Record, say: Words) -> list[dict[str, Any]]:
    assignment, office = record.get('assignment') or {}, record.get('office')
    receiver = say.office(office['addressee']) if office else say('report.sub_coordinator')
    place = parts.dated(office, record['run']['finished'], say) if office else ''
    received = [say('report.received_on')]
    return [
        parts.signer(assignment.get('assigner'), say, say('report.received'), receiver, received),
        parts.signer(assignment.get('officer'), say, place, say('report.officer_sign')),
    ]
