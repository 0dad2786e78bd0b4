# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the archive store keeps a webroot: a full, or the difference to the last full, each with its list of files.

webroot.<label>.tar.zst and webroot.<label>.files.zst; a difference also has webroot.<label>.removed (NUL-separated
paths to delete) and webroot.<label>.metadata (getfacl format) where there is anything to say in them.

What cannot be read back, because it is encrypted or the place only takes, is compared by our own copies of earlier
lists; where there is none the webroot is simply stored in full.
"""

from __future__ import annotations

import os
import time
from typing import Any, Callable, cast

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.stores import difference
from ansible_collections.rawat.website.plugins.module_utils.stores.archive_read import NotKept
from ansible_collections.rawat.website.plugins.module_utils.stores.common import ListUnusable, sha256, webroot_label
from ansible_collections.rawat.website.plugins.module_utils.stores.difference import DAY
from ansible_collections.rawat.website.plugins.module_utils.webroot import BrokenList, FullNeeded
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable

PENDING_DAYS = 14  # how long a vault side may be late in taking points in without costing a full


class Outgrown(Exception):
    """The difference has become too large to be worth having."""


def store(point: Any, webroot: dict, capture: Any, points: list[dict], progress: Any) -> dict:
    """Store one webroot in `point` (an ArchivePoint); returns the manifest's webroot part."""
    path, now = printable(os.fsencode(webroot['path'])), time.time()
    options = point.repository.options
    point.earlier = points
    choice = difference.choose(points, path, options['full_every_days'], now)
    if choice.base:
        choice = _same_recipients(point, choice)
    if choice.base:
        choice = (_accepted if point.repository.write_only else _tested)(point, choice, options, now)
    previous = next(iter(difference.usable_parts(points, path)), None)
    attempt = _Attempt(point, webroot, capture, progress)
    with capture:
        if choice.base:
            try:
                return attempt.difference(choice.base, previous)
            except Outgrown:
                choice = difference.Choice(None, f'the difference outgrew {options["difference_share"]} % of its full')
            except FullNeeded as reason:
                choice = difference.Choice(None, str(reason))
            except NotKept as reason:
                choice = difference.Choice(None, str(reason))
            except (ListUnusable, BrokenList) as failure:
                choice, previous = difference.Choice(None, str(failure), remark=True), None
        return _full(attempt, previous, choice)


def _full(attempt: _Attempt, previous: tuple[dict, dict] | None, choice: difference.Choice) -> dict:
    try:
        part = attempt.full(previous)
    except (ListUnusable, BrokenList) as failure:  # only the counts and the saved work are lost with it
        part = attempt.full(None)
        if not isinstance(failure, NotKept):
            part['remarks'] = [f'not compared with the previous point: {failure}', *part['remarks']]
    part['reason'] = choice.reason
    if choice.remark:
        part['remarks'] = [f'stored in full: {choice.reason}', *part['remarks']]
    return part


def _same_recipients(point: Any, choice: difference.Choice) -> difference.Choice:
    """A difference and its full are for the same people: whoever opens one must be able to open the other."""
    base = cast(difference.Base, choice.base)  # the caller's condition
    if base.manifest.get('encryption') == point.keys.document():
        return choice
    return difference.Choice(None, 'the recipients have changed since the last full')


def _accepted(point: Any, choice: difference.Choice, _options: dict, _now: float) -> difference.Choice:
    """Of a place that only takes, the word of its vault side that it has the base, and found it as it was sent."""
    base = cast(difference.Base, choice.base)
    found = point.place.accepted().get(base.manifest['id'])
    if found is None:
        return difference.Choice(None, f'the vault has not taken in the last full ({base.manifest["id"]})')
    return choice._replace(base=base._replace(tested=max(base.tested, found['verified'])))


def keep(point: Any, manifest: dict, text: bytes) -> None:
    """After the commit: our copies of what the next run compares with; what no run will ask for again goes.

    The lists of each webroot's newest point and newest full. A write-only place takes points in later than we commit
    them, so what is not asked for now may be asked for yet.
    """
    copies, points = point.repository.keep, [manifest, *point.earlier]
    if point.repository.write_only:
        copies.put(sha256(text), text)
    if not manifest['webroots']:
        return
    wanted = {sha256(text), *(sha256(canonical(one)) for one in point.earlier)}
    for path in {part['path'] for one in points for part in one['webroots']}:
        parts = [part for _manifest, part in difference.usable_parts(points, path)]
        fulls = [part for part in parts if part['kind'] == 'full']
        wanted |= {part['list_sha256'] for part in parts[:1] + fulls[:1]}
    copies.only(wanted, PENDING_DAYS * DAY if point.repository.write_only else 0)


def _tested(point: Any, choice: difference.Choice, options: dict, now: float) -> difference.Choice:
    """The choice when the base was looked at: a full where the base is gone or damaged, else its test's new time."""
    base = cast(difference.Base, choice.base)  # the caller's condition
    name = f'{base.manifest["id"]}/{base.part["file"]}'
    size = point.place.size(name)
    if size != base.part['stored_bytes']:
        found = 'is gone' if size is None else f'has {size} bytes instead of {base.part["stored_bytes"]}'
        return difference.Choice(None, f'the last full {name} {found}', remark=True)
    if not difference.must_hash(base, options, now):
        return choice
    try:
        [(_file, _size, sha256)] = point.place.sums([name], lambda _size: None)
    except RepositoryError as failure:
        return difference.Choice(None, f'the last full cannot be read: {failure}', remark=True)
    if sha256 != base.part['stored_sha256']:
        return difference.Choice(None, f'the last full {name} is damaged (its SHA-256 differs)', remark=True)
    return choice._replace(base=base._replace(tested=utc(now)))


