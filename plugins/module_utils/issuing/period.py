# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One report for all runs under a standing assignment (disposisi berkala): reference A7 of the procedure.

Every run of the period is named with the hash of its record, so that the one paper stands for all of them. A site is as
good as its newest run; runs of it that failed before are remarks.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import record, register
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.issuing.issue import Folder
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.version import VERSION

RECORDS = '[0-9]*/[0-9]*/*/record.json'  # below the filing
Run = dict[str, Any]  # {'path', 'sha256', 'record'}


class PeriodError(RawatError):
    """There is nothing to report, or it was reported already."""


def period_report(root: str, number: str, *, office: dict[str, Any] | None = None) -> dict[str, Any]:
    """Issue the report of the standing assignment `number`; returns what `issue.file_run` does.

    `office` replaces that of the newest run (a new letterhead). Raises PeriodError.
    """
    runs = runs_under(root, number)
    if not runs:
        raise PeriodError(f'no run under a standing assignment {number!r} is filed in {root}')
    issued = [row for row in register.Register(root).rows() if row['kind'] == 'report' and row['run_kind'] == 'period']
    if again := [row['number'] for row in issued if row['assignment']['number'] == number]:
        raise PeriodError(f'the assignment {number!r} was reported already: {again[0]}')
    document = build(runs, office)
    started = document['run']['started']
    folder = os.path.join(root, started[:4], started[5:7], document['run']['id'])
    return Folder(document, folder, root).file()


def runs_under(root: str, number: str) -> list[Run]:
    """The backups under the standing assignment, oldest first. Raises PeriodError for a record that cannot be read."""
    found = []
    for path in Path(root).glob(RECORDS):
        try:
            content = path.read_bytes()
            document = json.loads(content)
            assignment, kind = document.get('assignment') or {}, document['run'].get('kind', 'backup')
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise PeriodError(f'{path} cannot be read ({error}): rawat check tells more') from error
        if kind == 'backup' and assignment.get('mode') == 'standing' and assignment.get('number') == number:
            found.append({'path': path, 'sha256': hashlib.sha256(content).hexdigest(), 'record': document})
    return sorted(found, key=lambda run: run['record']['run']['started'])


def build(runs: list[Run], office: dict[str, Any] | None = None) -> dict[str, Any]:
    """The record of a period out of its runs (oldest first), not yet with its deadlines."""
    newest, now = runs[-1]['record'], utc()
    sites = _newest_entries(runs)
    stamp = now.replace('-', '').replace(':', '')
    plan = {
        **{key: newest['run'].get(key) for key in ('language', 'utc_offset_minutes', 'operator')},
        'run_id': f'{stamp}-period',
        'started': now,
        'collection_version': VERSION,
        'controller': os.uname().nodename,
        'assignment': newest['assignment'],
        'office': office or newest['office'],
        'officer_remarks': [remark for run in runs for remark in run['record'].get('officer_remarks') or []],
        'hosts': {},
    }
    document = record.build(plan, {})
    document['run']['kind'] = record.PERIOD
    document.update(sites=sites, steps=_steps(runs, document['steps']), period=_period(runs))
    return document


def _newest_entries(runs: list[Run]) -> list[dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = {}
    failed: dict[str, list[str]] = {}
    for run in runs:
        for entry in run['record']['sites']:
            entries[entry['site']] = entry
            if entry['outcome'] in record.FAILED:
                failed.setdefault(entry['site'], []).append(run['record']['run']['id'])
    return [_with_failures(entry, failed.get(site, []), len(runs)) for site, entry in sorted(entries.items())]


def _with_failures(entry: dict[str, Any], failed: list[str], runs: int) -> dict[str, Any]:
    if not failed:
        return entry
    remark = f'{len(failed)} of {runs} runs of the period failed for this site: {", ".join(failed[:10])}'
    outcome = 'remarks' if entry['outcome'] == 'complete' else entry['outcome']
    return entry | {'outcome': outcome, 'remarks': [*entry['remarks'], remark]}


def _steps(runs: list[Run], own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps 2 and 3 from the first run's start to the last one's end; step 4 is this report."""
    steps = [step for step in own if step['name'] == 'report']
    for number, name, _kind in record.STEPS:
        parts = [step for run in runs for step in run['record']['steps'] if step['name'] == name]
        started = min((part['started'] for part in parts if part.get('started')), default=None)
        finished = max((part['finished'] for part in parts if part.get('finished')), default=None)
        last = parts[-1]['outcome'] if parts else 'failed'
        steps.append({'number': number, 'name': name, 'outcome': last, 'started': started, 'finished': finished})
    return sorted(steps, key=lambda step: step['number'])


def _period(runs: list[Run]) -> dict[str, Any]:
    assignment = runs[-1]['record']['assignment']
    return {
        'from': assignment.get('valid_from') or assignment.get('date'),
        'until': assignment.get('valid_until'),
        'runs': [
            {
                'run': run['record']['run']['id'],
                'record_sha256': run['sha256'],
                'started': run['record']['run']['started'],
                'outcome': record.outcome(run['record']),
                'sites': {entry['site']: entry['outcome'] for entry in run['record']['sites']},
            }
            for run in runs
        ],
    }
