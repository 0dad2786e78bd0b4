# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ansible-playbook playbooks/backup.yml` alone is a complete product: real runs on this machine as its own target."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from jsonschema import Draft202012Validator

from .conftest import CHECKOUT, DEAD, Run


def test_a_run_leaves_a_point_a_valid_record_and_a_report(tmp_path: Path, site: dict) -> None:
    run = Run(tmp_path, {'here': {'website_sites': [site]}})
    assert run.code == 0, run.output
    assert run.outcomes == {'a': 'complete'}
    schema = json.loads((CHECKOUT / 'docs/schema/record.schema.json').read_text())
    Draft202012Validator(schema).validate(run.record)
    (entry,) = run.record['sites']
    assert entry['databases'][0]['census'] == {'tables': 1, 'rows': 2, 'accounts': 0}
    assert entry['webroots'][0]['files'] == 3  # the database is captured as a dump, not as a file
    point = tmp_path / 'repository/a' / entry['recovery_point']
    assert subprocess.run(['sha256sum', '-c', '--quiet', 'SHA256SUMS'], cwd=point).returncode == 0
    assert run.folder
    assert subprocess.run(['sha256sum', '-c', '--quiet', 'SHA256SUMS'], cwd=run.folder).returncode == 0
    assert 'BERHASIL' in (run.folder / 'report.html').read_text()
    manifest = json.loads((point / 'manifest.json').read_text())
    schema = json.loads((CHECKOUT / 'docs/schema/manifest.schema.json').read_text())
    Draft202012Validator(schema).validate(manifest)


def test_every_error_of_the_inventory_is_named_before_anything_is_touched(tmp_path: Path, site: dict) -> None:
    bad = {'name': '../up', 'webroots': [{'path': 'relative'}]}
    hosts = {'one': {'website_sites': [site, bad]}, 'two': {'website_sites': [site]}, 'dead': DEAD}
    run = Run(tmp_path, hosts)
    assert run.code == 2
    for words in ("'../up'", "'relative'", "the site name 'a' is used 2 times (one, two)", 'nothing was touched'):
        assert words in run.output
    assert run.record is None
    assert not (tmp_path / 'repository').exists()


def test_unreachable_hosts_are_in_the_record_and_the_run_ends_with_4(tmp_path: Path, site: dict) -> None:
    lost = {'website_sites': [{**site, 'name': 'lost'}], **DEAD}
    run = Run(tmp_path, {'dead': lost, 'here': {'website_sites': [site]}})
    assert run.code == 4, run.output
    assert run.outcomes == {'lost': 'unreachable', 'a': 'complete'}
    assert 'Connection refused' in run.record['sites'][0]['error']


def test_record_and_report_are_written_when_no_host_answers(tmp_path: Path, site: dict) -> None:
    run = Run(tmp_path, {'dead': {'website_sites': [site], **DEAD}})
    assert run.code == 4
    assert run.outcomes == {'a': 'unreachable'}
    assert run.folder
    assert (run.folder / 'report.html').exists()


def test_a_failed_site_stops_no_other_and_the_run_ends_with_2(tmp_path: Path, site: dict) -> None:
    gone = {**site, 'name': 'gone', 'databases': [{'engine': 'sqlite', 'path': str(tmp_path / 'no.db')}]}
    run = Run(tmp_path, {'here': {'website_sites': [gone, site]}})
    assert run.code == 2
    assert run.outcomes == {'gone': 'failed', 'a': 'complete'}
    (entry, _other) = run.record['sites']
    assert 'no.db' in entry['error']
    assert entry['webroots'][0]['outcome'] == 'complete'  # the webroot was taken all the same
    manifest = json.loads((tmp_path / 'repository/gone' / entry['recovery_point'] / 'manifest.json').read_text())
    assert manifest['outcome'] == 'failed'


def test_a_run_can_be_limited_to_hosts_and_to_sites(tmp_path: Path, site: dict) -> None:
    second = {**site, 'name': 'b'}
    hosts = {'here': {'website_sites': [site, second]}, 'dead': {'website_sites': [{**site, 'name': 'c'}], **DEAD}}
    run = Run(tmp_path, hosts, '--limit', 'here', '-e', 'only=b')
    assert run.code == 0, run.output
    assert run.outcomes == {'b': 'complete'}
    assert Run(tmp_path, hosts, '--limit', 'here', '-e', 'only=nope').code == 2


