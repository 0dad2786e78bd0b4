# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Buku register: every row of the register in its order, as a sheet of 25 columns and as a book to be printed.

Both are exports. What counts is register.jsonl; the hash of a row is that of its line there, which the next row names
as the previous one and which, of the last row, is the tip of the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.recap_words import unit
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words, local_date
from ansible_collections.rawat.website.plugins.module_utils.register.book import tip_of

HEADS = (
    'book.number', 'book.date', 'book.assignment_number', 'book.assignment_date', 'book.sites', 'book.report',
    'book.officer', 'book.database_files', 'book.database_hashes', 'book.webroot_files', 'book.webroot_hashes',
    'book.bytes', 'book.location', 'book.class', 'book.retention', 'book.drill', 'book.deadlines', 'book.status',
    'book.report_hash', 'book.accepted_date', 'book.accepted_by', 'book.physical', 'book.remarks', 'book.previous',
    'book.hash',
)  # fmt: skip
PAGE_HEADS = (
    'book.number', 'book.assignment_number', 'book.sites', 'book.officer', 'book.files', 'book.status',
    'book.accepted', 'book.class', 'book.remarks', 'book.hashes',
)  # fmt: skip
PAGE_WIDTHS = (12, 12, 15, 12, 22, 13, 13, 11, 16, 24)
KINDS = {
    'receipt': 'book.kind_receipt', 'returned': 'book.kind_returned', 'note': 'book.kind_note',
    'attachment': 'book.kind_attachment', 'hold': 'book.kind_hold', 'release': 'book.kind_release',
    'assignment': 'book.kind_assignment', 'recap': 'book.kind_recap',
}  # fmt: skip
SEPARATOR = '; '
SHOWN = 3  # files and sites of a report on a page of the book; the sheet has them all
Row = dict[str, Any]
Values = dict[str, Any]


def table(rows: Sequence[Row], language: str = 'id', utc_offset_minutes: int = 0) -> dict[str, Any]:
    """{title, heads, rows} for sheets: one line for each of the register's `rows`, 25 cells each."""
    say = Words(language, utc_offset_minutes)
    receipts = _receipts(rows)
    lines = []
    for row in rows:
        values = _values(row, receipts, say)
        lines.append([SEPARATOR.join(cell) if isinstance(cell, list) else cell for cell in map(values.get, HEADS)])
    return {'title': say('book.title').title(), 'heads': [say(key) for key in HEADS], 'rows': lines}


def _receipts(rows: Sequence[Row]) -> dict[str, Row]:
    return {row['number']: row for row in rows if row['kind'] == 'receipt'}


def _values(row: Row, receipts: dict[str, Row], say: Words) -> Values:
    """The cells of one row by the key of their head; lists where there are several."""
    is_report = row['kind'] == 'report'
    day = row.get('date') or local_date(row.get('time'), say.offset)
    common = {
        'book.number': row.get('number'), 'book.date': day, 'book.previous': row.get('previous'),
        'book.hash': tip_of([row]), 'book.class': row.get('archive_class'),
        'book.retention': row.get('retention_until'), 'book.physical': row.get('physical_location'),
        'book.report_hash': row.get('record_sha256'), 'book.remarks': remarks(row, say),
        'book.deadlines': _deadlines(row.get('deadlines'), say), 'book.bytes': row.get('bytes'),
        **_assignment(row), **_accepted(receipts.get(row['number']) if is_report else row, say),
    }  # fmt: skip
    return {**common, **_report(row, say)} if is_report else common


def _assignment(row: Row) -> Values:
    assignment = row.get('assignment') or {}
    return {'book.assignment_number': assignment.get('number'), 'book.assignment_date': assignment.get('date')}


def _accepted(row: Row | None, say: Words) -> Values:
    if not row or row['kind'] != 'receipt':
        return {}
    return {
        'book.accepted_date': local_date(row.get('time'), say.offset),
        'book.accepted_by': (row.get('accepted_by') or {}).get('name'),
    }


def _deadlines(deadlines: dict[str, int] | None, say: Words) -> str | None:
    return say('book.of', **{key: deadlines[key] for key in ('met', 'judged')}) if deadlines else None


def _report(row: Row, say: Words) -> Values:
    sites = row.get('sites') or []
    places = [f'{site["repository"]["store"]} {site["repository"]["location"]}' for site in sites if site['repository']]
    return {
        'book.sites': [f'{site["site"]} ({site["host"]})' for site in sites],
        'book.report': row.get('run'),
        'book.officer': row.get('officer'),
        **_files('database', sites),
        **_files('webroot', sites),
        'book.location': list(dict.fromkeys(places)),
        'book.drill': [_drill(site, say) for site in sites if site.get('drill')],
        'book.status': say.named(row.get('status'), 'outcome'),
    }


