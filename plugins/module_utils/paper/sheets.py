# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables for spreadsheets: CSV as an Indonesian Excel opens it by a double click, and XLSX. A text is never a formula.

A table is {'heads': [str], 'rows': [[str | int | None]]}.
"""

from __future__ import annotations

import csv as comma_separated
import io
import re
import zipfile
from datetime import datetime
from typing import Any, Union

from ansible_collections.rawat.website.plugins.module_utils.formats import printable
from ansible_collections.rawat.website.plugins.module_utils.paper.layout import PaperMissing

Value = Union[str, int, None]
# What a spreadsheet may take for the start of a formula (OWASP, "CSV injection").
FORMULA_STARTS = ('=', '+', '-', '@', '\t', '\r')
WIDEST = 60  # letters; a column of hashes is not made wider
LONGEST = 32767  # characters in a cell of Excel
MODIFIED = re.compile(rb'(<dcterms:modified [^>]*>)[^<]*')
EPOCH = (1980, 1, 1, 0, 0, 0)


def csv(table: dict[str, Any]) -> bytes:
    """UTF-8 with a byte order mark, semicolons, CRLF; a text that could be a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = comma_separated.writer(out, delimiter=';', lineterminator='\r\n')
    writer.writerow([_csv_value(head) for head in table['heads']])
    writer.writerows([[_csv_value(value) for value in row] for row in table['rows']])
    return out.getvalue().encode('utf-8-sig')


def _csv_value(value: Value) -> str:
    if value is None or isinstance(value, int):
        return '' if value is None else str(value)
    # Before `printable`, which would write a tab as \x09 and with that hide what it was.
    guard = "'" if value.startswith(FORMULA_STARTS) else ''
    return guard + printable(value)


def xlsx(table: dict[str, Any], title: str, timestamp: str = '2000-01-01T00:00:00Z') -> bytes:
    """One sheet with a frozen, repeated head, a filter, landscape A4; equal tables give equal bytes.

    Raises PaperMissing without openpyxl.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        message = "XLSX needs the Python package openpyxl, which is not installed here: pip install 'rawat[paper]'"
        raise PaperMissing(message) from None
    book = Workbook()
    when = datetime.strptime(timestamp, '%Y-%m-%dT%H:%M:%SZ')
    book.properties.created = book.properties.modified = when
    book.properties.creator = 'rawat'
    book.properties.title = printable(title)
    sheet = book.active
    sheet.title = _sheet_name(title)
    _fill(sheet, table)
    _dress(sheet, table)
    out = io.BytesIO()
    book.save(out)
    return _repacked(out.getvalue(), timestamp)


def _sheet_name(title: str) -> str:
    """At most 31 characters and none of those which Excel refuses."""
    return ''.join('-' if letter in '[]:*?/\\' else letter for letter in printable(title))[:31].strip("'") or '1'


def _fill(sheet: Any, table: dict[str, Any]) -> None:
    for number, row in enumerate([table['heads'], *table['rows']], 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                # The type is given: openpyxl would make a formula out of a text that starts with '='.
                cell.value = printable(value)[:LONGEST]
                cell.data_type = 's'
                cell.quotePrefix = value.startswith(FORMULA_STARTS)
            else:
                cell.value = value


def _dress(sheet: Any, table: dict[str, Any]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill('solid', fgColor='FFEBEBEB')
        cell.alignment = Alignment(wrap_text=True, vertical='top')
    for column in range(1, len(table['heads']) + 1):
        texts = [str(row[column - 1] or '') for row in [table['heads'], *table['rows']]]
        sheet.column_dimensions[get_column_letter(column)].width = min(WIDEST, max(map(len, texts)) + 2)
    sheet.freeze_panes = 'A2'
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = '1:1'
    sheet.page_setup.orientation = 'landscape'
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.right.text = '&P / &N'


def _repacked(workbook: bytes, timestamp: str) -> bytes:
    """The same parts without the time of writing, which openpyxl puts on every entry and into the properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, 'w') as target:
        for old in source.infolist():
            content = source.read(old)
            if old.filename == 'docProps/core.xml':
                content = _with_time(content, timestamp)
            entry = zipfile.ZipInfo(old.filename, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, content)
    return out.getvalue()


def _with_time(properties: bytes, timestamp: str) -> bytes:
    return MODIFIED.sub(rb'\g<1>' + timestamp.encode(), properties)
