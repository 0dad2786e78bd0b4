# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restoring a webroot from the archive store: stored bytes -> SHA-256 -> (age) -> zstd -> tar, each byte once.

The order is RESTORE.md's: the full, what was deleted since, what is new since, owners and modes of the rest. Nobody
else may be able to write into the destination meanwhile: keep it in a private directory.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import stat
import subprocess
import time
from collections.abc import Iterator
from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils import restore_guide
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import Child, CommandFailed, secret_file, spawn
from ansible_collections.rawat.website.plugins.module_utils.stores import age, archive_read
from ansible_collections.rawat.website.plugins.module_utils.stores.archive_read import StoredFile
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import (
    DECOMPRESS,
    decompress,
    feed_all,
    spawn_chain,
    wait_all,
    written,
)
from ansible_collections.rawat.website.plugins.module_utils.webroot import metadata
from ansible_collections.rawat.website.plugins.module_utils.webroot.choice import Choice, TarFilter, choose
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable

Count = Callable[[int], None]


def restore_webroot(
    repository: Any, manifest: dict, part: dict, destination: str, paths: list[str] | None, progress: Any
) -> dict[str, Any]:
    """See stores.Repository."""
    started = time.monotonic()
    repository.require_readable(manifest)
    require_empty(destination)
    stored = archive_read.stored_file(repository, manifest, part)
    base = _base(repository, part)
    for file in (base, stored):
        if file:
            file.look()  # what is gone is told before anything is written
    choice = choose(repository.read_file_list(manifest, part), paths) if paths is not None else None
    count: Count = progress.add if progress else lambda _size: None
    remarks = _restore(repository, manifest, part, (base, stored), _Place(destination, choice, count))
    facts = {'files': part['files'], 'bytes': part['bytes']}
    if choice:
        choice.tidy(destination)
        facts = {'files': choice.files, 'bytes': choice.bytes}
    return {**facts, 'milliseconds': int((time.monotonic() - started) * 1000), 'remarks': remarks}


def require_empty(destination: str) -> None:
    """RepositoryError unless `destination` is an empty directory: a restore never writes over anything."""
    try:
        found = os.listdir(destination)
    except OSError as error:
        raise RepositoryError(f'{destination} is no directory to restore into: {error.strerror}') from error
    if found:
        raise RepositoryError(f'{destination} is not empty: a webroot is restored into an empty directory only')


def _base(repository: Any, part: dict) -> StoredFile | None:
    base = part.get('base')
    return base and StoredFile(
        repository.place, base['point'], base['file'], base['stored_sha256'], keys=repository.keys
    )


def _restore(repository: Any, manifest: dict, part: dict, files: tuple, place: _Place) -> list[str]:
    base, stored = files
    if not base:
        return place.extract(stored)
    remarks = place.extract(base)
    if part.get('removed_file'):
        place.remove(archive_read.listed_file(repository, manifest['id'], part['removed_file']))
    stored.verify(lambda _size: None)  # it is extracted over links that lead out: not before it is proved ours
    remarks += place.extract(stored)
    if part.get('metadata_file'):
        place.apply_metadata(archive_read.listed_file(repository, manifest['id'], part['metadata_file']))
    return remarks


