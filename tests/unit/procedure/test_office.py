# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the office: defaults, what is given, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.procedure import office


def test_the_defaults_are_settled_usable_and_fit_for_a_record() -> None:
    settled = office.settle(None)
    assert office.problems(settled) == []
    assert office.settle(settled) == settled
    canonical(settled)


def test_every_setting_is_documented_and_has_a_default_or_is_empty() -> None:
    groups = [office.OFFICE, *(option['options'] for option in office.OFFICE.values() if 'options' in option)]
    for name, option in [pair for group in groups for pair in group.items()]:
        assert option['description'].endswith(('.', 'SOP.')), name
        assert set(option) <= {'type', 'elements', 'default', 'description', 'options'}, name


def test_the_goals_of_which_the_sop_says_nothing_are_labelled_policy() -> None:
    assert all('Policy, not SOP' in option['description'] for option in office.POLICY.values())
    assert office.settle(None)['policy'] == {
        'rto_hours': 4,
        'rpo_hours': 168,
        'frequency_days': 7,
        'drill_days': 90,
        'prune_days': 8,
        'space_days': 30,
    }


def test_what_is_given_replaces_one_setting_and_leaves_its_neighbours() -> None:
    settled = office.settle({'city': 'Denpasar', 'hours': {'close': '15:30'}, 'copies': []})
    assert (settled['city'], settled['hours'], settled['copies']) == (
        'Denpasar',
        {'open': '08:00', 'close': '15:30'},
        [],
    )
    assert settled['policy'] == office.settle(None)['policy']


def test_defaults_are_not_shared_between_settled_offices() -> None:
    office.settle(None)['copies'].append('x')
    office.settle(None)['hours']['open'] = 'x'
    assert office.problems(office.settle(None)) == []
    assert 'x' not in office.settle(None)['copies']


@pytest.mark.parametrize(
    ('given', 'complaint'),
    [
        ({'cty': 'Jakarta'}, 'website_office.cty is no setting: use one of letterhead'),
        ({'policy': {'rto': 4}}, 'website_office.policy.rto is no setting'),
        ({'city': 12}, 'website_office.city 12 is not usable: it must be of type str'),
        ({'policy': 'none'}, "website_office.policy 'none' is not usable: it must be of type dict"),
        ({'policy': {'rto_hours': True}}, 'website_office.policy.rto_hours True is not usable'),
        ({'policy': {'rto_hours': 0}}, 'website_office.policy.rto_hours 0 is not usable: give 1 or more'),
        ({'warn_days': -1}, 'website_office.warn_days -1 is not usable'),
        ({'letterhead': ['A', 2]}, "website_office.letterhead ['A', 2] is not usable: every item"),
        ({'hours': {'close': 960}}, 'website_office.hours.close 960 is not usable'),
        ({'hours': {'close': '16.00'}}, "website_office.hours.close '16.00' is not a time of day"),
        ({'hours': {'open': '17:00'}}, 'open 17:00 is not before close 16:00'),
        ({'register_code': 'B/P'}, "website_office.register_code 'B/P' is not usable"),
        ({'sop': {'revision': '14 Januari 2025'}}, 'website_office.sop.revision'),
        ({'calendars': '/no/such'}, "website_office.calendars '/no/such' is not a directory"),
        ({'logo': '/no/such.png'}, 'website_office.logo'),
    ],
)
def test_what_is_wrong_is_named_with_field_value_and_remedy(given: dict, complaint: str) -> None:
    (found,) = office.problems(office.settle(given))
    assert complaint in found


def test_a_broken_calendar_is_found_before_a_run(tmp_path: Path) -> None:
    (tmp_path / '2026.yml').write_text('year: 2026\n', encoding='utf-8')
    (found,) = office.problems(office.settle({'calendars': str(tmp_path)}))
    assert f'website_office.calendars: {tmp_path}/2026.yml, line 1: status None is not usable' in found


@pytest.mark.parametrize(
    ('date', 'years', 'last'),
    [('2026-01-12', 2, '2028-01-12'), ('2024-02-29', 2, '2026-02-28'), ('2024-02-29', 4, '2028-02-29')],
)
def test_a_retention_ends_on_the_same_day_of_a_later_year(date: str, years: int, last: str) -> None:
    assert office.retention_until(date, years) == last


def test_a_retention_of_no_date_is_an_error() -> None:
    with pytest.raises(ValueError, match='is not a date'):
        office.retention_until('12-01-2026', 2)