def test_check_mode_says_what_is_ready_and_changes_nothing(tmp_path: Path, site: dict) -> None:
    run = Run(tmp_path, {'here': {'website_sites': [site]}}, '--check')
    assert run.code == 0, run.output
    assert run.record is None
    assert not (tmp_path / 'repository').exists()
    missing = {**site, 'webroots': [{'path': str(tmp_path / 'nowhere')}]}
    run = Run(tmp_path, {'here': {'website_sites': [missing]}}, '--check')
    assert run.code == 2
    assert 'nowhere' in run.output


def test_a_module_that_cannot_run_is_a_failed_site_with_the_cause(tmp_path: Path, site: dict) -> None:
    broken = tmp_path / 'broken-python'
    broken.write_text(
        '#!/bin/sh\nif [ "$1" = -c ]; then exec /usr/bin/env python3 "$@"; fi\necho no module today >&2; exit 7\n'
    )
    broken.chmod(0o755)
    run = Run(tmp_path, {'here': {'website_sites': [site], 'ansible_python_interpreter': str(broken)}})
    assert run.code == 2
    assert run.outcomes == {'a': 'failed'}
    assert 'no module today' in run.record['sites'][0]['error']


def test_an_assignment_is_in_the_name_of_the_point_and_in_the_record(tmp_path: Path, site: dict) -> None:
    assignment = {'number': 'PPE.3-12/2026', 'date': '2026-11-20', 'sites': ['a']}
    given = json.dumps({'website_assignment': assignment})
    run = Run(tmp_path, {'here': {'website_sites': [site]}}, '-e', given)
    assert run.code == 0, run.output
    assert run.record['assignment']['number'] == 'PPE.3-12/2026'
    assert run.record['sites'][0]['recovery_point'].endswith('Z_PPE.3-12-2026')


def refused(run: Run, folder: Path, *words: str) -> None:
    """The run ended before the first connection: no point, no record, no register, and the words were said."""
    assert run.code == 2, run.output
    text = ' '.join(run.output.split())
    for word in ('tidak ada yang disentuh', *words):
        assert word in text
    assert not (folder / 'repository').exists()
    assert not (folder / 'filing').exists()


def test_a_run_without_its_disposition_begins_nowhere(tmp_path: Path, site: dict) -> None:
    """Acceptance scenario 1: three sites, no disposition; an Indonesian message names what is missing."""
    sites = [{**site, 'name': name} for name in ('a', 'b', 'c')]
    # A host that would show by an error of its own if anybody tried to reach it.
    hosts = {'here': {'website_sites': sites[:2]}, 'dead': {'website_sites': sites[2:], **DEAD}}
    run = Run(tmp_path, hosts, '-e', '{"website_assignment_required": true}')
    refused(run, tmp_path, 'website_assignment belum diisi', 'website_assignment.number', 'wajib berdasarkan disposisi')
    assert 'unreachable=1' not in run.output
    english = Run(tmp_path, hosts, '-e', '{"website_assignment_required": true, "website_language": "en"}')
    assert 'website_assignment is missing' in english.output


def test_an_assignment_that_is_unfit_stops_the_run_with_every_field_named(tmp_path: Path, site: dict) -> None:
    unfit = {'number': '1', 'date': '12/01/2026', 'sites': ['b'], 'valid_until': '2026-03-31', 'nomor': '1'}
    given = json.dumps({'website_assignment': unfit, 'website_assignment_required': True})
    run = Run(tmp_path, {'here': {'website_sites': [site]}}, '-e', given)
    refused(
        run,
        tmp_path,
        "website_assignment.date '12/01/2026' bukan tanggal",
        'website_assignment.nomor tidak dikenal',
        'website_assignment.valid_until 2026-03-31 sudah lewat',
        'website_assignment.officer belum diisi',
        "website_assignment.sites tidak mencakup situs 'a'",
    )


