# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Full or difference: a pure function of manifests."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.stores.difference import choose, limit_bytes, must_hash

DAY, NOW, PATH = 86400, 1_800_000_000.0, '/var/www/x'


def point(age_days: float, kind: str = 'full', base: dict | None = None, **part: Any) -> dict[str, Any]:
    when = utc(NOW - age_days * DAY)
    found = {'path': PATH, 'kind': kind, 'list_file': 'l', 'file': 'f', 'stored_bytes': 1000, 'base': base, **part}
    return {'id': f'p{age_days}', 'started': when, 'finished': when, 'webroots': [found]}


def test_the_first_point_is_a_full() -> None:
    assert choose([], PATH, 7, NOW) == (None, 'the first of this webroot', False)
    assert choose([point(1, path='/elsewhere')], PATH, 7, NOW).base is None


def test_a_difference_refers_to_the_newest_full() -> None:
    points = [point(1, 'difference', {'point': 'p2', 'tested': utc(NOW - DAY)}), point(2), point(3)]
    chosen = choose(points, PATH, 7, NOW).base
    assert chosen
    assert (chosen.manifest['id'], chosen.tested) == ('p2', utc(NOW - DAY))


def test_a_full_is_due_after_so_many_days_with_an_hour_of_slack() -> None:
    assert choose([point(6.9)], PATH, 7, NOW).base
    assert choose([point(6.97)], PATH, 7, NOW).reason == 'a full is due every 7 days'
    assert choose([point(0)], PATH, 0, NOW).base is None


def test_a_failed_webroot_is_neither_base_nor_previous() -> None:
    assert choose([point(1, error='it failed')], PATH, 7, NOW).base is None


def test_differences_whose_full_is_gone_lead_to_a_full_and_a_remark() -> None:
    choice = choose([point(1, 'difference', {'point': 'gone', 'tested': utc(NOW)})], PATH, 7, NOW)
    assert (choice.base, choice.remark) == (None, True)


def test_a_full_from_the_future_is_not_trusted() -> None:
    choice = choose([point(-3)], PATH, 7, NOW)
    assert (choice.base, choice.remark) == (None, True)
    assert 'clock' in choice.reason


def test_small_bases_are_hashed_always_and_large_ones_after_some_days() -> None:
    options = {'base_test_bytes': 1000, 'base_test_days': 3}
    for size, age, expected in ((1000, 0, True), (1001, 1, False), (1001, 3, True)):
        base = choose([point(age, stored_bytes=size)], PATH, 7, NOW).base
        assert base
        assert must_hash(base, options, NOW) is expected


def test_the_limit_of_a_difference_is_a_share_of_its_full() -> None:
    base = choose([point(1)], PATH, 7, NOW).base
    assert base
    assert limit_bytes(base, 50) == 500
