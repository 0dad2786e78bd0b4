# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one worker does of a run, and what is known of its hosts when it has ended or is lost."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.immutability import remarked, settled

from rawat.outcome import RESULTS, TAIL, Outcome
from rawat.progress_view import SiteState
from rawat.workers.address import Worker

OURS = ('run_plan', 'run_record', 'report_delivery')  # what these say in a piece of the run is not the run's
FOLLOWING = {'site_drill': records.with_drills, 'site_vault': records.with_copies}  # after a site's backup
States = Mapping[tuple[str, str], SiteState]


class Share:
    """The hosts of one worker. `ended`: ansible-runner's word; `lost`: why the worker was lost, '' while it is not."""

    def __init__(self, worker: Worker, number: int, hosts: list[str]):
        self.worker, self.number, self.hosts = worker, number, hosts
        self.ended, self.lost = '', ''
        self.finished = False  # the playbook came to its end and said so
        self._refused: list[str] = []
        self._tail: deque[str] = deque(maxlen=TAIL)

    def own(self, event: dict[str, Any]) -> bool:
        """Note what an event says of this piece alone; true when it concerns nothing else."""
        if event.get('stdout'):
            self._tail.append(str(event['stdout']))
        data = event.get('event_data') or {}
        kind, action = event.get('event'), str(data.get('resolved_action') or data.get('task_action') or '')
        if kind == 'playbook_on_stats':
            self.finished = True
            return True
        if kind not in RESULTS or action.rpartition('.')[2] not in OURS:
            return False
        result = data.get('res') or {}
        if kind == 'runner_on_failed':
            self._refused += [str(line) for line in result.get('rawat_configuration_errors') or [result.get('msg')]]
        return True

    def write_progress(self, folder: Path, host: str, sample: Any) -> None:
        """Put a host's progress where the view looks for it."""
        if host in self.hosts and '/' not in host:
            path = folder / f'{host}.json'
            new = path.with_suffix('.new')
            new.write_text(json.dumps(sample), encoding='utf-8')
            new.replace(path)

    def reason(self, host: str) -> str:
        """Why `host` did not report, as far as the worker's own words go."""
        own = [line for line in self._refused if line.startswith(f'{host}: ')]
        lines = [line.strip() for text in self._tail for line in text.splitlines() if line.strip()]
        return '; '.join(own or self._refused) or ' '.join(lines[-6:])[-1000:] or f'ansible-runner said: {self.ended}'


def followed(outcome: Outcome, event: dict[str, Any]) -> None:
    """What was to follow on a backup and ended without entries is said of each of the host's sites.

    (At home the playbook's own record does so.)
    """
    data = event.get('event_data') or {}
    action = str(data.get('resolved_action') or data.get('task_action') or '').rpartition('.')[2]
    result, host = data.get('res'), str(data.get('host'))
    entries = outcome.results.get(host)
    if event.get('event') not in RESULTS[1:] or action not in FOLLOWING or not isinstance(result, dict):
        return
    if isinstance(entries, list) and 'sites' not in result and not data.get('ignore_errors'):
        cause = str(result.get('msg') or 'it ended without a result')
        lost = [records.not_done(host, {'name': entry['site']}, 'failed', cause) for entry in entries]
        outcome.results[host] = FOLLOWING[action](entries, lost)


def told(outcome: Outcome, shares: list[Share], states: States) -> dict[str, Any]:
    """{host: its site entries, or a text, or {'unreachable': text}} for the record of the whole run."""
    share_of = {host: share for share in shares for host in share.hosts}
    planned = (outcome.plan or {})['hosts']
    return {host: _of_host(outcome, share_of[host], host, sites, states) for host, sites in planned.items()}


def _of_host(outcome: Outcome, share: Share, host: str, sites: list[dict[str, Any]], states: States) -> Any:
    result = outcome.results.get(host)
    if isinstance(result, list):
        entries = [settled({'host': host, **entry}) for entry in result]
        return entries if share.finished else [remarked(entry, [_unheard(share)]) for entry in entries]
    if host in outcome.unreachable:
        return {'unreachable': outcome.unreachable[host]}
    if isinstance(result, str):
        return result
    if share.lost:
        reasons = [_lost(share, states.get((host, site['name']))) for site in sites]
        return [records.not_done(host, site, 'unreachable', reason) for site, reason in zip(sites, reasons)]
    return f'the worker {share.worker.name} ended before this host reported: {share.reason(host)}'


def _lost(share: Share, state: SiteState | None) -> str:
    """Evidence, so in English."""
    name = f'the worker {share.worker.name} was lost ({share.lost})'
    if state is None or state.step == 'waiting':
        return f'{name} before this site was seen at work; `rawat status` shows what there is of it'
    return (
        f'{name} while this site was at: {state.step} {state.item}'.rstrip()
        + '; its server may still finish it (`rawat status` shows that), otherwise the next run sweeps up what it left'
    )


def _unheard(share: Share) -> str:
    how = f'was lost ({share.lost})' if share.lost else 'ended early'
    then = 'after this site was reported: what was to follow (copies, drills) is not known'
    return f'the worker {share.worker.name} {how} {then}'
