# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A target's way to the vault through the control side, for the length of one module call (`via: controller`).

One more ssh to the target, by the very command line that Ansible uses for it, asks the target's sshd for a port on its
loopback (`-R`, ssh(1)); whoever connects there is carried to the vault by this machine. Over SSH it leads to one
address; for HTTP it is a SOCKS proxy that reaches that address alone (PermitRemoteOpen, ssh_config(5)), because the
vault's certificate and a request's signature hold the vault's name.

On the far side runs `cat`, which ends with our end of its standard input: however this process dies, the tunnel does
too, and no other program has to watch it.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.text.converters import to_bytes
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.masking import without_password
from ansible_collections.rawat.website.plugins.module_utils.options import defaults
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_backends import sftp_address

PORTS = {'ssh': 22, 'inbox': 22, 'http': 80, 'https': 443}
ALLOCATED = re.compile(r'Allocated port (\d+) for remote forward')  # ssh says it at LogLevel INFO, on stderr
REFUSED = 'remote port forwarding failed'
NOISE = re.compile(r'-v+|-q')  # would hide the port that ssh names, or bury it
# The first value that ssh meets is the one it takes: these stand before the administrator's own, ...
FIRST = ('ControlMaster=no', 'ControlPath=none', 'LogLevel=INFO', 'ExitOnForwardFailure=yes', 'PermitLocalCommand=no')
# ... and these behind them.
LAST = ('ServerAliveInterval=15', 'ServerAliveCountMax=3')
LISTEN = '127.0.0.1:0'  # of the target: its loopback alone, a free port
SLACK = 60  # seconds for a login, beyond the time for the connection
LAST_WORDS = 2  # seconds that ssh gets to end by itself
KEPT = 4000  # characters of what it says


class Destination(NamedTuple):
    """What the tunnel leads to."""

    host: str
    port: int
    proxy: bool  # for HTTP

    @property
    def address(self) -> str:
        """host:port as ssh wants it."""
        return f'[{self.host}]:{self.port}' if ':' in self.host else f'{self.host}:{self.port}'


def destination(location: str) -> Destination:
    """Where a repository's location leads. AnsibleError for one that is not reached over a network, or unreadable."""
    kind, _colon, rest = location.partition(':')
    shown = without_password(location)
    try:
        if kind == 'sftp' and (address := sftp_address(location)):
            return Destination(address.host, address.port or PORTS['ssh'], False)
        if kind == 's3' and '://' not in rest:
            rest = f'https://{rest}'
        parts = urlsplit(location if kind in ('ssh', 'inbox') else rest)
        port = parts.port or PORTS.get(parts.scheme)
    except (RepositoryError, ValueError) as error:
        raise AnsibleError(f'website_repository.location {shown!r} is not usable: {error}') from error
    if kind not in ('ssh', 'inbox', 'rest', 's3') or not parts.hostname or not port:
        raise AnsibleError(
            f'website_repository.via is controller, but location {shown!r} names no server: '
            'write ssh://, inbox://, sftp:, rest: or s3:, or remove via'
        )
    return Destination(parts.hostname, port, kind in ('rest', 's3'))


def forwarding(goal: Destination) -> list[str]:
    """ssh's words for the way back."""
    if goal.proxy:
        return ['-o', f'PermitRemoteOpen={goal.address}', '-R', LISTEN]
    return ['-R', f'{LISTEN}:{goal.address}']


def command(connection, goal: Destination) -> list[bytes]:
    """The command line: what Ansible's ssh plugin makes of the target's settings, with the way back added."""
    program = connection.get_option('ssh_executable')
    host = connection.get_option('host') or connection._play_context.remote_addr
    attempts = f'ConnectionAttempts={int(connection.get_option("reconnection_retries") or 0) + 1}'
    ours = [word for option in (*LAST, attempts) for word in ('-o', option)]
    words = connection._build_command(program, 'ssh', *ours, '-a', '-x', '-T', *forwarding(goal), host, 'cat')
    at = words.index(to_bytes(program)) + 1  # behind sshpass, where that is used
    batch = [] if connection.get_option('password') else ['BatchMode=yes']
    before = [word for option in (*FIRST, *batch) for word in (b'-o', to_bytes(option))]
    return words[:at] + before + [word for word in words[at:] if not NOISE.fullmatch(word.decode(errors='replace'))]


