# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site in a container's image: an overlay whose lower directories cannot be renamed, until it says redirect_dir."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.restoring import exchange, trees


@pytest.fixture(params=['off', 'on'])
def layered(request: pytest.FixtureRequest, work: Path) -> Iterator[tuple[str, Path]]:
    """(redirect_dir, webroot that comes from the lower layer)."""
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', work], check=True)
    try:
        for name in ('lower/www', 'upper', 'working', 'root'):
            (work / name).mkdir(parents=True)
        (work / 'lower/www/index').write_text('old')
        options = f'redirect_dir={request.param},lowerdir={work}/lower,upperdir={work}/upper,workdir={work}/working'
        subprocess.run(['mount', '-t', 'overlay', '-o', options, 'overlay', work / 'root'], check=True)
        yield request.param, work / 'root/www'
    finally:
        subprocess.run(['umount', work / 'root'], check=False)
        subprocess.run(['umount', work], check=True)


def test_what_cannot_be_renamed_is_changed_file_by_file(layered: tuple[str, Path]) -> None:
    redirect, live = layered
    part = trees.new_part({'path': str(live)}, {'path': str(live)}, str(live), 'ID')
    assert part['method'] == {'off': 'sync', 'on': 'swap'}[redirect]
    tree = Path(part['new']) / 'tree'
    tree.mkdir(parents=True)
    (tree / 'index').write_text('new')
    part['new_id'] = exchange.identity(str(tree))
    trees.mark(part)
    trees.put_live(part, part['new_id'])
    trees.settle(part)
    trees.release(part)
    assert (live / 'index').read_text() == 'new'
    assert exchange.read_mark(str(live)) is None
