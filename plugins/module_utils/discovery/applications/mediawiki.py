# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MediaWiki, also as Debian installs it (/var/lib/mediawiki full of links).

Sources: mediawiki.org/wiki/Manual:Configuration_settings, Manual:$wgSQLiteDataDir, Manual:Backing_up_a_wiki,
Debian's README.Debian.
"""

from __future__ import annotations

import posixpath
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders, within
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import PhpSettings, Tree
from ansible_collections.rawat.website.plugins.module_utils.site_settings import known_files

NAME = 'MediaWiki'
# Messages and parser results; thumbnails are made from the originals when a page asks for them (Manual:Thumbnails).
EXCLUDE = ('cache/',)
THUMBNAILS = ('thumb/',)


def top(tree: Tree) -> Tree | None:
    is_core = tree.has('includes/Defines.php') or tree.has('includes/DefaultSettings.php')
    return tree if is_core and (tree.has('load.php') or tree.has('api.php')) else None


def describe(tree: Tree) -> Found:
    settings = tree.php('LocalSettings.php', {'$IP': tree.path, 'MW_INSTALL_PATH': tree.path})
    folders = Folders(tree, EXCLUDE)
    if not settings.data:
        tree.note('there is no LocalSettings.php: MediaWiki is not set up yet')
    uploads = settings.get('$wgUploadDirectory') or 'images'
    if tree.has_folder(uploads) or settings.has('$wgUploadDirectory'):
        folders.add(uploads, '$wgUploadDirectory', THUMBNAILS, _source(tree))
    folders.links_of()
    return Found(NAME, _version(tree), tuple(folders.webroots), tuple(_databases(tree, settings)), _url(settings))


def _source(tree: Tree) -> str | None:
    """Who says where the uploads are: a link (which is followed by its own rule) or LocalSettings.php."""
    return 'LocalSettings.php' if tree.has('LocalSettings.php') else None


def _version(tree: Tree) -> str | None:
    newer = tree.php('includes/Defines.php').get('MW_VERSION')  # since 1.35
    return newer or tree.php('includes/DefaultSettings.php').get('$wgVersion')


def _url(settings: PhpSettings) -> str | None:
    server = settings.get('$wgCanonicalServer') or settings.get('$wgServer')
    if not server:
        return None
    path = settings.get('$wgScriptPath') or ''
    return f'{"https:" if server.startswith("//") else ""}{server}{path}/'


def _databases(tree: Tree, settings: PhpSettings) -> list[dict[str, Any]]:
    if not settings.data:
        return []
    driver = settings.get('$wgDBtype') or 'mysql'
    login = settings.login(known_files.names_of(NAME))
    if logins.engine(driver) != 'sqlite':
        if settings.has('$wgSharedDB') and settings.get('$wgSharedDB'):
            tree.note('$wgSharedDB: it shares tables with another wiki, whose database is to be backed up there')
        return logins.entry(tree, driver, login)
    folder = settings.get('$wgSQLiteDataDir') or ''
    if not folder:
        tree.note('$wgSQLiteDataDir is not known: complete the path of the database by hand')
        return []
    names = [login['name'], f'{login["name"]}_jobqueue'] if login.get('name') else ['']
    found = []
    for number, name in enumerate(names):
        path = posixpath.join(folder, f'{name}.sqlite') if name else ''
        if number == 0 or tree.has(path):
            found += logins.entry(tree, driver, {'name': path})
    if found and not within(found[0]['path'], tree.path):
        tree.note(f'its database lies outside of the webroot, in {folder}')
    return found
