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
        checked = subprocess.run(['sha256sum', '--quiet', '-c', 'SHA256SUMS'], cwd=folder, capture_output=True,
                                 text=True, check=False)
        assert (checked.returncode, checked.stdout) == (0, '')


def verify(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The checker that lies on the medium, with Python alone."""
    environment = {'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', 'RAWAT_LANG': 'en'}
    return subprocess.run(['/usr/bin/python3', '-I', str(folder / 'verify.py'), *words], cwd='/', env=environment,
                          capture_output=True, text=True, check=False)


def test_the_checker_on_the_medium_proves_it_and_finds_one_changed_byte(
        house: House, disk: Callable[..., Disk], tmp_path: Path) -> None:
    a1 = disk('A1')
    point = house.export('A1', [a1])['recovery_point']
    with a1.mounted(tmp_path / 'mnt') as folder:
        good = verify(folder)
        assert good.returncode == 0, good.stdout
        assert f'{SITE}/{point}' in good.stdout
        stored = next((folder / SITE / point).glob('webroot.*.tar.zst'))
        with stored.open('r+b') as handle:
            handle.seek(1000)
            byte = handle.read(1)
            handle.seek(1000)
            handle.write(bytes([byte[0] ^ 1]))
        bad = verify(folder)
        assert bad.returncode == 1
        assert stored.name in bad.stdout
