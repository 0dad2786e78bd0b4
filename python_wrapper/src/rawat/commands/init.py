# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat init`: writes a commented inventory to fill in; nothing is ever overwritten."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from rawat.request import DEFAULT_INVENTORY, UsageProblem
from rawat.terminal import say

FILES = ('hosts.yml', 'host_vars/web1.yml', 'group_vars/all/settings.yml')  # in the order in which they are filled in


def init(
    directory: Annotated[Path, typer.Argument(metavar='[DIRECTORY]', help=say('help.directory'))] = Path(
        DEFAULT_INVENTORY
    ),
) -> None:
    if directory.exists() or directory.is_symlink():
        raise UsageProblem([say('usage.exists', path=directory)])
    starter = resources.files('rawat') / 'starter'
    try:
        for name in FILES:
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(starter.joinpath(name).read_text(encoding='utf-8'), encoding='utf-8')
    except OSError as error:
        raise UsageProblem([say('usage.cannot_write', path=directory, reason=error)]) from error
    typer.echo(say('init.written', path=directory))
    for number, name in enumerate(FILES, start=1):
        typer.echo(f'  {number}. {directory / name}')
    typer.echo(say('init.next', path=directory))
