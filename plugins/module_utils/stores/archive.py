# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive store: every recovery point is a directory of plain files that need no product to read.

<location>/<site>/<point>/ holds manifest.json, SHA256SUMS, RESTORE.md, database.*.zst and webroot.*; while it is being
written it is called .partial-<point>, and one rename makes it exist. The place is a local directory or a directory on a
backup server (ssh://user@host[:port]/path). With recipients every data file is encrypted and ends in `.age`.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils import restore_guide
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError, TestReadError
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.stores import (
    archive_canary,
    archive_check,
    archive_read,
    archive_remove,
    archive_restore,
    archive_webroot,
    common,
    events,
)
from ansible_collections.rawat.website.plugins.module_utils.stores.age import Keys
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import PipedWriter, PlainWriter, compressing
from ansible_collections.rawat.website.plugins.module_utils.stores.keep import Keep
from ansible_collections.rawat.website.plugins.module_utils.stores.place_inbox import InboxPlace
from ansible_collections.rawat.website.plugins.module_utils.stores.place_local import LocalPlace
from ansible_collections.rawat.website.plugins.module_utils.stores.place_rclone import RclonePlace
from ansible_collections.rawat.website.plugins.module_utils.stores.place_ssh import SshPlace

POINT_NAME = re.compile(r'\d{4}-\d\d-\d\dT\d{6}Z[A-Za-z0-9_.-]*')


def open_repository(repository: dict, site: str, options: dict) -> ArchiveRepository:
    """See stores.open_repository."""
    keys = Keys(repository.get('recipients'), repository.get('identities'))
    return ArchiveRepository(_place(repository, site, options), bool(repository.get('create')), options, keys)


def _place(repository: dict, site: str, options: dict) -> Any:
    location = repository['location']
    if location.startswith('ssh://'):
        key, hosts = repository.get('ssh_private_key'), repository.get('ssh_known_hosts')
        tunnel, limit = repository.get('tunnel_port'), options['bandwidth_limit']
        return SshPlace(location, site, key, hosts, options['connect_timeout'], tunnel, limit)
    if location.startswith('inbox://'):
        return InboxPlace(repository, site, options)
    if location.startswith('rclone:'):
        return RclonePlace(repository, site, options)
    if not location.startswith('/'):
        raise RepositoryError(
            f'website_repository.location "{location}" must be an absolute path or ssh://user@host/path'
        )
    return LocalPlace(location, site)


class ArchiveRepository:
    """One site's archives in one place. See stores.Repository."""

    def __init__(self, place: Any, create: bool, options: dict, keys: Keys | None = None):
        self.place, self.create, self.options, self.keys = place, create, options, keys or Keys()
        self.site, self.location = place.site, place.label
        self.write_only: bool = getattr(place, 'write_only', False)
        self.keeps = self.write_only or bool(self.keys.recipients)  # what is not to be read back is kept here, too
        folder = common.state_directory(options) / 'archive' / common.sha256(os.fsencode(self.location)) / self.site
        self.keep = Keep(folder)

    @property
    def recipients(self) -> list[str]:
        """For whom what is written here is encrypted; empty for nobody in particular."""
        return self.keys.recipients

    def check(self) -> None:
        """See stores.Repository."""
        self.keys.check(self.location)
        self.place.check(self.create)

    def missing(self) -> bool:
        """Is there no repository at the location yet?"""
        return self.place.missing()

    def free_bytes(self) -> int | None:
        """See stores.Repository."""
        return self.place.free_bytes()

    @staticmethod
    def is_point(name: str) -> bool:
        """Is it the name of a committed point?"""
        return POINT_NAME.fullmatch(name) is not None

    def points(self, limit: int | None = None) -> list[dict]:
        """See stores.Repository. A point whose manifest is damaged is listed as failed, never left out.

        Of a write-only place: those that its vault side has taken in and whose manifests this machine keeps.
        """
        if self.write_only:
            return self._own_points()[:limit]
        names = [name for name in reversed(self.place.names()) if self.is_point(name)]
        return [common.parse_manifest(name, text, self.site) for name, text in self.place.manifests(names[:limit])]

    def _own_points(self) -> list[dict]:
        accepted = self.place.accepted()
        names = sorted(accepted, reverse=True)
        texts = ((name, self.keep.get(accepted[name]['manifest_sha256'])) for name in names)
        return [common.parse_manifest(name, text, self.site) for name, text in texts if text is not None]

    def require_readable(self, manifest: dict) -> None:
        """RepositoryError, before anything begins, when what the point holds cannot be read with these settings."""
        what = f'{self.location}: {self.site}/{manifest["id"]}'
        if self.write_only:
            raise RepositoryError(
                f'{what} cannot be read back from here, where only adding is allowed: let drills and restores read the '
                "vault side's repository (website_drill_repository, website_restore_repository)"
            )
        self.keys.require(what, manifest.get('encryption'))

    def lock(self, owner: str) -> contextlib.AbstractContextManager:
        """See stores.Repository."""
        return self.place.lock(owner, self.options['lock_wait'])

    def sweep(self) -> list[str]:
        """See stores.Repository."""
        names = self.place.names()
        removed = archive_remove.sweep(self, names)
        leftovers = [name for name in names if name.startswith(common.PARTIAL)]
        for name in leftovers:
            self.place.remove(name)
        return removed + [f'{self.site}/{name}: left by a run that did not end; removed' for name in leftovers]

    def begin(self, point_id: str) -> ArchivePoint:
        """See stores.Repository."""
        if not POINT_NAME.fullmatch(point_id):
            raise RepositoryError(f'"{point_id}" is no name for a recovery point')
        point = ArchivePoint(self, point_id)
        self.place.make_directory(point.partial)
        return point

    def read_file_list(self, manifest: dict, webroot_part: dict) -> Iterator[bytes]:
        """See stores.Repository. The error is a ListUnusable."""
        return archive_read.read_file_list(self, manifest, webroot_part)

    def read_stream(self, manifest: dict, part: dict, prefix: str = '') -> Iterator[bytes]:
        """See stores.Repository."""
        return archive_read.read_stream(self, manifest, part, prefix)

    def restore_webroot(
        self, manifest: dict, part: dict, destination: str, *, paths: list[str] | None = None, progress: Any = None
    ) -> dict[str, Any]:
        """See stores.Repository."""
        return archive_restore.restore_webroot(self, manifest, part, destination, paths, progress)

    def check_share(self, share: int, of: int, progress: Any = None) -> dict[str, Any]:
        """See stores.Repository."""
        return archive_check.check_share(self, share, of, progress)

    def add_event(self, kind: str, point_id: str, document: dict) -> None:
        """See stores.Repository."""
        event = events.new(kind, point_id, document)
        self.place.add(events.FOLDER, events.file_name(event), events.text_of(event))

    def remove(self, point_id: str) -> None:
        """See stores.Repository."""
        archive_remove.remove(self, point_id)

    def reclaim(self, progress: Any = None) -> dict[str, Any]:
        """See stores.Repository."""
        return archive_remove.reclaim(self, progress)

    def canary(self, point_id: str) -> dict[str, Any]:
        """See stores.Repository."""
        return archive_canary.canary(self, point_id)

    def events(self, kind: str | None = None) -> list[dict]:
        """See stores.Repository."""
        names = [name for name in self.place.names(events.FOLDER) if events.is_name(name, kind)]
        found = (events.parse(self.place.text(f'{events.FOLDER}/{name}')) for name in reversed(names))
        return [event for event in found if event is not None]


class ArchivePoint:
    """One recovery point that is being written. See stores.Point."""

    def __init__(self, repository: ArchiveRepository, point_id: str):
        self.repository, self.place, self.id, self.keys = repository, repository.place, point_id, repository.keys
        self.partial = common.PARTIAL + point_id
        self.stored: dict[str, dict] = {}  # by file name; what SHA256SUMS will list
        self.writers: list[Any] = []
        self.earlier: list[dict] = []  # manifests; known once a webroot was stored

    def stream(self, name: str) -> PipedWriter | PlainWriter:
        """A compressed file `name`.zst; .zst.age where there are recipients."""
        options = self.repository.options
        compress = compressing(options['compression_level'], options['compression_threads'])
        return self._writer(f'{name}.zst', [compress])

    def uncompressed(self, name: str) -> PipedWriter | PlainWriter:
        """A file that is not compressed; `name`.age where there are recipients."""
        return self._writer(name, [])

    def plain(self, file: str) -> PlainWriter:
        """A file whose bytes are stored as they come, neither compressed nor encrypted."""
        writer = PlainWriter(self.place.sink(f'{self.partial}/{file}'), file, self.stored)
        self.writers.append(writer)
        return writer

    def _writer(self, name: str, commands: list[list[str]]) -> PipedWriter | PlainWriter:
        file, commands = f'{name}{self.keys.suffix}', [*commands, *self.keys.encrypting()]
        if not commands:
            return self.plain(file)
        writer = PipedWriter(self.place.sink(f'{self.partial}/{file}'), file, self.stored, commands)
        self.writers.append(writer)
        return writer

    def webroot(self, webroot: dict, capture: Any, points: list[dict], progress: Any = None) -> dict:
        """See stores.Point; `points` are the site's manifests, newest first."""
        return archive_webroot.store(self, webroot, capture, points, progress)

    def test_read(self, progress: Any = None) -> dict[str, Any]:
        """See stores.Point."""
        started, total = time.monotonic(), 0
        count: Callable[[int], None] = progress.add if progress else lambda _size: None
        files = {f'{self.partial}/{file}': stored for file, stored in self.stored.items()}
        for file, size, sha256 in self.place.sums(list(files), count):
            _compare(self.place.label, file, files[file], size, sha256)
            total += size
        milliseconds = int((time.monotonic() - started) * 1000)
        return {'bytes': total, 'milliseconds': milliseconds, 'method': self.place.read_back}

    def commit(self, manifest: dict) -> None:
        """See stores.Point. Notes in the manifest for whom the data are encrypted."""
        manifest['encryption'] = self.keys.document()
        texts = {common.MANIFEST: canonical(manifest), common.GUIDE: restore_guide.archive_guide(manifest).encode()}
        sums = {file: stored['stored_sha256'] for file, stored in self.stored.items()}
        sums.update({file: common.sha256(text) for file, text in texts.items()})
        lines = ''.join(f'{sums[file]}  {file}\n' for file in sorted(sums))
        self.place.commit(self.partial, self.id, {**texts, common.SUMS: lines.encode()})
        self.writers.clear()
        if self.repository.keeps:
            archive_webroot.keep(self, manifest, texts[common.MANIFEST])

    def abort(self) -> None:
        """See stores.Point."""
        for writer in self.writers:
            writer.stop()
        self.place.remove(self.partial)


def _compare(label: str, file: str, stored: dict, size: int, sha256: str) -> None:
    """TestReadError unless a file reads back as it was written."""
    if size != stored['stored_bytes']:
        raise TestReadError(f'{label}: {file} reads back with {size} bytes, {stored["stored_bytes"]} were written')
    if sha256 != stored['stored_sha256']:
        raise TestReadError(
            f'{label}: {file} reads back differently from what was written (SHA-256 differs): '
            'suspect the disk, its cable or the memory, and do not trust this medium'
        )
