# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One discovery's reading: how much, how deep and how long, and what could not be read, as remarks.

Whoever may write a site's configuration may write anything into it. So every include counts against the same limits,
and whatever is over them is told and left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.discovery import reading
from ansible_collections.rawat.website.plugins.module_utils.options import defaults

REMARK_LIMIT = 100  # what was remarked on more often is hostile or hopeless; the last remark says so
REMARK_LENGTH = 600  # characters
MATCH_LIMIT = 5000  # paths that one pattern may stand for
PATTERN_LENGTH = 4096  # PATH_MAX, limits.h
MAGIC = frozenset('*?[')


class Limits(NamedTuple):
    """The settings discovery_*, by their names in options.py."""

    files: int
    file_bytes: int
    depth: int
    seconds: int

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Limits:
        """From settings; what they do not say is as in options.py."""
        known = {**defaults(), **settings}
        return cls(*(int(known[f'discovery_{name}']) for name in cls._fields))


class Reader:
    """Reads files below `root` within `limits`; `remarks` collects what was not read, and why."""

    def __init__(self, limits: Limits | None = None, root: str = '/', clock: Callable[[], float] = time.monotonic):
        self.limits, self.root, self._clock = limits or Limits.of({}), root, clock
        self.remarks: list[str] = []
        self._until = clock() + self.limits.seconds
        self._files = 0
        self._texts: dict[str, str | None] = {}

    def remark(self, text: str) -> None:
        """Each remark once, and no more of them than anybody reads."""
        text = reading.printable(text[:REMARK_LENGTH]) if len(text) <= 300 else _shortened(text)
        if text in self.remarks or len(self.remarks) > REMARK_LIMIT:
            return
        if len(self.remarks) == REMARK_LIMIT:
            text = f'there are more than {REMARK_LIMIT} remarks; the rest is left out'
        self.remarks.append(text)

    def over(self) -> bool:
        """Whether the time is up or enough was read; says so."""
        if self._clock() > self._until:
            self.remark(
                f'not everything was looked at within {self.limits.seconds} s (setting: discovery_seconds): '
                'sites may be missing here'
            )
            return True
        if self._files >= self.limits.files:
            self.remark(
                f'more than {self.limits.files} files or includes (setting: discovery_files): sites may be missing here'
            )
            return True
        return False

    def text(self, path: str, optional: bool = False) -> str | None:
        """The text of a configuration file; None, with a remark, where it cannot be read. Files are kept: a snippet
        may be included a thousand times, and each time counts."""
        if self.over():
            return None
        self._files += 1
        if path not in self._texts:
            self._texts[path] = self._read(path, optional)
        return self._texts[path]

    def known(self) -> set[str]:
        """The paths of all files that were read."""
        return {path for path, text in self._texts.items() if text is not None}

    def _read(self, path: str, optional: bool) -> str | None:
        try:
            return reading.text(path, limit=self.limits.file_bytes, root=self.root)
        except reading.Absent as error:
            if not optional:
                self.remark(str(error))
        except reading.Unreadable as error:
            self.remark(str(error))
        return None

    def is_file(self, path: str) -> bool:
        return reading.is_file(path, self.root)

    def is_folder(self, path: str) -> bool:
        return reading.is_folder(path, self.root)

    def real(self, path: str) -> str | None:
        """The path without links; None, with a remark, where they lead nowhere that we would go."""
        try:
            return reading.resolve(path, self.root)
        except reading.Absent:
            return None
        except reading.Unreadable as error:
            self.remark(str(error))
            return None

    def names(self, path: str) -> list[str]:
        """What a folder holds; nothing, with a remark, where it cannot be listed (no remark where it is no folder)."""
        try:
            return reading.names(path, root=self.root)
        except reading.Absent:
            return []
        except reading.Unreadable as error:
            self.remark(str(error))
            return []

    def matching(self, pattern: str) -> list[str]:
        """The paths that an absolute pattern stands for, sorted; a path without wildcards is given back as it is."""
        if len(pattern) > PATTERN_LENGTH:
            self.remark(f'a pattern of {len(pattern)} characters was not followed: {pattern[:60]}…')
            return []
        places = ['']
        for part in pattern.split('/'):
            if part and MAGIC & set(part):
                places = self._matching_names(places, part, pattern)
            elif part:
                places = [f'{place}/{part}' for place in places]
        return sorted(place or '/' for place in places)

    def _matching_names(self, places: list[str], part: str, pattern: str) -> list[str]:
        found: list[str] = []
        for place in places:
            if self.over():
                break
            names = [name for name in self.names(place or '/') if fnmatchcase(name, part)]
            found += [f'{place}/{name}' for name in names if part.startswith('.') or not name.startswith('.')]
            if len(found) > MATCH_LIMIT:
                self.remark(f'{pattern} stands for more than {MATCH_LIMIT} files: the rest is left out')
                return found[:MATCH_LIMIT]
        return found


def _shortened(text: str) -> str:
    """A long remark in pieces: `printable` cuts at 300 characters, which a path may need for itself."""
    cut = text[:REMARK_LENGTH]
    whole = ''.join(reading.printable(cut[start : start + 200]) for start in range(0, len(cut), 200))
    return whole if len(text) <= REMARK_LENGTH else f'{whole}…'
