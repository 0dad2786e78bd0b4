# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat check`: from a sheet of paper to the data behind it, offline; the checker itself lies in every archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from ansible_collections.rawat.website.plugins.module_utils.register import checker

from rawat.filing import filing_directory
from rawat.options import AsJson, Filing, Inventory
from rawat.request import UsageProblem
from rawat.summary import print_json
from rawat.terminal import console, language, reader_may_leave, say, styled

COLOURS = {True: 'complete', False: 'failed', None: 'remarks'}


def check(
    what: Annotated[str, typer.Argument(metavar='FILE|CODE|NUMBER', help=say('check.what'), show_default=False)],
    deep: Annotated[bool, typer.Option('--deep', help=say('check.deep'))] = False,
    filing: Filing = None,
    inventory: Inventory = None,
    as_json: AsJson = False,
) -> None:
    try:
        findings = checker.check(what, _register_of(filing, inventory), deep)
    except checker.Problem as problem:
        raise UsageProblem([checker.text(problem.key, language(), **problem.values)]) from problem
    with reader_may_leave():
        if as_json:
            print_json(checker.as_document(findings, language()))
        else:
            _show(findings)
    raise typer.Exit(checker.exit_code(findings))


def _register_of(filing: Path | None, inventory: Path | None) -> str | None:
    """The filing directory: what was given must be one; else ours, where it has a register; else the file's own."""
    directory = filing_directory(filing, inventory)
    given = filing is not None or inventory is not None
    return str(directory) if given or (directory / checker.REGISTER).is_file() else None


def _show(findings: list[checker.Finding]) -> None:
    first, *lines = checker.lines(findings, language())
    out = console()
    out.print(styled(first, COLOURS[not checker.exit_code(findings)]), soft_wrap=True)
    for finding, line in zip(findings, lines):
        out.print(styled(line, COLOURS[finding.ok] if finding.ok is not True else ''), soft_wrap=True)
