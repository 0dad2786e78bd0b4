# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a recovery point comes to be: preflight, databases, webroots, test-read, commit, for one site at a time.

The protocol (docs/recovery-point.md): the repository is examined first, nothing is written before that. A database
that cannot be captured does not stop the webroots: the point is then committed as *failed*, with the cause and with the
parts that did work. One atomic act, `Point.commit`, decides whether the point exists.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from typing import Callable, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import engines, manifest, stores
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError, RawatError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import (
    CommandFailed,
    DeadlineExceeded,
    Interrupted,
    grace,
)
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.pump import pump, put
from ansible_collections.rawat.website.plugins.module_utils.webroot import open_webroot
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable

FAILURES = (RawatError, CommandFailed, OSError, ValueError)  # one site's or one part's: the others go on
SQLITE_FILES = ('', '-wal', '-shm', '-journal')  # what belongs to one database (sqlite.org/tempfiles.html)
LAST_WORDS = 60  # seconds in which the manifest of a failed point must be written, also after the deadline
ENDINGS = (DeadlineExceeded, Interrupted)  # the whole run's: no further site is begun


class Run(NamedTuple):
    """What all sites of one module call share."""

    id: str
    host: str
    repository: dict  # inventory's website_repository
    assignment: dict | None
    parts: tuple[str, ...]  # 'databases', 'webroots'
    options: dict  # options.defaults() and what the inventory says instead
    collection_version: str


def back_up(sites: list[dict], run: Run, progress_path: str | None = None) -> list[dict]:
    """Back up `sites` one after the other; returns the record's entry of each, in order. A failed site never raises."""
    return _each(sites, run, progress_path, _back_up_site)


def examine(sites: list[dict], run: Run, progress_path: str | None = None) -> list[dict]:
    """Everything that a backup would find out before it writes (check mode, doctor); touches nothing."""
    return _each(sites, run, progress_path, _examine_site)


def _each(sites: list[dict], run: Run, progress_path: str | None, work: Callable) -> list[dict]:
    entries, ended = [], None
    for site in sites:
        if ended:
            entries.append(_failed_entry(site, run, manifest.utc(), f'not begun: {ended}'))
            continue
        started = manifest.utc()
        try:
            entries.append(work(site, run, Progress(progress_path, site['name'])))
        except FAILURES as failure:
            entries.append(_failed_entry(site, run, started, describe(failure)))
        except ENDINGS as ending:
            ended = describe(ending)
            entries.append(_failed_entry(site, run, started, ended))
    return entries


def describe(failure: BaseException) -> str:
    """An exception as a sentence for the report; our own errors are sentences already."""
    if isinstance(failure, (RawatError, CommandFailed, *ENDINGS)):
        return str(failure)
    return f'{type(failure).__name__}: {failure}'


# ---------------------------------------------------------------- one site
def _back_up_site(site: dict, run: Run, progress: Progress) -> dict:
    progress.step('preflight')
    clock, document = time.monotonic(), _new_manifest(site, run)
    repository = stores.open_repository(run.repository, site['name'], run.options)
    repository.check()
    findings = _database_findings(site, run)
    with repository.lock(f'{run.host} run {run.id}'):
        document['swept'] = repository.sweep()
        points = repository.points()
        document['id'] = manifest.point_id(document['started'], run.assignment, {point['id'] for point in points})
        _require_space(repository, _forecast(site, findings, points, run), run.options['space_margin'])
        point = repository.begin(document['id'])
        try:
            _fill(point, document, site, findings, points, run, progress)
            _commit(point, document, clock, progress)
        except BaseException as failure:
            point.abort()
            if isinstance(failure, (*FAILURES, *ENDINGS)):
                _commit_failure(repository, document, clock, describe(failure), progress)
            raise
    return manifest.summary(document)


def _commit(point, document: dict, clock: float, progress: Progress) -> None:
    document['finished'], document['milliseconds'] = manifest.utc(), _milliseconds(clock)
    progress.step('commit')
    point.commit(manifest.seal(document))


def _commit_failure(repository, document: dict, clock: float, error: str, progress: Progress) -> None:
    """Leave a manifest that says why there is nothing else, where the repository still takes one.

    What the point had stored is gone with it, so the parts go, too. Should this fail as well, the first failure is the
    one to tell: the caller raises it.
    """
    failed = document | {'databases': [], 'webroots': [], 'test_read': None, 'error': error}
    with contextlib.suppress(*FAILURES, *ENDINGS), grace(LAST_WORDS):
        _commit(repository.begin(document['id']), failed, clock, progress)


