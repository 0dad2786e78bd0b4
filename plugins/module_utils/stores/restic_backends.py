# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How restic reaches a repository: what our locations and settings mean in its environment and its options.

An `ssh://` location is restic's rclone backend with ssh in rclone's place: the far side runs `rclone serve restic
--stdio`, best as a forced command with `--append-only`, which refuses to remove anything but locks (restic manual,
"Preparing a new repository", "Other services via rclone"; rclone manual, "rclone serve restic"). Nothing but Debian's
packages is needed on either side.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.masking import url_secrets, without_password
from ansible_collections.rawat.website.plugins.module_utils.process import path_of, secret_file
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import Address, Connector, parse_location

SFTP = (
    re.compile(r'sftp:(?://)?(?:(?P<user>[^@/:]+)@)?(?P<host>\[[^]]+\]|[^:/@]+):(?P<path>[^0-9].*)'),
    re.compile(r'sftp://(?:(?P<user>[^@/]+)@)?(?P<host>\[[^]]+\]|[^:/@]+)(?::(?P<port>\d+))?/(?P<path>.*)'),
)
OVER_HTTP = ('rest', 's3')
PACK_SIZE = 16  # MiB, restic's own; its option --pack-size came with 0.14
RCLONE = 'rclone serve restic --stdio'
PROXIES = ('HTTPS_PROXY', 'HTTP_PROXY')


class Backend:
    """One location: `kind`, `label` (for people, without a password), `environment`, `words` (restic's options)."""

    def __init__(self, repository: dict, options: dict):
        self.location, self.label = repository['location'], without_password(repository['location'])
        self.kind = _kind(self.location)
        self.secrets = url_secrets(self.location)
        self.address = _address(self.kind, self.location)
        self.connector = _connector(self.address, repository, options)
        self._certificate = _certificate(repository.get('ca_certificate'))
        self.environment = self._environment(repository)
        self.words = [*self._limits(options), *self._trust(), *self._way(options)]

    @property
    def far_folder(self) -> Address | None:
        """Where the repository's files lie on a server that may let us look at them ourselves; None elsewhere."""
        return self.address if self.kind == 'sftp' else None

    def _environment(self, repository: dict) -> dict[str, str]:
        variables = {name: str(value) for name, value in (repository.get('environment') or {}).items()}
        place = self.location
        if self.kind == 'ssh' and self.address:
            place = f'rclone:{shlex.quote(self.address.path)}'  # the far shell takes the quotes away
        if self.kind == 'rclone':
            variables.pop('AWS_CA_BUNDLE', None)  # rclone 1.60 fails with it at every call of S3; ca_certificate works
            if self._certificate:
                variables['RCLONE_CA_CERT'] = path_of(self._certificate)
        if self.kind in OVER_HTTP and repository.get('tunnel_port'):
            variables.update(dict.fromkeys(PROXIES, f'socks5://127.0.0.1:{repository["tunnel_port"]}'), NO_PROXY='')
        return {**variables, 'RESTIC_REPOSITORY': place, 'RESTIC_PASSWORD': repository['password']}

    def _limits(self, options: dict) -> list[str]:
        """What the settings say about the line; a local disk has none."""
        words = []
        if options['pack_size'] != PACK_SIZE:
            words += ['--pack-size', str(options['pack_size'])]
        if self.kind == 'local':
            return words
        if options['bandwidth_limit']:
            limit = str(options['bandwidth_limit'])
            words += ['--limit-upload', limit, '--limit-download', limit]
        return [*words, '-o', f'{"rclone" if self.kind == "ssh" else self.kind}.connections={options["connections"]}']

    def _trust(self) -> list[str]:
        """Only the authority that the inventory gives is believed, where it gives one."""
        return ['--cacert', path_of(self._certificate)] if self._certificate and self.kind != 'rclone' else []

    def _way(self, options: dict) -> list[str]:
        """The ssh command line, keys in anonymous memory."""
        if not self.connector:
            return []
        ssh = ' '.join(['ssh', *self.connector.options()])
        host = self.connector.address.host
        if self.kind == 'sftp':
            return ['-o', f'sftp.command={ssh} {host} -s sftp']
        wait = max(60, 2 * options['connect_timeout'])  # restic's own minute is too short for a slow line
        return ['-o', f'rclone.program={ssh} -- {host}', '-o', f'rclone.args={RCLONE}', '-o', f'rclone.timeout={wait}s']


def _kind(location: str) -> str:
    """'local', 'ssh', 'sftp', 'rest', 's3', 'rclone', …: what stands before the colon."""
    return 'local' if location.startswith('/') else location.partition(':')[0]


def _address(kind: str, location: str) -> Address | None:
    if kind == 'ssh':
        return parse_location(location)
    if kind == 'rest':
        _check_url(location)
    return sftp_address(location)


def _check_url(location: str) -> None:
    """A password with a bare "/", "?" or "#" makes another URL of it, in which a program would quote the rest."""
    try:
        parts = urlsplit(location.partition(':')[2])
        usable = parts.scheme in ('http', 'https') and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        usable = False
    if not usable:
        raise RepositoryError(
            'website_repository.location must look like rest:https://user:password@host:port/path, with the signs '
            '/ ? # @ % of the password written as %2F %3F %23 %40 %25'
        )


def _connector(address: Address | None, repository: dict, options: dict) -> Connector | None:
    if not address:
        return None
    key, hosts = repository.get('ssh_private_key'), repository.get('ssh_known_hosts')
    return Connector(address, key, hosts, options['connect_timeout'], repository.get('tunnel_port'))


def _certificate(text: str | None) -> BinaryIO | None:
    return secret_file(text.strip().encode() + b'\n') if text and text.strip() else None


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


def cache_directory(options: dict, usual: Path) -> str:
    """Where restic keeps its cache; it makes a folder of its own for each repository in it."""
    return str(options['cache_directory'] or usual)
