# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs of a month say of one site: figures, and findings that somebody must look at."""

from __future__ import annotations

from datetime import date
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.issuing.recap_records import Filed, local_date
from ansible_collections.rawat.website.plugins.module_utils.record import FAILED

TIMED_STEPS = (1, 2, 3, 4, 5)  # the sixth, SELESAI, has no standard time
PROVEN = ('A', 'B')  # grades of a drill in which all data came back equal
HOUR = 3_600_000  # milliseconds
PARTS = ('databases', 'webroots')
Entry = dict[str, Any]
Finding = dict[str, Any]


def is_backup(filed: Filed) -> bool:
    return filed.record['run'].get('kind', 'backup') == 'backup'


def entries_of(site: str, runs: list[Filed]) -> list[tuple[Filed, Entry]]:
    """(run, the site's entry in it) of every run in which the site was."""
    return [(run, entry) for run in runs for entry in run.record['sites'] if entry['site'] == site]


def figures(site: str, runs: list[Filed]) -> dict[str, Any]:
    """Counts of the month: attempts, parts and verified copies as {ok, of}, size in bytes of the newest good point."""
    attempts = [(run, entry) for run, entry in entries_of(site, runs) if is_backup(run)]
    entries = [entry for _run, entry in attempts]
    good = [(run, entry) for run, entry in attempts if entry['outcome'] not in FAILED]
    newest = attempts[-1] if attempts else None
    return {
        'status': _status(entries),
        'runs': {'ok': len(good), 'of': len(entries)},
        **{kind: _parts(kind, entries) for kind in PARTS},
        'bytes': sum(part.get('bytes') or 0 for kind in PARTS for part in good[-1][1][kind]) if good else None,
        'copies': _copies(entries),
        'newest': newest and {'date': newest[0].date, 'outcome': newest[1]['outcome'], 'error': newest[1].get('error')},
        'last_good': good_point(good[-1]) if good else None,
    }


def good_point(found: tuple[Filed, Entry]) -> dict[str, Any]:
    return {'date': found[0].date, 'recovery_point': found[1].get('recovery_point')}


def _status(entries: list[Entry]) -> str:
    """The month in one word of the vocabulary: 'unreachable' is TIDAK DILAKSANAKAN."""
    outcomes = {entry['outcome'] for entry in entries}
    if not outcomes & {'complete', 'remarks'}:
        return 'failed' if 'failed' in outcomes else 'unreachable'
    return 'complete' if outcomes == {'complete'} else 'remarks'


def _parts(kind: str, entries: list[Entry]) -> dict[str, int]:
    """A site that failed as a whole lists no parts: then as many count as failed as the site had in its other runs."""
    usual = max((len(entry[kind]) for entry in entries), default=0)
    silent = sum(1 for entry in entries if entry['outcome'] in FAILED and not any(entry[part] for part in PARTS))
    parts = [part for entry in entries for part in entry[kind]]
    ok = sum(1 for part in parts if not part.get('error') and part.get('outcome') not in FAILED)
    return {'ok': ok, 'of': len(parts) + silent * usual}


def _copies(entries: list[Entry]) -> dict[str, int]:
    """The repository's own copy of each attempt, verified by its test-read, and every further one."""
    own = sum(1 for entry in entries if entry.get('recovery_point') and entry.get('test_read'))
    further = [copy for entry in entries for copy in entry.get('copies') or []]
    return {'ok': own + sum(1 for copy in further if copy.get('verified')), 'of': len(entries) + len(further)}


def newest_drill(site: str, runs: list[Filed]) -> dict[str, Any] | None:
    """{date, grade, reason, rto_milliseconds} of the last drill in `runs`; None when there was none."""
    found = [
        (drill, run)
        for run, entry in entries_of(site, runs)
        for drill in (entry.get('drills') or [entry.get('drill')])
        if drill
    ]
    if not found:
        return None
    drill, run = max(found, key=lambda pair: pair[0].get('finished') or pair[1].date)
    day = local_date(drill['finished'], run.record['run'].get('utc_offset_minutes')) if drill.get('finished') else None
    kept = {key: drill.get(key) for key in ('grade', 'reason', 'rto_milliseconds')}
    return {'date': day or run.date, **kept}


def steps_of(filed: Filed, now: str) -> list[dict[str, Any]]:
    """The timed steps of a report: {number, state met|late|pending|unknown, reason}, those of its receipt included.

    None for a run without a row: runs of a standing assignment are judged by the report of their period. A step that
    is not finished although its time is up counts as late: nobody gains by never finishing it.
    """
    if filed.row is None:
        return []
    closing = {step['number']: step for step in (filed.receipt or {}).get('steps') or []}
    steps = {step['number']: step for step in filed.record.get('steps') or []} | closing
    timed = [steps[number] for number in TIMED_STEPS if number in steps and steps[number].get('standard_days')]
    return [{'number': step['number'], 'state': _state(step, now), 'reason': step.get('reason')} for step in timed]


