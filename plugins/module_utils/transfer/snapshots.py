# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""restic to restic, by `restic copy`: only this point's snapshots, the manifest's last, which makes the point exist.

Snapshots keep their tags and get new ids, so everything is found by tags. One process reads one repository and writes
the other: it has one environment and one set of options, so the two must not need different ones.
"""

from __future__ import annotations

import copy
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import (
    DamagedError,
    RepositoryBusy,
    RepositoryError,
)
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.stores import restic_events, restic_read
from ansible_collections.rawat.website.plugins.module_utils.stores.restic import MANIFEST_PART
from ansible_collections.rawat.website.plugins.module_utils.transfer import present

METHOD = 'restic copy; read back'


def obstacle(source: Any, target: Any) -> str:
    """Why one restic process cannot serve both repositories; empty when it can."""
    settings = [_own(repository.restic.environment) for repository in (source, target)]
    clash = sorted(name for name in settings[0].keys() & settings[1].keys() if settings[0][name] != settings[1][name])
    if clash:
        return f'restic copy has one environment, and the two repositories differ in {", ".join(clash)}'
    if not _is_local(source) and not _is_local(target) and _options(source) != _options(target):
        return 'restic copy takes one set of connection options, and the two repositories need different ones'
    return ''


def _own(environment: dict[str, str]) -> dict[str, str]:
    """What the inventory gives a repository, without what every call of restic has."""
    return {name: value for name, value in environment.items() if not name.startswith('RESTIC_')}


def _is_local(repository: Any) -> bool:
    return str(repository.location).startswith('/')


def _options(repository: Any) -> list:
    return list(repository.restic._argv([]))


def put(source: Any, manifest: dict, target: Any, progress: Progress) -> tuple[dict, int]:
    """(manifest, bytes read back in the target) once all snapshots of this point are there."""
    parts = dict(source.by_point().get(manifest['id'], {}))
    parts.pop(restic_events.PART, None)
    seal = parts.pop(MANIFEST_PART, None)
    stored = restic_read.Stored(source, manifest, 'the point')
    lost = sorted(_named(manifest) - set(parts))
    if seal is None or lost:
        raise stored.damaged(f'lacks the snapshots of {", ".join(lost) or MANIFEST_PART}')
    point, restic = target.begin(manifest['id']), _for_both(source, target)
    try:
        total = _copy(restic, stored, parts, target, point, progress)
        total += _copy(restic, stored, {MANIFEST_PART: seal}, target, point, progress)
    except BaseException:
        _forget(target, manifest['id'])
        raise
    if point.new_files is None:  # a backend that only restic can read
        total = present.read_back(target, manifest, progress)
    return manifest, total


def _named(manifest: dict) -> set[str]:
    """The parts in which the manifest says that something lies."""
    fields = ('snapshot_part', 'accounts_snapshot_part', 'list_part')
    good = [part for part in manifest['databases'] + manifest['webroots'] if not part.get('error')]
    return {part[field] for part in good for field in fields if part.get(field)}


def _for_both(source: Any, target: Any) -> Any:
    """restic with the environment of both; the options are those of the one that is not on this machine."""
    restic = copy.copy((source if _is_local(target) else target).restic)
    given, taken = source.restic.environment, target.restic.environment
    restic.environment = {
        **_own(given),
        **taken,
        'RESTIC_FROM_REPOSITORY': given['RESTIC_REPOSITORY'],
        'RESTIC_FROM_PASSWORD': given['RESTIC_PASSWORD'],
    }
    return restic


def _copy(restic: Any, stored: Any, parts: dict[str, dict], target: Any, point: Any, progress: Progress) -> int:
    """Copy snapshots and read back what is new; the bytes."""
    if not parts:
        return 0
    identifiers = [str(snapshot['id']) for snapshot in parts.values()]
    _run(restic, stored, ['copy', '--quiet', *identifiers], target)
    target.forget_list()
    found = target.by_point().get(stored.point, {})
    missing = sorted(set(parts) - set(found))
    if missing:
        raise RepositoryError(
            f'{target.location}: restic copy ended well, but {", ".join(missing)} of {target.site}/{stored.point} '
            'is not there: look at the restic versions on this machine, then copy again'
        )
    if point.new_files is None:
        return 0
    return int(point.new_files.verify(progress.add, [found[part]['id'] for part in parts], 0))


def _run(restic: Any, stored: Any, command: list[str], target: Any) -> None:
    what = f'{stored.repository.site}/{stored.point} cannot be copied from {stored.repository.location}'
    for last in (False, True):
        try:
            restic.call(command, what)
            return
        except RepositoryBusy:
            if last:
                raise
            stored.repository.restic.unlock()  # the lock may be one on the source: `call` unlocks the target only
        except RepositoryError as error:
            failure = error.__cause__
            if isinstance(failure, CommandFailed):
                explained = stored.explain(failure, 'cannot be copied')
                if isinstance(explained, DamagedError):
                    raise explained from error
            raise RepositoryError(f'copy to {target.location}: {error}') from error


def _forget(target: Any, point_id: str) -> None:
    """What was copied so far goes; where that fails, the next run sweeps it."""
    try:
        target.forget_list()
        parts = target.by_point().get(point_id, {})
        if parts:
            target.forget([str(snapshot['id']) for snapshot in parts.values()])
    except RepositoryError:
        target.forget_list()
