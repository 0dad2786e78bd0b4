# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An inbox on this machine: a private sshd whose keys start the receiver and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import inbox
from integration.stores.sshd import Sshd

PACKAGE = 'ansible_collections/rawat/website/plugins/module_utils/inbox'
MODULES = ('__init__', 'area', 'receiver', 'serve', 'wire')
QUOTA = 1_000_000_000


def install(folder: Path) -> Path:
    """The receiver as the role vault installs it: a folder that `python3 -I` runs."""
    source = Path(inbox.__path__[0])
    package = folder / PACKAGE
    package.mkdir(parents=True)
    for module in MODULES:
        (package / f'{module}.py').write_bytes((source / f'{module}.py').read_bytes())
    for parent in list(package.parents)[: len(Path(PACKAGE).parts) - 1]:
        (parent / '__init__.py').touch()  # or an installed package of the same name would come first
    (folder / '__main__.py').write_bytes((source / 'serve.py').read_bytes())
    return folder


def command(receiver: Path, area: Path, quota: int = QUOTA, *more: str, user: int = 0) -> list[str]:
    """The forced command of a key; as the user with that number, where there is one."""
    drop = ['setpriv', '--reuid', str(user), '--regid', str(user), '--clear-groups'] if user else []
    python = '/usr/bin/python3' if user else sys.executable  # the tests' own may lie where no other user comes
    return [*drop, python, '-I', str(receiver), '--area', str(area), '--quota', str(quota), *more]


class Inbox:
    """A backup server with an inbox for each of some targets; `areas` and `settings` by the target's name.

    With `user` each target is a user of its own, counted from that number.
    """

    def __init__(self, work: Path, *targets: str, quota: int = QUOTA, user: int = 0, more: tuple[str, ...] = ()):
        work.mkdir(exist_ok=True)
        self.work, self.sshd = work, Sshd(work / 'sshd')
        self.receiver = install(work / 'receiver')
        self.areas = {name: work / 'inbox' / name for name in targets}
        self.keys: dict[str, str] = {}
        self.commands: dict[str, list[str]] = {}
        lines = []
        for number, (name, area) in enumerate(self.areas.items()):
            area.mkdir(mode=0o770, parents=True)
            own = user + number if user else 0
            os.chown(area, own, own)
            self.commands[name] = command(self.receiver, area, quota, *more, user=own)
            lines.append(f'restrict,command="{" ".join(self.commands[name])}" {self._key(name)}')
        (self.sshd.folder / 'authorized_keys').write_text('\n'.join(lines) + '\n')

    def _key(self, name: str) -> str:
        path = self.work / f'key-{name}'
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', str(path)], check=True)
        self.keys[name] = path.read_text()
        return path.with_suffix('.pub').read_text().strip()

    def settings(self, name: str, **changes: Any) -> dict[str, Any]:
        """website_repository of a target."""
        location = f'inbox://{self.sshd.user}@127.0.0.1:{self.sshd.port}/'
        found = {'store': 'archive', 'location': location, 'create': False}
        found.update(ssh_private_key=self.keys[name], ssh_known_hosts=self.sshd.known_hosts)
        return {**found, **changes}

    def stop(self) -> None:
        """Stop the listener."""
        self.sshd.stop()
