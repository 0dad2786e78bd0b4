# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention acts: every place of a site is read, decided upon, and relieved of what was approved.

Two calls: the first only decides (and is all of a check); what it found goes on the destruction list, which is filed.
The second gets that list back as `approved`, decides once more, since a hold may have come in between, and removes what
both say. Differences go before their fulls; what a kill leaves undone, the next run finds and does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import manifest as manifests
from ansible_collections.rawat.website.plugins.module_utils import stores
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.masking import without_password
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.retention.decision import decide
from ansible_collections.rawat.website.plugins.module_utils.retention.points import (
    KINDS,
    facts,
    holds_for,
    holds_of,
    policy_of,
)
from ansible_collections.rawat.website.plugins.module_utils.site_run import (
    ENDINGS,
    FAILURES,
    Run,
    describe,
    each_site,
    new_entry,
)

PRIMARY = 'primary'  # the name of the repository itself among the places of a site
Place = dict[str, Any]
Entry = dict[str, Any]


class PruneRequest(NamedTuple):
    """`retention` of the inventory, `copies`, the register's `holds`.

    `approved`: {(site, place): ids}; None: decide only. `confirmed`: names of sites
    of which more than the setting prune_share may go.
    """

    retention: dict | None
    copies: list[dict]
    holds: list[dict]
    approved: dict[tuple[str, str], list[str]] | None
    confirmed: frozenset[str]
    utc_offset_minutes: int


class Target(NamedTuple):
    """One place of a site: its name, how it is reached, and the policy that holds there."""

    name: str
    settings: dict
    policy: dict


def prune(sites: list[dict], run: Run, request: PruneRequest, progress_path: str | None = None) -> list[Entry]:
    """The record's entry of each site, with what was decided or done in `prune`; a failed site never raises."""
    begun: dict[str, list[Place]] = {}  # so that what was removed before the deadline is in the record, too

    def work(site: dict, run: Run, progress: Progress) -> Entry:
        progress.step('prune')
        return _site(site, run, request, begun.setdefault(site['name'], []))

    entries = each_site(sites, run, progress_path, work)
    for entry in entries:
        entry.setdefault('prune', {'places': begun.get(entry['site'], [])})
    if request.approved is not None:
        _reclaim(sites, entries, run, request)
        for place in [place for entry in entries for place in entry['prune']['places']]:
            place['kept'] = [{key: point[key] for key in ('id', 'rules')} for point in place.pop('points')]
    return entries


def targets(site: dict, run: Run, request: PruneRequest) -> list[Target]:
    """The places of a site: the repository first, then the copies."""
    own = site.get('retention') or request.retention
    primary = Target(PRIMARY, run.repository, policy_of(own, run.options))
    return [
        primary,
        *(Target(copy['name'], copy, policy_of(copy.get('retention') or request.retention, run.options))
          for copy in request.copies),
    ]  # fmt: skip


def _site(site: dict, run: Run, request: PruneRequest, places: list[Place]) -> Entry:
    started = utc()
    for target in targets(site, run, request):
        places.append(_new_place(target))
        _guarded(site, run, request, target, places)
    entry = new_entry(site, run, 'complete', started)
    errors = [f'{place["place"]}: {place["error"]}' for place in places if place['error']]
    errors += [f'{place["place"]}: {line["id"]}: {line["error"]}' for place in places for line in place['failed']]
    remarks = [f'{place["place"]}: {line}' for place in places for line in place['swept'] + place['remarks']]
    entry.update(prune={'places': places}, remarks=remarks, error='; '.join(errors) or None)
    if request.approved is None:
        return entry | {'outcome': 'not_ready' if errors else 'ready'}
    return entry | {'outcome': 'failed' if errors else 'remarks' if remarks else 'complete'}


def _new_place(target: Target) -> Place:
    return {
        'place': target.name, 'store': target.settings.get('store') or 'archive',
        'location': without_password(target.settings['location']), 'policy': target.policy, 'points': [], 'holds': [],
        'free_bytes': None, 'share': 0, 'needs_confirmation': False, 'removed': [], 'failed': [], 'spared': [],
        'swept': [], 'remarks': [], 'freed_bytes': None, 'error': None, 'known': False,
    }  # fmt: skip


def _guarded(site: dict, run: Run, request: PruneRequest, target: Target, places: list[Place]) -> None:
    """The last of `places`; that it fails must not keep the others from being pruned.

    But for the repository itself: it holds the word on what is on hold, and without that no copy is touched.
    """
    place = places[-1]
    try:
        if place is not places[0] and places[0]['error'] and not places[0]['known']:
            raise RepositoryError('nothing was decided: what is on hold is not known while the repository is not read')
        _work(site, run, request, target, places)
    except FAILURES as failure:
        place['error'] = describe(failure)


