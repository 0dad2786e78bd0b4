# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers of removable media: a sheet of labels, and the stock-take list with its lines for custody.

`found` is what custody.overview returns: the media of the inventory with what the register says of each.
"""

from __future__ import annotations

import datetime
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.media import settings
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import dated, letterhead, page_words
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import BLANK, Words

CUSTODY_LINES = 8  # empty ones, for pens
SPACE = '\u00a0'  # a line of nothing: pens need twice the height of print
HEADS = ('report.number', 'export.medium', 'export.number', 'mediasheet.expected', 'mediasheet.there',
         'mediasheet.condition')  # fmt: skip
CUSTODY_HEADS = ('mediasheet.date', 'export.medium', 'mediasheet.purpose', 'mediasheet.handed', 'mediasheet.received')
Medium = dict[str, Any]


def labels(found: dict[str, Any], office: dict[str, Any], language: str, timestamp: str, offset: int) -> dict[str, Any]:
    """One label for each medium: what it is, whose it is, until when it may be used, and where to read on."""
    say = Words(language, offset)
    items = [_label(medium, office, say) for medium in found['media']]
    blocks = [model.paragraph(say('mediasheet.note'), 'note'), model.labels(items)]
    return model.document('labels', language, say('mediasheet.labels'), blocks, timestamp=timestamp,
                          page_words=page_words(say))  # fmt: skip


def _label(medium: Medium, office: dict[str, Any], say: Words) -> dict[str, Any]:
    facts = [
        (say('mediasheet.set'), medium.get('set') or BLANK),
        (say('export.number'), medium.get('inventory_number') or BLANK),
        (say('export.serial'), medium.get('serial') or BLANK),
        (say('export.uuid'), medium['uuid']),
        (say('mediasheet.since'), say.date(medium.get('in_use_since')) if medium.get('in_use_since') else BLANK),
        (say('mediasheet.replace'), _replace_before(medium, say)),
        (say('mediasheet.secret'), '; '.join(office.get('letterhead') or []) or BLANK),
    ]
    lines = [f'{label}: {value}' for label, value in facts] + [say('mediasheet.restore')]
    return model.label(medium['label'], lines, f'RAWATMEDIA1|{medium["label"]}|{medium["uuid"]}')


def _replace_before(medium: Medium, say: Words) -> str:
    begun = settings.since(medium)
    if begun is None:
        return BLANK
    year = begun.year + int(medium.get('max_age_years') or 0)
    try:
        return say.date(begun.replace(year=year).isoformat())
    except ValueError:  # the 29th of February
        return say.date(datetime.date(year, 3, 1).isoformat())


def checklist(
    found: dict[str, Any], office: dict[str, Any], language: str, timestamp: str, offset: int
) -> dict[str, Any]:
    """The stock-take list: every medium with where it should be, room for a tick, and lines for who takes one."""
    say = Words(language, offset)
    rows = [_row(number, medium) for number, medium in enumerate(found['media'], 1)]
    empty: list[list[model.Cell]] = [[[SPACE, SPACE], '', '', '', ''] for _line in range(CUSTODY_LINES)]
    place = dated(office, timestamp, say)
    blocks = [
        model.paragraph(say('mediasheet.how'), 'note'),
        model.table([say(head) for head in HEADS], rows, [5, 15, 20, 30, 8, 22]),
        model.heading(say('mediasheet.custody')),
        model.table([say(head) for head in CUSTODY_HEADS], empty, [14, 16, 30, 20, 20]),
        model.signatures([
            model.signature(say('mediasheet.known_by'), BLANK),
            model.signature(say('mediasheet.checked_by'), BLANK, place=place),
        ]),
    ]  # fmt: skip
    return model.document('checklist', language, say('mediasheet.checklist'), blocks, timestamp=timestamp,
                          letterhead=letterhead(office) if office.get('letterhead') else None,
                          page_words=page_words(say))  # fmt: skip


def _row(number: int, medium: Medium) -> list[model.Cell]:
    now = medium['state']
    where = ', '.join(text for text in (now['holder'], now['where']) if text) or BLANK
    identity = [model.text(medium['label'], strong=True), model.text(medium['uuid'], small=True)]
    return [str(number), identity, medium.get('inventory_number') or BLANK, where, '[   ]', '']
