# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Media that are not as they should be: one clear error each, and earlier exports as they were."""

from __future__ import annotations

import functools
import random
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import SITE, House
from .disks import Disk, pull

PATIENCE = 60  # seconds for something that takes less than one


def points_of(files: dict[str, str]) -> dict[str, str]:
    """What is below the folders of sites, without what half-done exports left."""
    return {name: digest for name, digest in files.items() if name.startswith(f'{SITE}/2')}


def halves(files: dict[str, str]) -> list[str]:
    return [name for name in files if '/.partial-' in name]


def until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> bool:
    """Wait for it while the export runs."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False


def test_a_wrong_disk_is_refused_by_name_and_not_written_to(
        house: House, disk: Callable[..., Disk], tmp_path: Path) -> None:
    a1, b1 = disk('A1', plug=False), disk('B1')
    entry = house.export('A1', [a1, b1])
    assert entry['outcome'] == 'failed'
    for words in ('medium A1 is not there', a1.uuid, 'B1', 'wrong disk'):
        assert words in entry['error']
    assert b1.files(tmp_path / 'mnt') == {}
    assert 'no medium of website_media' in house.export(b1.uuid, [a1])['error']


def test_a_disk_that_is_mounted_elsewhere_is_refused(house: House, disk: Callable[..., Disk], tmp_path: Path) -> None:
    a1 = disk('A1')
    with a1.mounted(tmp_path / 'somewhere'):
        entry = house.export('A1', [a1])
    assert entry['outcome'] == 'failed'
    assert 'already mounted elsewhere' in entry['error']
    assert str(tmp_path / 'somewhere') in entry['error']


def test_a_write_protected_disk_is_refused_and_is_as_it_was(
        house: House, disk: Callable[..., Disk], tmp_path: Path) -> None:
    a1 = disk('A1', plug=False)
    a1.plug()
    assert house.export('A1', [a1])['outcome'] == 'complete'
    before = a1.files(tmp_path / 'mnt')
    a1.unplug()
    a1.plug('--read-only')
    entry = house.export('A1', [a1])
    assert 'read-only' in entry['error']
    a1.unplug()
    assert a1.files(tmp_path / 'mnt') == before


def test_two_disks_with_one_file_system_are_refused(house: House, disk: Callable[..., Disk]) -> None:
    a1, clone = disk('A1'), disk('clone', plug=False)
    shutil.copyfile(a1.image, clone.image)
    clone.plug()
    assert 'unplug the copies' in house.export('A1', [a1])['error']


def test_a_disk_that_is_too_small_is_refused_before_anything_is_written(
        house: House, disk: Callable[..., Disk], tmp_path: Path) -> None:
    small = disk('S1', megabytes=8)
    entry = house.export('S1', [small])
    assert entry['outcome'] == 'failed'
    assert 'too small' in entry['error']
    assert 'nothing was written' in entry['error']
    assert small.files(tmp_path / 'mnt') == {}


def test_a_disk_that_fills_up_meanwhile_is_an_error_and_the_next_export_sweeps(
        house: House, disk: Callable[..., Disk], tmp_path: Path) -> None:
    a1 = disk('A1')
    first = house.export('A1', [a1])
    before = points_of(a1.files(tmp_path / 'mnt'))
    time.sleep(1)
    house.back_up()
    entry = house.export('A1', [a1], harm='fill')
    assert entry['outcome'] == 'failed'
    assert 'No space left on device' in entry['error'], entry['error']
    with a1.mounted(tmp_path / 'mnt') as folder:
        (folder / 'holiday-pictures.bin').unlink()
    assert points_of(a1.files(tmp_path / 'mnt')) == before
    again = house.export('A1', [a1])
    assert again['outcome'] in ('complete', 'remarks'), again['error']
    after = a1.files(tmp_path / 'mnt')
    assert halves(after) == []
    assert first['recovery_point'] != again['recovery_point']
    assert before.items() <= after.items()


@pytest.mark.parametrize('how', ['pulled', 'killed'])
def test_a_disk_that_is_pulled_out_or_an_export_that_is_killed_loses_no_earlier_export(
        house: House, disk: Callable[..., Disk], tmp_path: Path, how: str) -> None:
    a1 = disk('A1')
    begun = time.monotonic()
    assert house.export('A1', [a1])['outcome'] == 'complete'
    measured = time.monotonic() - begun
    before = points_of(a1.files(tmp_path / 'mnt'))
    time.sleep(1)
    house.back_up()
    place, interrupted = house.mount_point(a1), 0
    for share in (random.uniform(0.0, 0.3), random.uniform(0.3, 0.95)):
        process = house.start('A1', [a1])
        moment = time.monotonic() + share * measured
        while process.poll() is None and time.monotonic() < moment:
            time.sleep(0.005)
        if how == 'killed':
            process.kill()
            process.communicate()
            interrupted += 1
        elif until(functools.partial(pull, process.pid, place), process):
            interrupted += 1
            entry = house.finish(process)
            # Pulled when all was read back already, an export is as good as it says.
            if entry['outcome'] == 'failed':
                assert 'A1' in entry['error'] or str(place) in entry['error'], entry['error']
        else:
            house.finish(process)
        assert before.items() <= a1.files(tmp_path / 'mnt').items()
    assert interrupted
    again = house.export('A1', [a1])
    assert again['outcome'] in ('complete', 'remarks'), again['error']
    after = a1.files(tmp_path / 'mnt')
    assert halves(after) == []
    assert before.items() <= after.items()


def test_a_byte_that_changes_between_writing_and_reading_back_makes_the_export_void(
        house: House, disk: Callable[..., Disk], tmp_path: Path) -> None:
    a1 = disk('A1')
    entry = house.export('A1', [a1], harm='flip')
    assert entry['outcome'] == 'failed'
    assert 'reads back differently' in entry['error']
    assert points_of(a1.files(tmp_path / 'mnt')) == {}


def test_a_directory_is_written_and_the_remark_says_what_is_not_proved(house: House, tmp_path: Path) -> None:
    folder = tmp_path / 'folder'
    folder.mkdir()
    entry = house.export(str(folder), [])
    assert entry['outcome'] == 'remarks'
    assert entry['export']['remounted'] is False
    assert any('without being unmounted' in remark for remark in entry['remarks'])
    assert 'no such directory' in house.export(str(tmp_path / 'gone'), [])['error']
