# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folders that belong to an application, of which none lies in another, and none is somebody else's."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery import reading
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree

LINK_LIMIT = 500  # entries of a folder that are looked at for links
SYSTEM_USERS = range(1, 1000)  # www-data and the like, as Debian numbers them
# No application keeps its data right here; a configuration that says so would have the whole machine backed up.
_TOO_HIGH = frozenset(
    {'/', '/usr/lib', '/usr/local', '/usr/share', '/var/www/html'}
    | {f'/{name}' for name in ('bin', 'boot', 'dev', 'etc', 'home', 'lib', 'lib64', 'media', 'mnt', 'opt', 'proc')}
    | {f'/{name}' for name in ('root', 'run', 'sbin', 'srv', 'sys', 'tmp', 'usr', 'var')}
    | {f'/var/{name}' for name in ('cache', 'lib', 'log', 'mail', 'run', 'spool', 'tmp', 'www')}
)
_NEVER = ('/boot', '/dev', '/proc', '/run', '/sys', '/var/run')
_SERVERS_OWN = ('/etc', '/root', '/usr', '/var/lib/mysql', '/var/lib/postgresql', '/var/log', '/var/spool')


class Folders:
    """Begins with the application's own folder; `exclude` are patterns as in the inventory."""

    def __init__(self, tree: Tree, exclude: Sequence[str] = ()):
        self.tree = tree
        self.webroots: list[dict[str, Any]] = [{'path': tree.path, 'exclude': list(exclude)}]

    def add(self, path: str, what: str, exclude: Sequence[str] = (), source: str | None = '.') -> None:
        """A folder that `source`, a file of the application, names as `what`; inside of the others it is theirs.

        None: the machine's own packages, or a link that we follow, say it, and no owner can have made it up.
        """
        full = self.tree.full(path)
        try:
            real = reading.resolve(full, self.tree.root)
        except reading.Absent:
            self.tree.note(f'{what} should be in {reading.printable(full)}, which is not there')
            return
        except reading.Unreadable as error:
            self.tree.note(f'{what}: {error}')
            return
        if self._covers(real, exclude) or not self._acceptable(real, what, source):
            return
        self.webroots = [one for one in self.webroots if not within(self._real(one['path']), real)]
        self.webroots.append({'path': real, 'exclude': list(exclude)})

    def links_of(self, path: str = '.') -> None:
        """What the links in a folder lead to outside of it: folders are added, files are remarked upon."""
        files = []
        for name in self.tree.listing(path)[:LINK_LIMIT]:
            place = posixpath.join(path, name)
            try:
                real = reading.resolve(self.tree.full(place), self.tree.root)
            except reading.Unreadable as error:
                if not isinstance(error, reading.Absent):
                    self.tree.note(str(error))
                continue
            if self._covers(real):
                continue
            if self.tree.has_folder(place):
                self.add(package_folder(real), reading.printable(name), source=None)
            else:
                files.append((place, real))
        for place, real in files:  # many lie in the folders that were just added
            if not self._covers(real):
                self._linked_file(place, real)

    def _linked_file(self, place: str, real: str) -> None:
        folder = posixpath.dirname(real)
        if folder.startswith('/etc/') and folder not in _TOO_HIGH:
            self.add(folder, reading.printable(place), source=None)
        else:
            link, target = (reading.printable(one) for one in (self.tree.full(place), real))
            self.tree.note(f'{link} is a link to {target}, which is in none of its folders: see whether it is needed')

    def _covers(self, real: str, exclude: Sequence[str] = ()) -> bool:
        for one in self.webroots:
            top = self._real(one['path'])
            if within(real, top):
                prefix = posixpath.relpath(real, top)
                one['exclude'] += [
                    pattern for pattern in (f'{prefix}/{each}' if prefix != '.' else each for each in exclude)
                    if pattern not in one['exclude']
                ]  # fmt: skip
                return True
        return False

    def _acceptable(self, real: str, what: str, source: str | None) -> bool:
        tree, shown = self.tree, reading.printable(real)
        if not tree.has_folder(real):
            tree.note(f'{what} should be in {shown}, which is no folder')
            return False
        if real in _TOO_HIGH or within(self._real(tree.path), real) or any(within(real, one) for one in _NEVER):
            tree.note(f'{what} is said to be in {shown}: that is more than one site; list the right folder by hand')
            return False
        if source is None:
            return True
        owner, saying = tree.owner(real), tree.owner(source)
        is_theirs = owner in (saying, tree.owner('.')) or owner in SYSTEM_USERS
        if saying != 0 and (not is_theirs or any(within(real, one) for one in _SERVERS_OWN)):
            tree.note(f'{what} is said to be in {shown}, which is of other users: list it by hand if it is right')
            return False
        return True

    def _real(self, path: str) -> str:
        try:
            return reading.resolve(path, self.tree.root)
        except reading.Unreadable:
            return path


def within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip('/') + '/')


def package_folder(path: str) -> str:
    """/usr/share/mediawiki for /usr/share/mediawiki/includes: a package's files come as one."""
    parts = path.split('/')
    return '/'.join(parts[:4]) if path.startswith('/usr/share/') and len(parts) > 4 else path
