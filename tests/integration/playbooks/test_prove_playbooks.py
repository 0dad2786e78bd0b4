# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`verify.yml` and `restore.yml` alone are complete: real drills and restores, with this machine as its own target."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from .conftest import CHECKOUT, DEAD, Run

SCHEMA = json.loads((CHECKOUT / 'docs/schema/record.schema.json').read_text())


@pytest.fixture
def saved(tmp_path: Path, site: dict) -> dict:
    """The site after a backup."""
    assert Run(tmp_path, {'here': {'website_sites': [site]}}).code == 0
    return site


def content(site: dict) -> dict[str, bytes]:
    """Every file of the site with its content."""
    root = Path(site['webroots'][0]['path'])
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob('*') if path.is_file()}


def rows(site: dict) -> list:
    database = sqlite3.connect(site['databases'][0]['path'])
    found = database.execute('select x from t order by x').fetchall()
    database.close()
    return found


def test_a_drill_is_filed_under_its_target_with_grade_and_times(tmp_path: Path, saved: dict) -> None:
    before = content(saved)
    run = Run(tmp_path, {'here': {'website_sites': [saved]}}, playbook='verify.yml')
    assert run.code == 0, run.output
    assert run.record
    assert run.record['run']['kind'] == 'verify'
    Draft202012Validator(SCHEMA).validate(run.record)
    (entry,) = run.record['sites']
    assert (entry['host'], entry['drill']['host']) == ('here', 'here')
    assert entry['drill']['grade'] in 'AB'
    assert (entry['drill']['census_equal'], entry['drill']['files_equal']) == (True, True)
    assert entry['drill']['rto_milliseconds'] > 0
    assert run.folder
    assert 'Uji Pulih' in (run.folder / 'report.html').read_text()
    assert content(saved) == before


def test_the_controller_can_drill_for_a_target_and_the_result_is_the_targets(tmp_path: Path, saved: dict) -> None:
    there = {'here': {'website_sites': [saved], 'website_drill_host': 'localhost'}}
    run = Run(tmp_path, there, playbook='verify.yml')
    assert run.code == 0, run.output
    assert run.record
    (entry,) = run.record['sites']
    assert (entry['host'], entry['drill']['host']) == ('here', 'localhost')


def test_a_drill_host_that_does_not_answer_is_a_drill_that_was_not_done(tmp_path: Path, saved: dict) -> None:
    """The target itself answers, and must not be called unreachable."""
    hosts = {'here': {'website_sites': [saved], 'website_drill_host': 'drills'}, 'drills': DEAD}
    run = Run(tmp_path, hosts, '--limit', 'here', playbook='verify.yml')
    assert run.code == 2, run.output
    assert run.outcomes == {'a': 'failed'}
    assert run.record
    (entry,) = run.record['sites']
    assert entry['drill'] is None
    assert 'drills' in entry['error']
    assert 'did not answer' in entry['error']


