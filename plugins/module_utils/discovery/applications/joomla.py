# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Joomla. Source: installation/configuration.php-dist, administrator/manifests/files/joomla.xml."""

from __future__ import annotations

import re

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree
from ansible_collections.rawat.website.plugins.module_utils.site_settings import known_files

NAME = 'Joomla'
MANIFEST = 'administrator/manifests/files/joomla.xml'
# "System > Clear Cache" empties both.
EXCLUDE = ('cache/', 'administrator/cache/')


def top(tree: Tree) -> Tree | None:
    if tree.has(MANIFEST):
        return tree
    return tree if tree.has_folder('administrator') and 'class JConfig' in tree.text('configuration.php') else None


def describe(tree: Tree) -> Found:
    version = re.search(r'<version>\s*([\w.-]{1,40})\s*</version>', tree.text(MANIFEST))
    settings = tree.php('configuration.php')
    if not settings.data:
        tree.note('there is no configuration.php: Joomla is not set up yet')
        return Found(NAME, version and version[1], tuple(Folders(tree, EXCLUDE).webroots))
    folders = Folders(tree, EXCLUDE)
    folders.links_of()
    databases = logins.entry(tree, settings.get('$dbtype') or 'mysqli', settings.login(known_files.names_of(NAME)))
    url = settings.get('$live_site') or None
    return Found(NAME, version and version[1], tuple(folders.webroots), tuple(databases), url)
