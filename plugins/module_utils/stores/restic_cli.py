# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of restic >= 0.14: its environment, its locks, its words for what went wrong.

The password is in the environment of each restic process alone; the SSH key of an sftp: repository is in anonymous
memory. Each call costs 0.4 to 0.7 CPU seconds (it derives the key anew), so callers make few.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryBusy, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import Child, CommandFailed, run, spawn
from ansible_collections.rawat.website.plugins.module_utils.stores.common import explain
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import REMEDIES as SSH_REMEDIES
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import Address, Connector

SFTP = (
    re.compile(r'sftp:(?://)?(?:(?P<user>[^@/:]+)@)?(?P<host>\[[^]]+\]|[^:/@]+):(?P<path>[^0-9].*)'),
    re.compile(r'sftp://(?:(?P<user>[^@/]+)@)?(?P<host>\[[^]]+\]|[^:/@]+)(?::(?P<port>\d+))?/(?P<path>.*)'),
)
LOCKED = 'already locked'  # in every version's message
LOCK_PAUSE = 2.0  # seconds between two tries; each try costs a key derivation
EXIT_INCOMPLETE = 3  # `backup` saved a snapshot, but could not read everything (restic manual, "Exit status codes")

REMEDIES = {
    'wrong password': 'correct website_repository.password',
    'no key found': 'correct website_repository.password',
    LOCKED: 'wait for the other restic to end',
    **SSH_REMEDIES,
}
MISSING = ('unable to open config file', 'repository does not exist', 'Is there a repository at the following location')


def sftp_address(location: str) -> Address | None:
    """Where an sftp: location leads (sftp:user@host:/path or sftp://user@host:port//path); None for other backends."""
    if not location.startswith('sftp:'):
        return None
    for form in SFTP:
        if found := form.fullmatch(location):
            groups = found.groupdict()
            port = int(groups['port']) if groups.get('port') else None
            if re.fullmatch(r'[A-Za-z0-9._:%-]+', found['host'].strip('[]')) and not found['host'].startswith('-'):
                return Address(groups['user'], found['host'].strip('[]'), port, found['path'])
    raise RepositoryError(
        f'website_repository.location "{location}" must look like sftp:user@host:/path or sftp://user@host:port//path'
    )


class Restic:
    """restic for one repository."""

    def __init__(self, repository: dict, options: dict, cache: Path):
        self.location, self.lock_wait = repository['location'], options['lock_wait']
        self.environment = {name: str(value) for name, value in (repository.get('environment') or {}).items()}
        if not repository.get('password'):
            raise RepositoryError('website_repository.password is missing: restic encrypts everything with it')
        self.environment.update(
            RESTIC_REPOSITORY=self.location,
            RESTIC_PASSWORD=repository['password'],
            RESTIC_CACHE_DIR=str(cache),
            RESTIC_PROGRESS_FPS='0.01',  # status lines would fill the pipe that nobody reads meanwhile
        )
        self.address, self.connector = sftp_address(self.location), None
        if self.address:
            key, hosts = repository.get('ssh_private_key'), repository.get('ssh_known_hosts')
            self.connector = Connector(self.address, key, hosts, options['connect_timeout'])

    def _argv(self, arguments: list[str | bytes]) -> list[str | bytes]:
        if not self.connector:
            return ['restic', *arguments]
        words = ['ssh', *self.connector.options(), self.connector.address.host, '-s', 'sftp']
        return ['restic', '-o', f'sftp.command={" ".join(words)}', *arguments]

    def start(self, arguments: list[str | bytes], *, fed: bool = False, directory: str | None = None) -> Child:
        """Start restic; `fed`: with a pipe as its stdin."""
        stdin = subprocess.PIPE if fed else None
        try:
            return spawn(self._argv(arguments), stdin=stdin, environment=self.environment, directory=directory)
        except FileNotFoundError as error:
            raise RepositoryError(
                'restic is not installed here; install the package "restic" (0.14 or newer)'
            ) from error

    def call(self, arguments: list[str | bytes], what: str, **how: Any) -> bytes:
        """What restic prints; RepositoryError saying `what` when it fails. Waits while somebody locks the repository."""
        until = time.monotonic() + self.lock_wait
        while True:
            child = self.start(arguments, **how)
            try:
                output = child.stdout.read()
                child.wait()
                return output
            except CommandFailed as failure:
                self.wait_or_raise(failure, what, until)
            finally:
                child.kill()

    def wait_or_raise(self, failure: CommandFailed, what: str, until: float) -> None:
        """Return when another try makes sense (the repository was locked and time is left), else raise."""
        if LOCKED not in failure.stderr:
            raise self.error(what, failure)
        self.unlock()
        if time.monotonic() >= until:
            raise RepositoryBusy(
                f'repository {self.location} is locked: {_locker(failure.stderr)}; waited {self.lock_wait} s. '
                'Let that restic end, or raise the setting lock_wait'
            ) from failure
        time.sleep(LOCK_PAUSE)

    def unlock(self) -> None:
        """Remove locks that restic itself holds for stale: of dead processes of this host, or older than 30 minutes."""
        run(self._argv(['unlock', '--quiet']), environment=self.environment, accept=range(256))

    def error(self, what: str, failure: CommandFailed) -> RepositoryError:
        """A RepositoryError in restic's words, with our remedy."""
        text = ' '.join(failure.stderr.split()) or str(failure)
        message = explain(self.location, what, text[-600:], self.free_bytes())
        remedy = next((remedy for symptom, remedy in REMEDIES.items() if symptom in text), None)
        return RepositoryError(f'{message}; {remedy}' if remedy else message)

    def free_bytes(self) -> int | None:
        """Bytes free below a local repository; None elsewhere."""
        if not self.location.startswith('/'):
            return None
        folder = Path(self.location)
        while not folder.exists():
            folder = folder.parent
        state = os.statvfs(folder)
        return state.f_bavail * state.f_frsize


def is_missing(error: RepositoryError) -> bool:
    """Does this error of `call` say that there is no repository?"""
    return any(words in str(error) for words in MISSING)


def summary(output: bytes) -> dict[str, Any]:
    """The summary that `backup --json` ends with; RepositoryError when there is none."""
    for line in reversed(output.splitlines()):
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and message.get('message_type') == 'summary' and message.get('snapshot_id'):
            return message
    raise RepositoryError('restic ended well but named no snapshot: nothing is known to be stored')


def _locker(text: str) -> str:
    """'by PID 123 on host by root (...), lock was created at ...' out of restic's message."""
    found = re.search(r'(?:already locked|exclusively)[^\n]*(?:\n[^\n]*){0,2}', text)
    return ' '.join((found.group() if found else text).split())
