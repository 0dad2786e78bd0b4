# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recap, executive summary, register book and destruction list as data: what stands on them, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.issuing.recap import gather
from ansible_collections.rawat.website.plugins.module_utils.paper.views import book, destruction, recap, summary
from ansible_collections.rawat.website.plugins.module_utils.paper.views.recap_words import FINDINGS, percent
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words
from ansible_collections.rawat.website.plugins.module_utils.register import Register
from unit import samples
from unit.filings import OFFSET, Filing, inventory, steps

NOW = '2026-02-02T02:00:00Z'
BOTH = pytest.mark.parametrize('language', ['id', 'en'])


@pytest.fixture
def filing(tmp_path: Path) -> Filing:
    """January: one good site, one late and failed, one of another server that was never done."""
    found = Filing(tmp_path)
    good = samples.drill('A', finished='2026-01-12T03:00:00Z')
    found.accept(found.run('2026-01-12', samples.site('peraturan', drill=good)))
    found.run('2026-01-26', samples.failed('berita'), letter='DISP-0002', six=steps({4: 'listrik padam'}))
    return found


def gathered(filing: Filing, *names: str) -> dict[str, Any]:
    return gather(str(filing.root), '2026-01', inventory(*names), filing.office, OFFSET, NOW)


def texts(document: Any) -> list[str]:
    """Every text of a document, in its order."""
    if isinstance(document, str):
        return [document]
    values = document.values() if isinstance(document, dict) else document if isinstance(document, list) else []
    return [text for value in values for text in texts(value)]


def whole(document: Any) -> str:
    return '\n'.join(texts(document))


def table_of(document: dict[str, Any]) -> dict[str, Any]:
    (found,) = [block for block in document['blocks'] if block['type'] == 'table']
    return dict(found)


def cells(row: list[Any]) -> list[str]:
    return [' '.join(span['text'] for span in cell) for cell in row]


def test_the_recap_has_the_columns_of_the_procedure_and_a_totals_row(filing: Filing) -> None:
    document = recap.recap(gathered(filing, 'peraturan', 'berita', 'ejurnal'), 'id')
    found = table_of(document)
    assert found['heads'] == [
        'No.', 'Situs', 'Disposisi', 'Register', 'Cadangan DB', 'Cadangan web', 'Ukuran', 'Salinan OK',
        'Uji pulih terakhir', 'RTO', 'Waktu baku', 'Keterangan',
    ]  # fmt: skip
    first, second, third, total = (cells(row) for row in found['rows'])
    assert first[1:9] == [
        'peraturan web1.example.go.id', 'DISP-0001', '0001/BKP/2026', '1/1', '1/1', '83,0 MiB', '1/1',
        '12 Januari 2026 nilai A',
    ]  # fmt: skip
    assert (first[10], second[10], third[10]) == ('5/5', '3/5', formats.NOTHING)
    assert third[11].startswith('TIDAK DILAKSANAKAN tidak ada pencadangan pada bulan ini')
    assert second[11].startswith('GAGAL tidak satu pun dari 1 pencadangan berhasil')
    assert (total[1], total[4], total[10]) == ('JUMLAH', '1/2', '8/10')
    assert total[11] == '1 dari 3 situs inventaris dicadangkan'
    assert document['orientation'] == 'landscape'


@BOTH
def test_the_tip_of_the_register_and_what_is_policy_stand_on_the_recap(filing: Filing, language: str) -> None:
    tip = Register(str(filing.root)).tip()
    text = whole(recap.recap(gathered(filing, 'peraturan'), language))
    assert tip in text
    assert tip[:16] in recap.recap(gathered(filing, 'peraturan'), language)['foot']
    assert ('Kebijakan, bukan SOP' if language == 'id' else 'Policy, not SOP') in text
    assert ('tanpa nomor yang terlewat' if language == 'id' else 'no number is missing') in text


