# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat report`: the documents of a filed run, drawn from its record, for instance in the other language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.formats import printable
from ansible_collections.rawat.website.plugins.module_utils.issuing import outbox
from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES

from rawat import deliveries, redraw
from rawat.filing import filing_directory
from rawat.options import AsJson, Filing, Inventory
from rawat.request import OK, SITE_FAILED, UsageProblem, find_inventory
from rawat.summary import print_json
from rawat.terminal import say


def report(
    run: Annotated[str | None, typer.Argument(metavar='[RUN|NUMBER]', help=say('help.run'), show_default=False)] = None,
    inventory: Inventory = None,
    filing: Filing = None,
    document: Annotated[
        str, typer.Option('--document', metavar='|'.join(redraw.DOCUMENTS), help=say('help.document'))
    ] = redraw.DOCUMENTS[0],
    formats: Annotated[
        str | None, typer.Option('--format', metavar='FORMATS', help=say('help.document_formats'), show_default=False)
    ] = None,
    output: Annotated[
        Path | None, typer.Option('--output', metavar='DIRECTORY', help=say('help.document_output'), show_default=False)
    ] = None,
    language: Annotated[
        str | None, typer.Option('--language', metavar='id|en', help=say('help.language'), show_default=False)
    ] = None,
    standing: Annotated[
        str | None, typer.Option('--standing', metavar='ASSIGNMENT', help=say('help.standing'), show_default=False)
    ] = None,
    deliver: Annotated[bool, typer.Option('--deliver', help=say('help.deliver'))] = False,
    as_json: AsJson = False,
) -> None:
    if language is not None and language not in LANGUAGES:
        raise UsageProblem([say('usage.language', value=language)])
    if document not in redraw.DOCUMENTS:
        raise UsageProblem([say('report.bad_document', value=document, known=', '.join(redraw.DOCUMENTS))])
    if deliver:
        raise typer.Exit(_deliver(find_inventory(inventory), filing, as_json))
    root = filing_directory(filing, inventory)
    if standing is not None:
        raise typer.Exit(_standing(root, standing, as_json))
    found = redraw.find_run(run, root)
    if found.unissued and output is None and document == redraw.DOCUMENTS[0]:
        raise typer.Exit(_issue(found, as_json))
    _draw(found, document, formats, output, language, as_json)


def _draw(
    run: redraw.Run, document: str, formats: str | None, output: Path | None, language: str | None, as_json: bool
) -> None:
    words = language or run.record['run'].get('language') or LANGUAGES[0]
    if output is None and document == redraw.DOCUMENTS[0] and not run.issued:
        there = [form for form in ('html', 'pdf', 'docx') if (run.folder / f'report.{form}').exists()]
        paths = redraw.write_in_place(run, redraw.chosen_formats(formats, there or ['html']), words)
        notes = []
    else:
        paths = redraw.write_beside(run, document, redraw.chosen_formats(formats, _best()), words, output or Path.cwd())
        notes = [say('report.issued', number=run.number, path=run.folder)] if run.issued else []
    if as_json:
        print_json({'exit_code': OK, **_facts(run), 'documents': [str(path) for path in paths], 'issued': run.issued})
        return
    offset = run.record['run'].get('utc_offset_minutes') or 0
    written = [say('report.written', path=path) for path in paths]
    for line in [*written, *notes, *deliveries.of_run(run.folder, offset), *_waits(run)]:
        typer.echo(printable(line))


def _best() -> list[str]:
    from ansible_collections.rawat.website.plugins.module_utils import paper

    return ['pdf'] if paper.available()['pdf'] else ['html']


def _facts(run: redraw.Run) -> dict[str, Any]:
    events = outbox.events(str(run.folder))
    return {
        'record': str(run.path), 'report': str(run.folder / 'report.html'), 'number': run.number, 'deliveries': events,
    }  # fmt: skip


def _waits(run: redraw.Run) -> list[str]:
    """What of this run is still to be delivered."""
    name = run.record['run']['id']
    return deliveries.lines([entry for entry in outbox.waiting(str(run.root)) if entry['run'] == name])


def _issue(run: redraw.Run, as_json: bool) -> int:
    """A run under an assignment that has no row in the register yet gets it now."""
    from ansible_collections.rawat.website.plugins.module_utils.issuing.issue import issue_again

    return _issued(issue_again(str(run.path), str(run.root)), run.root, as_json)


def _standing(root: Path, number: str, as_json: bool) -> int:
    """One report for all runs under a standing assignment."""
    from ansible_collections.rawat.website.plugins.module_utils.issuing.period import period_report

    try:
        return _issued(period_report(str(root), number), root, as_json)
    except RawatError as error:
        raise UsageProblem([str(error)]) from error


def _issued(filed: dict[str, Any], root: Path, as_json: bool) -> int:
    code = OK if filed.get('number') else SITE_FAILED
    deliveries.queue(root, Path(filed['record']).parent)
    if as_json:
        print_json({'exit_code': code, **filed})
        return code
    lines = [say('report.written', path=filed.get('pdf') or filed['report'])]
    if filed.get('number'):
        lines.append(say('end.number', number=filed['number'], code=filed['code']))
    for line in [*lines, *filed['problems']]:
        typer.echo(printable(line))
    return code


def _deliver(inventory: Path, filing: Path | None, as_json: bool) -> int:
    """Try the outbox again; 1 while something waits."""
    sent = deliveries.try_again(inventory, filing and filing.expanduser().absolute())
    code = SITE_FAILED if sent['waiting'] or sent['problems'] else OK
    if as_json:
        print_json({'exit_code': code, **sent})
        return code
    lines = [f'{event["recipient"]}: {event["text"]}' for event in sent['events'] if event['ok']]
    lines += deliveries.lines(sent['waiting'])
    if sent['busy']:
        lines.append(say('delivery.busy'))
    for line in lines or [say('delivery.none')]:
        typer.echo(printable(line))
    return code
