# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SLiMS (Senayan), the library system. Files of readers and books lie in the webroot: images, files, repository.

Sources: sysconfig.inc.php (SENAYAN_VERSION), config/database.sample.php (since 9.5: nodes),
config/sysconfig.local.inc-sample.php (8 to 9.4), sysconfig.local.inc.php in the webroot (older: DB_* constants).
"""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree
from ansible_collections.rawat.website.plugins.module_utils.site_settings import known_files

NAME = 'SLiMS'
NODES = 'config/database.php'
OLDER = ('config/sysconfig.local.inc.php', 'sysconfig.local.inc.php')


def top(tree: Tree) -> Tree | None:
    return tree if tree.has('sysconfig.inc.php') and 'SENAYAN_VERSION' in tree.text('sysconfig.inc.php') else None


def describe(tree: Tree) -> Found:
    system = tree.php('sysconfig.inc.php')
    words = [system.get('SENAYAN_VERSION'), system.get('SENAYAN_VERSION_TAG')]
    version = ' '.join(word for word in words if word) or None
    folders = Folders(tree)
    folders.links_of()
    databases = _nodes(tree) or _constants(tree)
    if not databases:
        tree.note(f'neither {NODES} nor {OLDER[0]} names a database that can be read: complete the entry by hand')
    url = next((text for file in (*OLDER, 'sysconfig.inc.php') if (text := _base_url(tree, file))), None)
    return Found(NAME, version, tuple(folders.webroots), tuple(databases), url)


def _nodes(tree: Tree) -> list[dict[str, Any]]:
    """The default node's database; further nodes are other libraries of one installation."""
    if not tree.has(NODES):
        return []
    settings = tree.php(NODES)
    nodes = settings.below('return', 'nodes')
    if len(nodes) > 1:
        tree.note(f'{NODES} has {len(nodes)} nodes: the databases of all of them are listed')
    found: list[dict[str, Any]] = []
    for node in nodes[:50]:
        names = {role: ('return', 'nodes', node, path[-1]) for role, path in known_files.names_of('SLiMS 9.5').items()}
        for one in logins.entry(tree, 'mysql', settings.login(names)):
            found += [one] if one not in found else []
    return found


def _constants(tree: Tree) -> list[dict[str, Any]]:
    for file in OLDER:
        settings = tree.php(file)
        if settings.has('DB_NAME'):
            return logins.entry(tree, 'mysql', settings.login(known_files.names_of(NAME)))
    return []


def _base_url(tree: Tree, file: str) -> str | None:
    return tree.php(file).get('$sysconf', 'baseurl') if tree.has(file) else None
