# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive store: every recovery point is a directory of plain files that need no product to read.

<location>/<site>/<point>/ holds manifest.json, SHA256SUMS, RESTORE.md, database.*.zst and webroot.*; while it is being
written it is called .partial-<point>, and one rename makes it exist. The place is a local directory or a directory on a
backup server (ssh://user@host[:port]/path).
"""

from __future__ import annotations

import contextlib
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
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import (
    PlainWriter,
    ZstdWriter,
    decompress,
    lines_of,
)
from ansible_collections.rawat.website.plugins.module_utils.stores.place_inbox import InboxPlace
from ansible_collections.rawat.website.plugins.module_utils.stores.place_local import LocalPlace
from ansible_collections.rawat.website.plugins.module_utils.stores.place_rclone import RclonePlace
from ansible_collections.rawat.website.plugins.module_utils.stores.place_ssh import SshPlace

POINT_NAME = re.compile(r'\d{4}-\d\d-\d\dT\d{6}Z[A-Za-z0-9_.-]*')


def open_repository(repository: dict, site: str, options: dict) -> ArchiveRepository:
    """See stores.open_repository."""
    if repository.get('recipients'):
        raise RepositoryError(
            'website_repository.recipients: this version does not encrypt archives; remove the setting'
        )
    return ArchiveRepository(_place(repository, site, options), bool(repository.get('create')), options)


def _place(repository: dict, site: str, options: dict) -> Any:
    location = repository['location']
    if location.startswith('ssh://'):
        key, hosts = repository.get('ssh_private_key'), repository.get('ssh_known_hosts')
        return SshPlace(location, site, key, hosts, options['connect_timeout'])
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

    def __init__(self, place: Any, create: bool, options: dict):
        self.place, self.create, self.options = place, create, options
        self.site, self.location = place.site, place.label

    def check(self) -> None:
        """See stores.Repository."""
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
        """See stores.Repository. A point whose manifest is damaged is listed as failed, never left out."""
        names = [name for name in reversed(self.place.names()) if self.is_point(name)]
        return [common.parse_manifest(name, text, self.site) for name, text in self.place.manifests(names[:limit])]

    def lock(self, owner: str) -> contextlib.AbstractContextManager:
        """See stores.Repository."""
        return self.place.lock(owner, self.options['lock_wait'])

    def sweep(self) -> list[str]:
        """See stores.Repository."""
        leftovers = [name for name in self.place.names() if name.startswith(common.PARTIAL)]
        for name in leftovers:
            self.place.remove(name)
        return [f'{self.site}/{name}: left by a run that did not end; removed' for name in leftovers]

    def begin(self, point_id: str) -> ArchivePoint:
        """See stores.Repository."""
        if not POINT_NAME.fullmatch(point_id):
            raise RepositoryError(f'"{point_id}" is no name for a recovery point')
        point = ArchivePoint(self, point_id)
        self.place.make_directory(point.partial)
        return point

    def read_file_list(self, manifest: dict, webroot_part: dict) -> Iterator[bytes]:
        """See stores.Repository. The error is a ListUnusable."""
        file, size = webroot_part['list_file'], webroot_part.get('list_stored_bytes')
        stored = archive_read.StoredFile(self.place, manifest['id'], file, '', size)
        try:
            stored.look()
            blocks = decompress(self.place.read(stored.name), stored.label)
            yield from lines_of(blocks, webroot_part['list_sha256'], stored.label)
        except RepositoryError as error:
            raise common.list_unusable(error) from error

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
        self.repository, self.place, self.id = repository, repository.place, point_id
        self.partial = common.PARTIAL + point_id
        self.stored: dict[str, dict] = {}  # by file name; what SHA256SUMS will list
        self.writers: list[Any] = []

    def stream(self, name: str) -> ZstdWriter:
        """A compressed file `name`.zst."""
        options, file = self.repository.options, f'{name}.zst'
        sink = self.place.sink(f'{self.partial}/{file}')
        writer = ZstdWriter(sink, file, self.stored, options['compression_level'], options['compression_threads'])
        self.writers.append(writer)
        return writer

    def plain(self, name: str) -> PlainWriter:
        """A file that is stored as it is."""
        writer = PlainWriter(self.place.sink(f'{self.partial}/{name}'), name, self.stored)
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
        """See stores.Point."""
        texts = {common.MANIFEST: canonical(manifest), common.GUIDE: restore_guide.archive_guide(manifest).encode()}
        sums = {file: stored['stored_sha256'] for file, stored in self.stored.items()}
        sums.update({file: common.sha256(text) for file, text in texts.items()})
        lines = ''.join(f'{sums[file]}  {file}\n' for file in sorted(sums))
        self.place.commit(self.partial, self.id, {**texts, common.SUMS: lines.encode()})
        self.writers.clear()

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
