# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH to a backup server, with nothing of the target's own: no configuration, no agent, no key file on any disk.

The key and the host keys come with the run, live in anonymous memory (process.secret_file) and go with our process.
A dead connection ends within ALIVE_INTERVAL x ALIVE_COUNT seconds.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shlex
import subprocess
import threading
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import Child, path_of, secret_file, spawn

ALIVE_INTERVAL, ALIVE_COUNT = 15, 3  # seconds and tries
LAST_WORDS = 5  # seconds that ssh gets to say why it ends
OUTPUT_LIMIT = 64 * 1024 * 1024  # bytes of one answer; a manifest is far below
PROLOGUE = 'umask 077; LC_ALL=C; export LC_ALL; '
LOCATION = re.compile(r'ssh://(?:(?P<user>[^@/]+)@)?(?P<host>\[[^]]+\]|[^:/@]+)(?::(?P<port>\d+))?(?P<path>/.*)')


class Address(NamedTuple):
    """Where to connect to."""

    user: str | None
    host: str
    port: int | None
    path: str


def parse_location(location: str) -> Address:
    """ssh://user@host[:port]/path; the path is taken as it stands (no percent-encoding). RepositoryError otherwise."""
    found = LOCATION.fullmatch(location)
    if not found:
        raise RepositoryError(f'website_repository.location "{location}" must look like ssh://user@host[:port]/path')
    user, host = found['user'], found['host'].strip('[]')
    if host.startswith('-') or (user or '').startswith('-'):
        raise RepositoryError(f'website_repository.location "{location}": a host or user does not begin with "-"')
    return Address(user, host, int(found['port']) if found['port'] else None, found['path'].rstrip('/') or '/')


class Connector:
    """Makes ssh command lines for one backup server. Keep it as long as they run: it holds the key's memory.

    `tunnel_port`: the port of our loopback from which the control side carries us there (plugin_utils/tunnel.py). The
    server still has to show the host key under its own name.
    """

    def __init__(
        self,
        address: Address,
        private_key: str | None,
        known_hosts: str | None,
        connect_timeout: int,
        tunnel_port: int | None = None,
    ):
        self.address, self.connect_timeout, self.tunnel_port = address, connect_timeout, tunnel_port
        if not private_key or not known_hosts:
            raise RepositoryError(
                f'{address.host}: website_repository.ssh_private_key and ssh_known_hosts are needed for a backup server'
            )
        # ssh wants the final newline, and YAML block texts easily lose it
        self._key = secret_file(private_key.strip().encode() + b'\n')
        self._known_hosts = secret_file(known_hosts.strip().encode() + b'\n')

    def options(self) -> list[str]:
        """The ssh options: only this key, only these host keys, no questions, no configuration."""
        settings = {
            'IdentityFile': path_of(self._key),
            'UserKnownHostsFile': path_of(self._known_hosts),
            'GlobalKnownHostsFile': '/dev/null',
            'StrictHostKeyChecking': 'yes',
            'UpdateHostKeys': 'no',
            'IdentitiesOnly': 'yes',
            'IdentityAgent': 'none',
            'PreferredAuthentications': 'publickey',
            'BatchMode': 'yes',
            'ControlMaster': 'no',
            'ControlPath': 'none',
            'ClearAllForwardings': 'yes',
            'EscapeChar': 'none',
            'LogLevel': 'ERROR',
            'ConnectTimeout': str(self.connect_timeout),
            'ServerAliveInterval': str(ALIVE_INTERVAL),
            'ServerAliveCountMax': str(ALIVE_COUNT),
        }
        listed = ['-F', 'none', '-T', *(word for pair in settings.items() for word in ('-o', '='.join(pair)))]
        listed += [word for pair in self._way().items() for word in ('-o', '='.join(pair))]
        if self.address.user:
            listed += ['-o', f'User={self.address.user}']
        return listed

    def _way(self) -> dict[str, str]:
        """Where ssh connects to, and under which name it looks for the host key."""
        host, port = self.address.host.lower(), self.address.port
        if not self.tunnel_port:
            return {'Port': str(port)} if port else {}
        alias = host if port in (None, 22) else f'[{host}]:{port}'  # as known_hosts spells it, sshd(8)
        return {'HostName': '127.0.0.1', 'Port': str(self.tunnel_port), 'HostKeyAlias': alias}

    def start(self, script: str) -> Child:
        """Run a shell script on the far side, whatever the login shell; its stdin and stdout are ours."""
        remote = f'exec sh -c {shlex.quote(PROLOGUE + script)}'
        try:
            return spawn(['ssh', *self.options(), '--', self.address.host, remote], stdin=subprocess.PIPE)
        except FileNotFoundError as error:
            raise RepositoryError('ssh is not installed here; install the package "openssh-client"') from error


