# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat recap`: the recap of a month, with every site of the inventory, and the executive summary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from ansible_collections.rawat.website.plugins.module_utils import paper
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.issuing import recap_issue
from ansible_collections.rawat.website.plugins.module_utils.issuing.recap import MONTH
from ansible_collections.rawat.website.plugins.module_utils.issuing.recap_records import local_date
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES
from ansible_collections.rawat.website.plugins.module_utils.paper.views.recap import UNFIT_KEYS
from ansible_collections.rawat.website.plugins.module_utils.paper.views.recap_words import month_name, numbers_text
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words

from rawat.filing import DEFAULT_FILING
from rawat.inventory import Inventory as Sites
from rawat.options import AsJson, Filing, Inventory
from rawat.request import OK, SITE_FAILED, UsageProblem, find_inventory
from rawat.summary import print_json
from rawat.terminal import complain, language, reader_may_leave, say

EXTRA = ('pdf', 'xlsx')  # formats that need the paper extra


def recap(
    month: Annotated[str, typer.Argument(metavar='YYYY-MM', help=say('help.month'), show_default=False)],
    inventory: Inventory = None,
    filing: Filing = None,
    formats: Annotated[
        str | None, typer.Option('--format', metavar='FORMATS', help=say('help.recap_formats'), show_default=False)
    ] = None,
    document_language: Annotated[
        str | None, typer.Option('--language', metavar='id|en', help=say('help.language'), show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    if not MONTH.fullmatch(month):
        raise UsageProblem([say('recap.bad_month', value=month)])
    if document_language is not None and document_language not in LANGUAGES:
        raise UsageProblem([say('usage.language', value=document_language)])
    chosen, missing = _formats(formats)
    issued = _issue(Sites(find_inventory(inventory)), month, filing, chosen, document_language)
    found = issued['recap']
    code = SITE_FAILED if found['unfit'] or not found['register']['gap_free'] else OK
    with reader_may_leave():
        if as_json:
            kept = {key: issued[key] for key in ('folder', 'files', 'row', 'recap')}
            print_json({'exit_code': code, 'month': month, 'missing_formats': missing, **kept})
        else:
            _show(issued, missing)
    raise typer.Exit(code)


def _formats(given: str | None) -> tuple[list[str], list[str]]:
    """What to draw, and what is left out because its library is not installed (only when nothing was asked for)."""
    available = paper.available()
    lacking = [form for form in EXTRA if not available[form]]
    if given is None:
        return [form for form in recap_issue.FORMATS if form not in lacking], lacking
    asked = [form.strip().lower() for form in given.split(',') if form.strip()]
    unknown = [form for form in asked if form not in recap_issue.FORMATS]
    if unknown or not asked:
        raise UsageProblem([say('recap.bad_format', value=given, known=', '.join(recap_issue.FORMATS))])
    if absent := [form for form in asked if form in lacking]:
        raise UsageProblem([say('recap.needs_extra', formats=', '.join(absent))])
    return list(dict.fromkeys(asked)), []


def _issue(source: Sites, month: str, filing: Path | None, formats: list[str], words: str | None) -> dict[str, Any]:
    sites, offset, office = source.sites(), source.offset(), source.office()
    now = utc()
    today = local_date(now, offset)
    if month > today[:7]:
        raise UsageProblem([say('recap.future_month', value=month, today=today)])
    names = [site['name'] for site in sites]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UsageProblem([say('recap.sites_twice', path=source.path, names=', '.join(twice))])
    root = (filing or Path(source.setting('website_filing') or DEFAULT_FILING)).expanduser().absolute()
    if not root.is_dir():
        raise UsageProblem([say('recap.no_filing', path=root)])
    chosen = words or source.setting('website_language') or LANGUAGES[0]
    if chosen not in LANGUAGES:
        raise UsageProblem([say('usage.language', value=chosen)])
    try:
        return recap_issue.issue(str(root), month, sites, office, offset, chosen, formats, now)
    except (RawatError, paper.PaperError, OSError) as error:
        raise UsageProblem([say('recap.failed', month=month, reason=error)]) from error


def _show(issued: dict[str, Any], missing: list[str]) -> None:
    """Where it lies and the two figures that matter; what could not be counted goes to stderr."""
    found = issued['recap']
    words = Words(language(), found['utc_offset_minutes'])
    typer.echo(say('recap.issued', month=month_name(found['month'], language()), folder=issued['folder']))
    typer.echo(say('recap.counts', **found['totals']['sites'], numbers=numbers_text(found['register'], words)))
    for path in issued['files'].values():
        typer.echo(f'  {path}')
    if missing:
        complain([say('recap.no_extra', formats=', '.join(missing))])
    complain([f'{say(UNFIT_KEYS[one["what"]], path=one["path"])} ({one["reason"]})' for one in found['unfit']])
    if not found['register']['gap_free']:
        complain([say('recap.gaps', missing=', '.join(found['register']['missing']))])
