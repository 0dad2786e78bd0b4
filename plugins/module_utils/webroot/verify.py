# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tree on disk, compared with a file list, entry by entry: the proof of a restore.

The walk and the list have the same order, so one pass over both is enough and memory does not grow with the tree. Paths
come from the walk alone: a list can lie, but it cannot lead anywhere.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError
from ansible_collections.rawat.website.plugins.module_utils.webroot import attributes, content
from ansible_collections.rawat.website.plugins.module_utils.webroot.attributes import CAPABILITY, Attributes
from ansible_collections.rawat.website.plugins.module_utils.webroot.exclude import Exclusions
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import BrokenList, Line, parse
from ansible_collections.rawat.website.plugins.module_utils.webroot.notes import Notes, why
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import from_text, printable, sort_key
from ansible_collections.rawat.website.plugins.module_utils.webroot.walk import Entry, Walk, open_quietly

KINDS = {
    'file': 'a file',
    'hardlink': 'a further name of a file',
    'dir': 'a directory',
    'link': 'a symbolic link',
}


class TreeFindings(NamedTuple):
    """What a comparison found. `differences`: the first `limit` of `total`, a sentence each that begins with the path.

    `files` and `bytes` were read and compared (a file with several names counts its bytes once). `excused`: differences
    of paths that the caller excused; they are not among the others.
    """

    files: int
    bytes: int
    differences: list[str]
    total: int
    excused: list[str]


def verify_tree(
    lines: Iterable[bytes],
    directory: str,
    *,
    left_out: Iterable[str] = (),
    metadata: bool = True,
    limit: int = 100,
    excused: Iterable[str] = (),
    directory_times: bool = True,
) -> TreeFindings:
    """Compare the tree in `directory` with a file list (see the package), which is read to its end.

    `left_out`: relative paths that may be there beside the list's (a database that was restored into the tree).
    `excused`: paths in printable form of which the manifest itself says that they are not as listed (its `skipped`).
    `directory_times`: False where the list was made after the copy (restic): a directory's mtime says no more than when
    an entry came or went, and a live site's cache does so between the two.
    `metadata`: also compare mode, owner, mtime, ACL and attributes; owners and capabilities as root only, because
    nobody else can give them. Raises WebrootError when the directory cannot be opened, BrokenList for a list that is
    none, and what `lines` raises.
    """
    try:
        root = open_quietly(os.fsencode(directory), os.O_DIRECTORY)
    except OSError as error:
        raise WebrootError(f'the restored tree {directory} cannot be opened: {why(error)}') from error
    try:
        comparison = _Comparison(metadata, limit, frozenset(excused), directory_times)
        return comparison.run(lines, root, [os.fsencode(path) for path in left_out])
    finally:
        os.close(root)


class _Notes(Notes):
    """What the walk itself cannot look at (a socket, a directory without rights) is a difference like others."""

    def __init__(self, comparison: _Comparison):
        super().__init__(0)
        self.comparison = comparison

    def skip(self, path: bytes, reason: str) -> None:
        self.comparison.differs(path, f'cannot be compared: {reason}')


