# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a site looks for its databases: every socket path, host and port that the manifest and the inventory know."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_PORTS = {'mariadb': 3306, 'postgresql': 5432}
DEFAULT_SOCKETS = {
    'mariadb': ('/run/mysqld/mysqld.sock', '/var/lib/mysql/mysql.sock', '/tmp/mysql.sock'),  # noqa: S108
    'postgresql': ('/run/postgresql/.s.PGSQL.5432', '/tmp/.s.PGSQL.5432'),  # noqa: S108
}
PLACE_WORDS = {'socket': 'unix_socket', 'port': 'port', 'host': 'host'}
LOCAL = ('', 'localhost', '127.0.0.1', '::1')


@dataclass
class Endpoints:
    """`sockets`: {live path: private socket}; `ports`: {port: private socket}; `names`, `addresses`: database hosts."""

    sockets: dict[str, str] = field(default_factory=dict)
    ports: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def endpoints(site: Mapping[str, Any], manifest: Mapping[str, Any], servers: Mapping[str, Any]) -> Endpoints:
    """The endpoints of all databases of the point that a private server (`servers`: {engine: Server}) holds."""
    found = Endpoints()
    for part in manifest.get('databases') or []:
        engine = 'mariadb' if part['engine'] == 'mysql' else part['engine']
        server = servers.get(part['engine']) or servers.get(engine)
        if engine in DEFAULT_PORTS and server:
            private = _socket_file(server.socket)
            for place in (*_places(site, part), {}):
                _add(found, engine, place, private)
    return found


def _places(site: Mapping[str, Any], part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """{'socket', 'port', 'host'} of the live server: as the census saw it, and as the inventory says."""
    yield (part.get('census') or {}).get('endpoint') or {}
    for database in site.get('databases') or []:
        if database.get('name') == part['name']:
            yield {key: database.get(f'login_{word}') for key, word in PLACE_WORDS.items()}


def _add(found: Endpoints, engine: str, place: Mapping[str, Any], private: str) -> None:
    port = int(place.get('port') or DEFAULT_PORTS[engine])
    found.ports.setdefault(str(port), private)
    socket = place.get('socket')
    for path in [socket] if socket else DEFAULT_SOCKETS[engine]:
        if path.startswith('/'):
            named = engine == 'mariadb' or '/.s.PGSQL.' in path
            found.sockets.setdefault(path if named else f'{path.rstrip("/")}/.s.PGSQL.{port}', private)
    host = str(place.get('host') or '')
    if host in LOCAL or host.startswith('/'):
        return
    try:
        if ipaddress.ip_address(host).version == 4 and host not in found.addresses:
            found.addresses.append(host)
    except ValueError:
        if host not in found.names and len(host.split()) == 1:
            found.names.append(host)


def _socket_file(path: str) -> str:
    """PostgreSQL's clients are given the directory of the socket; we need the socket."""
    if os.path.isdir(path):
        names = [name for name in os.listdir(path) if name.startswith('.s.PGSQL.') and not name.endswith('.lock')]
        return os.path.join(path, *sorted(names)[:1])
    return path
