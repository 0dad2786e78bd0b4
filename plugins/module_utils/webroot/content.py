# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a file's content once: into a buffer and a hash, holes skipped, trouble named.

The owner of the tree may write, cut or replace the file meanwhile. The length promised in a tar header is kept whatever
happens: what is missing becomes zero bytes, what is too much stays out, and the caller is told.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from typing import Callable, NamedTuple, Protocol

from ansible_collections.rawat.website.plugins.module_utils.webroot.notes import why

Extents = list  # of (offset, length): where data lies, ascending, disjoint, offsets multiples of BLOCK
BLOCK = 4096  # bytes; the grain in which holes are looked at, whatever the file system's is
ZEROS = bytes(BLOCK)
EXTENT_LIMIT = 50_000  # pieces of one file that are kept in memory; small holes are filled until they are no more
SPARSE_PREFIX = 'sparse:'


class Sink(Protocol):
    """Where content goes: a tar, or a buffer that forgets it."""

    def room(self, wanted: int) -> memoryview:
        """A writable, non-empty view of at most `wanted` bytes."""

    def fill(self, size: int) -> None:
        """The first `size` bytes of the last view count."""


class Scratch:
    """The sink for content that is only hashed."""

    def __init__(self, size: int = 256 * 1024):
        self._view = memoryview(bytearray(size))

    def room(self, wanted: int) -> memoryview:
        return self._view[:wanted]

    def fill(self, size: int) -> None:
        """Nothing is kept."""


class Content(NamedTuple):
    """`sha256` is None and `problem` set when reading failed; `problem` alone means that the file got shorter."""

    sha256: str | None
    problem: str | None


def extents(descriptor: int, status: os.stat_result) -> Extents | None:
    """Where the data of a file with holes lies; None for a file without (or a file system that does not tell)."""
    if status.st_blocks * 512 >= status.st_size:
        return None
    smallest_hole = BLOCK
    try:
        while True:
            found: Extents = []
            for offset, length in _pieces(descriptor, status.st_size, smallest_hole):
                found.append((offset, length))
                if len(found) > EXTENT_LIMIT:
                    break
            else:
                return None if found == [(0, status.st_size)] else found
            smallest_hole *= 8
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.ENOTSUP):
            return None
        raise


def _pieces(descriptor: int, size: int, smallest_hole: int) -> Iterator[tuple[int, int]]:
    """(offset, length) of data, rounded to BLOCK; holes below `smallest_hole` count as data."""
    start = end = 0
    for data, hole in _runs(descriptor, size):
        if end and data - end < smallest_hole:
            end = hole
            continue
        if end:
            yield start, end - start
        start, end = data, hole
    if end:
        yield start, end - start


def _runs(descriptor: int, size: int) -> Iterator[tuple[int, int]]:
    """(begin, end) of each run of data as the kernel names them, widened to whole BLOCKs."""
    position = 0
    while position < size:
        try:
            data = os.lseek(descriptor, position, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # only a hole from here to the end
                return
            raise
        position = os.lseek(descriptor, data, os.SEEK_HOLE)
        if data < size:
            yield data - data % BLOCK, min(size, -(-position // BLOCK) * BLOCK)


def read(
    descriptor: int, size: int, pieces: Extents | None, sink: Sink, count: Callable[[int], None] | None = None
) -> Content:
    """Move `size` bytes (or those of `pieces`) into `sink`, exactly, and hash them. `count` hears of bytes read."""
    digest = hashlib.sha256()
    problem = failed = None
    for offset, length in [(0, size)] if pieces is None else pieces:
        blocks = _BlockHash(digest, offset)
        update = digest.update if pieces is None else blocks.update
        got, failure = _pull(descriptor, offset, length, sink, update)
        if count:
            count(got)
        if got < length:
            failed = failed or failure
            problem = problem or f'{failure or "it got shorter while it was read"}: zero bytes from {offset + got} on'
            _pad(length - got, sink, update)
        blocks.close()
    prefix = '' if pieces is None else SPARSE_PREFIX
    return Content(None if failed else prefix + digest.hexdigest(), problem)


def _pull(
    descriptor: int, offset: int, length: int, sink: Sink, update: Callable[[memoryview], None]
) -> tuple[int, str | None]:
    """(bytes that could be read, why reading failed)."""
    got = 0
    while got < length:
        view = sink.room(length - got)
        try:
            size = os.preadv(descriptor, [view], offset + got)
        except OSError as error:
            return got, f'reading failed ({why(error)})'
        if not size:
            return got, None
        update(view[:size])
        sink.fill(size)
        got += size
    return got, None


def _pad(size: int, sink: Sink, update: Callable[[memoryview], None]) -> None:
    while size:
        view = sink.room(min(size, BLOCK))
        view[:] = ZEROS[: len(view)]
        update(view)
        sink.fill(len(view))
        size -= len(view)


class _BlockHash:
    """Feeds a hash with the non-zero blocks of one piece, each after its offset: the same whatever the holes are.

    A restored file may have its holes elsewhere (other block size, zeros written out); its hash must not differ.
    """

    def __init__(self, digest: hashlib._Hash, offset: int):
        self.digest, self.offset, self.rest = digest, offset, b''

    def update(self, view: memoryview) -> None:
        data = self.rest + bytes(view) if self.rest else bytes(view)
        whole = len(data) - len(data) % BLOCK
        for start in range(0, whole, BLOCK):
            self._block(data[start : start + BLOCK])
        self.rest = data[whole:]

    def _block(self, block: bytes) -> None:
        if block != ZEROS[: len(block)]:
            self.digest.update(self.offset.to_bytes(8, 'big') + block)
        self.offset += len(block)

    def close(self) -> None:
        if self.rest:
            self._block(self.rest)
            self.rest = b''


def hash_of(descriptor: int, *, sparse: bool) -> str:
    """The hash of an open file as the file list has it; `sparse` as that list's entry begins with 'sparse:'.

    Raises OSError when it cannot be read to its end.
    """
    status = os.fstat(descriptor)
    pieces = extents(descriptor, status) if sparse else None
    if sparse and pieces is None:
        pieces = [(0, status.st_size)]
    content = read(descriptor, status.st_size, pieces, Scratch())
    if content.sha256 is None or content.problem:
        raise OSError(errno.EIO, content.problem)
    return content.sha256
