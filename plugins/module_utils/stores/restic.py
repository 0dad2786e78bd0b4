# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The restic store: every stream and webroot is a snapshot with the tags rawat, site=, point=, part=.

Small streams (accounts, file lists, small dumps) share one snapshot: the file /files.tar, part=files. The manifest and
RESTORE.md are stored last, as a snapshot of their own, part=manifest: it makes the point exist. Snapshots whose point
has no such snapshot are invisible, and are forgotten by the next run.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import restore_guide
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.masking import without_password
from ansible_collections.rawat.website.plugins.module_utils.stores import (
    common,
    restic_canary,
    restic_check,
    restic_events,
    restic_packs,
    restic_read,
    restic_remove,
    restic_restore,
    restic_webroot,
)
from ansible_collections.rawat.website.plugins.module_utils.stores.keep import Keep
from ansible_collections.rawat.website.plugins.module_utils.stores.place_local import acquire
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_cli import (
    Restic,
    is_missing,
    summary,
    tags_of,
)
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_stream import BUNDLE, FILES, ResticStream

MANIFEST_PART = 'manifest'


def open_repository(repository: dict, site: str, options: dict) -> ResticRepository:
    """See stores.open_repository."""
    return ResticRepository(repository, site, options)


class ResticRepository:
    """One site's snapshots in one repository. See stores.Repository."""

    def __init__(self, repository: dict, site: str, options: dict):
        self.site, self.options, self.create = site, options, bool(repository.get('create'))
        self.location = without_password(repository['location'])
        self.state = common.state_directory(options) / 'restic' / common.sha256(self.location.encode())[:16]
        self.kept = self.state / site  # manifests and file lists, so that they need not be fetched again
        self.restic = Restic(repository, options, self.state / 'cache')
        self._snapshots: list[dict] | None = None

    # ---------------------------------------------------------------- looking
    def check(self) -> None:
        """See stores.Repository. Listing takes a restic lock, so it proves the right to write, too."""
        try:
            self.snapshots()
        except RepositoryError as error:
            if not is_missing(error):
                raise
            if not self.create:
                raise RepositoryError(common.missing(self.location, False)) from error
            self._make()
            self.snapshots()

    def _make(self) -> None:
        """Make the repository; one run at a time, for two `restic init` at once leave one that nobody can read.

        That holds for this machine; the roles see to it that hosts do not do so at once either (throttle).
        """
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self.state / 'init.lock', 'a+b') as lock:
            acquire(lock.fileno(), 'a run that makes the repository', self.options['lock_wait'], self.location)
            if self.missing():
                self.restic.call(['init', '--quiet'], 'it cannot be made')

    def missing(self) -> bool:
        """Is there no repository at the location yet?"""
        try:
            self.snapshots()
        except RepositoryError as error:
            if is_missing(error):
                return True
            raise
        return False

    def free_bytes(self) -> int | None:
        """See stores.Repository."""
        return self.restic.free_bytes()

    def snapshots(self, fresh: bool = False) -> list[dict]:
        """All snapshots of the site as restic lists them; asked once, unless `fresh`."""
        if self._snapshots is None or fresh:
            command: list[str | bytes] = ['snapshots', '--json', '--tag', f'rawat,site={self.site}']
            self._snapshots = json.loads(self.restic.call(command, 'it cannot be read')) or []
        return self._snapshots

    def forget_list(self) -> None:
        """The list of snapshots is out of date: ask again when it is needed."""
        self._snapshots = None

    def by_point(self) -> dict[str, dict[str, dict]]:
        """{point: {part: snapshot}}; of two snapshots with the same tags the newer one."""
        found: dict[str, dict[str, dict]] = {}
        for snapshot in sorted(self.snapshots(), key=lambda one: one['time']):
            tags = tags_of(snapshot)
            found.setdefault(tags.get('point', ''), {})[tags.get('part', '')] = snapshot
        return found

    def points(self, limit: int | None = None) -> list[dict]:
        """See stores.Repository."""
        found = {point: parts for point, parts in self.by_point().items() if MANIFEST_PART in parts}
        names = sorted(found, reverse=True)[:limit]
        texts = (self.small_file(found[name][MANIFEST_PART], 'manifest', common.MANIFEST) for name in names)
        return [common.parse_manifest(name, text, self.site) for name, text in zip(names, texts)]

    def small_file(self, snapshot: dict, what: str, file: str) -> bytes:
        """The manifest (or event: `what`) of a snapshot; our own copy where it has the hash that its tag gives."""
        wanted = tags_of(snapshot).get(what, '')
        text = self.keep.get(wanted)
        if text is None:
            command: list[str | bytes] = ['dump', snapshot['id'], f'/{file}']
            text = self.restic.call(command, f'the {what} in snapshot {snapshot["short_id"]} cannot be read')
            self.keep.put(wanted, text)
        return text

    @property
    def keep(self) -> Keep:
        """Our copies of what the repository holds."""
        return Keep(self.kept)

    def require_readable(self, manifest: dict) -> None:
        """See stores.Repository. What restic lists it also opens."""

    def read_file_list(self, manifest: dict, webroot_part: dict) -> Iterator[bytes]:
        """See stores.Repository. The error is a ListUnusable."""
        return restic_read.read_file_list(self, manifest, webroot_part)

    def read_stream(self, manifest: dict, part: dict, prefix: str = '') -> Iterator[bytes]:
        """See stores.Repository."""
        return restic_read.read_stream(self, manifest, part, prefix)

    def restore_webroot(
        self, manifest: dict, part: dict, destination: str, *, paths: list[str] | None = None, progress: Any = None
    ) -> dict[str, Any]:
        """See stores.Repository."""
        return restic_restore.restore_webroot(self, manifest, part, destination, paths, progress)

    def check_share(self, share: int, of: int, progress: Any = None) -> dict[str, Any]:
        """See stores.Repository."""
        return restic_check.check_share(self, share, of, progress)

    def add_event(self, kind: str, point_id: str, document: dict) -> None:
        """See stores.Repository."""
        restic_events.add(self, kind, point_id, document)

    def remove(self, point_id: str) -> None:
        """See stores.Repository."""
        restic_remove.remove(self, point_id)

    def sweep_old(self) -> list[str]:
        """What `sweep` does, as far as that is safe on another machine than the target's: see restic_remove."""
        return restic_remove.sweep_old(self)

    def reclaim(self, progress: Any = None) -> dict[str, Any]:
        """See stores.Repository."""
        return restic_remove.reclaim(self, progress)

    def canary(self, point_id: str) -> dict[str, Any]:
        """See stores.Repository."""
        return restic_canary.canary(self, point_id)

    def events(self, kind: str | None = None) -> list[dict]:
        """See stores.Repository."""
        return restic_events.listed(self, kind)

    # ---------------------------------------------------------------- writing
    @contextlib.contextmanager
    def lock(self, owner: str) -> Iterator[None]:
        """flock(2) on this machine (a site lives on one); restic's own locks guard the repository beside it."""
        descriptor = common.lock_file(self.state / f'{self.site}.lock', self.location)
        try:
            if acquire(descriptor, owner, self.options['lock_wait'], f'{self.location}: site {self.site}'):
                self.forget_list()  # the run we waited for may have added a point
            yield
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    def sweep(self) -> list[str]:
        """See stores.Repository."""
        removed = self._sweep_locks()
        if not self._orphans():
            return removed
        self.snapshots(fresh=True)  # only a list taken under the lock may condemn
        orphans = self._orphans()
        end = 'forgotten'
        if self.restic.append_only:
            end = 'it stays, for these credentials only add: the vault side forgets it'
        elif orphans:
            self.forget([snapshot['id'] for snapshot in orphans])
        return removed + [
            f'snapshot {snapshot["short_id"]} ({" ".join(snapshot["tags"])}): left by a run that did not end; {end}'
            for snapshot in orphans
        ]

    def _orphans(self) -> list[dict]:
        committed = {point for point, parts in self.by_point().items() if MANIFEST_PART in parts}
        data = [snapshot for snapshot in self.snapshots() if tags_of(snapshot).get('part') != restic_events.PART]
        return [snapshot for snapshot in data if tags_of(snapshot).get('point', '') not in committed]

    def _sweep_locks(self) -> list[str]:
        """Locks of dead processes; where looking is free (a local repository), else they are met when they block."""
        folder = Path(self.location) / 'locks'
        if not self.location.startswith('/') or not folder.is_dir():
            return []
        before = {path.name for path in folder.iterdir()}
        if not before:
            return []
        self.restic.unlock()
        gone = before - {path.name for path in folder.iterdir()}
        return [f'restic lock {name[:8]}: its process is dead; removed' for name in sorted(gone)]

    def forget(self, identifiers: list[str]) -> None:
        """Make snapshots invisible; their data goes with the next prune. Not tried where nothing may be removed.

        So what an aborted point stored stays there as an orphan: invisible, until the vault side sweeps.
        """
        if self.restic.append_only:
            return
        self.restic.call(['forget', '--quiet', *identifiers], 'snapshots cannot be forgotten')
        self.forget_list()

    def begin(self, point_id: str) -> ResticPoint:
        """See stores.Repository."""
        return ResticPoint(self, point_id)