def _fill(point, document: dict, site: dict, findings: list, points: list[dict], run: Run, progress: Progress) -> None:
    """Databases first, so that files which their rows name exist in the webroot that follows; then the test-read."""
    first_snapshot = time.monotonic()
    for database, finding in zip(site['databases'], findings):
        part = _guarded(_database_part, point, database, finding, progress)
        within = _within(database, site['webroots'])
        document['databases'].append({**part, 'within': within} if within else part)
    paths = [webroot['path'] for webroot in _webroots(site, run)]
    for webroot in _webroots(site, run):
        document['webroots'].append(_guarded(_webroot_part, point, webroot, paths, points, progress))
    document['skew_milliseconds'] = (
        _milliseconds(first_snapshot) if document['databases'] and document['webroots'] else None
    )
    progress.step('test-read')
    document['test_read'] = point.test_read(progress)


def _guarded(capture: Callable[..., dict], point, source: dict, *arguments) -> dict:
    """A part of the point, timed; its failure becomes the part's `error`, so that the other parts are still tried."""
    started, clock = manifest.utc(), time.monotonic()
    try:
        part = capture(point, source, *arguments)
    except RepositoryError:
        raise  # nothing else can be stored either
    except FAILURES as failure:
        part = _empty_part(source) | {'error': describe(failure)}
    return part | {'started': started, 'finished': manifest.utc(), 'milliseconds': _milliseconds(clock)}


def _database_part(point, database: dict, finding, progress: Progress) -> dict:
    if finding.problems:
        raise PreflightError(finding.problems)
    module, part = engines.engine(database['engine']), _empty_part(database)
    with module.capture(database) as capture:
        progress.step('census', part['label'])
        census = capture.census()
        progress.step('dump', part['label'])
        writer = point.stream(f'database.{part["label"]}.sql')
        stream = pump(capture.dump, writer, capture.inspector, progress, lambda: capture.compare(census))
        stored = writer.finish()
        accounts = _store_accounts(point, part['label'], capture.accounts())
    part.update(version=finding.server, client=finding.client, snapshot=capture.snapshot, census=census, **stored)
    part.update(bytes=stream.bytes, sha256=stream.sha256, **accounts)
    part['remarks'] = finding.remarks + capture.remarks
    return part


def _store_accounts(point, label: str, statements: bytes) -> dict:
    if not statements:
        return {}
    writer = point.stream(f'database.{label}.accounts.sql')
    put(statements, writer)
    stored = writer.finish()
    return {f'accounts_{key}': value for key, value in stored.items()}


def _webroot_part(point, webroot: dict, paths: list[str], points: list[dict], progress: Progress) -> dict:
    progress.step('webroot', webroot['path'])
    with open_webroot(webroot, paths) as capture:
        return point.webroot(webroot, capture, points, progress)


# ---------------------------------------------------------------- preflight
def _database_findings(site: dict, run: Run) -> list:
    """The preflight of every database of the site; a database that cannot even be asked is a finding, too."""
    findings = []
    for database in site['databases'] if 'databases' in run.parts else []:
        try:
            findings.append(engines.engine(database['engine']).preflight(database))
        except FAILURES as failure:
            findings.append(engines.Preflight(problems=[describe(failure)]))
    return findings


def _examine_site(site: dict, run: Run, progress: Progress) -> dict:
    progress.step('preflight')
    findings, repository_text, free = _database_findings(site, run), '', None
    problems = [line for finding in findings for line in finding.problems]
    remarks = [line for finding in findings for line in finding.remarks]
    forecast = 0
    try:
        settings = {**run.repository, 'create': False}
        repository = stores.open_repository(settings, site['name'], run.options)
        repository_text, points = _examine_repository(repository, run.repository)
        free, forecast = repository.free_bytes(), _forecast(site, findings, points, run)
        _require_space(repository, forecast, run.options['space_margin'])
    except FAILURES as failure:
        problems.append(describe(failure))
    for webroot in _webroots(site, run):
        try:
            with open_webroot(webroot, []):
                pass
        except FAILURES as failure:
            problems.append(describe(failure))
    labels = [_empty_part(database)['label'] for database in site['databases']]
    preflight = {
        'problems': problems,
        'remarks': remarks,
        'repository': repository_text,
        'free_bytes': free,
        'estimated_bytes': forecast,
    }
    preflight['engines'] = dict(zip(labels, (finding.server for finding in findings)))
    entry = _failed_entry(site, run, manifest.utc(), '; '.join(problems) or None)
    return entry | {'outcome': 'not_ready' if problems else 'ready', 'preflight': preflight}


