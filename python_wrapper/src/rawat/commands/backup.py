# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat backup`: back up, show it happen, say what came of it."""

from __future__ import annotations

import typer

from rawat.assignment import procedure_variables
from rawat.commands.doctor import examine
from rawat.copies import backup_end
from rawat.options import (
    AsJson,
    Assignment,
    Check,
    Extra,
    Forks,
    Inventory,
    LateReasons,
    Only,
    Remarks,
    Timeout,
    Verbose,
)
from rawat.request import Request, find_inventory
from rawat.session import run_playbook


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
) -> None:
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
    raise typer.Exit(examine(request) if check else run_backup(request))


def run_backup(request: Request) -> int:
    """Run the playbook and show its end; returns the exit code."""
    return backup_end(run_playbook('backup', request, filed=True), request.as_json)
