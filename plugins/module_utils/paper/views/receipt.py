# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The receipt (Tanda Terima): steps 5 and 6, and the hash of the report that was accepted. It closes the report.

The report itself is never touched again: it cannot tell of its own acceptance, which came after it.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views import parts, report_procedure
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import conclusion
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import BLANK, Words, local_date

Receipt = dict[str, Any]  # receipt.json: docs/schema/receipt.schema.json
Record = dict[str, Any]


def receipt(receipt: Receipt, record: Record, language: str) -> dict[str, Any]:
    """The document of `receipt` on the report of `record`."""
    say = Words(language, receipt.get('utc_offset_minutes') or 0)
    office = receipt.get('office') or record.get('office') or {}
    return model.document(
        'receipt',
        language,
        say('receipt.title'),
        _blocks(receipt, record, office, say),
        timestamp=receipt['accepted']['at'],
        subtitle=[say('receipt.subtitle', number=receipt['number']), parts.sop_line({'office': office}, say)],
        letterhead=parts.letterhead(office),
        date_line=parts.dated(office, receipt['accepted']['at'], say),
        foot=say('document.foot', number=receipt['number'], code=receipt['code']),
        page_words=parts.page_words(say),
        closing_seal=_seal(receipt, say),
    )


def _blocks(receipt: Receipt, record: Record, office: dict[str, Any], say: Words) -> list[model.Block]:
    return [
        model.paragraph(say('receipt.opening', number=receipt['number'])),
        model.facts(_facts(receipt, record, say)),
        *_steps(receipt, say),
        _documents(receipt, say),
        model.signatures(_signatures(receipt, record, office, say)),
        *report_procedure.copies_to(office, say),
    ]


def _steps(receipt: Receipt, say: Words) -> list[model.Block]:
    """Steps 5 and 6; a drill or a restore is policy and has none."""
    if not receipt['steps']:
        return []
    return [
        model.heading(say('receipt.steps'), 2),
        report_procedure.steps_table(receipt['steps'], say),
        *report_procedure.reasons(receipt['steps'], say),
        *report_procedure.rule(receipt.get('time_rule'), say),
    ]


def _facts(receipt: Receipt, record: Record, say: Words) -> parts.Facts:
    assignment = receipt.get('assignment') or record.get('assignment') or {}
    accepted = receipt['accepted']
    return [
        (say('document.register'), model.text(receipt['number'], strong=True)),
        (say('report.assignment'), report_procedure.numbered(assignment, say)),
        (say('receipt.report'), say('receipt.report_text', run=receipt['run'], day=say.day(record['run']['finished']))),
        (say('report.conclusion'), conclusion(record, say.language)),
        (say('report.officer'), say.person(assignment.get('officer'))),
        *parts.given(say('receipt.delivered'), receipt.get('delivered'), say.moment(receipt.get('delivered'))),
        (say('receipt.accepted'), say.moment(accepted['at'])),
        (say('receipt.accepted_by'), say.person(accepted['by'])),
        *parts.given(say('receipt.remark'), accepted.get('remark')),
    ]


def _documents(receipt: Receipt, say: Words) -> model.Block:
    """What was accepted, by its hash: a report that was changed later is not the one that was accepted."""
    reports = {name: digest for name, digest in receipt['documents'].items() if name.startswith('report.')}
    hashes = {'record.json': receipt['record_sha256'], **reports}
    rows: list[list[model.Cell]] = [[name, parts.paths(digest)] for name, digest in hashes.items()]
    return model.table([say('receipt.documents'), 'SHA-256'], rows, [30, 70], size='small')


def _signatures(receipt: Receipt, record: Record, office: dict[str, Any], say: Words) -> list[dict[str, Any]]:
    assignment = receipt.get('assignment') or record.get('assignment') or {}
    by = receipt['accepted']['by']
    place = parts.dated(office, receipt['accepted']['at'], say)
    role = by.get('position') or say.office(office.get('addressee') or BLANK)
    return [
        parts.signer(assignment.get('officer'), say, say('receipt.handed_over'), say('report.officer_sign')),
        parts.signer(by, say, place, f'{say("receipt.received")} {role}'),
    ]


def _seal(receipt: Receipt, say: Words) -> dict[str, Any]:
    from ansible_collections.rawat.website.plugins.module_utils.paper import seal as codes

    day = local_date(receipt['accepted']['at'], say.offset)
    lines = [
        say('document.no_signature'),
        say('document.check_number', code=receipt['code'], number=receipt['number']),
        say(
            'receipt.row',
            row=say.number(receipt.get('report_row')),
            version=receipt['collection_version'],
            operator=parts.operator({'operator': receipt.get('operator'), 'controller': BLANK}, say),
        ),
    ]
    text = codes.qr_text(receipt['number'], day, receipt['record_sha256'])
    return model.seal(receipt['number'], receipt['record_sha256'], receipt['code'], text, lines)
