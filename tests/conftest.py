# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test needs: the collection and the wrapper importable, whether or not "make venv" installed them."""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
COLLECTIONS = CHECKOUT / '.cache' / 'collections'


def pytest_configure() -> None:
    link = COLLECTIONS / 'ansible_collections' / 'rawat' / 'website'
    if not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to('../../../..', target_is_directory=True)
    # tests/ itself is on the path for "from testbed import ..."
    for folder in (COLLECTIONS, CHECKOUT / 'python_wrapper' / 'src', CHECKOUT / 'tests'):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