class ResticPoint:
    """One recovery point that is being written. See stores.Point."""

    def __init__(self, repository: ResticRepository, point_id: str):
        self.repository, self.restic, self.id = repository, repository.restic, point_id
        self.new_files = restic_packs.new_files(self.restic)
        self.small: dict[str, bytes] = {}  # finished small streams, not stored yet
        self.streams: list[ResticStream] = []
        self.written: list[str] = []  # snapshot ids
        self.added = 0  # bytes that were new to the repository

    def tags(self, part: str, *more: str) -> list[str | bytes]:
        """The --tag option of a part."""
        return ['--tag', ','.join(['rawat', f'site={self.repository.site}', f'point={self.id}', f'part={part}', *more])]

    def stream(self, name: str) -> ResticStream:
        """See stores.Point."""
        stream = ResticStream(self, name)
        self.streams.append(stream)
        return stream

    def webroot(self, webroot: dict, capture: Any, points: list[dict], progress: Any = None) -> dict:
        """See stores.Point; `points` are the site's manifests, newest first."""
        return restic_webroot.store(self, webroot, capture, points, progress)

    def _store_small(self) -> None:
        if not self.small:
            return
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode='w') as bundle:
            for name, content in sorted(self.small.items()):
                member = tarfile.TarInfo(name)
                member.size, member.mode, member.mtime = len(content), 0o600, int(time.time())
                bundle.addfile(member, io.BytesIO(content))
        stream = ResticStream(self, BUNDLE, part=FILES, own_snapshot=True)
        try:
            stream.write(tar.getbuffer())
            stream.finish()
        except BaseException:
            stream.abort()
            raise
        self.small.clear()

    def test_read(self, progress: Any = None) -> dict[str, Any]:
        """See stores.Point."""
        started = time.monotonic()
        self._store_small()
        if self.new_files is None:
            return self._restic_check(started)
        total = self.new_files.verify(progress.add if progress else lambda _size: None, self.written, self.added)
        return {'bytes': total, 'milliseconds': _since(started), 'method': self.new_files.method}

    def _restic_check(self, started: float) -> dict[str, Any]:
        """A backend that only restic can read: its check of the structure. The method says that data was not read."""
        self.restic.call(['check', '--quiet'], 'it does not pass restic check')
        method = 'restic check (structure and presence of packs; contents were not read back from this kind of backend)'
        return {'bytes': 0, 'milliseconds': _since(started), 'method': method}

    def commit(self, manifest: dict) -> None:
        """See stores.Point."""
        self._store_small()
        text, folder = canonical(manifest), self.repository.kept / 'commit'
        guide = restore_guide.restic_guide(manifest, self.repository.location)
        command: list[str | bytes] = ['backup', '--json', *self.tags(MANIFEST_PART, f'manifest={common.sha256(text)}')]
        with common.small_files(folder, {common.MANIFEST: text, common.GUIDE: guide.encode()}):
            what = f'{self.repository.site}/{self.id} cannot be committed'
            output = self.restic.call([*command, common.MANIFEST, common.GUIDE], what, directory=str(folder))
        facts = summary(output)
        self.written.append(facts['snapshot_id'])
        if self.new_files is not None:
            self.new_files.verify(lambda _size: None, self.written[-1:], facts['data_added'])
        self.written.clear()
        self.repository.keep.put(common.sha256(text), text)
        lists = {part['list_sha256'] for part in manifest['webroots'] if part.get('list_sha256')}
        self.repository.keep.only(lists | {common.sha256(text)} | self._committed_texts())
        self.repository.forget_list()

    def _committed_texts(self) -> set[str]:
        snapshots = self.repository.snapshots()
        return {tags_of(snapshot).get(what, '') for snapshot in snapshots for what in ('manifest', 'event')}

    def abort(self) -> None:
        """See stores.Point."""
        for stream in self.streams:
            stream.stop()
        if self.written:
            self.repository.forget(self.written)
            self.written = []


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
