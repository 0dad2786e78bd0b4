# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that other machines carry out: each worker plays the playbook for a share of the hosts, the record stays one.

What travels is ansible-runner's own stream (transmit, worker, process) over ssh; `run` is the way in.
"""

from __future__ import annotations

from pathlib import Path

from rawat.request import Request, UsageProblem
from rawat.session import Session, run_playbook
from rawat.terminal import say


def run_at(kind: str, request: Request, workers: list[str] | None, files: list[Path] | None) -> Session:
    """Run the playbook `kind` on the workers at these addresses, or here when there are none; filed in either case."""
    if not workers:
        if files:
            raise UsageProblem([say('worker.file_alone')])
        return run_playbook(kind, request, filed=True)
    from rawat.workers.address import parse_all  # what only such runs need is loaded for them alone
    from rawat.workers.run import run_on_workers

    return run_on_workers(kind, request, parse_all(workers), files or [])
