# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at any moment: the site is the old or the new one, and the next run makes everything whole.

Nothing of the old is lost before somebody says so.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
from integration.restoring.support import DEFACED, GOOD, House, kill_after

ROUNDS, SEED = 10, 20261122
OLD, NEW = (DEFACED, ['defaced', 'defaced']), (GOOD, ['first', 'second'])
STEPS = [
    *([name, number, when] for name in ('journal.write',) for number in range(2, 9) for when in ('before', 'after')),
    ['trees.build', 1, 'after'],
    ['trees.carry', 1, 'after'],
    ['exchange.exchange', 1, 'before'],
    ['exchange.exchange', 1, 'after'],
    ['recovery.settle', 1, 'before'],
    ['trees.settle', 1, 'before'],
    ['trees.settle', 1, 'after'],
]


def state(house: House) -> tuple[dict[str, str], list[str]]:
    return house.files(), house.titles()


def old_trees(house: House) -> list[Path]:
    """Everything that still holds what the attacker left: the live tree or what is kept beside it."""
    return [path for path in (house.work / 'srv').rglob('shell.php') if 'evil' in path.read_text()]


def settled(house: House) -> None:
    """No journal is open and nothing of ours stands beside but what a journal keeps."""
    entry = house.restore(discard_old=True)
    assert entry['outcome'] in ('complete', 'remarks') or 'there is no restore to discard' in entry['error']
    assert house.leftovers() == []


@pytest.mark.parametrize('second', ['again', 'undo'])
@pytest.mark.parametrize('step', STEPS, ids=lambda step: '-'.join(map(str, step)))
def test_killed_at_a_step(house: House, step: list[Any], second: str) -> None:
    house.back_up()
    house.deface()
    child = house.start(die=step, without_safety_point='a test', maintenance=True)
    _output, complaint = child.communicate(timeout=60)
    assert child.returncode == -9, complaint.decode()
    assert remove_page(state(house)) in (OLD, NEW)
    assert old_trees(house)
    if second == 'again':
        entry = house.restore(without_safety_point='a test')
        assert entry['outcome'] in ('complete', 'remarks'), entry['error']
        assert state(house) == NEW
        assert old_trees(house)
    else:
        entry = house.restore(undo=True)
        assert entry['outcome'] in ('complete', 'remarks'), entry['error']
        assert state(house) == OLD
    assert not (house.www / '.maintenance').exists()
    settled(house)


def remove_page(found: tuple[dict[str, str], list[str]]) -> tuple[dict[str, str], list[str]]:
    """Without the maintenance page, which may be there while a restore is not settled."""
    return {name: text for name, text in found[0].items() if name != '.maintenance'}, found[1]


def test_killed_at_random_moments(house: House) -> None:
    house.back_up()
    house.deface()
    duration = 60.0
    for _ in range(2):  # the quicker of two: the machine may have been busy
        clock = time.monotonic()
        whole = house.start()
        output, complaint = whole.communicate(timeout=60)
        duration = min(duration, time.monotonic() - clock)
        assert whole.returncode == 0, complaint.decode()
        assert b'"outcome": "failed"' not in output
    chance, running = random.Random(SEED), 0
    for _ in range(ROUNDS):
        settled(house)
        house.deface()
        assert state(house) == OLD
        running += kill_after(house.start(), duration * (0.25 + 0.8 * chance.random()))
        assert state(house) in (OLD, NEW)
        assert old_trees(house)
        entry = house.restore()
        assert entry['outcome'] in ('complete', 'remarks'), entry['error']
        assert state(house) == NEW
        assert old_trees(house)
    assert running >= ROUNDS // 2  # else nothing was tested


def test_resume_finishes_and_says_so(house: House) -> None:
    point = house.back_up()['recovery_point']
    house.deface()
    house.start(die=['exchange.exchange', 1, 'before']).communicate(timeout=60)
    plan = house.plan()
    assert any('was interrupted while exchanging' in line for line in plan['remarks'])
    entry = house.restore(resume=True)
    assert (entry['outcome'], entry['recovery_point']) == ('remarks', point)
    assert any('was finished' in line for line in entry['remarks'])
    assert state(house) == NEW


def test_another_point_must_wait_until_the_interrupted_restore_is_settled(house: House) -> None:
    first = house.back_up()['recovery_point']
    time.sleep(1)
    house.back_up()
    house.deface()
    house.start(die=['exchange.exchange', 1, 'after']).communicate(timeout=60)
    entry = house.restore(point=first)
    assert 'run with resume or undo before' in entry['error']
    assert state(house) == NEW


def test_resume_without_an_interrupted_restore_is_an_error(house: House) -> None:
    house.back_up()
    assert 'there is no restore to resume' in house.restore(resume=True)['error']


def test_an_interrupted_undo_is_finished_by_the_next_run(house: House) -> None:
    house.back_up()
    house.deface()
    house.restore()
    child = house.start(die=['exchange.exchange', 1, 'after'], undo=True)
    child.communicate(timeout=60)
    assert child.returncode == -9
    entry = house.restore(undo=True)
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert state(house) == OLD
    settled(house)


def test_two_restores_of_one_site_do_not_meet(house: House) -> None:
    from ansible_collections.rawat.website.plugins.module_utils.restoring.journal import Journals

    house.back_up()
    house.settings['lock_wait'] = 0
    with Journals(house.settings, 'blog').lock('another run', 0):
        entry = house.restore()
    assert entry['outcome'] == 'failed'
    assert 'is being restored by' in entry['error']
