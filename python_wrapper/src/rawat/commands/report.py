# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat report`: make the report of a filed run again from its record, for instance in the other language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES

from rawat.filing import filing_directory, find_record, read_record, render
from rawat.options import AsJson, Inventory
from rawat.request import UsageProblem
from rawat.summary import print_json
from rawat.terminal import say


def report(
    run: Annotated[str | None, typer.Argument(metavar='[RUN]', help=say('help.run'), show_default=False)] = None,
    inventory: Inventory = None,
    filing: Annotated[
        Path | None,
        typer.Option(
            '--filing', envvar='RAWAT_FILING', metavar='DIRECTORY', help=say('help.filing'), show_default=False
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option('--language', metavar='id|en', help=say('help.language'), show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    if language is not None and language not in LANGUAGES:
        raise UsageProblem([say('usage.language', value=language)])
    path = _given_record(run) or find_record(filing_directory(filing, inventory), run)
    document = read_record(path)
    chosen = language or document['run'].get('language') or LANGUAGES[0]
    try:
        paths = records.write(document, str(path.parent), render(document, chosen))
    except OSError as error:
        raise UsageProblem([say('usage.cannot_write', path=path.parent, reason=error)]) from error
    if as_json:
        print_json({'exit_code': 0, **paths})
    else:
        typer.echo(say('report.written', path=paths['report']))


def _given_record(run: str | None) -> Path | None:
    """RUN as the path of a record or of its directory; None when it names neither."""
    given = Path(run) / 'record.json' if run and Path(run).is_dir() else Path(run or '.')
    return given.absolute() if given.is_file() else None
