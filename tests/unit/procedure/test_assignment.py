# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assignments: what holds, what does not, and that each complaint names the field, the value and the remedy."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.arguments import ASSIGNMENT
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, point_id
from ansible_collections.rawat.website.plugins.module_utils.procedure import answers, assignment

CHECKOUT = Path(__file__).resolve().parents[3]
TODAY = datetime.date(2026, 1, 13)
LETTER = {
    'number': 'DISP-0007/I/2026',
    'date': '2026-01-12',
    'assigner': {'name': 'Sari Dewi', 'id': '198001012005012001', 'position': 'Subkoordinator'},
    'officer': {'name': 'Budi Santoso, S.Kom.', 'id': '199002022015031002', 'position': 'Pranata Komputer'},
    'sites': ['peraturan', 'arsip'],
}
STANDING = {**LETTER, 'mode': 'standing', 'valid_until': '2026-03-31'}
EMERGENCY = {'mode': 'emergency', 'reason': 'situs diretas', 'officer': LETTER['officer']}


def found(
    letter: object,
    *,
    required: bool = True,
    sites: tuple[str, ...] = ('peraturan',),
    today: datetime.date = TODAY,
    standing_allowed: bool = True,
    language: str = 'id',
) -> list[str]:
    return assignment.problems(
        letter, required=required, sites=sites, today=today, office={'standing_allowed': standing_allowed},
        language=language,
    )  # fmt: skip


def only(lines: list[str], *words: str) -> None:
    (line,) = lines
    for word in words:
        assert word in line


@pytest.mark.parametrize('letter', [LETTER, STANDING, EMERGENCY])
def test_a_letter_that_holds_is_no_complaint(letter: dict) -> None:
    assert found(letter) == []
    assert found(assignment.settle(letter)) == []  # and stays so when it has been settled


def test_a_missing_letter_is_told_in_indonesian_with_the_fields_and_the_way_out() -> None:
    only(found(None), 'website_assignment.number', 'website_assignment.date', 'belum diisi', 'rawat assign')
    assert found(None, required=False) == found({}, required=False) == []
    only(found(None, language='en'), 'website_assignment is missing')


@pytest.mark.parametrize(
    ('change', 'words'),
    [
        ({'number': None}, ('website_assignment.number belum diisi', 'nomor surat')),
        ({'number': '  '}, ('website_assignment.number belum diisi',)),
        ({'number': 7}, ('website_assignment.number 7 bukan teks', 'tanda kutip')),
        ({'number': 'D\x1b[2J'}, ('website_assignment.number', 'tidak terlihat')),
        ({'number': 'D\u202e1'}, ('website_assignment.number', 'tidak terlihat')),
        ({'number': 'D' * 101}, ('website_assignment.number', '101 karakter', '100')),
        ({'date': ''}, ('website_assignment.date belum diisi', '2026-01-12')),
        ({'date': '12-01-2026'}, ("website_assignment.date '12-01-2026' bukan tanggal", 'TTTT-BB-HH')),
        ({'date': '2026-02-30'}, ('website_assignment.date', 'bukan tanggal')),
        ({'date': '2026-01-14'}, ('website_assignment.date 2026-01-14', 'hari ini (2026-01-13)')),
        ({'mode': 'berkala'}, ("website_assignment.mode 'berkala'", 'standing (berkala)')),
        ({'officer': None}, ('website_assignment.officer belum diisi',)),
        ({'officer': {'id': '1'}}, ('website_assignment.officer.name belum diisi',)),
        ({'officer': {'name': 'B', 'nip': '1'}}, ('website_assignment.officer.nip tidak dikenal', 'name, id')),
        ({'officer': ['Budi']}, ("website_assignment.officer ['Budi'] bukan data orang",)),
        ({'assigner': None}, ('website_assignment.assigner belum diisi', 'pemberi tugas')),
        ({'assigner': LETTER['officer']}, ('website_assignment.officer', 'dua orang yang berbeda')),
        ({'sites': ['arsip']}, ("website_assignment.sites tidak mencakup situs 'peraturan'", 'dicakup: arsip')),
        ({'sites': {'arsip': 1}}, ('website_assignment.sites', 'bukan daftar')),
        ({'sites': [1, 2]}, ('website_assignment.sites [1, 2] bukan daftar',)),
        ({'valid_until': '2026-01-12'}, ('website_assignment.valid_until 2026-01-12 sudah lewat', 'disposisi baru')),
        ({'valid_from': '2026-01-14'}, ('website_assignment.valid_from 2026-01-14 belum tiba',)),
        ({'recorded': '2026-01-12'}, ("website_assignment.recorded '2026-01-12' bukan waktu UTC",)),
        ({'received': '2026-01-14T00:00:00Z'}, ('website_assignment.received 2026-01-14', 'lebih lambat')),
        ({'scan': {'name': '../x.pdf', 'sha256': '0' * 64}}, ('website_assignment.scan', '../x.pdf')),
        ({'scan': {'name': 'x.pdf', 'sha256': 'abc'}}, ('website_assignment.scan', 'sha256')),
        ({'nomor': 'x'}, ('website_assignment.nomor tidak dikenal', 'number, date, mode')),
    ],
)  # fmt: skip
def test_each_fault_is_one_sentence_that_names_field_value_and_remedy(change: dict, words: tuple[str, ...]) -> None:
    letter = {**LETTER, 'sites': ['peraturan', 'arsip'], **change}
    lines = found(letter, sites=() if 'sites' in change and change['sites'] != ['arsip'] else ('peraturan',))
    only(lines, *words)


