# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two directories change places, and what is left out of backups is carried along."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.restoring import exchange, linked, trees
from ansible_collections.rawat.website.plugins.module_utils.webroot.exclude import Exclusions


def tree(path: Path, **files: str) -> Path:
    for name, text in files.items():
        place = path / name.replace('__', '/')
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    path.mkdir(exist_ok=True)
    return path


def part_for(live: Path) -> dict[str, Any]:
    """A part whose new tree is beside, as `build` leaves it."""
    part = trees.new_part({'path': str(live)}, {'path': str(live)}, str(live), 'ID')
    tree(Path(part['new']) / 'tree', index='new')
    part['new_id'] = exchange.identity(os.path.join(part['new'], 'tree'))
    return part


def test_exchange_swaps_two_directories(tmp_path: Path) -> None:
    one, two = tree(tmp_path / 'one', a='1'), tree(tmp_path / 'two', b='2')
    exchange.exchange(str(one), str(two))
    assert [path.name for path in one.iterdir()] == ['b']
    assert [path.name for path in two.iterdir()] == ['a']


def test_move_never_replaces(tmp_path: Path) -> None:
    one, two = tree(tmp_path / 'one', a='1'), tree(tmp_path / 'two')
    with pytest.raises(FileExistsError):
        exchange.move(str(one), str(two))
    assert (one / 'a').exists()


def test_the_new_tree_becomes_live_and_the_old_one_stays(tmp_path: Path) -> None:
    live = tree(tmp_path / 'www', index='old')
    part = part_for(live)
    for _attempt in range(2):  # a second call changes nothing
        trees.put_live(part, part['new_id'])
        assert (live / 'index').read_text() == 'new'
    kept = trees.settle(part)
    assert kept == f'{part["old"]}/tree'
    assert (Path(kept) / 'index').read_text() == 'old'


def test_undo_brings_the_very_tree_back(tmp_path: Path) -> None:
    live = tree(tmp_path / 'www', index='old')
    before = exchange.identity(str(live))
    part = part_for(live)
    trees.put_live(part, part['new_id'])
    trees.settle(part)
    trees.put_live(part, part['live_id'])
    assert exchange.identity(str(live)) == before
    assert (live / 'index').read_text() == 'old'


@pytest.mark.parametrize('stop', [1, 2, 3])
def test_without_exchange_two_renames_can_be_finished_after_each_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    live = tree(tmp_path / 'www', index='old')
    part = part_for(live)
    steps = 0

    def unknown(_one: str, _other: str) -> None:
        raise OSError(22, 'Invalid argument')

    def move(source: str, destination: str) -> None:
        nonlocal steps
        steps += 1
        if steps == stop + 1:
            raise KeyboardInterrupt
        os.rename(source, destination)

    monkeypatch.setattr(exchange, 'exchange', unknown)
    monkeypatch.setattr(exchange, 'move', move)
    if stop < 3:
        with pytest.raises(KeyboardInterrupt):
            trees.put_live(part, part['new_id'])
    trees.put_live(part, part['new_id'])
    assert (live / 'index').read_text() == 'new'
    assert (Path(part['new']) / 'tree' / 'index').read_text() == 'old'
    assert not (Path(part['new']) / 'aside').exists()


def test_a_webroot_that_was_not_there_is_made_and_taken_away_again(tmp_path: Path) -> None:
    live = tmp_path / 'srv' / 'www'
    part = part_for(live)
    assert part['method'] == 'create'
    trees.put_live(part, part['new_id'])
    assert (live / 'index').read_text() == 'new'
    assert trees.settle(part) is None
    trees.put_live(part, None)
    assert not live.exists()


def test_excluded_files_and_contents_are_carried_as_they_are_now(tmp_path: Path) -> None:
    live = tree(tmp_path / 'www', cache__page='c', a__debug_log='l', a__index='old', gone__x='x')
    new = tree(tmp_path / 'new', a__index='new')
    (new / 'cache').mkdir()
    linked.link_left_out(str(live), str(new), Exclusions(['cache/', 'debug_log'], [b'gone/x']))
    assert (new / 'cache' / 'page').samefile(live / 'cache' / 'page')
    assert (new / 'a' / 'debug_log').read_text() == 'l'
    assert (new / 'a' / 'index').read_text() == 'new'
    assert not (new / 'gone').exists()  # the folder is not in the point


def test_what_is_left_out_can_be_listed(tmp_path: Path) -> None:
    live = tree(tmp_path / 'www', cache__page='c', a__debug_log='l', a__index='old')
    assert sorted(linked.left_out(str(live), Exclusions(['cache/', 'debug_log']))) == ['a/debug_log', 'cache/page']


def test_a_link_that_somebody_else_made_is_not_followed(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.fail('this test gives a link to another account, which needs root')
    (tmp_path / 'etc').mkdir()
    link = tmp_path / 'www'
    link.symlink_to(tmp_path / 'etc')
    os.lchown(link, 12345, 12345)
    with pytest.raises(RestoreError, match=r'reached through the link .*www.*name the real path'):
        trees.real_path(str(link))


def test_the_new_tree_is_built_where_the_site_s_owner_cannot_exchange_it(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.fail('this test gives a folder to another account, which needs root')
    home = tmp_path / 'home' / 'user'
    live = tree(home / 'www', index='old')
    os.chown(home, 12345, 12345)
    part = trees.new_part({'path': str(live)}, {'path': str(live)}, str(live), 'ID')
    assert Path(part['new']).parent == tmp_path / 'home'


def test_what_was_live_is_not_swept(tmp_path: Path) -> None:
    live = tree(tmp_path / 'www', index='old')
    part = part_for(live)
    trees.put_live(part, part['new_id'])
    with pytest.raises(RestoreError, match='holds what was live before'):
        trees.remove(part, old=False)
    assert trees.remove(part, old=True) == [part['new']]


def test_a_tree_is_only_removed_under_our_own_names(tmp_path: Path) -> None:
    live = tree(tmp_path / 'www', index='old')
    part = part_for(live)
    assert trees.remove(part, old=False) == [part['new']]
    assert trees.remove({**part, 'new': str(live), 'old': str(live)}, old=True) == []
    assert (live / 'index').exists()
