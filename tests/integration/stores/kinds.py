# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of repository against the real thing: what its target sees (`settings`), what its vault side sees.

A new kind is one class here and one entry in WORLDS.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import age_keys, stores
from ansible_collections.rawat.website.plugins.module_utils.vaulting import intake
from integration.inbox.server import Inbox
from integration.stores import restic_template
from integration.stores.rest_server import RestServer
from integration.stores.restic_ssh import ResticSsh
from integration.stores.sshd import Sshd
from integration.stores.support import PASSWORD, SITE, Case

TARGET = 'web1'


class NoProgress:
    """Progress that nobody looks at."""

    def add(self, _size: int) -> None:
        """Bytes went by."""

    def step(self, *_words: Any) -> None:
        """Something begins."""


class World(Case):
    """One kind in a directory of its own. `folder`: where its files really lie; `server`: what can be killed."""

    line = True  # does it go over a network?
    secret: dict[str, Any] | None = None  # what to change in `settings`, so that the key is the wrong one
    append_only = False  # may its target add and nothing else?
    private = True  # do its data lie on a disk of its own, with nobody else's?

    def __init__(self, kind: str, work: Path, server: Any = None):
        super().__init__(kind, work, None)
        self.server, self.number = server, 0

    def vault_settings(self) -> dict[str, Any]:
        """The repository as the vault side sees it: with all rights."""
        return self.settings()

    def vault(self, **changes: Any) -> Any:
        """The repository as the vault side opens it."""
        options = {**self.options, 'state_directory': str(self.work / 'vault-state')}
        return stores.open_repository({**self.vault_settings(), **changes}, SITE, options)

    def prepare(self) -> None:
        """Make the repository, where its target may not or need not."""
        if self.store == 'restic' and self.private and not any(self.folder.iterdir()):
            restic_template.copy_into(self.folder, PASSWORD)
        self.open().check()

    def settle(self) -> None:
        """What the vault side does after each run."""

    def repair(self) -> None:
        """What the server's operator does when its disk was away, full or read-only, and is well again."""

    def kill_server(self) -> None:
        """SIGKILL all that serves."""
        self.server.kill()

    def start_server(self) -> None:
        """Start it again."""
        self.server.start()

    def stop(self) -> None:
        """Stop what was started for this kind."""
        if self.server:
            self.server.stop()


class Local(World):
    """A path of this machine."""

    line = False

    def __init__(self, kind: str, work: Path):
        super().__init__(kind, work)
        if self.store == 'restic':
            self.secret = {'password': 'another password'}


class Age(Local):
    """A path, encrypted: the target has the recipient alone."""

    def __init__(self, kind: str, work: Path):
        super().__init__(kind, work)
        self.identity = age_keys.new_identity()

    def settings(self, **changes: Any) -> dict[str, Any]:
        return super().settings(recipients=[age_keys.recipient_of(self.identity)], **changes)

    def vault_settings(self) -> dict[str, Any]:
        return self.settings(identities=self.identity)


class OverSsh(World):
    """A backup server with a shell, or with SFTP alone."""

    def __init__(self, kind: str, work: Path):
        super().__init__(kind, work, Sshd(made(work) / 'sshd'))
        self.sshd = self.server
        self.secret = {'ssh_private_key': stranger(work)}

    def kill_server(self) -> None:
        kill_sshd(self.server)


class AppendOnlySsh(World):
    """restic behind a forced command."""

    append_only = True

    def __init__(self, kind: str, work: Path):
        super().__init__(kind, work, ResticSsh(made(work) / 'sshd'))
        self.folder = self.server.areas / 'repository'
        self.secret = {'password': 'another password'}

    def settings(self, **changes: Any) -> dict[str, Any]:
        return {**self.server.repository, 'password': PASSWORD, **changes}

    def vault_settings(self) -> dict[str, Any]:
        return {'store': 'restic', 'location': str(self.folder), 'password': PASSWORD}


