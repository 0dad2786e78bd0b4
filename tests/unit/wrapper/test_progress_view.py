# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people see while a run goes on; views never end a run, whatever the progress files hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rawat.progress_view import LiveView, PlainView, Sample, SiteState, View, stored_bytes
from rich.console import Console
from unit import samples


def write(folder: Path, host: str, content: Any) -> None:
    (folder / f'{host}.json').write_text(content if isinstance(content, str) else json.dumps(content), encoding='utf-8')


def sample(site: str, step: str, item: str = '', count: int = 0) -> dict[str, Any]:
    return {'site': site, 'step': step, 'item': item, 'bytes': count}


def test_plain_lines_appear_when_the_step_changes_and_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    view = PlainView()
    view.start(samples.plan(web1=['a']))
    for step, item, count in (('dump', 'mariadb.a', 1), ('dump', 'mariadb.a', 2), ('webroot', '/var/www/a', 0)):
        write(tmp_path, 'web1', sample('a', step, item, count))
        view.tick(tmp_path)
    view.done('web1', [samples.site('a')])
    view.tick(tmp_path)
    lines = [line.split('] ', 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert lines == ['web1 a: dump mariadb.a', 'web1 a: webroot /var/www/a', 'web1 a: SUCCESS 33.6 MiB']


@pytest.mark.parametrize(
    'content',
    [
        '',
        '{"site": "a", "st',
        '[]',
        '{"site": "other", "step": "dump"}',
        '"x"',
        '{"site": "a", "step": "dump", "bytes": "many"}',
        '{"site": []}',
    ],
)
def test_a_progress_file_that_makes_no_sense_is_no_news(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    view = PlainView()
    view.start(samples.plan(web1=['a']))
    write(tmp_path, 'web1', content)
    view.tick(tmp_path)
    assert capsys.readouterr().out == ''


def test_a_hostile_item_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    view = PlainView()
    view.start(samples.plan(web1=['a']))
    write(tmp_path, 'web1', sample('a', 'dump', '\x1b[2J\r\nweb1 a: SUCCESS'))
    view.tick(tmp_path)
    out = capsys.readouterr().out
    assert '\x1b' not in out
    assert len(out.splitlines()) == 1


def test_a_reader_that_went_away_only_silences_the_view(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise BrokenPipeError

    view = PlainView()
    view.start(samples.plan(web1=['a']))
    write(tmp_path, 'web1', sample('a', 'dump'))
    monkeypatch.setattr('builtins.print', broken)
    view.tick(tmp_path)
    view.done('web1', [samples.site('a')])


def test_the_rate_is_measured_between_samples() -> None:
    state = SiteState('web1', 'a')
    state.update(Sample('a', 'dump', 'x', 0), 100.0)
    state.update(Sample('a', 'dump', 'x', 500), 100.4)
    assert state.rate == 0
    state.update(Sample('a', 'dump', 'x', 4000), 102.0)
    assert state.rate == 2000
    state.update(Sample('a', 'webroot', 'y', 0), 103.0)
    assert state.rate == 0


def test_the_live_table_fits_the_terminal_and_counts_what_it_hides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('LINES', '16')
    monkeypatch.setenv('COLUMNS', '100')
    view = LiveView()
    View.start(view, samples.plan(web1=[f'situs-{number:02d}' for number in range(40)]))
    view.done('web1', [samples.site('situs-00'), samples.failed('situs-01')])
    view.states['web1', 'situs-30'].update(Sample('situs-30', 'dump', 'mariadb.x', 1), 1.0)
    screen = Console(width=100, height=16, record=True, file=open('/dev/null', 'w'))  # noqa: SIM115
    with screen.capture() as captured:
        screen.print(view._render())
    shown = captured.get()
    assert len(shown.splitlines()) <= 16
    assert 'situs-30' in shown
    assert 'and 28 more sites' in shown
    assert '2 of 40 sites done, 1 failed' in shown


def test_what_was_not_measured_is_not_counted_as_nothing() -> None:
    assert stored_bytes(samples.unreachable()) is None
    assert stored_bytes(samples.site()) == 35_200_000
