# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An append-only REST server for restic, with TLS and a password: `rclone serve restic`, as Debian has it."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

from integration.stores.daemon import Daemon, free_port

USER, SECRET = 'target', 'geh/eim@#1'  # signs that an address must not show bare


class RestServer(Daemon):
    """`repository`: what a target's inventory says; `area(name)`: the same for another repository on the server.

    `folder / name` is where its files really lie: the vault side's view.
    """

    def __init__(self, work: Path, append_only: bool = True):
        super().__init__(work)
        self.folder, self.append_only, self.port = work / 'areas', append_only, free_port()
        self.folder.mkdir()
        self.certificate = _certificate(work)
        digest = base64.b64encode(hashlib.sha1(SECRET.encode()).digest()).decode()  # noqa: S324 - htpasswd's own form
        (work / 'htpasswd').write_text(f'{USER}:{{SHA}}{digest}\n')
        self.start()

    def command(self) -> list[str]:
        return [
            'rclone', 'serve', 'restic', *(['--append-only'] if self.append_only else []), '--config', '/dev/null',
            '--addr', f'127.0.0.1:{self.port}', '--htpasswd', str(self.work / 'htpasswd'),
            '--cert', str(self.work / 'cert.pem'), '--key', str(self.work / 'key.pem'), str(self.folder),
        ]  # fmt: skip

    def area(self, name: str) -> dict[str, Any]:
        """website_repository for the repository `name`."""
        return {
            'store': 'restic', 'create': True, 'ca_certificate': self.certificate, 'append_only': self.append_only,
            'location': f'rest:https://{USER}:{quote(SECRET, safe="")}@127.0.0.1:{self.port}/{name}/',
        }  # fmt: skip

    @property
    def repository(self) -> dict[str, Any]:
        """The repository that is called so."""
        return self.area('repository')


def _certificate(work: Path) -> str:
    """A certificate of its own for 127.0.0.1, with its key beside it."""
    command = ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    files = ['-keyout', str(work / 'key.pem'), '-out', str(work / 'cert.pem'), '-days', '30']
    names = ['-subj', '/CN=rawat test', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:vault.test']
    subprocess.run([*command, *files, *names], check=True, capture_output=True)
    return (work / 'cert.pem').read_text()
