# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recap of a month: every site of the inventory and what became of it, from checked records and the register.

What the recap says is policy of the product (SOP step "PERINGATAN": not to run it is an event of its own); the SOP
itself asks for no recap.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.issuing import recap_sites
from ansible_collections.rawat.website.plugins.module_utils.issuing.recap_records import Filed, Months, local_date
from ansible_collections.rawat.website.plugins.module_utils.register import Register, entries
from ansible_collections.rawat.website.plugins.module_utils.register.book import tip_of

SCHEMA = 1
MONTH = re.compile(r'2\d{3}-(0[1-9]|1[0-2])')
LOOK_BACK = 12  # months before the recap's own in which a last drill or a last good backup is looked for
LEVELS = ('red', 'yellow', 'green')
Recap = dict[str, Any]
Row = dict[str, Any]


def gather(
    filing: str,
    month: str,
    sites: Sequence[dict[str, Any]],
    office: dict[str, Any],
    utc_offset_minutes: int,
    now: str,
    rows: list[Row] | None = None,
) -> Recap:
    """The recap of `month` ('YYYY-MM') as plain data without floats (docs/recap.md).

    `sites`: [{name, host, url}] of the inventory; `office`: settled; `now`: UTC; `rows`: the register's where the
    caller holds its lock. Raises ValueError for a month that is none or lies ahead and for a site named twice,
    RegisterError for a register that is broken or cannot be read.
    """
    last_day = _last_day(month, local_date(now, utc_offset_minutes))
    named = [site['name'] for site in sites]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise ValueError(f'the inventory names more than one site {", ".join(twice)}: give each a name of its own')
    rows = Register(filing).rows() if rows is None else rows
    months = Months(filing, rows, utc_offset_minutes)
    runs = sorted(months.read(month), key=lambda run: run.record['run']['started'])
    found = _sites(sites, runs, now)
    _look_back(found, months, month)
    _judge(found, runs, months, office['policy'], last_day)
    return {
        'schema': SCHEMA, 'kind': 'recap', 'month': month, 'made': now, 'utc_offset_minutes': utc_offset_minutes,
        'month_over': last_day == _end(month), 'last_day': last_day, 'office': office,
        'sites': found, 'totals': _totals(found, runs, office['policy'], last_day, now),
        'steps': _steps(runs, now), 'runs': len(runs), 'not_in_register': _unregistered(runs),
        'register': _register(rows, month), 'tip': {'row': len(rows), 'sha256': tip_of(rows)},
        **_waiting(rows, last_day),
        'pruned': _pruned(runs),
        'unfit': [unfit._asdict() for unfit in months.unfit],
    }  # fmt: skip


def _pruned(runs: list[Filed]) -> int:
    """Recovery points that were removed by rule in this month, of all repositories and copies."""
    pruned = [entry.get('prune') or {} for run in runs for entry in run.record['sites']]
    return sum(len(place.get('removed') or []) for found in pruned for place in found.get('places') or [])


def _end(month: str) -> str:
    return f'{month}-{calendar.monthrange(int(month[:4]), int(month[5:]))[1]:02d}'


def _last_day(month: str, today: str) -> str:
    """The last day of which the recap can speak: the month's, or today."""
    if not MONTH.fullmatch(month):
        raise ValueError(f'{month!r} is no month: write it as 2026-01')
    if month > today[:7]:
        raise ValueError(f'{month} has not begun: today is {today}')
    return min(_end(month), today)


def _sites(sites: Sequence[dict[str, Any]], runs: list[Filed], now: str) -> list[dict[str, Any]]:
    """Each site of the inventory in its order, then those that ran and are in it no more."""
    wanted = {site['name']: {**site, 'inventoried': True} for site in sites}
    for run in runs:
        for entry in run.record['sites']:
            gone = {'name': entry['site'], 'host': entry['host'], 'url': entry.get('url'), 'inventoried': False}
            wanted.setdefault(entry['site'], gone)
    return [_site(site, runs, now) for site in wanted.values()]


def _site(site: dict[str, Any], runs: list[Filed], now: str) -> dict[str, Any]:
    mine = [run for run in runs if recap_sites.entries_of(site['name'], [run])]
    timed = [{**step, 'register': number(run)} for run in mine for step in recap_sites.steps_of(run, now)]
    return {
        **{key: site.get(key) for key in ('name', 'host', 'url', 'inventoried')},
        'assignments': _unique((run.record.get('assignment') or {}).get('number') for run in mine),
        'registers': _unique(number(run) for run in mine),
        **recap_sites.figures(site['name'], mine),
        'drill': recap_sites.newest_drill(site['name'], mine),
        'steps': recap_sites.counted(timed),
        'late': [step for step in timed if step['state'] == 'late'],
    }


def number(run: Filed) -> str | None:
    """The register number of a run, None where it has none."""
    return run.row['number'] if run.row else None


