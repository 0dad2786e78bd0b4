# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which recovery points are drilled, and is a drill due? Looks at manifests and earlier results only."""

from __future__ import annotations

import random
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.manifest import is_safety
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc

DAY = 86400
SLACK = 3600  # seconds: a daily drill must not slip to the next day because a run began a minute earlier
SCHEDULES = {'always': 0, 'daily': DAY, 'weekly': 7 * DAY, 'quarterly': 91 * DAY}  # seconds between two drills


class DrillRequest(NamedTuple):
    """What is asked for: the newest point, one by name, or `sample` points chosen by chance; only where it is due?"""

    point: str | None = None
    sample: int | None = None
    due_only: bool = False
    host: str = ''  # where the drill runs, for the record


def chosen(points: list[dict], request: DrillRequest, site: str) -> list[dict]:
    """The manifests to drill. `points`: all of the site's, newest first. RawatError where there is none."""
    if request.point:
        found = [point for point in points if point['id'] == request.point]
        if not found:
            known = ', '.join(point['id'] for point in points[:5]) or 'none'
            raise RawatError(f'{site}: there is no recovery point {request.point!r}; the newest are: {known}')
        if found[0]['outcome'] == 'failed' and not found[0].get('damaged'):
            raise RawatError(f'{site}: the recovery point {request.point} is a failed one: {found[0]["error"]}')
        return found
    candidates = [point for point in points if point['outcome'] != 'failed' or point.get('damaged')]
    candidates = [point for point in candidates if not is_safety(point)] or candidates
    if not candidates:
        raise RawatError(f'{site}: there is no recovery point that could be drilled; back the site up first')
    if request.sample:
        return random.sample(candidates, min(request.sample, len(candidates)))
    return candidates[:1]


def is_due(schedule: str | None, last: str | None, now: float) -> bool:
    """Is a drill due? `schedule`: the site's `drill` (None: never), `last`: UTC of the last one, `now`: seconds."""
    if schedule not in SCHEDULES:
        return False
    return now - (parse_utc(last) or 0.0) >= SCHEDULES[schedule] - SLACK
