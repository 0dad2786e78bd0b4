# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the restores' tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the path for this is set after pytest has read this file
    from integration.restoring.support import House


@pytest.fixture
def work() -> Iterator[Path]:
    """A folder that other accounts may enter, which pytest's own are not: a site's files belong to its account."""
    folder = Path(tempfile.mkdtemp(prefix='rawat-restore-'))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def house(work: Path) -> House:
    """A site that is well."""
    from integration.restoring.support import House

    return House(work).make()
