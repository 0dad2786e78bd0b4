# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Laravel and Lumen: artisan above public/, settings in .env.

Sources: .env.example, config/database.php (defaults), laravel.com/docs/structure (storage/framework, bootstrap/cache).
"""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree
from ansible_collections.rawat.website.plugins.module_utils.site_settings import known_files

NAME = 'Laravel'
# Compiled views and the file cache, which "artisan optimize:clear" empties and requests fill again.
EXCLUDE = ('storage/framework/cache/data/', 'storage/framework/views/')
CORES = (
    'vendor/laravel/framework/src/Illuminate/Foundation/Application.php',
    'vendor/laravel/lumen-framework/src/Application.php',
)


def top(tree: Tree) -> Tree | None:
    for candidate in (tree, tree.up()) if tree.path != '/' else (tree,):
        is_served = candidate.path == tree.path or tree.has('index.php')
        if is_served and candidate.has('artisan') and candidate.has('bootstrap/app.php'):
            return candidate
    return None


def describe(tree: Tree) -> Found:
    environment = tree.environment()
    if not tree.has('.env'):
        tree.note('there is no .env that can be read: its settings come from the environment, which is not known here')
    folders = Folders(tree, EXCLUDE)
    folders.links_of()
    folders.links_of('public')
    version = next((text for file in CORES if (text := tree.php(file).get('VERSION'))), None)
    databases = _databases(tree, environment) if environment else []
    return Found(NAME, version, tuple(folders.webroots), tuple(databases), environment.get('APP_URL') or None,
                 document_root=tree.full('public') if tree.has_folder('public') else None)  # fmt: skip


def _databases(tree: Tree, environment: dict[str, str]) -> list[dict[str, Any]]:
    url = environment.get('DB_URL') or environment.get(known_files.ENVIRONMENT_URL)
    if url:
        return logins.from_url(tree, url)
    driver = environment.get('DB_CONNECTION')
    login = {role: environment.get(key, '') for role, key in known_files.ENVIRONMENT.items()}
    if driver is None:
        if not login['name']:
            tree.note('.env has no DB_CONNECTION: config/database.php decides; complete the entry by hand')
            return []
        driver = 'mysql'
    if logins.engine(driver) == 'sqlite':
        name = login['name'] if login['name'].startswith('/') else 'database/database.sqlite'
        return logins.entry(tree, driver, {'name': name})
    return logins.entry(tree, driver, {'host': '127.0.0.1', **{role: text for role, text in login.items() if text}})
