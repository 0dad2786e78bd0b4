# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Out of the target's hands into the vault's: how a committed point leaves an inbox so that nobody can change it.

A directory is moved where it can be (same file system, as root) and copied elsewhere. Either way its files then belong
to the vault, in a directory that only the vault enters, and nobody has them open for writing: a read lease (fcntl(2),
F_SETLEASE) is granted only then. A file without such a proof is copied into one that nobody else ever saw. What is
verified afterwards is what stays. The area belongs to the target, so nothing in it is reached but by descriptor.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.inbox.area import (
    FOLDER,
    NEW_FILE,
    READ_FILE,
    exists,
    opened,
)
from ansible_collections.rawat.website.plugins.module_utils.inbox.wire import BLOCK, FILE
from ansible_collections.rawat.website.plugins.module_utils.stores.common import SUMS
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import write_all

STAGED, COPYING, REFUSED, QUARANTINE = '.intake-', '.copying-', '.refused-', '.quarantine'
FILES_LIMIT = 100_000  # files of a point; the receiver takes far less


class Unfit(Exception):
    """What lies in the inbox is not what it says it is; the text says why. It is put aside."""


class Vault:
    """The vault's directory of one site: whatever is made in it belongs to the owner of the location."""

    def __init__(self, location: Path, site: str):
        state = location.stat()
        self.location, self.root, self.site = location, location / site, site
        self.uid, self.gid = state.st_uid, state.st_gid
        if os.geteuid() not in (0, self.uid):
            raise RepositoryError(
                f'repository {location} belongs to the user with number {self.uid}: take points in as that user or root'
            )
        self.make(self.root)

    def make(self, path: Path) -> Path:
        """A private directory; it may be there."""
        path.mkdir(mode=0o700, exist_ok=True)
        self.own(path)
        return path

    def own(self, path: Path) -> None:
        """Give a path that root has made to the vault."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def write(self, parent: int, name: str, text: bytes, mode: int = 0o600) -> None:
        """A small file, whole or not at all, in place of an older one."""
        new = f'.new-{name}'
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new, dir_fd=parent)
        with opened(new, NEW_FILE, parent, 0o600) as descriptor:
            write_all(descriptor, text)
            self._give(descriptor, mode)
            os.fsync(descriptor)
        os.rename(new, name, src_dir_fd=parent, dst_dir_fd=parent)
        os.fsync(parent)

    def _give(self, descriptor: int, mode: int) -> None:
        if os.geteuid() == 0:
            os.fchown(descriptor, self.uid, self.gid)
        os.fchmod(descriptor, mode)

    # ------------------------------------------------------------ taking
    def fetch(self, site: int, point: str) -> Path:
        """The point in our own hands, as .intake-<point>: moved, or copied where that is not possible."""
        staged = self.root / f'{STAGED}{point}'
        if not staged.is_symlink() and not staged.exists():
            if os.geteuid() != 0 or not self._move(site, point, staged):
                self._copy(site, point, staged)
            sync(self.root)
        self._adopt(staged)
        return staged

    def _move(self, site: int, point: str, staged: Path) -> bool:
        try:
            os.rename(point, staged, src_dir_fd=site)
        except OSError as error:
            if error.errno == errno.EXDEV:
                return False
            raise
        return True

    def _copy(self, site: int, point: str, staged: Path) -> None:
        copying = self.root / f'{COPYING}{point}'
        shutil.rmtree(copying, ignore_errors=True)  # of an intake that was killed
        self.make(copying)
        with _directory(point, site) as source, opened(str(copying), FOLDER) as target:
            for name in _file_names(source):
                self._copy_file(name, source, name, target)
            os.fsync(target)
        copying.rename(staged)

    def _copy_file(self, name: str, source: int, new: str, target: int) -> None:
        with opened_file(name, source) as reading, opened(new, NEW_FILE, target, 0o600) as writing:
            while block := os.read(reading, BLOCK):
                write_all(writing, block)
            self._give(writing, 0o600)
            os.fsync(writing)

    def _adopt(self, staged: Path) -> None:
        """From here on only the vault can change what is in there. Safe to be done again."""
        with _directory(str(staged), None) as folder:
            self._give(folder, 0o700)  # nobody who kept it open comes in any more
            for name in [name for name in os.listdir(folder) if name.startswith(COPYING)]:
                os.unlink(name, dir_fd=folder)  # of an intake that was killed
            for name in _file_names(folder):
                with opened_file(name, folder) as descriptor:
                    self._give(descriptor, 0o600)
                    alone = nobody_writes(descriptor)
                if not alone:
                    self._copy_file(name, folder, f'{COPYING}{name}', folder)
                    os.rename(f'{COPYING}{name}', name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)

    # ------------------------------------------------------------ ends
    def accept(self, point: str) -> None:
        """The atomic act: from now on it is a point of the vault."""
        (self.root / f'{STAGED}{point}').rename(self.root / point)
        sync(self.root)

    def drop_source(self, site: int, point: str) -> bool:
        """Remove what was copied and accepted from the inbox. False when something else lies under its name."""
        if not exists(point, site):
            return True
        try:
            with _directory(point, site) as source:
                with opened_file(SUMS, source) as descriptor, open(descriptor, 'rb', closefd=False) as handle:
                    if handle.read() != (self.root / point / SUMS).read_bytes():
                        return False
                for name in _file_names(source):
                    os.unlink(name, dir_fd=source)
            os.rmdir(point, dir_fd=site)
        except (Unfit, OSError):
            return False
        return True

    def put_aside(self, site: int, point: str, reason: str) -> None:
        """Never deleted, never counted: below .quarantine of the location, or .refused-… where it lies."""
        aside = self.make(self.make(self.location / QUARANTINE) / self.site)
        with opened(str(aside), FOLDER) as quarantine, opened(str(self.root), FOLDER) as root:
            for parent, name in ((root, f'{STAGED}{point}'), (site, point)):
                if exists(name, parent):
                    self._put_aside(parent, name, quarantine, point)
            self.write(quarantine, f'{point}.reason', f'{reason}\n'.encode())
        sync(self.root)

    @staticmethod
    def _put_aside(parent: int, name: str, quarantine: int, point: str) -> None:
        try:
            os.rename(name, _free_name(point, quarantine), src_dir_fd=parent, dst_dir_fd=quarantine)
        except OSError:  # another file system, or not root
            os.rename(name, _free_name(f'{REFUSED}{point}', parent), src_dir_fd=parent, dst_dir_fd=parent)


def nobody_writes(descriptor: int) -> bool:
    """Whether no process has this file open (or mapped) for writing; False also where that cannot be learnt."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _directory(name: str, parent: int | None) -> Iterator[int]:
    try:
        with opened(name, FOLDER, parent) as descriptor:
            yield descriptor
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise Unfit('it is no directory') from error
        raise


@contextlib.contextmanager
def opened_file(name: str, parent: int) -> Iterator[int]:
    """A regular file that has this one name only, open for reading. Unfit otherwise."""
    try:
        with opened(name, READ_FILE, parent) as descriptor:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode) or state.st_nlink != 1:
                raise Unfit(f'{name} is no regular file with one name')
            yield descriptor
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a link, a socket
            raise Unfit(f'{name} is no regular file') from error
        raise


def _file_names(folder: int) -> list[str]:
    names = sorted(os.listdir(folder))
    odd = [name for name in names if not FILE.fullmatch(name)]
    if odd or len(names) > FILES_LIMIT:
        raise Unfit(f'it holds {odd[0]!r}, which is no name of ours' if odd else f'it holds {len(names)} files')
    for name in names:
        state = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISREG(state.st_mode) or state.st_nlink != 1:
            raise Unfit(f'{name} is no regular file with one name')
    return names


def _free_name(name: str, parent: int) -> str:
    number = 0
    while exists(f'{name}~{number}' if number else name, parent):
        number += 1
    return f'{name}~{number}' if number else name


def sync(path: Path) -> None:
    """fsync(2) of a directory."""
    with opened(str(path), FOLDER) as descriptor:
        os.fsync(descriptor)
