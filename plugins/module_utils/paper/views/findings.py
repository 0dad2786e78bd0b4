# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a record amounts to: its conclusion, its problems, its sums. Every document that says so says it from here."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.messages import message

OUTCOMES = ('complete', 'remarks', 'failed', 'unreachable')
Problem = dict[str, str]


def kind_of(record: dict[str, Any]) -> str:
    """What the run was for; a record without a kind is of a backup."""
    return record['run'].get('kind') or 'backup'


def summed(parts: list[dict[str, Any]], key: str) -> int | None:
    """The sum of `key` over parts; 'rows' are those of their census. None when no part has it."""
    values = [(part.get('census') or {}).get(key) if key == 'rows' else part.get(key) for part in parts]
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def outcomes(record: dict[str, Any]) -> list[str]:
    """The outcomes that occur, best first."""
    return [outcome for outcome in OUTCOMES if any(site['outcome'] == outcome for site in record['sites'])]


def conclusion(record: dict[str, Any], language: str) -> str:
    """The outcome of all sites in one sentence."""
    found = [site['outcome'] for site in record['sites']]
    if not found:
        return message('report.no_sites', language)
    if set(found) == {'complete'}:
        return message('report.all_good', language, total=len(found))
    parts = [
        f'{found.count(outcome)} {message(f"outcome.{outcome}", language)}' for outcome in OUTCOMES if outcome in found
    ]
    return message('report.counts', language, total=len(found), parts=', '.join(parts))


def drill_conclusion(record: dict[str, Any], language: str) -> str:
    """How many of the sites were proved to come back; empty when this run drilled none."""
    grades = [drill['grade'] for site in record['sites'] for drill in [worst_drill(site)] if drill]
    if not grades:
        return ''
    counts = {'passed': grades.count('A'), 'drilled': len(grades), 'total': len(record['sites'])}
    return message('report.drills_counted', language, **counts)


def drills_of(site: dict[str, Any]) -> list[dict[str, Any]]:
    """Every drill of a site in this run."""
    return site.get('drills') or ([site['drill']] if site.get('drill') else [])


def worst_drill(site: dict[str, Any]) -> dict[str, Any] | None:
    """The drill that counts for the site: the one with the worst grade."""
    return max(drills_of(site), key=lambda drill: str(drill['grade']), default=None)


def copies_of(site: dict[str, Any]) -> list[dict[str, Any]]:
    """Every copy of the site's recovery point: {location, medium, encryption, locked_until, verified}; first our own.

    `verified` is the UTC time at which the stored bytes were read again and compared, or None: a copy that nobody read
    back is never called verified.
    """
    repository = site.get('repository')
    own: list[dict[str, Any]] = []
    if repository and site.get('recovery_point'):
        verified = site.get('finished') if site.get('test_read') else None
        age = (site.get('encryption') or {}).get('method')
        encryption = 'restic' if repository.get('store') == 'restic' else age
        locked = (site.get('immutability') or {}).get('locked_until')
        own = [{'location': repository.get('location'), 'medium': repository.get('store'), 'encryption': encryption,
                'locked_until': locked, 'verified': verified}]  # fmt: skip
    return own + list(site.get('copies') or [])


def problems(record: dict[str, Any], language: str) -> list[Problem]:
    """Everything that is not as it should be, worst first: {site, host, kind, text, rank, follow_up}.

    `text` is evidence in its own words; `follow_up` is the catalogue's proposal of what to do about such a thing.
    """
    found = [
        {
            'site': site['site'],
            'host': site['host'],
            'kind': message(f'kind.{rank}', language),
            'text': text,
            'rank': rank,
            'follow_up': message(f'todo.{about}', language),
        }
        for site in record['sites']
        for rank, about, text in _causes(site) + _remarks(site, language)
    ]
    return sorted(found, key=lambda problem: problem['rank'] != 'problem')


def _remedy(remark: str) -> str:
    """What a remark is about: those on copies have a remedy of their own (see record.with_copies)."""
    return 'copy' if remark.startswith('copy ') else 'remark'


def _parts(site: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(database or webroot, its name, the part) of everything in the site."""
    return [
        (about, part.get('label') or part.get('path') or part.get('name'), part)
        for about, key in (('database', 'databases'), ('webroot', 'webroots'))
        for part in site[key]
    ]


def _causes(site: dict[str, Any]) -> list[tuple[str, str, str]]:
    causes = [('problem', about, f'{name}: {part["error"]}') for about, name, part in _parts(site) if part.get('error')]
    drill = site.get('drill') or {}
    failed_drill = drill.get('grade') == 'F'
    if not causes and site.get('error'):
        about = 'unreachable' if site['outcome'] == 'unreachable' else 'drill' if failed_drill else 'site'
        return [('problem', about, site['error'])]
    if causes and failed_drill:
        causes.append(('problem', 'drill', f'drill: {drill["reason"]}'))
    return causes


def _remarks(site: dict[str, Any], language: str) -> list[tuple[str, str, str]]:
    found = [('remark', _remedy(remark), remark) for remark in site.get('remarks') or []]
    for _about, name, part in _parts(site):
        found += [('remark', 'remark', f'{name}: {remark}') for remark in part.get('remarks') or []]
        if part.get('skipped'):
            count = formats.number(len(part['skipped']), language)
            found.append(('remark', 'skipped', f'{name}: {message("report.skipped_lines", language, count=count)}'))
    return found
