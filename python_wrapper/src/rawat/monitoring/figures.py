# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `rawat status` knows as figures for Prometheus (module_utils/notifying/openmetrics)."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.notifying import openmetrics
from ansible_collections.rawat.website.plugins.module_utils.procedure.deadlines import STATES
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc

from rawat.monitoring.findings import NAMES, Finding, Seen, worst


def samples(seen: Seen, found: list[Finding], now: float | None = None) -> openmetrics.Samples:
    """Samples of all sites, of what was found and of open deadlines."""
    moment, plan = now or time.time(), seen.outcome.plan or {}
    made = openmetrics.collect([_facts(entry, moment) for entry in seen.sites], plan.get('office'), moment)
    states = Counter(one.state for one in found)
    due = Counter(one['state'] for one in seen.deadlines)
    made['rawat_check_state'] = [({}, worst(found))]
    made['rawat_findings'] = [({'state': name.lower()}, states[code]) for code, name in enumerate(NAMES) if code]
    made['rawat_deadlines'] = [({'state': state}, due[state]) for state in STATES]
    return made


def _facts(entry: dict[str, Any], now: float) -> openmetrics.Facts:
    facts: openmetrics.Facts = {'site': entry.get('site'), 'host': entry.get('host'), 'readable': 1}
    if entry.get('error'):
        return facts | {'readable': 0}
    age, room = entry.get('age_seconds'), entry.get('retention') or {}
    points: list[dict[str, Any]] = entry.get('points') or []
    newest = next((one for one in points if one.get('id') == entry.get('newest_good')), dict[str, Any]())
    return facts | {
        'newest_good': 0 if age is None else now - age,
        'last_proof': parse_utc(entry.get('last_proof')) or 0,
        'bytes': newest.get('bytes'),
        'copies_wanting': sum(copy.get('status') != 'verified' for copy in entry.get('copies') or []),
        'expired': room.get('expired'),
        'free': room.get('free_bytes'),
    }