def _examine_repository(repository, settings: dict) -> tuple[str, list[dict]]:
    """A missing repository that the backup may create is no problem; check mode itself creates nothing."""
    try:
        repository.check()
    except RepositoryError:
        if settings.get('create') and repository.missing():
            return 'would be created', []
        raise
    points = repository.points()
    return f'{len(points)} recovery points', points


def _forecast(site: dict, findings: list, points: list[dict], run: Run) -> int:
    """Bytes that this point may need: as much as the largest of the last ones; the size of the sources at first."""
    stored = [sum(part.get('stored_bytes') or 0 for part in point['databases'] + point['webroots']) for point in points]
    if stored:
        return max(stored)
    sources = sum(finding.estimated_bytes for finding in findings)
    for webroot in _webroots(site, run):
        with open_webroot(webroot, []) as capture:
            sources += capture.measure()[1]
    return sources


def _require_space(repository, forecast: int, margin_percent: int) -> None:
    free = repository.free_bytes()
    needed = forecast * (100 + margin_percent) // 100
    if free is not None and free < needed:
        raise RepositoryError(
            f'{repository.location}: {free} bytes are free, this recovery point needs about {needed}: '
            'make room, remove old points by rule, or name a larger repository'
        )


# ---------------------------------------------------------------- documents
def _new_manifest(site: dict, run: Run) -> dict:
    return {
        'schema': manifest.SCHEMA,
        'kind': manifest.KIND,
        'id': None,
        'site': site['name'],
        'url': site.get('url'),
        'host': run.host,
        'run': run.id,
        'collection_version': run.collection_version,
        'parts': list(run.parts),
        'assignment': run.assignment,
        'repository': {'store': run.repository['store'], 'location': run.repository['location']},
        'started': manifest.utc(),
        'databases': [],
        'webroots': [],
        'remarks': [],
        'swept': [],
        'error': None,
    }


def _failed_entry(site: dict, run: Run, started: str, error: str | None) -> dict:
    document = _new_manifest(site, run) | {
        'outcome': 'failed',
        'error': error,
        'started': started,
        'finished': manifest.utc(),
    }
    return manifest.summary(document)


def _empty_part(source: dict) -> dict:
    if 'engine' in source:
        label = engines.engine(source['engine']).label(source)
        return {
            'engine': source['engine'],
            'name': source.get('name') or source['path'],
            'label': label,
            'remarks': [],
            'error': None,
        }
    return {'path': printable(os.fsencode(source['path'])), 'skipped': [], 'remarks': [], 'error': None}


def _webroots(site: dict, run: Run) -> list[dict]:
    """The webroots to capture, without the SQLite databases in them: a plain copy of a live one may be torn."""
    if 'webroots' not in run.parts:
        return []
    places = [within for database in site['databases'] if (within := _within(database, site['webroots']))]
    chosen = []
    for webroot in site['webroots']:
        own = [place['path'] for place in places if place['webroot'] == printable(os.fsencode(webroot['path']))]
        left_out = [os.fsencode(path + suffix) for path in own for suffix in SQLITE_FILES]
        chosen.append({**webroot, 'left_out': left_out})
    return chosen


def _within(database: dict, webroots: list[dict]) -> dict | None:
    """Where in a webroot a SQLite database lies: {webroot, path (relative), owner ('uid:gid'), mode (octal)}."""
    if database['engine'] != 'sqlite' or not os.path.exists(database['path']):
        return None
    real = os.path.realpath(database['path'])
    for webroot in webroots:
        path = os.path.relpath(real, os.path.realpath(webroot['path']))
        if not path.startswith('../'):
            found = os.stat(real)
            owner, mode = f'{found.st_uid}:{found.st_gid}', f'{stat.S_IMODE(found.st_mode):o}'
            return {'webroot': printable(os.fsencode(webroot['path'])), 'path': path, 'owner': owner, 'mode': mode}
    return None


def _milliseconds(since: float) -> int:
    return int((time.monotonic() - since) * 1000)
