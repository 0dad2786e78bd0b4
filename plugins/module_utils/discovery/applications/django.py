# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Django: manage.py names the settings, which are read as a syntax tree. The webroot is the project or a folder in it.

Sources: docs.djangoproject.com/en/stable/ref/settings (DATABASES, MEDIA_ROOT, STATIC_ROOT), manage.py as startproject
makes it, django-environ and dj-database-url (settings from the environment).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree
from ansible_collections.rawat.website.plugins.module_utils.discovery.reading import printable
from ansible_collections.rawat.website.plugins.module_utils.site_settings import python_settings

NAME = 'Django'
UP = 2  # folders above the webroot: a server shows static/ or media/ of a project
STAR_LIMIT = 3  # settings that take over others
EXCLUDE = ('__pycache__',)  # compiled anew
_MODULE = re.compile(r'DJANGO_SETTINGS_MODULE[\'"]\s{0,20},\s{0,20}[\'"]([\w.]{1,200})[\'"]')
_ROLES = {'NAME': 'name', 'USER': 'user', 'PASSWORD': 'password', 'HOST': 'host', 'PORT': 'port'}


def top(tree: Tree) -> Tree | None:
    candidate = tree
    for _level in range(UP + 1):
        if candidate.has('manage.py') and 'DJANGO_SETTINGS_MODULE' in candidate.text('manage.py'):
            return candidate
        if candidate.path == '/':
            return None
        candidate = candidate.up()
    return None


def describe(tree: Tree) -> Found:
    folders = Folders(tree, EXCLUDE)
    match = _MODULE.search(tree.text('manage.py'))
    file = _file(tree, match[1]) if match else None
    if not file:
        tree.note('manage.py does not name settings that can be found: complete the entry by hand')
        return Found(NAME, webroots=tuple(folders.webroots), kind='none')
    environment = tree.environment()
    names = _Settings(tree, environment).load(file, 0)
    for key in ('MEDIA_ROOT', 'STATIC_ROOT'):
        place = names.get(key)
        if isinstance(place, python_settings.Unknown):
            tree.note(f'{key} is not a literal in {printable(file)}: list that folder by hand if it lies elsewhere')
        elif isinstance(place, str) and place and (key == 'MEDIA_ROOT' or tree.has_folder(place)):
            folders.add(place, key, source=file)
    folders.links_of()
    tree.note('say application.command in the inventory, so that a drill can start it')
    databases = _databases(tree, names, file, environment)
    return Found(NAME, _version(tree), tuple(folders.webroots), tuple(databases), kind='none')


class _Settings:
    def __init__(self, tree: Tree, environment: Mapping[str, str]):
        self.tree = tree
        self.environment = environment
        self.stars = 0

    def load(self, file: str, depth: int) -> dict[str, Any]:
        """The names of a settings file and of those that it takes over with `from … import *`."""
        folder = file.rpartition('/')[0]

        def star(module: str, level: int) -> dict[str, Any]:
            self.stars += 1
            place = '/'.join(['.', folder, *['..'] * (level - 1)]) if level else '.'
            other = _file(self.tree.at(place), module) if module else None
            if other is None or depth >= STAR_LIMIT or self.stars > STAR_LIMIT:
                return {}
            return self.load(self.tree.at(place).full(other), depth + 1)

        source = self.tree.text(file)
        try:
            names, conditional = python_settings.settings(source, self.tree.full(file), star)
            for name in sorted(conditional & {'DATABASES', 'MEDIA_ROOT'}):
                self.tree.note(f'{name} is set under a condition in {printable(file)}: compare it')
        except python_settings.Unreadable as error:
            self.tree.note(f'{printable(self.tree.full(file))} was not read: {error}')
            return {}
        names.pop('__file__', None)
        return names


def _file(tree: Tree, module: str) -> str | None:
    path = module.replace('.', '/')
    return next((one for one in (f'{path}.py', f'{path}/__init__.py') if tree.has(one)), None)


def _databases(tree: Tree, names: Mapping[str, Any], file: str, environment: Mapping[str, str]) -> list[dict[str, Any]]:
    said = names.get('DATABASES')
    if not isinstance(said, dict):
        tree.note(f'DATABASES is not a literal in {printable(file)}: complete the entry by hand')
        return []
    found: list[dict[str, Any]] = []
    for alias, one in list(said.items())[:20]:
        if isinstance(one, (str, python_settings.Unknown)):
            url = _resolved(tree, f'DATABASES[{alias!r}]', one, environment)
            entries = logins.from_url(tree, url) if url else []
        else:
            entries = _entry(tree, alias, one, environment) if isinstance(one, dict) else []
        found += [entry for entry in entries if entry not in found]
    return found


def _entry(tree: Tree, alias: str, one: dict, environment: Mapping[str, str]) -> list[dict[str, Any]]:
    login = {}
    for key, role in _ROLES.items():
        text = _resolved(tree, f'DATABASES[{alias!r}][{key!r}]', one.get(key, ''), environment)
        if text:
            login[role] = text
    driver = _resolved(tree, 'ENGINE', one.get('ENGINE', ''), environment)
    options = one.get('OPTIONS')
    for key in ('unix_socket', 'read_default_file', 'service'):
        if isinstance(options, dict) and isinstance(options.get(key), str):
            if key == 'unix_socket':
                login['socket'] = options[key]
            else:
                tree.note(f'OPTIONS {key} is used for its login: complete the entry by hand')
    if not driver or driver.endswith('dummy'):
        return []
    return logins.entry(tree, driver, login)


def _resolved(tree: Tree, what: str, value: Any, environment: Mapping[str, str]) -> str:
    """The text of a value, from .env where the settings ask the environment; remarks say what is a guess."""
    variable = getattr(value, 'variable', None)
    if variable and variable in environment:
        return environment[variable]
    if isinstance(value, python_settings.FromEnvironment):
        if value.variable:
            tree.note(f'{what} is the default; the environment variable {value.variable} may say otherwise')
        return str(value)
    if isinstance(value, python_settings.Unknown):
        source = f'it comes from the environment variable {variable}' if variable else 'it is not a literal'
        tree.note(f'{what} is not known: {source}; say it in the inventory')
        return ''
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ''


def _version(tree: Tree) -> str | None:
    """From the metadata that pip leaves in a virtual environment of the project, else what requirements.txt demands."""
    for folder in ('venv', '.venv', 'env'):
        for python in tree.listing(f'{folder}/lib')[:5] if tree.has_folder(f'{folder}/lib') else []:
            for name in tree.listing(f'{folder}/lib/{python}/site-packages'):
                match = re.fullmatch(r'[Dd]jango-(\d[\w.]{0,30})\.dist-info', name)
                if match:
                    return match[1]
    match = re.search(r'^[Dd]jango==(\d[\w.]{0,30})', tree.text('requirements.txt'), re.MULTILINE)
    return match and match[1]
