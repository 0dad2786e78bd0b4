# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run in pieces: each is its own ansible-playbook that knows of its hosts alone, and one report is of them all."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from jsonschema import Draft202012Validator

from .conftest import ASSIGNMENT, CHECKOUT, Fleet

SLICES = [[f'web{number}' for number in range(first, first + 3)] for first in (1, 4, 7)]
RUN = 'awx-77'


def test_three_slices_of_nine_hosts_are_one_report_of_nine_and_a_lost_slice_is_named(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, hosts=9)
    piece = {'website_report': False, 'awx_workflow_job_id': 77}
    for hosts in SLICES[:2]:
        ended = fleet.play('backup.yml', hosts=hosts, **piece)
        assert ended.code == 0, ended.output
    assert not fleet.filing.exists(), 'a piece files nothing'

    short = fleet.play('report.yml', awx_workflow_job_id=77)
    assert short.code == 2, short.output
    assert 'run awx-77 is not whole: 3 of 9 servers (3 sites) were not done' in short.output
    assert 'web7: site-7; web8: site-8; web9: site-9' in short.output
    entries = {entry['site']: entry for entry in fleet.record(RUN)['sites']}
    assert len(entries) == 9
    assert [entries[f'site-{number}']['outcome'] for number in range(1, 10)] == ['complete'] * 6 + ['unreachable'] * 3
    assert all('nothing of run awx-77 is in the repository' in entries[f'site-{n}']['error'] for n in (7, 8, 9))
    assert 'site-9' in (fleet.folder_of(RUN) / 'report.html').read_text()

    assert fleet.play('backup.yml', hosts=SLICES[2], **piece).code == 0
    whole = fleet.play('report.yml', awx_workflow_job_id=77)
    assert whole.code == 0, whole.output
    assert 'not whole' not in whole.output
    for key in ('rawat_run_id', 'rawat_register_number', 'rawat_record_code', 'rawat_outcome'):
        assert key in whole.output, 'the next job of a workflow is told'
    document = fleet.record(RUN)
    Draft202012Validator(json.loads((CHECKOUT / 'docs/schema/record.schema.json').read_text())).validate(document)
    assert {entry['host']: entry['outcome'] for entry in document['sites']} == dict.fromkeys(fleet.hosts, 'complete')
    assert [entry['databases'][0]['census']['rows'] for entry in document['sites']] == [2] * 9
    assert document['run']['started'] == min(entry['started'] for entry in document['sites'])
    assert subprocess.run(['sha256sum', '-c', '--quiet', 'SHA256SUMS'], cwd=fleet.folder_of(RUN)).returncode == 0


def test_pieces_without_a_common_name_are_refused_before_anything_is_touched(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, hosts=1)
    for playbook, variables in (('backup.yml', {'website_report': False}), ('report.yml', {})):
        ended = fleet.play(playbook, **variables)
        assert ended.code == 2
        assert 'website_run_id: say which run the pieces belong to' in ended.output
    assert not (tmp_path / 'repository').exists()
    assert not fleet.filing.exists()


def test_the_report_has_the_letter_of_the_points_failed_sites_and_the_drill_of_a_later_piece(tmp_path: Path) -> None:
    """Two hosts; the database of one is gone. A drill under the same name is filed with the backup it proved."""
    fleet = Fleet(tmp_path, hosts=2)
    fleet.common['website_run_id'] = 'night'
    (tmp_path / 'site-2/a.db').write_text('this is no database')
    piece = {'website_report': False}
    backed_up = fleet.play('backup.yml', website_assignment=ASSIGNMENT, **piece)
    assert backed_up.code == 2, backed_up.output
    drilled = fleet.play('verify.yml', hosts=['web1'], **piece)
    assert drilled.code == 0, drilled.output
    assert not fleet.filing.exists()

    ended = fleet.play('report.yml')
    assert ended.code == 2, ended.output
    document = fleet.record('night')
    proved, failed = document['sites']
    assert (proved['drill']['grade'], proved['recovery_point']) == ('B', proved['drill']['recovery_point'])
    assert 'run' not in proved['drill']
    assert (failed['outcome'], failed['recovery_point'] is not None) == ('failed', True)
    assert 'a.db' in failed['error']
    assert document['assignment']['officer'] == ASSIGNMENT['officer']
    assert document['register']['number'] in ended.output
    (row,) = fleet.rows()
    assert (row['run'], row['status']) == ('night', 'failed')

    before = (fleet.folder_of('night') / 'record.json').read_bytes()
    again = fleet.play('report.yml')
    assert again.code == 2
    assert f'run night is filed as {document["register"]["number"]}: nothing was changed' in again.output
    assert (fleet.folder_of('night') / 'record.json').read_bytes() == before
    assert len(fleet.rows()) == 1


def test_what_is_handed_over_is_reported_instead_of_being_read(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, hosts=3)
    told = {'web1': {'unreachable': 'the worker was lost'}, 'web2': 'its Python ended'}
    (tmp_path / 'told.json').write_text(json.dumps({'report_results': told}))
    ended = fleet.play('report.yml', '-e', '@told.json', website_run_id='by-hand')
    assert ended.code == 2
    entries = fleet.record('by-hand')['sites']
    assert [entry['outcome'] for entry in entries] == ['unreachable', 'failed', 'unreachable']
    assert 'the worker was lost' in entries[0]['error']
    assert entries[1]['error'] == 'its Python ended'
    assert not (tmp_path / 'repository').exists(), 'nobody looked there'
