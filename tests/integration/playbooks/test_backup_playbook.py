# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ansible-playbook playbooks/backup.yml` alone is a complete product: real runs on this machine as its own target."""

from __future__ import annotations

import json
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


def test_a_required_assignment_that_is_missing_or_too_narrow_stops_the_run(tmp_path: Path, site: dict) -> None:
    hosts = {'here': {'website_sites': [site]}}
    run = Run(tmp_path, hosts, '-e', '{"website_assignment_required": true}')
    assert run.code == 2
    assert 'website_assignment is missing' in run.output
    narrow = json.dumps({'website_assignment': {'number': '1', 'date': '2026-11-20', 'sites': ['b']}})
    run = Run(tmp_path, hosts, '-e', narrow)
    assert run.code == 2
    assert "does not cover the site 'a'" in run.output
    assert not (tmp_path / 'repository').exists()


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
