# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a recovery point comes to be: preflight, databases, webroots, test-read, commit, for one site at a time.

The protocol (docs/recovery-point.md): the repository is examined first, nothing is written before that. A database
that cannot be captured does not stop the webroots: the point is then committed as *failed*, with the cause and with the
parts that did work. One atomic act, `Point.commit`, decides whether the point exists.
"""

from __future__ import annotations

import contextlib
import time
from typing import Callable

from ansible_collections.rawat.website.plugins.module_utils import engines, immutability, manifest, stores
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.masking import masked
from ansible_collections.rawat.website.plugins.module_utils.pages import witness
from ansible_collections.rawat.website.plugins.module_utils.preflight import (
    RECENT,
    database_findings,
    forecast_bytes,
    require_space,
)
from ansible_collections.rawat.website.plugins.module_utils.process import grace
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.pump import pump, put
from ansible_collections.rawat.website.plugins.module_utils.site_run import (
    ENDINGS,
    FAILURES,
    Run,
    describe,
    each_site,
    empty_part,
    milliseconds_since,
    new_manifest,
    webroots_of,
    within_webroot,
)
from ansible_collections.rawat.website.plugins.module_utils.stores.common import state_directory
from ansible_collections.rawat.website.plugins.module_utils.webroot import open_webroot

LAST_WORDS = 60  # seconds in which the manifest of a failed point must be written, also after the deadline


def back_up(sites: list[dict], run: Run, progress_path: str | None = None) -> list[dict]:
    """Back up `sites` one after the other; returns the record's entry of each, in order. A failed site never raises."""
    return each_site(sites, run, progress_path, _in_turn)


def _in_turn(site: dict, run: Run, progress: Progress) -> dict:
    with run.limits.site(state_directory(run.options) / 'turns', progress) as remarks:
        return _back_up_site(site, run, progress, remarks)


def _back_up_site(site: dict, run: Run, progress: Progress, remarks: list[str]) -> dict:
    progress.step('preflight')
    clock, document = time.monotonic(), new_manifest(site, run) | {'remarks': remarks}
    repository = stores.open_repository(run.repository, site['name'], run.options)
    repository.check()
    findings = database_findings(site, run)
    with repository.lock(f'{run.host} run {run.id}'):
        document['swept'] = repository.sweep()
        points = repository.points(RECENT)
        document['id'] = manifest.point_id(document['started'], run.assignment, {point['id'] for point in points})
        require_space(repository, forecast_bytes(site, findings, points, run), run.options['space_margin'])
        point = repository.begin(document['id'])
        try:
            _fill(point, document, site, findings, points, run, progress)
            _commit(point, document, clock, run, progress)
        except BaseException as failure:
            with contextlib.suppress(RepositoryError):  # what cannot be removed now is swept by the next run
                point.abort()
            if isinstance(failure, (*FAILURES, *ENDINGS)):
                _commit_failure(repository, document, clock, describe(failure), run, progress)
            raise
        return immutability.prove(repository, manifest.summary(document), run, progress)


def _commit(point: stores.Point, document: dict, clock: float, run: Run, progress: Progress) -> None:
    document['finished'], document['milliseconds'] = manifest.utc(), milliseconds_since(clock)
    progress.step('commit')
    document.update(masked(document, run.secrets))  # a program's complaint may quote its password
    point.commit(manifest.seal(document))


def _commit_failure(
    repository: stores.Repository, document: dict, clock: float, error: str, run: Run, progress: Progress
) -> None:
    """Leave a manifest that says why there is nothing else, where the repository still takes one.

    What the point had stored is gone with it, so the parts go, too. Should this fail as well, the first failure is the
    one to tell: the caller raises it.
    """
    failed = document | {'databases': [], 'webroots': [], 'test_read': None, 'error': error}
    with contextlib.suppress(*FAILURES, *ENDINGS), grace(LAST_WORDS):
        _commit(repository.begin(document['id']), failed, clock, run, progress)


def _fill(
    point: stores.Point,
    document: dict,
    site: dict,
    findings: list[engines.Preflight],
    points: list[dict],
    run: Run,
    progress: Progress,
) -> None:
    """Databases first, so that files which their rows name exist in the webroot that follows; then the test-read."""
    first_look = witness.look(site, run)
    first_snapshot = time.monotonic()
    for database, finding in zip(site['databases'], findings):
        part = _guarded(_database_part, point, database, finding, run, progress)
        within = within_webroot(database, site['webroots'])
        document['databases'].append({**part, 'within': within} if within else part)
    paths = [webroot['path'] for webroot in webroots_of(site, run)]
    for webroot in webroots_of(site, run):
        document['webroots'].append(_guarded(_webroot_part, point, webroot, paths, points, progress))
    document['skew_milliseconds'] = (
        milliseconds_since(first_snapshot) if document['databases'] and document['webroots'] else None
    )
    document['application'] = witness.testimony(site, run, first_look)
    progress.step('test-read')
    document['test_read'] = point.test_read(progress)


def _guarded(capture: Callable[..., dict], point: stores.Point, source: dict, *arguments: object) -> dict:
    """A part of the point, timed; its failure becomes the part's `error`, so that the other parts are still tried."""
    started, clock = manifest.utc(), time.monotonic()
    try:
        part = capture(point, source, *arguments)
    except RepositoryError:
        raise  # nothing else can be stored either
    except FAILURES as failure:
        part = empty_part(source) | {'error': describe(failure)}
    return part | {'started': started, 'finished': manifest.utc(), 'milliseconds': milliseconds_since(clock)}


def _database_part(
    point: stores.Point, database: dict, finding: engines.Preflight, run: Run, progress: Progress
) -> dict:
    if finding.problems:
        raise PreflightError(finding.problems)
    with run.limits.dump(database, empty_part(database)['label'], progress) as remarks:
        part = _dumped(point, database, finding, progress)
    return part | {'remarks': part['remarks'] + remarks}


def _dumped(point: stores.Point, database: dict, finding: engines.Preflight, progress: Progress) -> dict:
    module, part = engines.engine(database['engine']), empty_part(database)
    with module.capture(database) as capture:
        progress.step('dump', part['label'])
        writer = point.stream(f'database.{part["label"]}.sql')
        # The server counts and sums while the dump flows: the census is asked for once the stream has ended.
        stream = pump(capture.dump, writer, capture.inspector, progress, lambda: capture.compare(capture.census()))
        stored, census = writer.finish(), capture.census()
        accounts = _store_accounts(point, part['label'], capture.accounts())
    part.update(version=finding.server, client=finding.client, snapshot=capture.snapshot, census=census, **stored)
    part.update(bytes=stream.bytes, sha256=stream.sha256, **accounts)
    part['remarks'] = finding.remarks + capture.remarks
    return part


def _store_accounts(point: stores.Point, label: str, statements: bytes) -> dict:
    if not statements:
        return {}
    writer = point.stream(f'database.{label}.accounts.sql')
    put(statements, writer)
    stored = writer.finish()
    return {f'accounts_{key}': value for key, value in stored.items()}


def _webroot_part(point: stores.Point, webroot: dict, paths: list[str], points: list[dict], progress: Progress) -> dict:
    progress.step('webroot', webroot['path'])
    with open_webroot(webroot, paths) as capture:
        return empty_part(webroot) | point.webroot(webroot, capture, points, progress)
