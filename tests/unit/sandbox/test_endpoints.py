# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a site looks for its databases, from what the manifest and the inventory know."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from ansible_collections.rawat.website.plugins.module_utils.sandbox.endpoints import Endpoints, endpoints


def of(part: dict, database: dict, socket: str = '/private/s') -> Endpoints:
    known = {'engine': 'mariadb', 'name': 'shop', 'census': None, **part}
    site = {'databases': [{'engine': known['engine'], 'name': 'shop', **database}]}
    return endpoints(site, {'databases': [known]}, {known['engine']: SimpleNamespace(socket=socket)})


def test_the_usual_places_are_always_there() -> None:
    found = of({}, {})
    assert found.sockets['/run/mysqld/mysqld.sock'] == '/private/s'
    assert found.ports == {'3306': '/private/s'}
    assert (found.names, found.addresses) == ([], [])


def test_the_census_and_the_inventory_add_theirs() -> None:
    endpoint = {'socket': '/srv/mysql/s.sock', 'port': 3307, 'host': 'db1'}
    found = of({'census': {'endpoint': endpoint}}, {'login_unix_socket': '/opt/s.sock', 'login_host': 'db2.test'})
    assert {'/srv/mysql/s.sock', '/opt/s.sock', '/run/mysqld/mysqld.sock'} <= set(found.sockets)
    assert set(found.ports) == {'3306', '3307'}
    assert found.names == ['db1', 'db2.test']


def test_addresses_are_told_from_names() -> None:
    found = of({'census': {'endpoint': {'host': '192.0.2.7'}}}, {'login_host': '127.0.0.1'})
    assert (found.names, found.addresses) == ([], ['192.0.2.7'])


def test_postgresql_is_known_by_the_folder_of_its_socket(tmp_path: Path) -> None:
    (tmp_path / '.s.PGSQL.5433').touch()
    (tmp_path / '.s.PGSQL.5433.lock').touch()
    endpoint = {'socket': '/var/run/pg', 'port': 5444}
    found = of({'engine': 'postgresql', 'census': {'endpoint': endpoint}}, {}, str(tmp_path))
    assert found.sockets['/var/run/pg/.s.PGSQL.5444'] == f'{tmp_path}/.s.PGSQL.5433'
    assert set(found.ports) == {'5432', '5444'}


def test_a_database_without_a_private_server_gets_no_place() -> None:
    assert endpoints({}, {'databases': [{'engine': 'mariadb', 'name': 'x'}]}, {}) == Endpoints()
    assert of({'engine': 'sqlite'}, {}) == Endpoints()
