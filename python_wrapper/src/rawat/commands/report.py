# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat report`: make the report of a filed run again from its record, for instance in the other language."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Annotated

import typer
from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES

from rawat.collection import ansible_directory
from rawat.filing import find_record, read_record, render
from rawat.options import AsJson, Inventory
from rawat.request import DEFAULT_INVENTORY, UsageProblem, find_inventory
from rawat.summary import print_json
from rawat.terminal import say

DEFAULT_FILING = Path('filing')  # what the collection takes when website_filing is not set


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
    path = _given_record(run) or find_record((filing or _inventory_filing(inventory)).absolute(), run)
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


def _inventory_filing(inventory: Path | None) -> Path:
    """The inventory's website_filing, as ansible-inventory tells it; ./filing without inventory or setting."""
    if inventory is None and not Path(DEFAULT_INVENTORY).exists():
        return DEFAULT_FILING
    path = find_inventory(inventory)
    command = [f'{ansible_directory()}/ansible-inventory', '-i', str(path), '--list']
    listing = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if listing.returncode:
        raise UsageProblem([say('report.no_filing', path=path, reason=listing.stderr.strip()[-500:])])
    hosts = json.loads(listing.stdout).get('_meta', {}).get('hostvars', {})
    found = {str(values['website_filing']) for values in hosts.values() if values.get('website_filing')}
    if len(found) > 1 or any('{{' in value for value in found):
        raise UsageProblem([say('report.no_filing', path=path, reason=f'website_filing: {", ".join(sorted(found))}')])
    return Path(found.pop()).expanduser() if found else DEFAULT_FILING
