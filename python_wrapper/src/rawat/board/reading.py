# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filing says that the repositories cannot: deadlines, holds, media, prunes, attempts that left no point."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.media import custody
from ansible_collections.rawat.website.plugins.module_utils.record import FAILED
from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError, entries

from rawat.monitoring import deadlines
from rawat.monitoring.deadlines import UNREADABLE

# The newest records are read for what only a record says: so many, or so many bytes of them (a second's work).
LOOK_BACK, MOST_BYTES = 400, 32 * 1024 * 1024
Facts = dict[str, Any]


def read(root: Path, facts: Facts, now: str) -> Facts:
    """{problems, deadlines, holds, media, reports, sites: {name: {immutability, prune, medium, failed, error}}}.

    A register that cannot be read or whose chain does not hold is a problem that the board shows; what the repositories
    tell is shown all the same. `now`: UTC.
    """
    found: Facts = {'problems': [], 'deadlines': [], 'holds': [], 'media': None, 'sites': {}}
    rows: list[Facts] = []
    try:
        rows = Register(str(root)).rows()
    except RegisterError as error:
        found['problems'].append(str(error))
    found['holds'] = entries.holds(rows)
    found['deadlines'] = _deadlines(root, facts, now) if not found['problems'] else []
    found['media'] = _media(facts, rows, now)
    found['sites'] = _sites(newest_records(root))
    for row in rows:  # oldest first: the newest export of a site stays
        if row.get('kind') == custody.KIND and row.get('action') == custody.EXPORT:
            for exported in row.get('sites') or []:
                told = found['sites'].setdefault(exported['site'], {})
                told['medium'] = {'label': row.get('medium') or row.get('directory'), 'at': row['time']}
    return found


def _deadlines(root: Path, facts: Facts, now: str) -> list[Facts]:
    """As `rawat status` tells them; the ages are counted anew, since facts may be of yesterday."""
    plan = {'root': str(root), **{key: facts.get(key) for key in ('office', 'assignment', 'utc_offset_minutes')}}
    sites = [
        {'site': entry['site'], 'newest_good': entry.get('newest_good'), 'age_seconds': _age(entry, now)}
        for entry in facts['sites']
    ]
    return deadlines.gather(plan, sites, now)[0]


def _age(entry: Facts, now: str) -> int | None:
    known = entry.get('age_seconds')
    if known is None:
        return None
    gathered, moment = (datetime.datetime.fromisoformat(text[:19]) for text in (entry.get('asked') or now, now))
    return int(known + (moment - gathered).total_seconds())


def _media(facts: Facts, rows: list[Facts], now: str) -> Facts | None:
    if not facts.get('media'):
        return None
    today = datetime.datetime.fromisoformat(now[:19]) + datetime.timedelta(minutes=facts['utc_offset_minutes'])
    return custody.overview(facts['media'], rows, facts.get('rotation'), today.date())


def newest_records(root: Path) -> Iterable[Facts]:
    """The newest records, the newest first; `rawat check` is who judges those that cannot be read."""
    paths = sorted(root.glob('[0-9]*/[0-9]*/*/record.json'), key=lambda path: path.parts[-4:], reverse=True)
    left = MOST_BYTES
    for path in paths[:LOOK_BACK]:
        try:
            content = path.read_bytes()
            left -= len(content)
            record = json.loads(content)
            record['run']['started'], record['sites']
        except UNREADABLE:
            continue
        yield record
        if left <= 0:
            return


def _sites(records: Iterable[Facts]) -> dict[str, Facts]:
    """{site: what its newest records say}; the first that says something is the newest."""
    found: dict[str, Facts] = {}
    for record in records:
        run = record['run']
        for entry in record['sites']:
            told = found.setdefault(str(entry.get('site')), {})
            if run.get('kind') == 'prune':
                known = {'time': run['started'], 'outcome': entry.get('outcome'), 'error': entry.get('error')}
                told.setdefault('prune', known)
            elif run.get('kind', 'backup') == 'backup':
                _backup(told, run, entry)
    return found


def _backup(told: Facts, run: Facts, entry: Facts) -> None:
    """Whether the newest attempt failed, and the last proof that points cannot be removed."""
    if 'tried' not in told:
        failed = entry.get('outcome') in FAILED
        told.update(tried=run['started'], failed=run['started'] if failed else None, error=entry.get('error'))
    if 'immutability' not in told and entry.get('immutability'):
        told['immutability'] = entry['immutability']
