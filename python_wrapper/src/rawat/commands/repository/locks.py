# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat repository unlock` and `rawat repository check`: who locks a repository and since when; is it sound?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, duration

from rawat.commands.repository.showing import run, show
from rawat.options import AsJson, Extra, Inventory, Only, Timeout, Verbose
from rawat.request import UsageProblem, find_inventory
from rawat.terminal import language, outcome_text, say, styled, table

ReadData = Annotated[bool, typer.Option('--read-data', help=say('help.read_data'))]
RemoveLive = Annotated[bool, typer.Option('--remove-live', help=say('help.remove_live'))]
Confirm = Annotated[
    str | None, typer.Option('--confirm', metavar='INVENTORY', help=say('help.confirm_unlock'), show_default=False)
]


def unlock(
    inventory: Inventory = None,
    only: Only = None,
    remove_live: RemoveLive = False,
    confirm: Confirm = None,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
) -> None:
    if remove_live and not _confirmed(find_inventory(inventory), confirm):
        raise UsageProblem([say('usage.confirm_unlock', name=find_inventory(inventory).name)])
    variables = {'repository_action': 'remove_live_locks' if remove_live else 'unlock'}
    session = run(variables, inventory, only, extra, as_json, verbose, timeout)
    raise typer.Exit(show(session, as_json, _lock_table, _lock_advice))


def _confirmed(inventory: Path, word: str | None) -> bool:
    """Removing the lock of a live restic can spoil what it writes: the inventory's name must be typed."""
    return word == inventory.name


def _lock_table(entries: list[dict[str, Any]]) -> Any:
    result = table('host', 'location', 'lock', 'owner', 'made_on', 'process', 'age', 'state', numbers=(5, 6))
    for entry in entries:
        left, gone = entry.get('locks') or [], entry.get('removed') or []
        rows = [(lock, 'locks.held') for lock in left] + [(lock, 'locks.removed') for lock in gone]
        for lock, word in rows:
            result.add_row(*map(styled, (*_places(entry), *_cells(lock), say(word))))
        if not rows:
            word = say('locks.none') if entry.get('outcome') == 'ready' else outcome_text(str(entry.get('outcome')))
            result.add_row(*map(styled, (*_places(entry), *[NOTHING] * 5, word)))
    return result


def _places(entry: dict[str, Any]) -> tuple[str, str]:
    return str(entry.get('host')), str(entry.get('location') or NOTHING)


def _cells(lock: dict[str, Any]) -> list[str]:
    age = duration(int(lock['age_seconds']) * 1000, language())
    return [str(lock['id']), str(lock['owner']), str(lock['host']), str(lock['pid']), age]


def _lock_advice(entries: list[dict[str, Any]]) -> list[str]:
    return [say('locks.live')] if any(entry.get('locks') for entry in entries) else []


def check(
    inventory: Inventory = None,
    only: Only = None,
    read_data: ReadData = False,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
) -> None:
    variables = {'repository_action': 'read' if read_data else 'check'}
    session = run(variables, inventory, only, extra, as_json, verbose, timeout)
    raise typer.Exit(show(session, as_json, _check_table, _check_advice))


def _check_table(entries: list[dict[str, Any]]) -> Any:
    result = table('host', 'site', 'location', 'outcome', 'time', 'method', numbers=(4,))
    for entry in entries:
        outcome = str(entry.get('outcome'))
        spent = entry.get('milliseconds')
        site = str(entry.get('site')) if entry.get('store') != 'restic' else say('locks.all_sites')
        result.add_row(
            styled(str(entry.get('host'))), styled(site), styled(str(entry.get('location') or NOTHING)),
            styled(say('soundness.sound') if outcome == 'ready' else outcome_text(outcome), outcome),
            styled(duration(spent, language()) if spent is not None else NOTHING),
            styled(str(entry.get('method') or NOTHING)),
        )  # fmt: skip
    return result


def _check_advice(entries: list[dict[str, Any]]) -> list[str]:
    return [say('soundness.repair')] if any(entry.get('problems') for entry in entries) else []
