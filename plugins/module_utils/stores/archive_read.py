# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a point of the archive store. Every stored byte is hashed on its way to whoever uses it, once.

What stands in a recovery point is trusted as far as its SHA-256 agrees with the manifest, no further. A dump is handed
out while it is hashed, so its reader acts on the error at the end. A full is extracted while it is hashed, into an
empty directory, where GNU tar (without -P) keeps every member inside and makes links that lead out last; what is
extracted *over* other files, a difference, is hashed before.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterator
from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores import common
from ansible_collections.rawat.website.plugins.module_utils.stores.age import Keys
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import begun, decompress, lines_of, through

SMALL_LIMIT = 256 * 1024 * 1024  # bytes of a list that is held in memory
UNREADABLE = os.strerror(5)  # EIO: a sector that the disk cannot read any more


class NotKept(common.ListUnusable):
    """A list that these credentials cannot read back, and of which this machine has no copy: nothing is wrong."""


class StoredFile:
    """One file of a point, with what the manifest says of it."""

    def __init__(
        self, place: Any, point: str, file: str, sha256: str, size: int | None = None, keys: Keys | None = None
    ):
        self.place, self.name, self.sha256, self.expected = place, f'{point}/{file}', sha256, size
        self.keys = keys or Keys()
        self.label = f'{place.label}: {place.site}/{self.name}'

    def damaged(self, what: str) -> DamagedError:
        """The error that names this file."""
        return DamagedError(
            f'{self.label} {what}: do not trust this medium; restore another recovery point, and store this one anew'
        )

    def look(self) -> None:
        """It is there, as long as it was. DamagedError otherwise; costs no reading."""
        size = self.place.size(self.name)
        if size is None:
            if self.place.missing():
                raise RepositoryError(common.missing(self.place.label, False))
            raise self.damaged('is gone')
        if self.expected is not None and size != self.expected:
            raise self.damaged(f'has {size} bytes instead of {self.expected}')

    def blocks(self, count: Callable[[int], None]) -> Iterator[bytes]:
        """Its blocks, hashed; DamagedError at the end when they are not what was stored. Begun in the main thread."""
        self.look()
        return begun(self._blocks(self._checked(lambda: self.place.read(self.name)), count))

    def _checked(self, read: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
        try:
            return read()
        except RepositoryError as error:
            raise self._verdict(error) from error

    def _verdict(self, error: RepositoryError) -> RepositoryError:
        """A sector that cannot be read is damage; a connection that ended is not."""
        return self.damaged(f'cannot be read ({error})') if UNREADABLE in str(error) else error

    def _blocks(self, blocks: Iterator[bytes], count: Callable[[int], None]) -> Generator[bytes, None, None]:
        digest, size = hashlib.sha256(), 0
        yield b''
        try:
            for block in blocks:
                digest.update(block)
                size += len(block)
                count(len(block))
                yield block
        except DamagedError:
            raise
        except RepositoryError as error:
            raise self._verdict(error) from error
        finally:
            getattr(blocks, 'close', lambda: None)()
        if digest.hexdigest() != self.sha256:
            raise self.damaged(f'differs from what was stored (SHA-256 of its {size} bytes)')

    def opening(self) -> list[list[str]]:
        """The command, where one is needed, that decrypts its blocks."""
        return self.keys.opening(self.name)

    def text(self) -> bytes:
        """All of a small file that is stored uncompressed."""
        whole, opening, blocks = bytearray(), self.opening(), self.blocks(lambda _size: None)
        for block in through(opening, blocks, self.label) if opening else blocks:
            whole += block
            if len(whole) > SMALL_LIMIT:
                raise self.damaged(f'is longer than {SMALL_LIMIT} bytes')
        return bytes(whole)

    def verify(self, count: Callable[[int], None]) -> None:
        """Read and hash it, for nothing else."""
        for _block in self.blocks(count):
            pass


def read_stream(repository: Any, manifest: dict, part: dict, prefix: str = '') -> Iterator[bytes]:
    """See stores.Repository. Call from the main thread; iterate anywhere."""
    repository.require_readable(manifest)
    stored = stored_file(repository, manifest, part, prefix)
    raw = decompress(stored.blocks(lambda _size: None), stored.label, stored.opening())
    return begun(_whole(raw, stored, part if not prefix else {}))


def _whole(raw: Iterator[bytes], stored: StoredFile, part: dict) -> Generator[bytes, None, None]:
    """The raw blocks; at their end the manifest's own count and hash of them are compared, too."""
    digest, size = hashlib.sha256(), 0
    yield b''
    try:
        for block in raw:
            digest.update(block)
            size += len(block)
            yield block
    finally:
        getattr(raw, 'close', lambda: None)()
    compare_stream(size, digest.hexdigest(), part, stored.damaged)


def compare_stream(size: int, sha256: str, part: dict, damaged: Callable[[str], DamagedError]) -> None:
    """DamagedError unless a dump has the bytes and the SHA-256 of its manifest part (which may lack either)."""
    if part.get('bytes') is not None and size != part['bytes']:
        raise damaged(f'gives {size} bytes instead of {part["bytes"]}')
    if part.get('sha256') is not None and sha256 != part['sha256']:
        raise damaged(f'gives something else than was dumped (SHA-256 of its {size} bytes)')


def read_file_list(repository: Any, manifest: dict, part: dict) -> Iterator[bytes]:
    """See stores.Repository. The error is a ListUnusable, or its NotKept where only the place has the list."""
    name, sha256 = f'{manifest["id"]}/{part["list_file"]}', part['list_sha256']
    own = repository.keep.blocks(sha256) if repository.keeps else None
    try:
        blocks = own if own is not None else _listed(repository, manifest, part)
        yield from lines_of(blocks, sha256, f'{repository.place.label}: {repository.site}/{name}')
    except common.ListUnusable:
        raise
    except RepositoryError as error:
        raise common.list_unusable(error) from error


def _listed(repository: Any, manifest: dict, part: dict) -> Iterator[bytes]:
    try:
        repository.require_readable(manifest)
    except RepositoryError as error:
        raise NotKept(f'this machine keeps no list of files of its own, and {error}') from error
    file, sha256 = part['list_file'], part.get('list_stored_sha256')
    size = part.get('list_stored_bytes')
    stored = StoredFile(repository.place, manifest['id'], file, sha256 or '', size, repository.keys)
    stored.look()
    blocks = stored.blocks(lambda _size: None) if sha256 else stored.place.read(stored.name)
    return decompress(blocks, stored.label, stored.opening())


def stored_file(repository: Any, manifest: dict, part: dict, prefix: str = '') -> StoredFile:
    """A file that the manifest part names with its size and hash."""
    file, sha256 = part.get(f'{prefix}file'), part.get(f'{prefix}stored_sha256')
    if not file or not sha256:
        name = part.get('label') or part.get('path')
        raise RepositoryError(f'{repository.site}/{manifest["id"]} holds no {prefix}file of {name}: nothing to read')
    return StoredFile(
        repository.place, manifest['id'], file, sha256, part.get(f'{prefix}stored_bytes'), repository.keys
    )


def listed_file(repository: Any, point: str, file: str) -> StoredFile:
    """A file whose hash stands in the point's SHA256SUMS only."""
    sha256 = read_sums(repository.place, point).get(file)
    stored = StoredFile(repository.place, point, file, sha256 or '', keys=repository.keys)
    if sha256 is None:
        raise stored.damaged(f'is not in {common.SUMS}')
    return stored


def read_sums(place: Any, point: str) -> dict[str, str]:
    """{file: SHA-256} of a point's SHA256SUMS. DamagedError when that is gone or no such list."""
    sums = StoredFile(place, point, common.SUMS, '')
    sums.look()
    text = place.text(sums.name).decode('utf-8', 'replace')
    pairs = [line.split('  ', 1) for line in text.splitlines()]
    if not pairs or any(len(pair) != 2 or len(pair[0]) != 64 for pair in pairs):
        raise sums.damaged('is no list of SHA-256 sums')
    return {file: sha256 for sha256, file in pairs}
