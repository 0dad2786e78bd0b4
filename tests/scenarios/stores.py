# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a repository holds, seen with stock tools alone: no product code in here."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Archive:
    """Plain files: points are directories."""

    def __init__(self, location: Path, password: str | None = None):
        self.location, self.password = location, password

    def points(self) -> list[dict[str, Any]]:
        """The manifests of all committed points of all sites, oldest first."""
        return [json.loads(path.read_bytes()) for path in sorted(self.location.glob('*/[0-9]*/manifest.json'))]

    def names(self, manifest: dict[str, Any]) -> list[str]:
        """File names of a point."""
        return sorted(path.name for path in self._folder(manifest).iterdir())

    def _folder(self, manifest: dict[str, Any]) -> Path:
        return self.location / manifest['site'] / manifest['id']

    def leftovers(self) -> list[str]:
        """What belongs to no committed point."""
        below = [path for path in self.location.glob('*/*') if path.name != '.lock']
        return sorted(str(path.relative_to(self.location)) for path in below if not (path / 'manifest.json').exists()
                      or path.name.startswith('.'))

    def damage(self, manifest: dict[str, Any]) -> str:
        """What `sha256sum -c` complains about, empty when all is well."""
        check = subprocess.run(['sha256sum', '-c', '--quiet', 'SHA256SUMS'], cwd=self._folder(manifest),
                               capture_output=True, text=True, check=False)
        return check.stdout + check.stderr if check.returncode else ''

    @contextmanager
    def guide(self, manifest: dict[str, Any]) -> Iterator[tuple[str, Path, dict[str, str]]]:
        """(RESTORE.md, the folder in which its commands are run, environment for them)."""
        folder = self._folder(manifest)
        yield (folder / 'RESTORE.md').read_text(), folder, {}


class Restic:
    """A restic repository: a point is the snapshots of one `point=` tag, of which the last carries the manifest."""

    def __init__(self, location: Path, password: str | None = None):
        self.location, self.password = location, password or ''
        self._kept: dict[tuple[object, ...], bytes] = {}

    def _ask(self, *words: str) -> bytes:
        """What restic answers; asked once for each state of the repository, for every call derives the key anew."""
        question = (*words, frozenset(os.listdir(self.location / 'snapshots')))
        if question not in self._kept:
            self._kept[question] = self._restic(*words)
        return self._kept[question]

    def _restic(self, *words: str) -> bytes:
        environment = {**os.environ, 'RESTIC_PASSWORD': self.password, 'RESTIC_REPOSITORY': str(self.location)}
        return subprocess.run(['restic', '--no-cache', '--no-lock', '-q', *words], env=environment, check=True,
                              capture_output=True).stdout

    def _snapshots(self) -> list[dict[str, Any]]:
        if not (self.location / 'config').exists():
            return []
        snapshots: list[dict[str, Any]] = json.loads(self._ask('snapshots', '--json')) or []
        return sorted(snapshots, key=lambda snapshot: str(snapshot['time']))

    def _manifests(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        found = []
        for snapshot in self._snapshots():
            if 'part=manifest' in snapshot.get('tags', []):
                found.append((snapshot, json.loads(self._ask('dump', snapshot['id'], '/manifest.json'))))
        return found

    def points(self) -> list[dict[str, Any]]:
        """The manifests of all committed points of all sites, oldest first."""
        return [manifest for _snapshot, manifest in self._manifests()]

    def names(self, manifest: dict[str, Any]) -> list[str]:
        """The parts of a point by their tags, and what is in the small files' snapshot."""
        names: set[str] = set()
        for snapshot in self._snapshots():
            if {f'point={manifest["id"]}', f'site={manifest["site"]}'} <= set(snapshot['tags']):
                part = next(tag.removeprefix('part=') for tag in snapshot['tags'] if tag.startswith('part='))
                names.add(part)
                if part == 'files':
                    bundle = io.BytesIO(self._ask('dump', snapshot['id'], '/files.tar'))
                    with tarfile.open(fileobj=bundle) as archive:
                        names |= set(archive.getnames())
        return sorted(names)

    def leftovers(self) -> list[str]:
        """Snapshots whose point has no manifest."""
        known = {(manifest['site'], manifest['id']) for manifest in self.points()}
        tags = [dict(tag.partition('=')[::2] for tag in snapshot['tags']) for snapshot in self._snapshots()]
        return [str(tag) for tag in tags if (tag['site'], tag['point']) not in known]

    def damage(self, manifest: dict[str, Any]) -> str:
        """`restic check` judges the whole repository: once, for the newest point."""
        if manifest != self.points()[-1]:
            return ''
        environment = {**os.environ, 'RESTIC_PASSWORD': self.password}
        check = subprocess.run(['restic', '-q', '-r', str(self.location), '--no-cache', 'check', '--read-data'],
                               env=environment, capture_output=True, text=True, check=False)
        return check.stdout + check.stderr if check.returncode else ''

    @contextmanager
    def guide(self, manifest: dict[str, Any]) -> Iterator[tuple[str, Path, dict[str, str]]]:
        """(RESTORE.md, an empty folder, the password and the place of the repository in the environment)."""
        snapshot = next(snapshot for snapshot, found in self._manifests()
                        if (found['site'], found['id']) == (manifest['site'], manifest['id']))
        text = self._ask('dump', snapshot['id'], '/RESTORE.md').decode()
        with tempfile.TemporaryDirectory() as folder:
            yield text, Path(folder), {'RESTIC_PASSWORD': self.password, 'RESTIC_REPOSITORY': str(self.location)}


STORES: dict[str, type[Archive] | type[Restic]] = {'archive': Archive, 'restic': Restic}
