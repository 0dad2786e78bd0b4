# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From events to what happened: nothing that failed may be lost on the way, nothing good invented."""

from __future__ import annotations

from typing import Any

import pytest
from rawat.outcome import Outcome
from rawat.request import Request, UsageProblem
from rawat.runner import Ended
from rawat.session import refuse_bad_configuration, site_entries
from unit import samples
from unit.samples import event

STATS = {'event': 'playbook_on_stats', 'event_data': {}}


def outcome_of(*events: dict[str, Any], status: str = 'successful', code: int | None = 0) -> Outcome:
    outcome = Outcome()
    for one in events:
        outcome.feed(one)
    outcome.ended = Ended(status, code)
    return outcome


def planned(**hosts: list[str]) -> dict[str, Any]:
    return event('runner_on_ok', 'run_plan', {'rawat_plan': samples.plan(**hosts)})


def backed_up(host: str, *sites: dict[str, Any]) -> dict[str, Any]:
    return event('runner_on_ok', 'site_backup', {'sites': list(sites)}, host)


def code_of(outcome: Outcome) -> int:
    return outcome.exit_code(site_entries(outcome))


def test_a_run_is_good_when_every_planned_site_is_good() -> None:
    outcome = outcome_of(planned(web1=['a', 'b']), backed_up('web1', samples.site('a'), samples.remarked('b')), STATS)
    assert code_of(outcome) == 0


def test_a_site_that_failed_makes_the_run_fail() -> None:
    outcome = outcome_of(
        planned(web1=['a', 'b']), backed_up('web1', samples.site('a'), samples.failed('b')), STATS, code=2
    )
    assert code_of(outcome) == 1


def test_a_planned_site_of_which_nothing_was_heard_makes_the_run_fail() -> None:
    outcome = outcome_of(planned(web1=['a', 'b']), backed_up('web1', samples.site('a')), STATS)
    entry = site_entries(outcome)[1]
    assert (entry['outcome'], entry['error']) == ('failed', 'the target reported nothing for this site')
    assert code_of(outcome) == 1


def test_an_outcome_that_we_do_not_know_is_not_good() -> None:
    outcome = outcome_of(planned(web1=['a']), backed_up('web1', samples.site('a', outcome='splendid')), STATS)
    assert code_of(outcome) == 1


def test_an_unreachable_host_is_not_done_and_says_why() -> None:
    gone = event('runner_on_unreachable', 'site_backup', {'msg': 'Connection refused'}, 'web2')
    outcome = outcome_of(planned(web1=['a'], web2=['b']), backed_up('web1', samples.site('a')), gone, STATS, code=4)
    entry = site_entries(outcome)[1]
    assert (entry['outcome'], entry['error'], entry['host']) == ('unreachable', 'Connection refused', 'web2')
    assert code_of(outcome) == 1


def test_a_module_that_crashed_gives_its_words_as_the_cause() -> None:
    crash = event('runner_on_failed', 'site_backup', {'msg': 'MODULE FAILURE', 'module_stderr': 'MemoryError'}, 'web1')
    outcome = outcome_of(planned(web1=['a']), crash, STATS, code=2)
    assert site_entries(outcome)[0]['error'] == 'MODULE FAILURE: MemoryError'


def test_a_failure_after_the_backup_does_not_replace_what_the_sites_said() -> None:
    late = event('runner_on_failed', 'run_outcome', {'msg': 'b: …'}, 'web1')
    outcome = outcome_of(planned(web1=['a']), backed_up('web1', samples.site('a')), late, STATS, code=2)
    assert site_entries(outcome)[0]['outcome'] == 'complete'
    assert code_of(outcome) == 1


def test_a_record_that_could_not_be_written_is_a_problem_of_the_run() -> None:
    broken = event('runner_on_failed', 'run_record', {'msg': 'No space left on device'})
    outcome = outcome_of(planned(web1=['a']), backed_up('web1', samples.site('a')), broken, STATS, code=2)
    assert outcome.problems == ['No space left on device']
    assert code_of(outcome) == 1


def test_a_result_that_is_withheld_is_said_to_be_withheld() -> None:
    outcome = outcome_of(
        planned(web1=['a']), event('runner_on_failed', 'site_backup', {'censored': '…'}, 'web1'), STATS, code=2
    )
    assert 'no_log' in site_entries(outcome)[0]['error']


@pytest.mark.parametrize(
    ('status', 'code', 'died', 'exit_code'),
    [
        ('timeout', 254, 'timeout', 1),
        ('canceled', 254, 'cancelled', 130),
        ('failed', None, 'killed', 1),
        ('failed', 250, 'killed', 1),
    ],
)
def test_a_run_without_its_end_died(status: str, code: int | None, died: str, exit_code: int) -> None:
    outcome = outcome_of(planned(web1=['a']), backed_up('web1', samples.site('a')), status=status, code=code)
    assert outcome.died == died
    assert code_of(outcome) == exit_code


def test_a_run_that_was_killed_before_its_plan_is_no_success() -> None:
    outcome = outcome_of(status='failed', code=None)
    assert outcome.died == 'killed'
    assert code_of(outcome) == 1


REQUEST = Request(inventory=samples.NOWHERE)


def refusal(outcome: Outcome) -> list[str]:
    with pytest.raises(UsageProblem) as caught:
        refuse_bad_configuration(outcome, REQUEST)
    return caught.value.lines


def test_a_variable_that_the_first_role_refuses_is_named_once() -> None:
    wrong = {'argument_errors': ['value of run_plan_language must be one of: id, en'], 'msg': 'Validation failed'}
    outcome = Outcome()
    for host in ('web1', 'web2'):
        outcome.feed(event('runner_on_failed', 'ansible.builtin.validate_argument_spec', wrong, host=host))
    assert refusal(outcome) == wrong['argument_errors']


def test_every_line_of_a_refused_plan_is_passed_on() -> None:
    bad = event('runner_on_failed', 'run_plan', {'msg': 'two things', 'rawat_configuration_errors': ['one', 'two']})
    assert refusal(outcome_of(bad, STATS, status='failed', code=2)) == ['one', 'two']


def test_a_plan_that_crashed_is_a_usage_error_with_ansibles_words() -> None:
    bad = event('runner_on_failed', 'run_plan', {'msg': "'vault_password' is undefined"})
    assert refusal(outcome_of(bad, STATS, status='failed', code=2))[1:] == ["'vault_password' is undefined"]


def test_an_inventory_that_ansible_cannot_read_is_a_usage_error_with_its_output() -> None:
    said = {'event': 'verbose', 'stdout': '[ERROR]: Completely failed to parse inventory source'}
    assert refusal(outcome_of(said, status='failed', code=1))[1:] == [
        '[ERROR]: Completely failed to parse inventory source'
    ]


def test_an_inventory_without_hosts_is_a_usage_error() -> None:
    assert 'names no site' in refusal(outcome_of(STATS))[0]


def test_events_of_other_tasks_and_odd_shapes_are_passed_over() -> None:
    odd: list[dict[str, Any]] = [
        {},
        {'event': 'runner_on_ok'},
        {'event': 'runner_on_ok', 'event_data': {'res': 'text'}},
    ]
    other = event('runner_on_ok', 'debug', {'sites': [samples.site('a')]}, 'web1')
    outcome = outcome_of(*odd, planned(web1=['a']), other, STATS)
    assert outcome.results == {}
