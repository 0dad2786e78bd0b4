# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proof that what the restic store wrote cannot be removed with the credentials that wrote it.

The canary is a snapshot of a few bytes with the tag `rawat-canary` in place of `rawat`, so that no list of recovery
points shows it. One that could not be removed stays and is tried again the next time: a site has one at the most.

Forgetting is what is tried, because it is how an intruder would make points vanish. In an S3 bucket that keeps versions
a forgotten snapshot is hidden, not gone: there s3_lock.py has the proof.
"""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.stores import s3_lock
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_cli import Patience, refusal, summary

TAG, FILE = 'rawat-canary', 'canary'
TEXT = b'This is worthless. Runs try to remove it, to see that they cannot.\n'


def canary(repository: Any, point_id: str) -> dict[str, Any]:
    """See stores.Repository. `point_id` is only noted in the snapshot's tags."""
    if repository.restic.backend.kind == 's3':
        return s3_lock.elsewhere()
    known = _listed(repository)
    identifier = known[0]['id'] if known else _add(repository, point_id)
    answer = _try_to_forget(repository, identifier)
    there = any(snapshot['id'].startswith(identifier) for snapshot in _listed(repository))
    return {
        'refused': there, 'answer': answer or ('it is still there' if there else 'removed without a word'),
        'method': f'restic forget of the worthless snapshot {identifier[:8]} with the credentials of the run, '
        'then a look at the list of snapshots', 'locked_until': None, 'tried': True,
    }  # fmt: skip


def _listed(repository: Any) -> list[dict]:
    command = ['snapshots', '--json', '--tag', f'{TAG},site={repository.site}']
    found: list[dict] = json.loads(repository.restic.call(command, 'its canary cannot be looked at')) or []
    return found


def _add(repository: Any, point_id: str) -> str:
    """A new canary's id, or its beginning: restic before 0.17 says no more."""
    restic, patience = repository.restic, Patience(repository.restic.lock_wait)
    tags = ','.join([TAG, f'site={repository.site}', f'point={point_id}', 'part=canary'])
    while True:
        child = restic.start(['backup', '--json', '--stdin', '--stdin-filename', f'/{FILE}', '--tag', tags], fed=True)
        try:
            child.stdin.write(TEXT)
            child.stdin.close()
            output = child.stdout.read()
            child.wait()
            return str(summary(output)['snapshot_id'])
        except BrokenPipeError as error:
            raise RepositoryError(f'repository {repository.location}: restic did not take the canary') from error
        except CommandFailed as failure:
            restic.wait_or_raise(failure, 'a canary cannot be added', patience)
        finally:
            child.kill()


def _try_to_forget(repository: Any, identifier: str) -> str:
    """What the place said; empty when it said nothing. A lock in the way is waited for and then an error."""
    restic, patience = repository.restic, Patience(repository.restic.lock_wait)
    while True:
        child = restic.start(['forget', '--quiet', identifier])
        try:
            child.stdout.read()
            child.wait()
            return refusal(child.stderr)
        except CommandFailed as failure:
            if answer := refusal(failure.stderr):
                return answer
            restic.wait_or_raise(failure, 'whether the canary can be removed is not known', patience)
        finally:
            child.kill()
