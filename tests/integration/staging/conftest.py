# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server per engine and test session; each test gets a database of its own, and one way to ask all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the path for these is set after pytest has read this file, so fixtures import what they need
    from integration.staging.copies import Copy


@pytest.fixture(params=['mariadb', 'postgresql', 'sqlite'])
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Copy:
    """An empty database of each engine in turn."""
    from integration.staging.copies import COPIES

    server = None if request.param == 'sqlite' else request.getfixturevalue(f'{request.param}_server')
    return COPIES[request.param](server, tmp_path)


@pytest.fixture
def mariadb(mariadb_server: object, tmp_path: Path) -> Copy:
    from integration.staging.copies import COPIES

    return COPIES['mariadb'](mariadb_server, tmp_path)


@pytest.fixture
def postgresql(postgresql_server: object, tmp_path: Path) -> Copy:
    from integration.staging.copies import COPIES

    return COPIES['postgresql'](postgresql_server, tmp_path)


@pytest.fixture
def sqlite(tmp_path: Path) -> Copy:
    from integration.staging.copies import COPIES

    return COPIES['sqlite'](None, tmp_path)


@pytest.fixture(scope='session')
def mariadb_server() -> Iterator[object]:
    from integration.servers import MariaDB

    server = MariaDB()
    yield server
    server.remove()


@pytest.fixture(scope='session')
def postgresql_server() -> Iterator[object]:
    from integration.servers import PostgreSQL

    server = PostgreSQL()
    yield server
    server.remove()
