# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat repository rotate-key`: a new password for a restic repository, in two steps between which both are good."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING

from rawat.commands.repository.showing import run, show
from rawat.options import AsJson, Extra, Inventory, Only, Timeout, Verbose
from rawat.request import UsageProblem, write_private
from rawat.terminal import say, styled, table

DEFAULT_FILE = Path('new-repository-password')
BYTES = 32  # of randomness in a password that we make


def rotate_key(
    inventory: Inventory = None,
    only: Only = None,
    new_password_file: Annotated[
        Path | None,
        typer.Option('--new-password-file', metavar='FILE', help=say('help.new_password_file'), show_default=False),
    ] = None,
    finish: Annotated[bool, typer.Option('--finish', help=say('help.finish_keys'))] = False,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
) -> None:
    variables: dict[str, object] = {'repository_action': 'finish_keys'}
    path = (new_password_file or DEFAULT_FILE).absolute()
    if not finish:
        _require_password(path)
        variables = {'repository_action': 'add_key', 'repository_new_password_file': str(path)}
    session = run(variables, inventory, only, extra, as_json, verbose, timeout)
    code = show(session, as_json, _table, lambda entries: _advice(entries, path, finish))
    raise typer.Exit(code)


def _require_password(path: Path) -> None:
    """The file with the new password: kept when it is there, so that a run that was cut off can go on; else made."""
    try:
        if not path.exists():
            write_private(path, secrets.token_urlsafe(BYTES) + '\n')
        elif path.stat().st_mode & 0o077:
            raise UsageProblem([say('usage.password_file_open', path=path)])
    except OSError as error:
        raise UsageProblem([say('usage.password_file', path=path, reason=error.strerror)]) from error


def _advice(entries: list[dict[str, Any]], path: Path, finish: bool) -> list[str]:
    """What is to be done next; nothing where something failed."""
    if any(entry.get('outcome') != 'ready' for entry in entries):
        return [say('rekey.old_still_good')] if not finish else []
    if finish:
        return [say('rekey.finished')]
    return [*say('rekey.put_into_vault', path=path).splitlines(), say('rekey.then_finish')]


def _table(entries: list[dict[str, Any]]) -> Any:
    result = table('host', 'location', 'outcome', 'key', 'created', 'made_on')
    for entry in entries:
        for key in entry.get('keys') or [{}]:
            name = f'{key["id"]}{" *" if key["current"] else ""}' if key else NOTHING
            cells = (str(entry.get('host')), str(entry.get('location') or NOTHING), say(_word(entry)), name)
            result.add_row(*map(styled, cells), styled(str(key.get('created') or NOTHING)), styled(_maker(key)))
    return result


def _word(entry: dict[str, Any]) -> str:
    if entry.get('outcome') != 'ready':
        return 'outcome.failed'
    if 'added' in entry:
        return 'rekey.added' if entry['added'] else 'rekey.was_there'
    return 'rekey.removed' if entry.get('removed') else 'rekey.nothing_to_remove'


def _maker(key: dict[str, Any]) -> str:
    return f'{key["user"]}@{key["host"]}' if key else NOTHING
