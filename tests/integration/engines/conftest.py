# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server per engine and test session, databases made anew by each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the path for these is set after pytest has read this file, so fixtures import what they need
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
