# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`--junit` and `--summary`: what a CI system is told of a run, whatever became of it.

A file of an earlier run never passes for this one's: it is removed before anything begins. Exit codes stay what they
are without these files, but that a run whose report could not be written has failed, too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from rawat import junit, step_summary
from rawat.request import SITE_FAILED, USAGE, UsageProblem
from rawat.session import Session, site_entries
from rawat.summary import run_problems
from rawat.terminal import complain, say

GITHUB = 'GITHUB_STEP_SUMMARY'  # the file to which each step appends its part of the page
Tell = Callable[[Session, int], int]


@contextmanager
def ci_reports(verb: str, junit_file: Path | None, summary_file: Path | None) -> Iterator[Tell]:
    """Yields `tell(session, exit code)`, which writes the files and returns the exit code.

    A run that could not begin (UsageProblem) is told, too: a CI system must not show the report that is not there as
    a run that was not asked for.
    """
    reports = _Reports(verb, junit_file, summary_file)
    try:
        yield reports.tell
    except UsageProblem as problem:
        reports.write(USAGE, [], problem.lines)
        raise
    except typer.Exit as end:
        if not reports.told:  # nothing was to be done
            reports.write(end.exit_code, [], [])
        raise


class _Reports:
    def __init__(self, verb: str, junit_file: Path | None, summary_file: Path | None):
        self.verb, self.junit, self.summary, self.told = verb, junit_file, summary_file, False
        for option, path in (('--junit', junit_file), ('--summary', summary_file)):
            if path is not None:
                _prepare(option, path)

    def tell(self, session: Session, code: int) -> int:
        """Write what was asked for; returns the exit code of the command."""
        entries, self.told = site_entries(session.outcome), True
        return code if self.write(code, entries, run_problems(session, entries)) else code or SITE_FAILED

    def write(self, code: int, entries: list, problems: list[str]) -> bool:
        """False when a file that was asked for could not be written; the reason is on stderr."""
        good = True
        if self.junit:
            good = _written(self.junit, junit.document(self.verb, code, entries, problems))
        page = step_summary.document(self.verb, code, entries, problems)
        if self.summary:
            return _written(self.summary, page.encode()) and good
        if os.environ.get(GITHUB):
            _written(Path(os.environ[GITHUB]), page.encode(), 'ab')
        return good


def _prepare(option: str, path: Path) -> None:
    """Remove what an earlier run left, and make sure of the place. UsageProblem, before any host is touched."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.touch()
        path.unlink()
    except OSError as error:
        raise UsageProblem([say('ci.place', option=option, path=path, reason=error.strerror)]) from error


def _written(path: Path, content: bytes, mode: str = 'wb') -> bool:
    try:
        with path.open(mode) as handle:
            handle.write(content)
    except OSError as error:
        complain([say('ci.unwritten', path=path, reason=error.strerror)])
        return False
    return True
