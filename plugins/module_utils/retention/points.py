# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests, drills and holds as what the pure functions take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import is_safety
from ansible_collections.rawat.website.plugins.module_utils.retention.decision import COUNTS, SETTINGS
from ansible_collections.rawat.website.plugins.module_utils.stores.archive_remove import bases_of
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc

STAMP = re.compile(r'(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)Z')
SITE = 'site'  # what an event about a whole site names instead of a point
KINDS = ('hold', 'release')
Document = dict[str, Any]


def facts(manifests: Iterable[Document], drills: Iterable[Document] = ()) -> list[Document]:
    """The points of a site as `decision` takes them. `drills`: events, newest first; the newest one of a point counts.

    A point of which neither manifest nor name says when it began is left out: nothing that decides sees it.
    """
    grades: dict[str, str] = {}
    for event in drills:
        grades.setdefault(event['point'], str(event['document'].get('grade')))
    found = (_facts(manifest, grades.get(manifest['id'])) for manifest in manifests)
    return [point for point in found if point['time']]


def _facts(manifest: Document, grade: str | None) -> Document:
    parts = (manifest.get('databases') or []) + (manifest.get('webroots') or [])
    sizes = (part.get(key) or 0 for part in parts for key in ('stored_bytes', 'accounts_stored_bytes'))
    return {
        'id': manifest['id'],
        'time': time_of(manifest),
        'outcome': manifest['outcome'],
        'parts': list(manifest.get('parts') or []),
        'drilled': grade,
        'clean': manifest['outcome'] == 'complete',
        'safety': is_safety(manifest),
        'damaged': bool(manifest.get('damaged')),
        'bytes': sum(sizes),
        'bases': sorted(bases_of(manifest) - {manifest['id']}),
    }


def time_of(manifest: Mapping[str, Any]) -> str | None:
    """When a point began (UTC); out of its name where the manifest does not read."""
    started = str(manifest.get('started'))
    if len(started) == 20 and parse_utc(started) is not None:
        return started
    found = STAMP.match(manifest['id'])
    text = found and f'{found[1]}T{found[2]}:{found[3]}:{found[4]}Z'
    return text if text and parse_utc(text) is not None else None


def policy_of(retention: Mapping[str, Any] | None, options: Mapping[str, Any] | None = None) -> Document:
    """A policy as `decision` takes it: of the inventory's retention, and of the settings prune_*_days."""
    found = {name: int((retention or {}).get(name) or 0) for name in COUNTS}
    days = {name: int((options or {}).get(f'prune_{name}', default)) for name, default in SETTINGS.items()}
    return {**found, 'keep_within': str((retention or {}).get('keep_within') or ''), **days}


def policy_words(policy: Mapping[str, Any]) -> str:
    """The rules of a policy that keep anything: 'keep_daily=7, keep_weekly=5'; empty for one that keeps nothing."""
    rules = ((name, policy.get(name)) for name in (*COUNTS, 'keep_within'))
    return ', '.join(f'{name}={value}' for name, value in rules if value)


def hold_event(scope: str, reason: str, by: str, moment: str) -> Document:
    """The document of an event of kind hold or release."""
    return {'scope': scope, 'reason': reason, 'by': by, 'at': moment}


def holds_of(events: Iterable[Document]) -> list[Document]:
    """The holds in force by the events of a repository (newest first): [{scope, point, reason, at, source}]."""
    last: dict[str, Document] = {}
    for event in events:
        if event['kind'] in KINDS:
            last.setdefault(event['point'], event)
    return [
        {
            'scope': 'site' if event['point'] == SITE else 'point',
            'point': None if event['point'] == SITE else event['point'],
            'reason': event['document'].get('reason'),
            'at': event['document'].get('at') or event['time'],
            'source': 'repository',
        }
        for event in last.values()
        if event['kind'] == 'hold'
    ]


def holds_for(site: str, given: Iterable[Mapping[str, Any]]) -> list[Document]:
    """Of holds [{site, point or None, reason}] that the register knows, those of a site, as `decision` takes them."""
    return [
        {
            'scope': 'point' if hold.get('point') else 'site',
            'point': hold.get('point') or None,
            'reason': hold.get('reason'),
            'at': hold.get('at'),
            'source': 'register',
        }
        for hold in given
        if hold['site'] == site
    ]
