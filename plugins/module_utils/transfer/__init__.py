# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A recovery point from one repository into another, whatever their stores.

Three ways, the first that fits: the archive's files as they are (files.py), restic's own copy (snapshots.py), and
getting everything out and putting it in again (contents.py). Whatever the way, the point exists in the target when,
and only when, all of it was read back there; what a kill leaves is swept like the leftovers of a backup.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.stores import Repository
from ansible_collections.rawat.website.plugins.module_utils.stores.archive import ArchiveRepository
from ansible_collections.rawat.website.plugins.module_utils.stores.restic import ResticRepository
from ansible_collections.rawat.website.plugins.module_utils.transfer import contents, files, present, snapshots


class Transferred(NamedTuple):
    """A point that is in the target."""

    manifest: dict  # as it was committed there
    bytes: int  # read back there
    milliseconds: int  # of all of it
    method: str  # how it came there and how it was read back, in a sentence for the record


def put_point(
    source: Repository,
    manifest: dict,
    target: Repository,
    *,
    whole: bool,
    options: dict,
    progress: Progress,
    work: str,
) -> dict:
    """Put the point of `manifest` into `target`; returns the manifest that is committed there.

    The caller holds the target's lock and has swept it. `whole`: without differences to other points, so that the copy
    stands alone. `work`: where a tree may lie for a while, when there is no other way. A point that is there already
    with the same content is verified, not copied. DamagedError: the source's point is damaged, or what is in the
    target; RepositoryError: one of them fails, or the target holds another point of this name.
    """
    arguments: dict[str, Any] = {'whole': whole, 'options': options, 'progress': progress, 'work': work}
    return transfer(source, manifest, target, **arguments).manifest


def transfer(
    source: Repository,
    manifest: dict,
    target: Repository,
    *,
    whole: bool,
    options: dict,
    progress: Progress,
    work: str,
) -> Transferred:
    """`put_point` with what the record says of it."""
    clock = time.monotonic()
    found = present.same_point(source, manifest, target)
    if found is not None:
        size = present.read_back(target, found, progress)
        return Transferred(found, size, _since(clock), 'it was there; read back, SHA-256 compared')
    archives = isinstance(source, ArchiveRepository) and isinstance(target, ArchiveRepository)
    if archives and not whole and files.possible(source, manifest, target):
        return Transferred(*files.put(source, manifest, target, progress), _since(clock), files.METHOD)
    why = ''
    if isinstance(source, ResticRepository) and isinstance(target, ResticRepository):
        why = snapshots.obstacle(source, target)
        if not why:
            return Transferred(*snapshots.put(source, manifest, target, progress), _since(clock), snapshots.METHOD)
    committed, size = contents.put(source, manifest, target, options, progress, work)
    return Transferred(committed, size, _since(clock), f'{contents.METHOD}{why and f" ({why})"}')


def _since(clock: float) -> int:
    return int((time.monotonic() - clock) * 1000)
