# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat export`: recovery points onto a removable medium, read back before they count."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, size

from rawat.assignment import procedure_variables
from rawat.options import AsJson, Assignment, Extra, Forks, Inventory, Only, Point, Timeout, Verbose
from rawat.request import Request, UsageProblem, find_inventory
from rawat.session import run_playbook
from rawat.summary import show_end
from rawat.terminal import language, outcome_text, say, styled, table


def export(
    to: Annotated[str, typer.Option('--to', metavar='LABEL|UUID|DIRECTORY', help=say('help.export_to'))],
    inventory: Inventory = None,
    only: Only = None,
    point: Point = None,
    recipients: Annotated[
        list[str] | None,
        typer.Option('--recipient', metavar='age1…', help=say('help.export_recipient'), show_default=False),
    ] = None,
    assignment: Assignment = None,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
    forks: Forks = None,
) -> None:
    if point and len(only or ()) != 1:
        raise UsageProblem([say('export.point_of_one')])
    # A directory of ours may be named as it is seen from here; of another machine only the whole path means anything.
    place = str(Path(to).expanduser().absolute()) if to.startswith(('.', '~')) else to
    chosen = {'to': place, 'point': point, 'recipients': recipients}
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
            **{name: value for name, value in chosen.items() if value},
        },
    )
    raise typer.Exit(show_end(run_playbook('export', request, filed=True), as_json, _table, _advice))


def _table(entries: list[dict[str, Any]]) -> Any:
    result = table('site', 'host', 'outcome', 'point', 'medium', 'size', 'read_back', numbers=(5,))
    for entry in entries:
        told, outcome, words = entry.get('export') or {}, str(entry.get('outcome')), language()
        place = (told.get('medium') or {}).get('label') or told.get('directory') or NOTHING
        result.add_row(
            styled(str(entry.get('site'))),
            styled(str(entry.get('host'))),
            styled(outcome_text(outcome), outcome),
            styled(entry.get('recovery_point') or NOTHING),
            styled(place),
            styled(size(told.get('bytes'), words)),
            styled(_read_back(told)),
        )
    return result


def _read_back(told: dict[str, Any]) -> str:
    if not told:
        return NOTHING
    return say('export.remounted') if told.get('remounted') else say('export.in_place')


def _advice(entries: list[dict[str, Any]]) -> list[str]:
    """What to do with the disk now."""
    done = [entry['export'] for entry in entries if entry.get('export')]
    labels = {str(told['medium']['label']) for told in done if told.get('medium')}
    return [say('export.unplug', label=label) for label in sorted(labels)]
