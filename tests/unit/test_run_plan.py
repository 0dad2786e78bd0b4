# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard of a restore: one site that was named, and a word that names exactly what will be overwritten."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.action.run_plan import chosen_sites, restore_problems

HOSTS = {'web1': [{'name': 'a', 'url': None}, {'name': 'b', 'url': None}], 'web2': [{'name': 'c', 'url': None}]}


def found(only: list[str], confirm: list[str], all_sites: bool = False) -> list[str]:
    params = {'only': only, 'confirm': confirm, 'all_sites': all_sites}
    return restore_problems(chosen_sites(HOSTS, params), params)


def test_one_named_site_may_be_planned_and_confirmed() -> None:
    assert found(['b'], []) == []
    assert found(['b'], ['b']) == []


def test_several_sites_need_an_express_word() -> None:
    (line,) = found([], [])
    assert 'a, b, c would be restored' in line
    assert found(['a', 'c'], ['a', 'c']) != []
    assert found([], [], all_sites=True) == []


def test_the_confirmation_names_exactly_the_sites_of_the_run() -> None:
    for confirm in (['a'], ['b', 'a'], ['B'], ['']):
        (line,) = found(['b'], confirm)
        assert 'the restore is of b' in line
    assert found([], ['a', 'b'], all_sites=True) != []
    assert found([], ['c', 'b', 'a'], all_sites=True) == []
