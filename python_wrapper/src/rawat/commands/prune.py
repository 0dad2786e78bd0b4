# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat prune`: recovery points go by rule; --plan shows which, and what the days to come bring."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rawat import pruning
from rawat.ci_reports import ci_reports
from rawat.options import AsJson, Check, Extra, Forks, Inventory, Junit, Only, Summary, Timeout, Verbose
from rawat.request import Request, UsageProblem, find_inventory
from rawat.session import run_playbook
from rawat.terminal import say

PlanOnly = Annotated[bool, typer.Option('--plan', help=say('help.prune_plan'))]
Days = Annotated[
    int | None, typer.Option('--days', min=0, max=3660, metavar='N', help=say('help.prune_days'), show_default=False)
]
Policy = Annotated[
    str | None, typer.Option('--policy', metavar='RULES', help=say('help.prune_policy'), show_default=False)
]
History = Annotated[
    Path | None, typer.Option('--history', metavar='FILE', help=say('help.prune_history'), show_default=False)
]
Confirm = Annotated[
    list[str] | None, typer.Option('--confirm', metavar='SITE', help=say('help.prune_confirm'), show_default=False)
]


def prune(
    inventory: Inventory = None,
    only: Only = None,
    plan: PlanOnly = False,
    days: Days = None,
    policy: Policy = None,
    history: History = None,
    confirm: Confirm = None,
    extra: Extra = None,
    check: Check = False,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
    forks: Forks = None,
    junit: Junit = None,
    summary: Summary = None,
) -> None:
    with ci_reports('prune', junit, summary) as tell:
        shown = plan or check
        given = {'--days': days, '--policy': policy, '--history': history}
        unfit = [name for name, value in given.items() if value is not None and not shown]
        if wrong := [say('prune.plan_only', option=name) for name in unfit]:
            raise UsageProblem(wrong)
        tried = pruning.policy(policy) if policy else None
        if history:
            raise typer.Exit(pruning.show_history(history, tried, days, as_json))
        words = {'plan': True} if shown else {'confirm': list(confirm or ())}
        request = Request(
            find_inventory(inventory), tuple(only or ()), tuple(extra or ()), as_json, verbose, check=check,
            timeout=timeout, forks=forks, variables=words,
        )  # fmt: skip
        session = run_playbook('prune', request, filed=not shown)
        if shown:
            raise typer.Exit(tell(session, pruning.show_plan(session, tried, days, as_json)))
        raise typer.Exit(tell(session, pruning.prune_end(session, as_json)))
