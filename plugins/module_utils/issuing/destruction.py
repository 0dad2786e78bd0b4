# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The destruction list of a prune: filed, and entered into the register, before anything is removed.

What is on it may go; what becomes of each point is in the record of the run. Without the row nothing is removed, so
that a point that is gone is either on a list that the register knows, or lost.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import paper, record, register
from ansible_collections.rawat.website.plugins.module_utils.issuing.issue import LISTED, local_date
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.paper.views.pruned import pruned
from ansible_collections.rawat.website.plugins.module_utils.procedure import office as offices
from ansible_collections.rawat.website.plugins.module_utils.retention.points import policy_words

SCHEMA = 1
KNOWN = ('place', 'store', 'location')
POINT = ('id', 'time', 'bytes', 'outcome', 'rule')
Entry = Mapping[str, Any]
Document = dict[str, Any]


def approved(entries: Iterable[Entry], confirmed: Iterable[str]) -> list[Document]:
    """[{site, host, places: [{place, store, location, policy, points}]}] of what may go.

    `entries` as site_prune decided. A place that could not be read, or of which more would go than may
    without a word, is not in it.
    """
    words, found = set(confirmed), []
    for entry in entries:
        places = [
            _place(place) for place in (entry.get('prune') or {}).get('places') or [] if _may(place, entry, words)
        ]
        places = [place for place in places if place['points']]
        if places:
            found.append({'site': entry['site'], 'host': entry['host'], 'places': places})
    return found


def _may(place: Entry, entry: Entry, words: set[str]) -> bool:
    return not place['error'] and (not place['needs_confirmation'] or entry['site'] in words)


def _place(place: Entry) -> Document:
    going = [{key: point[key] for key in POINT} for point in place['points'] if not point['keep']]
    known = {key: place[key] for key in KNOWN}
    return {**known, 'policy': policy_words(place['policy']), 'points': going}


def file_list(plan: Mapping[str, Any], sites: list[Document]) -> Document | None:
    """File the list of `sites` and enter its row: {list, points, row, problems}; None when nothing goes.

    Raises RegisterError and OSError: then nothing may be removed.
    """
    if not sites:
        return None
    office, made = offices.settle(plan.get('office')), utc()
    points = [point for site in sites for place in site['places'] for point in place['points']]
    document = {
        'schema': SCHEMA, 'kind': 'destruction', 'run': plan['run_id'], 'made': made,
        'utc_offset_minutes': plan['utc_offset_minutes'], 'sites': sites,
        'totals': {'points': len(points), 'bytes': sum(point['bytes'] for point in points)},
    }  # fmt: skip
    problems: list[str] = []
    os.makedirs(plan['filing'], mode=0o750, exist_ok=True)
    hashes = {}
    for name, content in _documents(document, office, plan['language'], problems).items():
        record.replace_file(os.path.join(plan['filing'], name), content)
        hashes[name] = hashlib.sha256(content).hexdigest()
    day = local_date(made, plan['utc_offset_minutes'])
    with register.writing(plan['root']) as book:
        row = book.append(_row(plan, document, hashes, day))
    path = os.path.join(plan['filing'], f'{LISTED}.json')
    return {'list': path, 'points': len(points), 'row': row['row'], 'problems': problems}


def _documents(document: Document, office: Document, language: str, problems: list[str]) -> dict[str, bytes]:
    """The list as JSON, and on paper as far as that can be drawn here."""
    found = {f'{LISTED}.json': canonical(document)}
    drawn = pruned(document, office, language)
    for form in ('html', 'pdf'):
        if paper.available().get(form, True):
            try:
                found[f'{LISTED}.{form}'] = paper.render(drawn, form, {}, office)
            except paper.PaperError as error:
                problems.append(f'{LISTED}.{form} was not drawn ({error}); the list is filed')
    return found


def _row(plan: Mapping[str, Any], document: Document, hashes: dict[str, str], day: date) -> Document:
    """The row of kind 'pruned' (docs/register.md): enough to tell a pruned point from a lost one."""
    sites = [
        {**site, 'places': [
            {**{key: place[key] for key in KNOWN}, 'points': [point['id'] for point in place['points']]}
            for place in site['places']
        ]}
        for site in document['sites']
    ]  # fmt: skip
    return {
        'kind': 'pruned', 'number': None, 'run': plan['run_id'], 'date': day.isoformat(),
        'folder': os.path.relpath(plan['filing'], plan['root']), 'sites': sites, 'bytes': document['totals']['bytes'],
        'documents': hashes, 'operator': plan.get('operator'),
    }  # fmt: skip
