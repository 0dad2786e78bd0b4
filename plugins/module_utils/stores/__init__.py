# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where recovery points are kept: plain files (`archive`) or a restic repository, behind one set of functions.

A store is one module with `open_repository(repository, site, options)`; the protocols below are what it returns, and
one contract suite (tests/integration/stores) runs against every store on every kind of place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.options import defaults
from ansible_collections.rawat.website.plugins.module_utils.stores import archive, restic

STORES: dict[str, Any] = {
    'archive': archive,
    'restic': restic,
}  # named here, not found by a search: AnsiballZ carries what is imported


class Writer(Protocol):
    """One stream on its way into a recovery point."""

    def write(self, block: bytes) -> None:
        """Take `block`; RepositoryError when the place takes no more (full, gone, connection cut)."""

    def finish(self) -> dict[str, Any]:
        """Make it durable. {'file', 'stored_bytes', 'stored_sha256'}; restic: {'file', 'snapshot_id'}."""

    def abort(self) -> None:
        """Throw it away: writing processes are killed before their input ends. Never raises for a dead writer."""


class Point(Protocol):
    """A recovery point that does not exist yet: nothing of it is visible before `commit`."""

    def stream(self, name: str) -> Writer:
        """A writer for `name` (without suffix, for instance 'database.mariadb.wordpress.sql')."""

    def webroot(self, webroot: dict, capture: Any, points: list[dict], progress: Any = None) -> dict:
        """Store one webroot; returns the manifest's webroot part. `points`: the site's manifests, newest first."""

    def test_read(self, progress: Any) -> dict[str, Any]:
        """Read back and hash all that was written: {'bytes', 'milliseconds', 'method'}; TestReadError otherwise."""

    def commit(self, manifest: dict) -> None:
        """The one atomic act that makes the point exist."""

    def abort(self) -> None:
        """Remove what was written."""


class Repository(Protocol):
    """One site's recovery points in one place."""

    location: str  # for people: where it is

    def check(self) -> None:
        """Reachable, right password, writable, there (or made, with `create`). RepositoryError otherwise."""

    def missing(self) -> bool:
        """Is there no repository at the location yet?"""

    def free_bytes(self) -> int | None:
        """Bytes that may still be written; None where the place cannot tell."""

    def points(self, limit: int | None = None) -> list[dict]:
        """Committed manifests of this site, newest first, failed ones included."""

    def lock(self, owner: str) -> AbstractContextManager[None]:
        """Keep other runs on this site out; RepositoryBusy after `lock_wait` seconds."""

    def sweep(self) -> list[str]:
        """Under the lock: remove what dead runs left; one line for each thing removed."""

    def begin(self, point_id: str) -> Point:
        """Start a recovery point (under the lock)."""

    def require_readable(self, manifest: dict) -> None:
        """RepositoryError, before anything begins, when what the point holds cannot be read with these settings.

        IdentityError (stores/age.py) names for whom it is encrypted; a place that only takes files names the way out.
        """

    def read_file_list(self, manifest: dict, webroot_part: dict) -> Iterator[bytes]:
        """The lines of a stored file list; RepositoryError if it is gone, or (at its end) its SHA-256 differs."""

    def read_stream(self, manifest: dict, part: dict, prefix: str = '') -> Iterator[bytes]:
        """The raw blocks of a database part's dump, or ('accounts_') of its accounts file.

        DamagedError, naming site, point and file, when it is gone (at once) or is not what was stored (at its end): so
        whoever uses the blocks must treat what he made of them as void when this raises. Call from the main thread;
        iterate anywhere, to the end or to close().
        """

    def restore_webroot(
        self, manifest: dict, part: dict, destination: str, *, paths: list[str] | None = None, progress: Any = None
    ) -> dict[str, Any]:
        """Restore a webroot into `destination`, an empty directory that nobody else may write into.

        {'files', 'bytes', 'milliseconds', 'remarks'} (remarks: what tar or restic complained about without failing).
        With owners, modes, ACLs, attributes, hard links and times as root; an ordinary user gives nothing away.
        `paths`: only these (relative, as in the file list's JSON text or in printable form), a folder with all below
        it, and the folders above them. DamagedError when what is stored is gone or differs; what was written until
        then is void.
        """

    def check_share(self, share: int, of: int, progress: Any = None) -> dict[str, Any]:
        """Read and hash share number `share` (from 0) of all that is stored, so that `of` calls read everything.

        {'share', 'of', 'files', 'bytes', 'milliseconds', 'method', 'problems': [str]}. RepositoryError where it cannot
        be read at all.
        """

    def add_event(self, kind: str, point_id: str, document: dict) -> None:
        """Add a small fact about a point that came later (`kind`: a-z and '-'). Never changed, never replaced."""

    def remove(self, point_id: str) -> None:
        """Remove a committed point for good (under the lock): it is invisible at once, or not at all.

        Archive: RepositoryError when a difference that stays needs a full of it. What a kill leaves of it is swept.
        """

    def reclaim(self, progress: Any = None) -> dict[str, Any]:
        """Give back the room of what was removed (restic prune). {'freed_bytes': int | None, 'milliseconds': int}."""

    def canary(self, point_id: str) -> dict[str, Any]:
        """Add something worthless and try to remove it with these very credentials.

        {'refused': bool, 'method': str (what was tried), 'answer': str (what the place said), 'locked_until': UTC or
        None}. Refused only when it was looked at afterwards and is still there. No recovery point is put at risk: of an
        inbox the requests are tried against the new point, too, but its receiver has none that could reach it.
        """

    def events(self, kind: str | None = None) -> list[dict]:
        """{'kind', 'point', 'time' (UTC), 'document'} of all events (of a kind), newest first, without damaged ones."""


def open_repository(repository: dict, site: str, options: dict | None = None) -> Repository:
    """The repository of the inventory's `website_repository` for one site; touches nothing yet.

    `options` overrides the defaults of module_utils/options.py. RepositoryError for a store that does not exist.
    """
    store = repository.get('store') or 'archive'
    if store not in STORES:
        raise RepositoryError(f'website_repository.store is "{store}"; it must be one of: {", ".join(sorted(STORES))}')
    return STORES[store].open_repository(repository, site, {**defaults(), **(options or {})})
