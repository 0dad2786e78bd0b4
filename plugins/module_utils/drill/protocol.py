# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One drill from beginning to end; its result is kept beside the point, so that a point knows its last drill.

Nothing of the live site is touched: everything happens in a private directory, which is gone afterwards. What a killed
drill left is swept by the next one.
"""

from __future__ import annotations

import calendar
import time

from ansible_collections.rawat.website.plugins.module_utils import manifest, stores
from ansible_collections.rawat.website.plugins.module_utils.drill import choice, parts
from ansible_collections.rawat.website.plugins.module_utils.drill.entry import entry_of
from ansible_collections.rawat.website.plugins.module_utils.drill.findings import Findings
from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, Limitation
from ansible_collections.rawat.website.plugins.module_utils.masking import masked
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.sandbox import Sandbox
from ansible_collections.rawat.website.plugins.module_utils.site_run import (
    Run,
    each_site,
    milliseconds_since,
)

EVENT = 'drill'  # the kind of the store's event that carries a result


def drill(sites: list[dict], run: Run, request: choice.DrillRequest, progress_path: str | None = None) -> list[dict]:
    """Drill the points that `request` asks for; returns the record's entry of each site that was drilled, in order."""

    def work(site: dict, run: Run, progress: Progress) -> dict | None:
        return _drill_site(site, run, request, progress)

    return [entry for entry in each_site(sites, run, progress_path, work) if entry is not None]


def _drill_site(site: dict, run: Run, request: choice.DrillRequest, progress: Progress) -> dict | None:
    started, clock = manifest.utc(), time.monotonic()
    progress.step('preflight')
    repository = stores.open_repository({**run.repository, 'create': False}, site['name'], run.options)
    repository.check()
    earlier = repository.events(EVENT)
    if request.due_only and not choice.is_due(site.get('drill'), earlier[0]['time'] if earlier else None, time.time()):
        return None
    points = repository.points()
    results: list[dict] = []
    for point in choice.chosen(points, request, site['name']):
        if point.get('encryption'):
            repository.require_readable(point)  # before anything begins: without an identity there is nothing to drill
        result = _drill_point(site, run, repository, point, len(earlier) + len(results), progress)
        result.update(host=request.host or run.host, rpo_milliseconds=_age(points))
        if not point.get('damaged'):
            repository.add_event(EVENT, point['id'], masked({**result, 'run': run.id}, run.secrets))
        results.append(result)
    return entry_of(site, run, results, started) | {'milliseconds': milliseconds_since(clock)}


def _drill_point(
    site: dict, run: Run, repository: stores.Repository, point: dict, number: int, progress: Progress
) -> dict:
    """The result for one point. `number`: how many drills there were before; it says which share is read."""
    started, clock, findings = manifest.utc(), time.monotonic(), Findings()
    if point.get('damaged'):
        findings.differ([point['error']])
    else:
        _restore_and_compare(site, run, repository, point, findings, progress)
        with findings.phase('integrity'):
            progress.step('integrity')
            of = _shares(repository.points(), run.options)
            findings.integrity = _integrity(repository, number % of, of, findings, progress)
    times = {'started': started, 'finished': manifest.utc(), 'milliseconds': milliseconds_since(clock)}
    return {**findings.document(), **times, 'recovery_point': point['id']}


def _restore_and_compare(
    site: dict, run: Run, repository: stores.Repository, point: dict, findings: Findings, progress: Progress
) -> None:
    """Files first: they are copied while the page cache is free; the application needs both."""
    try:
        with Sandbox.create(run.options, parts.needed_bytes(point)) as sandbox:
            rehearsal = parts.Rehearsal(site, run, repository, point, sandbox, findings, progress)
            with rehearsal:
                rehearsal.webroots()
                rehearsal.databases()
                rehearsal.application()
    except Limitation as limitation:
        findings.limitations.append(str(limitation))
        findings.not_compared.append(str(limitation))


def _shares(points: list[dict], options: dict) -> int:
    """Into how many shares what is stored is divided; what is small is read whole."""
    parts = [part for point in points for part in point['databases'] + point['webroots']]
    stored = sum(part.get('stored_bytes') or 0 for part in parts)
    return max(1, int(options['drill_shares'])) if stored >= options['drill_share_bytes'] else 1


def _integrity(
    repository: stores.Repository, share: int, of: int, findings: Findings, progress: Progress
) -> dict | None:
    """Read one share of all that is stored; after `of` drills everything was read."""
    try:
        read = repository.check_share(share, of, progress)
    except DamagedError as error:
        findings.differ([str(error)])
        return None
    findings.differ(read.pop('problems'))
    return read


def _age(points: list[dict]) -> int | None:
    """Milliseconds since the newest good point was begun: what would be lost now."""
    good = [one['started'] for one in points if one['outcome'] != 'failed' and not manifest.is_safety(one)]
    if not good:
        return None
    return int((time.time() - calendar.timegm(time.strptime(good[0], '%Y-%m-%dT%H:%M:%SZ'))) * 1000)
