# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest: canonical bytes, names of points, and outcomes that are never better than their parts."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rawat.website.plugins.module_utils import manifest
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_canonical_json_reads_back_as_it_was_and_is_the_same_bytes_again(document: object) -> None:
    written = manifest.canonical(document)
    assert json.loads(written) == document
    assert manifest.canonical(json.loads(written)) == written
    assert written.isascii()


@pytest.mark.parametrize('document', [1.0, [1, 2.5], {'a': {'b': float('nan')}}])
def test_a_float_has_no_place_in_a_hashed_document(document: object) -> None:
    with pytest.raises(TypeError, match='float'):
        manifest.canonical(document)


def test_a_point_is_named_by_its_start_and_its_assignment() -> None:
    assert manifest.point_id('2026-11-22T10:15:30Z', None, set()) == '2026-11-22T101530Z'
    assignment = {'number': 'PPE.3-TI.05.03-12/2026 ../x'}
    assert (
        manifest.point_id('2026-11-22T10:15:30Z', assignment, set()) == '2026-11-22T101530Z_PPE.3-TI.05.03-12-2026-..-x'
    )


def test_a_name_that_is_taken_is_never_used_again() -> None:
    assert manifest.point_id('2026-12-31T23:59:59Z', None, {'2026-12-31T235959Z'}) == '2027-01-01T000000Z'


def new_manifest(databases: list, webroots: list, **more: object) -> dict:
    return {'databases': databases, 'webroots': webroots, 'remarks': [], 'error': None, **more}


def test_a_point_is_complete_when_nothing_was_left_out() -> None:
    sealed = manifest.seal(
        new_manifest([{'label': 'a', 'remarks': [], 'error': None}], [{'path': '/w', 'skipped': []}])
    )
    assert sealed['outcome'] == 'complete'


def test_a_skipped_file_makes_it_complete_with_remarks() -> None:
    sealed = manifest.seal(new_manifest([], [{'path': '/w', 'skipped': [{'path': 'x', 'reason': 'vanished'}]}]))
    assert sealed['outcome'] == 'remarks'
    assert sealed['webroots'][0]['outcome'] == 'remarks'


def test_one_failed_part_fails_the_point_and_names_the_cause() -> None:
    sealed = manifest.seal(new_manifest([{'label': 'mariadb.a', 'error': 'server gone'}], [{'path': '/w'}]))
    assert sealed['outcome'] == 'failed'
    assert sealed['error'] == 'mariadb.a: server gone'
    assert sealed['webroots'][0]['outcome'] == 'complete'


def test_the_summary_counts_the_census_instead_of_listing_it() -> None:
    census = {'tables': {'a': 2, 'b': 3}, 'objects': {'view': ['v'], 'trigger': []}, 'settings': {}, 'accounts': ['x']}
    assert manifest.census_counts(census) == {'tables': 2, 'rows': 5, 'view': 1, 'accounts': 1}
    assert manifest.census_counts(None) is None
