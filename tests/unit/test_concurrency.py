# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns of a target, and what `website_concurrency` may say. Turns of database servers: tests/integration/engines."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.concurrency import Limits, problems
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress

SILENT = Progress(None, 'test')


def test_without_a_limit_nothing_is_made(tmp_path: Path) -> None:
    with Limits().site(tmp_path / 'turns', SILENT) as remarks:
        assert remarks == []
    assert list(tmp_path.iterdir()) == []


def test_as_many_as_there_are_turns_work_at_once_and_one_more_says_so(tmp_path: Path) -> None:
    limits = Limits(target=2)
    with limits.site(tmp_path, SILENT) as first, limits.site(tmp_path, SILENT) as second:
        assert (first, second) == ([], [])
        with limits.site(tmp_path, SILENT) as third:
            (remark,) = third
    assert remark.startswith('no turn came free (website_concurrency.target: 2)')
    assert 'website_settings.turn_wait' in remark
    with limits.site(tmp_path, SILENT) as again:
        assert again == []


def test_who_waits_shows_it_and_begins_when_the_turn_comes_free(tmp_path: Path) -> None:
    shown, free, waiting = tmp_path / 'progress', threading.Event(), threading.Event()
    waiter = Limits(target=1, patience=60)

    class Watched(Progress):
        def step(self, step: str, item: str = '') -> None:
            super().step(step, item)
            waiting.set()

    def hold() -> None:
        with Limits(target=1).site(tmp_path / 'turns', SILENT):
            held.set()
            waiting.wait(60)
        free.set()

    held = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    with waiter.site(tmp_path / 'turns', Watched(str(shown), 'news')) as remarks:
        assert free.wait(60)
        assert remarks == []
    holder.join()
    assert json.loads(shown.read_text(encoding='utf-8'))['step'] == 'turn'
    assert waiter.patience < 60, 'patience is of the whole run, not of each wait'


def test_a_place_that_cannot_be_had_is_a_remark(tmp_path: Path) -> None:
    (tmp_path / 'file').touch()
    with Limits(target=1).site(tmp_path / 'file' / 'turns', SILENT) as remarks:
        (remark,) = remarks
    assert remark.startswith('website_concurrency.target was not kept: ')


@pytest.mark.parametrize('number', [-1, 1001])
def test_a_number_that_can_be_no_limit_is_named_with_the_remedy(number: int) -> None:
    (line,) = problems({'target': 1, 'database_server': number})
    assert line == (
        f'website_concurrency.database_server {number} is not usable: 1 to 1000 at once, or 0 for no limit'
    )


def test_nothing_said_is_no_problem() -> None:
    assert problems(None) == problems({}) == problems({'target': 0, 'database_server': 1000}) == []
