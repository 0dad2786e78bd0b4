# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers of the archive store: bytes -> (zstd) -> SHA-256 and count -> a sink on some place.

A sink has `write(block)`, `finish()` (returns when the bytes are durable) and `abort()`; places give them out.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
from collections.abc import Generator, Iterator
from typing import Any, Protocol

from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed, spawn

BLOCK = 1024 * 1024  # bytes; what a pipe of ours holds


class Sink(Protocol):
    """Where the stored bytes of one file go."""

    label: str

    def write(self, block: bytes) -> None:
        """Take all of `block`; RepositoryError when that cannot be."""

    def finish(self) -> None:
        """Return when everything is durable; RepositoryError otherwise."""

    def stop(self) -> None:
        """Kill the process that writes, where there is one, so that no `write` stays stuck in it. Any thread."""

    def abort(self) -> None:
        """Stop, then remove the file as far as that is possible. Never raises for what is dead already."""


class PlainWriter:
    """Stores bytes as they are, hashed and counted; what is finished stands in `ledger` under its file's name."""

    def __init__(self, sink: Sink, file: str, ledger: dict[str, dict]):
        self.sink, self.file, self.ledger = sink, file, ledger
        self.stored_bytes, self.digest = 0, hashlib.sha256()

    def write(self, block: bytes) -> None:
        """Hash and store `block`."""
        self.digest.update(block)
        self.stored_bytes += len(block)
        self.sink.write(block)

    def finish(self) -> dict[str, Any]:
        """{'file', 'stored_bytes', 'stored_sha256'} once the file is durable."""
        try:
            self.sink.finish()
        except BaseException:
            self.sink.abort()
            raise
        stored = {'file': self.file, 'stored_bytes': self.stored_bytes, 'stored_sha256': self.digest.hexdigest()}
        self.ledger[self.file] = stored
        return stored

    def stop(self) -> None:
        """Kill what writes."""
        self.sink.stop()

    def abort(self) -> None:
        """Throw the file away, even a finished one."""
        self.ledger.pop(self.file, None)
        self.sink.abort()


class ZstdWriter:
    """Compresses with a zstd process whose output passes through us, so that the hash is of what is stored.

    A thread moves zstd's output, because the caller is busy filling its input. Its failure (disk full, connection cut)
    kills zstd, which wakes the caller with a broken pipe; the caller then raises what the thread met.
    """

    def __init__(self, sink: Sink, file: str, ledger: dict[str, dict], level: int, threads: int):
        self.plain = PlainWriter(sink, file, ledger)
        self.failure: BaseException | None = None
        command = ['zstd', '-q', f'-{level}', f'-T{threads}', '-c']
        try:
            self.child = spawn(command, stdin=subprocess.PIPE)
        except FileNotFoundError as error:
            sink.abort()
            raise RepositoryError('zstd is not installed here; install the package "zstd"') from error
        self.mover = threading.Thread(target=self._move, daemon=True)
        self.mover.start()

    @property
    def stored_bytes(self) -> int:
        """Bytes handed to the place so far."""
        return self.plain.stored_bytes

    def _move(self) -> None:
        try:
            descriptor = self.child.stdout.fileno()
            while block := os.read(descriptor, BLOCK):
                self.plain.write(block)
        except BaseException as error:
            self.failure = error
            self.child.popen.kill()

    def write(self, block: bytes) -> None:
        """Compress and store `block`."""
        try:
            write_all(self.child.stdin.fileno(), block)
        except BrokenPipeError:
            raise self._explain() from None

    def _explain(self) -> BaseException:
        """Why the compressor no longer takes input. Only its end tells, so wait for it."""
        self.mover.join()
        if self.failure:
            return self.failure
        try:
            self.child.wait()
        except CommandFailed as failure:
            return RepositoryError(f'{self.plain.sink.label}: the compressor stopped half-way: {failure}')
        return RepositoryError(f'{self.plain.sink.label}: the compressor stopped before the end of its input')

    def finish(self) -> dict[str, Any]:
        """{'file', 'stored_bytes', 'stored_sha256'} once all of it is durable."""
        try:
            self.child.stdin.close()
            self.mover.join()
            if self.failure:
                raise self.failure
            try:
                self.child.wait()
            except CommandFailed as failure:
                raise RepositoryError(f'{self.plain.sink.label}: the compressor failed: {failure}') from failure
        except BaseException:
            self.abort()
            raise
        return self.plain.finish()

    def stop(self) -> None:
        """Kill zstd before its input ends, then what it wrote to."""
        self.child.popen.kill()
        self.plain.stop()  # wakes a mover that is stuck in a stalled connection
        self.mover.join()
        self.child.kill()

    def abort(self) -> None:
        """Throw the file away, even a finished one; nothing valid-looking remains."""
        self.stop()
        self.plain.abort()


def read_block(descriptor: int) -> bytes:
    """read(2) of up to a BLOCK; empty at the end."""
    return os.read(descriptor, BLOCK)


def write_all(descriptor: int, block: bytes) -> None:
    """write(2) until all of `block` is written; pipes take parts."""
    written = os.write(descriptor, block)
    if written == len(block):
        return
    view = memoryview(block)[written:]
    while view:
        view = view[os.write(descriptor, view) :]


def begun(blocks: Generator[bytes, None, None]) -> Generator[bytes, None, None]:
    """Run a generator up to its first block, which is empty.

    What it starts is started now, in the caller's thread (children are started from the main thread only), and its
    `finally` holds from now on, also when nobody ever takes a block.
    """
    next(blocks)
    return blocks


def decompress(blocks: Iterator[bytes], label: str) -> Iterator[bytes]:
    """The blocks of a zstd stream, decompressed; DamagedError naming `label` when it is damaged or ends early.

    Call from the main thread; iterate anywhere. What `blocks` raises comes out of here.
    """
    return begun(_decompress(blocks, label))


def _decompress(blocks: Iterator[bytes], label: str) -> Generator[bytes, None, None]:
    child = spawn(['zstd', '-q', '-d', '-c'], stdin=subprocess.PIPE)
    failures: list[BaseException] = []

    def feed() -> None:
        try:
            for block in blocks:
                write_all(child.stdin.fileno(), block)
        except BrokenPipeError:
            pass  # zstd ended: its exit code tells why, or the reader had enough
        except BaseException as error:
            failures.append(error)
            child.popen.kill()
        finally:
            child.stdin.close()
            getattr(blocks, 'close', lambda: None)()

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    try:
        yield b''
        while block := os.read(child.stdout.fileno(), BLOCK):
            yield block
        feeder.join()
        if failures:
            raise failures[0]
        try:
            child.wait()
        except CommandFailed as failure:
            raise DamagedError(f'{label} is damaged: {failure}') from failure
    finally:
        child.popen.kill()
        feeder.join()
        child.kill()


def lines_of(blocks: Iterator[bytes], sha256: str, label: str) -> Iterator[bytes]:
    """The lines (without newline) of a stream of blocks; at its end DamagedError unless its SHA-256 is `sha256`.

    So whoever uses the lines must treat what he made of them as void when this raises.
    """
    digest, rest = hashlib.sha256(), b''
    for block in blocks:
        digest.update(block)
        lines = (rest + block).split(b'\n')
        rest = lines.pop()
        yield from lines
    if rest:
        yield rest
    if digest.hexdigest() != sha256:
        raise DamagedError(f'{label} is not what was stored: its SHA-256 differs from the manifest')
