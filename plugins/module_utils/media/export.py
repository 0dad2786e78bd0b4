# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One export from beginning to end: chosen points of many sites, self-contained, onto one medium.

Nothing is written before everything is chosen and fits. A point on the medium becomes visible whole or not at all (the
archive store's commit), and counts only after the medium was unmounted, mounted anew and every file was read back.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import manifest, stores, transfer
from ansible_collections.rawat.website.plugins.module_utils.drill.choice import DrillRequest, chosen
from ansible_collections.rawat.website.plugins.module_utils.media import contents, forecast, guide
from ansible_collections.rawat.website.plugins.module_utils.media.places import Place, opened
from ansible_collections.rawat.website.plugins.module_utils.media.settings import Medium, MediumError
from ansible_collections.rawat.website.plugins.module_utils.process import disarm
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.site_run import (
    ENDINGS,
    FAILURES,
    Run,
    describe,
    failed_entry,
    milliseconds_since,
)
from ansible_collections.rawat.website.plugins.module_utils.stores import common

EVENT = 'export'  # the kind of the store's event that tells of an export
IDENTITY = ('label', 'uuid', 'serial', 'set', 'inventory_number')  # of a medium: what a record says
Entry = dict[str, Any]


class ExportRequest(NamedTuple):
    """What is asked for. `to`: label, UUID or directory; `verifier`: the text of verify.py; `host`: where this runs."""

    to: str
    media: list[Medium]
    point: str | None = None
    recipients: tuple[str, ...] = ()
    verifier: bytes = b''
    host: str = ''


class Target(NamedTuple):
    """One inventory host: its sites [{name, url}] and its repository as it is seen from here."""

    host: str
    sites: list[dict[str, Any]]
    repository: dict[str, Any]


@dataclass
class Job:
    """One site on its way onto the medium; `error` says why it is not there."""

    site: dict[str, Any]
    run: Run
    progress: Progress
    started: str = field(default_factory=manifest.utc)
    clock: float = field(default_factory=time.monotonic)
    source: Any = None  # the stores.Repository in which the point lies
    point: dict[str, Any] = field(default_factory=dict)  # as it lies there; empty before it was chosen
    written: dict[str, Any] = field(default_factory=dict)  # as it lies on the medium; empty when it does not
    expected: dict[str, str] = field(default_factory=dict)  # {file: SHA-256} of all that was written
    method: str = ''
    read: int = 0  # bytes that were read back
    error: str | None = None
    remarks: list[str] = field(default_factory=list)


def export(targets: list[Target], request: ExportRequest, run: Run, progress_path: str | None = None) -> list[Entry]:
    """Export one point of every site; returns the record's entries, in the order of the targets."""
    jobs = [
        Job(site, run._replace(host=target.host, repository=target.repository), Progress(progress_path, site['name']))
        for target in targets
        for site in target.sites
    ]
    try:
        with opened(request.to, request.media, run.options) as place:
            _export(jobs, place, request)
    except (*FAILURES, *ENDINGS) as failure:
        disarm()
        # Whatever was written was not read back to the end, so it does not count.
        return [_failed(job, job.error or _cause(failure, request)) for job in jobs]
    _tell(jobs, place, request)
    return [_entry(job, place, request) for job in jobs]


def _export(jobs: list[Job], place: Place, request: ExportRequest) -> None:
    swept = contents.sweep(place.path, jobs[0].run.id, jobs[0].run.options)
    for job in jobs:
        job.remarks += swept if job is jobs[0] else []
        with _noted(job, request):
            _choose(job, request)
    ready = [job for job in jobs if not job.error]
    _require_room(ready, place)
    for job in ready:
        _write(job, place, request)
    done = [job for job in ready if job.written]
    if not done:
        return
    top = contents.write_top(place.path, guide.text(place.medium, contents.points(place.path)), request.verifier)
    place.again()
    _read_back(done, top, place, request)
    place.left = place.room()


@contextlib.contextmanager
def _noted(job: Job, request: ExportRequest) -> Iterator[None]:
    """One site's failure is its own; the end of the run is everybody's."""
    try:
        yield
    except FAILURES as failure:
        job.error = _cause(failure, request)


def _cause(failure: BaseException, request: ExportRequest) -> str:
    """A failure in words; one that the system reports of a file names the medium, too: it is most likely its own."""
    if not isinstance(failure, OSError):
        return describe(failure)
    file = f' ({failure.filename})' if failure.filename else ''
    return (
        f'{request.to}: {failure.strerror or failure}{file}: was the medium pulled out? Plug it in and export again; '
        'earlier exports are as they were (check them with its verify.py)'
    )


def _choose(job: Job, request: ExportRequest) -> None:
    """The point of one site; costs no reading of data."""
    job.progress.step('preflight')
    job.source = stores.open_repository({**job.run.repository, 'create': False}, job.site['name'], job.run.options)
    if job.source.missing():
        raise MediumError(common.missing(job.source.location, False))
    job.point = chosen(job.source.points(), DrillRequest(request.point), job.site['name'])[0]
    if job.point.get('damaged'):
        raise MediumError(f'{job.site["name"]}/{job.point["id"]}: {job.point["error"]}; export another point (--point)')


def _require_room(jobs: list[Job], place: Place) -> None:
    """MediumError unless everything that does not lie there yet fits."""
    there = {(point['site'], point['id']) for point in contents.points(place.path) if not point.get('damaged')}
    new = [job.point for job in jobs if job.point and (job.site['name'], job.point['id']) not in there]
    free = contents.repository(place.path, 'any').free_bytes()
    margin = jobs[0].run.options['space_margin'] if jobs else 0
    forecast.require(place, new, free, margin)


def _write(job: Job, place: Place, request: ExportRequest) -> None:
    """Put one point there. A site's own failure is noted; what the medium does not survive is raised."""
    job.progress.step('export', job.point['id'])
    name = job.site['name']
    target = contents.repository(place.path, name, list(request.recipients), job.run.options)
    target.check()  # of the medium, so of all sites: raised
    with _noted(job, request):
        with target.lock(f'export {job.run.id}'):
            job.written, job.method = _put(job, target)
        job.expected = contents.sums(place.path, name, job.written['id'])
    if job.error:
        target.check()


def _put(job: Job, target: stores.Repository) -> tuple[dict[str, Any], str]:
    work = str(common.state_directory(job.run.options) / 'export')
    done = transfer.transfer(
        job.source, job.point, target, whole=True, options=job.run.options, progress=job.progress, work=work
    )
    return done.manifest, done.method


def _read_back(jobs: list[Job], top: dict[str, str], place: Place, request: ExportRequest) -> None:
    """Every file that was written, from the disk; a point that differs loses its name."""
    _bytes, wrong = contents.compare(place.path, top, jobs[0].progress)
    bad = []
    for job in jobs:
        job.progress.step('read-back')
        job.read, found = contents.compare(place.path, job.expected, job.progress)
        if found or wrong:
            reason = '; '.join([*found, *wrong][:3])
            job.error = f'{place.name}: {reason}: do not trust this medium; take another one, and check its cable'
        if found:
            bad.append(job)
    if bad:
        _withdraw(bad, place, request)


def _withdraw(jobs: list[Job], place: Place, request: ExportRequest) -> None:
    try:
        place.again(writable=True)
        for job in jobs:
            contents.withdraw(place.path, job.site['name'], job.written['id'])
        contents.write_top(place.path, guide.text(place.medium, contents.points(place.path)), request.verifier)
    except FAILURES as failure:
        for job in jobs:
            job.error = f'{job.error}; the bad point could not be taken away either: {describe(failure)}'


def _tell(jobs: list[Job], place: Place, request: ExportRequest) -> None:
    """The point's own repository knows where it was exported to; one that takes no word of it is a remark."""
    for job in [job for job in jobs if job.written and not job.error]:
        document = {
            'medium': _identity(place.medium), 'exported': manifest.utc(), 'path': str(place.path), 'run': job.run.id,
            'host': request.host, 'encryption': _encryption(job.written),
        }  # fmt: skip
        try:
            job.source.add_event(EVENT, job.written['id'], document)
        except FAILURES as failure:
            job.remarks.append(f'the repository of the point could not be told of the export: {describe(failure)}')


def _entry(job: Job, place: Place, request: ExportRequest) -> Entry:
    if job.error or not job.written:
        return _failed(job, job.error or 'not begun: the medium took no more')
    entry = manifest.summary(job.written)
    remarks = [*job.remarks, *place.remarks()]
    if job.written['outcome'] == 'remarks':
        remarks.append(f'the recovery point {job.written["id"]} itself was made with remarks: see its manifest.json')
    entry.update(
        host=job.run.host, outcome='remarks' if remarks else 'complete', remarks=remarks, started=job.started,
        finished=manifest.utc(), milliseconds=milliseconds_since(job.clock),
        repository={'store': 'archive', 'location': str(place.path)},
    )  # fmt: skip
    entry['export'] = _facts(job, place, request)
    entry['copies'] = []
    return entry


def _facts(job: Job, place: Place, request: ExportRequest) -> dict[str, Any]:
    """What the record says of an export, hashes included: with them anybody can tell this medium from another."""
    folder = f'{job.site["name"]}/{job.written["id"]}'
    return {
        'medium': _identity(place.medium),
        'directory': str(place.path),
        'host': request.host,
        'source': {'store': job.run.repository['store'], 'location': job.source.location},
        'files': len(job.expected),
        'bytes': job.read,
        'sums_sha256': job.expected[f'{folder}/{common.SUMS}'],
        'manifest_sha256': job.expected[f'{folder}/{common.MANIFEST}'],
        'encryption': _encryption(job.written),
        'method': job.method,
        'remounted': place.remounted,
        'read_back': manifest.utc(),
        **place.left,
    }


def _encryption(written: dict[str, Any]) -> str | None:
    return (written.get('encryption') or {}).get('method')


def _identity(medium: Medium | None) -> dict[str, Any] | None:
    return {key: medium.get(key) for key in IDENTITY} if medium else None


def _failed(job: Job, error: str) -> Entry:
    entry = failed_entry(job.site, job.run, job.started, error)
    entry.update(recovery_point=job.point.get('id'), milliseconds=milliseconds_since(job.clock))
    return entry
