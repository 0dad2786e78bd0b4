# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat media`: which media there are, who has them, what is due; labels and the stock-take list on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils import paper
from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, date, size
from ansible_collections.rawat.website.plugins.module_utils.issuing.recap_records import local_date
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.media import custody, settings
from ansible_collections.rawat.website.plugins.module_utils.media.settings import MediumError
from ansible_collections.rawat.website.plugins.module_utils.paper.views import media_labels
from ansible_collections.rawat.website.plugins.module_utils.record import replace_file
from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError

from rawat.filing import DEFAULT_FILING
from rawat.inventory import Inventory as Sites
from rawat.options import AsJson, Filing, Inventory
from rawat.request import OK, SITE_FAILED, UsageProblem, find_inventory
from rawat.summary import print_json
from rawat.terminal import console, language, reader_may_leave, say, styled, table

media = typer.Typer(help=say('help.media'), no_args_is_help=True)
Label = Annotated[str, typer.Argument(metavar='LABEL', help=say('help.media_label'))]
By = Annotated[str, typer.Option('--by', metavar='NAME', help=say('help.media_by'))]
Where = Annotated[str, typer.Option('--where', metavar='PLACE', help=say('help.media_where'))]
Output = Annotated[Path, typer.Option('--output', metavar='FILE', help=say('help.media_output'))]
Note = Annotated[str, typer.Option('--note', metavar='TEXT', help=say('help.media_note'), show_default=False)]


class Store:
    """The media of an inventory and what its register says of them. UsageProblem."""

    def __init__(self, inventory: Path | None, filing: Path | None):
        self.source = Sites(find_inventory(inventory))
        self.media = [self._settled(medium) for medium in self.source.setting('website_media') or []]
        self.rotation = self.source.setting('website_media_rotation')
        if wrong := settings.problems(self.media, self.rotation):
            raise UsageProblem(wrong)
        if not self.media:
            raise UsageProblem([say('media.none', path=self.source.path)])
        self.filing = (filing or Path(self.source.setting('website_filing') or DEFAULT_FILING)).expanduser().absolute()

    def _settled(self, medium: Any) -> dict[str, Any]:
        if not isinstance(medium, dict) or not medium.get('label') or not medium.get('uuid'):
            raise UsageProblem([say('media.shape', path=self.source.path)])
        given = {key: medium.get(key) for key in settings.MEDIA}
        return {**given, 'max_age_years': medium.get('max_age_years') or settings.MEDIA['max_age_years']['default']}

    def named(self, label: str) -> dict[str, Any]:
        try:
            return settings.named(self.media, label)
        except MediumError as error:
            raise UsageProblem([str(error)]) from error

    def overview(self) -> dict[str, Any]:
        """See custody.overview."""
        today = settings.day(local_date(utc(), self.source.offset()))
        try:
            return custody.overview(self.media, Register(str(self.filing)).rows(), self.rotation, today)
        except RegisterError as error:
            raise UsageProblem([str(error)]) from error


@media.command('list', help=say('help.media_list'))
def list_media(inventory: Inventory = None, filing: Filing = None, as_json: AsJson = False) -> None:
    found = Store(inventory, filing).overview()
    with reader_may_leave():
        if as_json:
            print_json({'exit_code': OK, **found})
        else:
            _show(found['media'])


@media.command('due', help=say('help.media_due'))
def due(inventory: Inventory = None, filing: Filing = None, as_json: AsJson = False) -> None:
    found = Store(inventory, filing).overview()
    code = SITE_FAILED if found['due'] else OK
    with reader_may_leave():
        if as_json:
            print_json({'exit_code': code, **found})
        else:
            for line in [_due_line(found), *_warnings(found['media'])]:
                typer.echo(line)
    raise typer.Exit(code)


