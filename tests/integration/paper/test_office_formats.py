# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""DOCX and XLSX as the libraries read them that other people use."""

from __future__ import annotations

import io
import time

import docx as python_docx
import openpyxl
import pytest
from ansible_collections.rawat.website.plugins.module_utils.paper import docx, sheets
from unit.paper import letters

TABLE = {
    'heads': ['No', '=Situs'],
    'rows': [[1, '=HYPERLINK("http://x")'], [None, '-1'], [-3, 'x' * 40000], [4, 'a\x00b']],
}


def test_python_docx_finds_headings_tables_and_pictures() -> None:
    found = python_docx.Document(io.BytesIO(docx.render(letters.report(3))))
    headings = [line.text for line in found.paragraphs if line.style is not None and line.style.name == 'Heading 1']
    assert headings == [
        'A. Dasar penugasan',
        'B. Langkah',
        'C. Ringkasan hasil per situs',
        'Lampiran 1. Rincian per situs',
    ]
    summary = next(table for table in found.tables if table.cell(0, 0).text == 'No' and len(table.columns) == 8)
    assert [row.cells[1].text for row in summary.rows[1:]] == [
        f'situs-{n:03}.direktorat-pengundangan.contoh.go.id\nhttps://situs-{n:03}.direktorat-pengundangan.contoh.go.id/'
        for n in range(3)
    ]
    assert len(found.sections) == 2
    assert found.core_properties.title == 'Laporan Hasil Pemeliharaan Website'
    assert 'Reg. 0007/BKP/2026' in found.sections[0].footer.paragraphs[0].text
    pictures = [part for part in found.part.package.iter_parts() if part.partname.endswith('.png')]
    assert [part.blob[:4] for part in pictures] == [b'\x89PNG']


def test_python_docx_reads_the_troublesome_one() -> None:
    found = python_docx.Document(io.BytesIO(docx.render(letters.troublesome())))
    assert any(letters.NO_BREAK in line.text for line in found.paragraphs)
    assert len(found.tables) > 10


def test_a_text_in_xlsx_is_a_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(sheets.xlsx(TABLE, 'Buku/Register: [2026]'))).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.rows for cell in row if isinstance(cell.value, str)} == {'s'}
    assert sheet['B2'].value == '=HYPERLINK("http://x")'
    assert sheet['B2'].quotePrefix
    assert (sheet['A2'].value, sheet['A3'].value, sheet['A4'].value) == (1, None, -3)
    assert sheet['B5'].value == 'a\\x00b'
    assert len(str(sheet['B4'].value)) == 32767
    assert sheet.title == 'Buku-Register- -2026-'


def test_xlsx_is_fit_for_paper() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(sheets.xlsx(TABLE, 'Buku'))).active
    assert sheet is not None
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ('A2', 'A1:B5', '$1:$1')
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ('landscape', 9)


def test_equal_tables_give_equal_bytes_at_another_time() -> None:
    first = sheets.xlsx(TABLE, 'Buku', '2026-01-31T10:00:00Z')
    time.sleep(2.1)  # a zip counts in two seconds
    assert sheets.xlsx(TABLE, 'Buku', '2026-01-31T10:00:00Z') == first


@pytest.mark.parametrize('rows', [[], [['a', 'b']] * 3000])
def test_no_rows_and_many_rows(rows: list[list[str]]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(sheets.xlsx({'heads': ['x', 'y'], 'rows': rows}, 'x'))).active
    assert sheet is not None
    assert sheet.max_row == len(rows) + 1