def test_times_and_validity_in_the_wrong_order_are_named_both() -> None:
    only(
        found({**STANDING, 'valid_from': '2026-04-01'}, today=datetime.date(2026, 3, 1))[:1],
        'website_assignment.valid_from 2026-04-01', 'website_assignment.valid_until 2026-03-31',
    )  # fmt: skip
    only(
        found({**LETTER, 'recorded': '2026-01-12T02:00:00Z', 'received': '2026-01-12T01:00:00Z'}),
        'website_assignment.recorded', 'website_assignment.received',
    )  # fmt: skip


def test_the_first_and_the_last_day_are_days_of_validity() -> None:
    letter = {**STANDING, 'valid_from': '2026-01-13', 'valid_until': '2026-01-13'}
    assert found(letter) == []
    assert len(found(letter, today=datetime.date(2026, 1, 14))) == 1
    assert len(found(letter, today=datetime.date(2026, 1, 12))) == 1


def test_a_standing_letter_needs_its_end_its_people_and_leave() -> None:
    only(found({**STANDING, 'valid_until': None}), 'website_assignment.valid_until belum diisi')
    only(found({**STANDING, 'officer': None}, required=False), 'website_assignment.officer belum diisi')
    only(found(STANDING, standing_allowed=False), 'website_office.standing_allowed', "'standing'")


def test_an_emergency_needs_a_reason_and_no_letter_but_not_half_of_one() -> None:
    only(found({**EMERGENCY, 'reason': ' '}), 'website_assignment.reason belum diisi', 'alasan keadaan darurat')
    only(found({**EMERGENCY, 'number': 'D-1'}), 'website_assignment.date belum diisi')
    only(found({**EMERGENCY, 'date': '2026-01-12'}), 'website_assignment.number belum diisi')
    assert found({**EMERGENCY, 'number': 'D-1', 'date': '2026-01-12'}) == []


def test_without_the_policy_a_number_and_a_date_are_enough() -> None:
    assert found({'number': '1', 'date': '2026-01-12'}, required=False) == []
    assert found({**LETTER, 'sites': []}, sites=('anything',)) == []


def test_everything_that_is_wrong_is_told_at_once() -> None:
    lines = found({'date': 'x', 'valid_until': '2025-01-01', 'sites': ['b'], 'nomor': 1}, sites=('a', 'c'))
    for field in ('number', 'date', 'valid_until', 'nomor', 'officer', 'assigner'):
        assert sum(f'website_assignment.{field} ' in line for line in lines) == 1
    assert sum('website_assignment.sites' in line for line in lines) == 2


def test_what_is_no_mapping_is_said_to_be_none() -> None:
    only(found('DISP-7'), "website_assignment 'DISP-7'")
    only(found([LETTER]), 'website_assignment')


@pytest.mark.parametrize(
    ('first', 'second', 'same'),
    [
        ({'name': 'Sari Dewi'}, {'name': ' sari  DEWI '}, True),
        ({'name': 'Sari', 'id': '1980 0101'}, {'name': 'S. Dewi', 'id': '19800101'}, True),
        ({'name': 'Sari', 'id': '1'}, {'name': 'Sari', 'id': '2'}, False),
        ({'name': 'Sari', 'id': '1'}, {'name': 'Sari'}, True),
        ({'name': None}, {'name': None}, False),
        (None, {'name': 'Sari'}, False),
    ],
)
def test_people_are_told_apart_by_number_else_by_name(first: Any, second: Any, same: bool) -> None:
    assert assignment.same_person(first, second) is same


