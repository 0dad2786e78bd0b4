# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports to disks that are there and good: what lies on them afterwards, and what is said of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from .conftest import SITE, House
from .disks import Disk


def test_an_export_counts_after_it_was_read_back_from_a_medium_mounted_anew(
        house: House, disk: Callable[..., Disk], tmp_path: Path) -> None:
    a1 = disk('A1')
    entry = house.export('A1', [a1])
    assert (entry['outcome'], entry['error'], entry['remarks']) == ('complete', None, [])
    told = entry['export']
    assert told['medium']['label'] == 'A1'
    assert told['remounted'] is True
    files = a1.files(tmp_path / 'mnt')
    point = entry['recovery_point']
    assert {'RESTORE.md', 'verify.py', 'SHA256SUMS', f'{SITE}/{point}/manifest.json'} <= set(files)
    assert files[f'{SITE}/{point}/SHA256SUMS'] == told['sums_sha256']
    assert files[f'{SITE}/{point}/manifest.json'] == told['manifest_sha256']
    with a1.mounted(tmp_path / 'mnt') as folder:
        checked = subprocess.run(['sha256sum', '--quiet', '-c', 'SHA256SUMS'], cwd=folder, capture_output=True, text=True)
        assert (checked.returncode, checked.stdout) == (0, '')
