# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disposition sheet, minutes of drills, labels and receipt as data; and the published samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.paper.views import VIEWS
from ansible_collections.rawat.website.plugins.module_utils.paper.views.receipt import receipt
from jsonschema import Draft202012Validator
from unit import samples, samples_procedure
from unit.paper.document_texts import table_with, text_of, texts

DOCS = Path(__file__).resolve().parents[3] / 'docs'


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((DOCS / 'schema' / f'{name}.schema.json').read_text(encoding='utf-8')))


@pytest.mark.parametrize(('name', 'count'), [('one', 1), ('three', 3), ('hundred', 100)])
def test_the_published_samples_are_what_the_script_writes_and_valid_records(name: str, count: int) -> None:
    written = (DOCS / 'samples' / f'{name}.json').read_bytes()
    assert written == canonical(samples_procedure.published(count)), 'run: python tests/make_samples.py'
    schema('record').validate(json.loads(written))


def test_a_record_of_a_period_and_one_of_a_standing_assignment_are_valid() -> None:
    run = {'run': 'r', 'record_sha256': samples.HASH, 'started': samples.START, 'outcome': 'failed',
           'sites': {'a': 'unreachable'}}  # fmt: skip
    record = samples_procedure.procedure_record(1, period={'from': '2026-01-01', 'until': '2026-03-31', 'runs': [run]})
    record['run']['kind'] = 'period'
    schema('record').validate(record)
    schema('record').validate(samples_procedure.procedure_record(1, register=None))
    wrong = samples_procedure.procedure_record(1)
    wrong['steps'][0]['met'] = 'yes'
    assert not schema('record').is_valid(wrong)


def test_a_receipt_is_valid_and_one_without_an_accepter_is_not() -> None:
    given = samples_procedure.receipt(samples_procedure.procedure_record(3))
    schema('receipt').validate(given)
    given['accepted']['by'] = None
    assert not schema('receipt').is_valid(given)


def test_the_sheet_has_the_result_of_each_step_and_room_for_initials() -> None:
    document = VIEWS['disposition'](samples_procedure.procedure_record(3), 'id')
    rows = table_with(document, 'Paraf')
    assert [row[4] for row in rows] == ['\u2013', 'rawat', 'rawat', 'rawat', '\u2013', '\u2013']
    assert [row[3] for row in rows[1:4]] == ['GAGAL', 'BERHASIL DENGAN CATATAN', 'BERHASIL']
    assert all(not row[5].strip() for row in rows)
    for fact in ('DISP-0007/PPE.4.3/I/2026 tanggal 12 Januari 2026', 'Laksanakan pemeliharaan', 'ejurnal',
                 samples_procedure.POINT, '0007/BKP/2026', '12 Januari 2026 09.12.00 WIB'):  # fmt: skip
        assert fact in text_of(document)


def test_there_is_no_sheet_without_an_assignment() -> None:
    with pytest.raises(ValueError, match='no assignment'):
        VIEWS['disposition'](samples.record(samples.site()), 'id')


@pytest.mark.parametrize(
    ('language', 'grade', 'not_equal'), [('id', 'TIDAK LULUS', 'TIDAK'), ('en', 'NOT PASSED', 'NO')]
)
def test_the_minutes_tell_grade_times_and_every_difference(language: str, grade: str, not_equal: str) -> None:
    record = samples_procedure.procedure_record(
        [samples.drilled('A'), samples.drilled('F', 'berita'), samples.site('c')]
    )
    document = VIEWS['minutes'](record, language)
    rows = table_with(document, 'RTO')
    assert [row[1].split()[0] for row in rows] == ['peraturan', 'berita']  # what was not drilled is not in them
    assert rows[1][3] == f'{grade} (F)'
    assert rows[1][6] == not_equal
    assert 'table wp_posts has 4 rows instead of 5' in text_of(document)
    (people,) = [block['people'] for block in document['blocks'] if block['type'] == 'signatures']
    assert len(people) == 2


