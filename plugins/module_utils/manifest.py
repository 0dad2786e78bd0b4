# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest: the JSON that makes a recovery point exist, and what the record says of it.

Canonical JSON (sorted keys, no spaces, ASCII, one newline at the end): equal content gives equal bytes, so that hashes
mean something. Sizes are bytes, durations integer milliseconds, times UTC in ISO 8601 with a Z.
"""

from __future__ import annotations

import calendar
import json
import re
import time

SCHEMA = 1
KIND = 'rawat.website recovery point'
SAFETY = '.safety'  # the end of the run id of a point that a restore took
OUTCOMES = ('complete', 'remarks', 'failed')


def canonical(document: object) -> bytes:
    """`document` as canonical JSON; floats are refused, they do not have one spelling."""
    _refuse_floats(document)
    return (
        json.dumps(document, sort_keys=True, separators=(',', ':'), ensure_ascii=True, allow_nan=False).encode() + b'\n'
    )


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f'{value!r}: a float has no place in a hashed document')
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)


def utc(seconds: float | None = None) -> str:
    """A point in time (seconds since 1970, now by default) as '2026-11-22T10:15:30Z'."""
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(seconds))


def point_id(started: str, assignment: dict | None, taken: set[str]) -> str:
    """The name of a recovery point: its start and, where there is one, the assignment number; never one in `taken`."""
    number = (assignment or {}).get('number') or ''  # an emergency may be without one
    suffix = re.sub(r'[^A-Za-z0-9.-]+', '-', number)[:64].strip('-.')
    suffix = f'_{suffix}' if suffix else ''
    seconds = calendar.timegm(time.strptime(started, '%Y-%m-%dT%H:%M:%SZ'))
    while (name := time.strftime('%Y-%m-%dT%H%M%SZ', time.gmtime(seconds)) + suffix) in taken:
        seconds += 1
    return name


def is_safety(manifest: dict) -> bool:
    """Whether the point was taken by a restore, of what it was about to replace: it is nobody's newest good point."""
    return str(manifest.get('run') or '').endswith(SAFETY)


def outcome_of(part: dict) -> str:
    """The outcome of a part (database or webroot): an error fails it, anything left out is a remark."""
    if part.get('error'):
        return 'failed'
    return 'remarks' if part.get('remarks') or part.get('skipped') else 'complete'


def seal(manifest: dict) -> dict:
    """Set the outcomes of all parts and of the whole: the worst of its parts, and no better than its own remarks."""
    parts = manifest['databases'] + manifest['webroots']
    for part in parts:
        part['outcome'] = outcome_of(part)
    worst = max([outcome_of(manifest), *(part['outcome'] for part in parts)], key=OUTCOMES.index)
    manifest['outcome'] = worst
    if worst == 'failed' and not manifest.get('error'):
        failed = [part for part in parts if part['outcome'] == 'failed']
        manifest['error'] = '; '.join(f'{part.get("label") or part["path"]}: {part["error"]}' for part in failed)
    return manifest


def summary(manifest: dict) -> dict:
    """What the record's `sites[]` says of a recovery point: the manifest with the census as counts."""
    entry = {
        key: manifest.get(key)
        for key in (
            'site',
            'url',
            'host',
            'outcome',
            'repository',
            'webroots',
            'remarks',
            'error',
            'started',
            'finished',
            'milliseconds',
            'skew_milliseconds',
            'test_read',
            'encryption',
        )
    }
    entry['recovery_point'] = manifest['id']
    entry['databases'] = [{**part, 'census': census_counts(part.get('census'))} for part in manifest['databases']]
    entry.update(copies=[], drill=None, swept=manifest.get('swept') or [])
    return entry


def census_counts(census: dict | None) -> dict[str, int] | None:
    """A census as numbers: tables, exact rows, and how many objects of each kind."""
    if census is None:
        return None
    counts = {'tables': len(census['tables']), 'rows': sum(census['tables'].values())}
    counts.update({kind: len(names) for kind, names in census['objects'].items() if names})
    counts['accounts'] = len(census.get('accounts') or [])
    return counts
