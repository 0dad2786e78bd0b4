# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives in a directory of this machine, which may be a mounted disk. place_ssh.py has the same functions."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError, TestReadError
from ansible_collections.rawat.website.plugins.module_utils.stores import common

BLOCK = 1024 * 1024
POLL = 0.2  # seconds between two tries for a lock


class LocalPlace:
    """The directory of one site below `location`. Names given to its functions are relative to that directory."""

    read_back = 'read back from the disk (page cache dropped first), SHA-256 compared'

    def __init__(self, location: str, site: str):
        self.location, self.root = Path(location), Path(location) / site
        self.site, self.label = site, location

    def check(self, create: bool) -> None:
        """The location is a repository (or is made one) and takes files. RepositoryError otherwise."""
        try:
            self._find_or_make(create)
            probe = self.root if self.root.is_dir() else self.location
            with _private_file(probe / f'.probe-{os.getpid()}') as descriptor:
                os.unlink(probe / f'.probe-{os.getpid()}')
                os.write(descriptor, b'rawat')
        except OSError as error:
            raise self.error('it cannot be written to', error) from error

    def _find_or_make(self, create: bool) -> None:
        marker = self.location / common.MARKER
        if marker.exists():
            return
        if not create:
            raise RepositoryError(common.missing(self.label, self.location.is_dir()))
        self.location.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.put(marker, common.marker_text())
        _sync_directory(self.location)

    def missing(self) -> bool:
        """Is there no repository at the location yet?"""
        return not (self.location / common.MARKER).exists()

    def free_bytes(self) -> int | None:
        """Bytes that our user may still write."""
        nearest = next((p for p in (self.root, self.location, *self.location.parents) if p.exists()), Path('/'))
        with contextlib.suppress(OSError):
            state = os.statvfs(nearest)
            return state.f_bavail * state.f_frsize
        return None

    def error(self, what: str, error: OSError | str) -> RepositoryError:
        """A RepositoryError that names the place, the cause, the room left and the remedy."""
        cause = error.strerror or str(error) if isinstance(error, OSError) else error
        return RepositoryError(common.explain(self.label, what, cause, self.free_bytes()))

    def names(self, folder: str = '') -> list[str]:
        """Names of everything in the site's directory (or a folder in it), sorted; empty where there is none."""
        try:
            return sorted(entry.name for entry in (self.root / folder).iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self.error('it cannot be listed', error) from error

    def manifests(self, points: list[str]) -> Iterator[tuple[str, bytes]]:
        """(point, text of its manifest) in the order given. RepositoryError when one cannot be read."""
        for point in points:
            try:
                yield point, (self.root / point / common.MANIFEST).read_bytes()
            except OSError as error:
                raise self.error(f'the manifest of {self.site}/{point} cannot be read', error) from error

    def text(self, file: str) -> bytes:
        """All of a small file. RepositoryError when it cannot be read."""
        return b''.join(self.read(file))

    def size(self, file: str) -> int | None:
        """Bytes of a file; None when it is gone."""
        try:
            return (self.root / file).stat().st_size
        except OSError:
            return None

    def read(self, file: str) -> Iterator[bytes]:
        """The blocks of a file. RepositoryError when it cannot be opened (at once) or read (then)."""
        try:
            descriptor = os.open(self.root / file, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise self.error(f'{self.site}/{file} cannot be read', error) from error
        return self._blocks(descriptor, file)

    def _blocks(self, descriptor: int, file: str) -> Iterator[bytes]:
        try:
            while block := os.read(descriptor, BLOCK):
                yield block
        except OSError as error:
            raise self.error(f'{self.site}/{file} cannot be read', error) from error
        finally:
            os.close(descriptor)

    def sums(self, files: list[str], progress: Callable[[int], None]) -> Iterator[tuple[str, int, str]]:
        """(file, bytes, SHA-256) of each file, read from the disk and not from memory. TestReadError if unreadable."""
        buffer = bytearray(BLOCK)
        for file in files:
            try:
                yield file, *hash_file(self.root / file, buffer, progress)
            except OSError as error:
                raise TestReadError(f'{self.label}: {self.site}/{file} does not read back: {error.strerror}') from error

    def make_directory(self, name: str) -> None:
        """Make a private directory in the site's directory (which is made too)."""
        try:
            self.root.mkdir(mode=0o700, exist_ok=True)
            (self.root / name).mkdir(mode=0o700)
        except OSError as error:
            raise self.error(f'{self.site}/{name} cannot be made', error) from error

    def remove(self, name: str) -> None:
        """Remove a directory and all in it; nothing happens when it is gone."""
        try:
            shutil.rmtree(self.root / name)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self.error(f'{self.site}/{name} cannot be removed', error) from error

    def retire(self, point: str) -> str:
        """Make a committed point invisible in one step, durably; returns the name by which it is to be removed."""
        retired = f'{common.REMOVED}{point}'
        try:
            (self.root / point).rename(self.root / retired)
            _sync_directory(self.root)
        except OSError as error:
            raise self.error(f'{self.site}/{point} cannot be removed', error) from error
        return retired

    def sink(self, file: str) -> LocalSink:
        """A new file to write to."""
        try:
            return LocalSink(self, file)
        except OSError as error:
            raise self.error(f'{self.site}/{file} cannot be made', error) from error

    def put(self, path: Path, text: bytes) -> None:
        """Write a small file durably."""
        with _private_file(path) as descriptor:
            view = memoryview(text)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)

    def add(self, folder: str, name: str, text: bytes) -> None:
        """Add a small file to a folder of the site's directory, whole or not at all; nothing is ever replaced."""
        path, writing = self.root / folder / name, self.root / folder / f'{common.WRITING}{name}'
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            if path.exists():
                raise FileExistsError(errno.EEXIST, 'a file of that name exists')
            self.put(writing, text)
            writing.rename(path)
            _sync_directory(path.parent)
        except OSError as error:
            raise self.error(f'{self.site}/{folder}/{name} cannot be written', error) from error

    def commit(self, partial: str, point: str, files: dict[str, bytes]) -> None:
        """Add the last small `files` to `partial`, make all of it durable, and rename it to `point`: the atomic act."""
        try:
            for name, text in files.items():
                self.put(self.root / partial / name, text)
            _sync_directory(self.root / partial)
            if (self.root / point).exists():  # rename(2) would silently replace an empty directory
                raise FileExistsError(errno.EEXIST, 'a recovery point of that name exists')
            (self.root / partial).rename(self.root / point)
            _sync_directory(self.root)
            _sync_directory(self.location)
        except OSError as error:
            raise self.error(f'{self.site}/{point} cannot be committed', error) from error

    @contextlib.contextmanager
    def lock(self, owner: str, wait: int) -> Iterator[None]:
        """flock(2) on `.lock` in the site's directory: it goes with its process, whatever that one dies of."""
        try:
            self.root.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(self.root / '.lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self.error(f'{self.site} cannot be locked', error) from error
        try:
            acquire(descriptor, owner, wait, f'{self.label}: site {self.site}')
            yield
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)


def acquire(descriptor: int, owner: str, wait: int, what: str) -> bool:
    """Take the flock of an open file within `wait` seconds and write the owner into it, else RepositoryBusy.

    Returns whether it had to wait for somebody.
    """
    until, waited = time.monotonic() + wait, False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= until:
                raise common.busy(what, os.pread(descriptor, 4096, 0), wait) from None
        waited = True
        time.sleep(POLL)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, common.owner_text(owner), 0)
    return waited


