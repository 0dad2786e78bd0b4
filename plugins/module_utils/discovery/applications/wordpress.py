# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""WordPress: wp-config.php here, one level up, or Debian's /etc/wordpress/config-HOST.php; content elsewhere.

Sources: wp-load.php (where wp-config.php is looked for), developer.wordpress.org/advanced-administration/wordpress/
wp-config (constants), Debian's /usr/share/wordpress/wp-config.php, SQLite Database Integration (db.php, .ht.sqlite).
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders, within
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import PhpSettings, Tree
from ansible_collections.rawat.website.plugins.module_utils.site_settings import known_files

NAME = 'WordPress'
# The core unpacks updates in upgrade/ and clears it; cache plugins (WP Super Cache, W3 Total Cache) fill cache/ anew.
EXCLUDE = ('cache/', 'upgrade/')
DEBIAN = '/etc/wordpress'
_OWN_FOLDER = re.compile(r'[\'"]/?([\w.-]{1,60})/wp-blog-header\.php[\'"]')


def top(tree: Tree) -> Tree | None:
    if tree.has('wp-includes/version.php') or (tree.has('wp-load.php') and tree.has('wp-config.php')):
        return tree
    inner = _own_folder(tree)
    return tree if inner and inner.has('wp-includes/version.php') else None


def describe(tree: Tree) -> Found:
    core = tree if tree.has_folder('wp-includes') else _own_folder(tree) or tree
    versions = core.php('wp-includes/version.php')
    files = [core.php(path, {'ABSPATH': core.path + '/'}) for path in _configurations(core)]
    if not files:
        tree.note('there is no wp-config.php: WordPress is not set up yet, or its configuration is elsewhere')
    folders = Folders(tree)
    databases: list[dict[str, Any]] = []
    urls = []
    for settings in files:
        _content(core, folders, settings)
        databases += [one for one in _databases(core, settings) if one not in databases]
        urls.append(settings.get('WP_HOME') or settings.get('WP_SITEURL') or _network(settings))
    folders.links_of()
    folders.links_of(core.full('wp-content'))
    url = next((one for one in urls if one), None)
    return Found(NAME, versions.get('$wp_version'), tuple(folders.webroots), tuple(databases), url)


def _own_folder(tree: Tree) -> Tree | None:
    """WordPress in a folder of its own: the index.php above it loads that folder's wp-blog-header.php."""
    match = _OWN_FOLDER.search(tree.text('index.php')[:4000]) if tree.has('index.php') else None
    return tree.at(match[1]) if match else None


def _configurations(tree: Tree) -> list[str]:
    if tree.has('wp-config.php'):
        return _debian(tree) if 'DEBIAN_FILE' in tree.text('wp-config.php') else ['wp-config.php']
    # A wp-settings.php up there would mean that the file belongs to another WordPress.
    return ['../wp-config.php'] if tree.has('../wp-config.php') and not tree.has('../wp-settings.php') else []


def _debian(tree: Tree) -> list[str]:
    """One site for each config-HOST.php: that of our host names, as Debian chooses it; all where no name is known."""
    names = [one for one in tree.listing(DEBIAN) if re.fullmatch(r'config-.+\.php', one)]
    for host in tree.names:
        for candidate in (host.lower(), host.lower().partition('.')[2], 'default'):
            if f'config-{candidate}.php' in names:
                return [f'{DEBIAN}/config-{candidate}.php']
    if len(names) > 1:
        tree.note(f'{DEBIAN} has {len(names)} sites: divide their databases among as many entries')
    return [f'{DEBIAN}/{name}' for name in names[:50]]


def _content(core: Tree, folders: Folders, settings: PhpSettings) -> None:
    given = settings.get('WP_CONTENT_DIR')
    if settings.file.startswith(DEBIAN):
        folders.add(DEBIAN, 'the configuration', source=None)
        given = given or '/var/lib/wordpress/wp-content'
    elif not within(core.full(settings.file), folders.tree.path):
        core.note(f'{settings.name} lies above the webroot, among other things: keep a copy of it in a listed folder')
    content = given or core.full('wp-content')
    folders.add(content, 'WP_CONTENT_DIR', EXCLUDE, settings.file)
    uploads = settings.get('UPLOADS')  # relative to ABSPATH
    if uploads:
        folders.add(core.full(uploads), 'UPLOADS', source=settings.file)


def _databases(core: Tree, settings: PhpSettings) -> list[dict[str, Any]]:
    content = settings.get('WP_CONTENT_DIR') or core.full('wp-content')
    if core.has(f'{content}/db.php') and (core.has(f'{content}/database/.ht.sqlite') or settings.has('DB_FILE')):
        folder = settings.get('DB_DIR') or f'{content}/database'
        return logins.entry(core, 'sqlite', {'name': f'{folder}/{settings.get("DB_FILE") or ".ht.sqlite"}'})
    login = settings.login(known_files.names_of(NAME))
    if settings.file.startswith(DEBIAN):  # what Debian's wp-config.php puts in for what is missing
        login = {'name': 'wordpress', 'user': 'wordpress', 'host': 'localhost', **login}
    return logins.entry(core, 'mysqli', login)


def _network(settings: PhpSettings) -> str | None:
    if settings.get('MULTISITE') != 'true':
        return None
    domain = settings.get('DOMAIN_CURRENT_SITE')
    settings.tree.note('it is a network of several sites, all of them in this database and in these folders')
    return f'http://{domain}{settings.get("PATH_CURRENT_SITE") or "/"}' if domain else None
