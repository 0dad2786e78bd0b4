# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that die: by kill -9 of ansible-playbook, a timeout, Ctrl-C. Record and report still say what became of them."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pexpect
import pytest

from .conftest import PATIENCE, Controller, held

SCHEMA = Path(__file__).resolve().parents[3] / 'docs' / 'schema' / 'record.schema.json'
WORKING = 'blocked: preflight'  # the plain line of a site at work


def children_of(pid: int) -> list[int]:
    """The process ids of the children of `pid` (proc(5))."""
    return [int(child) for child in Path(f'/proc/{pid}/task/{pid}/children').read_text(encoding='ascii').split()]


@pytest.fixture
def blocked(controller: Controller) -> dict[str, Any]:
    """A site that is finished and one that waits for a lock, on two hosts that are this machine."""
    site = controller.site('blocked')
    controller.write_inventory(
        quick=controller.host(controller.site('arsip')),
        stuck=controller.host(site),
    )
    return site


def check_filed(controller: Controller, died: str) -> None:
    """The record says how the run died, keeps what was finished, and names what the other site was doing."""
    record = controller.record()
    jsonschema.validate(record, json.loads(SCHEMA.read_text(encoding='utf-8')))
    said = {site['site']: site for site in record['sites']}
    assert record['run']['died'] == died
    assert said['arsip']['outcome'] == 'complete'
    assert said['arsip']['recovery_point']
    assert said['blocked']['outcome'] == 'failed'
    assert f'the run ended ({died}) while this site was at: preflight' in said['blocked']['error']
    assert 'PELAKSANAAN TERHENTI' in controller.report()
    assert list(controller.runtime.iterdir()) == []


def test_kill_9_of_ansible_playbook_leaves_a_record(controller: Controller, blocked: dict[str, Any]) -> None:
    with held(blocked):
        process = controller.start('backup', '-i', 'hosts.yml')
        assert process.stdout is not None
        seen = ''
        while not (WORKING in seen and 'arsip: SUCCESS' in seen):
            line = process.stdout.readline()
            assert line, f'it ended before it was at work: {seen}'
            seen += line
        (ansible,) = children_of(process.pid)
        os.kill(ansible, signal.SIGKILL)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert 'The run did not finish' in out
    assert err == ''
    check_filed(controller, 'killed')


def test_a_timeout_leaves_a_record_and_the_next_run_is_good(controller: Controller, blocked: dict[str, Any]) -> None:
    with held(blocked):
        ended = controller.run('backup', '-i', 'hosts.yml', '--timeout', '15')
    assert ended.returncode == 1
    assert 'its time limit was reached' in ended.stdout
    check_filed(controller, 'timeout')
    again = controller.run('backup', '-i', 'hosts.yml')
    assert again.returncode == 0, again.stdout + again.stderr


def test_ctrl_c_on_a_terminal_is_130_and_leaves_a_record(controller: Controller, blocked: dict[str, Any]) -> None:
    with held(blocked):
        terminal = pexpect.spawn(
            sys.executable, ['-m', 'rawat', 'backup', '-i', 'hosts.yml'], cwd=str(controller.folder),
            env=controller.environment(TERM='xterm', COLUMNS='140', LINES='30'), encoding='utf-8', timeout=PATIENCE,
        )  # fmt: skip
        terminal.expect('1 of 2 sites done')
        terminal.expect('preflight')
        time.sleep(1)
        for _impatience in range(3):
            terminal.sendintr()
            time.sleep(0.3)
        terminal.expect('it was interrupted')
        terminal.expect(pexpect.EOF)
        terminal.wait()  # close() would send SIGHUP to one that is still on its way out
        terminal.close()
    assert terminal.exitstatus == 130
    check_filed(controller, 'cancelled')


def test_ctrl_c_before_the_plan_is_130_and_leaves_nothing(controller: Controller, blocked: dict[str, Any]) -> None:
    process = controller.start('backup', '-i', 'hosts.yml')
    while not any(controller.runtime.glob('rawat-run-*/progress')):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, out + err
    assert list(controller.runtime.iterdir()) == []
    assert blocked['name'] == 'blocked'
