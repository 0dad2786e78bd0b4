# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a point of the restic store. restic authenticates and hashes every blob it hands out (restic design, "Keys,
Encryption and MAC"); what it gives is compared with the manifest's own size and SHA-256 beside that.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import select
import tarfile
import termios
from array import array
from collections.abc import Generator, Iterator
from typing import IO, Any, cast

from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import Child, CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.stores import common
from ansible_collections.rawat.website.plugins.module_utils.stores.archive_read import compare_stream
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import begun, lines_of, read_block
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_cli import LOCKED, Patience
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_stream import BUNDLE, FILES
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import REMEDIES as SSH_REMEDIES

# What keeps restic from working without anything being wrong with what is stored. Everything else that it says while it
# reads is about the data: a pack, an index or a tree that is gone, short or does not pass its MAC or hash.
ELSEWHERE = (
    *SSH_REMEDIES, LOCKED, 'wrong password', 'no key found', 'config file', 'connection', 'no space left', 'read-only',
    'quota', 'permission denied', 'operation not permitted', 'not supported', 'too many open files', 'killed by signal',
)  # fmt: skip


class Stored:
    """Something of a point, for the error that names it."""

    def __init__(self, repository: Any, manifest: dict, name: str):
        self.repository, self.point, self.name = repository, manifest['id'], name
        self.label = f'{repository.location}: {name} of {repository.site}/{self.point}'

    def damaged(self, what: str) -> DamagedError:
        """The error that names this."""
        return DamagedError(
            f'{self.label} {what}: do not trust this medium; restore another recovery point, and store this one anew'
        )

    def explain(self, failure: CommandFailed, what: str) -> RepositoryError:
        """A DamagedError when restic complains about the data, else why it could not work."""
        text, vain = failure.stderr, gone_file(failure.stderr)
        if vain:
            return self.damaged(f'{what}: {vain} in the repository')
        if failure.code > 0 and not any(symptom.lower() in text.lower() for symptom in ELSEWHERE):
            return self.damaged(f'{what}: {shortened(text)}')
        return self.repository.restic.error(f'{self.name} of {self.repository.site}/{self.point} {what}', failure)

    def snapshot(self, part: str) -> str:
        """The id of the snapshot that holds a part, found by its tags, which survive a copy. DamagedError if gone."""
        snapshot = self.repository.by_point().get(self.point, {}).get(part)
        if snapshot is None:
            raise self.damaged(f'is gone: no snapshot has the tags point={self.point}, part={part}')
        return str(snapshot['id'])


def shortened(text: str) -> str:
    """restic's words about the data on one line, without its reports of retries."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and 'retrying after' not in line]
    return ' '.join(lines[-4:])[-600:] or 'restic gave no reason'


def gone_file(text: str) -> str | None:
    """The file that restic read in vain, out of its report of a retry: 'data/0ebd6a7252 is gone'."""
    found = re.search(r'Load\(<((?:data|index|snapshot)/\w+)>[^\n]*(no such file|not exist|EOF)', text)
    return found and f'{found[1]} is {"too short" if found[2] == "EOF" else "gone"}'


def read_stream(repository: Any, manifest: dict, part: dict, prefix: str = '') -> Iterator[bytes]:
    """See stores.Repository. Call from the main thread; iterate anywhere."""
    name, kept_in = part.get(f'{prefix}file'), part.get(f'{prefix}snapshot_part')
    if not name or not kept_in:
        what = part.get('label') or part.get('path')
        raise RepositoryError(f'{repository.site}/{manifest["id"]} holds no {prefix}file of {what}: nothing to read')
    stored = Stored(repository, manifest, name)
    expected = part if not prefix else {}
    if prefix and kept_in == FILES:  # of a small stream the stored bytes are the stream's
        expected = {'bytes': part.get(f'{prefix}stored_bytes')}
    return begun(_compared(stored, blocks_of(stored, kept_in), expected))


def _compared(stored: Stored, blocks: Iterator[bytes], expected: dict) -> Generator[bytes, None, None]:
    digest, size = hashlib.sha256(), 0
    yield b''
    try:
        for block in blocks:
            digest.update(block)
            size += len(block)
            yield block
    finally:
        getattr(blocks, 'close', lambda: None)()
    compare_stream(size, digest.hexdigest(), expected, stored.damaged)


def read_file_list(repository: Any, manifest: dict, webroot_part: dict) -> Iterator[bytes]:
    """See stores.Repository. The error is a ListUnusable."""
    name, sha256 = webroot_part['list_file'], webroot_part['list_sha256']
    stored = Stored(repository, manifest, name)
    try:
        own = repository.keep.blocks(sha256)
        blocks = own if own else blocks_of(stored, webroot_part['list_part'])
        yield from lines_of(blocks, sha256, stored.label)
    except RepositoryError as error:
        raise common.list_unusable(error) from error


def blocks_of(stored: Stored, part: str) -> Iterator[bytes]:
    """The blocks of a stream, as it was given to restic. DamagedError or RepositoryError at its end at the latest."""
    path = BUNDLE if part == FILES else stored.name
    child = _giving(stored, ['dump', stored.snapshot(part), f'/{path}'])
    return begun(_from_bundle(stored, child) if part == FILES else _whole(stored, child))


def _giving(stored: Stored, command: list[str | bytes]) -> Child:
    """A restic that gives its first bytes, or has ended well without any; a lock that it meets is waited for."""
    restic = stored.repository.restic
    patience = Patience(restic.lock_wait)
    while True:
        child = restic.start(command)
        try:
            select.select([child.stdout], [], [])
            waiting = array('i', [0])
            fcntl.ioctl(child.stdout, termios.FIONREAD, waiting)
            if not waiting[0]:
                child.wait()
            return child
        except CommandFailed as failure:
            child.kill()
            if LOCKED not in failure.stderr:
                raise stored.explain(failure, 'cannot be read') from failure
            restic.wait_or_raise(failure, f'{stored.name} cannot be read', patience)


def _whole(stored: Stored, child: Child) -> Generator[bytes, None, None]:
    try:
        yield b''
        while block := read_block(child.stdout.fileno()):
            yield block
        _end(stored, child)
    finally:
        child.kill()


def _from_bundle(stored: Stored, child: Child) -> Generator[bytes, None, None]:
    """One of the small streams, which lie in a tar together."""
    try:
        yield b''
        try:
            with tarfile.open(fileobj=child.stdout, mode='r|') as bundle:
                member = next((member for member in bundle if member.name == stored.name), None)
                if member is not None:
                    content = cast(IO[bytes], bundle.extractfile(member))  # we store plain files only
                    while block := content.read(65536):
                        yield block
                    return
        except (tarfile.TarError, OSError) as error:
            _end(stored, child)
            raise stored.damaged(f'cannot be read from {BUNDLE}: {error}') from error
        _end(stored, child)
        raise stored.damaged(f'is gone from {BUNDLE}')
    finally:
        child.kill()


def _end(stored: Stored, child: Child) -> None:
    try:
        child.wait()
    except CommandFailed as failure:
        raise stored.explain(failure, 'cannot be read') from failure
