# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat verify`: recovery points are restored into a throw-away place, compared, and graded."""

from __future__ import annotations

from typing import Annotated

import typer

from rawat.assignment import procedure_variables
from rawat.ci_reports import ci_reports
from rawat.failed import only_failed
from rawat.options import (
    AsJson,
    Assignment,
    Extra,
    Failed,
    Forks,
    Inventory,
    Junit,
    Only,
    Point,
    Summary,
    Timeout,
    Verbose,
    WorkerFiles,
    Workers,
)
from rawat.proof import verify_end
from rawat.request import Request, find_inventory
from rawat.terminal import say
from rawat.workers import run_at


def verify(
    inventory: Inventory = None,
    only: Only = None,
    point: Point = None,
    sample: Annotated[
        int | None, typer.Option('--sample', min=1, metavar='N', help=say('help.sample'), show_default=False)
    ] = None,
    assignment: Assignment = None,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
    forks: Forks = None,
    workers: Workers = None,
    worker_files: WorkerFiles = None,
    failed: Failed = False,
    junit: Junit = None,
    summary: Summary = None,
) -> None:
    with ci_reports('verify', junit, summary) as tell:
        chosen = {'point': point, 'sample': sample}
        request = Request(
            find_inventory(inventory),
            tuple(only or ()),
            tuple(extra or ()),
            as_json,
            verbose,
            timeout=timeout,
            forks=forks,
            variables={
                **procedure_variables(assignment),
                **{name: value for name, value in chosen.items() if value is not None},
            },
        )
        wanted = only_failed('verify', request) if failed else request
        if wanted is None:
            raise typer.Exit
        session = run_at('verify', wanted, workers, worker_files)
        raise typer.Exit(tell(session, verify_end(session, as_json)))
