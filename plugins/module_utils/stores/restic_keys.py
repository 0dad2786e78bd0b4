# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The passwords of a restic repository. Each opens it through a key file of its own (restic manual, "Manage keys").

A change has two steps, and a crash between or within them locks nobody out: `add` leaves the old password as it is, and
`finish`, called with the new one, removes what is older. Both say the same when they are called again.
"""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import path_of, secret_file
from ansible_collections.rawat.website.plugins.module_utils.stores.restic import ResticRepository

SHORTEST = 12  # characters of a new password


def listed(repository: ResticRepository) -> list[dict[str, Any]]:
    """{'id', 'current' (this password's), 'user', 'host', 'created' (that machine's local time)} of each key."""
    found = json.loads(repository.restic.call(['key', 'list', '--json'], 'its keys cannot be listed')) or []
    return [
        {'id': key['id'], 'current': bool(key['current']), 'user': key['userName'], 'host': key['hostName'],
         'created': key['created']}
        for key in sorted(found, key=lambda key: str(key['created']))
    ]  # fmt: skip


def add(settings: dict, site: str, options: dict, new_password: str) -> dict[str, Any]:
    """Make `new_password` open the repository, beside the old one, and prove that it does.

    {'added': bool (false: it opened it before), 'keys'}. `settings` is website_repository with the old password.
    """
    if len(new_password) < SHORTEST or not new_password.isprintable():
        raise RepositoryError(f'the new password must have {SHORTEST} printable characters or more: take a longer one')
    renewed = ResticRepository({**settings, 'password': new_password, 'create': False}, site, options)
    keys = _opened(renewed)
    if keys is not None:
        return {'added': False, 'keys': keys}
    repository = ResticRepository({**settings, 'create': False}, site, options)
    with secret_file(new_password.encode()) as secret:
        command: list[str | bytes] = ['key', 'add', '--new-password-file', path_of(secret)]
        repository.restic.call(command, 'a key cannot be added')
    keys = _opened(renewed)
    if keys is None:
        raise RepositoryError(
            f'repository {repository.location}: restic added a key, but the new password does not open the repository; '
            'nothing else was changed: the old password is still good'
        )
    return {'added': True, 'keys': keys}


def _opened(repository: ResticRepository) -> list[dict[str, Any]] | None:
    """The keys, when the password opens the repository; None when it is a wrong one."""
    try:
        return listed(repository)
    except RepositoryError as error:
        if 'wrong password' in str(error) or 'no key found' in str(error):
            return None
        raise


def finish(repository: ResticRepository) -> dict[str, Any]:
    """Remove every key but this password's: {'removed': ids, 'keys'}. Refuses where this is not the newest one."""
    before = listed(repository)
    current = [key for key in before if key['current']]
    if len(current) != 1:
        raise RepositoryError(f'repository {repository.location}: restic names no key as the one that opens it')
    newer = [key for key in before if key['created'] > current[0]['created']]
    if newer:
        raise RepositoryError(
            f'repository {repository.location}: key {newer[-1]["id"]} is newer than the one that the password of the '
            'inventory opens: put the new password into website_repository.password first. Nothing was removed'
        )
    old = [key['id'] for key in before if not key['current']]
    for identifier in old:
        repository.restic.call(['key', 'remove', identifier], f'the key {identifier} cannot be removed')
    after = listed(repository)
    if [key['id'] for key in after] != [current[0]['id']]:
        raise RepositoryError(
            f'repository {repository.location}: keys are left: {", ".join(key["id"] for key in after)}; '
            'where these credentials only add, the vault side removes keys (website_vault.repository)'
        )
    return {'removed': old, 'keys': after}
