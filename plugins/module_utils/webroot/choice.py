# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some paths of a webroot instead of all: the entries of its file list that they mean, and their tar members."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import Line, parse
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import (
    ROOT,
    from_printable,
    from_text,
)
from ansible_collections.rawat.website.plugins.module_utils.webroot.tar_stream import EXTENDED, HARDLINK, UNIT

RECORD_LIMIT = 16 * 1024 * 1024  # bytes of one member's PAX records


class Choice:
    """What a restore of some paths needs and what it leaves.

    `roots`: the paths that were asked for, as the list has them. `folders`: {path: line} of the folders above them.
    `helpers`: first names of files that were asked for by another name only; they are removed again by :meth:`tidy`.
    """

    def __init__(self) -> None:
        self.roots: list[bytes] = []
        self.folders: dict[bytes, Line] = {}
        self.helpers: list[bytes] = []
        self.names: set[bytes] = set()  # all that is to be extracted
        self.files = self.bytes = 0

    def holds(self, member: bytes) -> bool:
        """Is the entry of this name in the archive ('./…') to be extracted?"""
        return (member.rstrip(b'/')[2:] or ROOT) in self.names

    def tidy(self, destination: str) -> None:
        """Remove the helpers with the folders that only they needed, and set back the times this changed."""
        root = os.open(destination, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for path in self.helpers:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path, dir_fd=root)
                self._tidy_above(root, os.path.dirname(path))
        finally:
            os.close(root)

    def _tidy_above(self, root: int, folder: bytes) -> None:
        while folder and folder not in self.names:
            with contextlib.suppress(OSError):  # not empty: another helper is still there
                os.rmdir(folder, dir_fd=root)
            folder = os.path.dirname(folder)
        line = self.folders.get(folder or ROOT)
        if line:
            os.utime(folder or ROOT, ns=(line.mtime_ns, line.mtime_ns), dir_fd=root)


def choose(lines: Iterable[bytes], paths: list[str]) -> Choice:
    """What `paths` (relative; as in the list's JSON text or printable) mean; RepositoryError for an unknown one.

    A folder means all below it. `lines` are read to their end, so that their hash is compared.
    """
    choice = Choice()
    wanted = {form: path for path in paths for form in _forms(path)}
    above = {folder for form in wanted for folder in _from_top(form)}
    met: set[str] = set()
    for text in lines:
        line = parse(text)
        root = next((form for form in _from_top(line.path) if form in wanted), None)
        if root is not None:
            met.add(wanted[root])
            _take(choice, line, is_root=line.path == root)
        elif line.path in above and line.kind == 'dir':
            choice.folders[line.path] = line
            choice.names.add(line.path)
    unknown = sorted({path for path in paths if path not in met})
    if unknown:
        raise RepositoryError(f'not in this recovery point: {", ".join(unknown[:10])}: look into its file list')
    return choice


def _take(choice: Choice, line: Line, is_root: bool) -> None:
    choice.names.add(line.path)
    if is_root:
        choice.roots.append(line.path)
    if line.kind == 'dir':
        choice.folders[line.path] = line
        return
    choice.files += 1
    leader = from_text(line.target or '') if line.kind == 'hardlink' else line.path
    if line.kind == 'file' or leader not in choice.names:
        choice.bytes += line.size
    if leader not in choice.names:
        choice.names.add(leader)
        choice.helpers.append(leader)


def _forms(path: str) -> set[bytes]:
    """The bytes that a path may mean; both forms agree unless there is a backslash in it."""
    forms = {from_text(path), from_printable(path)}
    return {form.removeprefix(b'./').rstrip(b'/') or ROOT for form in forms}


def _from_top(path: bytes) -> Iterator[bytes]:
    """'.', 'a', 'a/b' of 'a/b'."""
    yield ROOT
    end = path.find(b'/')
    while end >= 0:
        yield path[:end]
        end = path.find(b'/', end + 1)
    yield path


class TarFilter:
    """Lets the chosen members of one of our own tars (webroot/tar_stream.py) pass; `broken` says why it is none."""

    def __init__(self, choice: Choice):
        self.choice, self.broken = choice, ''
        self.head, self.wanted, self.start = bytearray(), UNIT, 0  # headers of the next member, as far as they came
        self.records: dict[bytes, bytes] = {}
        self.left, self.passing = 0, False  # of the content of the current member

    def feed(self, block: bytes) -> list[bytes | memoryview]:
        """What passes of the next block."""
        passed: list[bytes | memoryview] = []
        view, place = memoryview(block), 0
        while place < len(view) and not self.broken:
            if self.left:
                piece = view[place : place + self.left]
                self.left -= len(piece)
                if self.passing:
                    passed.append(piece)
            else:
                piece = view[place : place + self.wanted - len(self.head)]
                self.head += piece
                if len(self.head) == self.wanted:
                    self._try_header(passed)
            place += len(piece)
        return passed

    def end(self) -> bytes:
        """Two empty units end an archive."""
        return bytes(2 * UNIT)

    def _try_header(self, passed: list[bytes | memoryview]) -> None:
        try:
            self._header(passed)
        except (ValueError, IndexError) as error:
            self.broken = str(error)

    def _header(self, passed: list[bytes | memoryview]) -> None:
        unit = bytes(self.head[self.start : self.start + UNIT])
        if len(self.head) > self.start + UNIT:  # the body of an extended header has come, and the header it belongs to
            self.records = _records(self.head[self.start + UNIT : -UNIT])
            unit = bytes(self.head[-UNIT:])
        elif unit[156:157] == EXTENDED:
            size = int(unit[124:135], 8)
            if size > RECORD_LIMIT:
                raise ValueError('a header that is too long')
            self.wanted += size + -size % UNIT + UNIT
            return
        if any(unit):
            size = int(self.records.get(b'size') or int(unit[124:135], 8))
            self.left, self.passing = size + -size % UNIT, self._chosen(unit)
            if self.passing:
                passed.append(bytes(self.head))
        self.head, self.wanted, self.start, self.records = bytearray(), UNIT, 0, {}

    def _chosen(self, unit: bytes) -> bool:
        name = self.records.get(b'GNU.sparse.name') or self.records.get(b'path') or unit[:100].rstrip(b'\0')
        if not self.choice.holds(name):
            return False
        target = self.records.get(b'linkpath') or unit[157:257].rstrip(b'\0')
        # A link to what is not chosen is older than the list: the difference brings the file itself.
        return unit[156:157] != HARDLINK or self.choice.holds(target)


def _records(body: bytearray) -> dict[bytes, bytes]:
    """PAX records: 'LENGTH keyword=value\\n' one after the other, then padding."""
    found, place = {}, 0
    while place < len(body) and body[place]:
        end = body.index(b' ', place)
        length = int(body[place:end])
        keyword, _equals, value = bytes(body[end + 1 : place + length - 1]).partition(b'=')
        if length <= 0:
            raise ValueError('a PAX record without length')
        found[keyword] = value
        place += length
    return found