class Rest(AppendOnlySsh):
    """restic's REST protocol over TLS, append-only."""

    def __init__(self, kind: str, work: Path):
        World.__init__(self, kind, work, RestServer(made(work) / 'rest'))
        self.folder = self.server.folder / 'repository'
        self.secret = {'password': 'another password'}


class InboxWorld(World):
    """An inbox, and the vault that takes in what lies there."""

    append_only = True

    def __init__(self, kind: str, work: Path):
        super().__init__(kind, work, Inbox(made(work) / 'inbox', TARGET))
        self.folder = self.server.areas[TARGET]
        self.secret = {'ssh_private_key': stranger(work)}

    def settings(self, **changes: Any) -> dict[str, Any]:
        return {**self.server.settings(TARGET), **changes}

    def vault_settings(self) -> dict[str, Any]:
        return {'store': 'archive', 'location': str(self.work / 'vault'), 'create': True}

    def prepare(self) -> None:
        super().prepare()
        self.vault().check()

    def settle(self) -> None:
        vault = self.vault()
        found = intake.take_in(str(self.folder), vault, NoProgress())
        assert not (found or {}).get('refused'), found

    def kill_server(self) -> None:
        kill_sshd(self.server.sshd)

    def start_server(self) -> None:
        self.server.sshd.start()


class S3(World):
    """A bucket of an S3 server that several kinds share."""

    private = False
    bucket = 'bucket'

    def __init__(self, kind: str, work: Path, server: Any):
        super().__init__(kind, work, server)
        self.bucket = kind
        self.folder = server.work / 'devices'
        wrong = {**server.area(kind)['environment'], 'AWS_SECRET_ACCESS_KEY': 'wrong'}
        self.secret = {'environment': wrong}

    def settings(self, **changes: Any) -> dict[str, Any]:
        return {**self.server.area(self.bucket), 'password': PASSWORD, **changes}

    def repair(self) -> None:
        """Swift gives up a device for a while after an error, and says that buckets are not there."""
        self.server.restart()

    def stop(self) -> None:
        """It is not ours."""


class RcloneS3(S3):
    """The archive store in a bucket."""

    def __init__(self, kind: str, work: Path, server: Any):
        super().__init__(kind, work, server)
        wrong = {**self.settings()['environment'], 'RCLONE_CONFIG_FAR_SECRET_ACCESS_KEY': 'wrong'}
        self.secret = {'environment': wrong}

    def settings(self, **changes: Any) -> dict[str, Any]:
        keys = self.server.area(self.bucket)['environment']
        remote = {
            'TYPE': 's3', 'PROVIDER': 'Other', 'ENDPOINT': self.server.url, 'REGION': keys['AWS_DEFAULT_REGION'],
            'ACCESS_KEY_ID': keys['AWS_ACCESS_KEY_ID'], 'SECRET_ACCESS_KEY': keys['AWS_SECRET_ACCESS_KEY'],
        }  # fmt: skip
        environment = {f'RCLONE_CONFIG_FAR_{key}': value for key, value in remote.items()}
        location = f'rclone:FAR:{self.bucket}/points'
        return {'store': 'archive', 'location': location, 'create': True, 'environment': environment, **changes}


WORLDS: dict[str, type[World]] = {
    'archive-local': Local,
    'archive-age': Age,
    'archive-ssh': OverSsh,
    'archive-inbox': InboxWorld,
    'archive-rclone': RcloneS3,
    'restic-local': Local,
    'restic-sftp': OverSsh,
    'restic-ssh': AppendOnlySsh,
    'restic-rest': Rest,
    'restic-s3': S3,
}


def made(work: Path) -> Path:
    """The directory, which is there now."""
    work.mkdir(parents=True, exist_ok=True)
    return work


def stranger(work: Path) -> str:
    """A private key that no server knows."""
    from integration.stores.test_connection import new_key

    return new_key(work)[0]


def kill_sshd(server: Sshd) -> None:
    """SIGKILL the listener and every process that serves a connection."""
    stopped = server.freeze()
    server.stop()
    for pid in stopped:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
