# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs from the last full."""

from __future__ import annotations

import os
from typing import Callable

from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError
from ansible_collections.rawat.website.plugins.module_utils.webroot.attributes import CAPABILITY, Attributes
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import NO_CONTENT, Line, parse
from ansible_collections.rawat.website.plugins.module_utils.webroot.metadata import stanza
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import ROOT, from_text, in_archive, printable
from ansible_collections.rawat.website.plugins.module_utils.webroot.plan import Full, Leader, Older
from ansible_collections.rawat.website.plugins.module_utils.webroot.reader import Reader, member
from ansible_collections.rawat.website.plugins.module_utils.webroot.tar_stream import DIRECTORY, Member
from ansible_collections.rawat.website.plugins.module_utils.webroot.walk import Entry

SPECIAL_BITS = 0o7000  # set-user-id, set-group-id, sticky: chown clears the first two
BUFFER_SIZE = 64 * 1024


class FullNeeded(WebrootError):
    """A difference cannot express what changed; store a full instead."""


class Difference(Full):
    """What must be done to a restored full: entries to delete, a tar to extract, metadata to set, in this order.

    Directories are cheap and go into the tar whenever anything about them differs; also when something in them is
    stored or deleted, because a restore would otherwise leave its own time as their mtime.
    """

    def __init__(
        self,
        reader: Reader,
        write: Callable[[memoryview], object],
        write_removed: Callable[[bytes], object],
        write_metadata: Callable[[bytes], object],
    ):
        super().__init__(reader, write)
        self._removed, self._metadata = _Gather(write_removed), _Gather(write_metadata)
        self._waiting: dict[bytes, Member] = {}  # directories above the current place that are not in the tar
        self._above: list[bytes] = []  # their paths
        self._removed_tree: bytes | None = None

    def file(self, entry: Entry, older: Older) -> bytes | None:
        if older.base and older.base.startswith(older.identity):
            return older.base
        if older.base:
            origin = parse(older.base)
            self._replace(origin, 'file')
            line = self._known(entry, older, origin)
            if line and self._in_place(parse(line), origin):
                return line
        self._touch_parent(entry.path)
        return super().file(entry, older)

    def _known(self, entry: Entry, older: Older, origin: Line) -> bytes | None:
        """The line, if it can be had without storing the file and may equal `origin`. A chown -R ends here."""
        if older.previous and older.previous.startswith(older.identity):
            return older.previous
        same = (origin.kind, origin.size, origin.mtime_ns) == ('file', entry.status.st_size, entry.status.st_mtime_ns)
        return self.reader.hash(entry, quiet=True) if same and origin.sha256 else None

    def _in_place(self, now: Line, origin: Line) -> bool:
        """Whether the full's file serves, with other metadata at most; that is noted down."""
        if origin.kind != 'file' or not now.same_content(origin):
            return False
        if (now.mtime_ns, now.xattrs) != (origin.mtime_ns, origin.xattrs):
            return False
        if now.metadata() == origin.metadata():
            return True
        if (now.mode | origin.mode) & SPECIAL_BITS or CAPABILITY in (now.xattrs or {}):
            return False  # a chown by setfacl would clear them
        self._metadata.add(stanza(now))
        return True

    def hardlink(self, entry: Entry, leader: Leader, older: Older) -> None:
        if older.base:
            origin = parse(older.base)
            linked = origin.kind == 'hardlink' and from_text(origin.target or '') == leader.path
            if linked and not leader.stored:
                return
            self._replace(origin, 'file')
        self._touch_parent(entry.path)
        super().hardlink(entry, leader, older)

    def link(self, entry: Entry, older: Older) -> None:
        if older.base:
            if older.base.startswith(older.identity):
                return
            now, origin = parse(older.identity + NO_CONTENT), parse(older.base)
            if now.same_content(origin) and now.metadata() == origin.metadata():
                return
            self._replace(origin, 'link')
        self._touch_parent(entry.path)
        super().link(entry, older)

    def directory(self, entry: Entry, found: Attributes, line: bytes, older: Older) -> None:
        self._arrive(entry.path)
        if older.base and self._same_directory(line, older.base):
            self._waiting[entry.path] = member(DIRECTORY, entry.path, entry.status, found)
            self._above.append(entry.path)
            return
        self._touch_parent(entry.path)
        super().directory(entry, found, line, older)

    def _same_directory(self, line: bytes, base: bytes) -> bool:
        if line == base:
            return True
        now, origin = parse(line), parse(base)
        self._replace(origin, 'dir')
        lost = set(origin.xattrs or {}) - set(now.xattrs or {})
        if origin.kind == 'dir' and lost:
            raise FullNeeded(f'extended attribute removed from directory {printable(now.path)}: a full is needed')
        return now.kind == origin.kind and now.metadata() == origin.metadata()

    def gone(self, line: Line) -> None:
        if self._removed_tree and line.path.startswith(self._removed_tree):
            return
        self._remove(line)

    def close(self) -> None:
        super().close()
        for part in (self._removed, self._metadata):
            part.flush()
        self.removed, self.metadata = self._removed.count, self._metadata.count

    def _replace(self, origin: Line, kind: str) -> None:
        """Delete what the full has under this name if it is of another kind: tar would not clear a directory away."""
        if ('file' if origin.kind == 'hardlink' else origin.kind) != kind:
            self._remove(origin)

    def _remove(self, line: Line) -> None:
        self._touch_parent(line.path)
        self._removed.add(in_archive(line.path) + b'\0')
        if line.kind == 'dir':
            self._removed_tree = line.path + b'/'

    def _arrive(self, path: bytes) -> None:
        """Forget directories that the walk has left: entries gone from their end have been told by now."""
        while self._above and self._above[-1] != ROOT and not path.startswith(self._above[-1] + b'/'):
            self._waiting.pop(self._above.pop(), None)

    def _touch_parent(self, path: bytes) -> None:
        """Something in a directory will be made or deleted: let the tar set its mtime afterwards."""
        if path == ROOT:
            return
        waiting = self._waiting.pop(os.path.dirname(path) or ROOT, None)
        if waiting:
            self.put(waiting)


class _Gather:
    """Small pieces in, blocks out."""

    def __init__(self, write: Callable[[bytes], object]):
        self.count = 0
        self._write = write
        self._buffer = bytearray()

    def add(self, piece: bytes) -> None:
        self.count += 1
        self._buffer += piece
        if len(self._buffer) >= BUFFER_SIZE:
            self.flush()

    def flush(self) -> None:
        block, self._buffer = bytes(self._buffer), bytearray()
        if block:
            self._write(block)
