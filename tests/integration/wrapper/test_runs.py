# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat` with the real playbooks on this machine: what it files, what it shows, what it leaves."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .conftest import Controller


def sums_are_good(folder: Path) -> bool:
    return subprocess.run(['sha256sum', '--check', '--quiet', 'SHA256SUMS'], cwd=folder, check=False).returncode == 0


def restored_rows(dump: Path, target: Path) -> int:
    """Rows of the demo's table after `zstd -dc DUMP | sqlite3 TARGET`, without the product."""
    sql = subprocess.run(['zstd', '-dcq', str(dump)], capture_output=True, check=True).stdout
    subprocess.run(['sqlite3', '-bail', str(target)], input=sql, check=True)
    connection = sqlite3.connect(target)
    try:
        count: int = connection.execute('SELECT count(*) FROM regulation').fetchone()[0]
        return count
    finally:
        connection.close()


def test_the_demo_makes_a_point_that_restores_without_the_product(controller: Controller, tmp_path: Path) -> None:
    first = controller.run('demo')
    assert first.returncode == 0, first.stdout + first.stderr
    assert 'SUCCESS' in first.stdout
    (point,) = (tmp_path / 'rawat-demo' / 'repository' / 'demo').glob('2*')
    assert sums_are_good(point)
    (dump,) = point.glob('database.sqlite.*.sql.zst')
    assert restored_rows(dump, tmp_path / 'restored.db') == 500
    record, proof = sorted((tmp_path / 'rawat-demo' / 'filing').glob('*/*/*/record.json'))
    for filed in (record, proof):
        assert sums_are_good(filed.parent)
        assert 'BERHASIL' in (filed.parent / 'report.html').read_text(encoding='utf-8')
    assert json.loads(record.read_text(encoding='utf-8'))['sites'][0]['databases'][0]['census']['tables'] == 2
    assert json.loads(proof.read_text(encoding='utf-8'))['sites'][0]['drill']['grade'] == 'A'
    again = controller.run('demo', RAWAT_LANG='id', LC_ALL='C')
    assert again.returncode == 0, again.stdout + again.stderr
    assert 'BERHASIL' in again.stdout
    assert len(list(point.parent.glob('2*'))) == 2
    assert list(controller.runtime.iterdir()) == []


def test_a_demo_directory_of_somebody_else_is_left_alone(controller: Controller, tmp_path: Path) -> None:
    (tmp_path / 'rawat-demo').mkdir()
    (tmp_path / 'rawat-demo' / 'mine.txt').write_text('mine', encoding='utf-8')
    ended = controller.run('demo')
    assert ended.returncode == 2
    assert [path.name for path in (tmp_path / 'rawat-demo').iterdir()] == ['mine.txt']


def test_doctor_finds_and_changes_nothing_then_backup_and_status_agree(controller: Controller) -> None:
    controller.write_inventory(localhost=controller.host(controller.site('arsip')))
    before = sorted(controller.folder.rglob('*'))
    doctor = controller.run('doctor', '-i', 'hosts.yml', '--json')
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert json.loads(doctor.stdout)['sites'][0]['outcome'] == 'ready'
    left = set(controller.folder.rglob('*')) - set(before)
    assert [path for path in left if controller.folder / 'home' not in path.parents] == []
    assert controller.run('status', '-i', 'hosts.yml').returncode == 1
    backup = json.loads(controller.run('backup', '-i', 'hosts.yml', '--json').stdout)
    assert (backup['exit_code'], backup['outcome'], backup['died']) == (0, 'complete', None)
    status = controller.run('status', '-i', 'hosts.yml', '--json')
    assert status.returncode == 0
    assert json.loads(status.stdout)['sites'][0]['newest_good'] == backup['sites'][0]['recovery_point']


def test_one_bad_site_and_one_absent_host_stop_nothing_and_are_named(controller: Controller) -> None:
    gone = controller.site('gone')
    Path(gone['databases'][0]['path']).unlink()
    absent = {'ansible_connection': 'ssh', 'ansible_host': '127.0.0.1', 'ansible_port': 9, 'ansible_become': False}
    controller.write_inventory(
        localhost=controller.host(controller.site('arsip'), gone),
        web2={**controller.host(controller.site('far')), **absent},
    )
    ended = controller.run('backup', '-i', 'hosts.yml')
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert 'Report: ' in ended.stdout, ended.stdout + ended.stderr
    record = controller.record()
    outcomes = {site['site']: site['outcome'] for site in record['sites']}
    assert outcomes == {'arsip': 'complete', 'gone': 'failed', 'far': 'unreachable'}
    for words in ('gone.db', 'NOT DONE', 'refused'):
        assert words in ended.stdout
    assert 'TIDAK DILAKSANAKAN' in controller.report()