class _Comparison:
    """One pass over a list and a walk."""

    def __init__(self, metadata: bool, limit: int, excused: frozenset[str], directory_times: bool):
        self.metadata, self.limit, self.excused_paths = metadata, limit, excused
        self.directory_times = directory_times
        self.files = self.bytes = self.total = 0
        self.differences: list[str] = []
        self.excused: list[str] = []
        self.first_names: dict[tuple[int, int], bytes] = {}  # of files with several names
        self.as_root = os.geteuid() == 0

    def run(self, lines: Iterable[bytes], root: int, left_out: list[bytes]) -> TreeFindings:
        """Walk and list in step, like two sorted decks of cards."""
        listed = _sorted_lines(lines)
        entries = Walk(root, Exclusions((), left_out), _Notes(self)).entries()
        line = next(listed, None)
        try:
            for entry in entries:
                key = sort_key(entry.path)
                while line is not None and sort_key(line.path) < key:
                    self._missing(line)
                    line = next(listed, None)
                if line is not None and line.path == entry.path:
                    self._compare(entry, line)
                    line = next(listed, None)
                else:
                    self.differs(entry.path, f'is not in the recovery point ({KINDS[entry.kind]})')
        finally:
            entries.close()
        while line is not None:
            self._missing(line)
            line = next(listed, None)
        return TreeFindings(self.files, self.bytes, self.differences, self.total, self.excused)

    def differs(self, path: bytes, what: str) -> None:
        """Note one difference."""
        shown = printable(path)
        if shown in self.excused_paths:
            self.excused = [*self.excused, f'{shown}: {what}'][: self.limit]
            return
        self.total += 1
        if self.total <= self.limit:
            self.differences.append(f'{shown}: {what}')

    def _missing(self, line: Line) -> None:
        self.differs(line.path, f'is missing ({KINDS.get(line.kind, line.kind)})')

    def _compare(self, entry: Entry, line: Line) -> None:
        kind = 'file' if line.kind == 'hardlink' else line.kind
        if entry.kind != kind:
            self.differs(entry.path, f'is {KINDS[entry.kind]} instead of {KINDS.get(line.kind, line.kind)}')
        elif kind == 'file':
            self._file(entry, line)
        elif kind == 'link':
            self._link(entry, line)
        elif entry.descriptor is not None and self.metadata:  # one that cannot be opened was noted by the walk
            try:
                self._metadata(entry, line, attributes.read(entry.descriptor))
            except OSError as error:
                self.differs(entry.path, f'cannot be read: {why(error)}')

    def _file(self, entry: Entry, line: Line) -> None:
        first = self._first_name(entry)
        linked = from_text(line.target or '') if line.kind == 'hardlink' else None
        if first != linked:
            self._linked_wrongly(entry.path, first, linked)
        self.files += 1
        try:
            descriptor = entry.open()
            try:
                found = attributes.read(descriptor)
                if first is None or first != linked:  # another name's content was compared under its first one
                    self._content(entry, line, descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            self.differs(entry.path, f'cannot be read: {why(error)}')
            return
        if self.metadata:
            self._metadata(entry, line, found)

    def _first_name(self, entry: Entry) -> bytes | None:
        """The path under which this very file was met before; None where it was not."""
        if entry.status.st_nlink < 2:
            return None
        key = entry.status.st_dev, entry.status.st_ino
        first = self.first_names.setdefault(key, entry.path)
        return first if first != entry.path else None

    def _linked_wrongly(self, path: bytes, first: bytes | None, linked: bytes | None) -> None:
        if linked is None:
            self.differs(path, f'is a hard link to {printable(first or b"")} instead of a file of its own')
        else:
            self.differs(path, f'is not a hard link to {printable(linked)} any more')

    def _content(self, entry: Entry, line: Line, descriptor: int) -> None:
        size = entry.status.st_size
        self.bytes += size
        if size != line.size:
            self.differs(entry.path, f'has {size} bytes instead of {line.size}')
        elif not _holds(descriptor, line.sha256):
            self.differs(entry.path, 'its content differs (SHA-256)')

    def _link(self, entry: Entry, line: Line) -> None:
        target = from_text(line.target or '')
        if entry.target != target:
            self.differs(entry.path, f'leads to {printable(entry.target)} instead of {printable(target)}')
        if self.metadata:
            self._owner(entry, line)
            self._mtime(entry, line)

    def _metadata(self, entry: Entry, line: Line, found: Attributes) -> None:
        mode = stat.S_IMODE(entry.status.st_mode)
        if mode != line.mode:
            self.differs(entry.path, f'has mode {mode:04o} instead of {line.mode:04o}')
        self._owner(entry, line)
        if line.kind != 'dir' or self.directory_times:
            self._mtime(entry, line)
        if found.acl() != line.acl:
            self.differs(entry.path, f'its ACL differs ({_acl(found.acl())} instead of {_acl(line.acl)})')
        self._attributes(entry, line.xattrs or {}, found.hashes() or {})

    def _attributes(self, entry: Entry, expected: dict[str, str], found: dict[str, str]) -> None:
        for name in sorted(expected.keys() | found.keys()):
            if expected.get(name) != found.get(name) and (self.as_root or name != CAPABILITY):
                how = 'is missing' if name not in found else 'is new' if name not in expected else 'differs'
                shown = printable(name.encode('utf-8', 'surrogateescape'))
                self.differs(entry.path, f'its extended attribute {shown} {how}')

    def _owner(self, entry: Entry, line: Line) -> None:
        owner = entry.status.st_uid, entry.status.st_gid
        if self.as_root and owner != (line.uid, line.gid):
            self.differs(entry.path, f'belongs to {owner[0]}:{owner[1]} instead of {line.uid}:{line.gid}')

    def _mtime(self, entry: Entry, line: Line) -> None:
        if entry.status.st_mtime_ns != line.mtime_ns:
            self.differs(entry.path, f'has the mtime {entry.status.st_mtime_ns} instead of {line.mtime_ns} (ns)')


def _holds(descriptor: int, sha256: str | None) -> bool:
    """None: the file could not be read when the point was made, and a remark there says so."""
    return sha256 is None or content.hash_of(descriptor, sparse=sha256.startswith(content.SPARSE_PREFIX)) == sha256


def _acl(acl: list[str | None] | None) -> str:
    return '; '.join(text for text in acl or [] if text) or 'none'


def _sorted_lines(lines: Iterable[bytes]) -> Iterator[Line]:
    """The lines of a list, parsed. BrokenList where they are not in order: a merge would call everything different."""
    last: bytes | None = None
    for text in lines:
        line = parse(text)
        key = sort_key(line.path)
        if last is not None and key <= last:
            raise BrokenList(f'the file list is not sorted at {printable(line.path)}')
        last = key
        yield line
