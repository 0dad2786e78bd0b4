# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat status` warns of what is due: an assignment under which nothing ran, then the report that came of it."""

from __future__ import annotations

import json
from typing import Any

from .conftest import Controller

ASSIGNMENT = {
    'number': 'DISP-0007/VI/2025',
    'date': '2025-06-02',
    'mode': 'single',
    'assigner': {'name': 'Siti Aminah', 'id': '1', 'position': 'Subkoordinator'},
    'officer': {'name': 'Budi Santoso', 'id': '2', 'position': 'Pranata Komputer'},
    'recorded': '2025-06-02T01:00:00Z',
    'received': '2025-06-02T02:00:00Z',
}


def due(controller: Controller) -> list[dict[str, Any]]:
    status = controller.run('status', '-i', 'hosts.yml', '--json')
    assert status.stdout, status.stderr
    found: list[dict[str, Any]] = json.loads(status.stdout)['deadlines']
    return found


def test_an_assignment_is_late_until_a_backup_ran_and_then_its_report_waits(controller: Controller) -> None:
    controller.write_inventory(kantor=controller.host(controller.site('arsip'), website_assignment=ASSIGNMENT))
    (unused,) = due(controller)
    assert (unused['kind'], unused['state']) == ('assignment', 'late')
    assert (unused['number'], unused['deadline']) == ('DISP-0007/VI/2025', '2025-06-03T09:00:00Z')

    backup = controller.run('backup', '-i', 'hosts.yml')
    assert backup.returncode == 0, backup.stdout + backup.stderr
    record = controller.record()
    (waiting,) = due(controller)
    assert (waiting['kind'], waiting['number']) == ('acceptance', record['register']['number'])
    step_2, step_5 = record['steps'][1], record['steps'][4]
    assert (step_2['met'], step_2['reason']) == (False, None)
    assert waiting['deadline'] == step_5['deadline']
    shown = controller.run('status', '-i', 'hosts.yml', RAWAT_LANG='id')
    assert shown.returncode == 0
    assert f'laporan {record["register"]["number"]} belum diterima (langkah 5)' in shown.stdout


def test_an_assignment_that_expired_hides_nothing_and_is_told(controller: Controller) -> None:
    expired = {**ASSIGNMENT, 'mode': 'standing', 'valid_from': '2025-06-02', 'valid_until': '2025-06-30'}
    site = controller.site('arsip')
    controller.write_inventory(kantor=controller.host(site))
    assert controller.run('backup', '-i', 'hosts.yml').returncode == 0
    controller.write_inventory(kantor=controller.host(site, website_assignment=expired))
    assert controller.run('backup', '-i', 'hosts.yml').returncode == 2
    shown = controller.run('status', '-i', 'hosts.yml', RAWAT_LANG='id')
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert 'BERHASIL' in shown.stdout
    assert 'TERLAMBAT: masa berlaku disposisi berkala DISP-0007/VI/2025 berakhir Senin, 30 Juni 2025' in shown.stdout
