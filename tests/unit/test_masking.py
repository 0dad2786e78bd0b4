# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program quoted of its password is masked; names and paths stay, whatever they are called."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.masking import masked

SECRETS = {'rahasia', 'rahasia-lain'}


def test_free_texts_are_masked_at_any_depth_and_names_are_kept() -> None:
    document = {
        'site': 'rahasia',
        'error': 'access denied for rahasia-lain',
        'databases': [{'name': 'rahasia', 'remarks': ['used rahasia']}],
        'webroots': [{'skipped': [{'path': 'rahasia', 'reason': 'rahasia'}]}],
        'drill': {'differences': ['rahasia differs'], 'pages': [{'path': '/rahasia', 'difference': 'rahasia'}]},
    }
    found = masked(document, SECRETS)
    assert found['site'] == 'rahasia'
    assert found['error'] == 'access denied for ********'
    (part,) = found['databases']
    assert (part['name'], part['remarks']) == ('rahasia', ['used ********'])
    assert found['webroots'] == [{'skipped': [{'path': 'rahasia', 'reason': '********'}]}]
    pages = [{'path': '/rahasia', 'difference': '********'}]
    assert found['drill'] == {'differences': ['******** differs'], 'pages': pages}


def test_nothing_changes_without_secrets() -> None:
    document = {'error': None, 'remarks': [], 'bytes': 7, 'note': 'a'}
    assert masked(document, frozenset()) == document


def test_a_value_of_one_or_two_characters_does_not_black_out_every_text() -> None:
    assert masked({'error': 'exit code 1 after 10 s'}, {'1', '', '10'}) == {'error': 'exit code 1 after 10 s'}
