# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An append-only server for restic over SSH: a private sshd whose key may run `rclone serve restic`, no more."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from integration.stores.sshd import Sshd


class ResticSsh(Sshd):
    """`repository`: what a target's inventory says. The forced command decides the folder: `area` changes it.

    `areas / name` is where its files really lie: the vault side's view.
    """

    def __init__(self, work: Path, append_only: bool = True):
        self.areas, self.append_only = work / 'areas', append_only
        super().__init__(work)
        self.areas.mkdir()
        self.area('repository')

    def area(self, name: str) -> dict[str, Any]:
        """website_repository for the repository `name`, the only one that the key opens from now on."""
        option = ' --append-only' if self.append_only else ''
        forced = f'rclone serve restic{option} --config /dev/null --stdio {shlex.quote(str(self.areas / name))}'
        key, quoted = (self.folder / 'client_key.pub').read_text(), forced.replace('\\', r'\\').replace('"', r'\"')
        (self.folder / 'authorized_keys').write_text(f'command="{quoted}",restrict {key}')
        return {
            'store': 'restic', 'create': True, 'append_only': self.append_only,
            'location': f'ssh://{self.user}@127.0.0.1:{self.port}{self.areas / name}',
            'ssh_private_key': self.private_key, 'ssh_known_hosts': self.known_hosts,
        }  # fmt: skip

    @property
    def repository(self) -> dict[str, Any]:
        """The repository that is called so."""
        return self.area('repository')

    def kill(self) -> None:
        """SIGKILL the listener and all that serves connections."""
        stopped = self.freeze() if self.process else []
        self.stop()
        self.thaw(stopped)

    def restart(self) -> None:
        """Start it again; connections that are served go on."""
        self.stop()
        self.start()
