# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code of a record, the place of its seal, and CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import sys

import pytest
from ansible_collections.rawat.website.plugins.module_utils import paper
from ansible_collections.rawat.website.plugins.module_utils.paper import layout, model, seal, sheets
from ansible_collections.rawat.website.plugins.module_utils.register.checker import code_of, code_of_hash
from unit.paper import letters


def test_the_code_is_the_start_of_the_hash_in_base32() -> None:
    digest = hashlib.sha256(b'').hexdigest()
    # printf '' | sha256sum | xxd -r -p | base32
    assert code_of(b'') == code_of_hash(digest) == '4OYMI-QUY7Q-OBJGX-36TEJ'


def test_the_qr_says_number_date_and_hash() -> None:
    assert seal.qr_text('0007/BKP/2026', '2026-01-15', 'ab') == 'SOPBK1|0007/BKP/2026|2026-01-15|sha256:ab'
    assert seal.qr_text(None, '2026-01-15', 'ab') == 'SOPBK1||2026-01-15|sha256:ab'


def test_without_segno_there_is_no_qr_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'segno', None)
    assert (seal.qr_svg('x'), seal.qr_png('x')) == (None, None)


def kinds(document: dict[str, object]) -> list[list[str]]:
    return [[block['type'] for block in section['blocks']] for section in layout.sections(document)]


def test_the_seal_stands_before_the_annexes_or_where_the_view_says() -> None:
    words = model.paragraph('x')
    assert kinds(letters.letter([words])) == [['paragraph', 'seal']]
    assert kinds(letters.letter([words, model.landscape(), words])) == [['paragraph', 'seal'], ['paragraph']]
    placed = letters.letter([words, model.landscape(), model.seal_here(), words])
    assert kinds(placed) == [['paragraph'], ['seal', 'paragraph']]
    assert kinds({**placed, 'seal': None}) == [['paragraph'], ['paragraph']]


def test_turns_of_the_page_that_say_nothing_make_no_page() -> None:
    words = model.paragraph('x')
    assert kinds(letters.letter([model.landscape(), words], orientation='landscape', closing_seal=None)) == [
        ['paragraph']
    ]
    assert kinds(letters.letter([model.landscape(), model.portrait(), words], closing_seal=None)) == [['paragraph']]
    assert kinds(letters.letter([], closing_seal=None)) == [[]]


def test_csv_is_what_an_indonesian_excel_opens() -> None:
    found = sheets.csv({'heads': ['no', 'situs; nama'], 'rows': [[1, 'a"b'], [None, 'c\nd']]})
    assert found == '\ufeffno;"situs; nama"\r\n1;"a""b"\r\n;c\\nd\r\n'.encode()


@pytest.mark.parametrize('words', ['=1+1', '+1', '-1', '@x', '\tx', '\r=1'])
def test_a_text_is_never_a_formula(words: str) -> None:
    rows = list(
        csv.reader(io.StringIO(sheets.csv({'heads': [words], 'rows': [[words]]}).decode('utf-8-sig')), delimiter=';')
    )
    assert [row[0][0] for row in rows] == ["'", "'"]


def test_a_negative_number_stays_a_number() -> None:
    assert sheets.csv({'heads': ['x'], 'rows': [[-5]]}).endswith(b'\r\n-5\r\n')


def test_without_openpyxl_xlsx_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'openpyxl', None)
    with pytest.raises(paper.PaperMissing, match='XLSX needs the Python package openpyxl'):
        sheets.xlsx({'heads': ['x'], 'rows': []}, 'x')
