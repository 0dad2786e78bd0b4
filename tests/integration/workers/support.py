# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller, and workers that are sshd on loopback ports, each with a home and a private place of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from integration.stores.sshd import Sshd
from integration.wrapper.conftest import Controller

BIN = Path(sys.executable).parent


class Loopback:
    """A worker: an sshd whose sessions have `home`, `runtime` (their XDG_RUNTIME_DIR) and nothing of ours on PATH."""

    def __init__(self, folder: Path):
        self.home, self.runtime = folder / 'ssh', folder / 'runtime'
        folder.mkdir()
        self.runtime.mkdir(mode=0o700)
        self.sshd = Sshd(self.home, extra=f'SetEnv HOME={self.home} XDG_RUNTIME_DIR={self.runtime} '
                                          f'PATH={os.defpath} AWX_MARK={folder.name}')

    @property
    def address(self) -> str:
        return f'ssh://{self.sshd.user}@127.0.0.1:{self.sshd.port}{BIN}'

    def processes(self) -> list[str]:
        """The command lines of all that runs for it, besides sshd: what has its runtime folder in the environment."""
        found = []
        for path in Path('/proc').glob('[0-9]*'):
            try:
                environment = (path / 'environ').read_bytes().split(b'\0')
                words = (path / 'cmdline').read_bytes().replace(b'\0', b' ').decode(errors='replace')
            except OSError:
                continue
            if f'XDG_RUNTIME_DIR={self.runtime}'.encode() in environment:
                found.append(f'{path.name} {words[:200]}')
        return found


class Fleet(Controller):
    """`rawat` with two such workers."""

    def __init__(self, folder: Path, workers: list[Loopback]):
        super().__init__(folder)
        self.workers = workers
        keys = folder / 'ssh'
        keys.mkdir(mode=0o700)
        for number, worker in enumerate(workers):
            (keys / f'key-{number}').write_text(worker.sshd.private_key, encoding='utf-8')
            (keys / f'key-{number}').chmod(0o600)
        (keys / 'known_hosts').write_text(''.join(worker.sshd.known_hosts for worker in workers), encoding='utf-8')

    def environment(self, **variables: str) -> dict[str, str]:
        keys = [f'-i {self.folder}/ssh/key-{number}' for number in range(len(self.workers))]
        known = f'-o UserKnownHostsFile={self.folder}/ssh/known_hosts'
        arguments = f'-F none {" ".join(keys)} -o IdentitiesOnly=yes {known}'
        return super().environment(**{'RAWAT_WORKER_SSH_ARGS': arguments, 'RAWAT_LANG': 'en', **variables})

    def addresses(self) -> list[str]:
        return [word for worker in self.workers for word in ('--worker', worker.address)]

    def hosts(self, count: int, **variables: Any) -> list[dict[str, Any]]:
        """An inventory of so many hosts, web1 …, with one site each; returns the sites."""
        sites = [self.site(f'arsip{number}') for number in range(1, count + 1)]
        hosts = {
            f'web{number}': self.host(site, website_language='en', **variables)
            for number, site in enumerate(sites, 1)
        }
        self.write_inventory(**hosts)
        return sites

    def places_left(self) -> list[str]:
        """What is left in the private places of controller and workers."""
        places = [self.runtime, *(worker.runtime for worker in self.workers)]
        return [str(path) for place in places for path in place.iterdir()]
