# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat board`: every site at one glance, as static pages out of the repositories and the filing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES
from ansible_collections.rawat.website.plugins.module_utils.procedure import office as offices

from rawat.commands.status import site_points
from rawat.filing import DEFAULT_FILING
from rawat.inventory import Inventory as Sites
from rawat.options import AsJson, Extra, Filing, Forks, Inventory, Only, Timeout, Verbose
from rawat.request import INTERRUPTED, OK, SITE_FAILED, Request, UsageProblem, find_inventory
from rawat.session import run_playbook
from rawat.summary import print_json
from rawat.terminal import complain, reader_may_leave, say

Output = Annotated[Path, typer.Option('--output', metavar='DIRECTORY', help=say('help.board_output'))]
Saved = Annotated[
    Path | None, typer.Option('--facts', metavar='FILE', help=say('help.board_facts'), show_default=False)
]
Save = Annotated[
    Path | None, typer.Option('--save-facts', metavar='FILE', help=say('help.board_save_facts'), show_default=False)
]
Discovered = Annotated[
    Path | None, typer.Option('--discovered', metavar='FILE', help=say('help.board_discovered'), show_default=False)
]
Language = Annotated[
    str | None, typer.Option('--language', metavar='id|en', help=say('help.board_language'), show_default=False)
]


def board(
    output: Output,
    inventory: Inventory = None,
    only: Only = None,
    facts: Saved = None,
    save_facts: Save = None,
    discovered: Discovered = None,
    filing: Filing = None,
    page_language: Language = None,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
    forks: Forks = None,
) -> None:
    if page_language is not None and page_language not in LANGUAGES:
        raise UsageProblem([say('usage.language', value=page_language)])
    if facts:
        known, root = _saved(facts, inventory, filing)
    else:
        limits = {'website_status_history': True, 'website_status_limit': 1}
        request = Request(
            find_inventory(inventory), tuple(only or ()), tuple(extra or ()), as_json, verbose, timeout=timeout,
            forks=forks, variables=limits,
        )  # fmt: skip
        known, root = _gathered(request, filing)
    if discovered or not known.get('discovered') or not facts:  # saved facts keep what they were saved with
        known = _with_discovered(known, discovered, root)
    if save_facts:
        _save(known, save_facts)
    known['language'] = page_language or known.get('language') or LANGUAGES[0]
    _build(known, root, output, as_json)


def _saved(path: Path, inventory: Path | None, filing: Path | None) -> tuple[dict[str, Any], Path]:
    """Facts from a file; of the inventory only where its filing lies is asked, and nobody is connected to."""
    from rawat.board import gathering
    from rawat.filing import filing_directory

    known = gathering.load(path)
    told = known.get('filing')
    return known, filing_directory(filing or (Path(told) if told and inventory is None else None), inventory)


def _gathered(request: Request, filing: Path | None) -> tuple[dict[str, Any], Path]:
    from rawat.board import gathering

    outcome = run_playbook('status', request).outcome
    if outcome.died == 'cancelled':
        raise typer.Exit(INTERRUPTED)
    source = Sites(request.inventory)
    known = gathering.gather(outcome, site_points(outcome), source)
    if outcome.died:
        known['problems'] = [*known['problems'], say(f'died.{outcome.died}')]
    root = (filing or Path(source.setting('website_filing') or DEFAULT_FILING)).expanduser().absolute()
    return {**known, 'filing': str(root)}, root


def _with_discovered(known: dict[str, Any], given: Path | None, root: Path) -> dict[str, Any]:
    from rawat.board import gathering

    return gathering.with_discovered(known, given or root / gathering.DISCOVERED, given is not None)


def _save(known: dict[str, Any], path: Path) -> None:
    from rawat.board import gathering

    gathering.save(known, path)


def _build(known: dict[str, Any], root: Path, output: Path, as_json: bool) -> None:
    from rawat import board as boards
    from rawat.board import reading
    from rawat.board.folder import FolderError

    began, now = time.monotonic(), utc()
    try:
        books = reading.read(root, known, now)
        made = boards.build(known, books, offices.settle(known['office']), now, output.expanduser().absolute())
    except (FolderError, OSError) as error:
        raise UsageProblem([say('board.not_written', path=output, reason=error)]) from error
    seconds = round(time.monotonic() - began, 1)
    problems = [*known['problems'], *books['problems']]
    with reader_may_leave():
        if as_json:
            code = SITE_FAILED if problems else OK
            print_json({'exit_code': code, 'errors': problems, 'milliseconds': int(seconds * 1000), **made})
        else:
            typer.echo(say('board.written', path=made['index'], pages=made['pages'], seconds=seconds))
            typer.echo(say('board.levels', **made['levels']))
            complain(problems)
    raise typer.Exit(SITE_FAILED if problems else OK)
