# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""DSpace: the folder of its installation with config/ and assetstore/, or a web application of Tomcat that names it.

Sources: config/dspace.cfg and local.cfg.EXAMPLE (db.url, db.username, db.password, assetstore.dir, assetstore.dir.N),
config/modules/assetstore.cfg (DSpace 7), WEB-INF/web.xml (parameter dspace.dir, before 7),
WEB-INF/classes/application.properties (dspace.dir, since 7).
"""

from __future__ import annotations

import re

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree

NAME = 'DSpace'
FILES = ('config/dspace.cfg', 'config/modules/assetstore.cfg', 'config/local.cfg')  # the last one has the last word
WEBAPPS = ('.', 'server', 'ROOT', 'xmlui', 'jspui', 'rest', 'oai')
ADDRESSES = ('dspace.ui.url', 'dspace.url', 'dspace.baseUrl')
LINE_LIMIT = 20_000
_PARAMETER = re.compile(
    r'<param-name>\s{0,20}dspace\.dir\s{0,20}</param-name>.{0,400}?<param-value>([^<$]{1,400})<', re.DOTALL
)
_JAR = re.compile(r'dspace-api-(\d[\w.-]{0,30})\.jar')


def top(tree: Tree) -> Tree | None:
    if tree.has('config/dspace.cfg'):
        return tree
    for webapp in WEBAPPS:
        for file in ('WEB-INF/web.xml', 'WEB-INF/classes/application.properties'):
            home = _home(tree, f'{webapp}/{file}')
            if home and tree.has(f'{home}/config/dspace.cfg'):
                return tree.at(home)
    return None


def describe(tree: Tree) -> Found:
    settings: dict[str, str] = {}
    for file in FILES:
        settings.update(properties(tree.text(file)))
    settings = {key: _filled(text, settings) for key, text in settings.items() if len(text) < 4096}
    folders = Folders(tree)
    for key in sorted(settings):
        if re.fullmatch(r'assetstore\.dir(\.\d{1,3})?', key) and settings[key]:
            folders.add(settings[key], key, source='config/dspace.cfg')
    folders.links_of()
    url = settings.get('db.url', '')
    databases = logins.from_url(tree, url) if url else []
    if not url:
        tree.note('neither dspace.cfg nor local.cfg has db.url: complete the entry by hand')
    for one in databases:
        for key in ('username', 'password'):
            if settings.get(f'db.{key}'):
                one['login_user' if key == 'username' else 'login_password'] = settings[f'db.{key}']
    tree.note('its search index is in Solr: statistics of use are there alone; export them or list the folder of Solr')
    addresses = [settings[key] for key in ADDRESSES if settings.get(key)]
    return Found(NAME, _version(tree), tuple(folders.webroots), tuple(databases), next(iter(addresses), None), 'none')


def properties(text: str) -> dict[str, str]:
    """{key: value} of a file of Java properties, as far as DSpace uses the format: the first `=` or `:` divides."""
    found = {}
    for line in text.split('\n')[:LINE_LIMIT]:
        match = re.match(r'([\w.-]{1,200})[ \t]*[=:]', line.strip())
        if match:
            found[match[1]] = line.strip()[match.end() :].strip().replace('\\,', ',')
    return found


def _filled(text: str, settings: dict[str, str]) -> str:
    """${name} put in, as often as names may lead to names; what leads in a circle stays."""
    for _round in range(5):
        names = re.findall(r'\$\{([\w.-]{1,200})\}', text)[:20]
        for name in names:
            if name in settings and len(text) < 4096:
                text = text.replace(f'${{{name}}}', settings[name][:1000])
    return text


def _home(tree: Tree, file: str) -> str | None:
    if not tree.has(file):
        return None
    text = tree.text(file)
    match = _PARAMETER.search(text)
    home = match[1].strip() if match else properties(text).get('dspace.dir', '')
    return home if home.startswith('/') else None


def _version(tree: Tree) -> str | None:
    return next((match[1] for name in tree.listing('lib') if (match := _JAR.fullmatch(name))), None)
