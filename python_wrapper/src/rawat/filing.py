# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filing directory: records, reports, and the record of a run that died before it wrote its own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.issuing import feed, issue

from rawat import deliveries
from rawat.collection import ansible_directory
from rawat.outcome import Outcome
from rawat.progress_view import SiteState
from rawat.request import DEFAULT_INVENTORY, UsageProblem, find_inventory
from rawat.terminal import say

LOG = 'ansible.log'
DEFAULT_FILING = Path('filing')  # what the collection takes when website_filing is not set


class RunLog:
    """Ansible's own output: kept in memory until the run's filing directory is known, then written there, 0600."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self._held: list[str] | None = []

    def write(self, text: str) -> None:
        if self._held is not None:
            self._held.append(text)
        elif self.path is not None:
            # A full disk must not end the backup; the writing of the record says so.
            with contextlib.suppress(OSError), self.path.open('a', encoding='utf-8', errors='backslashreplace') as log:
                log.write(text + '\n')

    def settle(self, directory: str | None) -> None:
        """From now on write into `directory`; None: keep nothing (a check files nothing)."""
        held, self._held = self._held or [], None
        if directory is None:
            return
        self.path = Path(directory) / LOG
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600))
        for text in held:
            self.write(text)


def file_dead_run(outcome: Outcome, states: dict[tuple[str, str], SiteState]) -> None:
    """Write record and report of a run that died; what goes wrong with that is added to the outcome's problems.

    `states` tells what each site was doing when it was last seen.
    """
    plan = outcome.plan
    if plan is None:
        return
    if plan.get('filing_host'):  # the register and its lock are there; the play of reports files it from the evidence
        outcome.problems.append(say('end.filed_elsewhere', host=plan['filing_host'], run=plan['run_id']))
        return
    results: dict[str, list[dict] | dict | str | None] = {
        host: _last_words(outcome, host, sites, states) for host, sites in plan['hosts'].items()
    }
    try:
        document = records.build(plan, results, died=outcome.died)
        outcome.filed_sites = document['sites']
        outcome.record = issue.file_run(plan, document)
        deliveries.queue(Path(plan['root']), Path(plan['filing']))
        feed.write(plan['root'], plan['filing'])
    except (OSError, issue.AlreadyIssued) as error:
        outcome.problems.append(say('end.no_report', reason=error))


def _last_words(
    outcome: Outcome, host: str, sites: list[dict[str, Any]], states: dict[tuple[str, str], SiteState]
) -> list[dict[str, Any]]:
    """The site entries of one host: its own where it reported, else what is known of each site."""
    result = outcome.results.get(host)
    if isinstance(result, list):
        return result
    if host in outcome.unreachable:
        return [records.not_done(host, site, 'unreachable', outcome.unreachable[host]) for site in sites]
    if isinstance(result, str):
        return [records.not_done(host, site, 'failed', result) for site in sites]
    return [
        records.not_done(host, site, 'failed', _interruption(outcome, states.get((host, site['name']))))
        for site in sites
    ]


def _interruption(outcome: Outcome, state: SiteState | None) -> str:
    """Evidence, so in English; what the target makes of the rest is not known here."""
    if state is None or state.step == 'waiting':
        return f'the run ended ({outcome.died}) before this site was seen at work; see `rawat status`'
    return (
        f'the run ended ({outcome.died}) while this site was at: {state.step} {state.item}'.rstrip()
        + '; its server may still finish it (`rawat status` shows that), otherwise the next run sweeps up what it left'
    )


def read_record(path: Path) -> dict[str, Any]:
    """The record at `path`; UsageProblem when it is none, or is not what SHA256SUMS beside it says."""
    try:
        content = path.read_bytes()
        document = json.loads(content)
        document['run']['id'], document['sites']
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageProblem([say('report.broken', path=path, reason=error)]) from error
    sums = path.parent / 'SHA256SUMS'
    expected = [line.split()[0] for line in _lines(sums) if line.endswith(f'  {path.name}')]
    if expected and expected != [hashlib.sha256(content).hexdigest()]:
        raise UsageProblem([say('report.altered', path=path)])
    return document


def find_record(filing: Path, run: str | None) -> Path:
    """The record.json of `run` below `filing` (<YYYY>/<MM>/<run id>/), the newest when `run` is None."""
    filed = {path.parent.name: path for path in filing.glob('[0-9]*/[0-9]*/*/record.json')}
    if not filed:
        raise UsageProblem([say('report.none', path=filing)])
    newest = sorted(filed)  # run ids begin with their UTC start
    if run is not None and run not in filed:
        raise UsageProblem([say('report.unknown', run=run, path=filing, known=', '.join(newest[-5:]))])
    return filed[run or newest[-1]]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding='utf-8', errors='replace').splitlines() if path.is_file() else []


def filing_directory(given: Path | None, inventory: Path | None) -> Path:
    """The absolute path of the filing directory: what was `given`, else what the inventory says."""
    return (given or _inventory_filing(inventory)).expanduser().absolute()


def _inventory_filing(inventory: Path | None) -> Path:
    """The inventory's website_filing, as ansible-inventory tells it; ./filing without inventory or setting."""
    if inventory is None and not Path(DEFAULT_INVENTORY).exists():
        return DEFAULT_FILING
    path = find_inventory(inventory)
    command = [f'{ansible_directory()}/ansible-inventory', '-i', str(path), '--list']
    listing = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if listing.returncode:
        raise UsageProblem([say('report.no_filing', path=path, reason=listing.stderr.strip()[-500:])])
    hosts = json.loads(listing.stdout).get('_meta', {}).get('hostvars', {})
    found = {str(values['website_filing']) for values in hosts.values() if values.get('website_filing')}
    if len(found) > 1 or any('{{' in value for value in found):
        raise UsageProblem([say('report.no_filing', path=path, reason=f'website_filing: {", ".join(sorted(found))}')])
    return Path(found.pop()).expanduser() if found else DEFAULT_FILING
