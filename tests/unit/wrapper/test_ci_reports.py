# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CI systems are told: JUnit XML that any reader takes, Markdown that nobody can break out of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip('rich')

from rawat import junit, step_summary
from rawat.ci_reports import ci_reports
from rawat.outcome import Outcome
from rawat.progress_view import View
from rawat.request import UsageProblem
from rawat.runner import Ended
from rawat.session import Session

HOSTILE = '\x00\x1b[31m]]>&<script>"\'\ud800\uffff|`@all ![x](http://x)\n| a | b |'
GOOD: dict[str, Any] = {
    'site': 'news', 'host': 'web1', 'outcome': 'complete', 'recovery_point': '2026-11-22T101530Z',
    'milliseconds': 61_234, 'drill': {'grade': 'A', 'rto_milliseconds': 12}, 'databases': [], 'webroots': [],
    'copies': [{'name': 'disk', 'status': 'verified'}],
}  # fmt: skip
BAD: dict[str, Any] = {
    'site': 'wiki', 'host': 'web2', 'outcome': 'failed', 'error': 'the disk is full: make room', 'remarks': ['one']
}


def parsed(code: int, entries: list[dict[str, Any]], problems: list[str] | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(junit.document('backup', code, entries, problems or []))  # noqa: S314 - our own


def test_a_site_is_a_test_case_with_its_time_and_its_point() -> None:
    root = parsed(0, [GOOD])
    (suite,) = root
    (case,) = suite
    assert (root.tag, suite.tag) == ('testsuites', 'testsuite')
    assert {key: suite.get(key) for key in ('tests', 'failures', 'errors', 'skipped', 'time')} == {
        'tests': '1', 'failures': '0', 'errors': '0', 'skipped': '0', 'time': '61.234',
    }  # fmt: skip
    assert (case.get('name'), case.get('classname'), case.get('time')) == ('news', 'rawat.backup', '61.234')
    found = {one.get('name'): one.get('value') for one in case.iter('property')}
    assert found['recovery_point'] == '2026-11-22T101530Z'
    assert (found['grade'], found['host'], found['copy.disk']) == ('A', 'web1', 'verified')


def test_a_failed_site_says_cause_and_remedy() -> None:
    (suite,) = parsed(1, [GOOD, BAD])
    assert (suite.get('tests'), suite.get('failures'), suite.get('errors')) == ('2', '1', '0')
    (failure,) = suite.iter('failure')
    assert failure.get('message') == 'the disk is full: make room'
    assert 'rawat backup --only wiki' in str(failure.text)
    (remarks,) = suite.iter('system-out')
    assert remarks.text == 'one'


def test_a_site_that_was_not_reached_is_an_error() -> None:
    (suite,) = parsed(1, [{**BAD, 'outcome': 'unreachable', 'error': 'no route'}])
    assert (suite.get('failures'), suite.get('errors')) == ('0', '1')


@pytest.mark.parametrize(('code', 'entries', 'problems'), [(1, [GOOD], ['no report']), (130, [], []), (1, [GOOD], [])])
def test_a_run_that_failed_for_no_site_is_red_all_the_same(code: int, entries: list, problems: list[str]) -> None:
    (suite,) = parsed(code, entries, problems)
    assert suite.get('errors') == '1'
    assert suite[-1].get('name') == 'run'


def test_no_text_breaks_the_file() -> None:
    entry = {**BAD, 'site': HOSTILE, 'host': HOSTILE, 'error': HOSTILE, 'remarks': [HOSTILE], 'recovery_point': HOSTILE}
    content = junit.document('backup', 1, [entry], [HOSTILE])
    root = ElementTree.fromstring(content)  # noqa: S314 - our own
    assert '<script>' in str(root[0][0].get('name'))  # as text
    assert b'<script>' not in content
    assert not re.search(rb'[\x00-\x08\x0b\x0c\x0e-\x1f]', content)


@given(text=st.text(st.characters()))
def test_any_text_gives_a_well_formed_file_and_one_row_of_a_table(text: str) -> None:
    entry = {**BAD, 'site': text, 'error': text, 'remarks': [text]}
    parsed(1, [entry], [text])
    page = step_summary.document('backup', 1, [entry], [text])
    page.encode()
    (row,) = [line for line in page.split('\n') if '❌' in line and line.startswith('|')]
    assert row.count('|') == 7


def test_the_summary_shows_hostile_text_as_text() -> None:
    page = step_summary.document('backup', 1, [{**BAD, 'error': HOSTILE}], [])
    for forbidden in ('<script', '![', '](', '@all', '`', '\x1b', '| a |'):
        assert forbidden not in page
    assert '&#60;script&#62;' in page


def test_a_summary_is_never_larger_than_github_takes() -> None:
    many = [{**BAD, 'site': f'site-{number}', 'error': '<' * 400} for number in range(2000)]
    assert len(step_summary.document('backup', 1, many, []).encode()) < 1_000_000


# ---------------------------------------------------------------- files
def session(*entries: dict[str, Any]) -> Session:
    outcome = Outcome(plan={'hosts': {entry['host']: [{'name': entry['site']}] for entry in entries}}, has_stats=True)
    outcome.results = {entry['host']: [entry] for entry in entries}
    outcome.ended = Ended('successful', 0)
    found = Session(View(), False)
    found.outcome = outcome
    return found


@pytest.fixture(autouse=True)
def no_github(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv('GITHUB_STEP_SUMMARY', raising=False)


def test_both_files_are_written_and_the_exit_code_stays(tmp_path: Path) -> None:
    files = tmp_path / 'new' / 'junit.xml', tmp_path / 'summary.md'
    with ci_reports('backup', *files) as tell:
        assert tell(session(GOOD), 0) == 0
        assert tell(session(BAD), 1) == 1
    assert ElementTree.parse(files[0]).getroot().get('failures') == '1'  # noqa: S314 - our own
    assert 'wiki' in files[1].read_text(encoding='utf-8')


def test_an_old_file_never_passes_for_this_run_s(tmp_path: Path) -> None:
    path = tmp_path / 'junit.xml'
    path.write_text('old', encoding='utf-8')
    with pytest.raises(RuntimeError), ci_reports('backup', path, None):
        raise RuntimeError
    assert not path.exists()


def test_a_run_that_could_not_begin_is_a_red_report(tmp_path: Path) -> None:
    path = tmp_path / 'junit.xml'
    with pytest.raises(UsageProblem), ci_reports('backup', path, None):
        raise UsageProblem(['website_sites: no host has a site'])
    (error,) = ElementTree.parse(path).getroot().iter('error')  # noqa: S314 - our own
    assert error.get('message') == 'website_sites: no host has a site'


def test_nothing_to_do_is_a_green_report(tmp_path: Path) -> None:
    path = tmp_path / 'junit.xml'
    with pytest.raises(typer.Exit), ci_reports('backup', path, None):
        raise typer.Exit
    assert ElementTree.parse(path).getroot().get('tests') == '0'  # noqa: S314 - our own


def test_github_s_page_is_added_to_and_a_named_file_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, named = tmp_path / 'page', tmp_path / 'named'
    page.write_text('before\n', encoding='utf-8')
    monkeypatch.setenv('GITHUB_STEP_SUMMARY', str(page))
    with ci_reports('backup', None, None) as tell:
        tell(session(GOOD), 0)
    assert page.read_text(encoding='utf-8').startswith('before\n## rawat backup')
    before = page.read_text(encoding='utf-8')
    with ci_reports('backup', None, named) as tell:
        tell(session(GOOD), 0)
    assert (page.read_text(encoding='utf-8'), named.exists()) == (before, True)


def test_a_place_that_cannot_be_written_is_said_before_anything_begins(tmp_path: Path) -> None:
    (tmp_path / 'file').touch()
    with pytest.raises(UsageProblem, match='--junit'), ci_reports('backup', tmp_path / 'file' / 'x.xml', None):
        pytest.fail('it began')


def test_a_report_that_cannot_be_written_at_the_end_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / 'place' / 'junit.xml'
    with ci_reports('backup', path, None) as tell:
        path.parent.rmdir()
        assert tell(session(GOOD), 0) == 1
    assert str(path) in capsys.readouterr().err
