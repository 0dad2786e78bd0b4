# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the description of a repository, beyond what its argument spec checks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.age_keys import identities_problems, recipients_problems
from ansible_collections.rawat.website.plugins.module_utils.masking import without_password

SSH_LOCATION = re.compile(r'ssh://(?:[A-Za-z0-9._-]+@)?(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?/.+')
INBOX_LOCATION = re.compile(r'inbox://[A-Za-z0-9._-]+@(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?/?.*')
RCLONE_LOCATION = re.compile(r'rclone:[A-Za-z0-9_.-]+:.*')
RESTIC_LOCATION = re.compile(r'(?:/|ssh://|sftp:|s3:|rest:|rclone:|b2:|azure:|gs:|swift:).+', re.DOTALL)
ARCHIVE_FORMS = {
    'ssh:': (SSH_LOCATION, 'ssh://user@host/path or ssh://user@host:port/path'),
    'inbox:': (INBOX_LOCATION, 'inbox://account@host/ or inbox://account@host:port/'),
    'rclone:': (RCLONE_LOCATION, 'rclone:REMOTE:path'),
}
OVER_SSH = ('ssh:', 'sftp:', 'inbox:')
OVER_NETWORK = (*OVER_SSH, 'rest:', 's3:')  # what a tunnel can lead to


def path_problems(field: str, path: str) -> Iterator[str]:
    """What is wrong with an absolute path that the inventory gives."""
    parts = path.split('/')
    if not path.startswith('/') or '\0' in path or '..' in parts:
        yield f'{field} {path!r} is not usable: give an absolute path without ".."'
    elif not any(parts):
        yield f'{field} {path!r} is the whole file system: name the directory of the site'


def repository_problems(repository: dict, name: str = 'website_repository') -> Iterator[str]:
    """What is wrong with the repository that the variable `name` describes, one line a finding."""
    location = repository['location']
    if any(character in location for character in '\0\n\r'):
        yield f'{name}.location {without_password(location)!r} holds a control character: remove it'
    yield from (_archive_problems if repository['store'] == 'archive' else _restic_problems)(repository, name)
    if location.startswith(OVER_SSH):
        yield from _ssh_problems(repository, name)
    if repository.get('via') == 'controller' and not location.startswith(OVER_NETWORK):
        yield (
            f'{name}.via is controller, but location {without_password(location)!r} names no server to tunnel to: '
            'write ssh://, inbox://, sftp:, rest: or s3:, or remove via'
        )


def _archive_problems(repository: dict, name: str) -> Iterator[str]:
    location = repository['location']
    form = next((form for start, form in ARCHIVE_FORMS.items() if location.startswith(start)), None)
    if form is None:
        yield from path_problems(f'{name}.location', location)
    elif not form[0].fullmatch(location):
        yield f'{name}.location {without_password(location)!r} is not usable: write {form[1]}'
    yield from recipients_problems(repository.get('recipients') or [], f'{name}.recipients')
    if repository.get('identities'):
        yield from identities_problems(repository['identities'], f'{name}.identities')


def _restic_problems(repository: dict, name: str) -> Iterator[str]:
    location = repository['location']
    if not RESTIC_LOCATION.fullmatch(location):
        yield (
            f'{name}.location {without_password(location)!r} is not usable: an absolute path or sftp:user@host:/path, '
            'ssh://user@host/path (append-only), s3:…, rest:…'
        )
    if not repository.get('password'):
        yield f'{name}.password is missing: a restic repository is always encrypted; put it into a vault file'
    if repository.get('recipients'):
        yield f'{name}.recipients: restic encrypts with its password; remove the recipients, or take the store archive'
    if repository.get('identities'):
        yield f'{name}.identities: restic opens with its password; remove the identities, or take the store archive'


def _ssh_problems(repository: dict, name: str) -> Iterator[str]:
    if not repository.get('ssh_known_hosts'):
        yield (
            f'{name}.ssh_known_hosts is missing: '
            'give the host key line of the backup server (ssh-keyscan, then compare by another way)'
        )
    if not repository.get('ssh_private_key'):
        yield (
            f'{name}.ssh_private_key is missing: '
            'give the private key text (from a vault file); it is handed over for the run only'
        )
