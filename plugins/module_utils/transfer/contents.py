# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get and put: every stream out of one repository and into the other, every webroot by way of a private tree.

It works between any two stores, keys and recipients, and makes a point that needs no other one. Streams are hashed
against the manifest while they pass; a tree is read again on its way in and compared, entry by entry, with the file
list of the point it came from. What the backup counted and remarked stays as it was said then.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.stores import common
from ansible_collections.rawat.website.plugins.module_utils.stores.archive import ArchiveRepository
from ansible_collections.rawat.website.plugins.module_utils.transfer import present, workplace
from ansible_collections.rawat.website.plugins.module_utils.webroot import WebrootCapture, open_webroot
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import Line, parse
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import from_printable, printable

METHOD = 'got out and put in again; read back, SHA-256 compared'
# What a store says of how it keeps a part; all the rest is about the site.
STREAM_FIELDS = ('file', 'stored_bytes', 'stored_sha256', 'snapshot_part', 'snapshot_id')
WEBROOT_FIELDS = (
    *STREAM_FIELDS, 'kind', 'base', 'reason', 'label', 'stored_path', 'removed_file', 'metadata_file', 'tar_bytes',
    'stored', 'list_file', 'list_part', 'list_sha256', 'list_bytes', 'list_stored_bytes', 'list_stored_sha256',
    'removed_paths', 'metadata_paths',
)  # fmt: skip


def put(source: Any, manifest: dict, target: Any, options: dict, progress: Progress, work: str) -> tuple[dict, int]:
    """(the new manifest, bytes read back in the target) once the point is committed there."""
    document = _new_manifest(source, manifest, target)
    point = target.begin(manifest['id'])
    try:
        document['databases'] = [_database(source, manifest, part, point, progress) for part in manifest['databases']]
        with workplace.private(work, _needed_bytes(manifest)) as folder:
            document['webroots'] = [
                _webroot(source, manifest, part, point, os.path.join(folder, f'tree-{number}'), options, progress)
                for number, part in enumerate(manifest['webroots'])
            ]
        document['test_read'] = point.test_read(progress)
        point.commit(document)
    except BaseException:
        with contextlib.suppress(RepositoryError):  # the next run sweeps it; the first failure is the one to tell
            point.abort()
        raise
    read = int(document['test_read']['bytes'])
    return document, read or present.read_back(target, document, progress)


def _new_manifest(source: Any, manifest: dict, target: Any) -> dict:
    origin = manifest.get('copied_from') or {**_where(source), 'manifest_sha256': common.sha256(canonical(manifest))}
    document = {**manifest, 'repository': _where(target), 'copied_from': origin}
    if (
        not isinstance(target, ArchiveRepository) and 'encryption' in document
    ):  # age's; an archive says its own when it commits
        document['encryption'] = None
    return document


def _where(repository: Any) -> dict[str, str]:
    store = 'archive' if isinstance(repository, ArchiveRepository) else 'restic'
    return {'store': store, 'location': repository.location}


def _needed_bytes(manifest: dict) -> int:
    """Of the largest webroot: one tree is there at a time."""
    return max([part.get('bytes') or 0 for part in manifest['webroots']], default=0)


def _without(part: dict, fields: Iterable[str]) -> dict:
    return {key: value for key, value in part.items() if key not in fields}


def _database(source: Any, manifest: dict, part: dict, point: Any, progress: Progress) -> dict:
    if part.get('error') or not part.get('file'):
        return part
    fields = [f'{prefix}{field}' for prefix in present.PREFIXES for field in STREAM_FIELDS]
    copied, name = _without(part, fields), f'database.{part["label"]}'
    for prefix, suffix in (('', '.sql'), ('accounts_', '.accounts.sql')):
        if part.get(f'{prefix}file'):
            progress.step('copy', part['label'])
            stored = _stream(source.read_stream(manifest, part, prefix), point, f'{name}{suffix}', progress)
            copied.update({f'{prefix}{key}': value for key, value in stored.items()})
    return copied


