# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record says something of every planned site, whatever happened to the run."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils import record
from jsonschema import Draft202012Validator
from unit import samples

PLAN = {
    'run_id': 'r1',
    'started': '2026-11-22T10:00:00Z',
    'collection_version': '0',
    'controller': 'c',
    'language': 'id',
    'utc_offset_minutes': 420,
    'assignment': None,
    'hosts': {'web1': [{'name': 'a', 'url': None}, {'name': 'b', 'url': None}], 'web2': [{'name': 'c', 'url': None}]},
}


def entry(site: str, outcome: str = 'complete') -> dict:
    part = {'outcome': outcome, 'started': '2026-11-22T10:00:01Z', 'finished': '2026-11-22T10:00:09Z'}
    return {**record.not_done('web1', {'name': site}, outcome, ''), 'databases': [part]}


def outcomes(document: dict) -> dict[str, str]:
    return {item['site']: item['outcome'] for item in document['sites']}


def test_every_planned_site_is_in_the_record() -> None:
    document = record.build(PLAN, {'web1': [entry('a'), entry('b')], 'web2': None})
    assert outcomes(document) == {'a': 'complete', 'b': 'complete', 'c': 'unreachable'}
    assert 'web2 did not answer' in document['sites'][2]['error']
    assert record.outcome(document) == 'failed'


def test_an_unreachable_host_says_why() -> None:
    document = record.build(PLAN, {'web1': [entry('a'), entry('b')], 'web2': {'unreachable': 'Connection refused'}})
    assert outcomes(document)['c'] == 'unreachable'
    assert 'Connection refused' in document['sites'][2]['error']


def test_a_host_that_failed_as_a_whole_fails_each_of_its_sites_with_the_cause() -> None:
    document = record.build(PLAN, {'web1': 'MODULE FAILURE', 'web2': [entry('c')]})
    assert outcomes(document) == {'a': 'failed', 'b': 'failed', 'c': 'complete'}
    assert document['sites'][0]['error'] == 'MODULE FAILURE'


@pytest.mark.parametrize('died', ['timeout', 'cancelled', 'killed'])
def test_a_run_that_died_is_never_called_unreachable(died: str) -> None:
    document = record.build(PLAN, {'web1': [entry('a')]}, died)
    assert outcomes(document) == {'a': 'complete', 'b': 'failed', 'c': 'failed'}
    assert died in document['sites'][1]['error']
    assert document['run']['died'] == died


def test_a_site_that_its_target_forgot_is_failed() -> None:
    assert outcomes(record.build(PLAN, {'web1': [entry('a')], 'web2': [entry('c')]}))['b'] == 'failed'


def test_step_2_is_no_better_than_its_worst_database() -> None:
    document = record.build(PLAN, {'web1': [entry('a'), entry('b', 'failed')], 'web2': [entry('c', 'remarks')]})
    assert [(step['number'], step['outcome']) for step in document['steps']] == [
        (2, 'failed'),
        (3, 'failed'),
        (4, 'complete'),
    ]


def test_an_unreachable_site_is_no_success_of_any_step() -> None:
    document = record.build(PLAN, {})
    assert [step['outcome'] for step in document['steps'][:2]] == ['failed', 'failed']


def test_files_of_a_run_carry_their_sums(tmp_path: Path) -> None:
    folder = tmp_path / '2026/11/r1'
    hashes = record.write(record.build(PLAN, {}), str(folder), [('report.html', b'<p>ok</p>')])
    assert sorted(hashes) == ['record.json', 'report.html']
    for line in (folder / 'SHA256SUMS').read_text().splitlines():
        digest, name = line.split('  ')
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert json.loads((folder / 'record.json').read_text())['run']['id'] == 'r1'
    assert sorted(path.name for path in folder.iterdir()) == ['SHA256SUMS', 'record.json', 'report.html']


def drilled(site: str, outcome: str, error: str | None = None, grade: str | None = None) -> dict:
    drill = {'grade': grade, 'reason': error} if grade else None
    return {**record.not_done('web1', {'name': site}, outcome, error or ''), 'error': error, 'drill': drill}


def test_a_bad_drill_makes_a_good_backup_a_failed_site_and_one_that_was_not_due_changes_nothing() -> None:
    backups = [entry('a'), entry('b'), entry('c')]
    merged = record.with_drills(backups, [drilled('a', 'failed', 'drill: x', 'F'), drilled('b', 'complete', None, 'A')])
    assert [(item['outcome'], item['error']) for item in merged] == [
        ('failed', 'drill: x'),
        ('complete', None),
        ('complete', ''),
    ]
    assert [(item['drill'] or {}).get('grade') for item in merged] == ['F', 'A', None]
    assert merged[0]['databases'] == backups[0]['databases']


def test_a_drill_that_was_due_and_not_done_is_never_silent() -> None:
    (merged,) = record.with_drills([entry('a')], [drilled('a', 'failed', 'no Python on the drill host')])
    assert (merged['outcome'], merged['drill']) == ('failed', None)
    assert merged['error'] == 'the drill was not done: no Python on the drill host'


@pytest.mark.parametrize('kind', ['verify', 'restore'])
def test_a_run_of_another_kind_says_so_and_claims_no_step_of_the_procedure(kind: str) -> None:
    document = record.build({**PLAN, 'kind': kind}, {'web1': [entry('a'), entry('b', 'failed')], 'web2': [entry('c')]})
    assert document['run']['kind'] == kind
    assert [(step['name'], step['outcome']) for step in document['steps']] == [(kind, 'failed')]
    assert record.build(PLAN, {})['run']['kind'] == 'backup'


def test_the_samples_of_drills_and_restores_are_valid_records() -> None:
    schema = json.loads((Path(__file__).parents[2] / 'docs/schema/record.schema.json').read_text(encoding='utf-8'))
    validator = Draft202012Validator(schema)
    sites = [samples.drilled(grade) for grade in 'ABCF'] + [samples.restored()]
    several = samples.drilled('F', drills=[samples.drill('A'), samples.drill('F')])
    validator.validate(samples.record(*sites, several, kind='verify'))
    wrong = samples.record(samples.drilled('A', drill={**samples.drill('A'), 'grade': 'A+'}), kind='verify')
    assert not validator.is_valid(wrong)
