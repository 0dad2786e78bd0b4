# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tar as POSIX.1-2001 (PAX) describes it, with GNU's sparse format 1.0 and the ACL and attribute records of star.

Headers are our own, not those of `tarfile.TarInfo`: for a header with a PAX record (which every file needs, for the
fraction of its mtime) that takes several times as long, it refuses bytes in attribute values, and cannot write sparse
files.
References: pax(1) in POSIX; "Sparse Formats" and "Extended Header Keywords" in the manual of GNU tar.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Callable, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.webroot.attributes import Attributes
from ansible_collections.rawat.website.plugins.module_utils.webroot.content import Extents

Record = tuple[bytes, bytes]  # a PAX record: keyword, value
FILE, HARDLINK, SYMLINK, DIRECTORY, EXTENDED = b'0', b'1', b'2', b'5', b'x'
UNIT = 512
NAME_SIZE = 100  # bytes of a name in the header itself
NUMBER_LIMIT = 0o7777777  # of uid and gid
SIZE_LIMIT = 0o77777777777  # of size and mtime: 8 GiB - 1
BUFFER_SIZE = 512 * 1024
SPARSE_NAME = b'./GNUSparseFile.0/file'  # what a tar without knowledge of sparse files would make of it


class Member(NamedTuple):
    """What a header says. `name` and `target` as stored; `size` of the content in the archive (map included)."""

    kind: bytes
    name: bytes
    mode: int
    uid: int
    gid: int
    size: int
    mtime_ns: int
    target: bytes = b''
    records: Sequence[Record] = ()


def header(member: Member) -> bytes:
    """The header's 512 bytes, after an extended header where its fields are too small."""
    records = list(member.records)
    name, target = member.name, member.target
    if len(name) > NAME_SIZE:
        records.append((b'path', name))
        name = name[:NAME_SIZE]
    if len(target) > NAME_SIZE:
        records.append((b'linkpath', target))
        target = target[:NAME_SIZE]
    uid = _number(b'uid', member.uid, NUMBER_LIMIT, records)
    gid = _number(b'gid', member.gid, NUMBER_LIMIT, records)
    size = _number(b'size', member.size, SIZE_LIMIT, records)
    seconds, fraction = divmod(member.mtime_ns, 10**9)
    if fraction or not 0 <= seconds <= SIZE_LIMIT:
        records.append((b'mtime', decimal_seconds(member.mtime_ns)))
        seconds = min(max(seconds, 0), SIZE_LIMIT)
    block = _block(member.kind, name, member.mode, uid, gid, size, seconds, target)
    return _extended(records) + block if records else block


def _number(keyword: bytes, value: int, limit: int, records: list[Record]) -> int:
    """`value` for the field, or 0 and a record where the field cannot hold it."""
    if value <= limit:
        return value
    records.append((keyword, b'%d' % value))
    return 0


def _block(kind: bytes, name: bytes, mode: int, uid: int, gid: int, size: int, mtime: int, target: bytes) -> bytes:
    start = b'%b%07o\0%07o\0%07o\0%011o\0%011o\0' % (name.ljust(100, b'\0'), mode, uid, gid, size, mtime)
    end = b'%b%bustar\x0000' % (kind, target.ljust(100, b'\0'))
    checksum = sum(start) + sum(end) + 8 * ord(' ')
    return (b'%b%06o\0 %b' % (start, checksum, end)).ljust(UNIT, b'\0')


def _extended(records: Sequence[Record]) -> bytes:
    body = b''.join(_record(keyword, value) for keyword, value in records)
    return _extended_block(len(body)) + body + bytes(-len(body) % UNIT)


@functools.lru_cache(maxsize=256)  # nearly all bodies hold one mtime: few different sizes
def _extended_block(size: int) -> bytes:
    return _block(EXTENDED, b'./PaxHeaders/member', 0o644, 0, 0, size, 0, b'')


def _record(keyword: bytes, value: bytes) -> bytes:
    """'LENGTH keyword=value\\n', where LENGTH counts itself."""
    rest = len(keyword) + len(value) + 3
    length = rest + len(str(rest))
    length = rest + len(str(length))
    return b'%d %b=%b\n' % (length, keyword, value)


