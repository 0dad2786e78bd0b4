# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server per engine and test session, databases made anew by each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # the path for these is set after pytest has read this file, so fixtures import what they need
    from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_server import Server
    from integration.engines.houses import MariaDBHouse, PostgreSQLHouse, SQLiteHouse


@pytest.fixture(scope='session', params=['mariadb', 'postgresql', 'sqlite'])
def house(request: pytest.FixtureRequest) -> object:
    """Each engine in turn; the contract is one."""
    return request.getfixturevalue(f'{request.param}_house')


@pytest.fixture(scope='session')
def mariadb_house() -> Iterator[MariaDBHouse]:
    yield from _opened('mariadb')


@pytest.fixture(scope='session')
def postgresql_house() -> Iterator[PostgreSQLHouse]:
    yield from _opened('postgresql')


@pytest.fixture(scope='session')
def sqlite_house() -> Iterator[SQLiteHouse]:
    yield from _opened('sqlite')


def _opened(engine: str) -> Iterator:
    from integration.engines.houses import HOUSES

    house = HOUSES[engine]()
    yield house
    house.remove()


@pytest.fixture(scope='module')
def place() -> Iterator[Path]:
    """A folder that the server's account may enter, with room for a socket's path."""
    folder = Path(tempfile.mkdtemp(prefix='rawat-m-'))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope='module')
def private(place: Path) -> Iterator[Server]:
    """A private MariaDB server, which leaves nothing behind."""
    from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb

    (place / 'server').mkdir(mode=0o711)
    with mariadb.private_server(str(place / 'server'), {'state_directory': str(place / 'state')}) as server:
        yield server
    assert list((place / 'server').iterdir()) == []


@pytest.fixture(scope='module')
def site(mariadb_house: MariaDBHouse, place: Path) -> dict[str, Any]:
    """The manifest's part of a small site; its files lie in `place`."""
    from integration.engines.dumping import dump
    from integration.engines.mariadb_copying import SITE

    database = mariadb_house.create('site', SITE)
    part, _stream, _capture = dump(database, place)
    return part
