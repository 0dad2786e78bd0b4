# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing a point of the restic store: its snapshots are forgotten; a prune gives back their room.

The manifest's snapshot goes first and makes the point invisible; what a kill leaves of it are orphans, which are swept.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores.archive_remove import append_only
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_cli import tags_of

MANIFEST, EVENT = 'manifest', 'event'
FORBIDDEN = re.compile(r'403|forbidden|access ?denied|method not allowed|append-only', re.IGNORECASE)
FREED = re.compile(r'^total prune:.*?/ ([0-9.]+) (B|KiB|MiB|GiB|TiB)\s*$', re.MULTILINE)
UNITS = {'B': 0, 'KiB': 10, 'MiB': 20, 'GiB': 30, 'TiB': 40}  # powers of two
Snapshot = dict[str, Any]


def remove(repository: Any, point_id: str) -> None:
    """See stores.Repository."""
    if getattr(repository.restic, 'append_only', False):
        raise RepositoryError(append_only(repository, point_id))
    found = [one for one in repository.snapshots() if tags_of(one).get('point') == point_id]
    manifests = [one for one in found if tags_of(one).get('part') == MANIFEST]
    if not manifests:
        raise RepositoryError(f'{repository.location}: there is no recovery point {repository.site}/{point_id}')
    _forget(repository, point_id, manifests)
    left = {one['id'] for one in repository.snapshots(fresh=True)}
    if left & {one['id'] for one in manifests}:  # restic has been known to end well although nothing was removed
        raise RepositoryError(f'{append_only(repository, point_id)} (restic said nothing, and it is still there)')
    data = [one for one in found if tags_of(one).get('part') not in (MANIFEST, EVENT)]
    if data:
        _forget(repository, point_id, data)


def _forget(repository: Any, point_id: str, snapshots: list[Snapshot]) -> None:
    command = ['forget', '--quiet', *(one['id'] for one in snapshots)]
    try:
        repository.restic.call(command, f'{repository.site}/{point_id} cannot be removed')
    except RepositoryError as error:
        if FORBIDDEN.search(str(error)):
            raise RepositoryError(f'{append_only(repository, point_id)} ({error})') from error
        raise
    finally:
        repository.forget_list()


def sweep_old(repository: Any) -> list[str]:
    """Forget what is left of points that have no manifest and began longer ago than any run may take.

    From another machine than the target's a live run cannot be told from a dead one: no lock of it is seen here.
    """
    oldest = time.time() - repository.options['deadline']
    kept = {tags_of(one).get('point') for one in repository.snapshots() if tags_of(one).get('part') == MANIFEST}
    left = [one for one in repository.snapshots() if tags_of(one).get('part') != EVENT]
    left = [one for one in left if tags_of(one).get('point') not in kept]
    dead = [one for one in left if (parse_utc(str(one['time'])[:19]) or oldest) < oldest]
    if dead:
        _forget(repository, 'what is left of removed points', dead)
    return [f'snapshot {one["short_id"]} ({" ".join(one["tags"])}): its point is gone; forgotten' for one in dead]


def reclaim(repository: Any, _progress: Any) -> dict[str, Any]:
    """See stores.Repository. The settings prune_unused and prune_repack bound what is copied together anew."""
    options, started = repository.options, time.monotonic()
    command = ['prune', '--max-unused', f'{options["prune_unused"]}%']
    if options['prune_repack']:
        command += ['--max-repack-size', f'{options["prune_repack"]}M']
    before = _stored_bytes(repository)
    output = repository.restic.call(command, 'the room of removed recovery points cannot be given back')
    freed = max(0, before - _stored_bytes(repository)) if before else told(output.decode('utf-8', 'replace'))
    return {'freed_bytes': freed, 'milliseconds': int((time.monotonic() - started) * 1000)}


def told(output: str) -> int | None:
    """Bytes that a prune says it removed, to the precision that it prints; None when it does not say."""
    found = FREED.search(output)
    return int(float(found[1]) * 2 ** UNITS[found[2]]) if found else None


def _stored_bytes(repository: Any) -> int:
    """What the packs of a local repository take; 0 for another, where looking would cost."""
    data = Path(repository.location) / 'data'
    if not repository.location.startswith('/') or not data.is_dir():
        return 0
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _dirs, names in os.walk(data) for name in names)
