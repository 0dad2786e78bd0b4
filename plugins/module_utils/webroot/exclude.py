# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exclusion patterns of the inventory.

* `cache/` (ends in a slash): that directory, relative to the webroot. What it contains is left out; the directory
  itself is kept, empty, with its owner and mode, because a site that finds no cache directory often cannot start.
* `*.log` (no slash): a name, anywhere. A directory of that name is left out with all it contains.
* `a/b/*.tmp` (a slash inside): a path relative to the webroot; a directory likewise with all it contains.

`*`, `?` and `[...]` are the shell's and never match a slash. A pattern that matches nothing is fine.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from typing import Callable

from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError

Matcher = Callable[[bytes], object]


class Exclusions:
    """Decides by relative path (bytes) what is left out: what a pattern matches, and exactly the given `paths`.

    Raises WebrootError naming every malformed pattern.
    """

    def __init__(self, patterns: Sequence[str], paths: Sequence[bytes] = ()):
        problems = [problem for pattern in patterns if (problem := _problem(pattern))]
        if problems:
            raise WebrootError('; '.join(problems))
        self.patterns = list(patterns)
        self.paths = frozenset(paths)
        self._names = _matcher([pattern for pattern in patterns if '/' not in pattern])
        self._paths = [_components(pattern) for pattern in patterns if '/' in pattern and not pattern.endswith('/')]
        self._emptied = [_components(pattern[:-1]) for pattern in patterns if pattern.endswith('/')]

    def drops(self, path: bytes, name: bytes) -> bool:
        """Whether the entry is left out, with all below it."""
        if path in self.paths or (self._names and self._names(name)):
            return True
        return bool(self._paths) and _matches(self._paths, path)

    def empties(self, path: bytes) -> bool:
        """Whether the directory is kept without what it contains."""
        return bool(self._emptied) and _matches(self._emptied, path)


def _matches(patterns: list[list[Matcher]], path: bytes) -> bool:
    components = path.split(b'/')
    return any(
        len(pattern) == len(components) and all(match(part) for match, part in zip(pattern, components))
        for pattern in patterns
    )


def _components(pattern: str) -> list[Matcher]:
    return [_compile([part]) for part in pattern.split('/')]


def _matcher(names: list[str]) -> Matcher | None:
    return _compile(names) if names else None


def _compile(names: list[str]) -> Matcher:
    """One matcher for all `names`; through latin-1, because fnmatch translates text and names are bytes."""
    as_bytes = (name.encode('utf-8', 'surrogateescape').decode('latin-1') for name in names)
    return re.compile('|'.join(map(fnmatch.translate, as_bytes)).encode('latin-1')).match


def _problem(pattern: str) -> str | None:
    """Why `pattern` cannot be meant, or None."""
    body = pattern[:-1] if pattern.endswith('/') else pattern
    parts = body.split('/')
    if not body:
        reason = 'it is empty'
    elif '\0' in pattern:
        reason = 'it contains a NUL byte'
    elif pattern.startswith('/'):
        reason = 'it must be relative to the webroot, without a leading slash'
    elif '' in parts or '.' in parts or '..' in parts:
        reason = "components must not be empty, '.' or '..'"
    elif '**' in pattern:
        reason = "'**' is not supported: a name without a slash matches at any depth already"
    else:
        return None
    return f'exclusion {pattern!r} is malformed: {reason}'
