# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no other module knows: PHP written for this site, or static pages.

Databases are looked for where people put them: small files with telling names (koneksi.php is Indonesian for
connection.php), as arguments of mysqli_connect, new mysqli, new PDO, pg_connect, new SQLite3, and in .env.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import logins
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.folders import Folders
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.found import Found
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import PhpSettings, Tree
from ansible_collections.rawat.website.plugins.module_utils.site_settings import known_files, php_expressions

NAME = 'PHP'
STATIC = 'static'
FOLDERS = ('.', 'config', 'configs', 'conf', 'inc', 'include', 'includes', 'lib', 'libs', 'library', 'admin', 'app',
           'app/config', 'assets/config', 'src', 'system', 'koneksi', 'db', 'database', 'public', '..')  # fmt: skip
TELLING = re.compile(
    r'.{0,40}(config|conf|konfig|setting|koneksi|connect|conn|database|dbase|db|sqli?|init|bootstrap|env|global|common)'
    r'.{0,40}\.(php|inc)', re.IGNORECASE,
)  # fmt: skip
PUBLIC = ('/public', '/public_html', '/web')  # the folder above holds what nobody may fetch
FILES = 60  # that are read
SMALL, ALL_TOGETHER = 32 * 1024, 256 * 1024  # bytes of a file, of all that are read; others are programs
CALLS = ('mysqli_connect', 'mysqli', 'mysql_connect', 'mysql_pconnect', 'pdo', 'pg_connect', 'pg_pconnect', 'sqlite3')
ROLES = ('host', 'user', 'password', 'name', 'port', 'socket')  # arguments of mysqli_connect
_WORDS = re.compile(r"(\w{1,30})\s{0,5}=\s{0,5}(?:'([^']{0,400})'|(\S{0,400}))")


def top(tree: Tree) -> Tree | None:
    return tree


def describe(tree: Tree) -> Found:
    names = tree.listing()
    is_php = any(name.endswith('.php') for name in names)
    folders = Folders(tree)
    folders.links_of()
    if not is_php and not tree.has('public/index.php'):
        if not any(name.lower().endswith(('.html', '.htm')) for name in names):
            tree.note('there is neither a PHP nor an HTML file in it: see what it is')
        return Found(STATIC, webroots=tuple(folders.webroots), kind='static')
    databases: list[dict[str, Any]] = []
    for one in [*_from_code(tree), *_from_environment(tree)]:
        databases += [one] if one not in databases else []
    if not databases:
        tree.note('no database was found in files with telling names: see whether it has one')
    return Found(NAME, webroots=tuple(folders.webroots), databases=tuple(databases), kind='php')


def _from_code(tree: Tree) -> Iterator[dict[str, Any]]:
    known: dict[str, str] = {}  # also the settings of the files before: config.php defines, index.php connects
    places = _candidates(tree)
    files = [tree.php(place) for place in places]
    for settings in files:
        for path, setting in settings.found.items():
            if len(path) == 1 and setting.value is not None and len(known) < 2000:
                known.setdefault(path[0], setting.value)
    for settings in files:
        own = {path[0]: one.value for path, one in settings.found.items() if len(path) == 1 and one.value is not None}
        yield from _connections(tree, settings, {**known, **own, **settings.known})


def _candidates(tree: Tree) -> list[str]:
    """What to read: index.php, and files with telling names; above the webroot only those that nothing else serves."""
    found = ['index.php'] if tree.has('index.php') else []
    for folder in FOLDERS:
        # Above a webroot there may be all the others.
        if not tree.has_folder(folder) or (folder == '..' and not tree.path.endswith(PUBLIC)):
            continue
        names = [name for name in tree.listing(folder) if TELLING.fullmatch(name)]
        found += [posixpath.join(folder, name) for name in names[:20] if tree.has(posixpath.join(folder, name))]
    total, chosen = 0, []
    for place in found[:FILES]:
        size = tree.size(place)
        if size <= SMALL and total + size <= ALL_TOGETHER:
            total += size
            chosen.append(place)
    return chosen


def _connections(tree: Tree, settings: PhpSettings, known: dict[str, str]) -> Iterator[dict[str, Any]]:
    if not re.search(rb'mysqli?|pdo|pg_p?connect|sqlite3', settings.data, re.IGNORECASE):
        return
    selected = _arguments(settings, ('mysql_select_db',), known)
    for name, arguments in _arguments(settings, CALLS, known):
        if not arguments:
            continue
        if arguments[0] is None:
            tree.note(f'{settings.name} connects by {name}, but the server is not a literal: complete it by hand')
            continue
        texts = [text or '' for text in arguments] + [''] * 6
        folder = posixpath.dirname(settings.file) or '.'
        if name == 'pdo':
            yield from logins.from_dsn(tree, texts[0], texts[1], texts[2], folder)
        elif name == 'sqlite3':
            yield from logins.entry(tree, 'sqlite', {'name': texts[0]}, folder)
        elif name.startswith('pg_'):
            yield from _postgresql(tree, texts[0])
        else:
            if name.startswith('mysql_'):  # of PHP 5: the database is chosen by a call of its own
                texts[3:6] = [next((one[0] or '' for _name, one in selected if one), ''), '', '']
            yield from logins.entry(tree, 'mysqli', dict(zip(ROLES, texts)))


def _arguments(
    settings: PhpSettings, names: Sequence[str], known: dict[str, str]
) -> list[tuple[str, list[str | None]]]:
    try:
        calls = list(php_expressions.calls(settings.data, names))
    except ValueError:  # no PHP after all; the reading of its settings has remarked upon it
        return []
    return [(name, [php_expressions.value(one, known) for one in written[:6]]) for name, written in calls]


def _postgresql(tree: Tree, text: str) -> Iterator[dict[str, Any]]:
    words = {match[1].lower(): match[2] or match[3] or '' for match in _WORDS.finditer(text[:2000])}
    yield from logins.entry(tree, 'pgsql', {
        'name': words.get('dbname', ''), 'host': words.get('host', ''), 'port': words.get('port', ''),
        'user': words.get('user', ''), 'password': words.get('password', '')})  # fmt: skip


def _from_environment(tree: Tree) -> list[dict[str, Any]]:
    """.env here, or above a folder that is called public."""
    for file in ('.env', '../.env') if tree.path.endswith('/public') else ('.env',):
        environment = tree.environment(file)
        if environment.get(known_files.ENVIRONMENT_URL):
            return logins.from_url(tree, environment[known_files.ENVIRONMENT_URL])
        login = {role: environment.get(key, '') for role, key in known_files.ENVIRONMENT.items()}
        if login['name']:
            return logins.entry(tree, environment.get('DB_CONNECTION') or 'mysql', login)
    return []
