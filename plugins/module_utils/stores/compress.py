# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers of the archive store: bytes -> (zstd) -> (age) -> SHA-256 and count -> a sink on some place; and back.

A sink has `write(block)`, `finish()` (returns when the bytes are durable) and `abort()`; places give them out.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import threading
from collections.abc import Generator, Iterator
from typing import Any, Protocol

from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import (
    F_SETPIPE_SZ,
    PIPE_SIZE,
    Child,
    CommandFailed,
    spawn,
)
from ansible_collections.rawat.website.plugins.module_utils.stores import age

BLOCK = 1024 * 1024  # bytes; what a pipe of ours holds
DECOMPRESS = ['zstd', '-q', '-d', '-c']


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


class PipedWriter:
    """Writes through processes (zstd, age) whose output passes through us, so that the hash is of what is stored.

    A thread moves the last one's output, because the caller is busy filling the first one's input. Its failure (disk
    full, connection cut) kills them, which wakes the caller with a broken pipe; the caller then raises what the thread
    met. They are killed from the last to the first: none may see the end of an input that was cut off.
    """

    def __init__(self, sink: Sink, file: str, ledger: dict[str, dict], commands: list[list[str]]):
        self.plain = PlainWriter(sink, file, ledger)
        self.failure: BaseException | None = None
        try:
            self.children = spawn_chain(commands)
        except BaseException:
            sink.abort()
            raise
        self.mover = threading.Thread(target=self._move, daemon=True)
        self.mover.start()

    @property
    def stored_bytes(self) -> int:
        """Bytes handed to the place so far."""
        return self.plain.stored_bytes

    def _move(self) -> None:
        try:
            descriptor = self.children[-1].stdout.fileno()
            while block := os.read(descriptor, BLOCK):
                self.plain.write(block)
        except BaseException as error:
            self.failure = error
            self._signal()

    def _signal(self) -> None:
        for child in reversed(self.children):
            child.popen.kill()

    def write(self, block: bytes) -> None:
        """Compress, encrypt and store `block`."""
        try:
            write_all(self.children[0].stdin.fileno(), block)
        except BrokenPipeError:
            raise self._explain() from None

    def _explain(self) -> BaseException:
        """Why the processes no longer take input. Only their end tells, so wait for it."""
        self.mover.join()
        label = self.plain.sink.label
        if self.failure:
            return self.failure
        failures = wait_all(self.children)
        if failures:
            return RepositoryError(f'{label}: {failures[-1].program} stopped half-way: {failures[-1]}')
        return RepositoryError(f'{label}: {self.children[0].program} stopped before the end of its input')

    def finish(self) -> dict[str, Any]:
        """{'file', 'stored_bytes', 'stored_sha256'} once all of it is durable."""
        try:
            self.children[0].stdin.close()
            self.mover.join()
            if self.failure:
                raise self.failure
            failures = wait_all(self.children)
            if failures:
                raise RepositoryError(f'{self.plain.sink.label}: {failures[-1].program} failed: {failures[-1]}')
        except BaseException:
            self.abort()
            raise
        return self.plain.finish()

    def stop(self) -> None:
        """Kill the processes before their input ends, then what they wrote to."""
        self._signal()
        self.plain.stop()  # wakes a mover that is stuck in a stalled connection
        self.mover.join()
        for child in self.children:
            child.kill()

    def abort(self) -> None:
        """Throw the file away, even a finished one; nothing valid-looking remains."""
        self.stop()
        self.plain.abort()


def compressing(level: int, threads: int) -> list[str]:
    """The command that compresses a stream."""
    return ['zstd', '-q', f'-{level}', f'-T{threads}', '-c']


def spawn_chain(commands: list[list[str]]) -> list[Child]:
    """Processes, each reading what the one before it writes. The first has a `stdin` for us, the last a `stdout`.

    RepositoryError naming a program that is not installed.
    """
    children: list[Child] = []
    source = subprocess.PIPE
    try:
        for number, command in enumerate(commands, 1):
            source = _link(children, command, source, last=number == len(commands))
        return children
    except BaseException as error:
        if source != subprocess.PIPE:
            os.close(source)
        for child in reversed(children):
            child.kill()
        if isinstance(error, FileNotFoundError):
            program = command[0]
            raise RepositoryError(f'{program} is not installed here; install the package "{program}"') from error
        raise


def _link(children: list[Child], command: list[str], source: int, *, last: bool) -> int:
    """Start `command` on `source`; returns where the next one reads. Whatever happens, only that one stays open."""
    inlet, outlet = (subprocess.PIPE, subprocess.PIPE) if last else os.pipe()
    if not last:
        with contextlib.suppress(OSError):  # an unprivileged user may be over his share of pipe memory
            fcntl.fcntl(outlet, F_SETPIPE_SZ, PIPE_SIZE)
    try:
        children.append(spawn(command, stdin=source, stdout=outlet))
    except BaseException:
        if not last:
            os.close(inlet)
        raise
    finally:
        if not last:
            os.close(outlet)
    if source != subprocess.PIPE:
        os.close(source)
    return inlet


def wait_all(children: list[Child]) -> list[CommandFailed]:
    """Wait for their ends; the failures, in the order of the processes."""
    failures = []
    for child in children:
        try:
            child.wait()
        except CommandFailed as failure:
            failures.append(failure)
    return failures


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


def decompress(blocks: Iterator[bytes], label: str, opening: list[list[str]] | None = None) -> Iterator[bytes]:
    """The blocks of a zstd stream, decompressed; DamagedError naming `label` when it is damaged or ends early.

    `opening` (age.Keys.opening) goes before. See :func:`through`.
    """
    return through([*(opening or []), DECOMPRESS], blocks, label)


def through(commands: list[list[str]], blocks: Iterator[bytes], label: str) -> Iterator[bytes]:
    """What comes out of `commands` when `blocks` go in; they are taken to their end also when a program has failed.

    Because what `blocks` raises, a hash that differs, says more than a program that could not make anything of them.
    DamagedError or IdentityError naming `label` when a program failed on blocks that are right.
    Call from the main thread; iterate anywhere.
    """
    return begun(_through(commands, blocks, label))


def _through(commands: list[list[str]], blocks: Iterator[bytes], label: str) -> Generator[bytes, None, None]:
    children = spawn_chain(commands)
    failures: list[BaseException] = []
    unwanted = threading.Event()

    def feed() -> None:
        try:
            feed_all(blocks, children[0], unwanted)
        except BaseException as error:
            failures.append(error)
            for child in reversed(children):
                child.popen.kill()
        finally:
            with contextlib.suppress(OSError):  # a dead reader makes closing a buffered pipe fail
                children[0].stdin.close()
            getattr(blocks, 'close', lambda: None)()

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    try:
        yield b''
        while block := os.read(children[-1].stdout.fileno(), BLOCK):
            yield block
        feeder.join()
        if failures:
            raise failures[0]
        failed = wait_all(children)
        if failed:
            raise age.verdict(label, failed)
    finally:
        unwanted.set()
        for child in reversed(children):
            child.popen.kill()
        feeder.join()
        for child in children:
            child.kill()


def feed_all(blocks: Iterator[bytes], child: Child, unwanted: threading.Event | None = None) -> None:
    """All blocks into `child`; when it has ended they are still taken (and hashed), until nobody wants them."""
    open_end = True
    for block in blocks:
        if open_end:
            open_end = written(child, block)
        if unwanted and unwanted.is_set():
            return


def written(child: Child, block: Any) -> bool:
    """Whether `child` took the block."""
    try:
        write_all(child.stdin.fileno(), block)
    except BrokenPipeError:
        return False
    return True


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
