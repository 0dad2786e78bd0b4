# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The register as files: the book for spreadsheets and for paper, and the list of what may be destroyed."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.procedure import office as offices
from ansible_collections.rawat.website.plugins.module_utils.record import replace_file
from ansible_collections.rawat.website.plugins.module_utils.register import Register

from rawat.request import UsageProblem
from rawat.summary import print_json
from rawat.terminal import language, say

FORMATS = ('csv', 'xlsx', 'html', 'pdf')
SHEETS = ('csv', 'xlsx')
PAPERS = ('html', 'pdf')  # of the list of what may be destroyed, which is to be signed
Row = dict[str, Any]


def export(
    filing: Path, formats: str | None, output: Path, *, year: int | None, words: list[str], due: bool, as_json: bool
) -> None:
    """Write the book (or, `due`, the destruction list) in each of the formats, and say where. UsageProblem."""
    chosen = _formats(formats or 'html', PAPERS if due else FORMATS)
    book = Register(str(filing))
    if not Path(book.path).is_file():
        raise UsageProblem([say('register.none', path=filing)])
    rows = book.rows()
    files = _destruction(filing, rows, chosen) if due else _book(filing, book, _of(rows, book, words, year), chosen)
    paths = [str(_write(output, name.format(year=f'-{year}' if year else ''), files[name])) for name in files]
    if as_json:
        print_json({'exit_code': 0, 'files': paths})
    else:
        for path in paths:
            print(say('register.written', path=path))


def _formats(text: str, known: tuple[str, ...]) -> list[str]:
    chosen = [name.strip().lower() for name in text.split(',') if name.strip()]
    wrong = [name for name in chosen if name not in known]
    if wrong or not chosen:
        raise UsageProblem([say('register.format', value=text, known=', '.join(known))])
    return chosen


def _of(rows: list[Row], book: Register, words: list[str], year: int | None) -> list[Row]:
    """The rows about the numbers that were searched for; recaps belong to the whole book."""
    if not words and year is None:
        return rows
    numbers = {entry['number'] for entry in book.search(words, year)}
    recaps = [row['row'] for row in rows if row['kind'] == 'recap' and not words and str(row['month'])[:4] == str(year)]
    return [row for row in rows if row['number'] in numbers or row['row'] in recaps]


def _book(filing: Path, book: Register, rows: list[Row], formats: list[str]) -> dict[str, bytes]:
    from ansible_collections.rawat.website.plugins.module_utils.paper.views import book as view

    office, offset = _office(filing, book.entries())
    files = {}
    for form in formats:
        if form in SHEETS:
            files[f'register{{year}}.{form}'] = _sheet(view.table(rows, language(), offset), form)
        else:
            files[f'register{{year}}.{form}'] = _paper(view.book(rows, office, language(), offset), form, office)
    return files


def _destruction(filing: Path, rows: list[Row], formats: list[str]) -> dict[str, bytes]:
    from ansible_collections.rawat.website.plugins.module_utils.paper.views import destruction as view

    office, offset = _office(filing, Register(str(filing)).entries())
    today = time.strftime('%Y-%m-%d', time.gmtime(time.time() + offset * 60))
    document = view.destruction(view.proposed(rows, today), office, language(), today)
    return {f'destruction-{today}.{form}': _paper(document, form, office) for form in formats}


def _office(filing: Path, entries: list[dict[str, Any]]) -> tuple[dict[str, Any], int]:
    """(settings of the office, minutes east of UTC) as the newest record has them; without one, the defaults."""
    for entry in reversed(entries):
        try:
            record = json.loads((filing / entry['report']['folder'] / 'record.json').read_bytes())
            return offices.settle(record.get('office')), record['run']['utc_offset_minutes']
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return offices.settle(None), 0


def _sheet(table: dict[str, Any], form: str) -> bytes:
    from ansible_collections.rawat.website.plugins.module_utils.paper import PaperMissing, sheets

    try:
        return sheets.csv(table) if form == 'csv' else sheets.xlsx(table, table['title'])
    except PaperMissing as error:
        raise UsageProblem([str(error)]) from error


def _paper(document: dict[str, Any], form: str, office: dict[str, Any]) -> bytes:
    from ansible_collections.rawat.website.plugins.module_utils import paper

    try:
        return paper.render(document, form, {}, office)
    except paper.PaperError as error:
        raise UsageProblem([str(error)]) from error


def _write(output: Path, name: str, content: bytes) -> Path:
    try:
        output.mkdir(parents=True, exist_ok=True)
        replace_file(str(output / name), content)
    except OSError as error:
        raise UsageProblem([say('usage.cannot_write', path=output, reason=error)]) from error
    return (output / name).absolute()
