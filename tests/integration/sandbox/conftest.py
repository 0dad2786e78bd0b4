# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A place for each account that drills: root, and an ordinary one in a user namespace."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the path for these is set after pytest has read this file, so fixtures import what they need
    from integration.sandbox.support import Place

ACCOUNTS = ['root', 'nobody'] if os.geteuid() == 0 else [None]


@pytest.fixture(params=ACCOUNTS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Both accounts in turn."""
    yield from _made(request.param)


@pytest.fixture
def own_place() -> Iterator[Place]:
    """The account that runs the tests."""
    yield from _made(ACCOUNTS[0])


def _made(account: str | None) -> Iterator[Place]:
    from integration.sandbox.support import Place

    made = Place(account)
    yield made
    shutil.rmtree(made.folder)
