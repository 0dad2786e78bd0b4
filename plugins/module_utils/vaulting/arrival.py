# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Before anything is copied: points are taken out of the target's reach, and what dead runs left is removed."""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryBusy
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run
from ansible_collections.rawat.website.plugins.module_utils.stores.archive import ArchiveRepository
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc
from ansible_collections.rawat.website.plugins.module_utils.stores.restic import ResticRepository
from ansible_collections.rawat.website.plugins.module_utils.vaulting import intake


def take_in(inbox: str | None, primary: Any, progress: Progress) -> tuple[dict | None, list[str]]:
    """(what was moved from the inbox into the vault's area: {at, files, bytes, location}, what was refused there)."""
    if not inbox or not isinstance(primary, ArchiveRepository):
        return None, []
    taken = dict(intake.take_in(inbox, primary, progress) or {})
    refused = [f'the vault side did not take in {one["point"]}: {one["reason"]}' for one in taken.pop('refused', [])]
    taken.pop('accepted', None)
    return taken or None, refused


def sweep(primary: Any, run: Run, live_seconds: int) -> list[str]:
    """Remove what dead runs left, where the target may not; one line for each thing removed.

    A restic backup that is running on the target holds no lock that is seen from here, so nothing is touched while an
    unfinished point is young enough to be alive.
    """
    if run.repository.get('append_only'):
        return []  # these credentials may not
    if isinstance(primary, ResticRepository) and not _all_dead(primary, live_seconds):
        return []
    try:
        with primary.lock(f'{run.host} vault {run.id}'):
            return list(primary.sweep())
    except RepositoryBusy:
        return []  # a live run: it sweeps by itself


def _all_dead(primary: ResticRepository, live_seconds: int) -> bool:
    committed = {point for point, parts in primary.by_point().items() if 'manifest' in parts}
    begun = [parse_utc(_iso(point)) for point in primary.by_point() if point and point not in committed]
    return all(moment is not None and time.time() - moment > live_seconds for moment in begun)


def _iso(point_id: str) -> str:
    """The time in a point's name: '2026-11-22T101530Z…' -> '2026-11-22T10:15:30Z'."""
    return f'{point_id[:13]}:{point_id[13:15]}:{point_id[15:17]}Z'
