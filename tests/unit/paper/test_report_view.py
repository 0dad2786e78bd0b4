# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as data: what it must say under the SOP and without, in both languages, and what it must never say."""

from __future__ import annotations

import copy
import hashlib

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.paper.views.report import report
from ansible_collections.rawat.website.plugins.module_utils.register.checker import code_of_hash
from unit import samples, samples_procedure
from unit.paper.document_texts import table_with, text_of, texts

LANGUAGES = ('id', 'en')


def test_the_office_layout_has_its_letter_head_and_both_signers() -> None:
    document = report(samples_procedure.procedure_record(3), 'id')
    assert document['letterhead']['lines'][-1] == 'SUBDIREKTORAT SISTEM INFORMASI'
    head = {name: text_of(value) for name, value in document['head']}
    assert head['Lampiran'].startswith('3 (tiga) berkas')
    assert head['Hal'].startswith('Laporan Hasil Pemeliharaan Website (Backup Database/Web Aplikasi)')
    assert '…' in head['Nomor']  # the registry gives it
    assert document['date_line'] == 'Jakarta, 15 Januari 2026'
    assert document['recipient'] == ['Yth. Subkoordinator Sistem Informasi']
    assert 'Nomor SOP: PPE.171.OT.02.02 Tahun 2025 (revisi 14 Januari 2025)' in document['subtitle']
    (signed,) = [block['people'] for block in document['blocks'] if block['type'] == 'signatures']
    assert [(person['name'], person['identity']) for person in signed] == [
        ('Bambang Prakoso', 'NIP 19800202 200501 1 002'),
        ('Rini Wulandari', 'NIP 19900101 201501 2 001'),
    ]
    assert all(person['room'] >= 26 for person in signed)
    assert 'Tembusan: Koordinator Sistem Informasi; Arsip' in text_of(document)


def test_a_letter_number_is_shown_only_when_the_registry_gave_one() -> None:
    record = samples_procedure.procedure_record(1, office={'letter_number': 'PPE.4-TI.05.03-12'})
    assert 'PPE.4-TI.05.03-12' in text_of(report(record, 'id')['head'])


@pytest.mark.parametrize(
    ('language', 'head', 'words'),
    [('id', 'Terpenuhi', ('Ya', 'TIDAK', 'menunggu')), ('en', 'Met', ('Yes', 'NO', 'pending'))],
)
def test_the_six_steps_stand_with_their_deadlines(language: str, head: str, words: tuple[str, ...]) -> None:
    rows = table_with(report(samples_procedure.procedure_record(3), language), head)
    yes, no, pending = words
    assert [row[-1] for row in rows] == [yes, yes, yes, no, pending, '\u2013']
    assert [row[0] for row in rows] == list('123456')
    # Friday 16 January 2026 is a holiday, so step 5 is due on Monday.
    due = {'id': '19-01-2026 16.00', 'en': '19 Jan 2026 16:00'}[language]
    assert rows[4][-2] == due
    assert '…' in rows[4][3]


def test_a_missed_deadline_has_its_reason_or_says_that_it_has_none() -> None:
    record = samples_procedure.procedure_record(1)
    assert 'rapat dinas pada 14 Januari 2026' in text_of(report(record, 'en'))
    record['steps'][3]['reason'] = None
    assert 'alasan belum diisi' in text_of(report(record, 'id'))
    assert 'no reason was given' in text_of(report(record, 'en'))


def test_the_rule_and_the_holiday_that_moved_a_deadline_are_printed() -> None:
    seen = text_of(report(samples_procedure.procedure_record(1), 'id'))
    for fact in ('hari kerja', '16.00 WIB', '16 Januari 2026', 'Isra Mikraj'):
        assert fact in seen


def test_a_deadline_that_cannot_be_counted_is_never_a_yes() -> None:
    record = samples_procedure.procedure_record(1)
    record['steps'][1].update(deadline=None, met=None)
    rows = table_with(report(record, 'id'), 'Terpenuhi')
    assert rows[1][-1] == 'tidak dapat dinilai'


