# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller with two workers on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the path for this is set after pytest has read this file
    from integration.workers.support import Fleet


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    from integration.workers.support import Fleet, Loopback

    workers = [Loopback(tmp_path / name) for name in ('one', 'two')]
    (tmp_path / 'origin').mkdir()
    yield Fleet(tmp_path / 'origin', workers)
    for worker in workers:
        if worker.sshd.process:  # a test may have stopped it
            sessions = worker.sshd.sessions()
            worker.sshd.stop()
            worker.sshd.thaw(sessions)
