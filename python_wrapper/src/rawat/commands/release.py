# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat release`: ends a hold."""

from __future__ import annotations

from typing import Annotated

import typer

from rawat import holding
from rawat.options import AsJson, Extra, Filing, Inventory, Verbose
from rawat.terminal import say

What = Annotated[str, typer.Argument(metavar='SITE|SITE/POINT|NUMBER', help=say('help.held'), show_default=False)]
Reason = Annotated[str, typer.Option('--reason', metavar='TEXT', help=say('help.reason'), show_default=False)]


def release(
    what: What,
    reason: Reason,
    inventory: Inventory = None,
    filing: Filing = None,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
) -> None:
    raise typer.Exit(holding.change('release', what, reason, inventory, filing, extra, as_json, verbose))
