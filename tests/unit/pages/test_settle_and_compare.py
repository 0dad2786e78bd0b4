# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What two readings have in common, and whether a copy has it, too."""

from __future__ import annotations

import datetime
import json
import time
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.pages import Page, Reading, compare, probes, settle

NOW = datetime.datetime(2026, 11, 22, 10, 15, 30, tzinfo=datetime.timezone.utc)
LINES = ['Berita', 'Satu', 'Dua', 'Tiga']


def page(lines: list[str], title: str = 'Dinas', status: int = 200, path: str = '/', **other: Any) -> Page:
    return Page(path, other.get('final', path), status, title, lines, [], other.get('error'), 5)


def settled(first: Page, second: Page) -> dict:
    return settle(Reading('http://x.test/', [first]), Reading('http://x.test/', [second]), NOW)


def judged(recorded: list[str], found: Page) -> dict:
    return compare(settled(page(recorded), page(recorded))['pages'], lambda _path: found)[0]


def test_what_differs_between_two_readings_is_set_aside() -> None:
    known = settled(page(['a', 'visitors: 1', 'b']), page(['a', 'visitors: 2', 'b', 'new']))['pages'][0]
    assert known['unsteady'] == 1
    assert compare([known], lambda _path: page(['a', 'visitors: 77', 'b']))[0]['equal']


def test_a_line_that_moved_is_kept_once() -> None:
    known = settled(page(['a', 'b', 'c', 'd']), page(['c', 'a', 'b', 'd']))['pages'][0]
    assert compare([known], lambda _path: page(['a', 'b', 'd']))[0]['equal']


@pytest.mark.parametrize(
    'line',
    [
        *('Minggu, 22 November 2026', 'November 22', '22/11/2026', '2026-11-22', 'Sun, 22 Nov 2026 18:13:00 +0000'),
        *('5 minutes ago', '3 hari yang lalu', 'Hari ini: 12 pengunjung', '© 2026 Dinas', 'Copyright 2026'),
        *('23.11.2026', 'Jam 17:15:29', 'pukul 17.16.02 WIB', 'server time 10:14', 'Kathmandu 15:45'),
    ],
)
def test_what_time_alone_will_change_is_set_aside(line: str) -> None:
    known = settled(page(['a', line]), page(['a', line]))['pages'][0]
    assert (len(known['lines']), known['unsteady']) == (1, 1)


@pytest.mark.parametrize(
    'line', ['Posted on November 22, 2023', '22 rows', 'UU 2026', 'Agustus 2026', '11/2026', 'Buka 08:00', 'Rp 10.15']
)
def test_what_only_looks_like_today_is_kept(line: str) -> None:
    assert len(settled(page([line, 'a']), page([line, 'a']))['pages'][0]['lines']) == 2


def test_a_page_of_which_nothing_stands_still_proves_nothing() -> None:
    assert settled(page(['Hari ini'], title='1'), page(['Hari ini'], title='2'))['pages'] == []
    assert settled(page(['Hari ini'], title=''), page(['Hari ini'], title=''))['pages'] == []
    assert settled(page(['Hari ini']), page(['Hari ini']))['pages'][0]['lines'] == []  # its title is something


def test_a_page_that_led_elsewhere_the_second_time_says_nothing() -> None:
    known = settled(page(['a'], final='/one'), page(['a'], final='/two'))
    assert known['pages'] == []
    assert 'stood still' in known['note']


def test_a_manifest_holds_no_text_of_a_page_and_is_canonical() -> None:
    known = settled(page(['Rahasia'], 'Judul'), page(['Rahasia'], 'Judul'))
    assert b'Rahasia' not in canonical(known)
    assert b'Judul' not in canonical(known)
    assert json.loads(canonical(known)) == known


def test_two_pages_of_five_hundred_different_lines_take_no_time() -> None:
    began = time.process_time()
    settled(page([f'a{number % 7}' for number in range(500)]), page([f'a{number % 5}' for number in range(500)]))
    assert time.process_time() - began < 3


def test_an_equal_page_is_equal_and_says_how_long_it_took() -> None:
    assert judged(LINES, page(LINES)) == {
        'path': '/', 'status': 200, 'equal': True, 'difference': None, 'milliseconds': 5,
    }  # fmt: skip


def test_new_lines_between_the_recorded_ones_do_not_matter() -> None:
    assert judged(LINES, page(['x', *LINES[:2], 'y', *LINES[2:], 'z']))['equal']


@pytest.mark.parametrize(
    ('found', 'words'),
    [
        (page([]), 'the page is empty (status 200)'),
        (page([], title=''), 'the page is empty (status 200)'),
        (page(['Berita', 'Satu', 'Tiga']), "1 of 4 lines are missing, the first after 'Satu'"),
        (page(['Berita', 'Satu', 'Rusak', 'Tiga']), "instead: 'Rusak'"),
        (page(['Berita', 'Dua', 'Satu', 'Tiga']), 'in another order'),
        (page(LINES, title='Error'), "another title: 'Error'"),
        (page(['Database error'], status=500), "status 500 instead of 200; instead: 'Database error'"),
        (page([], status=0, error='ConnectionRefusedError: refused'), 'refused'),
        (page([], status=302, error='it redirects to another host: http://evil.test/'), 'another host'),
    ],
)
def test_a_page_that_differs_says_how(found: Page, words: str) -> None:
    result = judged(LINES, found)
    assert result['equal'] is False
    assert words in result['difference']


def test_an_empty_page_is_not_equal_even_to_a_record_of_one() -> None:
    recorded = [{'path': '/', 'status': 200, 'title': None, 'lines': [], 'unsteady': 0}]
    assert compare(recorded, lambda _path: page([], title=''))[0]['equal'] is False


def test_no_more_than_a_few_words_of_a_page_are_quoted() -> None:
    assert len(judged(LINES, page(['x' * 5000]))['difference']) < 500


@pytest.mark.parametrize(
    ('probe', 'found', 'words'),
    [
        ({'path': '/', 'contains': 'Satu  Dua', 'status': 200}, page(LINES), None),
        ({'path': '/', 'contains': None, 'status': 404}, page(['no'], status=404), None),
        ({'path': '/', 'contains': 'Empat', 'status': 200}, page(LINES), "the text 'Empat' is not on the page"),
        ({'path': '/', 'contains': None, 'status': 200}, page([]), 'the page is empty'),
        ({'path': '/', 'contains': None, 'status': 200}, page(LINES, status=503), 'status 503 instead of 200'),
    ],
)
def test_a_probe_says_what_it_misses(probe: dict, found: Page, words: str | None) -> None:
    result = probes({'url': 'http://x.test/', 'probes': [probe]}, lambda _path: found)[0]
    assert result['equal'] is (words is None)
    assert words is None or words in result['difference']


def test_a_probe_lies_below_the_url_of_the_site() -> None:
    asked: list[str] = []
    site = {'url': 'http://x.test/blog/', 'probes': [{'path': '/feed'}]}
    probes(site, lambda path: asked.append(path) or page(LINES))  # type: ignore[func-returns-value]
    assert asked == ['/blog/feed']
