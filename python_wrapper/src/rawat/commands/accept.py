# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat accept`: close the procedure with a receipt, or give a report back for correction."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.formats import moment

from rawat.filing import filing_directory
from rawat.options import AsJson, Filing, Inventory, LateReasons
from rawat.request import OK, SITE_FAILED, UsageProblem
from rawat.summary import print_json
from rawat.terminal import complain, language, say

CLOSING = ('5', '6')  # the steps of the procedure that are not in the report


def accept(
    number: Annotated[str, typer.Argument(metavar='NUMBER', help=say('help.accept_number'), show_default=False)],
    name: Annotated[str, typer.Option('--as', metavar='NAME', help=say('help.accept_as'), show_default=False)],
    identity: Annotated[
        str | None, typer.Option('--id', metavar='ID', help=say('help.person_id'), show_default=False)
    ] = None,
    position: Annotated[
        str | None, typer.Option('--position', metavar='TEXT', help=say('help.position'), show_default=False)
    ] = None,
    remark: Annotated[
        str | None, typer.Option('--remark', metavar='TEXT', help=say('help.accept_remark'), show_default=False)
    ] = None,
    late_reasons: LateReasons = None,
    returned: Annotated[
        str | None, typer.Option('--return', metavar='REASON', help=say('help.accept_return'), show_default=False)
    ] = None,
    inventory: Inventory = None,
    filing: Filing = None,
    as_json: AsJson = False,
) -> None:
    by = {'name': name, 'id': identity, 'position': position}
    reasons = _reasons(late_reasons or [])
    if returned is not None and (remark or reasons):
        raise UsageProblem([say('accept.either')])
    folder = filing_directory(filing, inventory)
    whole = _whole_number(folder, number)
    try:
        if returned is not None:
            shown = _give_back(folder, whole, returned, by)
        else:
            shown = _accept(folder, whole, by, remark, reasons)
    except (RawatError, OSError) as error:
        raise typer.Exit(_failed(error, as_json)) from error
    _show(shown, as_json)


def _reasons(given: list[str]) -> dict[int, str]:
    from ansible_collections.rawat.website.plugins.module_utils.procedure.answers import late_reasons

    reasons, unusable = late_reasons(given)
    unusable += [f'{step}={text}' for step, text in reasons.items() if step not in CLOSING]
    if unusable:
        raise UsageProblem([say('accept.reason_form', value=value) for value in unusable])
    return {int(step): text for step, text in reasons.items()}


def _whole_number(filing: Path, number: str) -> str:
    """The number as the register writes it; UsageProblem when it has no such report."""
    from ansible_collections.rawat.website.plugins.module_utils.register import (
        Register,
        RegisterBroken,
        RegisterError,
    )

    try:
        return str(Register(str(filing)).entry(number)['number'])
    except RegisterBroken:
        return number  # the lock finds it again, and says so
    except RegisterError as error:
        raise UsageProblem([str(error)]) from error


def _operator() -> dict[str, Any]:
    from ansible_collections.rawat.website.plugins.module_utils.procedure.operator import operator

    return operator()


def _accept(
    filing: Path, number: str, by: dict[str, Any], remark: str | None, reasons: dict[int, str]
) -> tuple[dict[str, Any], list[str]]:
    from ansible_collections.rawat.website.plugins.module_utils.issuing.accept import accept as close

    closed = close(str(filing), number, by, remark=remark, late_reasons=reasons, operator=_operator())
    receipt, row = closed['receipt'], closed['row']
    paths = {Path(name).suffix[1:]: os.path.join(closed['folder'], name) for name in closed['documents']}
    facts = {
        'number': number, 'state': 'accepted', 'accepted': receipt['accepted'], 'receipt': paths,
        'deadlines': row['deadlines'], 'row': row['row'], 'problems': closed['problems'],
    }  # fmt: skip
    at = moment(receipt['accepted']['at'], language(), receipt['utc_offset_minutes'])
    lines = [say('accept.done', number=number, name=receipt['accepted']['by']['name'], at=at)]
    if row['deadlines']['judged']:
        lines.append(say('accept.deadlines', **row['deadlines']))
    for step in receipt['steps']:
        if step['met'] is False and not step['reason']:
            due = moment(step['deadline'], language(), receipt['utc_offset_minutes'])
            lines.append(say('accept.late', step=step['number'], deadline=due))
    paper = paths.get('pdf') or paths.get('html') or paths['json']
    return facts, [*lines, *closed['problems'], say('accept.receipt', path=paper)]


def _give_back(filing: Path, number: str, reason: str, by: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    from ansible_collections.rawat.website.plugins.module_utils.issuing.accept import give_back

    row = give_back(str(filing), number, reason, by, _operator())
    facts = {'number': number, 'state': 'returned', 'reason': row['reason'], 'row': row['row']}
    return facts, [say('accept.returned', number=number, reason=row['reason'])]


def _show(shown: tuple[dict[str, Any], list[str]], as_json: bool) -> None:
    facts, lines = shown
    if as_json:
        print_json({'exit_code': OK, **facts})
        return
    from ansible_collections.rawat.website.plugins.module_utils.formats import printable

    for line in lines:
        typer.echo(printable(line))


def _failed(error: Exception, as_json: bool) -> int:
    """Say why the report was not closed; the exit code."""
    from ansible_collections.rawat.website.plugins.module_utils.issuing.accept import Refused

    reason = error.text(language()) if isinstance(error, Refused) else str(error)
    if as_json:
        print_json({'exit_code': SITE_FAILED, 'errors': [reason]})
    complain([reason])
    return SITE_FAILED