@BOTH
def test_every_finding_has_its_sentence(language: str) -> None:
    say = Words(language, OFFSET)
    values = {
        'date': '2026-01-12', 'days': 8, 'policy': 7, 'rto_milliseconds': 1000, 'register': None, 'number': 4, 'ok': 1,
        'of': 2, 'count': 1,
    }  # fmt: skip
    for what in FINDINGS:
        told = recap.full({'what': what, 'values': values, 'evidence': 'x' * 500, 'level': 'red'}, say, 20)
        assert '{' not in told
        assert 'x' * 20 + say('recap.cut') in told


def test_a_late_step_without_a_reason_says_that_there_is_none(filing: Filing) -> None:
    filing.run('2026-01-28', samples.site('arsip'), six=steps({2: None}))
    assert 'langkah 2 pada 0003/BKP/2026 terlambat: alasan belum diisi' in whole(
        recap.recap(gathered(filing, 'arsip'), 'id')
    )


def test_a_hostile_error_is_printed_visibly(filing: Filing) -> None:
    hostile = 'Got \u202eevil\u202c\n=HYPERLINK("http://x")'
    filing.run('2026-01-28', samples.failed('arsip') | {'error': hostile})
    text = whole(recap.recap(gathered(filing, 'arsip'), 'id'))
    assert ('\u202e' in text, '\\u202eevil' in text) == (False, True)


@BOTH
def test_the_sheet_has_a_number_wherever_one_can_be_added_up(filing: Filing, language: str) -> None:
    found = recap.table(gathered(filing, 'peraturan', 'berita', 'ejurnal'), language)
    assert {len(row) for row in found['rows']} == {len(found['heads'])}
    assert len(found['rows']) == 4
    assert len(set(found['heads'])) == len(found['heads'])
    assert found['rows'][0][6:13] == [1, 1, 1, 1, 87_000_000, 1, 1]
    assert found['rows'][0][15] == 4
    assert found['rows'][2][3] == ('TIDAK DILAKSANAKAN' if language == 'id' else 'NOT DONE')


@BOTH
def test_the_summary_has_four_figures_and_one_sentence(filing: Filing, language: str) -> None:
    document = summary.summary(gathered(filing, 'peraturan', 'berita', 'ejurnal'), language)
    (figures,) = [block['items'] for block in document['blocks'] if block['type'] == 'figures']
    assert [figure for figure, _label in figures] == ['1/3', '1/2', '1/3', '8/10']
    (lead,) = [block for block in document['blocks'] if block['type'] == 'paragraph' and block['style'] == 'lead']
    sentence = lead['spans'][1]['text']
    assert (sentence.count('.'), sentence[-1]) == (1, '.')
    expected = '1 dari 3 situs terbukti dapat dipulihkan, 2 belum; 2 situs tanpa cadangan yang baik bulan ini'
    assert sentence.startswith(expected if language == 'id' else '1 of 3 sites are proven to be recoverable')


def test_the_summary_explains_its_only_technical_word_and_shows_no_evidence(filing: Filing) -> None:
    text = whole(summary.summary(gathered(filing, 'peraturan', 'berita'), 'id'))
    assert '¹ RTO: waktu yang diperlukan' in text
    assert 'mariadb-dump' not in text
    assert Register(str(filing.root)).tip() in text


def test_the_summary_lists_red_before_yellow_and_at_most_a_page(filing: Filing) -> None:
    names = [f'situs-{number:03d}' for number in range(100)]
    document = summary.summary(gathered(filing, 'peraturan', *names), 'id')
    rows = [cells(row) for row in table_of(document)['rows']]
    assert len(rows) == summary.LISTED
    assert {row[0] for row in rows} == {'MERAH'}
    # 'berita' ran, too, and is no longer in the inventory; 'peraturan' waits longer than a week.
    assert 'Masih ada 94 situs lain (93 merah, 1 kuning)' in whole(document)


def test_decisions_are_asked_for_and_named(filing: Filing) -> None:
    text = whole(summary.summary(gathered(filing, 'peraturan', 'ejurnal'), 'id'))
    for expected in (
        'Penugasan pencadangan bagi', 'Perbaikan penyebab kegagalan pada 1 situs: berita.', 'Penjadwalan uji pulih',
        'Penetapan apakah 1 situs masih dipelihara: berita.', 'Penerimaan 1 laporan yang masih terbuka: 0002/BKP/2026.',
    ):  # fmt: skip
        assert expected in text


