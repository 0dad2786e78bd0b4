# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grades: never better than earned; a lack of the drill's own is neither success nor corruption."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.drill.findings import LISTED, Findings
from ansible_collections.rawat.website.plugins.module_utils.drill.parts import elsewhere
from hypothesis import given
from hypothesis import strategies as st

GOOD = {'path': '/', 'status': 200, 'equal': True, 'difference': None}
BAD = {'path': '/x', 'status': 200, 'equal': False, 'difference': 'the page is empty'}


def findings(**more: Any) -> Findings:
    return Findings(files_equal=True, census_equal=True, **more)


def test_pages_that_answer_as_recorded_earn_an_a() -> None:
    found = findings()
    found.ask([GOOD, GOOD], [])
    assert found.grade() == ('A', '2 pages answered as recorded')


def test_without_a_started_application_it_is_a_b_that_says_why() -> None:
    assert findings(application='no namespaces here').grade() == ('B', 'no namespaces here')


def test_without_a_single_page_to_ask_for_it_is_a_b() -> None:
    found = findings()
    found.ask([], [])
    grade, reason = found.grade()
    assert grade == 'B'
    assert 'no page was recorded' in reason


def test_a_page_that_differs_is_an_f_with_the_difference() -> None:
    found = findings()
    found.ask([GOOD, BAD], [])
    assert found.grade() == ('F', 'page /x: the page is empty')


def test_a_page_that_differs_on_a_machine_that_lacks_something_is_a_b() -> None:
    found = findings()
    found.ask([GOOD, BAD], ['this machine has no PHP extension mysqli'])
    grade, reason = found.grade()
    assert grade == 'B'
    assert 'mysqli' in reason
    assert found.limitations == ['this machine has no PHP extension mysqli']
    assert found.differences == []


def test_a_database_on_another_host_is_a_lack_of_the_drill() -> None:
    databases = [{'login_host': None}, {'login_host': '127.0.0.1'}, {'login_unix_socket': '/run/x'}]
    assert elsewhere({'databases': databases}) == []
    (line,) = elsewhere({'databases': [*databases, {'login_host': 'db.internal'}]})
    assert 'db.internal' in line


def test_a_site_that_was_started_outside_of_the_sandbox_never_earns_more_than_a_b() -> None:
    found = findings()
    found.ask([GOOD], [], 'started by application.hook')
    assert found.grade() == ('B', 'started by application.hook')
    found.ask([GOOD, BAD], [], 'started by application.hook')
    assert found.grade() == ('B', 'started by application.hook: page /x: the page is empty')


def test_a_lack_does_not_matter_where_all_pages_answer() -> None:
    found = findings()
    found.ask([GOOD], ['this machine has no PHP extension imagick'])
    assert found.grade()[0] == 'A'


def test_a_database_that_could_not_be_loaded_here_makes_it_a_c() -> None:
    found = findings(not_compared=['no server program'])
    found.ask([GOOD], [])
    assert found.grade() == ('C', 'no server program')


@given(
    differences=st.lists(st.text(min_size=1), max_size=3),
    not_compared=st.lists(st.text(min_size=1), max_size=2),
    application=st.none() | st.text(min_size=1),
)
def test_a_difference_is_an_f_whatever_else_was_found(
    differences: list[str], not_compared: list[str], application: str | None
) -> None:
    grade, _reason = Findings(differences=differences, not_compared=not_compared, application=application).grade()
    if differences:
        assert grade == 'F'
    elif not_compared:
        assert grade == 'C'
    else:
        assert grade == ('A' if application is None else 'B')


def test_many_differences_are_counted_and_not_all_listed() -> None:
    document = findings(differences=[f'table {number}' for number in range(LISTED + 5)]).document()
    assert len(document['differences']) == LISTED + 1
    assert document['differences'][-1] == 'and 5 more'
    assert document['reason'] == f'table 0 (and {LISTED + 4} more)'


def test_the_time_to_restore_counts_no_comparison() -> None:
    phases = {'fetch_webroots': 10, 'load_databases': 200, 'compare_files': 3000, 'application': 40000, 'integrity': 5}
    assert findings(phases=phases).rto == 40210
