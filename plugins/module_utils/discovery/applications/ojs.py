# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open Journal Systems and its sisters OMP and OPS: config.inc.php is an ini file behind a line of PHP.

Sources: config.TEMPLATE.inc.php ([general] base_url, [database] driver host username password name port unix_socket,
[files] files_dir public_files_dir), dbscripts/xml/version.xml, docs.pkp.sfu.ca/admin-guide (clearing caches).
"""

from __future__ import annotations

import re

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree

NAME = 'OJS'
FILE = 'config.inc.php'
VERSION = 'dbscripts/xml/version.xml'
SISTERS = {'ojs2': 'OJS', 'ojs': 'OJS', 'omp': 'OMP', 'ops': 'OPS'}
# "Clear Template Cache" and "Clear Data Caches" of the administration empty them.
EXCLUDE = ('cache/_db/', 'cache/t_cache/', 'cache/t_compile/', 'cache/fc-*.php')
_LINE = re.compile(r'\s*([\w.-]+(?:\[[^\]]*\])?)\s*=\s*(.*)\Z')
_ROLES = {'name': 'name', 'username': 'user', 'password': 'password', 'host': 'host', 'port': 'port',
          'unix_socket': 'socket'}  # fmt: skip


def top(tree: Tree) -> Tree | None:
    return tree if tree.has(VERSION) and (tree.has('config.TEMPLATE.inc.php') or tree.has_folder('lib/pkp')) else None


def describe(tree: Tree) -> Found:
    about = tree.text(VERSION)
    word = re.search(r'<application>\s*(\w{1,20})\s*<', about)
    release = re.search(r'<release>\s*([\w.-]{1,40})\s*<', about)
    version = release and release[1]
    name = SISTERS.get(word[1] if word else '', NAME)
    folders = Folders(tree, EXCLUDE)
    folders.links_of()
    if not tree.has(FILE):
        tree.note(f'there is no {FILE}: it is not set up yet')
        return Found(name, version, tuple(folders.webroots))
    settings = sections(tree.text(FILE))
    for key in ('files_dir', 'public_files_dir'):
        if settings.get(('files', key)):
            folders.add(settings['files', key], key, source=FILE)
    if not settings.get(('files', 'files_dir')):
        tree.note(f'{FILE} has no files_dir: list the folder of the submissions by hand')
    login = {role: settings.get(('database', key), '') for key, role in _ROLES.items()}
    databases = logins.entry(tree, settings.get(('database', 'driver')) or 'mysqli', login)
    url = settings.get(('general', 'base_url')) or None
    return Found(name, version, tuple(folders.webroots), tuple(databases), url)


def sections(text: str) -> dict[tuple[str, str], str]:
    """{(section, key): value} of an ini file as PHP's parse_ini_file reads it; comments begin with a semicolon."""
    found, section = {}, ''
    for line in text.split('\n'):
        line = line.strip()[:4096]
        heading = re.match(r'\[([\w .-]+)\]', line)
        if heading:
            section = heading[1]
            continue
        match = _LINE.match(line)
        if match and not line.startswith((';', '#')):
            found[section, match[1]] = _value(match[2])
    return found


def _value(text: str) -> str:
    if text[:1] in ('"', "'"):
        end = text.find(text[0], 1)
        if end > 0:
            return text[1:end]
    plain = text.split(';')[0].strip()
    return '' if plain.lower() in ('off', 'null', 'none', 'no', 'false') else plain
