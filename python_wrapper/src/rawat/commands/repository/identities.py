# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat repository new-identity` and `escrow`: the keys of encrypted archives, and their sheet for the safe."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from ansible_collections.rawat.website.plugins.module_utils import age_keys
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc

from rawat.request import OK, SITE_FAILED, UsageProblem
from rawat.terminal import language, say

REGISTER = 'register.jsonl'  # lies in every filing directory
WIB_MINUTES = 7 * 60
LIMIT = 64 * 1024  # characters of a key file


def new_identity(
    output: Annotated[Path, typer.Option('--output', metavar='FILE', help=say('help.identity_output'))],
) -> None:
    """Written once, readable by its owner alone; a file that is there is never overwritten."""
    identity = age_keys.new_identity()
    recipient = age_keys.recipient_of(identity)
    _write(output, f'# created: {utc()}\n# public key: {recipient}\n{identity}\n'.encode())
    typer.echo(say('identity.written', path=output))
    typer.echo(say('identity.recipient', recipient=recipient))
    typer.echo(say('identity.next', path=output))


def escrow(
    identity: Annotated[Path, typer.Option('--identity', metavar='FILE', help=say('help.escrow_identity'))],
    output: Annotated[
        Path | None, typer.Option('--output', metavar='DIRECTORY', help=say('help.escrow_output'), show_default=False)
    ] = None,
    check: Annotated[
        str | None, typer.Option('--check', metavar='RECIPIENT', help=say('help.escrow_recipient'), show_default=False)
    ] = None,
) -> None:
    secret, recipient = _read(identity, typed=check is not None)
    if check is not None:
        same = recipient == check.strip()
        typer.echo(
            say('escrow.matches', recipient=recipient)
            if same
            else say('escrow.differs', found=recipient, recipient=check.strip())
        )
        raise typer.Exit(OK if same else SITE_FAILED)
    for path in _sheet(secret, recipient, output or Path.cwd()):
        typer.echo(say('escrow.written', path=path))
    typer.echo(say('escrow.print'))


def _sheet(secret: str, recipient: str, folder: Path) -> list[Path]:
    from ansible_collections.rawat.website.plugins.module_utils import paper
    from ansible_collections.rawat.website.plugins.module_utils.paper.views.escrow import escrow as draw

    folder = folder.absolute()
    filing = next((one for one in (folder, *folder.resolve().parents) if (one / REGISTER).exists()), None)
    if filing:
        raise UsageProblem([say('escrow.in_filing', path=folder, filing=filing)])
    formats = ['html', 'pdf'] if paper.available()['pdf'] else ['html']
    if len(formats) == 1:
        typer.echo(say('escrow.no_pdf'), err=True)
    document, written = draw(secret, recipient, utc(), language(), WIB_MINUTES), []
    paths = {form: folder / f'escrow-{recipient[:12]}.{form}' for form in formats}
    there = [path for path in paths.values() if path.exists() or path.is_symlink()]
    if there:
        raise UsageProblem([say('usage.exists', path=path) for path in there])
    for form, path in paths.items():
        _write(path, paper.render(document, form))
        written.append(path)
    return written


def _read(path: Path, *, typed: bool) -> tuple[str, str]:
    """(identity, recipient) of a file with one identity. `typed`: in groups and small letters, as hands write it."""
    try:
        text = sys.stdin.read(LIMIT) if str(path) == '-' else path.read_text(encoding='utf-8')[:LIMIT]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem([say('identity.unreadable', path=path, reason=error)]) from None
    found = age_keys.identities_of(text)
    if typed:
        found = [''.join(''.join(found).split()).upper()] if found else []
    if len(found) > 1:
        raise UsageProblem([say('identity.several', path=path, count=len(found))])
    try:
        (recipient,) = age_keys.recipients_of('\n'.join(found))
    except ValueError as error:
        raise UsageProblem([say('identity.wrong', path=path, reason=error)]) from None
    return found[0], recipient


def _write(path: Path, content: bytes) -> None:
    """A new private file, whole or not at all."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, 'wb') as handle:
            handle.write(content)
            handle.flush()
            os.fsync(descriptor)
    except FileExistsError:
        raise UsageProblem([say('usage.exists', path=path)]) from None
    except OSError as error:
        raise UsageProblem([say('usage.cannot_write', path=path, reason=error.strerror)]) from error
