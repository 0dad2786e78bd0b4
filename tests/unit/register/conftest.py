# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive to check."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope='module')
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that every test leaves as it was."""
    from unit.register import archives  # tests/ is on the path only when pytest has been configured

    root = tmp_path_factory.mktemp('archive')
    archives.make(root / 'filing')
    return root