@pytest.mark.parametrize('count', [1, 3, 100])
def test_every_site_is_in_the_summary_and_in_the_annex(count: int) -> None:
    record = samples_procedure.procedure_record(count)
    document = report(record, 'id')
    rows = table_with(document, 'Salinan terverifikasi')
    assert [row[1].split()[0] for row in rows] == [site['site'] for site in record['sites']]
    titles = [block['text'] for block in document['blocks'] if block['type'] == 'heading' and block['level'] == 2]
    assert len([title for title in titles if title.split('.')[0].isdigit()]) == count


def test_the_status_is_a_word_in_capitals_and_no_colour() -> None:
    rows = table_with(report(samples_procedure.procedure_record(3), 'id'), 'Salinan terverifikasi')
    assert [row[-1] for row in rows] == ['BERHASIL', 'BERHASIL DENGAN CATATAN', 'GAGAL']


def test_targets_are_called_policy_and_a_missed_one_is_said_in_words() -> None:
    record = samples_procedure.procedure_record(1)
    assert 'kebijakan, bukan SOP' in text_of(report(record, 'id'))
    assert 'melebihi sasaran' not in text_of(report(record, 'id'))
    record['sites'][0]['drill']['rto_milliseconds'] = 5 * 3_600_000
    assert 'melebihi sasaran' in text_of(report(record, 'id'))


def test_a_copy_that_nobody_read_back_is_not_called_verified() -> None:
    record = samples_procedure.procedure_record(1)
    copies = [{'location': 'disk-7', 'medium': 'USB', 'verified': None}]
    record['sites'][0].update(copies=copies)
    document = report(record, 'id')
    assert table_with(document, 'Salinan terverifikasi')[0][4] == '1 dari 2'
    assert 'BELUM' in text_of(document)
    record['sites'][0].update(copies=[], test_read=None)
    assert table_with(report(record, 'id'), 'Salinan terverifikasi')[0][4] == '0 dari 1'


def test_what_is_wrong_has_a_proposal_and_a_due_date_that_is_left_to_people() -> None:
    rows = table_with(report(samples_procedure.procedure_record(3), 'en'), 'Follow-up (proposed)')
    assert rows[0][1].startswith('ejurnal')
    assert rows[0][2] == 'PROBLEM'
    assert 'Lost connection' in rows[0][3]
    assert 'repeat step 2' in rows[0][4]
    assert {row[-1] for row in rows} == {'…………'}


def test_an_emergency_without_a_number_is_flagged_with_its_reason() -> None:
    given = samples_procedure.assignment(mode='emergency', number=None, date=None, reason='situs diretas')
    record = samples_procedure.procedure_record(1, assignment=given)
    cause = next(block for block in report(record, 'id')['blocks'] if block.get('style') == 'cause')
    assert 'PENUGASAN DARURAT: situs diretas.' in text_of(cause)
    assert 'dalam satu hari kerja' in text_of(cause)
    assert 'EMERGENCY' in text_of(report(record, 'en'))
    assert 'PENUGASAN DARURAT' not in text_of(report(samples_procedure.procedure_record(1), 'id'))


def test_one_run_of_a_standing_assignment_has_no_number_and_says_why() -> None:
    given = samples_procedure.assignment(mode='standing', valid_from='2026-01-01', valid_until='2026-03-31')
    record = samples_procedure.procedure_record(1, assignment=given, register=None)
    document = report(record, 'id')
    assert 'dicatat pada laporan periodenya' in text_of(document)
    assert document['seal']['number'] == ''
    assert document['foot'].startswith(record['run']['id'])


def test_the_report_on_a_period_counts_its_runs_and_names_their_hashes() -> None:
    record = samples_procedure.procedure_record([samples_procedure.procedure_site(0, 1)])
    record['run']['kind'] = 'period'
    runs = [
        {'run': f'r{day}', 'record_sha256': samples_procedure.digest(str(day)), 'outcome': outcome,
         'started': f'2026-01-0{day}T18:00:00Z', 'sites': {'peraturan': outcome, 'arsip': 'unreachable'}}
        for day, outcome in ((1, 'complete'), (2, 'failed'), (3, 'complete'))
    ]  # fmt: skip
    record['period'] = {'from': '2026-01-01', 'until': '2026-03-31', 'runs': runs}
    document = report(record, 'id')
    seen = text_of(document)
    assert 'Hasil terbaru setiap situs' in seen
    assert 'Periode 1 Januari 2026 sampai 31 Maret 2026: 3 pelaksanaan.' in seen
    assert all(run['record_sha256'] in seen for run in runs)
    rows = table_with(document, 'TIDAK DILAKSANAKAN')
    assert rows == [['1', 'peraturan', '3', '2', '0', '1', '0'], ['2', 'arsip', '3', '0', '0', '0', '3']]