def _unique(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _look_back(sites: list[dict[str, Any]], months: Months, month: str) -> None:
    """Give sites their last drill and last good backup from earlier months, as far as this one has none."""
    for _count in range(LOOK_BACK):
        missing = [site for site in sites if not site['drill'] or not site['last_good']]
        if not missing:
            return
        month = _before(month)
        earlier = sorted(months.read(month), key=lambda run: run.record['run']['started'])
        for site in missing:
            backups = [run for run in earlier if recap_sites.is_backup(run)]
            site['drill'] = site['drill'] or recap_sites.newest_drill(site['name'], earlier)
            site['last_good'] = site['last_good'] or recap_sites.figures(site['name'], backups)['last_good']


def _before(month: str) -> str:
    year, ordinal = int(month[:4]), int(month[5:])
    return f'{year - 1}-12' if ordinal == 1 else f'{year}-{ordinal - 1:02d}'


def _judge(
    sites: list[dict[str, Any]], runs: list[Filed], months: Months, policy: dict[str, int], last_day: str
) -> None:
    """Set `findings`, `level` and `recoverable` of each site."""
    for site in sites:
        entries_of = recap_sites.entries_of(site['name'], [run for run in runs if recap_sites.is_backup(run)])
        found = recap_sites.findings(site, [entry for _run, entry in entries_of], policy, last_day)
        found[:0] = [
            recap_sites.finding('red', f'record_{unfit.what}', unfit.path, register=unfit.number or unfit.run)
            for unfit in months.unfit
            if site['name'] in unfit.sites
        ]
        site['findings'] = found
        site['level'] = min((one['level'] for one in found), key=LEVELS.index, default='green')
        site['recoverable'] = recap_sites.recoverable(site, policy, last_day)


def _totals(
    sites: list[dict[str, Any]], runs: list[Filed], policy: dict[str, int], last_day: str, now: str
) -> dict[str, Any]:
    """Sums; `sites`, `drills` and `recoverable` are of the inventory, everything else of all that ran."""
    inventory = [site for site in sites if site['inventoried']]
    drills = [site['drill'] for site in inventory if site['drill']]
    times = [drill['rto_milliseconds'] for drill in drills if drill['rto_milliseconds'] is not None]
    passed = [drill for drill in drills if drill['grade'] in recap_sites.PROVEN]
    return {
        'sites': {'ok': sum(1 for site in inventory if site['runs']['ok']), 'of': len(inventory)},
        **{
            key: {count: sum(site[key][count] for site in sites) for count in ('ok', 'of')}
            for key in ('runs', 'databases', 'webroots', 'copies')
        },
        'bytes': sum(site['bytes'] or 0 for site in sites),
        'drills': {'ok': len(passed), 'of': len(inventory), 'worst_rto_milliseconds': max(times, default=None)},
        'recoverable': {'ok': sum(1 for site in inventory if site['recoverable']), 'of': len(inventory)},
        'steps': recap_sites.counted([step for run in runs for step in recap_sites.steps_of(run, now)]),
        'policy': policy, 'last_day': last_day,
    }  # fmt: skip


def _steps(runs: list[Filed], now: str) -> list[dict[str, Any]]:
    """How each timed step of the SOP fared, over the reports of the month (a report counts once)."""
    found = [step for run in runs for step in recap_sites.steps_of(run, now)]
    return [
        {'number': which, **recap_sites.counted([step for step in found if step['number'] == which])}
        for which in recap_sites.TIMED_STEPS
    ]


def _unregistered(runs: list[Filed]) -> int:
    return sum(1 for run in runs if run.row is None)


def _register(rows: list[Row], month: str) -> dict[str, Any]:
    """The numbers of the month's reports, and whether any number is missing up to the last of them."""
    folded = entries.fold(rows)
    mine = [entry for entry in folded if entry['report']['date'].startswith(month)]
    missing = []
    for year, code in dict.fromkeys((entry['year'], entry['code']) for entry in mine):
        taken = {entry['ordinal'] for entry in folded if (entry['year'], entry['code']) == (year, code)}
        last = max(entry['ordinal'] for entry in mine if (entry['year'], entry['code']) == (year, code))
        missing += [f'{ordinal:04d}/{code}/{year}' for ordinal in range(1, last + 1) if ordinal not in taken]
    numbers = [entry['number'] for entry in mine]
    return {
        'count': len(numbers), 'first': numbers[0] if numbers else None, 'last': numbers[-1] if numbers else None,
        'gap_free': not missing, 'missing': missing, 'numbers': numbers,
    }  # fmt: skip


def _waiting(rows: list[Row], last_day: str) -> dict[str, Any]:
    """Reports that nobody has accepted, and emergencies without their disposition, dated up to `last_day`."""
    known = [entry for entry in entries.fold(rows) if entry['report']['date'] <= last_day]
    return {
        'open_reports': [
            {'number': entry['number'], 'date': entry['report']['date'], 'state': entry['state']}
            for entry in known
            if entry['state'] != 'accepted'
        ],
        'open_emergencies': [
            {'number': entry['number'], 'date': entry['report']['date']}
            for entry in known
            if _is_open_emergency(entry)
        ],
    }


def _is_open_emergency(entry: dict[str, Any]) -> bool:
    assignment = entry['report'].get('assignment') or {}
    return assignment.get('mode') == 'emergency' and not assignment.get('number') and entry['assignment'] is None
