# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moodle: config.php, and the data folder that must not lie in the webroot.

Sources: config-dist.php, version.php, docs.moodle.org "Site backup" (which folders of moodledata need no backup).
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree
from ansible_collections.rawat.website.plugins.module_utils.site_settings import known_files

NAME = 'Moodle'
EXCLUDE = ('cache/', 'localcache/', 'sessions/', 'temp/')


def top(tree: Tree) -> Tree | None:
    """From 5.1 on the document root is public/, and config.php lies above it."""
    for candidate in (tree, tree.at('public')):
        if candidate.has('lib/moodlelib.php') and candidate.has('version.php'):
            is_public = candidate.path.endswith('/public') and not candidate.has('config.php')
            return candidate.up() if is_public else candidate
    return None


def describe(tree: Tree) -> Found:
    served = tree if tree.has('lib/moodlelib.php') else tree.at('public')
    release = served.php('version.php').get('$release') or ''
    version = release.split(' ')[0] or None
    folders = Folders(tree)
    settings = tree.php('config.php')
    folders.links_of()
    document_root = served.path if served.path != tree.path else None
    if not settings.data:
        tree.note('there is no config.php: Moodle is not set up yet')
        return Found(NAME, version, tuple(folders.webroots), document_root=document_root)
    if settings.get('$CFG', 'dataroot'):
        folders.add(settings.get('$CFG', 'dataroot') or '', 'moodledata', EXCLUDE, 'config.php')
    else:
        tree.note('config.php does not say where moodledata is: list that folder by hand')
    login = settings.login(known_files.names_of(NAME))
    if login.get('socket', '').startswith('/'):
        login.pop('host', None)
    elif login.pop('socket', ''):  # true: the system's own socket
        login.pop('port', None)
    databases = logins.entry(tree, settings.get('$CFG', 'dbtype') or 'mysqli', login)
    url = settings.get('$CFG', 'wwwroot')
    return Found(NAME, version, tuple(folders.webroots), tuple(databases), url, document_root=document_root)