def test_only_the_named_site_is_backed_up(controller: Controller) -> None:
    controller.write_inventory(localhost=controller.host(controller.site('arsip'), controller.site('berita')))
    assert controller.run('backup', '-i', 'hosts.yml', '--only', 'berita').returncode == 0
    assert [site['site'] for site in controller.record()['sites']] == ['berita']
    assert not (controller.folder / 'repository' / 'arsip').exists()


def test_a_reader_that_leaves_early_changes_neither_the_backup_nor_its_exit_code(controller: Controller) -> None:
    controller.write_inventory(localhost=controller.host(controller.site('arsip')))
    process = controller.start('backup', '-i', 'hosts.yml')
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    assert (process.wait(), errors) == (0, '')
    assert controller.record()['sites'][0]['outcome'] == 'complete'


def bad_inventories() -> list[Any]:
    return [
        pytest.param({'all': {'hosts': {}}}, ['names no site'], id='no host'),
        pytest.param(
            {'all': {'hosts': {'localhost': {'website_sites': []}}}},
            ['no host of the inventory has a site'],
            id='no site',
        ),
        pytest.param(
            {
                'all': {
                    'hosts': {
                        'a': {'website_sites': [{'name': '../x'}, {'name': 'y'}]},
                        'b': {'website_sites': [{'nam': 'z'}]},
                    }
                }
            },
            ["'../x' is not usable", 'neither webroots nor databases', 'website_repository is missing', 'nam'],
            id='many errors',
        ),
    ]


@pytest.mark.parametrize(('inventory', 'words'), bad_inventories())
def test_a_bad_inventory_is_exit_code_2_with_every_error_and_nothing_is_touched(
    controller: Controller, inventory: dict[str, Any], words: list[str]
) -> None:
    controller.inventory.write_text(json.dumps(inventory), encoding='utf-8')
    ended = controller.run('backup', '-i', 'hosts.yml')
    assert ended.returncode == 2
    assert [word for word in words if word not in ended.stderr] == []
    assert not controller.filing.exists()
    assert list(controller.runtime.iterdir()) == []


def test_an_inventory_that_is_half_readable_is_refused_rather_than_half_done(controller: Controller) -> None:
    folder = controller.folder / 'inventory'
    folder.mkdir()
    controller.write_inventory(localhost=controller.host(controller.site('arsip')))
    controller.inventory.rename(folder / 'good.yml')
    (folder / 'broken.yml').write_text('all:\n  hosts: [\n', encoding='utf-8')
    ended = controller.run('backup')
    assert ended.returncode == 2
    assert 'broken.yml' in ended.stderr
    assert not (controller.folder / 'repository').exists()


def test_an_unknown_site_is_named_with_those_that_there_are(controller: Controller) -> None:
    controller.write_inventory(localhost=controller.host(controller.site('arsip')))
    ended = controller.run('backup', '-i', 'hosts.yml', '--only', 'arsipp', '--json')
    assert ended.returncode == 2
    assert "'arsipp'" in json.loads(ended.stdout)['errors'][0]
    assert 'arsip' in json.loads(ended.stdout)['errors'][0]


def test_an_inventory_secret_is_in_no_file_of_the_run(controller: Controller) -> None:
    site = controller.site('arsip')
    host = controller.host(site, site_secret='s3cr3t-value', website_language='{{ chosen }}')
    host['website_repository']['environment'] = {'UNUSED': '{{ site_secret }}'}
    controller.write_inventory(localhost=host)
    ended = controller.run('backup', '-i', 'hosts.yml', '-e', 'chosen=en', '-e', 'token=an0ther-secret', '-vvv')
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert 'SUCCESS' in controller.report()
    for path in [
        *controller.filing.rglob('*'),
        *controller.runtime.rglob('*'),
        *(controller.folder / 'home').rglob('*'),
    ]:
        if path.is_file():
            content = path.read_bytes()
            assert b's3cr3t-value' not in content, path
            assert b'an0ther-secret' not in content, path
    assert 's3cr3t' not in ended.stdout + ended.stderr
