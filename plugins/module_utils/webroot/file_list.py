# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file list: its lines, and reading an older one in step with a walk.

A line (its fields: see the package) has two parts. The *identity* ends before the hash and comes from the walk alone;
the *content* is what only reading could tell. An older line that begins with today's identity therefore needs no
parsing: the file is the same, and the line is used again as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable
from typing import Callable, NamedTuple, cast

from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError
from ansible_collections.rawat.website.plugins.module_utils.webroot.attributes import Attributes
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import from_text, printable, sort_key, to_json

BUFFER_SIZE = 128 * 1024
_decode = json.JSONDecoder().raw_decode  # json.loads guesses encodings first: twice the time for lines this short
NO_CONTENT = b'null,null,null]'


class BrokenList(WebrootError):
    """An older file list that cannot be used: take it for missing."""


class Line(NamedTuple):
    """A parsed line; `target` as JSON has it."""

    path: bytes
    kind: str
    mode: int
    uid: int
    gid: int
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    target: str | None
    sha256: str | None
    acl: list[str | None] | None
    xattrs: dict[str, str] | None

    def same_content(self, other: Line) -> bool:
        """Whether both surely hold the same, whatever their names and links are."""
        return self.content() == other.content() and (self.sha256 is not None or self.kind in ('link', 'dir'))

    def content(self) -> tuple:
        """What a reader of the file would find."""
        if self.kind in ('file', 'hardlink'):
            return 'file', self.size, self.sha256
        return self.kind, self.target

    def metadata(self) -> tuple:
        """What a restore brings back beside the content (ctime and inode do not come back)."""
        return self.mode, self.uid, self.gid, self.mtime_ns, self.acl, self.xattrs


def identity(
    path: bytes, kind: str, status: os.stat_result, target: bytes | None = None, again_after: int | None = None
) -> bytes:
    """The first part of a line. A ctime at or after `again_after` (ns) is written as 0: the next run looks again.

    Within the same tick of the file system's clock a second change would leave no trace in the ctime.
    """
    ctime = status.st_ctime_ns
    if again_after is not None and ctime >= again_after:
        ctime = 0
    size = 0 if kind == 'dir' else status.st_size
    goal = 'null' if target is None else to_json(target)
    return (
        f'[{to_json(path)},"{kind}",{stat.S_IMODE(status.st_mode)},{status.st_uid},{status.st_gid},{size},'
        f'{status.st_mtime_ns},{ctime},{status.st_ino},{goal},'
    ).encode('ascii')


def content(sha256: str | None, attributes: Attributes) -> bytes:
    """The second part of a line, its end included."""
    if attributes.access or attributes.default or attributes.values:
        return json.dumps([sha256, attributes.acl(), attributes.hashes()], separators=(',', ':')).encode('ascii')[1:]
    return f'"{sha256}",null,null]'.encode('ascii') if sha256 else NO_CONTENT


def content_of(line: Line) -> bytes:
    """The second part of a line that was parsed, byte for byte as it was."""
    return json.dumps([line.sha256, line.acl, line.xattrs], separators=(',', ':')).encode('ascii')[1:]


def parse(line: bytes) -> Line:
    """Raises BrokenList for a line that is not one of ours."""
    try:
        text = line.decode('ascii')
        fields, end = _decode(text)
        if text[end:].strip():
            raise ValueError('more than one array')
        fields[0] = from_text(fields[0])
        return Line(*fields)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise BrokenList(f'file list is broken at {line[:120]!r} ({error}): store the webroot in full again') from error


class ListWriter:
    """Gathers lines into blocks; counts and hashes them."""

    def __init__(self, write: Callable[[bytes], object]):
        self.bytes = 0
        self._write = write
        self._digest = hashlib.sha256()
        self._buffer = bytearray()

    def add(self, line: bytes) -> None:
        """`line` without its newline."""
        self._buffer += line
        self._buffer += b'\n'
        if len(self._buffer) >= BUFFER_SIZE:
            self._flush()

    def close(self) -> str:
        """Write the rest; returns the SHA-256 of all."""
        self._flush()
        return self._digest.hexdigest()

    def _flush(self) -> None:
        block, self._buffer = bytes(self._buffer), bytearray()
        self.bytes += len(block)
        self._digest.update(block)
        if block:
            self._write(block)


class Cursor:
    """An older file list, read in step with a walk. `gone` is called for each entry that the walk has not any more."""

    def __init__(self, lines: Iterable[bytes] | None, gone: Callable[[Line], None]):
        self._lines = iter(lines or ())
        self._gone = gone
        self._parsed: Line | None = None
        self._key = b''
        self._last: bytes | None = None  # the path before the current line's
        self._line: bytes | None = next(self._lines, None)

    def find(self, path: bytes, beginning: bytes) -> bytes | None:
        """The older line of `path`, or None. `beginning`: today's identity. Ask in ascending order."""
        if self._line is not None and self._line.startswith(beginning):
            return self._next(path)
        key = sort_key(path)
        while self._line is not None:
            line = self._parse()
            if self._key > key:
                return None
            if self._key == key:
                return self._next(path)
            self._gone(line)
            self._next(line.path)
        return None

    def finish(self) -> None:
        """The walk has ended: what is left is gone."""
        while self._line is not None:
            line = self._parse()
            self._gone(line)
            self._next(line.path)

    def _next(self, path: bytes) -> bytes | None:
        """Go to the line after that of `path`, which is returned."""
        line = self._line
        self._last = path
        self._line = next(self._lines, None)
        self._parsed = None
        return line and line.rstrip(b'\n')

    def _parse(self) -> Line:
        """Parse the current line, once, and see that it follows the last one."""
        if self._parsed is None:
            self._parsed = parse(cast(bytes, self._line))  # callers look for the end first
            self._key = sort_key(self._parsed.path)
            if self._last is not None and self._key <= sort_key(self._last):
                shown = printable(self._parsed.path)
                raise BrokenList(f'file list is not sorted at {shown}: store the webroot in full again')
        return self._parsed
