# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a power cut may change: what is on the disk, and by which numbers the kernel knows a directory."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.restoring import durable, exchange, trees


@pytest.fixture
def part(tmp_path: Path) -> dict[str, Any]:
    """A part that stands before its exchange: the site in srv/www, the new tree beside, both marked."""
    live = tmp_path / 'srv' / 'www'
    live.mkdir(parents=True)
    (live / 'index').write_text('old')
    found = trees.new_part({'path': str(live)}, {'path': str(live)}, str(live), 'ID')
    tree = Path(found['new']) / 'tree'
    tree.mkdir(parents=True)
    (tree / 'index').write_text('new')
    trees.mark(found)
    return found


def other_inodes(folder: Path) -> None:
    """The same names, contents and attributes, but no directory has the number that it had."""
    before = {path: path.stat().st_ino for path in folder.rglob('*')}
    folder.rename(folder.with_name('before'))
    shutil.copytree(folder.with_name('before'), folder)
    assert all(path.stat().st_ino != inode for path, inode in before.items())


def test_the_trees_are_told_apart_when_every_inode_has_another_number(part: dict[str, Any], tmp_path: Path) -> None:
    live = Path(part['to'])
    other_inodes(tmp_path / 'srv')
    trees.put_live(part, part['new_id'])
    assert (live / 'index').read_text() == 'new'
    other_inodes_again = tmp_path / 'srv'
    shutil.rmtree(tmp_path / 'before')
    other_inodes(other_inodes_again)
    trees.put_live(part, part['new_id'])
    assert (live / 'index').read_text() == 'new', 'a second call changes nothing'
    trees.put_live(part, part['live_id'])
    assert (live / 'index').read_text() == 'old'


def test_the_mark_goes_when_the_journal_needs_it_no_more(part: dict[str, Any]) -> None:
    trees.put_live(part, part['new_id'])
    kept = trees.settle(part)
    trees.release(part)
    assert exchange.read_mark(part['to']) is None
    assert exchange.read_mark(str(kept)), 'the way back needs it'


def test_a_mark_of_another_restore_stays(part: dict[str, Any]) -> None:
    exchange.mark(part['to'], 'another live')
    trees.release(part)
    assert exchange.read_mark(part['to']) == ['another live']


def test_a_mark_changes_no_times(tmp_path: Path) -> None:
    os.utime(tmp_path, (1, 1))
    exchange.mark(str(tmp_path), 'x')
    assert (exchange.read_mark(str(tmp_path)), tmp_path.stat().st_mtime) == (['x'], 1)


def test_a_disk_that_cannot_be_written_stops_the_restore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        @staticmethod
        def syncfs(_descriptor: int) -> int:
            return -1

    monkeypatch.setattr(durable, '_libc', Broken)
    with pytest.raises(RestoreError, match='could not be written to the disk'):
        durable.write_out([str(tmp_path / 'not there' / 'yet')])