def _work(site: dict, run: Run, request: PruneRequest, target: Target, places: list[Place]) -> None:
    """Decide; and remove what was approved, under the lock of the site."""
    place = places[-1]
    repository = stores.open_repository({**target.settings, 'create': False}, site['name'], run.options)
    repository.check()
    if request.approved is None:
        return _examine(repository, site, request, target, places, run)
    approved = set(request.approved.get((site['name'], target.name), ()))
    with repository.lock(f'{run.host} prune {run.id}'):
        place['swept'] += _sweep(repository)
        _examine(repository, site, request, target, places, run)
        if place['needs_confirmation'] and site['name'] not in request.confirmed:
            place['error'] = unconfirmed(site['name'], place, int(run.options['prune_share']))
        elif approved:
            _remove(repository, place, approved)
    return None


def unconfirmed(site: str, place: Place, share: int) -> str:
    """Why nothing was removed."""
    going = sum(1 for point in place['points'] if not point['keep'])
    return (
        f'{going} of {len(place["points"])} recovery points would go, more than prune_share ({share} %) allows '
        f'without a word: look at rawat prune --plan, then say confirm={site}'
    )


def _sweep(repository: Any) -> list[str]:
    """Finish what dead runs left; of restic see there: on another machine a live run looks like a dead one."""
    finish = getattr(repository, 'sweep_old', None)
    return finish() if finish else repository.sweep()


def _examine(repository: Any, site: dict, request: PruneRequest, target: Target, places: list[Place], run: Run) -> None:
    """Fill in the points with their verdicts, the holds, and what share would go."""
    place = places[-1]
    with _room(repository) as free:
        place['free_bytes'] = free
    events = repository.events()
    place['holds'] = holds_of(event for event in events if event['kind'] in KINDS)
    place['holds'] += holds_for(site['name'], request.holds)
    place['known'] = True
    if place is not places[0]:
        place['holds'] += [hold for hold in places[0]['holds'] if hold not in place['holds']]
    known = facts(repository.points(), [event for event in events if event['kind'] == 'drill'])
    decided = decide(known, target.policy, place['holds'], utc(), request.utc_offset_minutes)
    by_id = {point['id']: point for point in known}
    place['points'] = [{**by_id[verdict['id']], **verdict} for verdict in decided]
    going = sum(1 for verdict in decided if not verdict['keep'])
    place['share'] = going * 100 // len(decided) if decided else 0
    place['needs_confirmation'] = going * 100 > int(run.options['prune_share']) * len(decided)


@contextlib.contextmanager
def _room(repository: Any) -> Iterator[int | None]:
    try:
        free = repository.free_bytes()
    except FAILURES:
        free = None  # that much is not worth a failed prune
    yield free


def _remove(repository: Any, place: Place, approved: set[str]) -> None:
    """Remove what is approved and may still go, newest first: a difference before the full that it needs."""
    for point in place['points']:
        if point['id'] not in approved:
            continue
        if point['keep']:
            place['spared'].append({'id': point['id'], 'rules': point['rules']})
            continue
        try:
            repository.remove(point['id'])
            place['removed'].append({key: point[key] for key in ('id', 'time', 'bytes', 'rule', 'outcome')})
        except FAILURES as failure:
            place['failed'].append({'id': point['id'], 'rule': point['rule'], 'error': describe(failure)})
    place['remarks'] += [
        f'{point["id"]} was on the destruction list and stays: {", ".join(point["rules"])}' for point in place['spared']
    ]
    gone = {point['id'] for point in place['removed']}
    place['points'] = [point for point in place['points'] if point['id'] not in gone]
    place['freed_bytes'] = sum(point['bytes'] for point in place['removed'])


def _reclaim(sites: list[dict], entries: list[Entry], run: Run, request: PruneRequest) -> None:
    """Once for each restic repository, after all of its sites: give back the room of what was removed."""
    done: dict[str, str | None] = {}
    for site, entry in zip(sites, entries):
        places = (entry.get('prune') or {}).get('places') or []
        for target, place in zip(targets(site, run, request), places):
            if place['store'] != 'restic' or place['error']:
                continue
            if place['location'] not in done:
                done[place['location']] = _reclaim_one(site, target, place, run)
            else:
                place['freed_bytes'] = None  # counted with the site before it
            if done[place['location']]:
                entry['remarks'].append(f'{place["place"]}: {done[place["location"]]}')
                entry['outcome'] = manifests.OUTCOMES[max(1, manifests.OUTCOMES.index(entry['outcome']))]


def _reclaim_one(site: dict, target: Target, place: Place, run: Run) -> str | None:
    """None, or why the room was not given back."""
    place['freed_bytes'] = None
    try:
        repository = stores.open_repository({**target.settings, 'create': False}, site['name'], run.options)
        place['freed_bytes'] = repository.reclaim()['freed_bytes']
    except (*FAILURES, *ENDINGS) as failure:
        return f'the room of what was removed was not given back, the next prune does it: {describe(failure)}'
    return None
