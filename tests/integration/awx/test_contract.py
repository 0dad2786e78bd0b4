# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract itself must be able to say no; and what our data say to AWX, beyond single fields."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from . import contract
from .conftest import CHECKOUT
from .picker import offered

PUBLIC = {'organization': 1, 'name': 'x'}
# What AWX sets for a job; none of it may be a variable of ours (awx/main/models: awx_meta_vars).
OF_AWX = re.compile(
    r'(awx|tower)_(job_(id|launch_type|template_\w+)|(workflow_job|user|schedule|parent|webhook)_\w+'
    r'|project_(revision|scm_branch)|inventory_(id|name)|execution_node)'
)


class Loader(yaml.SafeLoader):
    """With Ansible's tag !unsafe."""


Loader.add_constructor('!unsafe', lambda loader, node: loader.construct_scalar(node))


def defaults() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in sorted((CHECKOUT / 'roles/awx/defaults/main').glob('*.yml')):
        found.update(yaml.load(file.read_text(), Loader))  # noqa: S506  (a SafeLoader)
    return found


@pytest.mark.parametrize(
    ('kind', 'payload', 'field'),
    [
        ('organizations', {}, 'name'),
        ('organizations', {'name': 'x' * 513}, 'name'),
        ('organizations', {'name': 'x', 'max_hosts': 'many'}, 'max_hosts'),
        ('organizations', {'name': 'x', 'max_hosts': -1}, 'max_hosts'),
        ('inventories', {'name': 'x'}, 'organization'),
        ('inventories', {**PUBLIC, 'kind': 'odd'}, 'kind'),
        ('job_templates', {'name': 'x', 'job_type': 'scan'}, 'job_type'),
        ('job_templates', {'name': 'x', 'diff_mode': 'yes'}, 'diff_mode'),
        ('job_templates', {'name': 'x', 'colour': 'red'}, 'colour'),
        ('projects', {'name': 'x', 'scm_type': 'hg'}, 'scm_type'),
        ('credential_types', {'name': 'x', 'kind': 'ssh'}, 'kind'),
        ('notification_templates', {**PUBLIC, 'notification_type': 'pigeon'}, 'notification_type'),
    ],
)
def test_what_the_recorded_contract_does_not_know_is_refused_with_its_field(
    kind: str, payload: dict, field: str
) -> None:
    assert list(contract.judge(kind, payload, partial=False)) == [field]


def test_a_naive_start_unasked_and_unanswered_variables_of_a_schedule_are_refused() -> None:
    rule = 'DTSTART;TZID=Asia/Jakarta:20260101T013000 RRULE:FREQ=DAILY;INTERVAL=1'
    asked = [{'variable': 'only', 'required': True, 'default': ''}]
    assert contract.judge_schedule({'rrule': rule, 'extra_data': {'only': 'a'}}, asked) == {}
    assert 'rrule' in contract.judge_schedule({'rrule': rule.replace(';TZID=Asia/Jakarta', '')}, [])
    assert 'extra_data' in contract.judge_schedule({'rrule': rule, 'extra_data': {'only': 'a', 'plan': 'x'}}, asked)
    assert 'variables_needed_to_start' in contract.judge_schedule({'rrule': rule}, asked)


def test_a_survey_that_awx_refuses_is_refused() -> None:
    good = {'question_name': 'a', 'variable': 'a', 'type': 'text', 'required': False, 'default': ''}
    assert contract.judge_question(good) == ''
    for bad in (
        {'type': 'date'},
        {'required': 'yes'},
        {'min': '1'},
        {'default': 1},
        {'type': 'multiplechoice'},
        {'type': 'multiplechoice', 'choices': ['x'], 'default': 'y'},
    ):
        assert contract.judge_question({**good, **bad}) != ''


def test_an_optional_text_of_a_survey_is_read_with_a_default_that_also_replaces_the_empty_answer() -> None:
    """AWX hands over '' for a text that nobody filled in."""
    sources = '\n'.join(
        path.read_text() for folder in ('playbooks', 'roles') for path in (CHECKOUT / folder).rglob('*.yml')
    )
    for name, questions in defaults().items():
        if not name.startswith('awx_survey_'):
            continue
        for question in questions:
            variable = question['variable']
            uses = re.findall(rf'\b{variable}\s*\|\s*default\(([^)]*)', sources)
            assert uses, f'{variable} of {name} is read nowhere'
            assert all(use.rstrip().endswith('true') or use == "''" for use in uses), f'{variable}: default({uses})'


def test_no_variable_of_ours_is_one_of_those_that_awx_sets_and_no_artifact_is_a_question() -> None:
    found = defaults()
    assert [name for name in found if OF_AWX.fullmatch(name)] == []
    asked = {
        question['variable']
        for name, questions in found.items()
        if name.startswith('awx_survey_')
        for question in questions
    }
    assert [name for name in asked if name.startswith(('awx_', 'tower_'))] == []
    handed_on = set(
        re.findall(
            r'^ +(rawat_\w+):',
            '\n'.join(path.read_text() for path in (CHECKOUT / 'playbooks').glob('*.yml'))
            + (CHECKOUT / 'roles/report/tasks/main.yml').read_text(),
            re.MULTILINE,
        )
    )
    assert 'rawat_run_id' in handed_on
    assert handed_on & asked == set()


def test_no_secret_is_asked_in_a_survey_and_credentials_come_as_files() -> None:
    found = defaults()
    assert not [
        question
        for name, questions in found.items()
        if name.startswith('awx_survey_')
        for question in questions
        if question['type'] == 'password' or 'password' in question['variable']
    ]
    for kind in found['awx_credential_types']:
        secret = {field['id'] for field in kind['inputs']['fields'] if field.get('secret')}
        assert secret
        values = [*kind['injectors'].get('extra_vars', {}).values(), *kind['injectors'].get('env', {}).values()]
        assert not [value for value in values if re.search(r'{{\s*(' + '|'.join(secret) + r')\b', value)], kind['name']


def test_awx_offers_the_playbooks_that_a_person_may_launch() -> None:
    """Everything else that it lists is named in docs/awx.md, so that nobody takes it for one."""
    listed = set(offered(CHECKOUT))
    ours = {str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / 'playbooks').glob('*.yml')}
    assert ours <= listed
    assert {template['playbook'] for template in defaults()['awx_job_templates']} <= ours
    guide = (CHECKOUT / 'docs/awx.md').read_text()
    assert [path for path in sorted(listed - ours) if path not in guide] == []


def test_the_picker_lists_and_skips_as_awx_does(tmp_path: Path) -> None:
    shown = {
        'site.yml': '- hosts: all\n',
        'a/b.yaml': '  - ansible.builtin.import_playbook: x\n',
        'inventory.yml': 'all:\n  hosts:\n',
        'secret.yml': '$ANSIBLE_VAULT;1.1;AES256\n',
    }
    hidden = {
        'vars.yml': 'hostses: 1\n',
        'roles/x/tests/test.yml': '- hosts: all\n',
        'tasks/x.yml': '- hosts: all\n',
        'group_vars/all.yml': 'hosts: 1\n',
        '.github/x.yml': '- hosts: all\n',
        'x.txt': '- hosts: all\n',
    }
    for name, text in {**shown, **hidden}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / 'link').symlink_to(tmp_path, target_is_directory=True)
    assert sorted(offered(tmp_path)) == sorted(shown)
