# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies that are killed, and points that must not be copied."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import DamagedError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.transfer import contents
from integration.stores.support import SITE, facts
from integration.transfer.support import Pair

CHILD = Path(__file__).with_name('child.py')
PATIENCE = 120  # seconds; a copy on a busy machine takes three


def start(pair: Pair, manifest: dict[str, Any]) -> subprocess.Popen[bytes]:
    """The copy in a process of its own."""
    request = {
        'path': sys.path, 'a': pair.source.settings(), 'b': pair.target.settings(), 'site': SITE,
        'options': pair.options, 'manifest': manifest, 'work': str(pair.work / 'way'),
    }  # fmt: skip
    file = pair.work / 'request.json'
    file.write_text(json.dumps(request), encoding='utf-8')
    return subprocess.Popen([sys.executable, str(CHILD), str(file)], stdin=subprocess.DEVNULL)


@pytest.mark.parametrize(
    ('kinds', 'shares'),
    [
        (('archive-local', 'archive-local'), (0.5, 0.8, 0.95)),
        (('restic-local', 'restic-local'), (0.7,)),
        (('restic-local', 'archive-local'), (0.8,)),
    ],
    ids=lambda value: '-to-'.join(value) if isinstance(value[0], str) else None,
)
def test_a_killed_copy_is_swept_and_made_by_the_next_run(
    kinds: tuple[str, str], shares: tuple[float, ...], tmp_path: Path
) -> None:
    pair = Pair(*kinds, tmp_path)
    (pair.site / 'pages' / 'huge.bin').write_bytes(os.urandom(20_000_000))
    first, began = pair.back_up(), time.monotonic()
    whole = start(pair, first)
    assert whole.wait(PATIENCE) == 0
    duration = time.monotonic() - began
    for share in shares:
        (pair.site / 'index.php').write_text(f'<?php echo {share};')
        manifest = pair.back_up()
        killed = start(pair, manifest)
        time.sleep(duration * share)
        killed.kill()
        killed.wait(PATIENCE)
        pair.put(manifest)
        (newest, *_others) = pair.target.open().points()
        assert newest['id'] == manifest['id']
        assert pair.restored(newest, pair.target) == facts(pair.site)
        if pair.target.store == 'archive':
            assert pair.target.leftovers() == []
        assert not list((pair.work / 'way').glob('transfer-*'))


def spoil(file: Path) -> None:
    """Change one byte in the middle."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o600)
    file.write_bytes(content)


@pytest.mark.parametrize('target', ['archive-local', 'restic-local'])
def test_a_damaged_archive_is_refused_and_the_file_is_named(target: str, tmp_path: Path) -> None:
    pair = Pair('archive-local', target, tmp_path)
    manifest = pair.back_up()
    folder = pair.source.folder / SITE / manifest['id']
    spoil(next(folder.glob('database.big.*.zst')))
    with pytest.raises(DamagedError, match=r'database\.big\.sql\.zst'):
        pair.put(manifest)
    assert pair.target.open().points() == []


def test_a_manifest_that_is_not_the_one_of_the_sums_is_refused(tmp_path: Path) -> None:
    pair = Pair('archive-local', 'archive-local', tmp_path)
    manifest = pair.back_up()
    with pytest.raises(DamagedError, match=r'manifest\.json has another hash'):
        pair.put({**manifest, 'host': 'somebody else'})


def test_damaged_packs_are_refused_and_the_point_is_named(tmp_path: Path) -> None:
    pair = Pair('restic-local', 'restic-local', tmp_path)
    (pair.site / 'pages' / 'huge.bin').write_bytes(os.urandom(3_000_000))
    manifest = pair.back_up()
    for pack in sorted((pair.source.folder / 'data').glob('*/*'), key=os.path.getsize)[-2:]:
        spoil(pack)
    with pytest.raises(RepositoryError, match=manifest['id']):
        pair.put(manifest)
    assert pair.target.open().points() == []


def test_a_difference_without_its_full_is_refused_and_the_full_is_named(tmp_path: Path) -> None:
    pair = Pair('archive-local', 'archive-local', tmp_path)
    full = pair.back_up()
    (pair.site / 'index.php').write_text('<?php echo 2;')
    manifest = pair.back_up()
    assert manifest['webroots'][0]['kind'] == 'difference'
    subprocess.run(['rm', '-r', str(pair.source.folder / SITE / full['id'])], check=True)
    with pytest.raises(DamagedError, match=full['id']):
        pair.put(manifest)


def test_a_whole_copy_stands_alone(tmp_path: Path) -> None:
    """For a medium: a difference becomes a full."""
    pair = Pair('archive-local', 'archive-local', tmp_path)
    pair.back_up()
    (pair.site / 'index.php').write_text('<?php echo 2;')
    done = pair.put(pair.back_up(), whole=True)
    assert done.method == contents.METHOD
    assert [part['kind'] for part in done.manifest['webroots']] == ['full']
    assert len(pair.target.open().points()) == 1
    assert pair.restored(done.manifest, pair.target) == facts(pair.site)


def test_another_point_of_the_same_name_is_never_replaced(tmp_path: Path) -> None:
    pair = Pair('archive-local', 'archive-local', tmp_path)
    manifest = pair.back_up()
    pair.put(manifest)
    with pytest.raises(RepositoryError, match='holds another recovery point'):
        pair.put({**manifest, 'run': 'another', 'host': 'another'})


def test_a_rotten_copy_is_found_when_it_is_looked_at_again(tmp_path: Path) -> None:
    pair = Pair('archive-local', 'archive-local', tmp_path)
    manifest = pair.back_up()
    pair.put(manifest)
    spoil(next((pair.target.folder / SITE / manifest['id']).glob('database.big.*.zst')))
    with pytest.raises(DamagedError, match=r'database\.big\.sql\.zst'):
        pair.put(manifest)
