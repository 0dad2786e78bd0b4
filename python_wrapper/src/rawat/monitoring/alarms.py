# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms of `rawat status`: prunes that failed or never came, wanting copies, due drills, full repositories."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, size
from ansible_collections.rawat.website.plugins.module_utils.procedure import office as offices
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc

from rawat.monitoring.deadlines import UNREADABLE, filing_root
from rawat.terminal import language, say

DAY = 86400
LOOK_BACK = 400  # newest runs among which the last prune of a site is looked for
Found = dict[str, Any]


def gather(plan: Found, sites: list[Found], now: float | None = None) -> list[Found]:
    """[{kind, site, text}]: prune_failed, prune_overdue, copy_pending, drill_overdue, space."""
    policy, moment = offices.settle(plan.get('office'))['policy'], now or time.time()
    prunes = last_prunes(filing_root(plan))
    return [found for entry in sites if not entry.get('error') for found in _of_site(entry, policy, prunes, moment)]


def _of_site(entry: Found, policy: dict[str, int], prunes: dict[str, Found], now: float) -> Iterator[Found]:
    site = str(entry.get('site'))
    yield from _of_prune(site, entry.get('retention') or {}, prunes.get(site), policy['prune_days'], now)
    for copy in entry.get('copies') or []:
        if copy.get('status') != 'verified':
            reason = copy.get('error') or copy.get('status') or NOTHING
            yield _alarm('copy_pending', site, copy=copy.get('name'), reason=reason)
    # A site that was never drilled counts from its oldest point; that it never was, status says beside this.
    proof = parse_utc(entry.get('last_proof') or (entry.get('retention') or {}).get('oldest'))
    if entry.get('newest_good') and proof is not None and now - proof > policy['drill_days'] * DAY:
        yield _alarm('drill_overdue', site, days=policy['drill_days'])
    room = entry.get('retention') or {}
    if room.get('full_on'):
        location = next((point.get('location') for point in entry.get('points') or []), NOTHING)
        yield _alarm('space', site, location=location, date=room['full_on'], free=size(room['free_bytes'], language()))


def _of_prune(site: str, retention: Found, last: Found | None, days: int, now: float) -> Iterator[Found]:
    """A prune that failed says so until one succeeds; it is overdue while there is something to remove."""
    if last and last['outcome'] == 'failed':
        yield _alarm('prune_failed', site, run=last['run'], reason=last['error'] or NOTHING)
    since = parse_utc(last['time']) if last else parse_utc(retention.get('oldest'))
    if retention.get('expired') and since is not None and now - since > days * DAY:
        yield _alarm('prune_overdue', site, days=days, count=retention['expired'])


def _alarm(kind: str, site: str, **values: object) -> Found:
    return {'kind': kind, 'site': site, 'text': say(f'alarm.{kind}', site=site, **values)}


def last_prunes(root: Path) -> dict[str, Found]:
    """{site: {run, time, outcome, error}} of the last prune of each site, out of the newest records."""
    found: dict[str, Found] = {}
    paths = sorted(root.glob('[0-9]*/[0-9]*/*/record.json'), key=lambda path: path.parts[-4:], reverse=True)
    for path in paths[:LOOK_BACK]:
        try:
            record = json.loads(path.read_bytes())
            run = record['run']
            for entry in record['sites'] if run.get('kind') == 'prune' else []:
                known = {'run': run['id'], 'time': run['started'], 'outcome': entry['outcome'], 'error': entry['error']}
                found.setdefault(entry['site'], known)
        except UNREADABLE:
            continue  # `rawat check` is who judges records
    return found
