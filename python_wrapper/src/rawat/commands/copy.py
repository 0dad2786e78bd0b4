# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat copy`: finish the copies that earlier runs left pending."""

from __future__ import annotations

import typer

from rawat.assignment import procedure_variables
from rawat.ci_reports import ci_reports
from rawat.copies import copy_end
from rawat.options import AsJson, Assignment, Extra, Forks, Inventory, Junit, Only, Summary, Timeout, Verbose
from rawat.request import Request, find_inventory
from rawat.session import run_playbook


def copy(
    inventory: Inventory = None,
    only: Only = None,
    assignment: Assignment = None,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
    forks: Forks = None,
    junit: Junit = None,
    summary: Summary = None,
) -> None:
    with ci_reports('copy', junit, summary) as tell:
        request = Request(
            find_inventory(inventory),
            tuple(only or ()),
            tuple(extra or ()),
            as_json,
            verbose,
            timeout=timeout,
            forks=forks,
            variables=procedure_variables(assignment),
        )
        session = run_playbook('copy', request, filed=True)
        raise typer.Exit(tell(session, copy_end(session, as_json)))
