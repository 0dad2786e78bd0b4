# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts of a board: gathered once from the repositories and the inventory, saved and read again as one JSON file.

Nothing in them is secret: names, sizes, times, outcomes and what errors said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.rawat.website.plugins.module_utils.discovery.naming import unique
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.media import settings
from ansible_collections.rawat.website.plugins.module_utils.point_history import COLUMNS
from ansible_collections.rawat.website.plugins.module_utils.procedure import office as offices
from ansible_collections.rawat.website.plugins.module_utils.record import replace_file

from rawat.discovering import newest_unprotected
from rawat.inventory import Inventory
from rawat.outcome import Outcome
from rawat.request import UsageProblem
from rawat.terminal import say

SCHEMA = 1
DISCOVERED = 'discovered.json'  # in the filing
SITE = (
    'host', 'site', 'error', 'newest_good', 'age_seconds', 'copies', 'retention', 'last_proof', 'holds', 'history',
)  # fmt: skip
Facts = dict[str, Any]


def gather(outcome: Outcome, sites: list[Facts], source: Inventory) -> Facts:
    """The facts (docs/board.md) of a run of status.yml; `sites`: what it says of every planned site."""
    plan, now = outcome.plan or {}, utc()
    urls = {(host, site['name']): site.get('url') for host, all_of in plan.get('hosts', {}).items() for site in all_of}
    return {
        'schema': SCHEMA, 'gathered': now, 'problems': outcome.problems,
        'office': plan.get('office') or source.office(),
        'assignment': plan.get('assignment'), 'utc_offset_minutes': plan.get('utc_offset_minutes', source.offset()),
        'language': plan.get('language') or 'id', 'media': media(source),
        'rotation': source.setting('website_media_rotation'), 'discovered': _noticed(plan), 'unclaimed_databases': [],
        'sites': [_site(entry, urls, now) for entry in sites],
    }  # fmt: skip


def _noticed(plan: Facts) -> list[Facts]:
    """What the last backup of each host noticed on its server and nobody backs up, as `rawat discover` would say it."""
    taken: set[str] = set()
    return [
        {**one, 'name': unique(urlsplit(one.get('url') or '').hostname or Path(one['webroot']).name, taken)}
        for one in (newest_unprotected(plan) if plan.get('hosts') else [])
    ]


def _site(entry: Facts, urls: dict[tuple[str, str], str | None], now: str) -> Facts:
    first: Facts = next(iter(entry.get('points') or []), {})
    told = {key: entry.get(key) for key in SITE}
    place = {key: first.get(key) for key in ('store', 'location')}
    return {**told, **place, 'url': urls.get((entry['host'], entry['site'])), 'asked': now}


def media(source: Inventory) -> list[Facts]:
    """`website_media`, as the inventory has it; what is no medium is left to `rawat media` to say."""
    return [
        {**{key: medium.get(key) for key in settings.MEDIA}, 'max_age_years': medium.get('max_age_years') or 5}
        for medium in source.setting('website_media') or []
        if isinstance(medium, dict) and medium.get('label') and medium.get('uuid')
    ]


def load(path: Path) -> Facts:
    """Facts that were saved. UsageProblem where they are none."""
    try:
        facts = json.loads(path.read_bytes())
        if facts['schema'] != SCHEMA:
            raise ValueError(f'schema {facts["schema"]}: this version reads {SCHEMA}')
        for entry in facts['sites']:
            _checked(entry)
        facts['office'] = offices.settle(facts.get('office'))
        facts['utc_offset_minutes'] + 0
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f'{type(error).__name__}: {error}'
        raise UsageProblem([say('board.facts_unreadable', path=path, reason=reason)]) from error
    return dict(facts)


def _checked(entry: Facts) -> None:
    """KeyError, ValueError: an entry that pages could not be made of."""
    site = (entry['site'], entry['host'])
    wrong = next((row for row in entry.get('history') or [] if len(row) != len(COLUMNS)), None)
    if wrong is not None:
        raise ValueError(f'{site}: a point has {len(wrong)} fields, {len(COLUMNS)} are needed')


def save(facts: Facts, path: Path) -> None:
    """Write the facts to a file, whole or not at all. UsageProblem."""
    try:
        replace_file(str(path), json.dumps(facts, sort_keys=True).encode() + b'\n')
    except OSError as error:
        raise UsageProblem([say('usage.cannot_write', path=path, reason=error)]) from error


def with_discovered(facts: Facts, path: Path, required: bool) -> Facts:
    """The facts with what `rawat discover --json` wrote to `path`. UsageProblem: it is none, or `required` and gone."""
    if not required and not path.is_file():
        return facts
    try:
        found = json.loads(path.read_bytes())
        sites = found['discovered'] if 'discovered' in found else found['sites']
        known = {'discovered': _entries(sites), 'unclaimed_databases': _entries(found.get('unclaimed_databases') or [])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f'{type(error).__name__}: {error}'
        raise UsageProblem([say('board.discovered_unreadable', path=path, reason=reason)]) from error
    return {**facts, **known}


def _entries(found: Iterable[Any]) -> list[Facts]:
    return [dict(entry) for entry in found]
