# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which worker takes which hosts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

VARIABLE = re.compile(r'\s*\{\{\s*(\w+)\s*\}\}\s*')


def share_out(hosts: Mapping[str, Sequence[Any]], together: Iterable[Iterable[str]], count: int) -> list[list[str]]:
    """`hosts` (host -> its planned sites) in `count` slices of about as many sites each; no host is lost or doubled.

    Hosts that share a group of `together` stay in one slice. Within a slice the order is the plan's; the same plan
    always gives the same slices. A slice is empty when there are fewer groups than slices.
    """
    order = {host: place for place, host in enumerate(hosts)}
    slices: list[list[str]] = [[] for _number in range(count)]
    weights = [0] * count
    # The heaviest first, each to the slice that has least: no better rule is known that is as simple.
    for group in sorted(_groups(hosts, together), key=lambda group: (-_weight(hosts, group), order[group[0]])):
        lightest = weights.index(min(weights))
        slices[lightest] += group
        weights[lightest] += _weight(hosts, group)
    return [sorted(part, key=order.__getitem__) for part in slices]


def _weight(hosts: Mapping[str, Sequence[Any]], group: list[str]) -> int:
    return sum(max(1, len(hosts[host])) for host in group)


def _groups(hosts: Mapping[str, Sequence[Any]], together: Iterable[Iterable[str]]) -> list[list[str]]:
    """The hosts in groups that must not be parted; groups that overlap become one. The plan's order within each."""
    leader = {host: host for host in hosts}

    def lead(host: str) -> str:
        while leader[host] != host:
            host = leader[host]
        return host

    for group in together:
        known = [host for host in group if host in leader]
        for host in known[1:]:
            leader[lead(host)] = lead(known[0])
    found: dict[str, list[str]] = {}
    for host in hosts:
        found.setdefault(lead(host), []).append(host)
    return list(found.values())


def shared_makings(variables: Mapping[str, Mapping[str, Any]]) -> dict[str, set[str]]:
    """{location: hosts} of the restic repositories that the run may make (`create: true`) and that hosts share.

    Two at once that make one repository leave one that nobody can read; within a play the roles see to that
    (throttle), between workers nobody would. `variables` is host -> its variables, templates not filled in: the same
    text is taken for the same place. A path lies on each target by itself, and is not shared.
    """
    found: dict[str, set[str]] = {}
    for host, values in variables.items():
        copies = _meant(values.get('website_copies'), values)
        for given in [values.get('website_repository'), *(copies if isinstance(copies, list) else [])]:
            place = _meant(given, values)
            if isinstance(place, Mapping) and place.get('store') == 'restic' and place.get('create'):
                found.setdefault(str(place.get('location')), set()).add(host)
    return {place: hosts for place, hosts in found.items() if len(hosts) > 1 and not place.startswith('/')}


def _meant(value: Any, values: Mapping[str, Any]) -> Any:
    """What stands behind a value that is nothing but the name of another variable."""
    for _step in range(5):
        named = VARIABLE.fullmatch(value) if isinstance(value, str) else None
        if not named:
            break
        value = values.get(named[1])
    return value