class LocalSink:
    """One new file, private from its first moment."""

    def __init__(self, place: LocalPlace, file: str):
        self.place, self.path, self.label = place, place.root / file, f'{place.label}: {place.site}/{file}'
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self.descriptor = os.open(self.path, flags, 0o600)

    def write(self, block: bytes) -> None:
        """write(2) all of it."""
        try:
            written = os.write(self.descriptor, block)
            while written < len(block):
                written += os.write(self.descriptor, memoryview(block)[written:])
        except OSError as error:
            raise self.place.error(f'{self.place.site}/{self.path.name} cannot be written', error) from error

    def finish(self) -> None:
        """fsync: some file systems only now find out that there is no room."""
        try:
            os.fsync(self.descriptor)
        except OSError as error:
            raise self.place.error(f'{self.place.site}/{self.path.name} cannot be written', error) from error
        self._close()

    def stop(self) -> None:
        """No process writes here."""

    def abort(self) -> None:
        """Remove the file."""
        self._close()
        with contextlib.suppress(OSError):
            self.path.unlink()

    def _close(self) -> None:
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


@contextlib.contextmanager
def _private_file(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hash_file(path: Path, buffer: bytearray, progress: Callable[[int], None]) -> tuple[int, str]:
    """(bytes, SHA-256) of a file, read from the disk and not from memory; `buffer` is reused between files."""
    digest, total, view = hashlib.sha256(), 0, memoryview(buffer)
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)  # only clean pages can be dropped
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        while size := os.readv(descriptor, [view]):
            digest.update(view[:size])
            total += size
            progress(size)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)  # the site's own pages are worth more
    finally:
        os.close(descriptor)
    return total, digest.hexdigest()
