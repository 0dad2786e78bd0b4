# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which recovery point: the newest complete one, one by its id, the newest before a time, one by its number."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.manifest import is_safety
from ansible_collections.rawat.website.plugins.module_utils.restoring.request import RestoreRequest

GOOD = ('complete', 'remarks')
NEAREST = 5  # points that are named when the one that was asked for is not there
ZONES = {'Z': '+00:00', 'UTC': '+00:00', 'WIB': '+07:00', 'WITA': '+08:00', 'WIT': '+09:00'}
TIME = re.compile(
    r'(\d{4}-\d\d-\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?)?\s*(Z|UTC|WIB|WITA|WIT|[+-]\d\d:?\d\d)', re.IGNORECASE
)


def choose(points: list[dict], request: RestoreRequest, parts: Sequence[str], site: str) -> dict:
    """The manifest to restore from `points` (newest first). RestoreError names what there is instead."""
    if not points:
        raise RestoreError(f'site {site}: the repository has no recovery point of it: is location the right one?')
    if request.point is not None:
        return _usable(_by_id(points, request.point, site), parts, site)
    wanted, which = points, 'recovery point'
    if request.before is not None:
        limit = moment(request.before)
        wanted = [point for point in points if (begun := started(point)) is not None and begun < limit]
        which = f'recovery point before {request.before}'
    if request.register is not None:
        wanted = [point for point in points if request.register in numbers(point)]
        which = f'recovery point of the number {request.register!r} (a run or an assignment)'
    good = [point for point in wanted if point['outcome'] in GOOD and has(point, parts)]
    if request.register is None:
        # A safety point holds what somebody wanted to be rid of: taken only when it is asked for by name.
        good = [point for point in good if not is_safety(point)]
    if not good:
        raise RestoreError(f'site {site}: there is no complete {which} with {" and ".join(parts)}; {_offer(points)}')
    return good[0]


def moment(text: str) -> float:
    """Seconds since 1970 of '2026-11-22T17:15+07:00', '2026-11-22 17:15 WIB', '…Z'. The zone must be there."""
    found = TIME.fullmatch(text.strip())
    if not found:
        raise RestoreError(
            f'before {text!r} is no time with a zone: write 2026-11-22T10:15Z, 2026-11-22T17:15+07:00 or '
            '2026-11-22 17:15 WIB'
        )
    day, hour, minute, second, zone = found.groups()
    zone = ZONES.get(zone.upper(), zone)
    zone = zone if ':' in zone else f'{zone[:3]}:{zone[3:]}'
    try:
        return datetime.datetime.fromisoformat(
            f'{day}T{hour or "00"}:{minute or "00"}:{second or "00"}{zone}'
        ).timestamp()
    except ValueError as error:
        raise RestoreError(f'before {text!r} is no time: {error}') from error


def started(point: dict) -> float | None:
    """When a point began, in seconds since 1970; None for one whose manifest is damaged."""
    text = point.get('started')
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp() if text else None


def numbers(point: dict) -> list[str]:
    """The numbers by which the office knows a point: its run's and its assignment's."""
    return [text for text in (point.get('run'), (point.get('assignment') or {}).get('number')) if text]


def has(point: dict, parts: Sequence[str]) -> bool:
    """Whether the point was to hold all of `parts` (a run may have been of databases alone)."""
    return set(parts) <= set(point.get('parts') or ('databases', 'webroots'))


def _by_id(points: list[dict], name: str, site: str) -> dict:
    found = next((point for point in points if point['id'] == name), None)
    if found is None:
        raise RestoreError(f'point {name!r}: site {site} has no such recovery point; {_offer(points, name)}')
    return found


def _usable(point: dict, parts: Sequence[str], site: str) -> dict:
    if point['outcome'] not in GOOD:
        raise RestoreError(
            f'point {point["id"]!r} of site {site} failed ({point.get("error")}): nothing is restored from it; choose '
            'another, or leave point out for the newest complete one'
        )
    if not has(point, parts):
        raise RestoreError(
            f'point {point["id"]!r} of site {site} was made of {" and ".join(point["parts"])} alone: choose another, '
            'or restore only these'
        )
    return point


def _offer(points: list[dict], near: str | None = None) -> str:
    """The nearest points in words; ids sort by time, so neighbours in the list are neighbours in time."""
    ids = sorted(point['id'] for point in points)
    place = sum(1 for name in ids if name < near) if near else len(ids)
    start = max(0, min(place - NEAREST // 2, len(ids) - NEAREST))
    nearest = set(ids[start : start + NEAREST])
    shown = [f'{point["id"]} ({point["outcome"]})' for point in points if point['id'] in nearest]
    return f'there {"are" if len(shown) > 1 else "is"}: {", ".join(shown)}'
