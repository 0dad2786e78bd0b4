# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filing directory: records and reports of runs, and the record of a run that died before it could write its own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import record as records

from rawat.outcome import Outcome
from rawat.request import UsageProblem
from rawat.terminal import say

LOG = 'ansible.log'


class RunLog:
    """Ansible's own output: kept in memory until the run's filing directory is known, then written there, 0600."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self._held: list[str] | None = []

    def write(self, text: str) -> None:
        if self._held is not None:
            self._held.append(text)
        elif self.path is not None:
            with contextlib.suppress(OSError):  # a full disk must not end the backup; the record's own writing says so
                with self.path.open('a', encoding='utf-8', errors='backslashreplace') as handle:
                    handle.write(text + '\n')

    def settle(self, directory: str | None) -> None:
        """From now on write into `directory`; None: keep nothing (a check files nothing)."""
        held, self._held = self._held or [], None
        if directory is None:
            return
        self.path = Path(directory) / LOG
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600))
        for text in held:
            self.write(text)


def file_dead_run(outcome: Outcome) -> None:
    """Write record and report of a run that died; what went wrong with that is added to the outcome's problems."""
    plan = outcome.plan
    if plan is None:
        return
    try:
        document = records.build(plan, outcome.results, died=outcome.died)
        paths = records.write(document, plan['filing'], render(document, plan['language']))
        outcome.record = {**paths, 'outcome': records.outcome(document)}
    except OSError as error:
        outcome.problems.append(say('end.no_report', reason=error))


def render(document: dict[str, Any], language: str) -> str:
    """The report's HTML (Jinja2 is imported only now)."""
    from ansible_collections.rawat.website.plugins.module_utils import report_html

    return report_html.render(document, language)


def read_record(path: Path) -> dict[str, Any]:
    """The record at `path`; UsageProblem when it is none, or is not what SHA256SUMS beside it says."""
    try:
        content = path.read_bytes()
        document = json.loads(content)
        document['run']['id'], document['sites']  # noqa: B018  (a JSON file of another kind raises here)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageProblem([say('report.broken', path=path, reason=error)]) from error
    sums = path.parent / 'SHA256SUMS'
    expected = [line.split()[0] for line in _lines(sums) if line.endswith(f'  {path.name}')]
    if expected and expected != [hashlib.sha256(content).hexdigest()]:
        raise UsageProblem([say('report.altered', path=path)])
    return document


def find_record(filing: Path, run: str | None) -> Path:
    """The record.json of `run` below `filing` (<YYYY>/<MM>/<run id>/), the newest when `run` is None."""
    filed = {path.parent.name: path for path in filing.glob('[0-9]*/[0-9]*/*/record.json')}
    if not filed:
        raise UsageProblem([say('report.none', path=filing)])
    newest = sorted(filed)  # run ids begin with their UTC start
    if run is not None and run not in filed:
        raise UsageProblem([say('report.unknown', run=run, path=filing, known=', '.join(newest[-5:]))])
    return filed[run or newest[-1]]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding='utf-8', errors='replace').splitlines() if path.is_file() else []
