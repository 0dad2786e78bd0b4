# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading one file of the walk: hashing it, or storing it as a member of a tar while it is hashed."""

from __future__ import annotations

import os
import stat
from typing import Callable

from ansible_collections.rawat.website.plugins.module_utils.webroot import attributes, content, file_list
from ansible_collections.rawat.website.plugins.module_utils.webroot.attributes import Attributes
from ansible_collections.rawat.website.plugins.module_utils.webroot.notes import Notes, why
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import in_archive
from ansible_collections.rawat.website.plugins.module_utils.webroot.tar_stream import (
    DIRECTORY,
    FILE,
    HARDLINK,
    SYMLINK,
    UNIT,
    Member,
    TarStream,
    attribute_records,
    header,
    sparse_member,
)
from ansible_collections.rawat.website.plugins.module_utils.webroot.walk import Entry, reason

HEADERS = 4 * UNIT  # what the headers of a usual member take


class Reader:
    """Makes the lines of files. `again_after`: see file_list.identity. `count` hears of bytes read."""

    def __init__(self, notes: Notes, again_after: int, count: Callable[[int], None] | None):
        self.notes, self.again_after, self.count = notes, again_after, count
        self._scratch = content.Scratch()

    def hash(self, entry: Entry, quiet: bool = False) -> bytes | None:
        """The line of a file that is read but not stored; None where that is impossible (noted unless `quiet`)."""
        return self._read(entry, None, quiet)

    def store(self, entry: Entry, tar: TarStream) -> bytes | None:
        """The same, while the file becomes a member of `tar`. What `tar` raises goes through."""
        return self._read(entry, tar, quiet=False)

    def _read(self, entry: Entry, tar: TarStream | None, quiet: bool) -> bytes | None:
        try:
            descriptor = entry.open()
        except OSError as error:
            if not quiet:
                self.notes.skip(entry.path, reason(error))
            return None
        try:
            examined = self._examine(entry, descriptor, quiet)
            return examined and self._twice(entry, descriptor, *examined, tar, quiet)
        finally:
            os.close(descriptor)

    def _examine(self, entry: Entry, descriptor: int, quiet: bool) -> tuple[Attributes, content.Extents | None] | None:
        """What must be known of an open file before its header can be written."""
        try:
            return attributes.read(descriptor), content.extents(descriptor, entry.status)
        except OSError as error:
            if not quiet:
                self.notes.skip(entry.path, reason(error))
            return None

    def _twice(
        self,
        entry: Entry,
        descriptor: int,
        found: Attributes,
        pieces: content.Extents | None,
        tar: TarStream | None,
        quiet: bool,
    ) -> bytes | None:
        """Read; once more where the file changed meanwhile and what was written of it can still be undone."""
        if tar:
            tar.begin(entry.status.st_size + HEADERS)
        mark = tar.mark() if tar else None
        for attempt in (1, 2):
            result = self._once(entry, descriptor, found, pieces, tar)
            trouble, again_after = self._change(entry.status, descriptor)
            trouble = result.problem or trouble
            undone = attempt == 1 and trouble and (tar is None or (mark and tar.rewind(mark)))
            if not undone:
                break
            entry.status = os.fstat(descriptor)
            examined = self._examine(entry, descriptor, quiet)
            if examined is None:
                return None
            found, pieces = examined
        if trouble and not quiet:
            self.notes.skip(entry.path, f'stored, but {trouble}')
        for name in found.ignored:
            self.notes.ignore_attribute(name)
        identity = file_list.identity(entry.path, 'file', entry.status, None, again_after)
        return identity + file_list.content(result.sha256, found)

    def _change(self, before: os.stat_result, descriptor: int) -> tuple[str | None, int]:
        """How a file changed while it was read, in words (None: it did not), and from which ctime on to look again.

        Another ctime alone is a new name, owner or mode: no reason to doubt the content, but to look again.
        """
        try:
            after = os.fstat(descriptor)
        except OSError as error:
            return f'it could not be examined after it was read ({why(error)})', 0
        if after.st_size != before.st_size:
            return f'its size changed from {before.st_size} to {after.st_size} bytes while it was read', 0
        if after.st_mtime_ns != before.st_mtime_ns:
            return 'it was written to while it was read', 0
        return None, self.again_after if after.st_ctime_ns == before.st_ctime_ns else 0

    def _once(
        self,
        entry: Entry,
        descriptor: int,
        found: Attributes,
        pieces: content.Extents | None,
        tar: TarStream | None,
    ) -> content.Content:
        size = entry.status.st_size
        if tar is None:
            return content.read(descriptor, size, pieces, self._scratch, self.count)
        made = member(FILE, entry.path, entry.status, found)._replace(size=size)
        sparse_map = b''
        if pieces is not None:
            made, sparse_map = sparse_member(made, pieces)
        tar.put(header(made) + sparse_map)
        result = content.read(descriptor, size, pieces, tar, self.count)
        tar.end_member()
        return result


def member(kind: bytes, path: bytes, status: os.stat_result, found: Attributes, target: bytes = b'') -> Member:
    """What the tar says of an entry without content."""
    name = in_archive(path) + (b'/' if kind == DIRECTORY else b'')
    goal = in_archive(target) if kind == HARDLINK else target
    mode, records = stat.S_IMODE(status.st_mode), attribute_records(found)
    if kind == SYMLINK:
        mode, records = 0o777, []
    return Member(kind, name, mode, status.st_uid, status.st_gid, 0, status.st_mtime_ns, goal, records)
