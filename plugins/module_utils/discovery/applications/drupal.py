# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drupal 7 and newer: every sites/*/settings.php, with settings.local.php where that is included; files elsewhere.

Sources: core/lib/Drupal.php and includes/bootstrap.inc (version), sites/default/default.settings.php (settings),
sites/default/default.services.yml and drupal.org/docs/administering-a-drupal-site (what is made anew).
"""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import PhpSettings, Tree
from ansible_collections.rawat.website.plugins.module_utils.site_settings import known_files

NAME = 'Drupal'
SITE_LIMIT = 50
LOCAL = 'settings.local.php'
# Aggregated CSS and JavaScript, compiled Twig: "drush cache:rebuild" removes them, requests make them anew.
REGENERATED = ('css/', 'js/', 'php/')
# default.settings.php: $settings['…'] of Drupal 8, $conf['…'] of Drupal 7.
_FOLDERS = (
    ('$settings', 'file_private_path'), ('$settings', 'file_public_path'), ('$settings', 'config_sync_directory'),
    ('$conf', 'file_private_path'), ('$conf', 'file_public_path'), ('$config_directories', 'sync'),
)  # fmt: skip


def top(tree: Tree) -> Tree | None:
    """Where Composer installed it, the folder above the document root: it holds vendor/ and often the configuration."""
    for candidate in (tree, tree.at('web'), tree.at('docroot')):
        if _is_docroot(candidate):
            above = candidate.up()
            return above if above.has('composer.json') and above.has_folder('vendor') else candidate
    return None


def describe(tree: Tree) -> Found:
    docroot = next(one for one in (tree, tree.at('web'), tree.at('docroot')) if _is_docroot(one))
    inside = '' if docroot.path == tree.path else docroot.path.rpartition('/')[2] + '/'
    folders = Folders(tree, [f'{inside}sites/*/files/{one}' for one in REGENERATED])
    databases: list[dict[str, Any]] = []
    urls = []
    for site in _sites(docroot):
        for settings in _files(docroot, f'sites/{site}'):
            urls.append(settings.get('$base_url'))
            for place in _FOLDERS:
                if settings.get(*place):
                    folders.add(docroot.full(settings.get(*place) or ''), place[-1], source=docroot.full(settings.file))
        for one in _databases(docroot, _files(docroot, f'sites/{site}')):
            databases += [one] if one not in databases else []
        folders.links_of(docroot.full(f'sites/{site}'))
    folders.links_of()
    if not databases:
        tree.note('no sites/*/settings.php names a database that can be read: complete the entry by hand')
    url = next((one for one in urls if one), None)
    return Found(NAME, _version(docroot), tuple(folders.webroots), tuple(databases), url,
                 document_root=docroot.path if inside else None)  # fmt: skip


def _is_docroot(tree: Tree) -> bool:
    return tree.has('core/lib/Drupal.php') or (tree.has('includes/bootstrap.inc') and tree.has_folder('modules/system'))


def _version(docroot: Tree) -> str | None:
    if docroot.has('core/lib/Drupal.php'):
        return docroot.php('core/lib/Drupal.php').get('VERSION')
    return docroot.php('includes/bootstrap.inc').get('VERSION')


def _sites(docroot: Tree) -> list[str]:
    names = [one for one in docroot.listing('sites') if docroot.has(f'sites/{one}/settings.php')]
    ours = [one for one in names if one in docroot.names]
    if ours:
        return ours
    if len(names) > 1:
        docroot.note(f'it serves {len(names)} sites ({", ".join(names[:5])}…): all of their databases are listed')
    return names[:SITE_LIMIT]


def _files(docroot: Tree, folder: str) -> list[PhpSettings]:
    settings = docroot.php(f'{folder}/settings.php', {'DRUPAL_ROOT': docroot.path})
    included = any(LOCAL in text for text in settings.strings())
    if not included or not docroot.has(f'{folder}/{LOCAL}'):
        return [settings]
    docroot.note(f'{settings.name} includes {LOCAL}, whose settings are taken where both have one')
    return [settings, docroot.php(f'{folder}/{LOCAL}', {'DRUPAL_ROOT': docroot.path})]


def _databases(docroot: Tree, files: list[PhpSettings]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for settings in files:
        for key in settings.below('$databases'):
            for target in settings.below('$databases', key):
                place = ('$databases', key, target)
                if target != 'default' or not settings.below(*place):
                    continue  # a replica holds the same
                names = {role: (*place, path[-1]) for role, path in known_files.names_of(NAME).items()}
                driver = settings.get(*place, 'driver') or 'mysql'
                found[key] = logins.entry(docroot, driver, settings.login(names))
        if settings.has('$db_url'):
            found['default'] = logins.from_url(docroot, settings.get('$db_url') or '')
    return [one for entries in found.values() for one in entries]
