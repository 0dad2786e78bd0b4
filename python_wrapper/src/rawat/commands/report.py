# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat report`: make the report of a filed run again from its record, for instance in the other language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer
from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES

from rawat.filing import find_record, read_record, render
from rawat.options import AsJson
from rawat.request import UsageProblem
from rawat.summary import print_json
from rawat.terminal import say

DEFAULT_FILING = Path('filing')  # as the inventory's website_filing


def report(
    run: Annotated[Optional[str], typer.Argument(metavar='[RUN]', help=say('help.run'), show_default=False)] = None,  # noqa: UP045
    filing: Annotated[
        Path, typer.Option('--filing', envvar='RAWAT_FILING', metavar='DIRECTORY', help=say('help.filing'))
    ] = DEFAULT_FILING,
    language: Annotated[Optional[str], typer.Option('--language', metavar='id|en', help=say('help.language'))] = None,  # noqa: UP045
    as_json: AsJson = False,
) -> None:
    if language is not None and language not in LANGUAGES:
        raise UsageProblem([say('usage.language', value=language)])
    path = _record_path(run, filing)
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


def _record_path(run: str | None, filing: Path) -> Path:
    given = Path(run) if run else None
    if given and given.is_dir():
        given = given / 'record.json'
    return given.absolute() if given and given.is_file() else find_record(filing.absolute(), run)
