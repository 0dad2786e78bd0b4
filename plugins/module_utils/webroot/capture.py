# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One capture of a webroot: the walk, the older lists and the plan of what to store, in one pass."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Callable, Protocol

from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError
from ansible_collections.rawat.website.plugins.module_utils.webroot.difference import Difference
from ansible_collections.rawat.website.plugins.module_utils.webroot.exclude import Exclusions
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import ListWriter
from ansible_collections.rawat.website.plugins.module_utils.webroot.links import Boundaries
from ansible_collections.rawat.website.plugins.module_utils.webroot.notes import Notes, why
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable
from ansible_collections.rawat.website.plugins.module_utils.webroot.plan import Full, ListOnly
from ansible_collections.rawat.website.plugins.module_utils.webroot.reader import Reader
from ansible_collections.rawat.website.plugins.module_utils.webroot.recorder import Recorder
from ansible_collections.rawat.website.plugins.module_utils.webroot.walk import Walk, open_quietly

CLOCK_GRAIN = 1_000_000_000  # ns: a change within this time of another may leave the ctime as it was


class Counter(Protocol):
    """The part of Progress that is used here."""

    def add(self, size: int) -> None:
        """`size` more bytes were read."""


class WebrootCapture:
    """An open webroot; `record` and `measure` may be called any number of times, each is a walk of its own."""

    def __init__(self, path: str, exclusions: Exclusions, listed_paths: Sequence[str], remark_limit: int):
        self.path, self.exclusions, self.remark_limit = path, exclusions, remark_limit
        given = os.fsencode(path)
        self.real_path = os.path.realpath(given)
        self.is_link = os.path.islink(given.rstrip(b'/') or b'/')
        self.boundaries = Boundaries(self.real_path, [given, *map(os.fsencode, listed_paths)])
        try:
            self._root = open_quietly(self.real_path, os.O_DIRECTORY)
        except OSError as error:
            raise WebrootError(
                f'webroot {path} cannot be opened ({why(error)}): correct its path in the inventory, '
                'or let the backup run as an account that may read it'
            ) from error

    def __enter__(self) -> WebrootCapture:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the descriptor back."""
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    def measure(self) -> tuple[int, int]:
        """(files, bytes) that a full would read, without reading them."""
        files = size = 0
        for entry in Walk(self._root, self.exclusions, Notes(0)).entries():
            if entry.kind == 'file':
                files += 1
                size += min(entry.status.st_size, entry.status.st_blocks * 512)
        return files, size

    def record(
        self,
        write_list: Callable[[bytes], object],
        *,
        previous: Iterable[bytes] | None = None,
        write_tar: Callable[[memoryview], object] | None = None,
        base: Iterable[bytes] | None = None,
        write_removed: Callable[[bytes], object] | None = None,
        write_metadata: Callable[[bytes], object] | None = None,
        progress: Counter | None = None,
    ) -> dict[str, Any]:
        """Walk, compare, store; see the package for what goes in and what comes out."""
        started = time.monotonic()
        notes = Notes(self.remark_limit)
        if self.is_link:
            notes.remark(f'the webroot is a symbolic link: stored is {printable(self.real_path)}, to which it points')
        reader = Reader(notes, time.time_ns() - CLOCK_GRAIN, progress.add if progress else None)
        plan = _plan(reader, write_tar, base, write_removed, write_metadata)
        walk = Walk(self._root, self.exclusions, notes)
        facts = Recorder(walk, plan, self.boundaries, ListWriter(write_list), previous, base).run()
        return {**facts, 'milliseconds': int((time.monotonic() - started) * 1000)}


def open_webroot(webroot: Mapping[str, Any], listed_paths: Sequence[str], remark_limit: int = 1000) -> WebrootCapture:
    """Open the inventory's `webroot` (path, exclude). `listed_paths`: all webroots of the site. Raises WebrootError.

    `webroot['left_out']`: relative paths (bytes) of files that are captured in another way, such as SQLite databases.
    """
    path = webroot['path']
    if not os.path.isabs(path) or '\0' in path:
        raise WebrootError(f'webroot {path!r} must be an absolute path: correct it in the inventory')
    exclusions = Exclusions(webroot.get('exclude') or [], webroot.get('left_out') or [])
    return WebrootCapture(path, exclusions, listed_paths, remark_limit)


def _plan(
    reader: Reader,
    write_tar: Callable[[memoryview], object] | None,
    base: Iterable[bytes] | None,
    write_removed: Callable[[bytes], object] | None,
    write_metadata: Callable[[bytes], object] | None,
) -> ListOnly:
    if write_tar is None:
        return ListOnly(reader)
    if base is None:
        return Full(reader, write_tar)
    if write_removed is None or write_metadata is None:
        raise TypeError('a difference needs write_removed and write_metadata')
    return Difference(reader, write_tar, write_removed, write_metadata)
