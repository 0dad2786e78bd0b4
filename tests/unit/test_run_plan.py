# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a run: the guard of a restore, the letter under which it happens, and what the paper needs of it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
import yaml
from ansible_collections.rawat.website.plugins.action import run_plan
from ansible_collections.rawat.website.plugins.action.run_plan import chosen_sites, restore_problems
from ansible_collections.rawat.website.plugins.module_utils.arguments import ASSIGNMENT
from ansible_collections.rawat.website.plugins.module_utils.procedure import office
from ansible_collections.rawat.website.plugins.module_utils.procedure.operator import operator
from ansible_collections.rawat.website.plugins.modules import run_plan as run_plan_page

CHECKOUT = Path(__file__).resolve().parents[2]

HOSTS = {'web1': [{'name': 'a', 'url': None}, {'name': 'b', 'url': None}], 'web2': [{'name': 'c', 'url': None}]}


def found(only: list[str], confirm: list[str], all_sites: bool = False) -> list[str]:
    params = {'only': only, 'confirm': confirm, 'all_sites': all_sites}
    return restore_problems(chosen_sites(HOSTS, params), params)


def test_one_named_site_may_be_planned_and_confirmed() -> None:
    assert found(['b'], []) == []
    assert found(['b'], ['b']) == []


def test_several_sites_need_an_express_word() -> None:
    (line,) = found([], [])
    assert 'a, b, c would be restored' in line
    assert found(['a', 'c'], ['a', 'c']) != []
    assert found([], [], all_sites=True) == []


def test_the_confirmation_names_exactly_the_sites_of_the_run() -> None:
    for confirm in (['a'], ['b', 'a'], ['B'], ['']):
        (line,) = found(['b'], confirm)
        assert 'the restore is of b' in line
    assert found([], ['a', 'b'], all_sites=True) != []
    assert found([], ['c', 'b', 'a'], all_sites=True) == []


def params(**changes: object) -> dict:
    """What the action has after its arguments were validated."""
    return {
        'hosts': ['web1'], 'only': [], 'filing': 'filing', 'kind': 'backup', 'all_sites': False, 'confirm': [],
        'run_id': '20260112T021200Z-0001', 'part': 'whole', 'language': 'id', 'time_zone': 'WIB', 'assignment': None,
        'filing_host': '', 'filing_python': '', 'filing_given': 'filing', 'notify': False,
        'assignment_answers': {}, 'assignment_required': False, 'office': {}, 'late_reasons': None,
        'officer_remarks': None, **changes,
    }  # fmt: skip


def letter_problems(**changes: object) -> list[str]:
    given = params(**changes)
    return run_plan.assignment_problems(HOSTS, given, run_plan.settings(given)[0])


def test_the_letter_is_held_against_the_sites_of_the_run_not_of_the_inventory() -> None:
    letter = {'number': 'D-1', 'date': '2026-01-12', 'sites': ['a', 'b']}
    assert letter_problems(assignment=letter, only=['a', 'b']) == []
    (line,) = letter_problems(assignment=letter)
    assert "tidak mencakup situs 'c'" in line


def test_today_is_the_day_of_the_zone_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return datetime.datetime(2026, 1, 12, 16, 30, tzinfo=datetime.timezone.utc).astimezone(tz)

    monkeypatch.setattr(run_plan.datetime, 'datetime', Clock)
    tomorrow = {'number': 'D-1', 'date': '2026-01-13'}  # 23.30 WIB, but 00.30 WITA of the next day
    assert 'website_assignment.date 2026-01-13' in letter_problems(assignment=tomorrow)[0]
    assert letter_problems(assignment=tomorrow, time_zone='WITA') == []


def test_the_office_decides_about_standing_letters() -> None:
    person = {'name': 'Sari Dewi'}
    letter = {
        'number': 'D-1', 'date': '2026-01-12', 'mode': 'standing', 'valid_until': '2099-12-31',
        'assigner': person, 'officer': {'name': 'Budi Santoso'},
    }  # fmt: skip
    assert letter_problems(assignment=letter) == []
    (line,) = letter_problems(assignment=letter, office={'standing_allowed': False})
    assert 'website_office.standing_allowed' in line


def test_settings_of_the_office_that_cannot_be_used_are_named() -> None:
    assert run_plan.settings(params())[1] == []
    assert 'website_office' in run_plan.settings(params(office={'nonsense': 1}))[1][0]


def test_a_letter_in_a_file_that_is_not_there_is_a_problem_of_the_plan(tmp_path: Path) -> None:
    (line,) = letter_problems(assignment=f'@{tmp_path}/nowhere.yml')
    assert 'nowhere.yml tidak dapat dibaca' in line


