# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat register`: list, search, export and complete the register."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError, actions

from rawat import register_export
from rawat.filing import filing_directory
from rawat.options import AsJson, Filing, Inventory
from rawat.register_view import show_entries, show_row
from rawat.request import UsageProblem
from rawat.summary import print_json
from rawat.terminal import say


def _pair(name: str, metavar: str, key: str) -> Any:
    return typer.Option(name, metavar=f'NUMBER {metavar}', help=say(key), show_default=False)


def register(
    words: Annotated[list[str] | None, typer.Argument(metavar='[WORDS]...', help=say('help.words'))] = None,
    year: Annotated[int | None, typer.Option('--year', help=say('help.year'), show_default=False)] = None,
    attach: Annotated[tuple[str, str] | None, _pair('--attach', 'FILE', 'help.attach')] = None,
    description: Annotated[
        str, typer.Option('--description', metavar='TEXT', help=say('help.description'), show_default=False)
    ] = '',
    note: Annotated[tuple[str, str] | None, _pair('--note', 'TEXT', 'help.note')] = None,
    hold: Annotated[tuple[str, str] | None, _pair('--hold', 'REASON', 'help.hold')] = None,
    release: Annotated[tuple[str, str] | None, _pair('--release', 'REASON', 'help.release')] = None,
    due: Annotated[bool, typer.Option('--due-for-destruction', help=say('help.due'))] = False,
    formats: Annotated[
        str | None, typer.Option('--format', metavar='csv,xlsx,html,pdf', help=say('help.formats'), show_default=False)
    ] = None,
    output: Annotated[
        Path, typer.Option('--output', metavar='DIRECTORY', help=say('help.export_directory'))
    ] = Path('.'),
    filing: Filing = None,
    inventory: Inventory = None,
    as_json: AsJson = False,
) -> None:
    steps = {'attach': attach, 'note': note, 'hold': hold, 'release': release}
    asked = {name: pair for name, pair in steps.items() if pair is not None}
    if len(asked) > 1 or (asked and (words or due or formats)):
        raise UsageProblem([say('register.one_thing')])
    if due and words:
        raise UsageProblem([say('register.due_words')])
    directory = filing_directory(filing, inventory)
    try:
        if asked:
            _act(str(directory), *next(iter(asked.items())), description, as_json)
        elif formats or due:
            register_export.export(directory, formats, output, year=year, words=words or [], due=due, as_json=as_json)
        else:
            _list(Register(str(directory)), words or [], year, as_json)
    except RegisterError as error:
        raise UsageProblem([str(error)]) from error


def _act(filing: str, action: str, pair: tuple[str, str], description: str, as_json: bool) -> None:
    """Enter the one row that was asked for."""
    if not Path(Register(filing).path).is_file():
        raise UsageProblem([say('register.none', path=filing)])
    number, said = pair
    if action == 'attach':
        row = actions.attach(filing, number, said, description)
    else:
        row = {'note': actions.note, 'hold': actions.hold, 'release': actions.release}[action](filing, number, said)
    if as_json:
        print_json({'exit_code': 0, 'row': row})
    else:
        show_row(row)


def _list(book: Register, words: list[str], year: int | None, as_json: bool) -> None:
    if not Path(book.path).is_file():
        raise UsageProblem([say('register.none', path=book.filing)])
    found = book.search(words, year)
    if as_json:
        print_json({'exit_code': 0, 'entries': found, 'tip': book.tip()})
    else:
        show_entries(found, bool(words))
