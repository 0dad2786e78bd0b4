# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is due, gathered for `rawat status` from the register, the filed records, the inventory and the repositories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.procedure import deadlines, workdays
from ansible_collections.rawat.website.plugins.module_utils.procedure import office as offices
from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError

from rawat.terminal import language, say

Found = dict[str, Any]
WARNED = ('late', 'unknown', 'soon')
UNREADABLE = (OSError, ValueError, KeyError, TypeError)  # a record that is gone, or is none


def gather(plan: dict[str, Any], sites: list[dict[str, Any]], now: str | None = None) -> tuple[list[Found], list[str]]:
    """Everything open, the most pressing first: {kind, state, number, site, deadline, reason, text}; and problems.

    `plan` is what run_plan planned, `sites` are the entries of `rawat status`. A register that cannot be read or whose
    chain does not hold is a problem, and keeps nothing else from being told.
    """
    now, offset = now or utc(), plan['utc_offset_minutes']
    office = offices.settle(plan.get('office'))
    rule = workdays.rule_of(office, offset)
    root, problems = filing_root(plan), []
    unfit = plan.get('assignment_problems') or []
    found = [
        *([deadlines.unfit(unfit)] if unfit else []),
        *_of_assignment(plan.get('assignment'), root, rule),
        *_of_sites(sites, office, now),
    ]
    try:
        found += _of_register(root)
    except RegisterError as error:
        problems.append(say('deadline.unread', reason=error))
    for entry in found:
        entry['state'] = deadlines.state(entry, now, office['warn_days'], rule)
        entry['text'] = deadlines.text(entry, offset, language())
    found.sort(key=lambda entry: (deadlines.STATES.index(entry['state']), entry['deadline'] or ''))
    return found, problems


def filing_root(plan: dict[str, Any]) -> Path:
    """The filing directory of a plan, whose `filing` is the folder of the run, <root>/<year>/<month>/<run id>."""
    return Path(plan['root']) if plan.get('root') else Path(plan['filing']).parents[2]


def warnings(found: list[Found]) -> list[str]:
    """The sentences to be shown: what is late, what is due soon, and what cannot be told."""
    return [say(f'deadline.{entry["state"]}', text=entry['text']) for entry in found if entry['state'] in WARNED]


def _of_register(root: Path) -> Iterator[Found]:
    """Reports that nobody accepted, and emergencies whose disposition nobody completed."""
    for entry in Register(str(root)).entries():
        report = entry['report']
        unaccepted = entry['state'] != 'accepted'
        urgent = deadlines.lacks_assignment({'assignment': report.get('assignment')}) and not entry['assignment']
        if not unaccepted and not urgent:
            continue
        try:
            record = json.loads((root / report['folder'] / 'record.json').read_bytes())
            if unaccepted:
                kind = 'returned' if entry['state'] == 'returned' else 'acceptance'
                yield deadlines.acceptance(record, entry['number']) | {'kind': kind}
            if urgent:
                yield deadlines.emergency(record, entry['number'])
        except UNREADABLE as error:
            yield _unreadable(entry['number'], error)


def _unreadable(number: str, error: Exception) -> Found:
    reason = f'record.json: {type(error).__name__}: {error}'
    return {'kind': 'acceptance', 'number': number, 'site': None, 'deadline': None, 'reason': reason}


def _of_assignment(assignment: dict[str, Any] | None, root: Path, rule: workdays.Rule) -> list[Found]:
    """The inventory's assignment, while nothing ran under it; and the end of a standing one."""
    if not assignment or not assignment.get('number'):
        return []
    expiry = deadlines.expiry(assignment, rule)
    return [
        *([] if ran_under(assignment, root) else [deadlines.unused(assignment, rule)]),
        *([expiry] if expiry else []),
    ]


def ran_under(assignment: dict[str, Any], root: Path) -> bool:
    """Whether a filed backup names this assignment, looked for from the newest back to the month of its date."""
    since = str(assignment.get('date') or '')[:7].replace('-', '/')
    for path in sorted(root.glob('[0-9]*/[0-9]*/*/record.json'), reverse=True):
        if '/'.join(path.parts[-4:-2]) < since:
            return False
        try:
            record = json.loads(path.read_bytes())
            known, kind = record.get('assignment') or {}, record['run'].get('kind', 'backup')
        except UNREADABLE:
            continue  # `rawat check` is who judges records
        if kind == 'backup' and known.get('number') == assignment['number']:
            return True
    return False


def _of_sites(sites: list[dict[str, Any]], office: dict[str, Any], now: str) -> list[Found]:
    days = office['policy']['frequency_days']
    found = [
        deadlines.overdue(str(entry.get('site')), entry.get('age_seconds'), days, now)
        for entry in sites
        if entry.get('newest_good')
    ]
    return [entry for entry in found if entry]