@media.command('take', help=say('help.media_take'))
def take(
    label: Label, by: By, where: Where, note: Note = '', inventory: Inventory = None, filing: Filing = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    _move(custody.take, 'media.taken', label, by, where, note, inventory, filing, as_json)


@media.command('return', help=say('help.media_return'))
def give_back(
    label: Label, by: By, where: Where, note: Note = '', inventory: Inventory = None, filing: Filing = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    _move(custody.give_back, 'media.returned', label, by, where, note, inventory, filing, as_json)


def _move(enter: Any, key: str, label: str, by: str, where: str, note: str, inventory: Path | None,
          filing: Path | None, as_json: bool) -> None:  # fmt: skip
    """Enter one row, and say so."""
    store = Store(inventory, filing)
    medium = store.named(label)
    try:
        row = enter(str(store.filing), medium, by, where, note)
    except RegisterError as error:
        raise UsageProblem([str(error)]) from error
    if as_json:
        print_json({'exit_code': OK, 'row': row})
    else:
        typer.echo(say(key, label=medium['label'], by=row['by'], where=row['where'], row=row['row']))


@media.command('labels', help=say('help.media_labels'))
def labels(
    output: Annotated[Path, typer.Option('--output', metavar='FILE', help=say('help.media_output'))] = Path(
        'media.pdf'
    ),
    inventory: Inventory = None,
    filing: Filing = None,
    as_json: AsJson = False,
) -> None:
    _print(media_labels.labels, output, inventory, filing, as_json)


@media.command('checklist', help=say('help.media_checklist'))
def checklist(
    output: Annotated[Path, typer.Option('--output', metavar='FILE', help=say('help.media_output'))] = Path(
        'opname.pdf'
    ),
    inventory: Inventory = None,
    filing: Filing = None,
    as_json: AsJson = False,
) -> None:
    _print(media_labels.checklist, output, inventory, filing, as_json)


def _print(view: Any, output: Path, inventory: Path | None, filing: Path | None, as_json: bool) -> None:
    """Draw a sheet in the format that the name of its file says."""
    store = Store(inventory, filing)
    form = output.suffix.lstrip('.').lower()
    if form not in paper.FORMATS:
        raise UsageProblem([say('media.bad_format', path=output, known=', '.join(paper.FORMATS))])
    office = store.source.office()
    words = store.source.setting('website_language') or 'id'
    document = view(store.overview(), office, words, utc(), store.source.offset())
    try:
        replace_file(str(output), paper.render(document, form, None, office))
    except (paper.PaperError, OSError) as error:
        raise UsageProblem([say('media.not_drawn', path=output, reason=error)]) from error
    if as_json:
        print_json({'exit_code': OK, 'file': str(output.absolute())})
    else:
        typer.echo(say('media.drawn', path=output.absolute()))


def _show(found: list[dict[str, Any]]) -> None:
    result = table('medium', 'set', 'inventory_number', 'exported', 'sites', 'free', 'holder', 'where', numbers=(5,))
    for medium in found:
        now = medium['state']
        names = ', '.join(sorted({str(site['site']) for site in now['sites']}))
        cells = [
            medium['label'], medium.get('set'), medium.get('inventory_number'),
            date((now['exported'] or '')[:10], language()), names, size(now['free_bytes'], language()),
            now['holder'] or say('media.at_hand'), now['where'],
        ]  # fmt: skip
        result.add_row(*[styled(str(cell or NOTHING)) for cell in cells])
    out = console()
    out.print(result)
    for line in _warnings(found):
        out.print(styled(line), soft_wrap=True)


def _warnings(found: list[dict[str, Any]]) -> list[str]:
    keys = {'old': 'media.old', 'age_unknown': 'media.age_unknown', 'full': 'media.full', 'empty': 'media.empty'}
    return [
        say(keys[warning], label=medium['label'], since=date(medium.get('in_use_since'), language()),
            years=medium['max_age_years'], free=size(medium['state']['free_bytes'], language()))
        for medium in found
        for warning in medium['warnings']
    ]  # fmt: skip


def _due_line(found: dict[str, Any]) -> str:
    label = found['next'] or NOTHING
    if found['due_on'] is None:
        return say('media.no_rotation', label=label)
    key = 'media.due_now' if found['due'] else 'media.due_later'
    return say(key, label=label, set=found['set'] or NOTHING, date=date(found['due_on'], language()))
