# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How applications name a database and its server, in the words of the inventory."""

from __future__ import annotations

import posixpath
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery.applications.tree import Tree
from ansible_collections.rawat.website.plugins.module_utils.discovery.reading import printable

# Drivers of PHP (mysqli, PDO), Moodle, Drupal, CodeIgniter (postgre), OJS (postgres9), Django, SQLAlchemy and JDBC.
_ENGINES = (
    ('mariadb', re.compile(r'(pdo_?|native_)?(mysqli?|mariadb)|auroramysql|mysqlnd|mysqlconnector')),
    ('postgresql', re.compile(r'(pdo_?)?(pgsql|postgres(ql)?\d*|postgre|postgis|psycopg2?)|postgresql_psycopg2')),
    ('sqlite', re.compile(r'(pdo_?)?sqlite3?|spatialite')),
)
_HOST = re.compile(r'(?:p:)?(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^:\[\]/]*))(?::(?P<rest>.*))?', re.DOTALL)


def engine(driver: str) -> str | None:
    """The inventory's word for a driver; None for a database that is not backed up here."""
    word = driver.strip().lower().replace('\\', '.').rpartition('.')[2]
    return next((name for name, pattern in _ENGINES if pattern.fullmatch(word)), None)


def entry(tree: Tree, driver: str, login: Mapping[str, str], folder: str = '') -> list[dict[str, Any]]:
    """The database as an entry of the inventory, or nothing, with a remark.

    `login` has name, user, password, host, port, socket as far as they are known; for SQLite, name is the path,
    which begins at `folder` where it is relative.
    """
    known = engine(driver)
    name = login.get('name', '')
    if known is None:
        tree.note(f'a database of the kind {printable(driver)} is not backed up here: dump it into a webroot')
        return []
    if not name or name == ':memory:':
        tree.note('the configuration does not say the name of its database: complete the entry by hand')
        return []
    if known == 'sqlite':
        return [{'engine': known, 'path': posixpath.normpath(posixpath.join(tree.full(folder or '.'), name))}]
    found: dict[str, Any] = {'engine': known, 'name': name, **server(login.get('host', ''))}
    port = _port(login.get('port', ''))
    if port:
        found['login_port'] = port
    if login.get('socket'):
        found['login_unix_socket'] = login['socket']
    for key in ('user', 'password'):
        if login.get(key):
            found[f'login_{key}'] = login[key]
    if found.get('login_unix_socket'):  # then host and port say nothing
        found = {key: value for key, value in found.items() if key not in ('login_host', 'login_port')}
    return [found]


def server(host: str) -> dict[str, Any]:
    """login_host, login_port, login_unix_socket of 'host', 'host:port', '[::1]:port', 'localhost:/socket', '/socket'.

    PHP's mysqli puts `p:` before a host for a connection that stays open.
    """
    host = host.strip()
    if host.startswith('/'):
        return {'login_unix_socket': host}
    if re.fullmatch(r'[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*', host):
        return {'login_host': host}
    match = _HOST.fullmatch(host)
    if not match:
        return {'login_host': host} if host else {}
    rest = match['rest'] or ''
    if '/' in rest:  # also 'localhost:3306:/socket'
        return {'login_unix_socket': rest[rest.index('/') :]}
    found: dict[str, Any] = {}
    if match['six'] or match['host']:
        found['login_host'] = match['six'] or match['host']
    if _port(rest):
        found['login_port'] = _port(rest)
    return found


def from_url(tree: Tree, url: str, folder: str = '') -> list[dict[str, Any]]:
    """mysql://user:password@host:port/name, postgres://…, sqlite:///path, jdbc:postgresql://host:port/name?user=…"""
    plain = url[5:] if url.startswith('jdbc:') else url
    try:
        parts = urllib.parse.urlsplit(plain)
        port, host = parts.port, parts.hostname or ''
        user, password = parts.username, parts.password
    except ValueError:
        tree.note('the address of its database cannot be read as a URL: complete the entry by hand')
        return []
    options = dict(urllib.parse.parse_qsl(parts.query))
    path = urllib.parse.unquote(parts.path)
    driver = parts.scheme.split('+')[0]
    # sqlite:///x is relative, sqlite:////x absolute; sqlite:x and jdbc:sqlite:/x have no authority
    name = path[1:] if '://' in plain else path
    login = {
        'name': name, 'user': urllib.parse.unquote(user or options.get('user', '')), 'host': host,
        'password': urllib.parse.unquote(password or options.get('password', '')), 'port': str(port or ''),
        'socket': options.get('unix_socket', options.get('socket', '')),
    }  # fmt: skip
    if options.get('host'):  # postgres:///name?host=/run/postgresql
        login['host'] = options['host']
    return entry(tree, driver, login, folder)


def from_dsn(tree: Tree, dsn: str, user: str = '', password: str = '', folder: str = '') -> list[dict[str, Any]]:
    """PDO: 'mysql:host=…;dbname=…;port=…;unix_socket=…', 'pgsql:…', 'sqlite:/path'."""
    driver, _colon, rest = dsn.partition(':')
    if engine(driver) == 'sqlite':
        return entry(tree, driver, {'name': rest}, folder)
    words = {key.strip().lower(): value.strip() for key, _sign, value in _pairs(rest)}
    return entry(tree, driver, {
        'name': words.get('dbname', ''), 'host': words.get('host', ''), 'port': words.get('port', ''),
        'socket': words.get('unix_socket', ''), 'user': user or words.get('user', ''),
        'password': password or words.get('password', ''),
    })  # fmt: skip


def _pairs(text: str) -> list[tuple[str, str, str]]:
    return [part.partition('=') for part in text.replace(';', '\n').split('\n')]


def _port(text: str) -> int | None:
    text = str(text).strip()
    return int(text) if re.fullmatch(r'[0-9]{1,5}', text) and 0 < int(text) < 65536 else None