def test_the_plan_holds_what_the_paper_needs(tmp_path: Path) -> None:
    given = params(
        filing=str(tmp_path / 'filing'), assignment={'number': 'D-1', 'date': '2026-01-12'},
        assignment_answers={'officer': 'Budi Santoso; 1990', 'date': ''}, late_reasons={4: 'server padam'},
        officer_remarks='satu\ndua',
    )  # fmt: skip
    settled, wrong = run_plan.settings(given)
    assert wrong == run_plan.assignment_problems(HOSTS, given, settled) == []
    made = run_plan.plan(HOSTS, {**given, 'office': settled, 'operator': {'os_user': 'ops'}})
    assert made['root'] == str(tmp_path / 'filing')
    assert made['filing'].startswith(f'{made["root"]}/20')
    assert made['assignment']['officer'] == {'name': 'Budi Santoso', 'id': '1990', 'position': None}
    assert made['assignment']['date'] == '2026-01-12'
    assert made['office']['register_code'] == 'BKP'
    assert made['late_reasons'] == {'4': 'server padam'}
    assert made['officer_remarks'] == ['satu', 'dua']
    assert json.loads(json.dumps(made)) == made


def test_a_run_without_a_letter_has_none() -> None:
    given = params()
    made = run_plan.plan(HOSTS, {**given, 'office': run_plan.settings(given)[0], 'operator': {}})
    assert made['assignment'] is None


def test_a_reason_for_no_step_is_named() -> None:
    (line,) = run_plan.selection_problems(HOSTS, params(late_reasons='9=x'))
    assert "website_late_reasons '9=x'" in line


def test_the_refusal_is_in_the_officers_language_when_it_is_about_his_letter() -> None:
    assert run_plan.refusal(['x'], [], 'id').startswith('nothing was touched')
    text = run_plan.refusal(['x'], ['website_assignment.number belum diisi'], 'id')
    assert text.startswith('pelaksanaan ditolak dan tidak ada yang disentuh')
    assert text.endswith('website_assignment.number belum diisi; x')


def test_the_operator_is_the_account_and_under_awx_its_user_and_job() -> None:
    assert run_plan.awx({'awx_job_id': 42}, 'job_id') == 42
    assert run_plan.awx({'tower_user_name': 'budi'}, 'user_name') == 'budi'
    assert run_plan.awx({}, 'job_id') is None
    found = operator('budi', 42)
    assert (found['awx_user'], found['awx_job']) == ('budi', '42')
    assert found['os_user']
    assert operator()['awx_user'] is None


def test_every_setting_of_the_office_is_documented_and_shown_in_the_example() -> None:
    options = yaml.safe_load(run_plan_page.DOCUMENTATION)['options']['office']['suboptions']
    assert documented(office.OFFICE, options) == []
    inventory = yaml.safe_load((CHECKOUT / 'inventories/example/hosts.yml').read_text(encoding='utf-8'))
    example = inventory['all']['vars']['website_office']
    assert list(example) == list(office.OFFICE)
    assert office.settle(example) == office.settle(None)


def documented(spec: dict, options: dict, path: str = '') -> list[str]:
    """Where the documentation of settings is not what they are."""
    lines = [f'{path}{name}: only in one of them' for name in sorted(spec.keys() ^ options.keys())]
    for name in spec.keys() & options.keys():
        for key in ('type', 'elements', 'default', 'description'):
            if spec[name].get(key) != options[name].get(key):
                lines.append(f'{path}{name}.{key}: is {spec[name].get(key)!r}, said to be {options[name].get(key)!r}')
        lines += documented(spec[name].get('options') or {}, options[name].get('suboptions') or {}, f'{path}{name}.')
    return lines


def test_the_role_hands_every_argument_on_and_asks_for_every_answer() -> None:
    folder = CHECKOUT / 'roles/run_plan'
    task, _start_ping = yaml.safe_load((folder / 'tasks/main.yml').read_text(encoding='utf-8'))
    assert set(task['rawat.website.run_plan']) == set(run_plan.ARGUMENTS)
    defaults = yaml.safe_load((folder / 'defaults/main.yml').read_text(encoding='utf-8'))
    said = yaml.safe_load((folder / 'meta/argument_specs.yml').read_text(encoding='utf-8'))
    assert set(defaults) == set(said['argument_specs']['main']['options'])
    # A scan is a file with a hash: nothing that a survey could ask for.
    assert set(defaults['run_plan_assignment_answers']) == set(ASSIGNMENT) - {'scan'}
    for name, template in defaults['run_plan_assignment_answers'].items():
        assert f'website_assignment_{name} ' in template
        assert f'website_assignment_{name})' in str(said)
