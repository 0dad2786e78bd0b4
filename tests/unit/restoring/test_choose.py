# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which recovery point a request means."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.restoring.choose import choose, moment
from ansible_collections.rawat.website.plugins.module_utils.restoring.request import RestoreRequest

BOTH = ('databases', 'webroots')


def point(day: int, outcome: str = 'complete', **changes: Any) -> dict[str, Any]:
    found = {
        'id': f'2026-11-{day:02d}T020000Z', 'started': f'2026-11-{day:02d}T02:00:00Z', 'outcome': outcome,
        'parts': list(BOTH), 'run': f'202611{day:02d}T020000Z', 'assignment': None, 'error': None,
    }  # fmt: skip
    return {**found, **changes}


def chosen(points: list[dict], parts: tuple[str, ...] = BOTH, **request: Any) -> str:
    name: str = choose(points, RestoreRequest(**request), parts, 'blog')['id']
    return name


POINTS = [point(22, 'failed', error='no room'), point(21, 'remarks'), point(20), point(19)]


def test_the_newest_good_point_is_meant_when_nothing_is_said() -> None:
    assert chosen(POINTS) == '2026-11-21T020000Z'


def test_a_point_is_found_by_its_id() -> None:
    assert chosen(POINTS, point='2026-11-19T020000Z') == '2026-11-19T020000Z'


def test_an_unknown_point_lists_the_nearest_ones() -> None:
    many = [point(day) for day in range(28, 0, -1)]
    with pytest.raises(RestoreError) as error:
        chosen(many, point='2026-11-10T030000Z')
    assert '2026-11-10T020000Z (complete)' in str(error.value)
    assert '2026-11-11T020000Z (complete)' in str(error.value)
    assert '2026-11-28' not in str(error.value)
    assert '2026-11-01' not in str(error.value)


def test_a_failed_point_is_refused_with_its_cause() -> None:
    with pytest.raises(RestoreError, match=r'2026-11-22T020000Z.*failed \(no room\).*leave point out'):
        chosen(POINTS, point='2026-11-22T020000Z')


def test_before_takes_what_began_earlier_in_any_zone() -> None:
    assert chosen(POINTS, before='2026-11-21T02:00Z') == '2026-11-20T020000Z'
    assert chosen(POINTS, before='2026-11-21 09:01 WIB') == '2026-11-21T020000Z'
    assert chosen(POINTS, before='2026-11-21T09:00+07:00') == '2026-11-20T020000Z'


@pytest.mark.parametrize('text', ['2026-11-21', '2026-11-21T09:00', 'yesterday', '2026-13-41T09:00Z', ''])
def test_a_time_without_a_zone_or_sense_is_refused_with_examples(text: str) -> None:
    with pytest.raises(RestoreError, match='is no time'):
        moment(text)


def test_nothing_before_the_first_point_is_an_error_that_lists_what_there_is() -> None:
    with pytest.raises(RestoreError, match=r'no complete recovery point before 2026-11-01T00:00Z.*2026-11-22T020000Z'):
        chosen(POINTS, before='2026-11-01T00:00Z')


def test_the_register_number_is_a_run_or_an_assignment() -> None:
    assigned = [point(21), point(20, assignment={'number': 'ND-7/2026'})]
    assert chosen(assigned, register='ND-7/2026') == '2026-11-20T020000Z'
    assert chosen(assigned, register='20261121T020000Z') == '2026-11-21T020000Z'
    with pytest.raises(RestoreError, match=r"of the number 'ND-8'"):
        chosen(assigned, register='ND-8')


def test_a_point_of_databases_alone_is_no_whole_site() -> None:
    points = [point(21, parts=['databases']), point(20)]
    assert chosen(points) == '2026-11-20T020000Z'
    assert chosen(points, parts=('databases',)) == '2026-11-21T020000Z'
    with pytest.raises(RestoreError, match='was made of databases alone'):
        chosen(points, point='2026-11-21T020000Z')


def test_a_safety_point_is_taken_only_when_it_is_named() -> None:
    points = [point(21, run='20261121T020000Z.safety'), point(20)]
    assert chosen(points) == '2026-11-20T020000Z'
    assert chosen(points, before='2026-11-22T00:00Z') == '2026-11-20T020000Z'
    assert chosen(points, point='2026-11-21T020000Z') == '2026-11-21T020000Z'


def test_an_empty_repository_asks_for_its_location() -> None:
    with pytest.raises(RestoreError, match='has no recovery point of it: is location the right one'):
        chosen([])
