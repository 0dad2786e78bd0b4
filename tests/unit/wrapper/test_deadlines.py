# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `rawat status` gathers of deadlines: from the register, the filed records, the inventory and the sites."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.procedure import office, steps
from ansible_collections.rawat.website.plugins.module_utils.register import writing
from rawat.monitoring import deadlines

WIB = 420
OFFICE = office.settle(None)
NOW = '2026-01-19T01:00:00Z'  # Monday morning
ASSIGNMENT: dict[str, Any] = {
    'number': 'D-0007',
    'date': '2026-01-12',
    'mode': 'single',
    'recorded': '2026-01-12T01:00:00Z',
    'received': '2026-01-12T02:00:00Z',
    'valid_until': None,
}


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('RAWAT_LANG', 'en')


def filed(root: Path, run: str, assignment: dict[str, Any] | None, number: str | None = None) -> Path:
    """A record in its folder, as a run of Thursday 15 January 2026 leaves it."""
    times = [
        {
            'number': step,
            'outcome': 'complete',
            'started': f'2026-01-15T0{step}:00:00Z',
            'finished': f'2026-01-15T0{step}:30:00Z',
        }
        for step in (2, 3, 4)
    ]
    found, time_rule = steps.steps(assignment or {}, times, OFFICE, WIB)
    record = {
        'run': {'id': run, 'started': '2026-01-15T02:00:00Z', 'utc_offset_minutes': WIB, 'kind': 'backup'},
        'assignment': assignment,
        'office': OFFICE,
        'register': {'number': number} if number else None,
        'steps': found,
        'time_rule': time_rule,
    }
    path = root / '2026' / '01' / run / 'record.json'
    path.parent.mkdir(parents=True)
    path.write_bytes(canonical(record))
    return path


def registered(root: Path, run: str, assignment: dict[str, Any]) -> str:
    with writing(str(root)) as book:
        number = book.next_number(2026, 'BKP')['number']
        filed(root, run, assignment, number)
        told = {key: assignment[key] for key in ('number', 'date', 'mode')}
        row = {'kind': 'report', 'number': number, 'run': run, 'folder': f'2026/01/{run}', 'assignment': told}
        book.append(row)
    return str(number)


def plan(root: Path, **more: Any) -> dict[str, Any]:
    folder = root / '2026' / '01' / 'this-run'
    return {'filing': str(folder), 'utc_offset_minutes': WIB, 'assignment': None, **more}


