# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan and apply restores, site after site; each gives the record's entry (see __init__)."""

from __future__ import annotations

import time

from ansible_collections.rawat.website.plugins.module_utils import manifest
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError, RestoreError
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.restoring import holders, planning, recovery
from ansible_collections.rawat.website.plugins.module_utils.restoring import request as requests
from ansible_collections.rawat.website.plugins.module_utils.restoring.journal import Journal, Journals
from ansible_collections.rawat.website.plugins.module_utils.restoring.protocol import Restore, Transform
from ansible_collections.rawat.website.plugins.module_utils.restoring.request import RestoreRequest
from ansible_collections.rawat.website.plugins.module_utils.restoring.scope import scope
from ansible_collections.rawat.website.plugins.module_utils.site_run import (
    FAILURES,
    Run,
    describe,
    each_site,
    milliseconds_since,
    new_entry,
)


def plan(sites: list[dict], run: Run, request: RestoreRequest, progress_path: str | None = None) -> list[dict]:
    """What a restore would do: entries with outcome 'ready' or 'not_ready'. Changes nothing."""

    def work(site: dict, run: Run, progress: Progress) -> dict:
        progress.step('plan')
        started = manifest.utc()
        try:
            return _plan_site(site, run, request, sites, started)
        except FAILURES as failure:
            return new_entry(site, run, 'not_ready', started) | {'error': describe(failure), 'restore': None}

    return each_site(sites, run, progress_path, work)


def apply(
    sites: list[dict], run: Run, request: RestoreRequest, progress_path: str | None = None,
    transform: Transform | None = None,
) -> list[dict]:  # fmt: skip
    """Restore; entries with outcome 'complete', 'remarks' or 'failed'. A failed site never raises.

    `transform(site, manifest, parts, run) -> remarks` may change what stands beside, before it is exchanged: `parts`
    are those of the journal with 'tree' (a directory) or 'database' (an inventory entry of the copy).
    """

    def work(site: dict, run: Run, progress: Progress) -> dict:
        journals = Journals(run.options, site['name'])
        with journals.lock(f'{run.host} run {run.id}', int(run.options['lock_wait'])):
            return _restore_site(site, run, request, sites, journals, progress, transform)

    return each_site(sites, run, progress_path, work)


def _plan_site(site: dict, run: Run, request: RestoreRequest, sites: list[dict], started: str) -> dict:
    requests.check(request, site, sites)
    journals = Journals(run.options, site['name'])
    earlier = _earlier(journals, request)
    if earlier:
        entry = new_entry(site, run, 'ready', started) | {'recovery_point': earlier.document['point']}
        return entry | {'restore': recovery.describe(earlier, _what(request))}
    found = scope(site, run, request, 'ID')
    problems = planning.problems(found)
    document = planning.document(found, request)
    if (interrupted := journals.open()) is not None:
        document['warnings'].append(_interrupted(interrupted))
    entry = new_entry(site, run, 'not_ready' if problems else 'ready', started)
    entry.update(error='; '.join(problems) or None, remarks=document['warnings'])
    return entry | {'recovery_point': found.point['id'], 'restore': document}


def _earlier(journals: Journals, request: RestoreRequest) -> Journal | None:
    """The restore that resume, undo or discard_old mean; None for a new one. RestoreError if there is none."""
    if not (request.resume or request.undo or (request.discard_old and not request.chooses)):
        return None
    interrupted, kept = journals.open(), journals.kept()
    if request.resume:
        candidates = [interrupted] if interrupted else []
    elif request.undo:
        candidates = [interrupted] if interrupted else [one for one in kept if one.state == 'done']
    else:
        candidates = list(kept)
    if not candidates:
        raise RestoreError(f'site {journals.site}: there is no restore to {_what(request).replace("_", " ")}')
    return candidates[0]


def _what(request: RestoreRequest) -> str:
    return 'resume' if request.resume else 'undo' if request.undo else 'discard_old'


def _interrupted(journal: Journal) -> str:
    return (
        f'a restore of {journal.document["point"]} that began {journal.document["started"]} was interrupted while '
        f'{journal.state}: the next run settles it first'
    )


