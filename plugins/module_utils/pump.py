# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dump on its way: client -> hash, count, look -> the store's writer. Nothing touches a disk on the way.

The one rule: the writer of a bad stream is *aborted*, never finished, and aborted before anything else happens. A
writer that merely sees its input end would keep half a dump that looks whole (restic before 0.17 does exactly that).
"""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from typing import Any, Callable, Protocol

from ansible_collections.rawat.website.plugins.module_utils.errors import DumpError
from ansible_collections.rawat.website.plugins.module_utils.process import Child, CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress

BLOCK = 1024 * 1024  # bytes per read; also the size of the pipe


class Writer(Protocol):
    """What a store gives for one stream."""

    def write(self, block: bytes) -> Any:
        """Take `block`."""

    def abort(self) -> None:
        """Throw away what was written."""


class Inspector(Protocol):
    """What an engine gives to look into its dump as it passes."""

    complete: bool

    def feed(self, block: bytes) -> None:
        """Look at the next `block`."""


@dataclass
class Stream:
    """A stream that went to its writer whole: its raw size and SHA-256, and the time it took."""

    bytes: int
    sha256: str
    milliseconds: int


def pump(
    child: Child,
    writer: Writer,
    inspector: Inspector,
    progress: Progress,
    verify: Callable[[], list[str]] | None = None,
) -> Stream:
    """Carry everything `child` prints to `writer`, which the caller may finish once this returns: the dump is whole.

    Whole means: exit code 0, `inspector` saw the end marker, and `verify()` (if given) returns no line of complaint.
    Raises DumpError with the client's own words otherwise; a failure of the writer or a deadline passes through as it
    is. Either way the writer is aborted first and the child is dead afterwards.
    """
    started = time.monotonic()
    try:
        size, digest = _carry(child, writer, inspector, progress)
        _check_end(child, inspector, size)
        _raise_if_any(verify() if verify else [])
    except BaseException:
        try:
            writer.abort()
        finally:
            child.kill()
        raise
    return Stream(size, digest, round((time.monotonic() - started) * 1000))


def put(data: bytes, writer: Writer) -> Stream:
    """Write `data` as a stream of its own; the writer is aborted on any failure, else the caller finishes it."""
    started = time.monotonic()
    try:
        writer.write(data)
    except BaseException:
        writer.abort()
        raise
    milliseconds = round((time.monotonic() - started) * 1000)
    return Stream(len(data), hashlib.sha256(data).hexdigest(), milliseconds)


def _carry(child: Child, writer: Writer, inspector: Inspector, progress: Progress) -> tuple[int, str]:
    size, digest, source = 0, hashlib.sha256(), child.stdout.fileno()
    while block := os.read(source, BLOCK):
        digest.update(block)
        inspector.feed(block)
        writer.write(block)
        size += len(block)
        progress.add(len(block))
    return size, digest.hexdigest()


def _check_end(child: Child, inspector: Inspector, size: int) -> None:
    try:
        child.wait()
    except CommandFailed as failure:
        raise DumpError(f'the dump failed after {size} bytes: {failure}') from failure
    if not inspector.complete:
        complaint = child.stderr.strip() or 'it printed no reason'
        raise DumpError(
            f'the dump ended after {size} bytes without its end marker, although {child.program} reported success: '
            f'{complaint}. Run the backup again; if it stays so, look into the server log'
        )


def _raise_if_any(differences: list[str]) -> None:
    if differences:
        raise DumpError('the dump is not complete: ' + '; '.join(differences))
