# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two censuses side by side: each difference is a sentence that names what differs."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.census import differences, uncompared

WHOLE: dict[str, Any] = {
    'tables': {'posts': 3, 'users': 2, 'log': 9},
    'objects': {'trigger': ['stamp'], 'package_body': ['tools']},
    'settings': {'character_set': 'utf8mb4', 'collation': 'utf8mb4_bin', 'max_allowed_packet': '1'},
    'accounts': ['`site`@`%`'],
    'checksums': {'posts': '11', 'users': '22'},
    'unsummed': {'log': 'its engine CSV keeps no order'},
    'checksum_method': 'sums 1',
    'definitions': {'table': {'posts': 'a', 'users': 'b'}, 'trigger': {'stamp': 'c'}, 'index': {'i': 'd'}},
    'undefined': {'package_body': {'tools': 'no right'}},
    'grants': {'`site`@`%`': 'e'},
}


def changed(path: tuple[str, ...], value: object = None) -> dict[str, Any]:
    census = copy.deepcopy(WHOLE)
    place = census
    for key in path[:-1]:
        place = place.setdefault(key, {})
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return census


def test_a_census_equals_itself() -> None:
    assert differences(WHOLE, copy.deepcopy(WHOLE)) == []


@pytest.mark.parametrize(
    ('path', 'value', 'sentence'),
    [
        (('tables', 'posts'), None, 'table posts is missing'),
        (('tables', 'new'), 1, 'table new is unexpected'),
        (('tables', 'posts'), 2, 'table posts has 2 rows instead of 3'),
        (('checksums', 'posts'), '12', 'the content of table posts differs: checksum 12 instead of 11'),
        (('checksums', 'posts'), None, 'table posts has no checksum, though it had one at backup'),
        (('objects', 'trigger'), [], 'trigger stamp is missing'),
        (('objects', 'view'), ['v'], 'view v is unexpected'),
        (('objects', 'package_body'), None, 'package body tools is missing'),
        (('definitions', 'trigger', 'stamp'), 'x', 'the body of trigger stamp differs'),
        (('definitions', 'table', 'users'), 'x', 'the definition of table users differs'),
        (('definitions', 'index', 'i'), None, 'index i is missing'),
        (('definitions', 'index', 'j'), 'x', 'index j is unexpected'),
        (('settings', 'character_set'), 'latin1', "the character set of the database is 'latin1' instead of 'utf8mb4'"),
        (('accounts',), [], 'account `site`@`%` is missing'),
        (('grants', '`site`@`%`'), 'x', 'the rights or the password of account `site`@`%` differ'),
        (('grants', '`site`@`%`'), None, 'the rights or the password of account `site`@`%` differ'),
    ],
)
def test_a_difference_is_told_once_and_named(path: tuple[str, ...], value: object, sentence: str) -> None:
    assert differences(WHOLE, changed(path, value)) == [sentence]


def test_settings_of_the_server_are_no_difference() -> None:
    assert differences(WHOLE, changed(('settings', 'max_allowed_packet'), '2')) == []


@pytest.mark.parametrize('key', ['checksums', 'checksum_method', 'unsummed', 'definitions', 'undefined', 'grants'])
def test_what_an_old_manifest_does_not_know_is_no_difference(key: str) -> None:
    old = changed((key,))
    assert differences(old, WHOLE) == []
    assert len(uncompared(changed((key,)), WHOLE)) >= 1


def test_checksums_of_another_method_are_not_compared_and_that_is_said() -> None:
    other = changed(('checksums', 'posts'), '99') | {'checksum_method': 'sums 2'}
    assert differences(WHOLE, other) == []
    assert any('"sums 1", here by "sums 2"' in line for line in uncompared(WHOLE, other))


def test_what_could_not_be_compared_is_named_with_its_reason() -> None:
    lines = uncompared(WHOLE, WHOLE)
    assert any('table log' in line and 'CSV keeps no order' in line for line in lines)
    assert any('package body tools' in line and 'no right' in line for line in lines)


def test_many_differences_are_counted() -> None:
    many = copy.deepcopy(WHOLE)
    many['tables'].update({f't{number}': 1 for number in range(50)})
    lines = differences(WHOLE, many, limit=10)
    assert len(lines) == 11
    assert lines[-1] == 'and 40 more differences'
