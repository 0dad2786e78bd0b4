# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of rclone >= 1.53: configured by the inventory alone, bounded in time, its words made readable.

The remotes are described in `website_repository.environment` (RCLONE_CONFIG_<REMOTE>_TYPE=… and so on, see rclone's
"Environment variables"); no configuration file of the host is read. Credentials are in the environment of each rclone
process alone.
"""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import (
    Child,
    CommandFailed,
    path_of,
    run,
    secret_file,
    spawn,
)

NOT_FOUND = (3, 4)  # rclone's exit codes for a directory or a file that is not there
IDLE = 60  # seconds without a byte after which a transfer is given up; rclone's own default is 300
TRIES = 3  # of each request; rclone's own default of 10 keeps it busy for minutes when a server is down
LOCATION = re.compile(r'rclone:([A-Za-z0-9_.-]+):(.*)', re.DOTALL)
STAMP = re.compile(r'^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (?:(?:ERROR|CRITICAL|NOTICE) *: )?', re.MULTILINE)
REMEDIES = {
    'find section in config': 'describe the remote in website_repository.environment (RCLONE_CONFIG_<REMOTE>_TYPE=…)',
    'find backend called': 'correct RCLONE_CONFIG_<REMOTE>_TYPE in website_repository.environment',
    'SignatureDoesNotMatch': 'the secret key in website_repository.environment is wrong',
    'InvalidAccessKeyId': 'the access key in website_repository.environment is not known there',
    'AccessDenied': 'the account may not do that there',
    'unable to authenticate': 'the key or password of the remote in website_repository.environment is wrong',
    'connection refused': 'is the server running there, on that port?',
    'no such host': 'the host name is not known here',
    'i/o timeout': 'the network or the server failed',
    'certificate signed by unknown authority': "give the server's certificate authority in ca_certificate",
}


class Rclone:
    """rclone with the remotes of one repository. Keep it as long as its children run: it holds the certificate."""

    def __init__(self, repository: dict, options: dict):
        self.environment = _environment(repository)
        limit, connections = options['bandwidth_limit'], str(options['connections'])
        self.flags = [
            '--retries', '1', '--low-level-retries', str(TRIES), '--contimeout', f'{options["connect_timeout"]}s',
            '--timeout', f'{IDLE}s', '--transfers', connections, '--checkers', connections, '--stats', '0',
            '--log-level', 'ERROR', '--ask-password=false', '--fast-list',
        ]  # fmt: skip
        self.flags += ['--bwlimit', f'{limit}K'] if limit else []
        authority = repository.get('ca_certificate')
        self._authority = secret_file(authority.encode()) if authority else None
        self._features: dict[str, Any] | None = None

    def _argv(self, words: list[str]) -> list[str]:
        authority = ['--ca-cert', path_of(self._authority)] if self._authority else []
        return ['rclone', *self.flags, *authority, *words]

    def start(self, *words: str) -> Child:
        """A call with pipes to its stdin and from its stdout. Main thread only."""
        try:
            return spawn(self._argv(list(words)), stdin=subprocess.PIPE, environment=self.environment)
        except FileNotFoundError as error:
            raise RepositoryError('rclone is not installed here; install the package "rclone"') from error

    def run(self, *words: str, feed: bytes = b'') -> bytes:
        """What a short call prints. CommandFailed when it fails. Main thread only."""
        try:
            return run(self._argv(list(words)), feed=feed, environment=self.environment)
        except FileNotFoundError as error:
            raise RepositoryError('rclone is not installed here; install the package "rclone"') from error

    def find(self, *words: str) -> bytes | None:
        """What a short call prints; None when it says that there is nothing of that name."""
        try:
            return self.run(*words)
        except CommandFailed as failure:
            if failure.code in NOT_FOUND:
                return None
            raise

    def feature(self, name: str, remote: str, unknown: bool) -> bool:
        """Does the remote have that feature of rclone's (as `rclone backend features` lists them)?"""
        if self._features is None:
            try:
                self._features = json.loads(self.run('backend', 'features', remote))['Features']
            except (CommandFailed, ValueError, KeyError):
                self._features = {}
        return bool(self._features.get(name, unknown))


def _environment(repository: dict) -> dict[str, str]:
    """What rclone is told, beside the clean environment that every child gets."""
    found = {name: str(value) for name, value in (repository.get('environment') or {}).items()}
    found.pop('AWS_CA_BUNDLE', None)  # makes every S3 call of rclone 1.60 fail (LoadCustomCABundleError)
    if repository.get('tunnel_port'):
        proxy = f'socks5://127.0.0.1:{repository["tunnel_port"]}'
        found.update(HTTP_PROXY=proxy, HTTPS_PROXY=proxy, NO_PROXY='')
    return {**found, 'RCLONE_CONFIG': '/dev/null'}


def parse_location(repository: dict) -> tuple[str, str]:
    """(remote, path) of 'rclone:REMOTE:path'. RepositoryError when it is none, or its remote is not described."""
    found = LOCATION.fullmatch(repository['location'])
    if not found:
        raise RepositoryError(
            f'website_repository.location "{repository["location"]}" must look like rclone:REMOTE:path'
        )
    name = f'RCLONE_CONFIG_{found[1].upper().replace("-", "_").replace(".", "_")}_TYPE'
    if name not in (repository.get('environment') or {}):
        raise RepositoryError(
            f'repository {repository["location"]}: website_repository.environment does not describe the remote '
            f'"{found[1]}": set {name} and its other settings there (no configuration file of the host is read)'
        )
    return found[1], found[2].rstrip('/')


def cause(failure: CommandFailed) -> str:
    """What rclone said in one line, without its time stamps and repetitions, with our remedy for the usual causes."""
    lines = [STAMP.sub('', line).strip() for line in failure.stderr.splitlines()]
    final = [line for line in lines if line.startswith('Failed to')][-1:] or list(dict.fromkeys(lines))[-3:]
    text = ' '.join(' '.join(final).split()) or str(failure)
    remedy = next((words for symptom, words in REMEDIES.items() if symptom in failure.stderr), None)
    return text[:800] + (f': {remedy}' if remedy else '')