def test_a_file_and_the_answers_of_a_survey_make_one_assignment(tmp_path: Path, site: dict) -> None:
    """What `-e @FILE` brings, and the texts of an AWX survey, of which empty answers are none."""
    letter = tmp_path / 'letter.yml'
    letter.write_text('website_assignment: {number: D-1, date: 2026-01-12, sites: [other], reason: x}\n')
    survey = {
        'website_assignment_number': 'DISP-0007/I/2026',
        'website_assignment_date': '',
        'website_assignment_sites': 'a, b\nc',
        'website_assignment_officer': 'Budi Santoso, S.Kom.; 199002022015031002; Pranata Komputer',
        'website_late_reasons': '1=surat terlambat tiba',
        'website_officer_remarks': 'pertama\nkedua',
        'awx_user_name': 'budi',
        'awx_job_id': 42,
    }
    run = Run(tmp_path, {'here': {'website_sites': [site]}}, '-e', f'@{letter}', '-e', json.dumps(survey))
    assert run.code == 0, run.output
    assert run.record
    found = run.record['assignment']
    assert (found['number'], found['date'], found['sites']) == ('DISP-0007/I/2026', '2026-01-12', ['a', 'b', 'c'])
    assert found['officer']['name'] == 'Budi Santoso, S.Kom.'
    assert run.record['run']['operator']['awx_user'] == 'budi'
    assert run.record['run']['operator']['awx_job'] == '42'
    assert run.record['officer_remarks'] == ['pertama', 'kedua']
    (entry,) = run.record['sites']
    assert entry['recovery_point'].endswith('Z_DISP-0007-I-2026')
    manifest = json.loads((tmp_path / 'repository/a' / entry['recovery_point'] / 'manifest.json').read_text())
    assert (manifest['assignment']['number'], manifest['assignment']['date']) == ('DISP-0007/I/2026', '2026-01-12')


def test_the_number_of_the_letter_is_in_the_tags_of_a_restic_repository(tmp_path: Path, site: dict) -> None:
    repository = {'store': 'restic', 'location': str(tmp_path / 'restic'), 'create': True, 'password': 'rahasia'}
    given = {'website_assignment': {'number': 'DISP-0007/I/2026', 'date': '2026-01-12'}}
    hosts = {'here': {'website_sites': [site], 'website_repository': repository}}
    run = Run(tmp_path, hosts, '-e', json.dumps(given))
    assert run.code == 0, run.output
    command = ['restic', '--repo', repository['location'], 'snapshots', '--json', '--no-lock']
    environment = {**os.environ, 'RESTIC_PASSWORD': 'rahasia', 'RESTIC_CACHE_DIR': str(tmp_path / 'cache')}
    listed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    snapshots = json.loads(listed)
    assert snapshots
    for snapshot in snapshots:
        assert any(tag.startswith('point=') and tag.endswith('_DISP-0007-I-2026') for tag in snapshot['tags'])


def test_an_emergency_without_a_letter_is_backed_up(tmp_path: Path, site: dict) -> None:
    given = json.dumps({'website_assignment': {'mode': 'emergency', 'reason': 'situs diretas'}})
    run = Run(tmp_path, {'here': {'website_sites': [site]}}, '-e', given)
    assert run.code == 0, run.output
    assert run.record
    assert run.record['assignment']['number'] is None
    (entry,) = run.record['sites']
    assert entry['recovery_point'].endswith('Z')
    manifest = json.loads((tmp_path / 'repository/a' / entry['recovery_point'] / 'manifest.json').read_text())
    schema = json.loads((CHECKOUT / 'docs/schema/manifest.schema.json').read_text())
    Draft202012Validator(schema).validate(manifest)


def test_a_letter_may_be_named_by_its_file(tmp_path: Path, site: dict) -> None:
    letter = tmp_path / 'letter.yml'
    letter.write_text('{number: D-1, date: 2026-01-12}\n')
    run = Run(tmp_path, {'here': {'website_sites': [site]}}, '-e', f'website_assignment=@{letter}')
    assert run.code == 0, run.output
    assert run.record
    assert run.record['assignment']['number'] == 'D-1'


def test_a_site_that_is_called_like_its_password_keeps_its_name(tmp_path: Path, site: dict) -> None:
    """And a complaint that quotes a secret is masked."""
    name = 'rahasia-bersama'
    server = {'engine': 'mariadb', 'name': name, 'login_user': name, 'login_password': name}
    lost = {**site, 'name': name, 'databases': [{**server, 'login_unix_socket': str(tmp_path / 'no.sock')}]}
    run = Run(tmp_path, {'here': {'website_sites': [lost]}}, '-vvv')
    assert run.code == 2
    assert run.outcomes == {name: 'failed'}
    (entry,) = run.record['sites']
    assert entry['databases'][0]['name'] == name
    assert name not in entry['error']
    assert entry['webroots'][0]['outcome'] == 'complete'
    assert 'login_password' not in run.output.replace('"login_password": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"', '')
