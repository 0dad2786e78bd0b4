# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees of applications, built from tests/fixtures/applications: `files`, `folders` and `links` below a root."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FIXTURES = Path(__file__).resolve().parents[2] / 'fixtures' / 'applications'
CASES = sorted(path.stem for path in FIXTURES.glob('*.yml'))


def case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FIXTURES / f'{name}.yml').read_text(encoding='utf-8'))
    return found


def build(root: Path, described: Mapping[str, Any]) -> str:
    """The root as the functions of discovery take it."""
    for folder in [described['webroot'], *described.get('folders', [])]:
        (root / folder.lstrip('/')).mkdir(parents=True, exist_ok=True)
    for name, text in described.get('files', {}).items():
        path = root / name.lstrip('/')
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')
    for name, target in described.get('links', {}).items():
        path = root / name.lstrip('/')
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    return str(root)
