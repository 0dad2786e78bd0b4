# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has a medium, where it lies, what was written to it: rows of the register, so of the one chain of the office.

A row of kind 'medium' has no number. Nothing is ever changed: who has a medium is what its newest rows say. Runs on the
controller only, where the filing is.
"""

from __future__ import annotations

import datetime
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.media.settings import ROTATIONS, Medium, since
from ansible_collections.rawat.website.plugins.module_utils.procedure.operator import operator
from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError, writing

KIND = 'medium'  # of the register's rows
EXPORT, TAKE, RETURN = 'export', 'take', 'return'  # what happened
DAYS_A_YEAR = 365.25
FULL_PERCENT = 90  # a medium with more than that in use needs a look
Row = dict[str, Any]


def exported(filing: str, entries: list[Row], run: str) -> Row:
    """Enter one export, of the sites in `entries` (the record's, each with `export`). RegisterError."""
    told = entries[0]['export']
    points = [
        {'site': entry['site'], 'recovery_point': entry['recovery_point'],
         'sums_sha256': entry['export']['sums_sha256'], 'bytes': entry['export']['bytes']}
        for entry in entries
    ]  # fmt: skip
    medium = told['medium'] or {}
    return _enter(filing, EXPORT, medium, run=run, sites=points, host=told['host'], directory=told['directory'],
                  free_bytes=told.get('free_bytes'), size_bytes=told.get('size_bytes'))  # fmt: skip


def take(filing: str, medium: Medium, by: str, where: str, note: str = '') -> Row:
    """Somebody takes a medium to a place; returns the row. RegisterError, also for words that say nothing."""
    return _enter(filing, TAKE, medium, by=_said(by, '--by'), where=_said(where, '--where'), note=note.strip())


def give_back(filing: str, medium: Medium, by: str, where: str, note: str = '') -> Row:
    """A medium is back at its place; RegisterError when nobody had taken it."""
    if not state(Register(filing).rows(), medium)['holder']:
        raise RegisterError(f'medium {medium["label"]} was not taken: there is nothing to return')
    return _enter(filing, RETURN, medium, by=_said(by, '--by'), where=_said(where, '--where'), note=note.strip())


def _enter(filing: str, action: str, medium: Medium, **facts: Any) -> Row:
    row = {'kind': KIND, 'number': None, 'action': action, 'medium': medium.get('label'), 'uuid': medium.get('uuid')}
    with writing(filing) as book:
        return dict(book.append({**row, **facts, 'operator': operator()}))


def _said(text: str, option: str) -> str:
    if not text.strip():
        raise RegisterError(f'{option} needs words: the custody log keeps who has a medium, and where')
    return text.strip()


def rows_of(rows: list[Row], medium: Medium) -> list[Row]:
    """What the register says of a medium, oldest first; a medium is its file system, labels may change."""
    return [row for row in rows if row.get('kind') == KIND and row.get('uuid') == medium['uuid']]


def state(rows: list[Row], medium: Medium) -> Row:
    """{holder, where, since (who has it), exported (UTC), sites, free_bytes, size_bytes, rows} of one medium."""
    own = rows_of(rows, medium)
    moved = next((row for row in reversed(own) if row['action'] in (TAKE, RETURN)), {})
    written = next((row for row in reversed(own) if row['action'] == EXPORT), {})
    return {
        'holder': moved.get('by') if moved.get('action') == TAKE else None,
        'where': moved.get('where'),
        'since': moved.get('time'),
        'exported': written.get('time'),
        'sites': written.get('sites') or [],
        'free_bytes': written.get('free_bytes'),
        'size_bytes': written.get('size_bytes'),
        'rows': len(own),
    }


def overview(media: list[Medium], rows: list[Row], rotation: str | None, today: datetime.date) -> Row:
    """{media: [medium with its `state`, `warnings`, `age_days`], next: label or None, last, due_on, due: bool}.

    Pure. The next medium is the one whose export is the oldest, never one that somebody has taken: rotation sets (A, B,
    C) follow from that by themselves, and a medium that was left out comes first. `rotation` None: nothing is due.
    """
    found = [_with_state(medium, state(rows, medium), today) for medium in media]
    last = max((one['state']['exported'] for one in found if one['state']['exported']), default=None)
    here = [one for one in found if not one['state']['holder']]
    following = min(here, key=lambda one: (one['state']['exported'] or '', one['label']), default=None)
    due_on = _due_on(last, rotation, today)
    return {
        'media': found,
        'next': following['label'] if following else None,
        'set': following.get('set') if following else None,
        'last': last,
        'due_on': due_on.isoformat() if due_on else None,
        'due': bool(due_on and due_on <= today),
    }


def _due_on(last: str | None, rotation: str | None, today: datetime.date) -> datetime.date | None:
    if rotation is None:
        return None
    if last is None:
        return today
    return datetime.date.fromisoformat(last[:10]) + datetime.timedelta(days=ROTATIONS[rotation])


def _with_state(medium: Medium, now: Row, today: datetime.date) -> Medium:
    begun = since(medium)
    age = (today - begun).days if begun else None
    warnings = []
    if age is not None and age > (medium.get('max_age_years') or 5) * DAYS_A_YEAR:
        warnings.append('old')
    if begun is None:
        warnings.append('age_unknown')
    size, free = now['size_bytes'], now['free_bytes']
    if size and free is not None and (size - free) * 100 > size * FULL_PERCENT:
        warnings.append('full')
    if not now['exported']:
        warnings.append('empty')
    return {**medium, 'state': now, 'warnings': warnings, 'age_days': age}
