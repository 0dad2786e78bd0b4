# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts of single sites, and what a board makes of them, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.point_history import Row
from ansible_collections.rawat.website.plugins.module_utils.procedure import office
from rawat.board import build, states
from rawat.board.series import moment

NOW = '2026-11-23T04:00:00Z'
FORMAT = '%Y-%m-%dT%H:%M:%SZ'
Facts = dict[str, Any]


def ago(days: float) -> str:
    return (datetime.strptime(NOW, FORMAT) - timedelta(days=days)).strftime(FORMAT)


def point(days: float, **more: Any) -> list[Any]:
    """The row of a good, drilled point so many days ago; with fields of its own."""
    started = ago(days)
    plain = {
        'id': started.replace(':', ''), 'started': started, 'outcome': 'complete', 'whole': 1, 'full': 1,
        'milliseconds': 65_000, 'bytes': 5 << 20, 'stored': 2 << 20, 'error': None, 'grade': None, 'drilled': None,
        'rto_milliseconds': None, 'reason': None,
    }  # fmt: skip
    return list(Row(**{**plain, **more}))


def drilled(days: float, grade: str = 'A', hours: float = 0.1, **more: Any) -> list[Any]:
    return point(days, grade=grade, drilled=ago(days - 0.1), rto_milliseconds=int(hours * 3_600_000), **more)


def site(*history: list[Any], **more: Any) -> Facts:
    """A site with these points; one good, drilled point of half a day ago where none are given."""
    rows = list(history) or [drilled(0.5)]
    return {'site': 'peraturan', 'host': 'web1', 'url': 'https://peraturan.example.go.id/', 'history': rows, **more}


def facts(*entries: Facts, **more: Any) -> Facts:
    return {'gathered': NOW, 'utc_offset_minutes': 420, 'language': 'id', 'sites': list(entries), **more}


def books(**more: Any) -> Facts:
    return {'problems': [], 'deadlines': [], 'holds': [], 'media': None, 'sites': {}, **more}


def judged(entry: Facts, filing: Facts | None = None) -> states.Site:
    """The site as a board shows it, by the office's default policy."""
    found = states.sites(facts(entry), filing or books(), bounds())
    assert len(found) == 1
    return found[0]


def bounds() -> states.Bounds:
    now = moment(NOW)
    assert now is not None
    return states.Bounds(office.settle(None)['policy'], now, 420)


def told(entry: Facts, filing: Facts | None = None) -> dict[str, str]:
    """{what is said: how bad it is}."""
    return {one['what']: one['level'] for one in judged(entry, filing).findings}


def written(output: Path, known: Facts, filing: Facts | None = None) -> dict[str, str]:
    """{path: content} of a board of these facts."""
    build(known, filing or books(), office.settle(None), NOW, output)
    return {path.relative_to(output).as_posix(): path.read_text() for path in output.rglob('*') if path.is_file()}
