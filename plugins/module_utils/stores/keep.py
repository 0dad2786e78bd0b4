# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own copies, on the target, of manifests and file lists that a repository holds.

Fetching one costs a call of restic; an archive that we cannot decrypt, or may not read back, gives none. Copies are
named by the SHA-256 of their content and are worth nothing without it, so nothing here is trusted. All of it is a
comfort: without room or rights there are simply no copies.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

BLOCK = 64 * 1024


class Keep:
    """Copies in one private folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def get(self, sha256: str) -> bytes | None:
        """The small content with that hash; None where there is no good copy."""
        with contextlib.suppress(OSError):
            text = (self.folder / sha256).read_bytes() if sha256 else b''
            if sha256 and hashlib.sha256(text).hexdigest() == sha256:
                return text
        return None

    def put(self, sha256: str, text: bytes) -> None:
        """Keep a small content."""
        copy = self.writer()
        copy.write(text)
        copy.finish(sha256)
        copy.discard()

    def blocks(self, sha256: str) -> Iterator[bytes] | None:
        """The blocks of a large content; None unless its copy is good (it is read once to find out)."""
        try:
            handle = (self.folder / sha256).open('rb')
        except OSError:
            return None
        digest = hashlib.sha256()
        while block := handle.read(BLOCK):
            digest.update(block)
        if digest.hexdigest() != sha256:
            handle.close()
            return None
        handle.seek(0)
        return _read(handle)

    def writer(self) -> Copy:
        """A copy to be written; its name is known at its end."""
        return Copy(self.folder)

    def only(self, wanted: set[str], spare_seconds: int = 0) -> None:
        """Remove all other copies that were made longer than `spare_seconds` ago."""
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if path.name not in wanted and path.is_file() and time.time() - path.stat().st_mtime >= spare_seconds:
                    path.unlink()


class Copy:
    """One copy that is being written."""

    def __init__(self, folder: Path):
        self.folder, self.path = folder, folder / f'.new-{os.getpid()}-{id(self)}'
        self.handle: BinaryIO | None = None
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.handle = self.path.open('wb')

    def write(self, block: Any) -> None:
        """The next bytes; a full disk ends the copy, nothing else."""
        if self.handle:
            try:
                self.handle.write(block)
            except OSError:
                self.discard()

    def finish(self, sha256: str) -> None:
        """It is complete and has this hash."""
        handle, self.handle = self.handle, None
        if handle and sha256:
            with contextlib.suppress(OSError), handle:
                handle.flush()
                self.path.replace(self.folder / sha256)

    def discard(self) -> None:
        """Remove it unless it was finished."""
        handle, self.handle = self.handle, None
        if handle:
            with contextlib.suppress(OSError):
                handle.close()
            with contextlib.suppress(OSError):
                self.path.unlink()


def _read(handle: BinaryIO) -> Iterator[bytes]:
    with handle:
        while block := handle.read(BLOCK):
            yield block