def test_there_are_no_minutes_of_a_run_that_drilled_nothing() -> None:
    with pytest.raises(ValueError, match='drilled nothing'):
        VIEWS['minutes'](samples_procedure.procedure_record([samples.site()]), 'id')


def test_the_minutes_say_that_drills_are_policy() -> None:
    assert 'kebijakan, bukan SOP' in text_of(VIEWS['minutes'](samples_procedure.procedure_record(1), 'id'))


def test_there_is_a_label_for_each_copy_of_each_point_and_none_without_a_point() -> None:
    entries = [samples.site('a', copies=[{'location': 'disk-7', 'medium': 'USB', 'verified': None}]),
               samples.unreachable('b')]  # fmt: skip
    document = VIEWS['labels'](samples_procedure.procedure_record(entries), 'id')
    (items,) = [block['items'] for block in document['blocks'] if block['type'] == 'labels']
    assert [item['title'] for item in items] == ['a', 'a']
    assert 'USB disk-7' in text_of(items[1])
    for fact in ('Register: 0007/BKP/2026', 'Simpan sampai: …', 'DISP-0007', '2026-11-22T101530Z'):
        assert fact in text_of(items[0])
    assert items[0]['qr'].startswith('SOPBK1|0007/BKP/2026|')
    nothing = VIEWS['labels'](samples_procedure.procedure_record([samples.unreachable('b')]), 'id')
    assert 'tidak ada yang perlu dilabeli' in text_of(nothing)


@pytest.mark.parametrize('language', ['id', 'en'])
def test_the_receipt_names_the_hash_of_the_report_and_who_accepted_it(language: str) -> None:
    record = samples_procedure.procedure_record(3)
    given = samples_procedure.receipt(record)
    document = receipt(given, record, language)
    seen = text_of(document)
    for fact in (given['record_sha256'], given['documents']['report.pdf'], given['code'], '0007/BKP/2026',
                 'Bambang Prakoso', 'Rini Wulandari',
                 given['accepted']['remark'], 'SOPBK1|0007/BKP/2026|2026-01-19|'):  # fmt: skip
        assert fact in seen, fact
    rows = table_with(document, {'id': 'Terpenuhi', 'en': 'Met'}[language])
    assert [row[0] for row in rows] == ['5', '6']
    assert rows[0][-1] == {'id': 'Ya', 'en': 'Yes'}[language]


def test_a_late_acceptance_is_a_no_with_its_reason() -> None:
    record = samples_procedure.procedure_record(1)
    given = samples_procedure.receipt(record)
    given['steps'][0].update(met=False, reason='cuti')
    document = receipt(given, record, 'id')
    assert table_with(document, 'Terpenuhi')[0][-1] == 'TIDAK'
    assert 'cuti' in texts(document)


def test_the_receipt_of_a_drill_has_no_steps_of_the_procedure() -> None:
    record = samples_procedure.procedure_record(1)
    document = receipt(samples_procedure.receipt(record, steps=[], time_rule=None), record, 'id')
    assert 'Terpenuhi' not in text_of(document)


@pytest.mark.parametrize('kind', sorted(VIEWS))
def test_every_paper_has_the_code_of_its_record_in_both_languages(kind: str) -> None:
    record = samples_procedure.procedure_record(3)
    indonesian, english = (VIEWS[kind](record, language) for language in ('id', 'en'))
    assert indonesian['foot'] == english['foot']
    assert indonesian['title'] != english['title']
    assert indonesian['kind'] == kind


def blanks(document: dict[str, Any]) -> list[str]:
    return [text for text in texts(document) if 'None' in text]


@pytest.mark.parametrize('kind', sorted(VIEWS))
def test_what_is_not_known_is_never_written_as_none(kind: str) -> None:
    given = samples_procedure.assignment(assigner=None, number=None, date=None, mode='emergency', reason='x', scan=None)
    record = samples_procedure.procedure_record(3, assignment=given)
    record['run']['operator'] = None
    assert blanks(VIEWS[kind](record, 'id')) == []
