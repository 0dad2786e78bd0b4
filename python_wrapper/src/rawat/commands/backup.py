# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat backup`: back up, show it happen, say what came of it."""

from __future__ import annotations

import typer

from rawat.assignment import procedure_variables
from rawat.ci_reports import ci_reports
from rawat.commands.doctor import examine
from rawat.copies import backup_end
from rawat.failed import only_failed
from rawat.options import (
    AsJson,
    Assignment,
    Check,
    Extra,
    Failed,
    Forks,
    Inventory,
    Junit,
    LateReasons,
    Only,
    Remarks,
    Summary,
    Timeout,
    Verbose,
    WorkerFiles,
    Workers,
)
from rawat.request import Request, UsageProblem, find_inventory
from rawat.terminal import say
from rawat.workers import run_at


def backup(
    inventory: Inventory = None,
    only: Only = None,
    assignment: Assignment = None,
    late_reasons: LateReasons = None,
    remarks: Remarks = None,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    check: Check = False,
    timeout: Timeout = None,
    forks: Forks = None,
    workers: Workers = None,
    worker_files: WorkerFiles = None,
    failed: Failed = False,
    junit: Junit = None,
    summary: Summary = None,
) -> None:
    with ci_reports('backup', junit, summary) as tell:
        request = Request(
            find_inventory(inventory),
            tuple(only or ()),
            tuple(extra or ()),
            as_json,
            verbose,
            check=check,
            timeout=timeout,
            forks=forks,
            variables=procedure_variables(assignment, late_reasons, remarks),
        )
        chosen = only_failed('backup', request) if failed else request
        if chosen is None:
            raise typer.Exit
        if workers and check:
            raise UsageProblem([say('worker.no_check')])
        if check:
            raise typer.Exit(examine(chosen, tell))
        session = run_at('backup', chosen, workers, worker_files)
        raise typer.Exit(tell(session, backup_end(session, as_json)))