class Tunnel:
    """One ssh that carries the connections of a target to the vault, until `close`."""

    def __init__(self, connection, goal: Destination):
        self.goal, self._said, self._changed = goal, '', threading.Condition()
        self.process = _start(connection, command(connection, goal))
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        """Keep the end of what ssh says, so that its pipe never fills."""
        for line in iter(self.process.stderr.readline, b''):
            with self._changed:
                found = self._said + line.decode(errors='replace')
                self._said = found[-KEPT:]
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def said(self) -> str:
        """ssh's own words on one line, without the announcement of the port."""
        lines = [line.strip() for line in self._said.splitlines() if not ALLOCATED.search(line)]
        return ' '.join(line for line in lines if line)

    def port(self, patience: float) -> int:
        """The port on the target's loopback. AnsibleConnectionFailure when the target cannot be reached."""
        end = time.monotonic() + patience
        with self._changed:
            while not (found := ALLOCATED.search(self._said)):
                if not self._listener.is_alive() or not self._changed.wait(max(0.0, end - time.monotonic())):
                    break
        if found:
            return int(found[1])
        self.close()
        self._listener.join(LAST_WORDS)
        if REFUSED in self._said:
            raise AnsibleError(
                f"the target's sshd refuses the tunnel to {self.goal.address} ({self.said()}): its sshd_config needs "
                f'AllowTcpForwarding remote (or yes) for this account, and PermitListen, if set, must allow {LISTEN}; '
                'or let the target reach the vault itself and remove website_repository.via'
            )
        raise AnsibleConnectionFailure(
            f'the tunnel to {self.goal.address} through the target did not open: {self.said() or "ssh said nothing"}'
        )

    def broken(self) -> str | None:
        """Why the tunnel ended before its time; None while it stands."""
        code = self.process.poll()
        if code is None:
            return None
        self._listener.join(LAST_WORDS)
        return f'the tunnel to {self.goal.address} ended early (ssh: {self.said() or f"exit code {code}"})'

    def close(self) -> None:
        """End it: first by the end of its input, then by force."""
        self.process.stdin.close()
        for stop in (lambda: None, self.process.terminate, self.process.kill):
            stop()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(LAST_WORDS)
                return


def _start(connection, words: list[bytes]) -> subprocess.Popen:
    """Start ssh with a password as Ansible hands it over: by sshpass's pipe, or by ssh's askpass (since core 2.19)."""
    prepare = getattr(connection, '_init_shm', dict)
    how, pipe = prepare(), getattr(connection, 'sshpass_pipe', None)
    try:
        started = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=pipe or (), **how
        )
    except OSError as error:
        raise AnsibleError(f'ssh cannot be started on the control side: {error}') from error
    if pipe:
        password = connection.get_option('password') or connection._play_context.password
        with contextlib.suppress(BrokenPipeError):
            os.write(pipe[1], to_bytes(password) + b'\n')
        for descriptor in pipe:
            os.close(descriptor)
        connection.sshpass_pipe = None
    return started


def _forget_password(connection) -> None:
    """Remove the shared memory in which ssh's askpass found the password."""
    memory = getattr(connection, 'shm', None)
    if memory is not None:
        with contextlib.suppress(OSError):
            memory.close()
            memory.unlink()
        connection.shm = None


def _reach(goal: Destination, timeout: float) -> None:
    """AnsibleError unless the vault answers this machine."""
    try:
        socket.create_connection((goal.host, goal.port), timeout).close()
    except OSError as error:
        raise AnsibleError(
            f'the vault {goal.address} cannot be reached from the control side: {error}; '
            'website_repository.via is controller, so this machine needs a route to it'
        ) from error


@contextlib.contextmanager
def opened(
    connection, repository: dict | None, settings: dict | None = None
) -> Iterator[tuple[dict | None, Tunnel | None]]:
    """(the repository as the module is to have it, the tunnel or None) for the length of the body.

    Without `via: controller` nothing happens. On the control side itself (connection `local`) there is nothing to
    tunnel: the module then goes straight to the vault.
    """
    if not isinstance(repository, dict) or repository.get('via') != 'controller' or connection.transport == 'local':
        yield repository, None
        return
    if connection.transport != 'ssh':
        raise AnsibleError(
            f'website_repository.via is controller: that needs SSH to the target (ansible_connection ssh), '
            f'and this one is reached by {connection.transport}'
        )
    goal = destination(repository.get('location') or '')
    limit = int((settings or {}).get('connect_timeout') or defaults()['connect_timeout'])
    _reach(goal, limit)
    tunnel = Tunnel(connection, goal)
    try:
        try:
            port = tunnel.port(int(connection.get_option('timeout') or 10) + SLACK)
        finally:
            _forget_password(connection)
        yield {**repository, 'tunnel_port': port}, tunnel
    finally:
        tunnel.close()


def explained(result: dict, tunnels: list[Tunnel | None]) -> dict:
    """A module's result with the end of a tunnel added to its errors, if one ended before the module did."""
    why = '; '.join(found for tunnel in tunnels if tunnel and (found := tunnel.broken()))
    if not why:
        return result
    if result.get('failed') or 'sites' not in result:
        result = {**result, 'msg': f'{result.get("msg") or "the module failed"}; {why}'}
    entries = [
        {**entry, 'error': f'{entry["error"]}; {why}'} if entry.get('error') else entry
        for entry in result.get('sites') or []
    ]
    return {**result, 'sites': entries} if 'sites' in result else result
