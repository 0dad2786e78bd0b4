# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drill found out about one recovery point, and the grade that it earns: never a better one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

GRADES = ('A', 'B', 'C', 'F')  # best first
OUTCOMES = {'A': 'complete', 'B': 'remarks', 'C': 'remarks', 'F': 'failed'}
RESTORING = ('fetch_webroots', 'load_databases', 'application')  # the phases that a real restore has, too
LISTED = 100  # differences that are spelled out; the rest is counted


@dataclass
class Findings:
    """Filled phase by phase. `differences` make it an F; `limitations` are the drill's own and make it a B or C."""

    differences: list[str] = field(default_factory=list)
    limitations: list[str] = field(default_factory=list)
    uncompared: list[str] = field(default_factory=list)  # said, but no reason for a worse grade
    phases: dict[str, int] = field(default_factory=dict)  # milliseconds
    files_equal: bool | None = None  # None: there are none, or they were not compared
    census_equal: bool | None = None
    not_compared: list[str] = field(default_factory=list)  # parts of the point that could not be compared: why
    pages: list[dict[str, Any]] = field(default_factory=list)
    application: str | None = 'the application was not started'  # why there are no pages; None when there are
    integrity: dict[str, Any] | None = None

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time of the block to phase `name`."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.phases[name] = self.phases.get(name, 0) + int((time.monotonic() - started) * 1000)

    def differ(self, lines: list[str]) -> bool:
        """Note differences; was there any?"""
        self.differences += lines
        return bool(lines)

    def ask(self, pages: list[dict[str, Any]], platform: list[str], outside: str | None = None) -> None:
        """The answers of the application; `platform`: what this machine lacks of what the site was served with.

        A page that differs on a machine that lacks something proves nothing about the backup: the data are equal.
        `outside`: where else than in the sandbox it was started; what happens there is not ours to vouch for.
        """
        lacks = [*platform, *([outside] if outside else [])]
        bad = [f'page {page["path"]}: {page["difference"]}' for page in pages if not page['equal']]
        self.pages, self.application = pages, outside
        if not pages:
            self.application = 'no page was recorded at the time of the backup, and the site has no probes'
        elif bad and lacks:
            self.limitations += lacks
            self.application = f'{"; ".join(lacks)}: {bad[0]}'
        else:
            self.differ(bad)

    @property
    def rto(self) -> int:
        """Milliseconds that bringing the site back took, without comparing anything."""
        return sum(self.phases.get(phase, 0) for phase in RESTORING)

    def grade(self) -> tuple[str, str]:
        """(grade, its reason in a sentence)."""
        if self.differences:
            more = f' (and {len(self.differences) - 1} more)' if len(self.differences) > 1 else ''
            return 'F', self.differences[0] + more
        if self.not_compared:
            return 'C', '; '.join(self.not_compared)
        if self.application is not None:
            return 'B', self.application
        return 'A', f'{len(self.pages)} pages answered as recorded'

    def document(self) -> dict[str, Any]:
        """The findings as the record has them."""
        grade, reason = self.grade()
        hidden = len(self.differences) - LISTED
        return {
            'grade': grade, 'reason': reason, 'phases': self.phases, 'rto_milliseconds': self.rto,
            'census_equal': self.census_equal, 'files_equal': self.files_equal, 'pages': self.pages,
            'differences': self.differences[:LISTED] + ([f'and {hidden} more'] if hidden > 0 else []),
            'limitations': self.limitations, 'uncompared': self.uncompared, 'integrity': self.integrity,
        }  # fmt: skip
