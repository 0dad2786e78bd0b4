# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a scheduled job runs, and what can be scheduled. On real machines: tests/e2e/test_schedule.py."""

from __future__ import annotations

import datetime
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROLE = Path(__file__).resolve().parents[2] / 'roles' / 'schedule'


def loaded(name: str) -> ModuleType:
    """A program of the role, which is no part of a package."""
    specification = importlib.util.spec_from_file_location(name, ROLE / 'files' / f'{name}.py')
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


JOB, APPLY = loaded('schedule_job'), loaded('schedule_apply')


def at(clock: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f'2026-11-23T{clock}:00')


@pytest.mark.parametrize(
    ('window', 'clock', 'is_inside'),
    [('01:00-05:00', '01:00', True), ('01:00-05:00', '05:00', False), ('01:00-05:00', '00:59', False),
     ('22:00-05:00', '23:10', True), ('22:00-05:00', '04:59', True), ('22:00-05:00', '12:00', False),
     ('', '12:00', True), (None, '12:00', True)],
)  # fmt: skip
def test_a_window_may_go_over_midnight(window: str, clock: str, is_inside: bool) -> None:
    assert JOB.inside(window, at(clock)) is is_inside


def test_a_late_start_waits_for_its_window_or_is_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, slept = [at('08:00')], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += datetime.timedelta(hours=1)

    monkeypatch.setattr(JOB, 'now_in', lambda _zone: clock[0])
    monkeypatch.setattr(JOB.time, 'sleep', sleep)
    job = {'name': 'nightly', 'window': '22:00-05:00', 'time_zone': ''}
    assert JOB.await_window({**job, 'outside': 'skip'}) is False
    assert slept == []
    assert JOB.await_window({**job, 'outside': 'wait'}) is True
    assert clock[0].hour == 22
    assert capsys.readouterr().out.splitlines() == [
        'nightly: skipped: it is 08:00, outside of the window 22:00-05:00',
        'nightly: waits: it is 08:00, outside of the window 22:00-05:00',
    ]


def run(folder: Path, command: str = '', **changes: Any) -> subprocess.CompletedProcess[str]:
    """A job whose command is Python, run as a timer runs it."""
    job = {'name': 'one', 'command': [sys.executable, '-c', command], 'directory': str(folder), 'state': str(folder),
           'overlap': 'wait', 'overlap_wait': 0, **changes}  # fmt: skip
    path = folder / 'one.json'
    path.write_text(json.dumps(job), encoding='utf-8')
    program = [sys.executable, '-I', str(ROLE / 'files' / 'schedule_job.py'), str(path)]
    return subprocess.run(program, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL)


def test_a_job_hands_on_the_exit_code_of_its_command(tmp_path: Path) -> None:
    assert run(tmp_path).returncode == 0
    assert run(tmp_path, 'raise SystemExit(3)').returncode == 3


def test_a_job_waits_for_another_in_vain_and_fails_or_skips_or_runs_beside_it(tmp_path: Path) -> None:
    held = JOB.lock(str(tmp_path / 'all.lock'), 0)
    assert held is not None
    waited, skipped, beside = (run(tmp_path, 'raise SystemExit(3)', overlap=way) for way in ('wait', 'skip', 'allow'))
    os.close(held)
    assert [done.returncode for done in (waited, skipped, beside)] == [75, 0, 3]
    assert 'one: not run: another job was at work' in waited.stdout
    assert skipped.stdout == 'one: skipped: another job is at work\n'


def test_a_job_does_not_run_beside_itself(tmp_path: Path) -> None:
    held = JOB.lock(str(tmp_path / 'one.lock'), 0)
    done = run(tmp_path, 'raise SystemExit(3)', overlap='allow')
    os.close(held)
    assert (done.returncode, done.stdout) == (0, 'one: skipped: its last run is still at work\n')


def test_cron_mails_the_end_of_a_failed_run_and_nothing_of_a_good_one(tmp_path: Path) -> None:
    log = str(tmp_path / 'one.log')
    assert run(tmp_path, 'print("fine")', log=log).stdout == ''
    failed = run(tmp_path, 'print("bad"); raise SystemExit(1)', log=log)
    assert (failed.returncode, failed.stdout.splitlines()[-1]) == (1, 'bad')


@pytest.mark.parametrize('text', ['30 1 * * 1-5', '*/15 0-5 1,15 jan *', '0-30/5 * * * sun', '@daily'])
def test_lines_that_cron_takes_are_taken(text: str) -> None:
    assert list(APPLY._cron_problems('x', {'cron': text})) == []


@pytest.mark.parametrize(
    'text', ['', '* * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '5-1 * * * *', '*/0 * * * *',
             '* * * * * root rm', '* * * * *\n* * * * *', '1/5 * * * *', '@reboot'],
)  # fmt: skip
def test_lines_that_cron_would_ignore_are_refused(text: str) -> None:
    assert list(APPLY._cron_problems('x', {'cron': text}))


def test_what_cron_cannot_do_is_refused_not_left_out() -> None:
    lines = list(APPLY._cron_problems('x', {'cron': '@daily', 'persistent': True, 'on_failure': 'a.service'}))
    assert ['persistent' in lines[0], 'on_failure' in lines[1]] == [True, True]


def test_the_role_documents_its_variables_and_hands_all_of_them_on() -> None:
    said = yaml.safe_load((ROLE / 'meta/argument_specs.yml').read_text(encoding='utf-8'))['argument_specs']['main']
    defaults = yaml.safe_load((ROLE / 'defaults/main.yml').read_text(encoding='utf-8'))
    assert set(said['options']) == set(defaults)
    plan = yaml.safe_load((ROLE / 'vars/main.yml').read_text(encoding='utf-8'))['__schedule_plan']
    assert {f'schedule_{name}' for name in plan} - {'schedule_program'} == set(defaults) - {'schedule_state'}
    for name, option in said['options'].items():
        if 'default' in option:
            assert defaults[name] == option['default'], name