def _stream(blocks: Iterator[bytes], point: Any, name: str, progress: Progress) -> dict:
    """The writer is finished when the reader found everything as it was stored, else aborted."""
    writer = point.stream(name)
    try:
        for block in blocks:
            writer.write(block)
            progress.add(len(block))
    except BaseException:
        writer.abort()
        raise
    return dict(writer.finish())


def _webroot(source: Any, manifest: dict, part: dict, point: Any, tree: str, options: dict, progress: Progress) -> dict:
    if part.get('error') or not part.get('list_file'):
        return part
    progress.step('copy', part['path'])
    os.mkdir(tree, 0o700)
    source.restore_webroot(manifest, part, tree, progress=progress)
    webroot = {'path': os.fsdecode(from_printable(part['path']))}  # its name there; the tree is what is read
    with open_webroot({'path': tree}, [tree], options['remark_limit']) as capture:
        compared = _Compared(capture, lambda: source.read_file_list(manifest, part), part, _label(source, manifest))
        stored = point.webroot(webroot, compared, [], progress)
        compared.require_whole(stored.get('skipped') or [])
    workplace.remove(tree)
    return {
        **_without(part, WEBROOT_FIELDS),
        **{field: stored[field] for field in WEBROOT_FIELDS if field in stored},
        'reason': f'copied from {source.location}',
    }


def _label(source: Any, manifest: dict) -> str:
    return f'{source.location}: {source.site}/{manifest["id"]}'


class _Compared:
    """A capture of a restored tree whose file list must be, line by line, the one of the point it came from."""

    def __init__(self, capture: WebrootCapture, lines: Callable[[], Iterator[bytes]], part: dict, label: str):
        self.capture, self.lines, self.label, self.path = capture, lines, label, part['path']
        self.excused = {skip['path'] for skip in part.get('skipped') or []}
        self.real_path, self.exclusions = capture.real_path, capture.exclusions

    def __enter__(self) -> _Compared:
        return self

    def __exit__(self, *_details: object) -> None:
        self.capture.close()

    def record(self, write_list: Callable[[bytes], object], **how: Any) -> dict[str, Any]:
        """See webroot.WebrootCapture. DamagedError-like RepositoryError where the tree is not what was backed up."""
        expected, rest = self.lines(), bytearray()

        def write(block: bytes) -> None:
            write_list(block)
            rest.extend(block)
            *lines, last = bytes(rest).split(b'\n')
            rest[:] = last
            for line in lines:
                self._same(line, next(expected, None))

        facts = self.capture.record(write, **how)
        self._same(None, next(expected, None))
        return facts

    def _same(self, found: bytes | None, wanted: bytes | None) -> None:
        if found is None and wanted is None:
            return
        if found is not None and wanted is not None:
            here, there = parse(found), parse(wanted)
            if here.path == there.path:
                shown = printable(here.path)
                if shown in self.excused or _alike(here, there):
                    return
        self.differs(printable(parse(found or wanted or b'').path))

    def require_whole(self, skipped: list[dict]) -> None:
        """Nothing may be left out of a tree that is ours alone, beyond what was left out in the first place."""
        for skip in skipped:
            if skip['path'] not in self.excused:
                self.differs(f'{skip["path"]} ({skip["reason"]})')

    def differs(self, name: str) -> None:
        """Raise RepositoryError for `name`."""
        raise RepositoryError(
            f'{self.label}: the restored webroot {self.path} is not what its file list says: {name} differs; '
            'drill this point, and copy another one'
        )


def _alike(here: Line, there: Line) -> bool:
    """Is it the same entry with the same content? Owners only root can give; folders get their times from others."""
    if here.kind != there.kind or here.mode != there.mode:
        return False
    if there.sha256 is not None and here.content() != there.content():
        return False
    if here.kind == 'link' and here.target != there.target:
        return False
    if os.geteuid() == 0 and (here.uid, here.gid) != (there.uid, there.gid):
        return False
    return here.kind == 'dir' or here.mtime_ns == there.mtime_ns
