# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat prune --plan --history`, and what may be put on hold; no Ansible is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.register import Register
from click.testing import Result
from rawat import holding, pruning
from rawat.cli import app
from rawat.request import Request, UsageProblem
from typer.testing import CliRunner
from unit.register import archives
from unit.retention.histories import NOW, daily, utc

POINT = '2026-11-20T040000Z'


def rawat(*arguments: str) -> Result:
    return CliRunner().invoke(app, ['prune', *arguments])


def history(folder: Path, **facts: Any) -> str:
    """A file with thirty daily points."""
    known = {'site': 'peraturan', 'now': utc(NOW), 'points': daily(30), 'policy': {'keep_last': 10}, **facts}
    (folder / 'history.json').write_text(json.dumps(known))
    return str(folder / 'history.json')


def place(folder: Path, *arguments: str, **facts: Any) -> dict[str, Any]:
    ended = rawat('--plan', '--json', '--history', history(folder, **facts), *arguments)
    assert ended.exit_code == 0, ended.output
    (found,) = json.loads(ended.stdout)['places']
    return dict(found)


# ---------------------------------------------------------------- rules on the command line
def test_a_policy_of_the_command_line_is_one() -> None:
    found = pruning.policy('keep_daily=14, keep_within=1y6m,failed_days=5')
    assert (found['keep_daily'], found['keep_within'], found['failed_days']) == (14, '1y6m', 5)
    assert (found['keep_weekly'], found['safety_days']) == (0, 30)


@pytest.mark.parametrize(
    'text', ['keep_daily', 'keep_daily=', 'keep_daily=x', 'daily=3', 'keep_within=3', 'keep_last=-1']
)
def test_a_policy_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem, match='cannot be used'):
        pruning.policy(text)


# ---------------------------------------------------------------- a history without a host
def test_a_history_is_decided_with_the_rule_of_every_point(tmp_path: Path) -> None:
    found = place(tmp_path)
    names = [one['id'] for one in daily(30)]
    assert [one['id'] for one in found['decision'] if one['keep']] == names[:10]
    assert {one['rule'] for one in found['decision']} == {'keep_last', 'expired'}
    assert len(found['days']) == 1
    assert found['computed_milliseconds'] >= 0


def test_another_policy_may_be_tried_and_days_looked_ahead(tmp_path: Path) -> None:
    found = place(tmp_path, '--policy', 'keep_last=4', '--days', '3')
    assert [day['points'] for day in found['days']] == [4, 4, 4, 4]
    assert sum(len(day['made']) for day in found['days']) == 3


def test_holds_of_the_history_are_honoured(tmp_path: Path) -> None:
    last = daily(30)[-1]['id']
    found = place(tmp_path, holds=[{'scope': 'point', 'point': last, 'reason': 'evidence'}])
    assert found['decision'][-1]['rules'] == ['hold_point']


def test_the_plan_on_the_terminal_says_what_goes_and_by_which_rules(tmp_path: Path) -> None:
    ended = rawat('--plan', '--history', history(tmp_path))
    assert '10 stay, 20 go' in ended.stdout
    assert 'rules: keep_last=10' in ended.stdout
    assert ended.stdout.count('GOES') == 20


NO_TIME = '{"points": [{"id": "x", "time": "1", "outcome": "complete"}]}'


@pytest.mark.parametrize('content', ['', '{}', '[]', '{"points": [1]}', '{"points": [{"id": "x"}]}', NO_TIME])
def test_a_file_that_is_no_history_is_a_usage_error(tmp_path: Path, content: str) -> None:
    (tmp_path / 'history.json').write_text(content)
    ended = rawat('--plan', '--history', str(tmp_path / 'history.json'))
    assert isinstance(ended.exception, UsageProblem)
    assert 'is no history of recovery points' in str(ended.exception)


@pytest.mark.parametrize('option', [('--days', '3'), ('--policy', 'keep_last=1'), ('--history', 'x')])
def test_looking_ahead_never_removes(option: tuple[str, str]) -> None:
    ended = rawat(*option)
    assert isinstance(ended.exception, UsageProblem)
    assert 'goes with --plan only' in str(ended.exception)


# ---------------------------------------------------------------- holds
@pytest.fixture
def filing(tmp_path: Path) -> str:
    archives.make(tmp_path / 'filing')
    return str(tmp_path / 'filing')


def test_a_site_a_point_or_a_number_can_be_held(filing: str) -> None:
    assert holding.meant(filing, 'peraturan') == ([{'site': 'peraturan', 'point': ''}], None)
    assert holding.meant(filing, f'peraturan/{POINT}') == ([{'site': 'peraturan', 'point': POINT}], None)
    number = Register(filing).entries()[0]['number']
    points, found = holding.meant(filing, number)
    assert found == number
    assert points
    assert all(one['site'] and one['point'] for one in points)


@pytest.mark.parametrize('what', ['peraturan/', 'peraturan/yesterday', '../x', '9999/BKP/2026', '9999', ''])
def test_what_is_neither_is_refused(filing: str, what: str) -> None:
    with pytest.raises(UsageProblem):
        holding.meant(filing, what)


def test_the_registers_hold_stands_when_the_repository_cannot_be_told(
    filing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable(_name: str, _request: Request) -> Any:
        raise UsageProblem(['no such site'])

    monkeypatch.setattr(holding, 'run_playbook', unreachable)
    (tmp_path / 'hosts.yml').write_text('{}')
    code = holding.change('hold', 'peraturan', 'defaced', tmp_path / 'hosts.yml', Path(filing), None, True, 0)
    told = json.loads(capsys.readouterr().out)
    assert (code, told['exit_code']) == (1, 1)
    assert [one['error'] for one in told['repositories']] == ['no such site']
    row = Register(filing).rows()[-1]
    assert (row['kind'], row['site'], row['point'], row['reason']) == ('hold', 'peraturan', None, 'defaced')
    with pytest.raises(UsageProblem, match='held already'):
        holding.change('hold', 'peraturan', 'again', tmp_path / 'hosts.yml', Path(filing), None, True, 0)