def _state(step: dict[str, Any], now: str) -> str:
    if step.get('met') is not None:
        return 'met' if step['met'] else 'late'
    if step.get('finished'):
        return 'unknown'  # no calendar for that year: it cannot be judged
    return 'late' if step.get('deadline') and now > step['deadline'] else 'pending'


def counted(steps: list[dict[str, Any]]) -> dict[str, int]:
    """{met, late, pending, unknown, of} of such steps."""
    states = [step['state'] for step in steps]
    return {**{state: states.count(state) for state in ('met', 'late', 'pending', 'unknown')}, 'of': len(states)}


def findings(site: dict[str, Any], entries: list[Entry], policy: dict[str, int], last_day: str) -> list[Finding]:
    """What is to be said of a site, worst first; `last_day` ('YYYY-MM-DD') is what ages are counted to."""
    found = [*_backups(site, entries, policy, last_day), *_drills(site, policy, last_day)]
    if site['copies']['ok'] < site['copies']['of'] - (site['runs']['of'] - site['runs']['ok']):
        found.append(finding('yellow', 'unverified', **site['copies']))
    found += [
        finding('yellow', 'late', step['reason'], number=step['number'], register=step['register'])
        for step in site['late']
    ]
    if not site['inventoried']:
        found.append(finding('yellow', 'not_in_inventory'))
    return sorted(found, key=lambda one: one['level'] != 'red')


def finding(level: str, what: str, evidence: str | None = None, **values: str | int | None) -> Finding:
    """`what` has its sentence in the catalogue, `values` are filled in; `evidence` is shown as it was recorded."""
    return {'level': level, 'what': what, 'evidence': evidence, 'values': values}


def _backups(site: dict[str, Any], entries: list[Entry], policy: dict[str, int], last_day: str) -> list[Finding]:
    runs, newest, last = site['runs'], site['newest'], site['last_good']
    failed = runs['of'] - runs['ok']
    counts = {'count': failed, 'of': runs['of']}
    causes = [entry.get('error') for entry in entries if entry['outcome'] in FAILED]
    cause = causes[-1] if causes else None
    found = []
    if not entries:
        found.append(finding('red', 'not_done'))
    elif not runs['ok']:
        found.append(finding('red', 'no_good_backup', cause, **counts))
    elif newest['outcome'] in FAILED:
        found.append(finding('red', 'newest_failed', cause, **counts))
    elif failed:
        found.append(finding('yellow', 'some_failed', cause, **counts))
    if remarks := _remarks(entries):
        found.append(finding('yellow', 'remarks', remarks[-1], count=len(remarks)))
    if last and (age := _days(last['date'], last_day)) > policy['frequency_days']:
        found.append(finding('yellow', 'overdue', date=last['date'], days=age, policy=policy['frequency_days']))
    elif not last:
        found.append(finding('red', 'never'))
    return found


def _remarks(entries: list[Entry]) -> list[str]:
    """Every different remark and left-out file of the month's backups, oldest first, once each."""
    found: dict[str, None] = {}
    for entry in entries:
        lines = list(entry.get('remarks') or [])
        for part in [part for kind in PARTS for part in entry[kind]]:
            name = part.get('label') or part.get('path')
            lines += [f'{name}: {remark}' for remark in part.get('remarks') or []]
            lines += [f'{name}: {left.get("path")}: {left.get("reason")}' for left in part.get('skipped') or []]
        found.update(dict.fromkeys(str(line) for line in lines))
    return list(found)


def _drills(site: dict[str, Any], policy: dict[str, int], last_day: str) -> list[Finding]:
    drill = site['drill']
    if drill is None:
        return [finding('yellow', 'drill_none')]
    found = []
    if drill['grade'] == 'F':
        found.append(finding('red', 'drill_failed', drill['reason'], date=drill['date']))
    elif drill['grade'] not in PROVEN:
        found.append(finding('yellow', 'drill_unproven', drill['reason'], date=drill['date']))
    if _days(drill['date'], last_day) > policy['drill_days']:
        found.append(finding('yellow', 'drill_old', date=drill['date'], policy=policy['drill_days']))
    if (drill.get('rto_milliseconds') or 0) > policy['rto_hours'] * HOUR:
        found.append(
            finding('yellow', 'rto', rto_milliseconds=drill['rto_milliseconds'], policy=policy['rto_hours'])
        )
    return found


def recoverable(site: dict[str, Any], policy: dict[str, int], last_day: str) -> bool:
    """Whether it is proven that the site can be brought back: there is a good backup, and a recent drill."""
    drill = site['drill']
    recent = drill and _days(drill['date'], last_day) <= policy['drill_days']
    return bool(site['last_good'] and recent and drill['grade'] in PROVEN)


def _days(earlier: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
