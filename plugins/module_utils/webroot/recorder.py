# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One pass over the walk and up to two older lists: compares, lets the plan store, writes the new list, counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.webroot import attributes, file_list
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import Cursor, Line, ListWriter, parse
from ansible_collections.rawat.website.plugins.module_utils.webroot.links import Boundaries
from ansible_collections.rawat.website.plugins.module_utils.webroot.notes import why
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable
from ansible_collections.rawat.website.plugins.module_utils.webroot.plan import Leader, ListOnly, Older
from ansible_collections.rawat.website.plugins.module_utils.webroot.walk import Entry, Walk


class Recorder:
    """Leads the walk past the older lists and the plan, and counts."""

    def __init__(
        self,
        walk: Walk,
        plan: ListOnly,
        boundaries: Boundaries,
        lines: ListWriter,
        previous: Iterable[bytes] | None,
        base: Iterable[bytes] | None,
    ):
        self.walk, self.plan, self.boundaries, self.lines, self.notes = walk, plan, boundaries, lines, walk.notes
        self.again_after = plan.reader.again_after
        self.counts = dict.fromkeys(
            ('files', 'directories', 'links', 'bytes', 'added', 'changed', 'removed', 'metadata_changed'), 0
        )
        self.leaders: dict[tuple[int, int], Leader] = {}
        self.one_list = previous is not None and previous is base
        self.previous = Cursor(previous, self._gone_from_both if self.one_list else self._gone)
        self.base = self.previous if self.one_list else Cursor(base, plan.gone)

    def run(self) -> dict[str, Any]:
        take = {'file': self._file, 'dir': self._directory, 'link': self._link}
        entries = self.walk.entries()
        try:
            for entry in entries:
                take[entry.kind](entry)
        finally:
            entries.close()
        self.previous.finish()
        self.base.finish()
        self.plan.close()
        return {
            **self.counts,
            'excluded': self.walk.excluded,
            'skipped': self.notes.skipped,
            'skipped_total': self.notes.skipped_total,
            'remarks': self.notes.remarks(),
            'list_sha256': self.lines.close(),
            'list_bytes': self.lines.bytes,
            'tar_bytes': self.plan.written,
            'stored': self.plan.members,
            'removed_paths': self.plan.removed,
            'metadata_paths': self.plan.metadata,
        }

    def _find(self, path: bytes, identity: bytes) -> Older:
        """What the older lists know of this entry."""
        previous = self.previous.find(path, identity)
        return Older(identity, previous, previous if self.one_list else self.base.find(path, identity))

    def _file(self, entry: Entry) -> None:
        status = entry.status
        leader = self.leaders.get((status.st_dev, status.st_ino)) if status.st_nlink > 1 else None
        if leader:
            self._hardlink(entry, leader)
            return
        identity = file_list.identity(entry.path, 'file', status)
        older = self._find(entry.path, identity)
        members = self.plan.members
        line = self.plan.file(entry, older)
        if line is None:
            return
        self.counts['bytes'] += entry.status.st_size
        if entry.status.st_nlink > 1:
            self._remember(entry, line, self.plan.members > members)
        self._count(older.previous, line)
        self._add('files', line)

    def _remember(self, entry: Entry, line: bytes, stored: bool) -> None:
        """Keep a file with more names. The status is the opened descriptor's: that is what was read."""
        key = entry.status.st_dev, entry.status.st_ino
        content = file_list.content_of(parse(line))
        self.leaders[key] = Leader(entry.path, content, stored, entry.status.st_nlink - 1)

    def _hardlink(self, entry: Entry, leader: Leader) -> None:
        identity = file_list.identity(entry.path, 'hardlink', entry.status, leader.path, self.again_after)
        older = self._find(entry.path, identity)
        self.plan.hardlink(entry, leader, older)
        line = identity + leader.content
        leader.names_left -= 1
        if not leader.names_left:
            del self.leaders[entry.status.st_dev, entry.status.st_ino]
        self._count(older.previous, line)
        self._add('files', line)

    def _link(self, entry: Entry) -> None:
        identity = file_list.identity(entry.path, 'link', entry.status, entry.target, self.again_after)
        older = self._find(entry.path, identity)
        line = identity + file_list.NO_CONTENT
        self.plan.link(entry, older)
        if self.boundaries.leaves(entry.path, entry.target):
            self.notes.remark(
                f'{printable(entry.path)} is a link to {printable(entry.target)}, which lies in no webroot of this '
                'site: the link is stored, what it points to is not'
            )
        self._count(older.previous, line)
        self._add('links', line)

    def _directory(self, entry: Entry) -> None:
        found = attributes.NONE
        if entry.descriptor is not None:
            try:
                found = attributes.read(entry.descriptor)
            except OSError as error:
                self.notes.skip(entry.path, f'stored, but without its attributes ({why(error)})')
        for name in found.ignored:
            self.notes.ignore_attribute(name)
        identity = file_list.identity(entry.path, 'dir', entry.status, None, self.again_after)
        older = self._find(entry.path, identity)
        line = identity + file_list.content(None, found)
        self.plan.directory(entry, found, line, older)
        if older.previous and older.previous != line and parse(older.previous).kind != 'dir':
            self.counts['removed'] += 1
        self._add('directories', line)

    def _add(self, what: str, line: bytes) -> None:
        self.counts[what] += 1
        self.lines.add(line)

    def _count(self, previous: bytes | None, line: bytes) -> None:
        if previous is None:
            self.counts['added'] += 1
        elif previous != line:
            before, now = parse(previous), parse(line)
            if not now.same_content(before):
                self.counts['changed'] += 1
            elif now.metadata() != before.metadata():
                self.counts['metadata_changed'] += 1

    def _gone(self, line: Line) -> None:
        if line.kind != 'dir':
            self.counts['removed'] += 1

    def _gone_from_both(self, line: Line) -> None:
        self._gone(line)
        self.plan.gone(line)
