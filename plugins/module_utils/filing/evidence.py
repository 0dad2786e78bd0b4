# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the repository itself holds of a run: the record's entries of its sites, without asking those who made them.

A run that was made in pieces (slices, workers) reports nothing as a whole, and a controller that was killed reports
nothing at all. Manifests and events are there all the same, failed ones among them. What is not on file did not happen.
"""

from __future__ import annotations

import calendar
import time
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import stores
from ansible_collections.rawat.website.plugins.module_utils.drill.choice import is_due
from ansible_collections.rawat.website.plugins.module_utils.drill.entry import entry_of
from ansible_collections.rawat.website.plugins.module_utils.immutability import EVENT as PROOF
from ansible_collections.rawat.website.plugins.module_utils.immutability import judged
from ansible_collections.rawat.website.plugins.module_utils.manifest import summary
from ansible_collections.rawat.website.plugins.module_utils.preflight import RECENT
from ansible_collections.rawat.website.plugins.module_utils.record import DONE, not_done, with_copies, with_drills
from ansible_collections.rawat.website.plugins.module_utils.site_run import (
    ENDINGS,
    FAILURES,
    Run,
    describe,
    new_entry,
)
from ansible_collections.rawat.website.plugins.module_utils.vaulting.request import EVENT as COPY
from ansible_collections.rawat.website.plugins.module_utils.vaulting.request import NEXT, PENDING, new_item

DRILL = 'drill'  # the kind of the event that carries the result of one (drill/protocol.py)
KINDS = BACKUP, VERIFY = ('backup', 'verify')  # runs whose evidence is in the repository
NO_DRILLS, DUE, ALL = DRILLS = ('none', 'due', 'all')  # of which sites a drill is expected beside the backup
NOTHING = (
    'nothing of run {run} is in the repository: its piece did not run, ended before this site, or could not write '
    'there (the output of that job says which); run it again with website_run_id={run}, then the report'
)
NO_DRILL = 'the drill that was due was not done: nothing of it is on file; rawat verify does it'
NO_COPY = 'nothing of it is on file; ' + NEXT


class Asked(NamedTuple):
    """What is wanted of a run (whose name `Run` has)."""

    kind: str  # one of KINDS
    copies: list[dict]  # the inventory's website_copies: name, store, location, required, recipients
    drills: str  # one of DRILLS


def evidence(sites: list[dict], run: Run, asked: Asked) -> list[dict]:
    """The record's entry of each site, in order. One whose repository cannot be read has failed; none raises.

    An entry has, beside what the record has, the `assignment` under which its point was made, or none.
    """
    entries = []
    for site in sites:
        try:
            entries.append(_of_site(site, run, asked))
        except (*FAILURES, *ENDINGS) as failure:
            cause = f'what the repository holds of run {run.id} cannot be read: {describe(failure)}'
            entries.append(not_done(run.host, site, 'failed', cause))
    return entries


def _of_site(site: dict, run: Run, asked: Asked) -> dict:
    place = stores.open_repository({**run.repository, 'create': False}, site['name'], run.options)
    place.check()
    events = place.events()
    entry = _backup(site, run, asked, place, events) if asked.kind == BACKUP else _verify(site, run, events)
    return entry or not_done(run.host, site, 'unreachable', NOTHING.format(run=run.id))


def _verify(site: dict, run: Run, events: list[dict]) -> dict | None:
    results = _drills(events, run)
    if not results:
        return None
    started = min(result['started'] for result in results)
    entry = entry_of(site, run, results, started)
    return {**entry, 'finished': max(result['finished'] for result in results)}


def _drills(events: list[dict], run: Run, point: str | None = None) -> list[dict]:
    """The results of the drills of this run, oldest first, as the record has them."""
    found = [event for event in events if event['kind'] == DRILL and event['document'].get('run') == run.id]
    found = [event['document'] for event in reversed(found) if point in (None, event['point'])]
    return [{key: value for key, value in result.items() if key != 'run'} for result in found]


def _backup(site: dict, run: Run, asked: Asked, place: Any, events: list[dict]) -> dict | None:
    manifest = _newest(place.points(RECENT), run) or _newest(place.points(), run)
    if manifest is None:
        return None
    entry, own = summary(manifest), [event for event in events if event['point'] == manifest['id']]
    entry = _proved(entry, own)
    if asked.copies:
        (entry,) = with_copies([entry], [_vaulted(site, run, asked.copies, own)])
    return {**_drilled(entry, site, run, asked, events), 'assignment': manifest.get('assignment')}


def _newest(points: list[dict], run: Run) -> dict | None:
    """The last point of this run: a piece that was done over counts as it ended last."""
    return next((point for point in points if point.get('run') == run.id and not point.get('damaged')), None)


def _proved(entry: dict, events: list[dict]) -> dict:
    """With what came of the attempt to remove what was written."""
    proofs = [event['document'] for event in events if event['kind'] == PROOF]
    return judged(entry, proofs[0]) if proofs else entry


def _vaulted(site: dict, run: Run, copies: list[dict], events: list[dict]) -> dict:
    """The entry of the vault side, as far as its results are on file: what is pending leaves no note."""
    noted: dict[str, dict] = {}
    for event in events:
        if event['kind'] == COPY:
            noted.setdefault(str(event['document'].get('name')), event['document'])
    items = [noted.get(copy['name']) or new_item(copy, PENDING, NO_COPY) for copy in copies]
    return new_entry(site, run, 'complete', '') | {'copies': items}


def _drilled(entry: dict, site: dict, run: Run, asked: Asked, events: list[dict]) -> dict:
    """With the drill of the new point, and with its absence where one was due."""
    results = _drills(events, run, entry['recovery_point'])
    if results:
        (entry,) = with_drills([entry], [entry_of(site, run, results, entry['started'])])
        return entry
    if entry['outcome'] not in DONE or not _is_expected(site, asked, entry, events):
        return entry
    return {**entry, 'outcome': 'failed', 'error': NO_DRILL}


def _is_expected(site: dict, asked: Asked, entry: dict, events: list[dict]) -> bool:
    if asked.drills != DUE:
        return asked.drills == ALL
    earlier = [event['time'] for event in events if event['kind'] == DRILL and event['time'] < entry['finished']]
    now = calendar.timegm(time.strptime(entry['finished'], '%Y-%m-%dT%H:%M:%SZ'))
    return is_due(site.get('drill'), max(earlier, default=None), now)