def _restore_site(
    site: dict, run: Run, request: RestoreRequest, sites: list[dict], journals: Journals, progress: Progress,
    transform: Transform | None,
) -> dict:  # fmt: skip
    started, clock = manifest.utc(), time.monotonic()
    requests.check(request, site, sites)
    earlier = _earlier(journals, request)
    remarks: list[str] = []
    if earlier is None:
        earlier = journals.open()
        if earlier and earlier.state == 'preparing':
            remarks = _swept(earlier, site, request)
            earlier = None
    if earlier:
        entry = _settle(site, run, request, journals, earlier, progress, started)
    else:
        entry = _new_restore(site, run, request, journals, progress, transform, started)
    entry['remarks'] = remarks + entry['remarks']
    return _closed(entry, clock)


def _closed(entry: dict, clock: float) -> dict:
    if entry['outcome'] == 'complete' and entry['remarks']:
        entry['outcome'] = 'remarks'
    return entry | {'finished': manifest.utc(), 'milliseconds': milliseconds_since(clock)}


def _new_restore(
    site: dict, run: Run, request: RestoreRequest, journals: Journals, progress: Progress,
    transform: Transform | None, started: str,
) -> dict:  # fmt: skip
    progress.step('plan')
    journal = journals.new(request.point or '', 'restore')
    try:
        found = scope(site, run, request, journal.id)
        if found.overwrites and site['name'] not in request.confirm:
            raise PreflightError([f'site {site["name"]}: it would be overwritten; say confirm={site["name"]} to do so'])
        if problems := planning.problems(found):
            raise PreflightError(problems)
        journal.write(point=found.point['id'], mode=found.mode)
    except BaseException:
        journal.remove()
        raise
    restore = Restore(site, run, request, found, journal, progress)
    entry = new_entry(site, run, 'complete', started)
    try:
        restore.run_all(transform)
    except FAILURES as failure:
        entry.update(outcome='failed', error=describe(failure))
    if restore.problem:
        entry.update(outcome='failed', error=restore.problem)
    return entry | {'recovery_point': found.point['id'], 'restore': restore.facts, 'remarks': restore.remarks}


def _swept(journal: Journal, site: dict, request: RestoreRequest) -> list[str]:
    removed = recovery.sweep(journal, site, request)
    first = f'an interrupted restore of {journal.document["point"]} had changed nothing yet'
    return [first, *(f'{name}: left by it; removed' for name in removed)]


def _settle(
    site: dict, run: Run, request: RestoreRequest, journals: Journals, journal: Journal, progress: Progress,
    started: str,
) -> dict:  # fmt: skip
    """Finish, undo or discard an earlier restore, whatever the state in which it stands."""
    did = _what(request) if request.resume or request.undo or request.discard_old else 'resume'
    if did == 'resume' and journal.state in ('undoing', 'discarding'):
        did = {'undoing': 'undo', 'discarding': 'discard_old'}[journal.state]
    _require(request, site, journal, did)
    progress.step(did)
    entry = new_entry(site, run, 'complete', started) | {'recovery_point': journal.document['point']}
    if did == 'discard_old':
        entry['remarks'] = _discard_all(site, request, journals, journal)
    elif did == 'undo':
        recovery.undo(journal, site, request)
        entry['remarks'] = [f'the site is again as it was before the restore of {journal.document["point"]}']
    elif journal.state == 'preparing':
        entry['remarks'] = _swept(journal, site, request)
    else:
        recovery.resume(journal, site, request)
        entry['remarks'] = [f'the interrupted restore of {journal.document["point"]} was finished']
    if did in ('undo', 'resume'):
        entry['remarks'] += holders.remarks(journal.parts)
    return entry | {'restore': recovery.describe(journal, did)}


def _require(request: RestoreRequest, site: dict, journal: Journal, did: str) -> None:
    """A run that asks for another point than the interrupted one decides first; and everything wants a confirmation."""
    point = journal.document['point']
    if did == 'resume' and not request.resume and request.chooses and request.point != point:
        raise RestoreError(
            f'site {site["name"]}: {_interrupted(journal)}; run with resume or undo before you restore another point'
        )
    if site['name'] not in request.confirm:
        raise PreflightError([f'site {site["name"]}: {did.replace("_", " ")} needs confirm={site["name"]}'])


def _discard_all(site: dict, request: RestoreRequest, journals: Journals, interrupted: Journal) -> list[str]:
    journals_to_go = [interrupted, *(one for one in journals.kept() if one.id != interrupted.id)]
    return [f'{name}: removed' for one in journals_to_go for name in recovery.discard(one, site, request)]
