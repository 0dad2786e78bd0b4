# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found out before anything is written: databases, repository, webroots, room. Check mode stops here."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils import engines, manifest, stores
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.pages import witness
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.site_run import (
    FAILURES,
    Run,
    describe,
    each_site,
    empty_part,
    failed_entry,
    webroots_of,
)
from ansible_collections.rawat.website.plugins.module_utils.webroot import open_webroot

# Manifests that a run looks at: they tell the last full, the previous point and the forecast, and each may be as large
# as its census, so not all of a year's are read.
RECENT = 64


def examine(sites: list[dict], run: Run, progress_path: str | None = None) -> list[dict]:
    """Everything that a backup would find out before it writes (check mode, doctor); touches nothing."""
    return each_site(sites, run, progress_path, _examine_site)


def database_findings(site: dict, run: Run) -> list[engines.Preflight]:
    """The preflight of every database of the site; a database that cannot even be asked is a finding, too."""
    findings = []
    for database in site['databases'] if 'databases' in run.parts else []:
        try:
            findings.append(engines.engine(database['engine']).preflight(database))
        except FAILURES as failure:
            findings.append(engines.Preflight(problems=[describe(failure)]))
    labels = [empty_part(database)['label'] for database in site['databases']]
    for label, finding in zip(labels, findings):
        if labels.count(label) > 1:
            finding.problems.append(f'{label}: two databases of the site would share this file name; rename one')
    return findings


def _examine_site(site: dict, run: Run, progress: Progress) -> dict:
    progress.step('preflight')
    findings, repository_text, free = database_findings(site, run), '', None
    problems = [line for finding in findings for line in finding.problems]
    remarks = [line for finding in findings for line in finding.remarks]
    forecast = 0
    try:
        settings = {**run.repository, 'create': False}
        repository = stores.open_repository(settings, site['name'], run.options)
        repository_text, points = _examine_repository(repository, run.repository)
        free, forecast = repository.free_bytes(), forecast_bytes(site, findings, points, run)
        require_space(repository, forecast, run.options['space_margin'])
    except FAILURES as failure:
        problems.append(describe(failure))
    for webroot in webroots_of(site, run):
        try:
            with open_webroot(webroot, []):
                pass
        except FAILURES as failure:
            problems.append(describe(failure))
    labels = [empty_part(database)['label'] for database in site['databases']]
    preflight: dict = {
        'problems': problems,
        'remarks': remarks,
        'repository': repository_text,
        'free_bytes': free,
        'estimated_bytes': forecast,
    }
    preflight['pages'] = witness.foresight(site, run)
    preflight['engines'] = dict(zip(labels, (finding.server for finding in findings)))
    entry = failed_entry(site, run, manifest.utc(), '; '.join(problems) or None)
    return entry | {'outcome': 'not_ready' if problems else 'ready', 'preflight': preflight}


def _examine_repository(repository: stores.Repository, settings: dict) -> tuple[str, list[dict]]:
    """A missing repository that the backup may create is no problem; check mode itself creates nothing."""
    try:
        repository.check()
    except RepositoryError:
        if settings.get('create') and repository.missing():
            return 'would be created', []
        raise
    points = repository.points(RECENT)
    return (f'{len(points)} recovery points' if len(points) < RECENT else f'at least {RECENT} recovery points'), points


def forecast_bytes(site: dict, findings: list[engines.Preflight], points: list[dict], run: Run) -> int:
    """Bytes that this point may need: as much as the largest of the last ones; the size of the sources at first."""
    stored = [sum(part.get('stored_bytes') or 0 for part in point['databases'] + point['webroots']) for point in points]
    if stored:
        return max(stored)
    sources = sum(finding.estimated_bytes for finding in findings)
    for webroot in webroots_of(site, run):
        with open_webroot(webroot, []) as capture:
            sources += capture.measure()[1]
    return sources


def require_space(repository: stores.Repository, forecast: int, margin_percent: int) -> None:
    free = repository.free_bytes()
    needed = forecast * (100 + margin_percent) // 100
    if free is not None and free < needed:
        raise RepositoryError(
            f'{repository.location}: {free} bytes are free, this recovery point needs about {needed}: '
            'make room, remove old points by rule, or name a larger repository'
        )
