# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications made with CodeIgniter 3 (application/, also beside the webroot) or 4 (app/, public/, .env).

Sources: application/config/{config,database}.php, app/Config/{App,Database}.php, the file env,
codeigniter.com/user_guide (file-based caching; writable/).
"""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import PhpSettings, Tree
from ansible_collections.rawat.website.plugins.module_utils.site_settings import known_files

NAME = 'CodeIgniter'
CORES = ('vendor/codeigniter4/framework/system/CodeIgniter.php', 'system/CodeIgniter.php')


def top(tree: Tree) -> Tree | None:
    for candidate in (tree, tree.up()) if tree.path.endswith('/public') else (tree,):
        if candidate.has('app/Config/App.php') and candidate.has('app/Config/Database.php'):
            return candidate
    return tree if _application(tree) else None


def describe(tree: Tree) -> Found:
    return _third(tree, _application(tree) or tree) if _application(tree) else _fourth(tree)


def _application(tree: Tree) -> Tree | None:
    """The folder `application` of CodeIgniter 3: as index.php says, else where it is delivered."""
    if not tree.has('index.php'):
        return None
    index = tree.php('index.php')
    if not index.has('$application_folder') and not tree.has('system/core/CodeIgniter.php'):
        return None
    folder = tree.at(index.get('$application_folder') or 'application')
    return folder if folder.has('config/config.php') or folder.has('config/database.php') else None


def _third(tree: Tree, application: Tree) -> Found:
    index = tree.php('index.php')
    system = tree.at(index.get('$system_path') or 'system')
    folders = Folders(tree)
    folders.add(application.path, 'application_folder', ('cache/',), 'index.php')
    if system.has_folder('.'):
        folders.add(system.path, 'system_path', source='index.php')
    folders.links_of()
    database = 'config/production/database.php' if application.has('config/production/database.php') else ''
    settings = application.php(database or 'config/database.php', {
        'FCPATH': tree.path + '/', 'APPPATH': application.path + '/', 'BASEPATH': system.path + '/'})  # fmt: skip
    if not settings.data:
        tree.note('there is no config/database.php: complete the entry by hand if it has a database')
    group = settings.get('$active_group') or 'default'
    names = {role: ('$db', group, path[-1]) for role, path in known_files.names_of('CodeIgniter 3').items()}
    url = application.php('config/config.php').get('$config', 'base_url') or None
    version = system.php('core/CodeIgniter.php').get('CI_VERSION')
    databases = _entry(tree, settings, ('$db', group), settings.login(names))
    return Found(NAME, version, tuple(folders.webroots), tuple(databases), url)


def _fourth(tree: Tree) -> Found:
    environment = tree.environment()
    paths = {'ROOTPATH': tree.path + '/', 'APPPATH': tree.full('app') + '/', 'WRITEPATH': tree.full('writable') + '/'}
    settings = tree.php('app/Config/Database.php', paths)
    group = environment.get('database.defaultGroup') or settings.get('$defaultGroup') or 'default'
    place = (f'${group}',)
    names = {role: (*place, path[-1]) for role, path in known_files.names_of('CodeIgniter 4').items()}
    keys = {f'database.{group}.{path[-1]}': role for role, path in names.items()}
    over = {keys[key]: text for key, text in environment.items() if key in keys}
    login = {**settings.login({role: path for role, path in names.items() if role not in over}), **over}
    driver = environment.get(f'database.{group}.DBDriver')
    folders = Folders(tree, ('writable/cache/', 'writable/debugbar/'))
    folders.links_of()
    url = environment.get('app.baseURL') or tree.php('app/Config/App.php').get('$baseURL') or None
    version = next((text for file in CORES if (text := tree.php(file).get('CI_VERSION'))), None)
    databases = _entry(tree, settings, place, login, driver)
    return Found(NAME, version, tuple(folders.webroots), tuple(databases), url,
                 document_root=tree.full('public') if tree.has('public/index.php') else None)  # fmt: skip


def _entry(
    tree: Tree, settings: PhpSettings, place: tuple[str, ...], login: dict[str, str], said: str | None = None
) -> list[dict[str, Any]]:
    driver = said or settings.get(*place, 'dbdriver') or settings.get(*place, 'DBDriver') or 'mysqli'
    dsn = settings.get(*place, 'dsn') or settings.get(*place, 'DSN') or ''
    if driver.lower() == 'pdo' or dsn:
        if ':' in dsn:
            return logins.from_dsn(tree, dsn, login.get('user', ''), login.get('password', ''))
        driver = settings.get(*place, 'subdriver') or 'mysql'
        if ':' in login.get('host', '') and '=' in login.get('host', ''):  # older: the whole DSN as the host's name
            return logins.from_dsn(tree, login['host'], login.get('user', ''), login.get('password', ''))
    if not login.get('name'):
        return []  # delivered so, for applications without a database
    folder = 'writable' if settings.file.startswith('app/') else '.'
    return logins.entry(tree, driver, login, folder)
