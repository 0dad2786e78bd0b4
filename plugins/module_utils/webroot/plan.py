# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes into the archive: nothing (a list only) or everything (a full). For what differs: see difference.py."""

from __future__ import annotations

from typing import Callable, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.webroot.attributes import NONE, Attributes
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import Line
from ansible_collections.rawat.website.plugins.module_utils.webroot.reader import Reader, member
from ansible_collections.rawat.website.plugins.module_utils.webroot.tar_stream import (
    DIRECTORY,
    HARDLINK,
    SYMLINK,
    Member,
    TarStream,
    header,
)
from ansible_collections.rawat.website.plugins.module_utils.webroot.walk import Entry


class Older(NamedTuple):
    """What is known of an entry: the first part of today's line, the lines in the previous point and in the base."""

    identity: bytes
    previous: bytes | None
    base: bytes | None


class Leader:
    """The first name of an inode that has several. `content`: the second part of its line."""

    __slots__ = ('content', 'names_left', 'path', 'stored')

    def __init__(self, path: bytes, content: bytes, stored: bool, names_left: int):
        self.path, self.content, self.stored, self.names_left = path, content, stored, names_left


class ListOnly:
    """Nothing is stored by us; a file is read only where the previous list does not know it as it is."""

    removed = metadata = 0

    def __init__(self, reader: Reader):
        self.reader = reader

    @property
    def written(self) -> int:
        """Bytes of the tar so far."""
        return 0

    @property
    def members(self) -> int:
        """Members in the tar so far."""
        return 0

    def file(self, entry: Entry, older: Older) -> bytes | None:
        """The line of a file, None where it was skipped."""
        if older.previous and older.previous.startswith(older.identity):
            return older.previous
        return self.reader.hash(entry)

    def hardlink(self, entry: Entry, leader: Leader, older: Older) -> None:
        """A further name of the file at `leader`."""

    def link(self, entry: Entry, older: Older) -> None:
        """A symbolic link."""

    def directory(self, entry: Entry, found: Attributes, line: bytes, older: Older) -> None:
        """A directory; what it contains follows."""

    def gone(self, line: Line) -> None:
        """An entry of the base that is no more."""

    def close(self) -> None:
        """The walk has ended."""


class Full(ListOnly):
    """Everything is stored."""

    def __init__(self, reader: Reader, write: Callable[[memoryview], object]):
        super().__init__(reader)
        self.tar = TarStream(write)

    @property
    def written(self) -> int:
        return self.tar.bytes

    @property
    def members(self) -> int:
        return self.tar.members

    def file(self, entry: Entry, _older: Older) -> bytes | None:
        return self.reader.store(entry, self.tar)

    def hardlink(self, entry: Entry, leader: Leader, _older: Older) -> None:
        self.put(member(HARDLINK, entry.path, entry.status, NONE, leader.path))

    def link(self, entry: Entry, _older: Older) -> None:
        self.put(member(SYMLINK, entry.path, entry.status, NONE, entry.target))

    def directory(self, entry: Entry, found: Attributes, _line: bytes, _older: Older) -> None:
        self.put(member(DIRECTORY, entry.path, entry.status, found))

    def close(self) -> None:
        self.tar.close()

    def put(self, made: Member) -> None:
        """A member without content."""
        self.tar.put(header(made))
        self.tar.end_member()
