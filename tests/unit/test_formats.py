# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, sizes, durations and dates as people read them; text that cannot fool its reader."""

from __future__ import annotations

import pytest
from ansible_collections.rawat.website.plugins.module_utils import formats


def test_indonesian_and_english_swap_the_separators_of_numbers() -> None:
    assert formats.number(1234567, 'id') == '1.234.567'
    assert formats.number(1234567, 'en') == '1,234,567'


@pytest.mark.parametrize(
    ('count', 'text'),
    [
        (0, '0 B'),
        (1023, '1,023 B'),
        (1024, '1.0 KiB'),
        (1536, '1.5 KiB'),
        (1024**3, '1.0 GiB'),
        (5 * 1024**6, '5,120.0 PiB'),
    ],
)
def test_a_size_is_in_the_largest_unit_that_fits(count: int, text: str) -> None:
    assert formats.size(count, 'en') == text


@pytest.mark.parametrize(
    ('milliseconds', 'text'),
    [
        (0, '0,0 detik'),
        (321, '0,3 detik'),
        (10_000, '10 detik'),
        (60_000, '1 menit'),
        (125_000, '2 menit 5 detik'),
        (90_061_000, '1 hari 1 jam'),
    ],
)
def test_a_duration_shows_its_two_largest_units(milliseconds: int, text: str) -> None:
    assert formats.duration(milliseconds, 'id') == text


def test_a_moment_names_its_zone() -> None:
    assert formats.moment('2026-11-22T20:15:30Z', 'id', 420) == '23 November 2026 03.15.30 WIB'
    assert formats.moment('2026-11-22T20:15:30Z', 'en') == '22 November 2026 20:15:30 UTC'
    assert formats.zone(-330) == 'UTC-05:30'


def test_a_moment_that_is_none_is_shown_as_it_was_written() -> None:
    assert formats.moment('gestern\x1b[2J', 'en') == 'gestern\\x1b[2J'
    assert formats.date('soon', 'id') == 'soon'


def test_what_is_not_there_is_a_dash_and_zero_is_not() -> None:
    for show in (formats.number, formats.size, formats.duration):
        assert show(None, 'id') == formats.NOTHING
        assert show(0, 'id') != formats.NOTHING


@pytest.mark.parametrize(
    ('hostile', 'shown'),
    [
        ('a\nb', 'a\\nb'),
        ('\x1b[31mred', '\\x1b[31mred'),
        ('\u202egnp.exe', '\\u202egnp.exe'),
        ('latin\udce9', 'latin\\xe9'),
        ('zero\u200bwidth', 'zero\\u200bwidth'),
        ('Peraturan § ①', 'Peraturan § ①'),
    ],
)
def test_text_that_could_fool_a_reader_is_spelled_out(hostile: str, shown: str) -> None:
    assert formats.printable(hostile) == shown
