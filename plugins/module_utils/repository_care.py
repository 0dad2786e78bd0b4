# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking after a repository: its passwords, its locks, its soundness. What `rawat repository` does on the vault host.

A repository is one for all sites of a host, so what concerns the whole of it is done once and said of each site.
"""

from __future__ import annotations

import time
from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils import stores
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.masking import without_password
from ansible_collections.rawat.website.plugins.module_utils.site_run import FAILURES, describe
from ansible_collections.rawat.website.plugins.module_utils.stores import restic_check, restic_keys, restic_locks

ACTIONS = ('locks', 'unlock', 'remove_live_locks', 'check', 'read', 'keys', 'add_key', 'finish_keys')
KEY_ACTIONS = ('keys', 'add_key', 'finish_keys')
LOCK_ACTIONS = ('locks', 'unlock', 'remove_live_locks')


def care(action: str, sites: list[str], host: str, repository: dict, options: dict, secret: str = '') -> list[dict]:
    """Do `action`; an entry for each site: {site, host, outcome ready|failed, error, store, location, changed, …facts}.

    Facts: 'keys', 'removed', 'added' | 'locks', 'removed' | 'problems', 'method', 'milliseconds'. `secret`: the new
    password of `add_key`.
    """
    settings = {**repository, 'create': False}
    whole: dict[str, Any] | None = None
    entries = []
    for site in sites:
        if whole is None or settings['store'] == 'archive':
            whole = _guarded(lambda name: _facts(action, name, settings, options, secret), site)
        place = {'store': settings['store'], 'location': without_password(settings['location'])}
        entries.append({'site': site, 'host': host, **place, **whole})
    return entries


def _guarded(work: Callable[[str], dict[str, Any]], site: str) -> dict[str, Any]:
    try:
        facts = work(site)
    except FAILURES as failure:
        return {'outcome': 'failed', 'error': describe(failure), 'changed': False}
    problems = facts.get('problems')
    return {'outcome': 'failed' if problems else 'ready', 'error': '; '.join(problems or []) or None, **facts}


def _facts(action: str, site: str, settings: dict, options: dict, secret: str) -> dict[str, Any]:
    if settings['store'] == 'archive':
        return _archive_facts(action, site, settings, options)
    if action == 'add_key':
        added = restic_keys.add(settings, site, options, secret)
        return {**added, 'changed': added['added']}
    repository: Any = stores.open_repository(settings, site, options)
    if action == 'keys':
        return {'keys': restic_keys.listed(repository), 'changed': False}
    if action == 'finish_keys':
        ended = restic_keys.finish(repository)
        return {**ended, 'changed': bool(ended['removed'])}
    if action in LOCK_ACTIONS:
        if action == 'locks':
            return {'locks': restic_locks.of_restic(repository), 'removed': [], 'changed': False}
        ended = restic_locks.unlock(repository, action == 'remove_live_locks')
        return {**ended, 'changed': bool(ended['removed'])}
    return {**restic_check.check_whole(repository, action == 'read'), 'changed': False}


def _archive_facts(action: str, site: str, settings: dict, options: dict) -> dict[str, Any]:
    """An archive has no password; its locks end with their runs; checking it is reading it."""
    if action in KEY_ACTIONS:
        raise RepositoryError(
            f'{settings["location"]} is of the store archive, which has no password: its keys are age recipients'
        )
    repository: Any = stores.open_repository(settings, site, options)
    repository.check()
    if action in LOCK_ACTIONS:
        return {'locks': restic_locks.of_archive(repository), 'removed': [], 'changed': False}
    started = time.monotonic()
    problems = [point['error'] for point in repository.points() if point.get('damaged')]
    method = 'every manifest read'
    if action == 'read':
        found = repository.check_share(0, 1)
        problems, method = problems + found['problems'], found['method']
    return {
        'problems': problems, 'method': method, 'milliseconds': int((time.monotonic() - started) * 1000),
        'changed': False,
    }  # fmt: skip
