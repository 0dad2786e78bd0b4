# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Media of the inventory, what is due, custody rows, forecast: everything that needs no disk."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.media import custody, forecast, guide, places, settings
from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError

TODAY = datetime.date(2026, 11, 22)
A1: dict[str, Any] = {'label': 'A1', 'uuid': '0c2a9a6e-3c1e-4b0a-9d6f-2f2f2c7a9b11', 'set': 'A'}
B1: dict[str, Any] = {'label': 'B1', 'uuid': 'A1B2-C3D4', 'set': 'B'}


def row(medium: dict[str, Any], action: str, time: str, **facts: Any) -> dict[str, Any]:
    return {'kind': 'medium', 'uuid': medium['uuid'], 'action': action, 'time': time, **facts}


def test_good_media_have_no_problems_and_bad_ones_are_named_with_a_remedy() -> None:
    assert settings.problems([A1, B1], 'weekly') == []
    found = settings.problems([{**A1, 'uuid': '/dev/sdb1', 'in_use_since': 'lately'}, {**A1, 'label': 'a1'}], 'now')
    for words in ('blkid', 'in_use_since', "the label 'a1' is used 2 times", 'website_media_rotation'):
        assert any(words in line for line in found), found


def test_a_label_or_a_uuid_names_a_medium_and_another_word_is_refused_with_what_there_is() -> None:
    assert settings.named([A1, B1], 'a1b2-c3d4') is B1
    with pytest.raises(settings.MediumError, match=r'B1 .*website_media|website_media .*B1'):
        settings.named([A1, B1], 'C1')


def test_the_next_medium_is_the_one_with_the_oldest_export_that_nobody_has_taken() -> None:
    rows = [row(A1, 'export', '2026-11-01T10:00:00Z'), row(B1, 'export', '2026-11-15T10:00:00Z')]
    found = custody.overview([A1, B1], rows, 'weekly', TODAY)
    assert (found['next'], found['due_on'], found['due']) == ('A1', '2026-11-22', True)
    taken = [*rows, row(A1, 'take', '2026-11-16T10:00:00Z', by='Siti', where='Brankas')]
    assert custody.overview([A1, B1], taken, 'weekly', TODAY)['next'] == 'B1'
    assert custody.overview([A1, B1], rows, None, TODAY)['due'] is False
    assert custody.overview([A1, B1], rows, 'monthly', TODAY)['due'] is False


def test_a_medium_that_is_old_full_or_never_used_is_warned_of() -> None:
    used = [row(B1, 'export', '2026-11-01T10:00:00Z', size_bytes=1000, free_bytes=50)]
    aged = {**A1, 'in_use_since': '2020-01-01', 'max_age_years': 5}
    old, full = custody.overview([aged, B1], used, None, TODAY)['media']
    assert old['warnings'] == ['old', 'empty']
    assert full['warnings'] == ['age_unknown', 'full']


def test_custody_is_a_chain_and_a_medium_that_nobody_took_cannot_be_returned(tmp_path: Path) -> None:
    filing = str(tmp_path)
    with pytest.raises(RegisterError, match='was not taken'):
        custody.give_back(filing, A1, 'Siti', 'Lemari')
    with pytest.raises(RegisterError, match='--by'):
        custody.take(filing, A1, ' ', 'Brankas')
    custody.take(filing, A1, 'Siti', 'Brankas')
    custody.give_back(filing, A1, 'Siti', 'Lemari')
    rows = Register(filing).rows()  # raises where the chain does not hold
    now = custody.state(rows, A1)
    assert (now['holder'], now['where'], now['rows']) == (None, 'Lemari', 2)


def test_a_file_that_the_file_system_cannot_hold_is_refused_before_it_is_written() -> None:
    point = {'databases': [], 'webroots': [{'kind': 'full', 'stored_bytes': 5 << 30}]}
    stick = places.Place(Path('/mnt'), A1, 'vfat')
    with pytest.raises(settings.MediumError, match='ext4 or exfat'):
        forecast.require(stick, [point], 1 << 40, 10)
    with pytest.raises(settings.MediumError, match='too small'):
        forecast.require(stick, [point], 1 << 30, 10)


def test_the_guide_names_packages_of_engines_and_of_php_and_no_hostile_host_gets_into_a_configuration() -> None:
    manifest = {
        'databases': [{'engine': 'postgresql'}], 'application': {'platform': {'php': '8.2.1', 'extensions': ['pgsql']}},
        'url': 'http://evil;}.test/',
    }  # fmt: skip
    found = guide.packages([manifest])
    assert {'postgresql', 'php-fpm', 'php-pgsql', 'zstd', 'nginx'} <= set(found)
    assert 'mariadb-server' not in found
    assert guide.host_name(manifest) is None
