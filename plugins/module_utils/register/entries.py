# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rows of the register say of each number, and which number somebody means."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.register import checker
from ansible_collections.rawat.website.plugins.module_utils.register.lock import RegisterError

Entry = dict[str, Any]
OFFERED = 5  # numbers that are named when the one that was asked for is not there


def fold(rows: list[dict[str, Any]]) -> list[Entry]:
    """One entry a number, in the order of the book:

    {number, year, ordinal, code, report (row), state 'open'|'accepted'|'returned', receipt (row|None),
    returned (newest row|None), held (bool), holds [rows hold and release], notes [rows], attachments [rows],
    assignment (row that completed an emergency's|None), rows [their numbers]}
    """
    entries: dict[str, Entry] = {}
    for row in rows:
        if row['kind'] == 'report':
            entries[row['number']] = _opened(row)
        elif row['number'] in entries:
            _fold(entries[row['number']], row)
    return list(entries.values())


def _opened(row: dict[str, Any]) -> Entry:
    found = checker.NUMBER.fullmatch(row['number'])
    ordinal, code, year = found.groups() if found else ('0', '', '0')  # a checked chain has none of these
    return {
        'number': row['number'], 'year': int(year), 'ordinal': int(ordinal), 'code': code, 'report': row,
        'state': 'open', 'receipt': None, 'returned': None, 'held': False, 'holds': [], 'notes': [], 'attachments': [],
        'assignment': None, 'rows': [row['row']],
    }  # fmt: skip


def _fold(entry: Entry, row: dict[str, Any]) -> None:
    kind = row['kind']
    entry['rows'].append(row['row'])
    if kind in ('receipt', 'returned'):
        entry.update({kind: row, 'state': 'accepted' if kind == 'receipt' else 'returned'})
    elif kind in ('hold', 'release'):
        entry['held'] = kind == 'hold'
        entry['holds'].append(row)
    elif kind == 'assignment':
        entry['assignment'] = row
    elif kind in ('note', 'attachment'):
        entry[f'{kind}s'].append(row)


def site_holds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The holds in force of sites and points that were put on hold by name: [{site, point (or None), reason, at}]."""
    last = {
        (row['site'], row.get('point')): row
        for row in rows
        if row['kind'] in ('hold', 'release') and row['number'] is None and row.get('site')
    }
    return [_hold(row, site, point) for (site, point), row in last.items() if row['kind'] == 'hold']


def holds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All holds in force as a prune takes them: those of sites and points, and the points of reports on hold."""
    return site_holds(rows) + [
        _hold(entry['holds'][-1], site['site'], site['recovery_point'])
        for entry in fold(rows)
        if entry['held']
        for site in entry['report'].get('sites') or []
        if site.get('recovery_point')
    ]


def _hold(row: dict[str, Any], site: str, point: str | None) -> dict[str, Any]:
    return {'site': site, 'point': point, 'reason': row.get('reason'), 'at': row['time']}


def find(entries: list[Entry], what: str) -> list[Entry]:
    """The entries that `what` names: a number in any of its spellings, a code on paper, a run id, a SHA-256."""
    numbers = {row['number'] for row in checker.named([entry['report'] for entry in entries], what)}
    return [entry for entry in entries if entry['number'] in numbers]


def only(found: list[Entry], what: str, path: str) -> Entry:
    """The one entry in `found`; RegisterError that tells what there is instead."""
    if len(found) == 1:
        return found[0]
    if found:
        known = ', '.join(entry['number'] for entry in found[-OFFERED:])
        raise RegisterError(f'{what!r} names {len(found)} numbers of {path} ({known}): write the whole number')
    raise RegisterError(
        f'{what!r} is not in {path}: give a number (7, 0007/BKP/2026), the code on the paper, or a run id; '
        '`rawat register` lists them'
    )


def matches(entry: Entry, words: list[str]) -> bool:
    """Whether every word stands in what people know of the entry, whatever the case."""
    text = ' '.join(_words(entry)).casefold()
    return all(word.casefold() in text for word in words)


def _words(entry: Entry) -> list[str]:
    report, receipt = entry['report'], entry['receipt'] or {}
    assignments = [report.get('assignment') or {}, (entry['assignment'] or {}).get('assignment') or {}]
    sites = [str(site.get(key)) for site in report.get('sites') or [] for key in ('site', 'host', 'outcome')]
    facts = [report.get(key) for key in ('number', 'date', 'run', 'run_kind', 'code', 'officer', 'status')]
    facts += [assignment.get(key) for assignment in assignments for key in ('number', 'date', 'mode')]
    facts += [(receipt.get('accepted_by') or {}).get('name'), entry['state'], *sites]
    facts += [row.get('text') for row in entry['notes']] + [row.get('description') for row in entry['attachments']]
    return [str(fact) for fact in facts if fact]
