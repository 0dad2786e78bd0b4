# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers for the end-to-end tests: one run of the testbed for the whole session, destroyed at its end.

RAWAT_E2E=off leaves these tests out, and the summary says so. Without root or the kernel's features they fail.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # this file is imported before any hook of ../conftest.py runs

from e2e.product import Product  # noqa: E402
from testbed import Host, Testbed, TestbedError  # noqa: E402

OFF = os.environ.get('RAWAT_E2E') == 'off'
left_out: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With RAWAT_E2E=off, deselect what needs the testbed; never in silence."""
    if not OFF:
        return
    ours = [item for item in items if HERE in item.path.parents]
    left_out.extend(item.nodeid for item in ours)
    items[:] = [item for item in items if item not in ours]
    config.hook.pytest_deselected(items=ours)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    if left_out:
        terminalreporter.write_sep('=', f'RAWAT_E2E=off: {len(left_out)} end-to-end tests were NOT run', yellow=True)


@pytest.fixture(scope='session')
def testbed() -> Iterator[Testbed]:
    """The run of this session. Hosts of it: the fixtures below, or `testbed.up(...)`."""
    run, lacks = None, ''
    try:
        run = Testbed(f'pytest-{os.getpid()}')
    except TestbedError as error:
        lacks = f'{error}\n(RAWAT_E2E=off leaves the end-to-end tests out)'
    if run is None:  # outside of the except, or pytest would show the message twice
        pytest.fail(lacks, pytrace=False)
    with run:
        yield run


def healthy(testbed: Testbed, name: str, layer: str | None = None, bare: bool = False) -> Host:
    """A host of the session as a test may expect it: up, and free of the faults that a test before left."""
    if testbed.host(name).exists:
        testbed.host(name).heal()
    return testbed.up(name, layer=layer, bare=bare)[0]


@pytest.fixture
def web1(testbed: Testbed) -> Host:
    """A server with the three sites; shared by the tests of the session, up again if a test before took it down."""
    return healthy(testbed, 'web1', layer='sites')


@pytest.fixture
def web2(testbed: Testbed) -> Host:
    """Another server with the three sites."""
    return healthy(testbed, 'web2', layer='sites')


@pytest.fixture
def vault1(testbed: Testbed) -> Host:
    """A server without services but sshd, for backups."""
    return healthy(testbed, 'vault1', bare=True)


@pytest.fixture
def inventory(testbed: Testbed) -> Path:
    """The inventory of the hosts that are up: groups webs, vaults and targets. Rewritten at every `up`."""
    testbed.write_inventory()
    return testbed.inventory


@pytest.fixture
def new_host(testbed: Testbed) -> Iterator[Callable[..., Host]]:
    """`new_host('web9', layer='sites', disk='300M', bare=True)`: a host for one test, destroyed after it."""
    made: list[Host] = []

    def start(name: str, **settings: Any) -> Host:
        host = testbed.host(name)
        assert not host.exists, f'{name} is there already: another name for a host of one test'
        made.append(host)
        return testbed.up(name, **settings)[0]

    yield start
    for host in made:
        testbed.host(host.name).destroy()
    testbed.write_inventory()


@pytest.fixture
def product(testbed: Testbed, tmp_path: Path) -> Product:
    """The product in a folder of its own."""
    return Product(testbed, tmp_path)


@pytest.fixture
def archive(request: pytest.FixtureRequest) -> dict[str, Any]:
    """An archive on a path of the target that no other test uses."""
    name = re.sub('[^a-z0-9]+', '-', request.node.name.lower())
    return {'store': 'archive', 'location': f'/srv/archives/{name}', 'create': True}
