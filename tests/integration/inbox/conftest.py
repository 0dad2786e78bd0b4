# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An inbox of two targets, and points in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the path for these is set after pytest has read this file, so fixtures import what they need
    from integration.inbox.server import Inbox


@pytest.fixture(scope='module')
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    """A backup server with the targets web1 and web2."""
    from integration.inbox.server import Inbox

    server = Inbox(tmp_path_factory.mktemp('inbox') / 'vault', 'web1', 'web2')
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    from ansible_collections.rawat.website.plugins.module_utils.process import stop_children

    yield
    stop_children()


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Where the vault keeps its points."""
    return tmp_path / 'vault'
