# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Full or difference? The archive store's decision for one webroot; it looks at manifests only and touches nothing.

A difference always refers to one full, never to another difference, so that a restore needs two archives at most.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc

DAY = 86400
SLACK = 3600  # seconds: a weekly full must not slip to the eighth day because a run began a minute earlier


class Base(NamedTuple):
    """The full that a difference refers to."""

    manifest: dict  # of the point that holds it
    part: dict  # its webroot part
    tested: str  # UTC; when its stored bytes were last read and hashed


class Choice(NamedTuple):
    """What to do with a webroot: a difference to `base`, or (base None) a full, for this `reason`."""

    base: Base | None
    reason: str
    remark: bool = False  # is the reason something that people should look at?


def usable_parts(points: list[dict], path: str) -> list[tuple[dict, dict]]:
    """(manifest, webroot part) of every point that holds `path` in a usable form, newest first."""
    return [
        (manifest, part)
        for manifest in points
        for part in manifest.get('webroots', [])
        if part.get('path') == path and not part.get('error') and part.get('list_file')
    ]


def choose(points: list[dict], path: str, full_every_days: int, now: float) -> Choice:
    """Full or difference, as far as the manifests tell. `points`: newest first; `now`: seconds since the epoch."""
    parts = usable_parts(points, path)
    if not parts:
        return Choice(None, 'the first of this webroot')
    fulls = [(manifest, part) for manifest, part in parts if part.get('kind') == 'full']
    if not fulls:
        return Choice(None, 'no full is left that the earlier differences refer to', remark=True)
    manifest, full = fulls[0]
    age = now - (parse_utc(manifest.get('started')) or 0.0)
    if age < -DAY:
        return Choice(None, f'the last full ({manifest["id"]}) is dated in the future: look at the clock', remark=True)
    if age >= full_every_days * DAY - SLACK:
        return Choice(None, f'a full is due every {full_every_days} days')
    return Choice(Base(manifest, full, _last_test(parts, manifest)), 'difference to the last full')


def _last_test(parts: list[tuple[dict, dict]], base: dict) -> str:
    """The newest time any manifest gives for a test of the full in point `base`; its own test-read is the first."""
    recorded = [
        part['base']['tested'] for _manifest, part in parts if (part.get('base') or {}).get('point') == base['id']
    ]
    return max([str(base.get('finished') or base['started']), *recorded])


def must_hash(base: Base, options: dict[str, Any], now: float) -> bool:
    """Is the base to be read and hashed now? Small ones always, large ones every `base_test_days`."""
    if base.part['stored_bytes'] <= options['base_test_bytes']:
        return True
    return now - (parse_utc(base.tested) or 0.0) >= options['base_test_days'] * DAY - SLACK


def limit_bytes(base: Base, difference_share: int) -> int:
    """Stored bytes from which on a difference is not worth having."""
    return base.part['stored_bytes'] * difference_share // 100
