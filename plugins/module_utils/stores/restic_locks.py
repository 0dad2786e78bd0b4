# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who locks a repository, on which machine and since when; and the removal of restic's locks that nobody holds.

restic's own rule (`restic unlock`): a lock is stale when it is 30 minutes old, for a live restic renews its own every
five minutes, or when its process on this very machine is dead.
"""

from __future__ import annotations

import calendar
import contextlib
import fcntl
import json
import re
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc
from ansible_collections.rawat.website.plugins.module_utils.stores.place_local import LocalPlace

STALE_SECONDS = 1800  # restic's own


def of_restic(repository: Any) -> list[dict[str, Any]]:
    """{'id', 'owner', 'host', 'pid', 'exclusive', 'since' (UTC), 'age_seconds'} of each lock, oldest first."""
    call = repository.restic.call
    words = call(['list', 'locks', '--no-lock'], 'its locks cannot be listed').decode().split()
    found = [_restic_lock(repository, word) for word in words if re.fullmatch('[0-9a-f]{64}', word)]
    return sorted((lock for lock in found if lock), key=lambda lock: -lock['age_seconds'])


def _restic_lock(repository: Any, identifier: str) -> dict[str, Any] | None:
    """One lock; None when its owner removed it meanwhile."""
    command = ['cat', 'lock', identifier, '--no-lock']
    try:
        said = json.loads(repository.restic.call(command, f'the lock {identifier[:8]} cannot be read'))
    except RepositoryError:
        if identifier not in repository.restic.call(['list', 'locks', '--no-lock'], 'its locks are gone').decode():
            return None
        raise
    moment = parse_utc(re.sub(r'\.\d+', '', said['time'])) or time.time()  # Python 3.9 reads no nanoseconds
    return {
        'id': identifier[:8], 'owner': said.get('username') or '', 'host': said.get('hostname') or '',
        'pid': said.get('pid'), 'exclusive': bool(said.get('exclusive')), **_since(moment),
    }  # fmt: skip


def unlock(repository: Any, live: bool) -> dict[str, Any]:
    """Remove stale locks, or with `live` all of them: {'locks' (that are left), 'removed' (those that went)}."""
    before = of_restic(repository)
    if before:
        words = ['unlock', *(['--remove-all'] if live else [])]
        repository.restic.call(words, 'its locks cannot be removed')
    after = of_restic(repository) if before else []
    left = {lock['id'] for lock in after}
    return {'locks': after, 'removed': [lock for lock in before if lock['id'] not in left]}


def of_archive(repository: Any) -> list[dict[str, Any]]:
    """The lock of the repository's site, in the same words; empty when nobody holds it.

    Such a lock goes with the process that holds it, so there is nothing to remove. RepositoryError for a place whose
    locks cannot be seen from here.
    """
    place = repository.place
    if not isinstance(place, LocalPlace):
        raise RepositoryError(
            f'{repository.location}: its locks are seen on the machine that has its files: let '
            'website_vault.repository be the path there. They end with the run that holds them'
        )
    text = _held(Path(place.root) / '.lock')
    if text is None:
        return []
    holder: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        holder = json.loads(text)
    since = parse_utc(holder.get('since')) or time.time()
    return [
        {'id': repository.site, 'owner': holder.get('owner') or '', 'host': holder.get('host') or '',
         'pid': holder.get('pid'), 'exclusive': True, **_since(since)}
    ]  # fmt: skip


def _held(path: Path) -> bytes | None:
    """What the holder wrote into a file that is locked; None when nobody holds it."""
    try:
        with path.open('rb') as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return handle.read(4096)
    except FileNotFoundError:
        pass
    return None


def _since(moment: float) -> dict[str, Any]:
    return {
        'since': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(moment)),
        'age_seconds': max(0, calendar.timegm(time.gmtime()) - int(moment)),
    }