def test_what_yaml_and_forms_give_becomes_plain_data() -> None:
    given = {
        'number': ' DISP-7 \n',
        'date': datetime.date(2026, 1, 12),
        'recorded': datetime.datetime(2026, 1, 12, 9, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=7))),
        'officer': 'Budi Santoso, S.Kom.; 1990; Pranata Komputer',
        'assigner': {'name': '', 'id': ''},
        'sites': 'peraturan, arsip\nberita',
        'instruction': 'Laksanakan\n  pemeliharaan',
    }
    settled = assignment.settle(given)
    assert set(settled) == set(ASSIGNMENT)
    assert (settled['number'], settled['date'], settled['mode']) == ('DISP-7', '2026-01-12', 'single')
    assert settled['recorded'] == '2026-01-12T02:12:00Z'
    assert settled['officer'] == {'name': 'Budi Santoso, S.Kom.', 'id': '1990', 'position': 'Pranata Komputer'}
    assert settled['assigner'] is None
    assert settled['sites'] == ['peraturan', 'arsip', 'berita']
    assert settled['instruction'] == 'Laksanakan pemeliharaan'
    assert json.loads(canonical(settled)) == settled


def test_an_answer_of_a_form_wins_and_an_empty_one_is_none() -> None:
    survey = {'number': 'D-2', 'date': '', 'sites': ' \n', 'officer': None}
    assert answers.merged({'number': 'D-1', 'date': '2026-01-12'}, survey) == {'number': 'D-2', 'date': '2026-01-12'}
    assert answers.merged(None, survey) == answers.merged('', survey) == {'number': 'D-2'}
    assert answers.merged({}, {'number': ''}) is None
    assert answers.merged('DISP-7', survey) == 'DISP-7'  # for the checks to name


def test_reasons_of_late_steps_come_as_mapping_list_or_lines() -> None:
    expected = {'4': 'server padam = lama'}
    for given in ({4: 'server padam = lama'}, {'4': ' server  padam = lama'}, ['4=server padam = lama'],
                  '\n4 = server padam = lama\n'):  # fmt: skip
        assert answers.late_reasons(given) == (expected, [])
    assert answers.late_reasons(None) == ({}, [])
    assert answers.late_reasons(['7=x', '4=', 'y']) == ({}, ['7=x', '4=', 'y='])


def test_remarks_are_a_list_or_lines() -> None:
    assert answers.remarks('satu\n\n dua ') == answers.remarks(['satu', ' dua', '']) == ['satu', 'dua']
    assert answers.remarks(None) == []


def test_an_emergency_without_a_number_names_its_point_by_its_start_alone() -> None:
    settled = assignment.settle(EMERGENCY)
    assert point_id('2026-01-12T02:12:00Z', settled, set()) == '2026-01-12T021200Z'
    assert point_id('2026-01-12T02:12:00Z', {'number': '///'}, set()) == '2026-01-12T021200Z'


@pytest.mark.parametrize('name', ['record', 'manifest'])
def test_the_schemas_know_the_fields_of_an_assignment(name: str) -> None:
    folder = CHECKOUT / 'docs/schema'
    schema = json.loads((folder / f'{name}.schema.json').read_text(encoding='utf-8'))
    own = json.loads((folder / 'assignment.schema.json').read_text(encoding='utf-8'))
    embedded, stated = schema['properties']['assignment'], own['$defs']['assignment']
    assert list(stated['properties']) == list(ASSIGNMENT)
    assert set(embedded['properties']) == set(ASSIGNMENT)
    assert embedded['properties']['mode']['enum'] == ASSIGNMENT['mode']['choices']
    for field, said in stated['properties'].items():
        assert said['description']
        assert said.get('type') == embedded['properties'][field].get('type')


@pytest.mark.parametrize(
    ('letter', 'answered', 'times'),
    [
        ({}, False, (None, None)),
        ({}, True, ('2026-01-13T02:00:00Z', '2026-01-13T02:00:00Z')),
        ({'recorded': '2026-01-12T02:00:00Z'}, False, ('2026-01-12T02:00:00Z', '2026-01-13T02:00:00Z')),
        ({'recorded': '2026-01-12T02:00:00Z'}, True, ('2026-01-12T02:00:00Z', '2026-01-13T02:00:00Z')),
        (
            {'recorded': '2026-01-12T02:00:00Z', 'received': '2026-01-12T03:00:00Z'},
            True,
            ('2026-01-12T02:00:00Z', '2026-01-12T03:00:00Z'),
        ),
        ({'mode': 'standing'}, True, (None, None)),
        ({'mode': 'standing', 'recorded': '2026-01-12T02:00:00Z'}, False, ('2026-01-12T02:00:00Z', None)),
    ],
)
def test_step_1_has_ended_when_the_officer_begins_and_nothing_is_made_up(
    letter: dict, answered: bool, times: tuple[str | None, str | None]
) -> None:
    made = assignment.timed(assignment.settle({**LETTER, **letter}), '2026-01-13T02:00:00Z', answered)
    assert (made['recorded'], made['received']) == times
