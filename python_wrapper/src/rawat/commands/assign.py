# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat assign`: a disposition becomes a file under which runs happen, or completes the run of an emergency."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils import register
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.procedure import assignment as assignments
from ansible_collections.rawat.website.plugins.module_utils.procedure import assignment_file, office
from ansible_collections.rawat.website.plugins.module_utils.procedure.operator import operator
from ansible_collections.rawat.website.plugins.module_utils.restoring.choose import moment

from rawat.filing import filing_directory
from rawat.options import Filing, Inventory
from rawat.request import UsageProblem
from rawat.terminal import language, say

FOLLOWING = ('number', 'date', 'assigner', 'scan')  # what the letter adds that follows an emergency
WIB = datetime.timezone(datetime.timedelta(hours=7))  # the day of a letter; a run is judged in its inventory's own zone


def _text(name: str, metavar: str, help_key: str) -> Any:
    return typer.Option(name, metavar=metavar, help=say(help_key), show_default=False)


def assign(
    number: Annotated[str | None, _text('--number', 'NUMBER', 'help.letter_number')] = None,
    date: Annotated[str | None, _text('--date', 'YYYY-MM-DD', 'help.letter_date')] = None,
    mode: Annotated[str, typer.Option('--mode', metavar='single|standing|emergency', help=say('help.mode'))] = 'single',
    assigner: Annotated[str | None, _text('--assigner', 'NAME', 'help.assigner')] = None,
    assigner_id: Annotated[str | None, _text('--assigner-id', 'ID', 'help.person_id')] = None,
    assigner_position: Annotated[str | None, _text('--assigner-position', 'POSITION', 'help.position')] = None,
    officer: Annotated[str | None, _text('--officer', 'NAME', 'help.officer')] = None,
    officer_id: Annotated[str | None, _text('--officer-id', 'ID', 'help.person_id')] = None,
    officer_position: Annotated[str | None, _text('--officer-position', 'POSITION', 'help.position')] = None,
    sites: Annotated[list[str] | None, _text('--site', 'SITE', 'help.assigned_site')] = None,
    valid_from: Annotated[str | None, _text('--valid-from', 'YYYY-MM-DD', 'help.valid_from')] = None,
    valid_until: Annotated[str | None, _text('--valid-until', 'YYYY-MM-DD', 'help.valid_until')] = None,
    instruction: Annotated[str | None, _text('--instruction', 'TEXT', 'help.instruction')] = None,
    reason: Annotated[str | None, _text('--reason', 'TEXT', 'help.emergency_reason')] = None,
    scan: Annotated[Path | None, _text('--scan', 'FILE', 'help.scan')] = None,
    recorded: Annotated[str | None, _text('--recorded', 'TIME', 'help.recorded')] = None,
    received: Annotated[str | None, _text('--received', 'TIME', 'help.received')] = None,
    output: Annotated[Path | None, _text('--output', 'FILE', 'help.assignment_output')] = None,
    complete: Annotated[str | None, _text('--complete', 'REGISTER_NUMBER', 'help.complete')] = None,
    filing: Filing = None,
    inventory: Inventory = None,
) -> None:
    letter = {
        'number': number, 'date': date, 'mode': mode, 'valid_from': valid_from, 'valid_until': valid_until,
        'assigner': {'name': assigner, 'id': assigner_id, 'position': assigner_position},
        'officer': {'name': officer, 'id': officer_id, 'position': officer_position},
        'sites': sites or [], 'instruction': instruction, 'reason': reason, 'scan': _scan(scan),
        'recorded': _moment('--recorded', recorded) or utc(), 'received': _moment('--received', received),
    }  # fmt: skip
    if complete is not None:
        row = complete_emergency(complete, letter, filing_directory(filing, inventory))
        typer.echo(say('assign.completed', number=row['number'], letter=row['assignment']['number'], row=row['row']))
        return
    path = write_assignment(letter, output)
    typer.echo(say('assign.written', path=path))
    typer.echo(say('assign.next', path=path))


def write_assignment(letter: dict[str, Any], output: Path | None) -> Path:
    """Write the file of a letter that holds; nothing is overwritten. UsageProblem names everything that is wrong."""
    wrong = _problems(letter)
    settled = assignments.settle(letter)
    path = output or Path(f'{_file_name(settled)}.yml')
    if path.exists() or path.is_symlink():
        wrong.append(say('usage.exists', path=path))
    if wrong:
        raise UsageProblem(wrong)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open('x', encoding='utf-8') as handle:
            handle.write(assignment_file.dump(settled, language()))
    except OSError as error:
        raise UsageProblem([say('usage.cannot_write', path=path, reason=error)]) from error
    return path


def complete_emergency(what: str, letter: dict[str, Any], filing: Path) -> register.book.Row:
    """Enter the letter that follows an emergency into the register; returns the row.

    UsageProblem when the letter does not hold, when there is no such number, when it is of no emergency, or when its
    letter is there already.
    """
    wrong = _problems({name: letter[name] for name in FOLLOWING}, required=False)
    if wrong:
        raise UsageProblem(wrong)
    settled = assignments.settle(letter)
    kept = {name: settled[name] for name in FOLLOWING if settled[name]}
    try:
        register.state_of(str(filing), what)  # so that a mistyped directory does not become a register
        with register.writing(str(filing)) as book:
            entry = book.entry(what)
            _check_open(entry, kept)
            return book.append(
                {'kind': 'assignment', 'number': entry['number'], 'assignment': kept, 'operator': operator()}
            )
    except RawatError as error:
        raise UsageProblem([str(error)]) from error


def _check_open(entry: dict[str, Any], letter: dict[str, Any]) -> None:
    """UsageProblem unless the entry is an emergency's whose letter is still to come, and from somebody else."""
    officer = entry['report'].get('officer')
    if assignments.same_person(letter.get('assigner'), {'name': officer}):
        raise UsageProblem([say('assignment.same', officer=officer)])
    assignment = entry['report'].get('assignment') or {}
    known = (entry['assignment'] or {}).get('assignment') or assignment
    if known.get('number'):
        raise UsageProblem([say('assign.already', number=entry['number'], letter=known['number'])])
    if assignment.get('mode') != 'emergency':
        raise UsageProblem([say('assign.no-emergency', number=entry['number'])])


def _problems(letter: dict[str, Any], *, required: bool = True) -> list[str]:
    return assignments.problems(
        letter,
        required=required,
        sites=None,
        today=datetime.datetime.now(WIB).date(),
        office=office.settle(None),
        language=language(),
    )


def _file_name(letter: dict[str, Any]) -> str:
    """A name made of the letter's number, or of the time where an emergency has none yet."""
    text = letter['number'] or f'{letter["mode"]}-{letter["recorded"]}'
    return 'assignment-' + re.sub(r'[^A-Za-z0-9.-]+', '-', text).strip('-.')[:64]


def _scan(path: Path | None) -> dict[str, str] | None:
    try:
        return assignment_file.scan_of(str(path)) if path else None
    except OSError as error:
        raise UsageProblem([say('assign.scan', path=path, reason=error)]) from error


def _moment(option: str, text: str | None) -> str | None:
    """A time with its zone ('2026-01-12 09:12 WIB') in UTC; None for none."""
    if not text:
        return None
    try:
        return utc(moment(text))
    except RawatError as error:
        raise UsageProblem([say('assign.time', option=option, value=text)]) from error
