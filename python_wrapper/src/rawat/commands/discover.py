# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat discover`: which sites the servers carry, and which of them nobody backs up. Reads only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from rawat.discover_view import lines_below, site_table, written_lines
from rawat.discovering import Discovery, run
from rawat.options import AsJson, Extra, Forks, Inventory, Timeout, Verbose
from rawat.request import INTERRUPTED, OK, SITE_FAILED, Request, UsageProblem, find_inventory
from rawat.summary import print_json
from rawat.terminal import console, reader_may_leave, say, styled

VAULT_VARIABLE = 'ANSIBLE_VAULT_PASSWORD_FILE'  # Ansible's own


def discover(
    inventory: Inventory = None,
    output: Annotated[
        Path | None,
        typer.Option('--output', metavar='DIRECTORY', help=say('help.discover_output'), show_default=False),
    ] = None,
    vault_password_file: Annotated[
        Path | None,
        typer.Option('--vault-password-file', metavar='FILE', help=say('help.vault_password_file'), show_default=False),
    ] = None,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
    forks: Forks = None,
) -> None:
    if output and (output.is_symlink() or output.exists()) and not _empty(output):
        raise UsageProblem([say('usage.exists', path=output)])
    if vault_password_file:
        if not vault_password_file.is_file():
            raise UsageProblem([say('usage.extra_missing', value=vault_password_file)])
        os.environ[VAULT_VARIABLE] = str(vault_password_file.absolute())
    variables: dict[str, object] = {'discover_output': str(output.absolute())} if output else {}
    request = Request(
        find_inventory(inventory), (), tuple(extra or ()), as_json, verbose, timeout=timeout, forks=forks,
        variables=variables,
    )  # fmt: skip
    found = run(request)
    code = _exit_code(found)
    with reader_may_leave():
        if as_json:
            print_json({'exit_code': code, 'died': found.died, 'errors': found.problems, **found.whole})
        else:
            _show(found, output)
    raise typer.Exit(code)


def _empty(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def _exit_code(found: Discovery) -> int:
    """1 when a site is not wholly protected, or a host told nothing: then nobody knows."""
    if found.died == 'cancelled':
        return INTERRUPTED
    good = all(site['protected'] for site in found.whole['sites']) and not found.whole['hosts']
    return OK if good and not found.died and not found.problems else SITE_FAILED


def _show(found: Discovery, output: Path | None) -> None:
    out: Any = console()
    if found.whole['sites']:
        out.print(site_table(found.whole['sites']))
    lines = lines_below(found.whole) + (written_lines(found.whole, output) if output else [])
    died = [say('end.died', how=say(f'died.{found.died}'))] if found.died else []
    for line in [*lines, *found.problems, *died]:
        out.print(styled(line), soft_wrap=True)
