# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private sshd on a loopback port, with keys of its own; it ends with the test that started it."""

from __future__ import annotations

import contextlib
import getpass
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

CONFIGURATION = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100:30:100
LogLevel ERROR
# Of the login shell's own files, which may do anything and take any time, nothing is read.
SetEnv HOME={folder} SHLVL=1
{subsystem}
{extra}
"""


class Sshd:
    """The running server: `port`, `private_key` and `known_hosts` (texts), `user`."""

    def __init__(self, folder: Path, extra: str = ''):
        self.folder, self.user = folder, getpass.getuser()
        folder.mkdir(mode=0o700)
        for name in ('host_key', 'client_key'):
            command = ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'rawat test', '-f', str(folder / name)]
            subprocess.run(command, check=True)
        (folder / 'authorized_keys').write_bytes((folder / 'client_key.pub').read_bytes())
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        text = CONFIGURATION.format(
            folder=folder, port=self.port, subsystem='Subsystem sftp internal-sftp', extra=extra
        )
        (folder / 'sshd_config').write_text(text)
        self.private_key = (folder / 'client_key').read_text()
        host_key = ' '.join((folder / 'host_key.pub').read_text().split()[:2])
        self.known_hosts = f'[127.0.0.1]:{self.port} {host_key}\n'
        self.process: subprocess.Popen | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        Path('/run/sshd').mkdir(mode=0o755, exist_ok=True)  # compiled in: where sshd locks its children in
        command = ['/usr/sbin/sshd', '-D', '-e', '-f', str(self.folder / 'sshd_config')]
        with (self.folder / 'log').open('ab') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(('127.0.0.1', self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f'sshd does not answer: {(self.folder / "log").read_text()}')

    def stop(self) -> None:
        """Stop the listener; its sessions end with their clients."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def sessions(self) -> list[int]:
        """Process ids of the connections that are served now."""
        assert self.process
        children = Path(f'/proc/{self.process.pid}/task/{self.process.pid}/children').read_text()
        return [int(pid) for pid in children.split()]

    def freeze(self) -> list[int]:
        """Stop all that serves connections, as if the machine stood still; the processes for `thaw`."""
        stopped = [descendant for pid in self.sessions() for descendant in (pid, *_below(pid))]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        return stopped

    def thaw(self, stopped: list[int]) -> None:
        """End what was frozen."""
        for pid in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _below(pid: int) -> list[int]:
    """All descendants of a process."""
    children = Path(f'/proc/{pid}/task/{pid}/children').read_text().split()
    return [found for child in map(int, children) for found in (child, *_below(child))]
