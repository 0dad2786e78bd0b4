# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The feed tells the newest verified point of each site, whatever came after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.issuing import feed
from unit import samples

DAY = '2026-11-{:02d}T10:15:30Z'


def file(filing: Path, day: int, *sites: dict[str, Any], kind: str = 'backup') -> str:
    folder = filing / '2026' / '11' / f'202611{day:02d}T101530Z-0a1b'
    document = samples.record(*[{**site, 'started': DAY.format(day)} for site in sites])
    document['run'].update(id=folder.name, kind=kind, finished=DAY.format(day))
    records.write(document, str(folder), [('report.html', b'')])
    return str(folder)


def read(filing: Path) -> dict[str, dict[str, Any]]:
    found = json.loads((filing / feed.NAME).read_bytes())
    return {site['site']: site for site in found['sites']}


def test_a_failed_backup_does_not_hide_the_last_good_one(tmp_path: Path) -> None:
    feed.write(str(tmp_path), file(tmp_path, 20, samples.site('berita')))
    feed.write(str(tmp_path), file(tmp_path, 21, samples.failed('berita'), samples.unreachable('ejurnal')))
    sites = read(tmp_path)
    assert sites['berita']['verified']['taken'] == DAY.format(20)
    assert sites['berita']['last_run']['outcome'] == 'failed'
    assert sites['berita']['age_seconds'] is not None
    assert (sites['ejurnal']['verified'], sites['ejurnal']['age_seconds']) == (None, None)


def test_a_point_that_was_not_read_back_or_failed_its_drill_is_not_verified(tmp_path: Path) -> None:
    unread, unproved = samples.site('a', test_read=None), samples.site('b', drill=samples.drill('F'))
    feed.write(str(tmp_path), file(tmp_path, 20, unread, unproved))
    assert [site['verified'] for site in read(tmp_path).values()] == [None, None]


def test_a_drill_is_told_beside_the_backup(tmp_path: Path) -> None:
    feed.write(str(tmp_path), file(tmp_path, 20, samples.site()))
    feed.write(str(tmp_path), file(tmp_path, 21, samples.drilled('B'), kind='verify'))
    (site,) = read(tmp_path).values()
    assert (site['drilled']['grade'], site['verified']['taken']) == ('B', DAY.format(20))


def test_records_in_any_order_give_the_same_feed_as_one_by_one(tmp_path: Path) -> None:
    folders = [
        file(tmp_path, 20, samples.site()), file(tmp_path, 21, samples.drilled('A'), kind='verify'),
        file(tmp_path, 22, samples.remarked('peraturan')), file(tmp_path, 23, samples.failed('peraturan')),
    ]  # fmt: skip
    Path(tmp_path, 'feed.json').write_text('{"sites": [{"site"', encoding='utf-8')
    feed.write(str(tmp_path), folders[0])  # a broken feed is made anew from all records
    anew = read(tmp_path)
    for folder in reversed(folders):
        feed.write(str(tmp_path), folder)
    assert {name: site | {'age_seconds': 0} for name, site in read(tmp_path).items()} == {
        name: site | {'age_seconds': 0} for name, site in anew.items()
    }
    assert anew['peraturan']['verified']['outcome'] == 'remarks'


def test_the_feed_holds_neither_locations_nor_errors(tmp_path: Path) -> None:
    feed.write(str(tmp_path), file(tmp_path, 20, samples.site(), samples.failed(), samples.remarked()))
    text = (tmp_path / feed.NAME).read_text()
    for word in ('/srv/backups', '/var/www', 'Lost connection', 'Permission denied'):
        assert word not in text


def test_a_broken_register_is_told_by_no_tip(tmp_path: Path) -> None:
    feed.write(str(tmp_path), file(tmp_path, 20, samples.site()))
    assert json.loads((tmp_path / feed.NAME).read_bytes())['register'] == {'rows': 0, 'tip': '0' * 64}
    (tmp_path / 'register.jsonl').write_text('{"row":1}\n', encoding='utf-8')
    feed.write(str(tmp_path), file(tmp_path, 21, samples.site()))
    assert json.loads((tmp_path / feed.NAME).read_bytes())['register'] is None
