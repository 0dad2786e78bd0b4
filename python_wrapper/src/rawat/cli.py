# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: wires the verbs of `rawat.commands` together and turns problems into messages and exit codes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rawat.commands.accept import accept
from rawat.commands.assign import assign
from rawat.commands.backup import backup
from rawat.commands.board import board
from rawat.commands.check import check
from rawat.commands.copy import copy
from rawat.commands.demo import demo
from rawat.commands.discover import discover
from rawat.commands.doctor import doctor
from rawat.commands.export import export
from rawat.commands.hold import hold
from rawat.commands.init import init
from rawat.commands.media import media
from rawat.commands.prune import prune
from rawat.commands.recap import recap
from rawat.commands.register import register
from rawat.commands.release import release
from rawat.commands.report import report
from rawat.commands.repository import repository
from rawat.commands.restore import restore
from rawat.commands.status import status
from rawat.commands.verify import verify
from rawat.request import INTERRUPTED, USAGE, UsageProblem
from rawat.summary import print_json
from rawat.terminal import complain, say

app = typer.Typer(help=say('help.rawat'), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for verb in (
    init, discover, doctor, assign, backup, copy, verify, restore, export, prune, status, board, report, accept,
    register, recap, check, demo,
):
    app.command(verb.__name__, help=say(f'help.{verb.__name__}'))(verb)
app.command('hold', help=say('help.hold_verb'))(hold)
app.command('release', help=say('help.release_verb'))(release)
app.add_typer(media, name='media')
app.add_typer(repository, name='repository')


def _show_version(wanted: bool) -> None:
    if wanted:
        from ansible_collections.rawat.website.plugins.module_utils.version import VERSION

        typer.echo(f'rawat {VERSION}')
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option('--version', callback=_show_version, is_eager=True, help=say('help.version'))
    ] = False,
) -> None:
    """Options of the command itself."""


def main() -> None:
    """The entry point: every foreseen problem is one message and one exit code, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors='backslashreplace')  # type: ignore[union-attr]  # paths may hold any byte
    try:
        app()
    except UsageProblem as problem:
        if '--json' in sys.argv[1:]:
            print_json({'exit_code': USAGE, 'errors': problem.lines})
        complain(problem.lines)
        sys.exit(USAGE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
