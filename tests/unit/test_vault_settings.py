# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault side, further copies and retention in an inventory: every wrong field with its value and the remedy."""

from __future__ import annotations

import pytest
from ansible_collections.rawat.website.plugins.module_utils.vault_settings import problems

DISK = {'name': 'disk', 'store': 'archive', 'location': '/mnt/second'}


def test_what_is_left_out_is_no_problem() -> None:
    assert problems(None, None, None) == []
    assert problems({'host': 'vault1'}, [DISK], {'keep_daily': 7, 'keep_within': '1y6m'}) == []


@pytest.mark.parametrize(
    ('copies', 'words'),
    [
        ([{**DISK, 'name': 'Disk 1'}], "name 'Disk 1' is not usable"),
        ([DISK, {**DISK, 'location': '/mnt/third'}], "the name 'disk' is used 2 times"),
        ([{**DISK, 'location': 'inbox://web1@vault/'}], 'is an inbox'),
        ([{**DISK, 'location': 'mnt'}], "website_copies 'disk'.location"),
        ([{**DISK, 'retention': {'keep_daily': -1}}], 'retention.keep_daily -1 is negative'),
        ([{'name': 'far', 'store': 'restic', 'location': '/srv/r'}], "website_copies 'far'.password is missing"),
    ],
)
def test_a_copy_that_cannot_work_is_named(copies: list[dict], words: str) -> None:
    (line,) = problems(None, copies, None)
    assert words in line


@pytest.mark.parametrize('within', ['two weeks', '14', 'd', '14d ', '-1d'])
def test_a_length_of_time_has_numbers_and_units(within: str) -> None:
    (line,) = problems(None, None, {'keep_within': within})
    assert f'website_retention.keep_within {within!r}' in line
    assert '14d, 8w, 6m' in line


def test_the_vaults_view_is_checked_under_its_own_name() -> None:
    (line,) = problems({'repository': {'store': 'archive', 'location': 'srv'}}, None, None)
    assert line.startswith("website_vault.repository.location 'srv'")
