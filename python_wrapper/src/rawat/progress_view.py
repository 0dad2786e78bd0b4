# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run is doing, while it does it: a live table on a terminal, plain lines anywhere else, nothing for machines.

Every view has `start(plan)`, `tick(progress_directory)`, `done(host, entries)` and `close()`. A view never ends a run:
a terminal that went away only silences it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, duration, printable, size

from rawat.outcome import GOOD
from rawat.terminal import STYLES, console, language, outcome_text, say, styled, table

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

SPARE_LINES = 6  # of the terminal: head, summary, prompt
SAMPLE_LIMIT = 65536  # bytes of a progress file; more is not ours


class Sample(NamedTuple):
    """What a progress file says: `bytes` of `item` are done in `step`."""

    site: str
    step: str
    item: str
    bytes: int


@dataclass
class SiteState:
    """One site as far as we know it. Times are seconds of the monotonic clock, `rate` is bytes a second."""

    host: str
    site: str
    step: str = 'waiting'
    item: str = ''
    bytes: int = 0
    rate: int = 0
    since: float = 0.0
    sampled: float = 0.0
    outcome: str = ''

    def update(self, sample: Sample, now: float) -> bool:
        """Take in a sample; true when the site began something else."""
        changed = (sample.step, sample.item) != (self.step, self.item)
        if changed:
            self.step, self.item, self.bytes, self.rate = sample.step, sample.item, sample.bytes, 0
            self.sampled = now
            self.since = self.since or now
        elif now - self.sampled >= 1:
            self.rate = int(max(0, sample.bytes - self.bytes) / (now - self.sampled))
            self.bytes, self.sampled = sample.bytes, now
        return changed


class View:
    """The silent view, and what the others share: the states of all sites."""

    def __init__(self) -> None:
        self.states: dict[tuple[str, str], SiteState] = {}
        self.started = time.monotonic()

    def start(self, plan: dict[str, Any]) -> None:
        # Assigned in one step: the ticking thread may be reading.
        self.states = {
            (host, site['name']): SiteState(host, site['name'])
            for host, sites in plan['hosts'].items()
            for site in sites
        }

    def shared(self, workers: Mapping[str, list[str]]) -> None:
        """Which worker takes which hosts, where workers carry out the run."""

    def tick(self, directory: Path) -> None:
        """Read every host's progress file; a missing, half or foreign file is simply not news."""
        for path in sorted(directory.glob('*.json')):
            sample = _sample(path)
            state = self.states.get((path.name[: -len('.json')], sample.site)) if sample else None
            if sample and state and not state.outcome and state.update(sample, time.monotonic()):
                self.changed(state)
        self.refresh()

    def done(self, host: str, entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            state = self.states.get((host, str(entry.get('site'))))
            if state and not state.outcome:
                state.outcome = str(entry.get('outcome'))
                self.finished(state, entry)

    def elapsed(self) -> str:
        return duration(int(time.monotonic() - self.started) * 1000 or 1, language())

    def changed(self, state: SiteState) -> None:
        """A site began another step."""

    def finished(self, state: SiteState, entry: dict[str, Any]) -> None:
        """A site reported its outcome."""

    def refresh(self) -> None:
        """Twice a second."""

    def close(self) -> None:
        """The run is over."""


class PlainView(View):
    """One line when a site's step changes, one when it ends: for CI and log files."""

    def changed(self, state: SiteState) -> None:
        self._line(f'{state.host} {state.site}: {_step_text(state.step)} {state.item}')

    def finished(self, state: SiteState, entry: dict[str, Any]) -> None:
        stored = stored_bytes(entry)
        amount = '' if stored is None else size(stored, language())
        self._line(f'{state.host} {state.site}: {outcome_text(state.outcome)} {amount}')

    def shared(self, workers: Mapping[str, list[str]]) -> None:
        for name, hosts in workers.items():
            self._line(say('worker.share', worker=name, hosts=', '.join(hosts) or NOTHING))

    def _line(self, text: str) -> None:
        try:
            print(f'[{self.elapsed()}] {printable(text.rstrip())}', flush=True)
        except OSError:
            self.states = {}  # nobody listens any more


class LiveView(View):
    """A table that is redrawn in place: what each site at work is doing, how fast, for how long."""

    def __init__(self) -> None:
        super().__init__()
        self._live: Live | None = None

    def start(self, plan: dict[str, Any]) -> None:
        from rich.live import Live

        super().start(plan)
        if self._live is None:
            self._live = Live(console=console(), auto_refresh=False, transient=True, get_renderable=self._render)
            self._live.start()

    def refresh(self) -> None:
        if self._live:
            try:
                self._live.refresh()
            except OSError:
                self._live = None

    def close(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def _render(self) -> Table:
        result = table('site', 'step', 'item', 'bytes', 'rate', 'elapsed', numbers=(3, 4, 5))
        # At work first, then those that wait; what is done is in the summary line.
        open_states = sorted(
            (state for state in self.states.values() if not state.outcome), key=lambda state: state.step == 'waiting'
        )
        room = max(3, console().size.height - SPARE_LINES)
        for state in open_states[:room]:
            result.add_row(*self._cells(state))
        outcomes = [state.outcome for state in self.states.values() if state.outcome]
        failed = sum(outcome not in GOOD for outcome in outcomes)
        caption = say(
            'progress.summary', done=len(outcomes), total=len(self.states), failed=failed, elapsed=self.elapsed()
        )
        hidden = len(open_states) - room
        result.caption = caption if hidden <= 0 else f'{say("progress.hidden", count=hidden)}\n{caption}'
        result.caption_justify, result.caption_style = 'left', STYLES['failed'] if failed else ''
        return result

    def _cells(self, state: SiteState) -> list[Any]:
        words = language()
        now = time.monotonic()
        rate = f'{size(state.rate, words)}/s' if state.rate else ''
        elapsed = duration(max(1, int(now - state.since)) * 1000, words) if state.since else ''
        amount = size(state.bytes, words) if state.bytes else ''
        return [
            styled(state.site),
            styled(_step_text(state.step)),
            styled(state.item),
            styled(amount),
            styled(rate),
            styled(elapsed),
        ]


def make_view(as_json: bool) -> View:
    """The view that fits where stdout goes."""
    if as_json:
        return View()
    return LiveView() if sys.stdout.isatty() else PlainView()


def stored_bytes(entry: dict[str, Any]) -> int | None:
    """What a site's databases and webroots take in the repository; None when nothing was measured."""
    sizes = [part.get('stored_bytes') for part in (entry.get('databases') or []) + (entry.get('webroots') or [])]
    known = [count for count in sizes if count is not None]
    return sum(known) if known else None


def _step_text(step: str) -> str:
    try:
        return say(f'step.{step}')
    except KeyError:
        return step


def _sample(path: Path) -> Sample | None:
    """The content of a progress file; None for one that is missing, half written or not of our making."""
    try:
        with path.open('rb') as handle:
            content = json.loads(handle.read(SAMPLE_LIMIT))
        site, step, item, count = (content[key] for key in ('site', 'step', 'item', 'bytes'))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if all(isinstance(text, str) for text in (site, step, item)) and isinstance(count, int):
        return Sample(site, step, item, count)
    return None
