# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A point goes from every store to every store and can be restored there."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.transfer import contents, files, snapshots
from integration.stores.support import facts
from integration.transfer.support import ACCOUNTS, DUMP, Pair


def test_a_copy_holds_what_the_point_held(pair: Pair) -> None:
    """The second point is a difference (archive): the full that it needs must come along."""
    needed = 0 if pair.target.remote else 1  # every file over SSH costs a connection
    for _number in range(needed):
        pair.back_up()
    (pair.site / 'index.php').write_text('<?php echo 2;')
    (pair.site / 'pages' / 'same.php').unlink()
    manifest = pair.back_up()
    done = pair.put(manifest)
    stores = pair.source.store, pair.target.store
    expected = {('archive', 'archive'): files.METHOD, ('restic', 'restic'): snapshots.METHOD}
    assert done.method == expected.get(stores, contents.METHOD)
    assert done.bytes > 0
    (newest, *others) = pair.target.open().points()
    assert newest == done.manifest
    assert len(others) == (needed if stores == ('archive', 'archive') else 0)
    assert pair.restored(newest, pair.target) == facts(pair.site)
    assert pair.streams(newest, pair.target) == [DUMP, b'x', ACCOUNTS]
    if stores[1] == 'archive':
        assert pair.target.leftovers() == []
    if stores[0] == stores[1]:
        assert canonical(newest) == canonical(manifest)
    else:
        assert newest['repository'] == {'store': stores[1], 'location': pair.target.open().location}
        assert newest['copied_from']['store'] == stores[0]
    again = pair.put(manifest)
    assert again.method.startswith('it was there')
    assert again.bytes > 0