def test_a_month_without_anything_to_say_says_so(tmp_path: Path) -> None:
    empty = Filing(tmp_path)
    assert 'Tidak ada situs dalam inventaris' in whole(recap.recap(gathered(empty), 'id'))
    assert 'Tidak ada situs dalam inventaris.' in whole(summary.summary(gathered(empty), 'id'))


@pytest.mark.parametrize(
    ('part', 'of', 'expected'),
    [(59, 60, '98,3%'), (12, 12, '100%'), (9999, 10000, '99,9%'), (0, 0, formats.NOTHING), (0, 5, '0%')],
)
def test_a_share_is_rounded_down(part: int, of: int, expected: str) -> None:
    assert percent(part, of, Words('id', 0)) == expected


@BOTH
def test_the_register_book_has_25_columns_and_a_line_for_every_row(filing: Filing, language: str) -> None:
    filing.append('note', '0001/BKP/2026', text='=1+1')
    rows = Register(str(filing.root)).rows()
    found = book.table(rows, language, OFFSET)
    assert len(found['heads']) == len(set(found['heads'])) == 25
    assert [len(line) for line in found['rows']] == [25] * 4
    assert [line[23] for line in found['rows']] == [row['previous'] for row in rows]
    hashes = [line[24] for line in found['rows']]
    assert hashes == [*(row['previous'] for row in rows[1:]), Register(str(filing.root)).tip()]
    report, receipt, _second, note = found['rows']
    assert (report[0], report[4], report[20]) == ('0001/BKP/2026', 'peraturan (web1.example.go.id)', 'Ratna Wulandari')
    assert receipt[22] == ('tanda terima 0001/BKP/2026' if language == 'id' else 'receipt of 0001/BKP/2026')
    assert note[22].endswith('0001/BKP/2026: =1+1')


@BOTH
def test_the_printed_book_has_every_row_hash(filing: Filing, language: str) -> None:
    rows = Register(str(filing.root)).rows()
    text = whole(book.book(rows, filing.office, language, OFFSET))
    assert all(row['previous'] in text for row in rows)
    assert Register(str(filing.root)).tip() in text
    assert whole(book.book([], filing.office, language))


def test_only_what_is_past_its_retention_and_not_held_is_proposed(filing: Filing) -> None:
    filing.run('2026-01-28', samples.site('arsip'))
    filing.append('hold', '0003/BKP/2026', reason='perkara')
    rows = Register(str(filing.root)).rows()
    until = {row['number']: row['retention_until'] for row in rows if row['kind'] == 'report'}
    assert destruction.proposed(rows, until['0001/BKP/2026']) == []
    found = destruction.proposed(rows, '2030-01-01')
    assert [(entry['number'], entry['accepted']) for entry in found] == [
        ('0001/BKP/2026', True),
        ('0002/BKP/2026', False),
    ]
    filing.append('release', '0003/BKP/2026', reason='selesai')
    assert len(destruction.proposed(Register(str(filing.root)).rows(), '2030-01-01')) == 3


@BOTH
def test_the_list_proposes_and_is_signed_by_three(filing: Filing, language: str) -> None:
    entries = destruction.proposed(Register(str(filing.root)).rows(), '2030-01-01')
    document = destruction.destruction(entries, filing.office, language)
    text = whole(document)
    assert ('adalah usul' if language == 'id' else 'is a proposal') in text
    assert ('laporan belum diterima' if language == 'id' else 'the report was never accepted') in text
    (signatures,) = [block for block in document['blocks'] if block['type'] == 'signatures']
    assert len(signatures['people']) == 3
    assert whole(destruction.destruction([], filing.office, language, '2030-01-01'))


def test_documents_are_plain_data(filing: Filing) -> None:
    found = gathered(filing, 'peraturan')
    for document in (recap.recap(found, 'id'), summary.summary(found, 'id')):
        assert json.loads(json.dumps(document)) == document
