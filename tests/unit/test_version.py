# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One version, wherever it is written."""

from __future__ import annotations

from pathlib import Path

import yaml
from ansible_collections.rawat.website.plugins.module_utils.version import VERSION


def test_records_carry_the_version_of_the_collection() -> None:
    galaxy = Path(__file__).parents[2] / 'galaxy.yml'
    assert yaml.safe_load(galaxy.read_text())['version'] == VERSION
