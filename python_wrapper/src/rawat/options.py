# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that verbs share, in one place: names, meaning, defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rawat.terminal import say

# … | None because Typer evaluates these at run time, and Python 3.9 knows no "X | None".
Inventory = Annotated[
    Path | None,
    typer.Option(
        '--inventory',
        '-i',
        envvar='RAWAT_INVENTORY',
        metavar='INVENTORY',
        help=say('help.inventory'),
        show_default=False,
    ),
]
Only = Annotated[list[str] | None, typer.Option('--only', metavar='SITE', help=say('help.only'), show_default=False)]
Point = Annotated[str | None, typer.Option('--point', metavar='POINT', help=say('help.point'), show_default=False)]
Extra = Annotated[
    list[str] | None,
    typer.Option('-e', '--extra-vars', metavar='KEY=VALUE', help=say('help.extra'), show_default=False),
]
AsJson = Annotated[bool, typer.Option('--json', help=say('help.json'))]
Verbose = Annotated[int, typer.Option('--verbose', '-v', count=True, help=say('help.verbose'), show_default=False)]
Check = Annotated[bool, typer.Option('--check', help=say('help.only_check'))]
Timeout = Annotated[
    int | None,
    typer.Option('--timeout', min=1, metavar='SECONDS', help=say('help.timeout'), show_default=False),
]
Forks = Annotated[int | None, typer.Option('--forks', min=1, metavar='N', help=say('help.forks'), show_default=False)]
Assignment = Annotated[
    Path | None,
    typer.Option('--assignment', metavar='FILE', help=say('help.assignment'), show_default=False),
]
LateReasons = Annotated[
    list[str] | None,
    typer.Option('--late-reason', metavar='STEP=TEXT', help=say('help.late_reason'), show_default=False),
]
Remarks = Annotated[
    list[str] | None, typer.Option('--remark', metavar='TEXT', help=say('help.remark'), show_default=False)
]
Filing = Annotated[
    Path | None,
    typer.Option('--filing', envvar='RAWAT_FILING', metavar='DIRECTORY', help=say('help.filing'), show_default=False),
]
Workers = Annotated[
    list[str] | None,
    typer.Option('--worker', metavar='ssh://[USER@]HOST[:PORT]', help=say('help.worker'), show_default=False),
]
WorkerFiles = Annotated[
    list[Path] | None, typer.Option('--worker-file', metavar='PATH', help=say('help.worker_file'), show_default=False)
]
Failed = Annotated[bool, typer.Option('--failed', help=say('help.failed'))]
Junit = Annotated[Path | None, typer.Option('--junit', metavar='FILE', help=say('help.junit'), show_default=False)]
Summary = Annotated[
    Path | None, typer.Option('--summary', metavar='FILE', help=say('help.summary'), show_default=False)
]
