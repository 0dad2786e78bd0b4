# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which points are drilled, and when a drill is due."""

from __future__ import annotations

import pytest
from ansible_collections.rawat.website.plugins.module_utils.drill.choice import DAY, DrillRequest, chosen, is_due
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError

NEWEST, FAILED, OLD = (
    {'id': '2026-11-22T101530Z', 'outcome': 'complete'},
    {'id': '2026-11-21T101530Z', 'outcome': 'failed', 'error': 'the disk was full'},
    {'id': '2026-11-20T101530Z', 'outcome': 'remarks'},
)
POINTS = [NEWEST, FAILED, OLD]


def names(points: list[dict]) -> list[str]:
    return [point['id'] for point in points]


def test_the_newest_good_point_is_drilled() -> None:
    assert chosen(POINTS, DrillRequest(), 'site') == [NEWEST]
    assert chosen(POINTS[1:], DrillRequest(), 'site') == [OLD]


def test_a_point_whose_manifest_is_damaged_is_not_passed_over() -> None:
    damaged = {**NEWEST, 'outcome': 'failed', 'error': 'the manifest is damaged', 'damaged': True}
    assert chosen([damaged, OLD], DrillRequest(), 'site') == [damaged]


def test_a_point_that_a_restore_took_is_passed_over_unless_there_is_no_other() -> None:
    safety = {**NEWEST, 'id': '2026-11-23T101530Z', 'run': '20261123T101500Z-ab12.safety'}
    assert chosen([safety, *POINTS], DrillRequest(), 'site') == [NEWEST]
    assert chosen([safety], DrillRequest(), 'site') == [safety]
    assert chosen([safety, *POINTS], DrillRequest(point=safety['id']), 'site') == [safety]


def test_a_point_by_its_name() -> None:
    assert chosen(POINTS, DrillRequest(point=OLD['id']), 'site') == [OLD]


def test_a_point_that_is_not_there_is_an_error_that_names_those_that_are() -> None:
    with pytest.raises(RawatError, match=r"no recovery point '2020'.*2026-11-22T101530Z"):
        chosen(POINTS, DrillRequest(point='2020'), 'site')


def test_a_failed_point_by_its_name_is_an_error_with_its_cause() -> None:
    with pytest.raises(RawatError, match='the disk was full'):
        chosen(POINTS, DrillRequest(point=FAILED['id']), 'site')


def test_a_sample_is_of_different_points_and_never_of_failed_ones() -> None:
    assert sorted(names(chosen(POINTS, DrillRequest(sample=9), 'site'))) == sorted([NEWEST['id'], OLD['id']])
    assert len(chosen(POINTS, DrillRequest(sample=1), 'site')) == 1


def test_a_site_that_was_never_backed_up_is_an_error_with_the_remedy() -> None:
    with pytest.raises(RawatError, match='back the site up first'):
        chosen([FAILED], DrillRequest(), 'site')


LAST = '2026-11-22T10:00:00Z'
NOW = 1795341600.0  # the same moment in seconds


@pytest.mark.parametrize(
    ('schedule', 'after', 'due'),
    [
        ('always', 0, True),
        ('daily', DAY - 1800, True),  # half an hour early is the same hour of the next day
        ('daily', DAY // 2, False),
        ('weekly', 6 * DAY, False),
        ('weekly', 7 * DAY, True),
        ('quarterly', 90 * DAY, False),
        ('quarterly', 91 * DAY, True),
        (None, 1000 * DAY, False),
    ],
)
def test_a_drill_is_due_by_its_schedule(schedule: str | None, after: int, due: bool) -> None:
    assert is_due(schedule, LAST, NOW + after) is due


def test_what_was_never_drilled_is_due_with_any_schedule() -> None:
    assert is_due('quarterly', None, NOW)
    assert not is_due(None, None, NOW)
