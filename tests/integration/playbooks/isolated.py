# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A target without any network: a real sshd in a network namespace of its own, spoken to over a pipe.

Its home is a folder of the test: what this machine's root starts at a login is not the test's.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CONFIGURATION = """
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
LogLevel ERROR
SetEnv HOME={folder}
{extra}
"""


class Isolated:
    """The target: `variables` are its connection settings for an inventory, `run` executes something inside."""

    def __init__(self, folder: Path, name: str):
        self.folder, self.name = folder, name
        folder.mkdir(mode=0o700)
        for key in ('host_key', 'client_key'):
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', str(folder / key)], check=True)
        (folder / 'authorized_keys').write_bytes((folder / 'client_key.pub').read_bytes())
        (folder / 'known_hosts').write_text('target ' + (folder / 'host_key.pub').read_text())
        self.configure('')

    def configure(self, extra: str) -> None:
        """What the administrator of the target says to its sshd beside the usual."""
        (self.folder / 'sshd_config').write_text(CONFIGURATION.format(folder=self.folder, extra=extra))

    @property
    def variables(self) -> dict[str, object]:
        """How Ansible reaches it: a new sshd for each connection, all in the one namespace."""
        server = f'ip netns exec {self.name} /usr/sbin/sshd -i -f {self.folder}/sshd_config'
        return {
            'ansible_connection': 'ssh',
            'ansible_host': 'target',
            'ansible_user': 'root',
            'ansible_ssh_private_key_file': str(self.folder / 'client_key'),
            'ansible_ssh_args': '-o ControlMaster=auto -o ControlPersist=30s',
            'ansible_control_path_dir': str(self.folder),
            'ansible_ssh_common_args': f'-F none -o IdentitiesOnly=yes -o UserKnownHostsFile={self.folder}/known_hosts '
            f'-o StrictHostKeyChecking=yes -o "ProxyCommand={server}"',
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A program inside the namespace."""
        return subprocess.run(['ip', 'netns', 'exec', self.name, *words], capture_output=True, text=True, timeout=30)


@contextlib.contextmanager
def isolated(folder: Path) -> Iterator[Isolated]:
    """The target for the length of a test."""
    if os.geteuid() != 0:
        pytest.fail('these tests make a network namespace, which needs root')
    Path('/run/sshd').mkdir(mode=0o755, exist_ok=True)  # compiled in: where sshd locks its children in
    name = f'rawat-{os.getpid()}'
    subprocess.run(['ip', 'netns', 'add', name], check=True)
    try:
        target = Isolated(folder, name)
        target.run('ip', 'link', 'set', 'lo', 'up').check_returncode()
        yield target
    finally:
        for pid in subprocess.run(['ip', 'netns', 'pids', name], capture_output=True, text=True).stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), 9)
        subprocess.run(['ip', 'netns', 'delete', name], check=True)
