# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command shows of drills and restores, and what it ends with."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rawat.commands.status import unproved
from rawat.outcome import Outcome
from rawat.progress_view import View
from rawat.proof import verify_end
from rawat.restoring import plan_lines, restore_end
from rawat.runner import Ended
from rawat.session import Session
from rawat.terminal import language
from unit import samples

STATS = {'event': 'playbook_on_stats', 'event_data': {}}


def session(action: str, *entries: dict[str, Any], code: int = 0, **result: Any) -> Session:
    """A run of `action` on one host that returned these entries."""
    run = Session(View(), filed=False)
    plan = samples.plan(web1=[entry['site'] for entry in entries])
    run.take(samples.event('runner_on_ok', 'run_plan', {'rawat_plan': plan}))
    run.take(samples.event('runner_on_ok', action, {'sites': list(entries), **result}, 'web1'))
    run.take(STATS)
    run.outcome.ended = Ended('successful', code)
    return run


@pytest.mark.parametrize(('grade', 'code'), [('A', 0), ('B', 0), ('C', 0), ('F', 1)])
def test_a_grade_decides_the_exit_code_and_stands_in_the_table(
    grade: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_end(session('site_drill', samples.drilled(grade), code=2 * code), as_json=False) == code
    seen = capsys.readouterr().out
    assert f' {grade} ' in seen
    for fact in ('2026-11-22T101530Z', '4.0 s', '2 h'):
        assert fact in seen
    assert (samples.drill(grade)['reason'] in seen) is (grade != 'A')


def test_a_drill_that_was_not_done_is_a_failure_without_a_grade(capsys: pytest.CaptureFixture[str]) -> None:
    entry = samples.site(outcome='failed', error='no such point', drill=None, databases=[], webroots=[])
    assert verify_end(session('site_drill', entry, code=2), as_json=False) == 1
    seen = capsys.readouterr().out
    assert 'FAILED' in seen
    assert 'no such point' in seen


def test_every_point_of_a_sample_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    results = [samples.drill('A', recovery_point='one'), samples.drill('F', recovery_point='two')]
    verify_end(session('site_drill', samples.drilled('F', drills=results), code=2), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert [' A ' in line for line in lines if ' one ' in line] == [True]
    assert [' F ' in line for line in lines if ' two ' in line] == [True]


def test_json_of_a_drill_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_end(session('site_drill', samples.drilled('B')), as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document['exit_code'], document['sites'][0]['drill']['grade']) == (0, 'B')


def test_a_drill_after_a_backup_is_added_to_the_entry_of_its_site() -> None:
    run = session('site_backup', samples.site('peraturan'), samples.site('arsip'))
    run.take(samples.event('runner_on_ok', 'site_drill', {'sites': [samples.drilled('F')]}, 'web1'))
    found = run.outcome.results['web1']
    assert isinstance(found, list)
    assert [(entry['site'], entry['outcome']) for entry in found] == [('peraturan', 'failed'), ('arsip', 'complete')]
    assert found[0]['databases'] != []


def planned(**changes: Any) -> dict[str, Any]:
    return samples.restored(**{'outcome': 'ready', **changes})


def test_a_plan_says_what_is_overwritten_what_is_lost_and_how_much_room_there_is() -> None:
    text = '\n'.join(plan_lines(planned()))
    for fact in (
        'Plan to restore peraturan on web1.example.go.id: in place, from the recovery point 2026-11-22T101530Z',
        'webroot /var/www/peraturan (64.8 MiB) OVERWRITES /var/www/peraturan (65.8 MiB)',
        'database mariadb.peraturan (18.1 MiB) is made at peraturan',
        '2 h ago', '83.0 MiB are needed, 8.4 GiB are free', 'safety recovery point is taken first', 'maintenance page',
    ):  # fmt: skip
        assert fact in text


def test_a_plan_is_told_in_indonesian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('RAWAT_LANG', 'id')
    language.cache_clear()
    text = '\n'.join(plan_lines(planned()))
    assert 'Rencana pemulihan peraturan' in text
    assert 'MENIMPA' in text


def test_what_cannot_be_done_is_said_in_the_plan() -> None:
    lines = plan_lines(samples.site(outcome='not_ready', error='there is no point', restore=None))
    assert lines[-1] == '  CANNOT BE DONE: there is no point'


def test_sites_that_nobody_confirmed_are_known() -> None:
    run = session('site_restore', planned(), unconfirmed=['peraturan'])
    assert run.outcome.unconfirmed == ['peraturan']
    assert Outcome().unconfirmed == []


def test_a_restore_ends_with_the_safety_point_and_the_way_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert restore_end(session('site_restore', samples.restored()), as_json=False) == 0
    seen = capsys.readouterr().out
    for fact in ('2026-11-22T121530Z', 'rawat restore --only peraturan --undo', 'SUCCESS'):
        assert fact in seen


def test_a_site_whose_pages_fail_after_a_restore_is_a_failure_with_the_way_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    entry = samples.restored(outcome='failed', error='page /: status 500 instead of 200')
    assert restore_end(session('site_restore', entry, code=2), as_json=False) == 1
    seen = capsys.readouterr().out
    assert 'status 500' in seen
    assert '--undo' in seen


def test_status_warns_of_a_newest_point_that_was_never_drilled() -> None:
    point = {'id': 'p', 'drill': None}
    drilled = {'id': 'p', 'drill': {'grade': 'B', 'age_seconds': 5}}
    sites = [
        {'site': 'a', 'points': [point], 'newest_good': 'p', 'error': None},
        {'site': 'b', 'points': [drilled], 'newest_good': 'p', 'error': None},
        {'site': 'c', 'points': [], 'newest_good': None, 'error': None},
    ]
    (line,) = unproved(sites)
    assert line.startswith('a: the newest recovery point was never drilled')
