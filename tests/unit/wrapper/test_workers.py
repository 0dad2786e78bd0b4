# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers, as far as no worker is needed: addresses, slices, what travels, what is said of a lost one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rawat.outcome import Outcome
from rawat.progress_view import SiteState
from rawat.request import UsageProblem
from rawat.workers import address, slices, travel
from rawat.workers.share import Share, followed, told

CHECKOUT = Path(__file__).resolve().parents[3]


# ---------------------------------------------------------------- addresses
@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        ('ssh://control', ('control', '', None, '')),
        ('ssh://Backup@Control.example.go.id:2222', ('Control.example.go.id', 'Backup', 2222, '')),
        ('ssh://control/opt/venv/bin/', ('control', '', None, '/opt/venv/bin')),
        ('ssh://root@[fe80::1]:22', ('fe80::1', 'root', 22, '')),
    ],
)
def test_an_address_is_read(text: str, expected: tuple[Any, ...]) -> None:
    assert address.parse(text)[1:] == expected


@pytest.mark.parametrize(
    'text', ['control', 'http://control', 'ssh://', 'ssh://-oProxyCommand=x', 'ssh://a:p@control', 'ssh://c:port',
             'ssh://control?x=1', 'ssh://a b@control'],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_no_password_is_shown(text: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        address.parse_all([text])
    assert 'ssh://[USER@]HOST' in str(refused.value)
    assert ':p@' not in str(refused.value)


def test_a_worker_given_twice_is_refused() -> None:
    with pytest.raises(UsageProblem, match='twice'):
        address.parse_all(['ssh://a', 'ssh://b', 'ssh://a/opt/bin'])


def test_of_ssh_options_the_users_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('RAWAT_WORKER_SSH_ARGS', "-o 'ServerAliveInterval=2' -A")
    command = address.ssh_command(address.parse('ssh://ops@control:2222'), 'exec python3')
    assert command[:4] == ['ssh', '-o', 'ServerAliveInterval=2', '-A']
    assert command[-7:] == ['-l', 'ops', '-p', '2222', '--', 'control', 'exec python3']


# ---------------------------------------------------------------- slices
@given(
    weights=st.dictionaries(st.text('abcdef', min_size=1, max_size=3), st.integers(0, 9), max_size=30),
    groups=st.lists(st.lists(st.text('abcdef', min_size=1, max_size=3), max_size=4), max_size=4),
    count=st.integers(1, 7),
)
def test_slices_lose_nothing_double_nothing_and_part_no_group(
    weights: dict[str, int], groups: list[list[str]], count: int
) -> None:
    hosts = {host: ['site'] * weight for host, weight in weights.items()}
    parts = slices.share_out(hosts, groups, count)
    assert len(parts) == count
    assert sorted(host for part in parts for host in part) == sorted(hosts)
    place = {host: number for number, part in enumerate(parts) for host in part}
    assert all(len({place[host] for host in group if host in place}) <= 1 for group in groups)
    assert parts == slices.share_out(hosts, groups, count)


def test_slices_are_about_as_heavy() -> None:
    hosts = {f'web{number}': ['site'] * sites for number, sites in enumerate([9, 1, 1, 1, 5, 4, 3])}
    sums = [sum(len(hosts[host]) for host in part) for part in slices.share_out(hosts, [], 2)]
    assert sums == [12, 12]


def test_hosts_whose_restic_repository_may_be_made_stay_together() -> None:
    restic = {'store': 'restic', 'location': 'sftp:v:/r', 'create': True}
    hosts: dict[str, dict[str, Any]] = {
        'a': {'website_repository': restic},
        'b': {'website_repository': '{{ ours }}', 'ours': restic},
        'c': {'website_repository': {**restic, 'create': False}},
        'd': {'website_repository': {**restic, 'location': '/srv/restic'}},
        'e': {'website_repository': {**restic, 'location': '/srv/restic'}},
        'f': {'website_repository': {'store': 'archive', 'location': 'ssh://v/r', 'create': True}},
        'g': {'website_repository': {'store': 'archive'}, 'website_copies': [{'name': 'far', **restic}]},
    }
    assert slices.shared_makings(hosts) == {'sftp:v:/r': {'a', 'b', 'g'}}


# ---------------------------------------------------------------- what travels
def test_files_that_ssh_cannot_do_without_are_found() -> None:
    words = '-o UserKnownHostsFile={{ inventory_dir }}/known -oIdentityFile=/k/a -i ~/k -F none'
    assert travel.ssh_paths(f'{words} -o "GlobalKnownHostsFile /g"') == ['{{inventory_dir}}/known', '/k/a', '~/k', '/g']
    assert travel.ssh_paths("-o 'unclosed") == []


def test_paths_that_settings_name_are_found_and_templates_are_left_to_the_worker() -> None:
    variables = {
        'ansible_ssh_private_key_file': '/root/.ssh/id',
        'ansible_ssh_common_args': '-o UserKnownHostsFile={{ somewhere }}/known',
        'website_assignment': '@{{ inventory_dir }}/assignment.json',
        'website_repository': {'ssh_private_key': "{{ lookup('ansible.builtin.file', '/etc/rawat/key') }}"},
        'other': '{{ lookup("file", inventory_dir + "/x") }}',
    }
    found = travel.named_paths(travel.Settings({'web1': variables}), {'ansible_private_key_file': 'keys/id'})
    assert found == {
        '/root/.ssh/id': 'ansible_ssh_private_key_file', '{{ inventory_dir }}/assignment.json': 'website_assignment',
        '/etc/rawat/key': 'website_repository', 'keys/id': 'ansible_private_key_file',
    }  # fmt: skip


def test_of_the_environment_only_ansibles_own_and_what_is_named_travels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('AWS_SECRET_ACCESS_KEY', 'hidden')
    monkeypatch.setenv('WANTED', 'yes')
    monkeypatch.setenv('RAWAT_PASS_ENVIRONMENT', 'WANTED')
    monkeypatch.setenv('ANSIBLE_REMOTE_USER', 'ops')
    monkeypatch.setenv('ANSIBLE_CONFIG', '/home/me/ansible.cfg')
    sent = travel.environment(travel.Settings())
    assert {name for name in sent if not name.startswith('ANSIBLE_')} == {'WANTED'}
    assert sent['ANSIBLE_REMOTE_USER'] == 'ops'
    assert 'ANSIBLE_CONFIG' not in sent


@pytest.mark.parametrize('checked', [True, False])
def test_host_keys_are_checked_there_as_the_user_has_it_here(checked: bool) -> None:
    sent = travel.environment(travel.Settings(ansible={'HOST_KEY_CHECKING': checked}))
    assert sent['ANSIBLE_HOST_KEY_CHECKING'] == str(checked)


def test_vault_passwords_come_from_files_and_scripts_and_never_from_a_question(tmp_path: Path) -> None:
    plain, script = tmp_path / 'plain', tmp_path / 'ask-client'
    plain.write_text('one\n', encoding='utf-8')
    script.write_text('#!/bin/sh\necho "two of $2"\n', encoding='utf-8')
    script.chmod(0o700)
    named = {'DEFAULT_VAULT_PASSWORD_FILE': str(plain), 'DEFAULT_VAULT_IDENTITY_LIST': [f'prod@{script}']}
    assert travel.vault_passwords(travel.Settings(ansible=named)) == [('', 'one'), ('prod', 'two of prod')]
    asked = travel.Settings(ansible={'DEFAULT_VAULT_IDENTITY_LIST': ['prod@prompt']})
    with pytest.raises(UsageProblem, match='prompt'):
        travel.vault_passwords(asked)


# ---------------------------------------------------------------- what is said
PLAN = {'hosts': {'web1': [{'name': 'a', 'url': None}], 'web2': [{'name': 'b', 'url': None}]}}
ENTRY: dict[str, Any] = {
    'site': 'a', 'outcome': 'complete', 'remarks': [], 'recovery_point': 'p', 'copies': [], 'drill': None,
    'error': None,
}  # fmt: skip


def share(**known: Any) -> Share:
    found = Share(address.parse('ssh://control'), 0, ['web1', 'web2'])
    for name, value in known.items():
        setattr(found, name, value)
    return found


def test_what_a_lost_worker_had_reported_is_kept_with_a_remark_and_the_rest_is_not_done() -> None:
    outcome = Outcome(plan=PLAN, results={'web1': [ENTRY]})
    states = {('web2', 'b'): SiteState('web2', 'b', step='dump', item='database b')}
    said = told(outcome, [share(lost='no route')], states)
    assert (said['web1'][0]['outcome'], len(said['web1'][0]['remarks'])) == ('remarks', 1)
    assert said['web2'][0]['outcome'] == 'unreachable'
    assert 'control was lost (no route) while this site was at: dump database b' in said['web2'][0]['error']


def test_a_worker_that_ended_well_leaves_its_entries_as_they_are() -> None:
    outcome = Outcome(plan=PLAN, results={'web1': [ENTRY], 'web2': None}, unreachable={'web2': 'refused'})
    said = told(outcome, [share(ended='failed', finished=True)], {})
    assert said == {'web1': [{'host': 'web1', **ENTRY}], 'web2': {'unreachable': 'refused'}}


def test_a_worker_that_refused_the_plan_says_why_at_each_host() -> None:
    found = share(ended='failed')
    result = {'rawat_configuration_errors': ['web1: no file /etc/x', 'web2: no file /etc/y']}
    data = {'task_action': 'rawat.website.run_plan', 'host': 'web1', 'res': result}
    assert found.own({'event': 'runner_on_failed', 'event_data': data})
    said = told(Outcome(plan=PLAN), [found], {})
    assert said['web1'].endswith('web1: no file /etc/x')
    assert 'the worker control ended' in said['web2']


def test_a_drill_that_ended_without_a_word_is_a_failure_of_its_site() -> None:
    outcome = Outcome(plan=PLAN, results={'web1': [{'host': 'web1', **ENTRY}]})
    data = {'task_action': 'rawat.website.site_drill', 'host': 'web1', 'res': {'msg': 'connection lost'}}
    followed(outcome, {'event': 'runner_on_unreachable', 'event_data': data})
    (entry,) = outcome.results['web1']  # type: ignore[misc]
    assert entry['outcome'] == 'failed'  # type: ignore[index]
    assert 'the drill was not done: connection lost' in entry['error']  # type: ignore[index]


def test_progress_of_a_host_that_is_not_the_workers_is_not_taken(tmp_path: Path) -> None:
    share().write_progress(tmp_path, 'web9', {})
    share().write_progress(tmp_path, '../web1', {})
    share().write_progress(tmp_path, 'web1', {'site': 'a'})
    assert [path.name for path in tmp_path.iterdir()] == ['web1.json']


def test_the_oldest_runner_that_a_worker_may_have_is_the_one_of_our_own_requirements() -> None:
    from rawat.workers import link  # needs no ansible-runner, but says what one must be

    project = (CHECKOUT / 'pyproject.toml').read_text(encoding='utf-8')
    needed = dict(re.findall(r'"(ansible-core|ansible-runner)>=([\d.]+)"', project))
    assert needed['ansible-runner'] == link.MINIMUM_RUNNER
    assert link.version(link.minimum_core()) >= link.version(needed['ansible-core'])
    assert link.version('2.19.0rc1') == (2, 19, 0)