class RemoteFailed(Exception):
    """A command on the far side failed; the text is what it said."""


class Session:
    """One connection for all short commands: a far shell that runs one line after the other.

    Usable from several threads; `open` must come first, from the main thread. The far shell's `read` takes bytes one by
    one, so nothing of the next line is lost in a buffer.
    """

    LOOP = 'while IFS= read -r line; do eval "$line"; printf "\\n%s %s\\n" {token} "$?"; done'

    def __init__(self, connector: Connector):
        self.connector, self.token = connector, secrets.token_hex(16)
        self.child: Child | None = None
        self.turn = threading.Lock()

    def open(self) -> None:
        """Connect, unless connected. Main thread only."""
        if self.child is None:
            self.child = self.connector.start(self.LOOP.format(token=self.token))

    def run(self, command: str) -> bytes:
        """What `command` prints. RemoteFailed when it fails, ConnectionError when the connection does."""
        if '\n' in command:
            raise ValueError('a command is one line')
        with self.turn:
            child = self.child
            if child is None:
                raise ConnectionError('not connected')
            try:
                _write_all(
                    child.stdin.fileno(), f'{{ {command}; }} </dev/null 2>&1\n'.encode('utf-8', 'surrogateescape')
                )
                output, code = self._answer(child)
            except (OSError, ValueError) as error:
                self.child = None
                raise ConnectionError(reason(child)) from error
            except BaseException:  # interrupted between question and answer: nobody may take this answer for his own
                self.close()
                raise
        if code:
            raise RemoteFailed(output.decode('utf-8', 'backslashreplace').strip() or f'exit code {code}')
        return output

    def _answer(self, child: Child) -> tuple[bytes, int]:
        mark, output = f'\n{self.token} '.encode(), bytearray()
        while True:
            block = os.read(child.stdout.fileno(), 65536)
            if not block:
                raise OSError('end of file')
            searched = max(0, len(output) - len(mark))
            output += block
            at = output.find(mark, searched) if len(output) < OUTPUT_LIMIT else -1
            if at >= 0 and output.endswith(b'\n'):
                return bytes(output[:at]), int(output[at + len(mark) :])
            if len(output) >= OUTPUT_LIMIT:
                raise OSError('the answer is too long')

    def close(self) -> None:
        """Disconnect."""
        if self.child is not None:
            self.child.kill()
            self.child = None


def reason(child: Child) -> str:
    """Why a connection ended, in ssh's words with our remedy for the usual causes."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.popen.wait(LAST_WORDS)
    child.kill()
    text = ' '.join(child.stderr.split()) or 'the connection ended'
    for symptom, remedy in REMEDIES.items():
        if symptom in text:
            return f'{text}: {remedy}'
    return text


REMEDIES: dict[str, str] = {
    'Host key verification failed': 'compare the host key with website_repository.ssh_known_hosts, do not trust it',
    'Permission denied': "put the public key of website_repository.ssh_private_key into the account's authorized_keys",
    'error in libcrypto': 'website_repository.ssh_private_key is not a private key',
    'Connection refused': 'is sshd running there, on that port?',
    'Could not resolve hostname': 'the host name is not known here',
    'timed out': 'the backup server does not answer',
    'not responding': 'the network or the backup server failed',
    'the connection ended': 'is the network up, and has the account a shell there? (restic over sftp needs none)',
    'sftp connections only': 'the account needs a shell there (or use the restic store over sftp)',
}


def _write_all(descriptor: int, data: Any) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
