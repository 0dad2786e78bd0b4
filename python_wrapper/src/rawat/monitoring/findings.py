# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `rawat status` found, judged for a monitoring system: what is missing is an alarm as much as what failed.

CRITICAL is what could not be brought back today: a site without a good recovery point, or with one older than the RPO,
one that the last backup found on its server and that nobody backs up, and a repository that cannot be read, as it
proves nothing (by the guidelines a network that fails is not UNKNOWN).
WARNING is what leads there. UNKNOWN is a check that could not be made. docs/alarms.md has the table.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.formats import duration
from ansible_collections.rawat.website.plugins.module_utils.procedure import office as offices
from ansible_collections.rawat.website.plugins.module_utils.record import KINDS
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc

from rawat.discovering import newest_unprotected
from rawat.monitoring.deadlines import UNREADABLE, filing_root
from rawat.outcome import Outcome
from rawat.terminal import language, say

OK, WARNING, CRITICAL, UNKNOWN = range(4)  # exit codes of a plugin
NAMES = ('OK', 'WARNING', 'CRITICAL', 'UNKNOWN')
WORST_FIRST = (CRITICAL, UNKNOWN, WARNING, OK)
HOUR, DAY = 3600, 86400
LOG = 'ansible.log'  # what a run leaves in its folder before its record
Site = dict[str, Any]


class Finding(NamedTuple):
    """One thing that was found; `state` is OK for what is only to be known."""

    state: int
    kind: str
    site: str | None
    text: str


class Seen(NamedTuple):
    """What `rawat status` knows after it looked."""

    outcome: Outcome
    sites: list[Site]
    deadlines: list[dict[str, Any]]
    alarms: list[dict[str, Any]]

    @property
    def policy(self) -> dict[str, int]:
        found: dict[str, int] = offices.settle((self.outcome.plan or {}).get('office'))['policy']
        return found


def judge(seen: Seen, now: float | None = None) -> list[Finding]:
    """Everything found, the worst first."""
    moment, outcome, policy = now or time.time(), seen.outcome, seen.policy
    found = [_finding(UNKNOWN, 'problem', None, reason=problem) for problem in outcome.problems]
    if outcome.died:
        found.append(_finding(UNKNOWN, 'died', None, reason=say(f'died.{outcome.died}')))
    for entry in seen.sites:
        found += _of_site(entry, policy, bool(outcome.died))
    gone = {one.site for one in found if one.state == CRITICAL}
    overdue = {alarm['site'] for alarm in seen.alarms if alarm['kind'] == 'drill_overdue'}
    found = [one for one in found if one.kind != 'never_proved' or one.site not in overdue]
    found += [Finding(WARNING, alarm['kind'], alarm['site'], alarm['text']) for alarm in seen.alarms]
    found += [_of_deadline(one) for one in seen.deadlines if one['kind'] != 'overdue' or one['site'] not in gone]
    if outcome.plan is not None and not outcome.plan.get('filing_host'):
        found += [_unprotected(one) for one in newest_unprotected(outcome.plan)]
        found += _of_filing(filing_root(outcome.plan), policy['frequency_days'], moment)
    return sorted(found, key=lambda one: WORST_FIRST.index(one.state))


def worst(found: list[Finding]) -> int:
    """The state of the whole: CRITICAL before UNKNOWN before WARNING."""
    return min((one.state for one in found), key=WORST_FIRST.index, default=OK)


def _finding(state: int, kind: str, site: str | None, **values: object) -> Finding:
    if site is not None:
        values['site'] = site
    return Finding(state, kind, site, say(f'finding.{kind}', **values))


def _of_site(entry: Site, policy: dict[str, int], died: bool) -> Iterator[Finding]:
    site, age = str(entry.get('site')), entry.get('age_seconds')
    if entry.get('error'):
        if not died:  # of a check that died, that is what is told
            yield _finding(CRITICAL, 'unreadable', site, host=entry.get('host'), reason=entry['error'])
        return
    if not entry.get('newest_good'):
        yield _finding(CRITICAL, 'no_point', site)
        return
    if age is not None and age > policy['rpo_hours'] * HOUR:
        yield _finding(CRITICAL, 'rpo', site, age=duration(age * 1000, language()), hours=policy['rpo_hours'])
    if not entry.get('last_proof'):
        yield _finding(WARNING, 'never_proved', site)


def _unprotected(site: Site) -> Finding:
    what = site.get('url') or site.get('application') or site.get('server')
    return _finding(CRITICAL, 'unprotected', None, webroot=site['webroot'], host=site['host'], what=what)


def _of_deadline(due: dict[str, Any]) -> Finding:
    state = WARNING if due['state'] in ('late', 'unknown') else OK
    words = f'deadline.{due["state"]}' if due['state'] != 'open' else 'finding.open'
    return Finding(state, f'deadline_{due["kind"]}', due.get('site'), say(words, text=due['text']))


def _of_filing(root: Path, days: int, now: float) -> Iterator[Finding]:
    """A run that never came, and one that came to no end: of neither there is a record."""
    newest = newest_backup(root)
    if newest is None:
        yield _finding(WARNING, 'run_never', None, filing=root)
    elif now - newest[1] > days * DAY:
        age = duration(int(now - newest[1]) * 1000, language())
        yield _finding(WARNING, 'run_missing', None, run=newest[0], age=age, days=days)
    for folder in unfinished(root, newest[1] if newest else 0.0, now):
        yield _finding(WARNING, 'run_unfinished', None, run=folder.name, log=folder / LOG)


def newest_backup(root: Path) -> tuple[str, float] | None:
    """Run id and start (seconds since 1970) of the newest filed backup, whatever became of it; None without one."""
    for path in sorted(root.glob('[0-9]*/[0-9]*/*/record.json'), key=lambda one: one.parts[-4:], reverse=True):
        try:
            run = json.loads(path.read_bytes())['run']
            started = parse_utc(run['started'])
        except UNREADABLE:
            continue  # `rawat check` is who judges records
        if run.get('kind', KINDS[0]) == KINDS[0] and started is not None:
            return str(run['id']), started
    return None


def unfinished(root: Path, since: float, now: float) -> list[Path]:
    """Folders of runs that began after `since`, and filed nothing within a day."""
    logs = [path for path in root.glob(f'[0-9]*/[0-9]*/*/{LOG}') if not (path.parent / 'record.json').exists()]
    return sorted(path.parent for path in logs if since < path.stat().st_mtime < now - DAY)
