# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Daftar usul musnah: papers of which the retention has ended. A proposal to be signed; nothing is destroyed by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import signer
from ansible_collections.rawat.website.plugins.module_utils.paper.views.recap_words import month_name, unit
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words
from ansible_collections.rawat.website.plugins.module_utils.register import entries

HEADS = (
    'recap.column_number', 'book.number', 'destruction.what', 'book.date', 'book.sites', 'book.class', 'book.retention',
    'destruction.files', 'book.physical', 'book.remarks',
)  # fmt: skip
WIDTHS = (4, 12, 13, 12, 16, 12, 12, 18, 14, 14)
SHOWN = 3  # sites of a report that are named
Entry = dict[str, Any]


def proposed(rows: Sequence[dict[str, Any]], today: str) -> list[Entry]:
    """What may be proposed on `today` ('YYYY-MM-DD'): past its retention and not held, in the order of the register.

    Each: {kind report|recap, number, month, date, sites, archive_class, retention_until, physical_location, folder,
    documents (how many), accepted, proposed_on}. The last day of the retention itself is still kept.
    """
    reports = {entry['report']['row']: entry for entry in entries.fold(list(rows))}
    due = [row for row in rows if row['kind'] in ('report', 'recap') and row.get('retention_until')]
    due = [row for row in due if row['retention_until'] < today]
    return [
        _entry(row, reports.get(row['row']), today)
        for row in due
        if row['row'] not in reports or not reports[row['row']]['held']
    ]


def _entry(row: dict[str, Any], folded: dict[str, Any] | None, today: str) -> Entry:
    return {
        **{key: row.get(key) for key in ('kind', 'number', 'month', 'archive_class', 'retention_until', 'folder')},
        'physical_location': row.get('physical_location'),
        'date': row.get('date') or row['time'][:10],
        'sites': [site['site'] for site in row.get('sites') or []],
        'documents': len(row.get('documents') or {}) + len((folded or {}).get('attachments') or []),
        'accepted': folded['state'] == 'accepted' if folded else None,
        'proposed_on': today,
    }


def destruction(entries: Sequence[Entry], office: dict[str, Any], language: str, today: str = '') -> dict[str, Any]:
    """The document of such entries; `today` where there are none that say it."""
    say = Words(language)
    day = entries[0]['proposed_on'] if entries else today
    return model.document(
        'destruction', language, say('destruction.title'),
        [model.paragraph(say('destruction.lead')), *_table(entries, say), *_closing(office, day, say)],
        subtitle=[unit(office), say('destruction.subtitle', date=say.date(day))],
        timestamp=f'{day or "1970-01-01"}T00:00:00Z', foot=say('destruction.foot', date=say.date(day)),
        page_words=(say('recap.page'), say('recap.page_of')), orientation='landscape',
    )  # fmt: skip


def _table(entries: Sequence[Entry], say: Words) -> list[model.Block]:
    if not entries:
        return [model.paragraph(say('destruction.none'), 'lead')]
    rows = [_row(index, entry, say) for index, entry in enumerate(entries, 1)]
    return [
        model.table([say(key) for key in HEADS], rows, WIDTHS, 'small', 'rlllllllll'),
        model.paragraph(say('destruction.total', count=say.number(len(entries)))),
    ]


def _row(index: int, entry: Entry, say: Words) -> list[model.Cell]:
    is_recap = entry['kind'] == 'recap'
    month = month_name(entry['month'], say.language) if is_recap else ''
    more = [say('summary.more_causes', count=len(entry['sites']) - SHOWN)] if len(entry['sites']) > SHOWN else []
    return [
        str(index),
        entry['number'] or formats.NOTHING,
        say('destruction.recap', month=month) if is_recap else say('destruction.report'),
        say.date(entry['date']),
        [*entry['sites'][:SHOWN], *more] or formats.NOTHING,
        entry['archive_class'] or formats.NOTHING,
        say.date(entry['retention_until']),
        [say.number(entry['documents']), model.text(entry['folder'], mono=True, small=True)],
        entry['physical_location'] or '………………',
        say('destruction.not_accepted') if entry['accepted'] is False else '',
    ]


def _closing(office: dict[str, Any], day: str, say: Words) -> list[model.Block]:
    place = f'{office["city"]}, {say.date(day)}'
    people = [
        signer(None, say, place if role == 'destruction.approver' else '', say(role))
        for role in ('destruction.proposer', 'destruction.archivist', 'destruction.approver')
    ]
    return [
        model.paragraph(say('destruction.policy', **office['retention_years']), 'small'),
        model.signatures(people),
    ]
