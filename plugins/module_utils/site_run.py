# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What everything that works on sites shares: the run, the sites one after the other, and their first documents."""

from __future__ import annotations

import os
import stat
import time
from typing import Callable, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import engines, manifest
from ansible_collections.rawat.website.plugins.module_utils.concurrency import Limits
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.masking import without_password
from ansible_collections.rawat.website.plugins.module_utils.process import (
    CommandFailed,
    DeadlineExceeded,
    Interrupted,
    disarm,
)
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable

FAILURES = (RawatError, CommandFailed, OSError, ValueError)  # one site's or one part's: the others go on
SQLITE_FILES = ('', '-wal', '-shm', '-journal')  # what belongs to one database (sqlite.org/tempfiles.html)
DATABASE_FIELDS = (
    *('version', 'client', 'snapshot', 'census', 'file', 'bytes', 'sha256', 'stored_bytes', 'stored_sha256'),
    *('accounts_file', 'accounts_stored_bytes', 'accounts_stored_sha256'),
)
WEBROOT_FIELDS = (
    *('kind', 'base', 'file', 'list_file', 'list_sha256', 'stored_bytes', 'stored_sha256'),
    *('files', 'directories', 'links', 'bytes', 'added', 'changed', 'removed'),
)
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
    secrets: frozenset[str] = frozenset()  # texts that no manifest, record or event may hold
    limits: Limits = Limits()  # of website_concurrency


def each_site(sites: list[dict], run: Run, progress_path: str | None, work: Callable) -> list[dict]:
    entries, ended = [], None
    for site in sites:
        if ended:
            entries.append(failed_entry(site, run, manifest.utc(), f'not begun: {ended}'))
            continue
        started = manifest.utc()
        try:
            entries.append(work(site, run, Progress(progress_path, site['name'])))
        except FAILURES as failure:
            entries.append(failed_entry(site, run, started, describe(failure)))
        except ENDINGS as ending:
            disarm()
            ended = describe(ending)
            entries.append(failed_entry(site, run, started, ended))
    return entries


def describe(failure: BaseException) -> str:
    """An exception as a sentence for the report; our own errors are sentences already."""
    if isinstance(failure, (RawatError, CommandFailed, *ENDINGS)):
        return str(failure)
    return f'{type(failure).__name__}: {failure}'


def new_manifest(site: dict, run: Run) -> dict:
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
        'repository': {'store': run.repository['store'], 'location': without_password(run.repository['location'])},
        'started': manifest.utc(),
        'databases': [],
        'webroots': [],
        'remarks': [],
        'swept': [],
        'error': None,
    }


def new_entry(site: dict, run: Run, outcome: str, started: str) -> dict:
    """The record's entry of a site on which something was done that is no backup."""
    document = new_manifest(site, run) | {'outcome': outcome, 'started': started, 'finished': manifest.utc()}
    return manifest.summary(document)


def failed_entry(site: dict, run: Run, started: str, error: str | None) -> dict:
    document = new_manifest(site, run) | {
        'outcome': 'failed',
        'error': error,
        'started': started,
        'finished': manifest.utc(),
    }
    return manifest.summary(document)


def empty_part(source: dict) -> dict:
    """A part of the manifest before anything is known of it: every field that a reader may look for, as null."""
    if 'engine' in source:
        label = engines.engine(source['engine']).label(source)
        known = {'engine': source['engine'], 'name': source.get('name') or source['path'], 'label': label}
        return {**dict.fromkeys(DATABASE_FIELDS), **known, 'remarks': [], 'error': None}
    path = printable(os.fsencode(source['path']))
    return {**dict.fromkeys(WEBROOT_FIELDS), 'path': path, 'skipped': [], 'remarks': [], 'error': None}


def webroots_of(site: dict, run: Run) -> list[dict]:
    """The webroots to capture, without the SQLite databases in them: a plain copy of a live one may be torn."""
    if 'webroots' not in run.parts:
        return []
    places = [within for database in site['databases'] if (within := within_webroot(database, site['webroots']))]
    chosen = []
    for webroot in site['webroots']:
        own = [place['path'] for place in places if place['webroot'] == printable(os.fsencode(webroot['path']))]
        left_out = [os.fsencode(path + suffix) for path in own for suffix in SQLITE_FILES]
        chosen.append({**webroot, 'left_out': left_out})
    return chosen


def within_webroot(database: dict, webroots: list[dict]) -> dict | None:
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


def milliseconds_since(since: float) -> int:
    return int((time.monotonic() - since) * 1000)