def _files(kind: str, sites: Sequence[Row]) -> Values:
    parts = [(site['site'], part) for site in sites for part in site[f'{kind}s'] if part.get('file')]
    return {
        f'book.{kind}_files': [f'{name}/{part["file"]}' for name, part in parts],
        f'book.{kind}_hashes': [part.get('sha256') or formats.NOTHING for _name, part in parts],
    }


def _drill(site: Row, say: Words) -> str:
    drill = site['drill']
    return f'{site["site"]}: {drill["grade"]}, RTO {say.duration(drill.get("rto_milliseconds"))}'


def remarks(row: Row, say: Words) -> str:
    """What a row says beside its columns: corrections stand as 'koreksi atas 0005/BKP/2026: …', as on paper."""
    if row['kind'] == 'report':
        return ''
    if row['kind'] == 'pruned':
        count = sum(len(place['points']) for site in row['sites'] for place in site['places'])
        return say('book.kind_pruned', count=say.number(count), run=row['run'])
    if row['kind'] in ('hold', 'release') and row.get('site'):
        what = '/'.join(filter(None, (row['site'], row.get('point'))))
        key = 'book.kind_hold_site' if row['kind'] == 'hold' else 'book.kind_release_site'
        return f'{say(key, what=what)}: {row.get("reason")}'
    values = {'month': row.get('month')} if row['kind'] == 'recap' else {'number': row.get('number')}
    words = say(KINDS[row['kind']], **values) if row['kind'] in KINDS else row['kind']
    free = [row.get(key) for key in ('text', 'reason', 'file', 'description')]
    free += [say('book.replaces', former=row['replaces'])] if row.get('replaces') else []
    told = SEPARATOR.join(str(text) for text in free if text)
    return f'{words}: {told}' if told else words


def book(rows: Sequence[Row], office: dict[str, Any], language: str, utc_offset_minutes: int = 0) -> dict[str, Any]:
    """The document: the same rows, ten columns of what belongs together."""
    say = Words(language, utc_offset_minutes)
    receipts = _receipts(rows)
    tip = tip_of(list(rows))
    lines = [_page_row(_values(row, receipts, say), say) for row in rows]
    heads = [say(key) for key in PAGE_HEADS]
    found = model.table(heads, lines, PAGE_WIDTHS, 'small') if rows else model.paragraph(say('book.empty'))
    return model.document(
        'book', language, say('book.title'), [found],
        subtitle=[unit(office), say('book.subtitle', count=say.number(len(rows)), tip=tip)],
        timestamp=rows[-1]['time'] if rows else '1970-01-01T00:00:00Z', foot=say('book.foot', tip=tip[:16]),
        page_words=(say('recap.page'), say('recap.page_of')), orientation='landscape',
    )  # fmt: skip


def _page_row(values: Values, say: Words) -> list[model.Cell]:
    get = values.get
    names = [*(get('book.database_files') or []), *(get('book.webroot_files') or [])]
    hashes = [*(get('book.database_hashes') or []), *(get('book.webroot_hashes') or [])]
    files: list[str | model.Span] = []
    for name, digest in list(zip(names, hashes))[:SHOWN]:
        files += [name, _hash(digest)]
    files += _more(names, say)
    sites = get('book.sites') or []
    state = [get('book.status'), *(get('book.drill') or [])[:SHOWN], get('book.deadlines')]
    return [
        _lines(get('book.number'), say.date(get('book.date'))),
        _lines(get('book.assignment_number'), _date(get('book.assignment_date'), say)),
        [*sites[:SHOWN], *_more(sites, say)] or '',
        _lines(get('book.officer'), get('book.report')),
        [*files, *_lines(say.size(get('book.bytes')) if names else None, *(get('book.location') or [])[:SHOWN])] or '',
        _lines(*state),
        _lines(_date(get('book.accepted_date'), say), get('book.accepted_by')),
        _lines(get('book.class'), _date(get('book.retention'), say), get('book.physical')),
        get('book.remarks') or '',
        [_hash(get(key)) for key in ('book.report_hash', 'book.previous', 'book.hash') if get(key)],
    ]


def _more(items: Sequence[str], say: Words) -> list[str]:
    return [say('summary.more_causes', count=len(items) - SHOWN)] if len(items) > SHOWN else []


def _lines(*texts: str | None) -> list[str]:
    return [text for text in texts if text]


def _date(value: str | None, say: Words) -> str | None:
    return say.date(value) if value else None


def _hash(value: str | None) -> model.Span:
    return model.text(value, mono=True, small=True)
