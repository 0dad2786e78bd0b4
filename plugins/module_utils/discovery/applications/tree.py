# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder as the recognisers see it: bounded reading, and what cannot be read becomes a remark, once."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping, Sequence

from ansible_collections.rawat.website.plugins.module_utils.discovery import reading
from ansible_collections.rawat.website.plugins.module_utils.site_settings import environment_files, php_expressions
from ansible_collections.rawat.website.plugins.module_utils.site_settings import php_assignments as php

REMARK_LIMIT = 30  # of one webroot
READ_LIMIT = 3 * 1024 * 1024  # bytes of one webroot's files: real ones need a tenth
VALUE_LIMIT = 4096  # characters of a variable's value
VARIABLE_LIMIT = 1000
_NAMED = re.compile(r'\$\{(\w{1,100})\}')


class Tree:
    """`path`: absolute, as the machine sees it. `names`: under which host names it is served, where that is known."""

    def __init__(self, path: str, root: str = '/', names: Sequence[str] = ()):
        self.path = posixpath.normpath('/' + path.lstrip('/'))
        self.root = root
        self.names = tuple(names)
        self.remarks: list[str] = []
        self._read = [0]  # bytes, shared with the other folders of the application

    def at(self, path: str) -> Tree:
        """Another folder of the same application: remarks are shared."""
        other = Tree(self.full(path), self.root, self.names)
        other.remarks, other._read = self.remarks, self._read
        return other

    def up(self) -> Tree:
        return self.at('..')

    def full(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.path, path))

    def real(self, path: str) -> str:
        """Without links where they can be followed."""
        try:
            return reading.resolve(self.full(path), self.root)
        except reading.Unreadable:
            return self.full(path)

    def has(self, path: str) -> bool:
        return reading.is_file(self.full(path), self.root)

    def has_folder(self, path: str) -> bool:
        return reading.is_folder(self.full(path), self.root)

    def text(self, path: str, limit: int = reading.FILE_LIMIT) -> str:
        """'' for what is not there or, with a remark, cannot be read."""
        if self._read[0] > READ_LIMIT:
            self.note(f'{reading.printable(self.full(path))} was not read: there was too much to read before it')
            return ''
        try:
            found = reading.text(self.full(path), limit, self.root)
            self._read[0] += len(found)
            return found
        except reading.Absent:
            return ''
        except reading.Unreadable as error:
            self.note(str(error))
            return ''

    def listing(self, path: str = '.', limit: int = reading.FOLDER_LIMIT) -> list[str]:
        try:
            return reading.names(self.full(path), limit, self.root)
        except reading.Absent:
            return []
        except reading.Unreadable as error:
            self.note(str(error))
            return []

    def php(self, path: str, known: Mapping[str, str] | None = None) -> PhpSettings:
        return PhpSettings(self, path, known or {})

    def size(self, path: str) -> int:
        """Bytes; 0 for what is not there."""
        return self._status(path, 'st_size', 0)

    def environment(self, path: str = '.env') -> dict[str, str]:
        """The variables of a .env file, a later one winning; ${NAME} of the same file put in."""
        data = self.text(path).encode()
        found: dict[str, str] = {}
        for variable in environment_files.variables(data):
            text = variable.value[:VALUE_LIMIT]
            for name in dict.fromkeys(_NAMED.findall(text)[:5]):  # so that no value grows beyond measure
                text = text.replace(f'${{{name}}}', found.get(name, f'${{{name}}}'))
            found[variable.key] = text[:VALUE_LIMIT]
            if len(found) > VARIABLE_LIMIT:
                break
        return found

    def note(self, remark: str) -> None:
        if remark in self.remarks:
            return
        if len(self.remarks) < REMARK_LIMIT:
            self.remarks.append(remark)
        elif len(self.remarks) == REMARK_LIMIT:
            self.remarks.append('there are further remarks, which are not listed')

    def owner(self, path: str) -> int:
        """The user id of a file's or folder's owner; -1 where that cannot be known."""
        return self._status(path, 'st_uid', -1)

    def _status(self, path: str, field: str, otherwise: int) -> int:
        try:
            place = os.path.join(self.root, reading.resolve(self.full(path), self.root).lstrip('/'))
            return int(getattr(os.stat(place, follow_symlinks=False), field))
        except (OSError, ValueError, reading.Unreadable):
            return otherwise


class PhpSettings:
    """The settings of a PHP file by their path, as php_assignments knows them; a later one wins.

    `data` is the file as UTF-8; empty when it is not there or cannot be read.
    """

    def __init__(self, tree: Tree, file: str, known: Mapping[str, str]):
        self.tree = tree
        self.file = file
        self.data = tree.text(file).encode('utf-8', 'replace')
        place = tree.real(file)  # PHP, too, says where a file is that a link leads to
        self.known = {'__DIR__': posixpath.dirname(place), '__FILE__': place, **known}
        self.found: dict[tuple[str, ...], php.Setting] = {}
        self.ambiguous: set[tuple[str, ...]] = set()
        try:
            for setting in php.settings(self.data):
                before = self.found.get(setting.path)
                if before and before.value != setting.value:
                    self.ambiguous.add(setting.path)
                self.found[setting.path] = setting
        except php.Unreadable as error:
            tree.note(f'{self.name} was not read: {error}')

    @property
    def name(self) -> str:
        return reading.printable(self.tree.full(self.file))

    def has(self, *path: str) -> bool:
        return path in self.found

    def get(self, *path: str) -> str | None:
        """The value, with a remark where only PHP could say it; null and false are ''."""
        setting = self.found.get(path)
        if setting is None:
            return None
        if path in self.ambiguous:
            self.tree.note(f'{path[-1]} is set more than once in {self.name}: the last one is taken; compare it')
        text = setting.value
        if text is None:
            text = php_expressions.value(self.data[setting.start : setting.end], self.known)
        elif text.lower() in ('null', 'false') and self.data[setting.start : setting.start + 1] not in (b'"', b"'"):
            text = ''
        if text is None:
            self.tree.note(f'{path[-1].lstrip("$")} is not a literal in {self.name}: say its value in the inventory')
        return text

    def below(self, *prefix: str) -> list[str]:
        """The next parts of every path that begins with `prefix`, in the order of the file."""
        size = len(prefix)
        return list(dict.fromkeys(path[size] for path in self.found if len(path) > size and path[:size] == prefix))

    def strings(self) -> list[str]:
        """The strings in its code, for instance names of files that are included."""
        try:
            spans = php.strings(self.data)
        except php.Unreadable:
            return []
        return [self.data[start + 1 : end - 1].decode('utf-8', 'replace') for start, end in spans]

    def login(self, names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        """{role: value} of what is set and not empty. `names` as in known_files."""
        found = {role: self.get(*path) for role, path in names.items()}
        return {role: text for role, text in found.items() if text}