def test_a_plain_run_has_no_letter_head_and_says_that_nobody_ordered_it() -> None:
    document = report(samples.record(samples.site()), 'id')
    assert document['letterhead'] is None
    assert document['head'] == []
    assert document['recipient'] == []
    seen = text_of(document)
    assert 'Tidak ada disposisi yang dicatat' in seen
    assert 'Tembusan' not in seen
    assert 'Terpenuhi' not in seen


def test_both_languages_of_one_record_carry_the_same_code() -> None:
    record = samples_procedure.procedure_record(3)
    digest = hashlib.sha256(canonical(record)).hexdigest()
    for language in LANGUAGES:
        document = report(record, language)
        assert document['seal']['sha256'] == digest
        assert document['seal']['code'] == code_of_hash(digest)
        assert document['seal']['qr'] == f'SOPBK1|0007/BKP/2026|2026-01-15|sha256:{digest}'
        assert document['foot'] == f'Reg. 0007/BKP/2026 · {code_of_hash(digest)}'
    assert 'not an electronic signature' in text_of(report(record, 'en')['seal'])
    assert 'bukan tanda tangan elektronik' in text_of(report(record, 'id')['seal'])


def test_evidence_is_the_same_in_both_languages() -> None:
    record = samples_procedure.procedure_record(3, officer_remarks=['Kabel diganti.'])
    for language in LANGUAGES:
        seen = text_of(report(record, language))
        for fact in ('Kabel diganti.', 'Permission denied', 'Got error 2013', 'this machine has no PHP extension',
                     'Laksanakan pemeliharaan website'):  # fmt: skip
            assert fact in seen, (language, fact)


def test_the_officers_remarks_are_marked_as_his() -> None:
    record = samples_procedure.procedure_record(1, officer_remarks=['satu', 'dua'])
    assert 'Keterangan petugas (teks bebas, bukan hasil mesin)' in text_of(report(record, 'id'))
    assert 'Keterangan petugas' not in text_of(report(samples_procedure.procedure_record(1), 'id'))


def test_a_site_without_databases_and_one_without_webroots_have_their_rows() -> None:
    entries = [samples.site('a', databases=[]), samples.site('b', webroots=[])]
    rows = table_with(report(samples_procedure.procedure_record(entries), 'id'), 'Salinan terverifikasi')
    assert (rows[0][2], rows[1][3]) == ('\u2013', '\u2013')


def test_a_very_long_remark_is_never_shortened() -> None:
    remark = 'kata ' * 2000 + 'TAMAT'
    record = samples_procedure.procedure_record([samples.site(remarks=[remark], outcome='remarks')])
    assert remark in texts(report(record, 'id'))


def test_a_run_that_died_says_so_first() -> None:
    record = samples_procedure.procedure_record([samples.failed()])
    record['run']['died'] = 'killed'
    first = report(record, 'id')['blocks'][0]
    assert first['style'] == 'cause'
    assert 'PELAKSANAAN TERHENTI' in text_of(first)


@pytest.mark.parametrize('hidden', ['\x1b[2J', '\u202e', '\u2066', '\x00', '\u200b'])
def test_nothing_invisible_gets_from_a_record_into_a_document(hidden: str) -> None:
    names = samples_procedure.assignment(instruction=hidden, officer={'name': hidden, 'id': hidden, 'position': hidden})
    entry = samples.remarked(remarks=[hidden], error=hidden, host=hidden, url=hidden)
    record = samples_procedure.procedure_record([entry], assignment=names, officer_remarks=[hidden])
    record['steps'][3]['reason'] = hidden
    assert hidden not in text_of(report(record, 'id'))


def test_the_record_is_left_as_it_was_and_gives_the_same_document_again() -> None:
    record = samples_procedure.procedure_record(3)
    before = copy.deepcopy(record)
    assert report(record, 'id') == report(record, 'id')
    assert record == before


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'de'"):
        report(samples.record(), 'de')
