# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat backup` with further repositories, and `rawat copy`: real runs with this machine as target and vault."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from integration.wrapper.conftest import Controller
from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[3] / 'docs/schema/record.schema.json'


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    return Controller(tmp_path)


def copies_of(controller: Controller) -> list[dict[str, Any]]:
    return [
        {'name': 'disk', 'location': str(controller.folder / 'disk'), 'create': True},
        {'name': 'far', 'location': str(controller.folder / 'far'), 'create': True},
    ]


def result(controller: Controller, verb: str, *arguments: str) -> dict[str, Any]:
    done = controller.run(verb, '-i', str(controller.inventory), '--json', *arguments)
    found: dict[str, Any] = json.loads(done.stdout)
    assert found['record'], done.stdout + done.stderr
    record = json.loads(Path(found['record']).read_text(encoding='utf-8'))
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding='utf-8'))).validate(record)
    assert found['sites'] == record['sites']  # machines are told what is filed
    return found


def states(entry: dict[str, Any]) -> dict[str, str]:
    return {copy['name']: copy['status'] for copy in entry['copies']}


def test_a_backup_is_copied_and_a_copy_out_of_reach_is_finished_later(controller: Controller) -> None:
    site, copies = controller.site('a'), copies_of(controller)
    controller.write_inventory(localhost=controller.host(site, website_copies=copies))
    first = result(controller, 'backup')
    assert first['exit_code'] == 0, first
    (entry,) = first['sites']
    assert entry['outcome'] == 'complete'
    assert states(entry) == {'disk': 'verified', 'far': 'verified'}
    assert all(copy['bytes'] > 0 for copy in entry['copies'])
    point = entry['recovery_point']
    assert (controller.folder / 'disk/a' / point / 'manifest.json').exists()

    copies[0]['create'] = False
    controller.write_inventory(localhost=controller.host(site, website_copies=copies))
    shutil.move(controller.folder / 'disk', controller.folder / 'unplugged')
    second = result(controller, 'backup')
    assert second['exit_code'] == 0
    (entry,) = second['sites']
    assert entry['outcome'] == 'remarks'
    assert states(entry) == {'disk': 'pending', 'far': 'verified'}
    assert any(remark.startswith('copy disk ') and 'rawat copy' in remark for remark in entry['remarks'])
    filed = Path(second['record']).read_bytes()

    shutil.move(controller.folder / 'unplugged', controller.folder / 'disk')
    last = result(controller, 'copy')
    assert last['exit_code'] == 0
    assert states(last['sites'][0]) == {'disk': 'verified', 'far': 'verified'}
    assert last['sites'][0]['outcome'] == 'complete'
    assert Path(second['record']).read_bytes() == filed
    assert 'TERVERIFIKASI' in Path(last['report']).read_text(encoding='utf-8').upper()