class _Attempt:
    """Writes one webroot; whatever goes wrong, nothing half-written stays in the point."""

    def __init__(self, point: Any, webroot: dict, capture: Any, progress: Any):
        self.point, self.capture, self.progress = point, capture, progress
        self.path = printable(os.fsencode(webroot['path']))
        self.label = webroot_label(webroot['path'])

    def full(self, previous: tuple[dict, dict] | None) -> dict:
        """The whole webroot; `previous` is for the counts only."""
        lines = self.point.repository.read_file_list(*previous) if previous else None
        with _Writers(self.point, self.label) as writers:
            tar, files = writers.compressed('tar'), writers.listing()
            facts = self.capture.record(files.write, previous=lines, write_tar=tar.write, progress=self.progress)
            stored = tar.finish()
            part = self._part(facts, stored, files.finish(facts['list_sha256']))
        return {**part, 'kind': 'full', 'base': None}

    def difference(self, base: difference.Base, previous: tuple[dict, dict] | None) -> dict:
        """What changed since `base`. Raises Outgrown, FullNeeded or ListUnusable: then nothing of it is left."""
        repository = self.point.repository
        base_lines = repository.read_file_list(base.manifest, base.part)
        same = previous is None or previous[0]['id'] == base.manifest['id']
        lines = base_lines if same or previous is None else repository.read_file_list(*previous)
        limit = difference.limit_bytes(base, repository.options['difference_share'])
        with _Writers(self.point, self.label) as writers:
            tar, files = writers.compressed('tar'), writers.listing()
            removed, metadata = writers.plain('removed'), writers.plain('metadata')
            facts = self.capture.record(
                files.write, previous=lines, base=base_lines, write_tar=_bounded(tar, limit),
                write_removed=removed.write, write_metadata=metadata.write, progress=self.progress,
            )  # fmt: skip
            stored = tar.finish()
            if stored['stored_bytes'] > limit:
                raise Outgrown
            part = self._part(facts, stored, files.finish(facts['list_sha256']))
            part['removed_file'] = removed.finish()
            part['metadata_file'] = metadata.finish()
        reference = {'point': base.manifest['id'], 'file': base.part['file'], 'tested': base.tested}
        reference['stored_sha256'] = base.part['stored_sha256']
        return {**part, 'kind': 'difference', 'base': reference, 'reason': 'difference to the last full'}

    def _part(self, facts: dict, tar: dict, files: dict) -> dict:
        part = {'path': self.path, 'label': self.label, 'error': None, **facts, **tar}
        part['list_file'] = files['file']
        part['list_stored_bytes'], part['list_stored_sha256'] = files['stored_bytes'], files['stored_sha256']
        return part


class _Writers:
    """The writers of one attempt: all are aborted, finished or not, when it fails."""

    def __init__(self, point: Any, label: str):
        self.point, self.label, self.open = point, label, []  # type: ignore[var-annotated]

    def compressed(self, suffix: str) -> Any:
        """A writer for webroot.<label>.<suffix>.zst."""
        self.open.append(self.point.stream(f'webroot.{self.label}.{suffix}'))
        return self.open[-1]

    def listing(self) -> _Listing:
        """A writer for webroot.<label>.files.zst."""
        listing = _Listing(self.point, f'webroot.{self.label}.files')
        self.open.append(listing)
        return listing

    def plain(self, suffix: str) -> Any:
        """A writer for webroot.<label>.<suffix>, which is made when there is something to write."""
        self.open.append(_LazyWriter(self.point, f'webroot.{self.label}.{suffix}'))
        return self.open[-1]

    def __enter__(self) -> _Writers:
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is not None:
            for writer in self.open:
                writer.abort()


def _bounded(writer: Any, limit: int) -> Callable[[bytes], None]:
    """`writer.write` that raises Outgrown once more than `limit` bytes were stored."""

    def write(block: bytes) -> None:
        writer.write(block)
        if writer.stored_bytes > limit:
            raise Outgrown

    return write


class _Listing:
    """The list of files; a copy stays with us where it is not to be read back."""

    def __init__(self, point: Any, name: str):
        self.writer = point.stream(name)
        self.copy = point.repository.keep.writer() if point.repository.keeps else None

    def write(self, block: Any) -> None:
        """See stores.Writer."""
        self.writer.write(block)
        if self.copy:
            self.copy.write(block)

    def finish(self, sha256_of_list: str) -> dict[str, Any]:
        """See stores.Writer."""
        stored: dict[str, Any] = self.writer.finish()
        if self.copy:
            self.copy.finish(sha256_of_list)
        return stored

    def abort(self) -> None:
        """See stores.Writer."""
        self.writer.abort()
        if self.copy:
            self.copy.discard()


class _LazyWriter:
    """A file that is mostly empty: no file (and no connection) until the first byte comes."""

    def __init__(self, point: Any, name: str):
        self.point, self.name = point, name
        self.writer: Any = None

    def write(self, block: Any) -> None:
        """See stores.Writer."""
        if not block:
            return
        if self.writer is None:
            self.writer = self.point.uncompressed(self.name)
        self.writer.write(block)

    def finish(self) -> str | None:
        """The file's name; None when nothing was written."""
        return self.writer.finish()['file'] if self.writer else None

    def abort(self) -> None:
        """See stores.Writer."""
        if self.writer:
            self.writer.abort()