def decimal_seconds(nanoseconds: int) -> bytes:
    """Seconds with their fraction, e.g. b'-1.5': the sign belongs to the whole."""
    seconds, fraction = divmod(abs(nanoseconds), 10**9)
    text = f'{seconds}.{fraction:09d}'.rstrip('0').rstrip('.')
    return (f'-{text}' if nanoseconds < 0 else text).encode()


def attribute_records(attributes: Attributes) -> list[Record]:
    """ACLs as text, extended attributes as bytes; '%' and '=' in an attribute's name are encoded as GNU tar does."""
    records = []
    if attributes.access:
        records.append((b'SCHILY.acl.access', attributes.access.encode()))
    if attributes.default:
        records.append((b'SCHILY.acl.default', attributes.default.encode()))
    for name, value in sorted(attributes.values.items()):
        keyword = name.encode('utf-8', 'surrogateescape').replace(b'%', b'%25').replace(b'=', b'%3D')
        records.append((b'SCHILY.xattr.' + keyword, value))
    return records


def sparse_member(member: Member, pieces: Extents) -> tuple[Member, bytes]:
    """`member` as a sparse one, and the map that precedes the data. An empty last piece marks where the file ends."""
    pieces = [*pieces, (member.size, 0)]
    lines = b'%d\n' % len(pieces) + b''.join(b'%d\n%d\n' % piece for piece in pieces)
    sparse_map = lines + bytes(-len(lines) % UNIT)
    records = [
        *member.records,
        (b'GNU.sparse.major', b'1'),
        (b'GNU.sparse.minor', b'0'),
        (b'GNU.sparse.name', member.name),
        (b'GNU.sparse.realsize', b'%d' % member.size),
    ]
    size = len(sparse_map) + sum(length for _offset, length in pieces)
    return member._replace(name=SPARSE_NAME, size=size, records=records), sparse_map


class TarStream:
    """Gathers the tar in one buffer and hands it to `write` when it is full: files are read right into the buffer.

    `write` gets a memoryview that is valid during the call only.
    """

    def __init__(self, write: Callable[[memoryview], object]):
        self.bytes = 0  # handed to `write` so far
        self.members = 0
        self._write = write
        self._view = memoryview(bytearray(BUFFER_SIZE))
        self._used = 0

    def begin(self, size: int) -> None:
        """A member of about `size` bytes follows: keep it whole in the buffer if possible, so that it can be undone."""
        if self._used and self._used + size > BUFFER_SIZE:
            self.flush()

    def mark(self) -> tuple[int, int, int]:
        """A place to come back to by :meth:`rewind`."""
        return self.bytes, self._used, self.members

    def rewind(self, mark: tuple[int, int, int]) -> bool:
        """Forget what came after `mark`; False where some of it has been written already."""
        if self.bytes != mark[0]:
            return False
        _bytes, self._used, self.members = mark
        return True

    def put(self, data: bytes) -> None:
        """Append `data` (headers, sparse maps)."""
        place = 0
        while place < len(data):
            view = self.room(len(data) - place)
            view[:] = data[place : place + len(view)]
            self.fill(len(view))
            place += len(view)

    def room(self, wanted: int) -> memoryview:
        """See content.Sink."""
        if self._used == BUFFER_SIZE:
            self.flush()
        return self._view[self._used : self._used + wanted]

    def fill(self, size: int) -> None:
        """See content.Sink."""
        self._used += size

    def end_member(self) -> None:
        """Round up to whole units after a member's content (BUFFER_SIZE is a multiple, so flushing changes nothing)."""
        rest = -self._used % UNIT
        if rest:
            self.put(bytes(rest))
        self.members += 1

    def flush(self) -> None:
        """Hand everything over."""
        size, self._used = self._used, 0
        self.bytes += size
        self._write(self._view[:size])

    def close(self) -> None:
        """Two empty units end an archive."""
        self.put(bytes(2 * UNIT))
        self.flush()
