# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the stores share: repositories of every kind, a small site, points in them."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import stores
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.webroot import open_webroot
from integration.stores import restic_template
from integration.stores.sshd import Sshd

SITE = 'peraturan'
PASSWORD = 'only for these tests'


class Case:
    """One repository of one kind; `folder` is where its files really lie, `open()` a fresh object for it."""

    def __init__(self, kind: str, work: Path, sshd: Sshd | None):
        self.kind, self.store, self.sshd = kind, kind.split('-')[0], sshd
        self.remote = kind in ('archive-ssh', 'restic-sftp')
        self.work, self.folder = work, work / "bak up's"  # blanks and quotes must not matter to any shell
        self.options: dict[str, Any] = {'state_directory': str(work / 'state'), 'lock_wait': 1}
        self.seconds = itertools.count(int(time.time()) - 3600, 60)

    def settings(self, **changes: Any) -> dict[str, Any]:
        """website_repository of the inventory."""
        location = str(self.folder)
        found: dict[str, Any] = {'store': self.store, 'create': True, 'password': PASSWORD}
        if self.kind == 'archive-rclone':
            location, found['environment'] = f'rclone:TEST:{location}', {'RCLONE_CONFIG_TEST_TYPE': 'local'}
        if self.sshd:
            form = 'ssh://{}@127.0.0.1:{}{}' if self.store == 'archive' else 'sftp://{}@127.0.0.1:{}/{}'
            location = form.format(self.sshd.user, self.sshd.port, location)
            found.update(ssh_private_key=self.sshd.private_key, ssh_known_hosts=self.sshd.known_hosts)
        return {**found, 'location': location, **changes}

    def open(self, site: str = SITE, **changes: Any) -> Any:
        """A repository object, as a new run would have it."""
        return stores.open_repository(self.settings(**changes), site, self.options)

    def ready(self) -> Any:
        """A repository that was checked (and so made; of restic's there is a template, see there)."""
        if self.store == 'restic' and not self.folder.exists():
            restic_template.copy_to(self.folder, PASSWORD)
        repository = self.open()
        repository.check()
        return repository

    def manifest(self, **parts: Any) -> dict[str, Any]:
        """A manifest of a point that is a minute later than the last one."""
        moment = next(self.seconds)
        started, identifier = utc(moment), time.strftime('%Y-%m-%dT%H%M%SZ', time.gmtime(moment))
        found = {
            'schema': 1, 'id': identifier, 'site': SITE, 'host': 'target', 'outcome': 'complete', 'started': started,
            'finished': started, 'databases': [], 'webroots': [], 'remarks': [], 'error': None,
        }  # fmt: skip
        return {**found, **parts}

    def back_up(
        self,
        repository: Any,
        webroot: Path | None = None,
        streams: dict[str, bytes] | None = None,
        accounts: bytes = b'',
    ) -> dict:
        """A committed point (`accounts` belong to the last stream); returns its manifest."""
        manifest = self.manifest()
        with repository.lock('test'):
            repository.sweep()
            point = repository.begin(manifest['id'])
            try:
                for name, content in (streams or {}).items():
                    label = name.removeprefix('database.').removesuffix('.sql')
                    part = {'engine': 'sqlite', 'name': name, 'label': label, **write(point, name, content)}
                    part.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
                    manifest['databases'].append(part)
                if accounts:
                    stored = write(point, f'{name.removesuffix(".sql")}.accounts.sql', accounts)
                    part.update({f'accounts_{key}': value for key, value in stored.items()})
                if webroot:
                    manifest['webroots'].append(store_webroot(repository, point, webroot))
                manifest['test_read'] = point.test_read()
                point.commit(manifest)
            except BaseException:
                point.abort()
                raise
        return manifest

    def leftovers(self) -> list[str]:
        """What lies in the repository without belonging to a committed point, seen with stock tools."""
        if self.store == 'archive':
            site = self.folder / SITE
            names = sorted(path.name for path in site.iterdir()) if site.is_dir() else []
            hidden = [name for name in names if name.startswith('.') and name not in ('.lock', '.events')]
            return hidden + [name for name in names if not name.startswith('.') and not (site / name).is_dir()]
        return [tags for tags in self.snapshot_tags() if 'part=manifest' not in tags and 'part=event' not in tags]

    def snapshot_tags(self) -> list[str]:
        """The tags of each snapshot in the repository."""
        output = restic(self.folder, 'snapshots', '--json').decode()
        return [line.split(']')[0] for line in output.split('"tags":[')[1:]]


def restic(folder: Path, *words: str, check: bool = True) -> bytes:
    """restic by hand on the repository's folder."""
    environment = {**os.environ, 'RESTIC_PASSWORD': PASSWORD, 'RESTIC_REPOSITORY': str(folder)}
    command = ['restic', '--no-cache', *words]
    return subprocess.run(command, env=environment, check=check, capture_output=True).stdout


def write(point: Any, name: str, content: bytes) -> dict[str, Any]:
    """Store a stream in blocks of odd sizes."""
    writer = point.stream(name)
    for start in range(0, len(content), 700_001):
        writer.write(content[start : start + 700_001])
    stored: dict[str, Any] = writer.finish()
    return stored


def write_for_ever(writer: Any) -> None:
    """More than any pipe holds: whoever does not read is found out."""
    for _ in range(100):
        writer.write(bytes(1_000_000))
    writer.finish()


def store_webroot(repository: Any, point: Any, webroot: Path, **settings: Any) -> dict[str, Any]:
    """The manifest's part of a webroot that was stored."""
    source = {'path': str(webroot), **settings}
    part: dict[str, Any] = point.webroot(source, open_webroot(source, []), repository.points())
    return part


def make_site(folder: Path) -> Path:
    """A small webroot with what is easily lost."""
    (folder / 'pages' / 'deep').mkdir(parents=True)
    (folder / 'index.php').write_text('<?php echo 1;')
    (folder / 'pages' / 'big.bin').write_bytes(os.urandom(400_000))  # so that differences stay small beside the full
    (folder / 'pages' / 'deep' / 'with space\nand newline').write_text('x')
    (Path(os.fsdecode(os.fsencode(folder) + b'/not-utf8-\xff'))).write_text('y')
    (folder / 'link').symlink_to('index.php')
    os.link(folder / 'index.php', folder / 'pages' / 'same.php')
    (folder / 'index.php').chmod(0o640)
    return folder


def facts(folder: Path) -> dict[str, tuple[Any, ...]]:
    """What a restore must bring back of every path: kind, mode, owner, mtime, content or target."""
    found: dict[str, tuple[Any, ...]] = {}
    for path in sorted(folder.rglob('*')):
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        when = status.st_mtime_ns if path.is_file() and not path.is_symlink() else None
        found[str(path.relative_to(folder))] = (status.st_mode, status.st_uid, status.st_gid, when, content)
    return found
