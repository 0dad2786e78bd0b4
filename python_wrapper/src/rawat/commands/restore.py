# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat restore`: first the plan in plain words; what it says is done only after an express word."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated, Any

import typer

from rawat.assignment import procedure_variables
from rawat.options import AsJson, Assignment, Extra, Forks, Inventory, Only, Point, Timeout, Verbose
from rawat.request import INTERRUPTED, OK, SITE_FAILED, USAGE, Request, UsageProblem, find_inventory
from rawat.restore_number import resolve
from rawat.restoring import restore_end, show_plan
from rawat.session import Session, run_playbook, site_entries
from rawat.terminal import reader_may_leave, say


def _text(*names: str, help_key: str, metavar: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=say(help_key), show_default=False)


def restore(
    inventory: Inventory = None,
    only: Only = None,
    point: Point = None,
    before: Annotated[str | None, _text('--before', help_key='help.before', metavar='TIME')] = None,
    register: Annotated[str | None, _text('--register', help_key='help.of_register', metavar='NUMBER')] = None,
    database: Annotated[str | None, _text('--database', help_key='help.database', metavar='NAME')] = None,
    table: Annotated[str | None, _text('--table', help_key='help.table', metavar='NAME')] = None,
    files: Annotated[list[str] | None, _text('--file', help_key='help.file', metavar='PATH')] = None,
    to_path: Annotated[str | None, _text('--to-path', help_key='help.to_path', metavar='DIRECTORY')] = None,
    to_database: Annotated[str | None, _text('--to-database', help_key='help.to_database', metavar='NAME')] = None,
    to_host: Annotated[str | None, _text('--to-host', help_key='help.to_host', metavar='HOST')] = None,
    url: Annotated[str | None, _text('--url', help_key='help.url', metavar='URL')] = None,
    confirm: Annotated[list[str] | None, _text('--confirm', help_key='help.confirm', metavar='SITE')] = None,
    plan: Annotated[bool, typer.Option('--plan', help=say('help.plan'))] = False,
    maintenance: Annotated[bool, typer.Option('--maintenance', help=say('help.maintenance'))] = False,
    resume: Annotated[bool, typer.Option('--resume', help=say('help.resume'))] = False,
    undo: Annotated[bool, typer.Option('--undo', help=say('help.undo'))] = False,
    discard_old: Annotated[bool, typer.Option('--discard-old', help=say('help.discard_old'))] = False,
    all_sites: Annotated[bool, typer.Option('--all', help=say('help.all'))] = False,
    assignment: Assignment = None,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
    forks: Forks = None,
) -> None:
    what = {'point': point, 'before': before, 'database': database, 'table': table}
    where = {'files': files, 'to_path': to_path, 'to_database': to_database, 'to_host': to_host, 'url': url}
    how = {'confirm': confirm, 'plan': plan, 'maintenance': maintenance, 'all_sites': all_sites}
    said = {**what, **where, **how, 'resume': resume, 'undo': undo, 'discard_old': discard_old}
    if len(only or ()) != 1 and not all_sites:
        raise UsageProblem([say('usage.restore_one')])
    if register is not None:
        # Two ways of choosing a point are for the target to refuse, in the words that it has for that.
        said.update({'register': register} if point or before else resolve(register, only, inventory))
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
            **{name: value for name, value in said.items() if value},
        },
    )
    raise typer.Exit(run_restore(request))


def run_restore(request: Request) -> int:
    """Do what was confirmed; else show the plan, and on a terminal ask for the word. Returns the exit code."""
    session = run_playbook('restore', request, filed=True)
    entries = site_entries(session.outcome)
    if session.outcome.plan and session.outcome.plan['filed']:
        return restore_end(session, request.as_json)
    code = _plan_code(session, entries, bool(request.variables.get('plan')))
    show_plan(session, entries, code, request.as_json)
    if code != USAGE or request.as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return code
    if not all(_typed(str(entry['site'])) for entry in entries):
        return USAGE
    confirmed = replace(request, variables={**request.variables, **_as_shown(entries)})
    return restore_end(run_playbook('restore', confirmed, filed=True), request.as_json)


def _plan_code(session: Session, entries: list[dict[str, Any]], asked_for: bool) -> int:
    """2 for a plan that only lacks the word, 0 for one that was asked for, 1 for what cannot be done."""
    code = session.outcome.exit_code(entries)
    possible = all(entry.get('outcome') == 'ready' for entry in entries)
    if code == INTERRUPTED or session.outcome.died or session.outcome.problems or not possible:
        return code or SITE_FAILED
    return OK if asked_for else USAGE


def _typed(site: str) -> bool:
    """Whether somebody types the name of the site."""
    with reader_may_leave():
        try:
            word = input(say('plan.ask', site=site))
        except EOFError:
            word = ''
        if word.strip() != site:
            print(say('plan.refused', site=site))
    return word.strip() == site


def _as_shown(entries: list[dict[str, Any]]) -> dict[str, object]:
    """What makes the second run do what the first one showed: a newer recovery point may exist by then."""
    variables: dict[str, object] = {'confirm': [str(entry['site']) for entry in entries]}
    points = {entry.get('recovery_point') for entry in entries}
    modes = {(entry.get('restore') or {}).get('mode') for entry in entries}
    if len(points) == 1 and None not in points and not modes & {'resume', 'undo', 'discard_old'}:
        variables.update(point=points.pop(), before='', register='')
    return variables