def kinds(found: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    return [(entry['kind'], entry['state'], entry['number']) for entry in found]


def test_nothing_filed_and_nothing_assigned_is_nothing_due(tmp_path: Path) -> None:
    assert deadlines.gather(plan(tmp_path), [], NOW) == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_due_until_somebody_accepts_it(tmp_path: Path) -> None:
    number = registered(tmp_path, 'one', ASSIGNMENT)
    found, problems = deadlines.gather(plan(tmp_path), [], NOW)
    assert (kinds(found), problems) == ([('acceptance', 'soon', number)], [])
    assert deadlines.warnings(found) == [
        (
            f'SOON: report {number} is not accepted yet (step 5), due Monday, 19 January 2026 at 16:00 WIB; '
            f'once it is handed over: rawat accept {number}'
        )
    ]
    with writing(str(tmp_path)) as book:
        book.append({'kind': 'returned', 'number': number, 'reason': 'x'})
    assert kinds(deadlines.gather(plan(tmp_path), [], '2026-01-20T01:00:00Z')[0]) == [('returned', 'late', number)]
    with writing(str(tmp_path)) as book:
        book.append({'kind': 'receipt', 'number': number})
    assert deadlines.gather(plan(tmp_path), [], NOW) == ([], [])


def test_an_emergency_is_due_until_its_letter_is_there_even_when_it_was_accepted(tmp_path: Path) -> None:
    urgent = {**ASSIGNMENT, 'number': None, 'date': None, 'mode': 'emergency'}
    number = registered(tmp_path, 'one', urgent)
    with writing(str(tmp_path)) as book:
        book.append({'kind': 'receipt', 'number': number})
    assert kinds(deadlines.gather(plan(tmp_path), [], NOW)[0]) == [('emergency', 'late', number)]
    with writing(str(tmp_path)) as book:
        book.append({'kind': 'assignment', 'number': number, 'assignment': {'number': 'D-9', 'date': '2026-01-16'}})
    assert deadlines.gather(plan(tmp_path), [], NOW) == ([], [])


def test_an_assignment_is_due_until_a_backup_ran_under_it(tmp_path: Path) -> None:
    given = plan(tmp_path, assignment=ASSIGNMENT)
    assert kinds(deadlines.gather(given, [], NOW)[0]) == [('assignment', 'late', 'D-0007')]
    filed(tmp_path, 'other', {**ASSIGNMENT, 'number': 'D-0008'})
    assert kinds(deadlines.gather(given, [], NOW)[0]) == [('assignment', 'late', 'D-0007')]
    filed(tmp_path, 'one', ASSIGNMENT)
    assert deadlines.gather(given, [], NOW) == ([], [])


def test_an_unfit_assignment_is_told_and_not_passed_over(tmp_path: Path) -> None:
    found, _problems = deadlines.gather(plan(tmp_path, assignment_problems=['mode x', 'date y']), [], NOW)
    assert kinds(found) == [('unfit', 'unknown', None)]
    assert deadlines.warnings(found) == [
        'NOTE: no backup would begin under the assignment of the inventory: mode x; date y'
    ]


def test_a_run_from_before_the_month_of_the_assignment_is_not_looked_for(tmp_path: Path) -> None:
    filed(tmp_path, 'one', {**ASSIGNMENT, 'date': '2026-02-02'})
    assert not deadlines.ran_under({**ASSIGNMENT, 'date': '2026-02-02'}, tmp_path)
    assert deadlines.ran_under(ASSIGNMENT, tmp_path)


def test_a_standing_assignment_warns_only_when_its_end_is_near(tmp_path: Path) -> None:
    standing = {**ASSIGNMENT, 'mode': 'standing', 'valid_until': '2026-03-31'}
    filed(tmp_path, 'one', standing)
    given = plan(tmp_path, assignment=standing)
    assert kinds(deadlines.gather(given, [], NOW)[0]) == [('expiry', 'open', 'D-0007')]
    assert deadlines.warnings(deadlines.gather(given, [], NOW)[0]) == []
    assert kinds(deadlines.gather(given, [], '2026-03-30T01:00:00Z')[0]) == [('expiry', 'soon', 'D-0007')]


def test_sites_are_overdue_by_the_policy_of_the_office(tmp_path: Path) -> None:
    sites = [
        {'site': 'old', 'newest_good': 'x', 'age_seconds': 3 * 86400},
        {'site': 'new', 'newest_good': 'x', 'age_seconds': 60},
        {'site': 'none', 'newest_good': None, 'age_seconds': None},
    ]
    assert deadlines.gather(plan(tmp_path), sites, NOW) == ([], [])
    strict = plan(tmp_path, office={'policy': {'frequency_days': 2}})
    found, _problems = deadlines.gather(strict, sites, NOW)
    assert [(entry['kind'], entry['state'], entry['site']) for entry in found] == [('overdue', 'late', 'old')]
    assert deadlines.warnings(found) == [
        'LATE: site old: its newest good recovery point is 3 d old, more than 2 days (policy, not SOP)'
    ]


def test_a_record_that_is_gone_is_told_and_not_passed_over(tmp_path: Path) -> None:
    number = registered(tmp_path, 'one', ASSIGNMENT)
    (tmp_path / '2026' / '01' / 'one' / 'record.json').unlink()
    found, _problems = deadlines.gather(plan(tmp_path), [], NOW)
    assert kinds(found) == [('acceptance', 'unknown', number)]
    assert 'record.json: FileNotFoundError' in deadlines.warnings(found)[0]


def test_a_broken_register_is_a_problem_that_hides_nothing_else(tmp_path: Path) -> None:
    registered(tmp_path, 'one', ASSIGNMENT)
    book = tmp_path / 'register.jsonl'
    book.write_bytes(book.read_bytes().replace(b'D-0007', b'D-0006'))
    found, problems = deadlines.gather(plan(tmp_path, assignment={**ASSIGNMENT, 'number': 'D-0099'}), [], NOW)
    assert kinds(found) == [('assignment', 'late', 'D-0099')]
    assert len(problems) == 1
    assert problems[0].startswith('deadlines could not be checked: ')


def test_the_most_pressing_comes_first(tmp_path: Path) -> None:
    registered(tmp_path, 'one', ASSIGNMENT)
    standing = {**ASSIGNMENT, 'number': 'D-1', 'mode': 'standing', 'valid_until': '2026-03-31'}
    sites = [{'site': 'old', 'newest_good': 'x', 'age_seconds': 30 * 86400}]
    found, _problems = deadlines.gather(plan(tmp_path, assignment=standing), sites, NOW)
    assert [entry['state'] for entry in found] == ['late', 'soon', 'open', 'open']


def test_the_root_of_the_plan_goes_before_what_its_folder_says(tmp_path: Path) -> None:
    assert deadlines.filing_root(plan(tmp_path)) == tmp_path
    assert deadlines.filing_root({'root': '/elsewhere', 'filing': '/x/2026/01/r'}) == Path('/elsewhere')
