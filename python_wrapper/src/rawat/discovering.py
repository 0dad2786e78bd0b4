# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of the playbook discover: what its summary said of all hosts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.record import KINDS

from rawat.monitoring.deadlines import UNREADABLE, filing_root
from rawat.outcome import Outcome
from rawat.request import Request, UsageProblem
from rawat.runner import play, stop_request
from rawat.terminal import say

KEYS = ('sites', 'unclaimed_databases', 'gone', 'remarks', 'written')

LOOK_BACK = 50  # newest runs in which the last backup of each host is looked for


@dataclass
class Discovery:
    """`whole` is what the module discovery_summary returns; hosts of which nothing is known are in its `hosts`."""

    outcome: Outcome = field(default_factory=Outcome)
    whole: dict[str, Any] = field(default_factory=dict)

    def take(self, event: dict[str, Any]) -> None:
        """One event of ansible-runner."""
        self.outcome.feed(event)
        result = (event.get('event_data') or {}).get('res')
        if isinstance(result, dict) and isinstance(result.get('rawat_discovery'), dict):
            self.whole = result['rawat_discovery']

    @property
    def died(self) -> str | None:
        """'timeout', 'cancelled' or 'killed', else None."""
        ended = self.outcome.ended
        return self.outcome.died or ('killed' if ended and ended.code is None and not self.outcome.has_stats else None)

    @property
    def problems(self) -> list[str]:
        """What went wrong beside hosts that told nothing: those are in `whole`."""
        told = self.whole['hosts']
        found = {host: text for host, text in self.outcome.results.items() if isinstance(text, str)}
        return self.outcome.problems + [f'{host}: {text}' for host, text in found.items() if host not in told]


def run(request: Request) -> Discovery:
    """Look at every host of the inventory. UsageProblem when nothing could begin."""
    found = Discovery()
    with stop_request() as stop:
        found.outcome.ended = play('discover', request, dict(request.variables), found.take, lambda _folder: None, stop)
    outcome = found.outcome
    if not found.whole and outcome.configuration_errors:
        raise UsageProblem([str(line) for line in outcome.configuration_errors])
    if not found.whole and not found.died and not outcome.results and not outcome.unreachable:
        if outcome.has_stats:
            raise UsageProblem([say('usage.no_hosts', path=request.inventory)])
        raise UsageProblem(
            [say('usage.ansible'), *(line for text in outcome.tail for line in text.splitlines() if line)]
        )
    for key in KEYS:
        found.whole.setdefault(key, [])
    found.whole.setdefault('missing_variables', {})
    found.whole['hosts'] = {**outcome.unreachable, **found.whole.get('hosts', {})}
    return found


def newest_unprotected(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """What the last filed backup of each planned host noticed: [{host, webroot, url, application, server}]."""
    paths = filing_root(plan).glob('[0-9]*/[0-9]*/*/record.json')
    seen: set[str] = set()
    found: list[dict[str, Any]] = []
    for path in sorted(paths, key=lambda path: path.parts[-4:], reverse=True)[:LOOK_BACK]:
        try:
            record = json.loads(path.read_bytes())
            if record['run'].get('kind', KINDS[0]) != KINDS[0] or 'unprotected' not in record:
                continue  # a record that does not know says nothing: runs in pieces are reported from their points
            hosts = {entry['host'] for entry in record['sites'] if entry['outcome'] != 'unreachable'} - seen
            found += [one for one in record['unprotected'] if one['host'] in hosts & set(plan['hosts'])]
            seen |= hosts
        except UNREADABLE:
            continue  # `rawat check` is who judges records
    return found
