# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The feed for machines (SOP: PUSDATIN): `<filing>/feed.json`, the age of the newest verified point of each site.

It holds names, times, outcomes and ages; no location, no credential, no error text, nothing of a site's content.
"""

from __future__ import annotations

import calendar
import contextlib
import fcntl
import glob
import json
import os
import time
from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.record import KINDS, replace_file
from ansible_collections.rawat.website.plugins.module_utils.version import VERSION

NAME, LOCK = 'feed.json', '.feed.lock'
SCHEMA = 1
TIME_FORMAT = '%Y-%m-%dT%H:%M:%SZ'
VERIFIED = ('complete', 'remarks')  # a point of these outcomes was read back before it counted
BACKUP, VERIFY = KINDS[0], KINDS[1]
Site = dict[str, Any]
KEPT = ('site', 'host', 'last_run', 'verified', 'drilled')


def write(filing: str, folder: str | None = None) -> str:
    """Renew the feed with the run in `folder`, or from all filed records where there is no feed yet; returns its path.

    Raises OSError.
    """
    path = os.path.join(filing, NAME)
    with _alone(filing):
        sites = _known(path)
        found = sorted(glob.glob(os.path.join(glob.escape(filing), '[0-9]*', '[0-9]*', '*', 'record.json')))
        new = [os.path.join(folder, 'record.json')] if folder and sites is not None else found
        sites = sites or {}
        for name in new:
            _take(sites, _record(name))
        replace_file(path, canonical(_document(sites, _register(filing))))
    return path


@contextlib.contextmanager
def _alone(filing: str) -> Iterator[None]:
    """Two runs that end at once must not each forget the other's sites."""
    os.makedirs(filing, mode=0o750, exist_ok=True)
    with open(os.path.join(filing, LOCK), 'a', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _known(path: str) -> dict[tuple[str, str], Site] | None:
    """The sites of the feed as it is; None when there is none, or none that can be read: it is made anew then."""
    try:
        with open(path, encoding='utf-8') as handle:
            sites = json.load(handle)['sites']
        return {(site['site'], site['host']): {key: site[key] for key in KEPT} for site in sites}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _record(path: str) -> dict[str, Any]:
    """A record; one that cannot be read has no sites (`rawat check` names it)."""
    try:
        with open(path, encoding='utf-8') as handle:
            record = json.load(handle)
        return record if isinstance(record['sites'], list) and record['run']['id'] else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _take(sites: dict[tuple[str, str], Site], record: dict[str, Any]) -> None:
    """What one run tells of its sites. Records may come in any order: the newest wins."""
    run = record.get('run') or {}
    kind = run.get('kind') or BACKUP
    if kind not in (BACKUP, VERIFY):
        return
    for entry in record.get('sites') or []:
        key = (entry['site'], entry['host'])
        site = sites.setdefault(key, {**dict.fromkeys(KEPT), 'site': key[0], 'host': key[1]})
        if kind == BACKUP:
            told = {'run': run['id'], 'finished': run.get('finished'), 'outcome': entry['outcome']}
            site['last_run'] = _newer(site['last_run'], told, 'finished')
            point = {'recovery_point': entry.get('recovery_point'), 'taken': entry.get('started'), 'run': run['id']}
            if _is_verified(entry):
                site['verified'] = _newer(site['verified'], {**point, 'outcome': _point_outcome(entry)}, 'taken')
        for drill in _drills(entry):
            proof = {key: drill.get(key) for key in ('recovery_point', 'grade', 'rto_milliseconds')}
            told = {**proof, 'finished': drill.get('finished') or run.get('finished'), 'run': run['id']}
            site['drilled'] = _newer(site['drilled'], told, 'finished')


def _is_verified(entry: dict[str, Any]) -> bool:
    """Whether the point exists whole, and what was written was read back. A failed drill is of the point, too."""
    whole = entry.get('recovery_point') and entry.get('test_read') and _point_outcome(entry) in VERIFIED
    return bool(whole) and (entry.get('drill') or {}).get('grade') != 'F'


def _point_outcome(entry: dict[str, Any]) -> str:
    """The outcome of the point, which a drill that was not done does not worsen."""
    parts = [part.get('outcome') for kind in ('databases', 'webroots') for part in entry.get(kind) or []]
    if not parts or 'failed' in parts:
        return 'failed'
    return 'remarks' if 'remarks' in parts or entry.get('remarks') else 'complete'


def _drills(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return entry.get('drills') or ([entry['drill']] if entry.get('drill') else [])


def _newer(known: dict[str, Any] | None, told: dict[str, Any], by: str) -> dict[str, Any] | None:
    if not told[by]:
        return known
    return told if known is None or told[by] >= (known[by] or '') else known


def _register(filing: str) -> dict[str, Any] | None:
    """The end of the register's chain: kept elsewhere, it anchors every row before it. None for a broken chain."""
    from ansible_collections.rawat.website.plugins.module_utils import register

    with contextlib.suppress(register.RegisterError):
        book = register.Register(filing)
        return {'rows': len(book.rows()), 'tip': book.tip()}
    return None


def _document(sites: dict[tuple[str, str], Site], book: dict[str, Any] | None) -> dict[str, Any]:
    now = time.time()
    return {
        'schema': SCHEMA,
        'kind': 'rawat.website feed',
        'written': utc(now),
        'collection_version': VERSION,
        'register': book,
        'sites': [{**site, 'age_seconds': _age(site['verified'], now)} for _key, site in sorted(sites.items())],
    }


def _age(verified: dict[str, Any] | None, now: float) -> int | None:
    """Seconds since the newest verified point was taken, at the time of writing; None without one."""
    if not verified:
        return None
    return max(0, int(now) - calendar.timegm(time.strptime(verified['taken'], TIME_FORMAT)))