class _Place:
    """The destination. `choice`: only these paths."""

    def __init__(self, destination: str, choice: Choice | None, count: Count):
        self.destination, self.choice, self.count = destination, choice, count
        self.as_root = os.geteuid() == 0

    def extract(self, stored: StoredFile) -> list[str]:
        """Extract a tar; what tar had to say. DamagedError when it is not what was stored."""
        blocks = stored.blocks(self.count)
        if self.choice:
            return self._extract_chosen(stored, blocks, self.choice)
        children = spawn_chain([*stored.opening(), DECOMPRESS, self._tar()])
        try:
            feed_all(blocks, children[0])
            with contextlib.suppress(BrokenPipeError):
                children[0].stdin.close()
            return self._end(stored, children)
        finally:
            for child in children:
                child.kill()

    def _extract_chosen(self, stored: StoredFile, blocks: Iterator[bytes], choice: Choice) -> list[str]:
        tar = spawn(self._tar(), stdin=subprocess.PIPE)
        try:
            sieve, open_end = TarFilter(choice), True
            for block in decompress(blocks, stored.label, stored.opening()):  # to its end: the hash decides why
                for piece in sieve.feed(block):
                    if open_end:
                        open_end = written(tar, piece)
            if sieve.broken:
                raise RepositoryError(f'{stored.label} is intact, but it is no tar of ours: {sieve.broken}')
            if open_end:
                written(tar, sieve.end())
            with contextlib.suppress(BrokenPipeError):
                tar.stdin.close()
            return self._end(stored, [tar])
        finally:
            tar.kill()

    def _tar(self) -> list[str]:
        """RESTORE.md's options; times before 1970 or ahead of this clock are no reason to complain."""
        command = shlex.split(restore_guide.TAR)
        if not self.as_root:  # capabilities are root's to give
            command = [word.replace('--xattrs-include=*', '--xattrs-include=user.*') for word in command]
        return [*command, '--warning=no-timestamp', '-C', self.destination, '-xpf', '-']

    def _end(self, stored: StoredFile, children: list[Child]) -> list[str]:
        """The stored bytes are right by now, so a child that fails met something here."""
        failures = wait_all(children)
        if failures:
            reason = age.verdict(stored.label, failures)
            if isinstance(reason, age.IdentityError):
                raise reason
            state = os.statvfs(self.destination)
            room = f'({state.f_bavail * state.f_frsize} bytes and {state.f_favail} files free there)'
            # The last one knows why; those before it only saw a broken pipe.
            raise RepositoryError(
                f'{stored.label} is intact, but cannot be extracted into {self.destination} {room}: {failures[-1]}'
            ) from failures[-1]
        return [line for child in children for line in child.stderr.splitlines() if line.strip()]

    def remove(self, stored: StoredFile) -> None:
        """Delete what a difference's list names (NUL-separated './path')."""
        paths = [path for path in stored.text().split(b'\0') if path]
        if self.choice:
            paths = [path for path in paths if self._exists(path)]
        self._require_inside(stored, paths, root_too=False)
        self._run(['xargs', '-0', '-r', 'rm', '-rf', '--'], b'\0'.join(paths), stored)

    def apply_metadata(self, stored: StoredFile) -> None:
        """Owners, modes and ACLs (getfacl's format, see webroot/metadata.py)."""
        stanzas = list(metadata.stanzas(stored.text()))
        if self.choice:
            stanzas = [(path, text) for path, text in stanzas if self.choice.holds(path)]
        self._require_inside(stored, [path for path, _text in stanzas])
        text = b''.join(text if self.as_root else metadata.without_owners(text) for _path, text in stanzas)
        self._run(['setfacl', '--restore=-'], text, stored)

    def _exists(self, path: bytes) -> bool:
        return os.path.lexists(os.path.join(os.fsencode(self.destination), path))

    def _require_inside(self, stored: StoredFile, paths: list[bytes], root_too: bool = True) -> None:
        """Every path is './…' below the destination, and no link stands on the way to it."""
        root = os.open(self.destination, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        known: set[bytes] = set()
        try:
            for path in paths:
                names = path.split(b'/')
                inside = names[0] == b'.' and not any(name in (b'', b'.', b'..') for name in names[1:] or [b''])
                if not inside and not (root_too and path == b'.'):
                    raise stored.damaged(f'names {printable(path)}, which is no path inside a webroot')
                _require_no_link(stored, root, names[:-1], known)
        finally:
            os.close(root)

    def _run(self, command: list[str], text: bytes, stored: StoredFile) -> None:
        if not text:
            return
        with secret_file(text) as source:
            child = spawn(command, stdin=source.fileno(), directory=self.destination)
            try:
                child.wait()
            except CommandFailed as failure:
                raise RepositoryError(
                    f'{stored.label} is intact, but cannot be applied in {self.destination}: {failure}'
                ) from failure
            finally:
                child.kill()


def _require_no_link(stored: StoredFile, root: int, names: list[bytes], known: set[bytes]) -> None:
    for end in range(2, len(names) + 1):
        folder = b'/'.join(names[:end])
        if folder in known:
            continue
        known.add(folder)
        with contextlib.suppress(FileNotFoundError):
            if stat.S_ISLNK(os.stat(folder, dir_fd=root, follow_symlinks=False).st_mode):
                raise stored.damaged(f'leads through the link {printable(folder)}')
