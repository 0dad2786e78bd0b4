# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archive to archive: the files as they are, byte for byte, so that the copy has the same manifest and the same sums.

Encrypted files stay encrypted: nobody on the way needs an identity. Every file is hashed while it passes, and read
back from the target before the point is committed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.stores import archive_read, common
from ansible_collections.rawat.website.plugins.module_utils.stores.archive_read import StoredFile
from ansible_collections.rawat.website.plugins.module_utils.transfer import present

METHOD = 'files as they are; read back, SHA-256 compared'
TEXTS = (common.MANIFEST, common.GUIDE)  # committed last, with SHA256SUMS


def possible(source: Any, manifest: dict, target: Any) -> bool:
    """Can the files go as they are? Not into a copy with recipients of its own, nor beside another base than theirs."""
    for needed in closure(source, manifest):
        wanted = sorted(target.recipients)
        has = sorted((needed.get('encryption') or {}).get('recipients') or [])
        text = present.manifest_text(target, needed['id']) if needed is not manifest else None
        if (wanted and wanted != has) or (text is not None and text != canonical(needed)):
            return False
    return True


def closure(source: Any, manifest: dict) -> list[dict]:
    """This point's manifest after those of all points whose fulls it needs, directly or by another one's, oldest first.

    DamagedError when one of them is gone.
    """
    found, waiting = {manifest['id']: manifest}, [manifest]
    while waiting:
        for base in _bases(waiting.pop()):
            if base not in found:
                found[base] = _manifest_of(source, base, manifest['id'])
                waiting.append(found[base])
    return [found[point] for point in sorted(found)]


def _bases(manifest: dict) -> list[str]:
    return [part['base']['point'] for part in manifest['webroots'] if part.get('base') and not part.get('error')]


def _manifest_of(source: Any, point_id: str, needed_by: str) -> dict:
    text = present.manifest_text(source, point_id)
    found = common.parse_manifest(point_id, text, source.site) if text is not None else {'damaged': True}
    if found.get('damaged'):
        cause = found.get('error') or 'it is gone'
        raise DamagedError(
            f'{source.location}: {source.site}/{needed_by} is a difference to the full in {point_id}, '
            f'which cannot be used: {cause}; make a new backup, and drill it'
        )
    return found


def put(source: Any, manifest: dict, target: Any, progress: Progress) -> tuple[dict, int]:
    """(manifest, bytes read back in the target) once this point and all that it needs are there."""
    total = 0
    for needed in closure(source, manifest):
        if present.same_point(source, needed, target) is None:
            total += _put_one(source, needed, target, progress)
    return manifest, total


def _put_one(source: Any, manifest: dict, target: Any, progress: Progress) -> int:
    sums = _agreed_sums(source, manifest)
    texts = {file: _text(source, manifest, file, sums[file]) for file in TEXTS}
    point = target.begin(manifest['id'])
    try:
        for file in sorted(set(sums) - set(TEXTS)):
            _put_file(StoredFile(source.place, manifest['id'], file, sums[file]), point.plain(file), progress)
        total: int = point.test_read(progress)['bytes']
        lines = ''.join(f'{sums[file]}  {file}\n' for file in sorted(sums))
        target.place.commit(point.partial, point.id, {**texts, common.SUMS: lines.encode()})
    except BaseException:
        point.abort()
        raise
    return total


def _put_file(stored: StoredFile, writer: Any, progress: Progress) -> None:
    """The writer is finished when all bytes came and their hash is right, else aborted."""
    try:
        for block in stored.blocks(progress.add):
            writer.write(block)
    except BaseException:
        writer.abort()
        raise
    writer.finish()


def _agreed_sums(source: Any, manifest: dict) -> dict[str, str]:
    """SHA256SUMS of a point, when it agrees with the manifest. DamagedError otherwise."""
    sums = archive_read.read_sums(source.place, manifest['id'])
    named = dict(_named(manifest)) | {common.MANIFEST: common.sha256(canonical(manifest))}
    for file in (*TEXTS, *named):
        if file not in sums or named.get(file) not in (None, sums[file]):
            what = 'is not in SHA256SUMS' if file not in sums else 'has another hash in SHA256SUMS than in the manifest'
            raise StoredFile(source.place, manifest['id'], file, '').damaged(what)
    return sums


def _named(manifest: dict) -> Iterator[tuple[str, str | None]]:
    """(file, SHA-256 as the manifest gives it) of every file that the manifest names."""
    for part in manifest['databases'] + manifest['webroots']:
        for prefix in ('', 'accounts_', 'list_'):
            if part.get(f'{prefix}file') and not part.get('error'):
                yield part[f'{prefix}file'], part.get(f'{prefix}stored_sha256')
        for file in (part.get('removed_file'), part.get('metadata_file')):
            if file:
                yield file, None


def _text(source: Any, manifest: dict, file: str, sha256: str) -> bytes:
    return StoredFile(source.place, manifest['id'], file, sha256).text()