def test_a_damaged_point_is_an_f_and_the_run_ends_with_2(tmp_path: Path, saved: dict) -> None:
    (dump,) = (tmp_path / 'repository' / 'a').glob('*/database.*.zst')
    damaged = bytearray(dump.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    dump.chmod(0o600)
    dump.write_bytes(damaged)
    run = Run(tmp_path, {'here': {'website_sites': [saved]}}, playbook='verify.yml')
    assert run.code == 2, run.output
    assert run.record
    assert run.record['sites'][0]['drill']['grade'] == 'F'
    assert dump.name in run.record['sites'][0]['error']


def test_an_unknown_point_is_an_error_with_those_that_there_are(tmp_path: Path, saved: dict) -> None:
    run = Run(tmp_path, {'here': {'website_sites': [saved]}}, '-e', 'point=2001', playbook='verify.yml')
    assert run.code == 2
    assert run.record
    assert "'2001'" in run.record['sites'][0]['error']


def test_a_backup_drills_what_is_due_and_only_that(tmp_path: Path, site: dict) -> None:
    sites = [{**site, 'drill': 'always'}, {**site, 'name': 'b', 'drill': 'quarterly'}, {**site, 'name': 'c'}]
    hosts = {'here': {'website_sites': sites, 'website_drill': True}}
    run = Run(tmp_path, hosts)
    assert run.code == 0, run.output
    assert run.record
    Draft202012Validator(SCHEMA).validate(run.record)
    assert [bool(entry['drill']) for entry in run.record['sites']] == [True, True, False]
    assert all(entry['databases'] for entry in run.record['sites'])
    again = Run(tmp_path, hosts)
    assert again.code == 0, again.output
    assert again.record
    assert [bool(entry['drill']) for entry in again.record['sites']] == [True, False, False]


def test_a_restore_that_nobody_confirmed_shows_its_plan_and_changes_nothing(tmp_path: Path, saved: dict) -> None:
    (Path(saved['webroots'][0]['path']) / 'index.html').write_text('defaced')
    before = content(saved)
    run = Run(tmp_path, {'here': {'website_sites': [saved]}}, '-e', 'only=a', playbook='restore.yml')
    assert run.code == 2
    assert 'nothing was changed' in run.output
    assert 'confirm=a' in run.output
    assert content(saved) == before
    assert run.record
    assert run.record['run']['kind'] == 'backup'  # the plan filed nothing
    for harmless in ('--check', '-e plan=true'):
        arguments = ['-e', 'only=a', '-e', 'confirm=a', *harmless.split()]
        assert Run(tmp_path, {'here': {'website_sites': [saved]}}, *arguments, playbook='restore.yml').code == 0
        assert content(saved) == before


def test_a_confirmed_restore_brings_files_and_rows_back_and_can_be_undone(tmp_path: Path, saved: dict) -> None:
    page = Path(saved['webroots'][0]['path']) / 'index.html'
    page.write_text('defaced')
    database = sqlite3.connect(saved['databases'][0]['path'])
    database.execute('delete from t')
    database.commit()
    database.close()
    hosts = {'here': {'website_sites': [saved]}}
    run = Run(tmp_path, hosts, '-e', 'only=a', '-e', 'confirm=a', playbook='restore.yml')
    assert run.code == 0, run.output
    assert (page.read_text(), rows(saved)) == ('index.html', [(1,), (2,)])
    assert run.record
    Draft202012Validator(SCHEMA).validate(run.record)
    (entry,) = run.record['sites']
    assert run.record['run']['kind'] == 'restore'
    assert (tmp_path / 'repository' / 'a' / entry['restore']['safety_point'] / 'manifest.json').exists()
    assert run.folder
    assert entry['restore']['safety_point'] in (run.folder / 'report.html').read_text()
    back = Run(tmp_path, hosts, '-e', 'only=a', '-e', 'confirm=a', '-e', 'undo=true', playbook='restore.yml')
    assert back.code == 0, back.output
    assert (page.read_text(), rows(saved)) == ('defaced', [])


def test_a_restore_of_several_sites_or_with_another_name_is_refused(tmp_path: Path, saved: dict) -> None:
    before = content(saved)
    hosts = {'here': {'website_sites': [saved, {**saved, 'name': 'b'}]}}
    run = Run(tmp_path, hosts, '-e', 'confirm=a', playbook='restore.yml')
    assert run.code == 2
    assert 'name one site with only=SITE' in run.output
    run = Run(tmp_path, hosts, '-e', 'only=a', '-e', 'confirm=b', playbook='restore.yml')
    assert run.code == 2
    assert 'the restore is of a' in run.output
    assert content(saved) == before


def test_a_clone_without_a_place_of_its_own_is_refused(tmp_path: Path, saved: dict) -> None:
    before = content(saved)
    arguments = ['-e', 'only=a', '-e', 'confirm=a', '-e', 'url=http://staging.example/']
    run = Run(tmp_path, {'here': {'website_sites': [saved]}}, *arguments, playbook='restore.yml')
    assert run.code == 2
    assert 'its own clone' in run.output
    assert content(saved) == before
