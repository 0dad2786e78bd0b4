# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two repositories, one filled, one empty, on places of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the path for these is set after pytest has read this file
    from integration.stores.sshd import Sshd
    from integration.transfer.support import Pair

KINDS = [
    ('archive-local', 'archive-local'),
    ('restic-local', 'restic-local'),
    ('archive-local', 'restic-local'),
    ('restic-local', 'archive-local'),
    ('archive-local', 'archive-ssh'),
]


@pytest.fixture(scope='session')
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A backup server with a shell."""
    from integration.stores.sshd import Sshd

    server = Sshd(tmp_path_factory.mktemp('sshd') / 'server')
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    from ansible_collections.rawat.website.plugins.module_utils.process import stop_children

    yield
    stop_children()


@pytest.fixture(params=KINDS, ids='-to-'.join)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    """Every pair of places."""
    from integration.transfer.support import Pair

    remote = request.getfixturevalue('sshd') if request.param[1].endswith(('ssh', 'sftp')) else None
    return Pair(*request.param, tmp_path, remote)
