# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at a process tree five times a second: who is whose child, what memory and which temporary files it keeps.

A temporary file is a regular file that a process of the tree has open for writing outside the places where it may keep
data, named or already unlinked, or that lies in its temporary folder. Nameless files in memory (memfd) are not.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

INTERVAL = 0.2  # seconds
MEMORY_EVERY = 5  # looks: to read the memory of a process stops it for a moment
BLOCK = 512  # of st_blocks, whatever the file system


class Watch:
    """`with Watch(pid, allowed, temporary): …`; afterwards `parents` and `peak_temporary` tell."""

    def __init__(self, top: int, allowed: Iterable[Path], temporary: Path) -> None:
        self.top, self.temporary = top, temporary
        self.allowed = tuple(f'{path}/' if path.is_dir() else str(path) for path in allowed)
        self.parents: dict[int, int] = {}  # as first seen: orphans get another one later
        self.peak_temporary: dict[str, int] = {}  # command -> bytes; '' for files that nobody has open
        self.peak_memory = 0  # largest sum over the tree; pages that processes share count once (PSS)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look_on(self) -> None:
        looks = 0
        while not self._stop.wait(INTERVAL):
            tree = self._tree()
            if looks % MEMORY_EVERY == 0:
                self.peak_memory = max(self.peak_memory, sum(map(_memory, tree)))
            looks += 1
            held = self._temporary_files(tree)
            for command, size in held.items():
                self.peak_temporary[command] = max(size, self.peak_temporary.get(command, 0))

    def _tree(self) -> dict[int, str]:
        """The processes below `top` at this moment, with their names."""
        seen = {pid: found for pid in map(int, filter(str.isdigit, os.listdir('/proc'))) if (found := _status(pid))}
        tree = {self.top: ''}
        for pid in sorted(seen):
            self.parents.setdefault(pid, seen[pid][1])
        grown = True
        while grown:
            below = {pid: name for pid, (name, parent) in seen.items() if parent in tree and pid not in tree}
            tree |= below
            grown = bool(below)
        del tree[self.top]
        return tree

    def _temporary_files(self, tree: dict[int, str]) -> dict[str, int]:
        counted: set[tuple[int, int]] = set()
        held: dict[str, int] = {}
        for pid, name in tree.items():
            for status in self._written_elsewhere(pid):
                _count(name, status, counted, held)
        for folder, _folders, files in os.walk(self.temporary):
            for file in files:
                with contextlib.suppress(OSError):
                    _count('', os.lstat(f'{folder}/{file}'), counted, held)
        return held

    def _written_elsewhere(self, pid: int) -> Iterator[os.stat_result]:
        folder = f'/proc/{pid}/fd'
        with contextlib.suppress(OSError):
            for descriptor in os.listdir(folder):
                with contextlib.suppress(OSError):
                    link = f'{folder}/{descriptor}'
                    if not os.lstat(link).st_mode & stat.S_IWUSR:  # the link's mode tells how it was opened
                        continue
                    path, status = os.readlink(link), os.stat(link)
                    if stat.S_ISREG(status.st_mode) and not path.startswith(('/memfd:', *self.allowed)):
                        yield status


def _count(name: str, status: os.stat_result, counted: set[tuple[int, int]], held: dict[str, int]) -> None:
    if (status.st_dev, status.st_ino) not in counted:
        counted.add((status.st_dev, status.st_ino))
        if status.st_blocks:
            held[name] = held.get(name, 0) + status.st_blocks * BLOCK


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f'/proc/{pid}/smaps_rollup').read_text().splitlines():
            if line.startswith('Pss:'):
                return int(line.split()[1]) * 1024
    return 0


def _status(pid: int) -> tuple[str, int] | None:
    """Name and parent of a process; None when it has ended meanwhile."""
    try:
        text = Path(f'/proc/{pid}/stat').read_text()
    except OSError:
        return None
    name, _, rest = text.partition('(')[2].rpartition(')')
    return name, int(rest.split()[1])
