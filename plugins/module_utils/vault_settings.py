# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the vault side, the further copies and the retention of an inventory, beyond argument specs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.repository_settings import repository_problems

COPY_NAME = re.compile(r'[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?')
WITHIN = re.compile(r'(?:[0-9]{1,4}[hdwmy])+')


def problems(vault: dict | None, copies: list[dict] | None, retention: dict | None) -> list[str]:
    """Everything that is wrong with website_vault, website_copies and website_retention; empty when all is well."""
    found: list[str] = []
    if vault and vault.get('repository'):
        found += repository_problems(vault['repository'], 'website_vault.repository')
    found += [line for copy in copies or [] for line in _copy_problems(copy)]
    names = [copy['name'] for copy in copies or []]
    found += [
        f'website_copies: the name {name!r} is used {names.count(name)} times: give each copy its own'
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    return found + list(retention_problems(retention, 'website_retention'))


def _copy_problems(copy: dict) -> Iterator[str]:
    where = f'website_copies {copy["name"]!r}'
    if not COPY_NAME.fullmatch(copy['name']):
        yield f'website_copies: name {copy["name"]!r} is not usable: 1 to 32 of a-z, 0-9 and "-"'
    if copy['location'].startswith('inbox:'):
        yield f'{where}: location {copy["location"]!r} is an inbox; the vault side writes copies: name the place'
    else:
        yield from repository_problems(copy, where)
    yield from retention_problems(copy.get('retention'), f'{where}.retention')


def retention_problems(retention: dict | None, field: str) -> Iterator[str]:
    """What is wrong with one policy."""
    for name, value in (retention or {}).items():
        if name != 'keep_within' and value is not None and value < 0:
            yield f'{field}.{name} {value} is negative: 0 or more'
    within = (retention or {}).get('keep_within') or ''
    if within and not WITHIN.fullmatch(within):
        yield f'{field}.keep_within {within!r} is no length of time: write 14d, 8w, 6m, 1y or 1y6m (h, d, w, m, y)'
