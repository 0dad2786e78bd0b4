# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading back what restic wrote in this run. restic names packs, indexes and snapshots by the SHA-256 of their content
(restic design, "Repository Format"), so a file that hashes to its name is what restic meant to write.

Three ways to a repository: a local path; a backup server with a shell (it hashes, nothing travels back); a server that
allows SFTP only (every new file is fetched into anonymous memory).
"""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils.errors import TestReadError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed, path_of, secret_file, spawn
from ansible_collections.rawat.website.plugins.module_utils.stores.place_local import hash_file
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_cli import Restic
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import Connector, RemoteFailed, Session, reason

BLOCK = 1024 * 1024
KINDS = ('data', 'index', 'snapshots')
Progress = Callable[[int], None]


class NewFiles:
    """What appears in a repository after this object was made. `way` is one of the classes below."""

    def __init__(self, way: Any, label: str):
        self.way, self.label, self.method = way, label, way.method
        self.known = _packed(way.names())

    def verify(self, progress: Progress, snapshots: list[str], added: int) -> int:
        """Read back all that is new since the last call; returns the bytes. TestReadError names a bad file.

        `snapshots` (ids or their beginnings) and, where `added` bytes are new, packs must be among the new files: a
        listing that shows too little must not pass for a test.
        """
        names = [name for name in self.way.names() if not _contains(self.known, name)]
        self._require(names, snapshots, added)
        total = 0
        for name, size, sha256 in self.way.sums(names, progress):
            if sha256 != name.rpartition('/')[2]:
                raise TestReadError(
                    f'repository {self.label}: {name} reads back differently from what was written (SHA-256 {sha256}): '
                    'suspect the disk, its cable or the memory, and do not trust this medium'
                )
            total += size
        self.known = _packed(self.way.names())
        return total

    def _require(self, names: list[str], snapshots: list[str], added: int) -> None:
        shown = [name for identifier in snapshots for name in names if name.startswith(f'snapshots/{identifier}')]
        if len(shown) != len(snapshots) or (added and not any(name.startswith('data/') for name in names)):
            raise TestReadError(
                f'repository {self.label}: what restic wrote in this run cannot be found there to be read back '
                f'({len(shown)} of {len(snapshots)} snapshots are seen); is another repository mounted over it?'
            )


def _packed(names: list[str]) -> dict[str, bytes]:
    """Names by their folder, 32 bytes each: a repository of 10 TB has some 600,000 packs."""
    folders: dict[str, list[bytes]] = {}
    for name in names:
        folder, _slash, hexadecimal = name.rpartition('/')
        folders.setdefault(folder, []).append(bytes.fromhex(hexadecimal))
    return {folder: b''.join(sorted(digests)) for folder, digests in folders.items()}


def _contains(known: dict[str, bytes], name: str) -> bool:
    folder, _slash, hexadecimal = name.rpartition('/')
    digests, wanted = known.get(folder, b''), bytes.fromhex(hexadecimal)
    low, high = 0, len(digests) // 32
    while low < high:
        middle = (low + high) // 2
        if digests[middle * 32 : middle * 32 + 32] < wanted:
            low = middle + 1
        else:
            high = middle
    return digests[low * 32 : low * 32 + 32] == wanted


def _is_named(path: str) -> bool:
    """Is it a file that restic names by its hash (and not a temporary one)?"""
    name = path.rpartition('/')[2]
    return len(name) == 64 and all(letter in '0123456789abcdef' for letter in name)


class LocalWay:
    """A repository on a path of this machine."""

    method = 'every new pack, index and snapshot file read from the disk (page cache dropped), SHA-256 against its name'

    def __init__(self, root: str):
        self.root = Path(root)

    def names(self) -> list[str]:
        """All files named by their hash."""
        found = []
        for kind in KINDS:
            for folder, _folders, files in os.walk(self.root / kind):
                relative = os.path.relpath(folder, self.root)
                found += [f'{relative}/{file}' for file in files if _is_named(file)]
        return found

    def sums(self, names: list[str], progress: Progress) -> Iterator[tuple[str, int, str]]:
        """(name, bytes, SHA-256) of each."""
        buffer = bytearray(BLOCK)
        for name in names:
            try:
                yield (name, *hash_file(self.root / name, buffer, progress))
            except OSError as error:
                raise TestReadError(f'repository {self.root}: {name} does not read back: {error.strerror}') from error


class ShellWay:
    """A repository on a server that gives us a shell: it hashes where the files are."""

    method = 'sha256sum on the backup server of every new pack, index and snapshot file, compared with its name'

    def __init__(self, session: Session, root: str):
        self.session, self.root = session, root

    def names(self) -> list[str]:
        """All files named by their hash."""
        globs = ' '.join(('data/*/*', 'index/*', 'snapshots/*'))
        output = self._run(f'cd -- {shlex.quote(self.root)} && printf "%s\\n" {globs}')
        return [name for name in output.decode('utf-8', 'replace').split('\n') if _is_named(name)]

    def sums(self, names: list[str], progress: Progress) -> Iterator[tuple[str, int, str]]:
        """(name, bytes, SHA-256) of each."""
        for name in names:
            path = shlex.quote(f'{self.root}/{name}')
            forget = f'dd if={path} iflag=nocache count=0 2>/dev/null'
            size, sha256 = self._run(f'sync -- {path} && {{ {forget}; wc -c <{path} && sha256sum <{path}; }}').split()[
                :2
            ]
            progress(int(size))
            yield name, int(size), sha256.decode()

    def _run(self, command: str) -> bytes:
        try:
            return self.session.run(command)
        except (RemoteFailed, ConnectionError) as failure:
            raise TestReadError(
                f'repository {self.root} on the backup server does not read back: {failure}'
            ) from failure


class SftpWay:
    """A repository on a server that allows SFTP only. sftp(1) in batch mode fetches into anonymous memory."""

    method = 'every new pack, index and snapshot file fetched back over SFTP, SHA-256 compared with its name'

    def __init__(self, connector: Connector, root: str):
        self.connector, self.root = connector, root

    def names(self) -> list[str]:
        """All files named by their hash."""
        listing = b''.join(
            b'-ls -1 %s\n' % _quoted(f'{self.root}/', glob) for glob in ('data/*/*', 'index/*', 'snapshots/*')
        )
        prefix = f'{self.root}/'
        paths = (line.strip() for line in self._batch(listing).decode('utf-8', 'replace').split('\n'))
        return [path[len(prefix) :] for path in paths if path.startswith(prefix) and _is_named(path)]

    def sums(self, names: list[str], progress: Progress) -> Iterator[tuple[str, int, str]]:
        """(name, bytes, SHA-256) of each."""
        for name in names:
            with secret_file(b'') as memory:
                self._batch(b'get %s %s\n' % (_quoted(f'{self.root}/{name}', ''), path_of(memory).encode()))
                digest, size = hashlib.sha256(), 0
                memory.seek(0)
                while block := memory.read(BLOCK):
                    digest.update(block)
                    size += len(block)
            progress(size)
            yield name, size, digest.hexdigest()

    def _batch(self, commands: bytes) -> bytes:
        options = [word for word in self.connector.options() if word != '-T']
        host = self.connector.address.host
        with secret_file(commands) as batch:
            child = spawn(['sftp', '-q', *options, '-b', path_of(batch), '--', f'[{host}]' if ':' in host else host])
            try:
                output = child.stdout.read()
                child.wait()
            except CommandFailed as failure:
                raise TestReadError(
                    f'repository {self.root} does not read back over SFTP: {reason(child)}'
                ) from failure
            finally:
                child.kill()
        return output


def _quoted(path: str, glob: str) -> bytes:
    """A path for sftp's own parser: quoted, its wildcards escaped, `glob` behind it bare."""
    escaped = ''.join(f'\\{letter}' if letter in '\\"*?[]' else letter for letter in path)
    return f'"{escaped}"{glob}'.encode('utf-8', 'surrogateescape')


def new_files(restic: Restic) -> NewFiles | None:
    """A NewFiles for this repository; None for a backend that cannot be listed but through restic."""
    if restic.connector and restic.address:
        session, root = restic.session(), restic.address.path
        # The shell where there is one and it sees what sftp sees: it saves sending everything back.
        if session and _sees(session, root):
            return NewFiles(ShellWay(session, root), restic.location)
        return NewFiles(SftpWay(restic.connector, root), restic.location)
    if restic.location.startswith('/'):
        return NewFiles(LocalWay(restic.location), restic.location)
    return None


def _sees(session: Session, root: str) -> bool:
    try:
        session.run(f'[ -f {shlex.quote(root)}/config ]')
    except (RemoteFailed, ConnectionError):
        return False
    return True
