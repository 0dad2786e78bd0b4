# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a repository holds already: which points, whether one is the same as another's, and whether it reads back."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.stores import archive_read, common, restic_read
from ansible_collections.rawat.website.plugins.module_utils.stores.archive import ArchiveRepository
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import lines_of, read_block
from ansible_collections.rawat.website.plugins.module_utils.stores.restic import MANIFEST_PART
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import from_printable

PREFIXES = ('', 'accounts_')  # of a database part's files


def point_names(repository: Any) -> set[str]:
    """Names of all committed points; reads no manifest."""
    if isinstance(repository, ArchiveRepository):
        return {name for name in repository.place.names() if repository.is_point(name)}
    return {point for point, parts in repository.by_point().items() if MANIFEST_PART in parts}


def manifest_text(repository: Any, point_id: str) -> bytes | None:
    """The manifest as it is stored; None where there is no such point."""
    if point_id not in point_names(repository):
        return None
    if isinstance(repository, ArchiveRepository):
        return bytes(repository.place.text(f'{point_id}/{common.MANIFEST}'))
    snapshot = repository.by_point()[point_id][MANIFEST_PART]
    return bytes(repository.small_file(snapshot, 'manifest', common.MANIFEST))


def same_point(source: Any, manifest: dict, target: Any) -> dict | None:
    """The target's manifest of this point when it is the same one; None when it has none of this name.

    The same: byte for byte, or one that was made from it (`copied_from`), or both from the same third one.
    """
    text = manifest_text(target, manifest['id'])
    if text is None:
        return None
    if text == canonical(manifest):
        return manifest
    try:
        found = json.loads(text)
        if found['site'] == manifest['site'] and origin(found) == origin(manifest):
            return dict(found)
        what = f'from the run {found.get("run")} on {found["host"]}, begun {found["started"]}'
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(
            f'{target.location}: the manifest of {target.site}/{manifest["id"]} is damaged ({error!r}): '
            'remove this point there, then copy again'
        ) from error
    raise RepositoryError(
        f'{target.location} holds another recovery point {target.site}/{manifest["id"]} ({what}) than '
        f'{source.location}: give this copy a repository of its own'
    )


def origin(manifest: dict) -> str:
    """SHA-256 of the manifest from which this point was made first; its own when it is no copy."""
    return (manifest.get('copied_from') or {}).get('manifest_sha256') or common.sha256(canonical(manifest))


def read_back(repository: Any, manifest: dict, progress: Progress) -> int:
    """Read and hash all that a committed point consists of; the bytes. DamagedError names what is gone or differs."""
    if isinstance(repository, ArchiveRepository):
        return _read_files(repository, manifest['id'], progress)
    return sum(_read_database(repository, manifest, part, progress) for part in manifest['databases']) + sum(
        _read_webroot(repository, manifest, part, progress) for part in manifest['webroots'] if not part.get('error')
    )


def _read_files(repository: Any, point_id: str, progress: Progress) -> int:
    sums = archive_read.read_sums(repository.place, point_id)
    stored = {f'{point_id}/{file}': sha256 for file, sha256 in sums.items()}
    for name, sha256 in stored.items():
        archive_read.StoredFile(repository.place, point_id, name.partition('/')[2], sha256).look()
    total = 0
    for name, size, sha256 in repository.place.sums(list(stored), progress.add):
        if sha256 != stored[name]:
            file = archive_read.StoredFile(repository.place, point_id, name.partition('/')[2], stored[name])
            raise file.damaged('differs from what was stored (SHA-256)')
        total += size
    return total


def _read_database(repository: Any, manifest: dict, part: dict, progress: Progress) -> int:
    total = 0
    for prefix in PREFIXES:
        if part.get(f'{prefix}file') and not part.get('error'):
            for block in repository.read_stream(manifest, part, prefix):
                progress.add(len(block))
                total += len(block)
    return total


def _read_webroot(repository: Any, manifest: dict, part: dict, progress: Progress) -> int:
    """The file list as it is stored (not our kept copy), then every file of the tree, as restic gives it as a tar."""
    listed = restic_read.Stored(repository, manifest, part['list_file'])
    total = sum(
        len(line) + 1
        for line in lines_of(restic_read.blocks_of(listed, part['list_part']), part['list_sha256'], listed.label)
    )
    tree = restic_read.Stored(repository, manifest, f'webroot {part["path"]}')
    child = repository.restic.start(['dump', tree.snapshot(part['snapshot_part']), from_printable(part['stored_path'])])
    try:
        while block := read_block(child.stdout.fileno()):
            progress.add(len(block))
            total += len(block)
        child.wait()
        return total
    except CommandFailed as failure:
        raise tree.explain(failure, 'cannot be read') from failure
    finally:
        child.kill()
