# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recap reads what the product really issues: reports, receipts and reports on a period."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import record
from ansible_collections.rawat.website.plugins.module_utils.issuing import accept, issue, period, recap
from ansible_collections.rawat.website.plugins.module_utils.procedure import assignment, office
from unit import samples
from unit.filings import OFFSET, inventory

LETTER = {
    'number': 'DISP-0007/I/2026', 'date': '2026-01-12', 'mode': 'single', 'recorded': '2026-01-12T02:12:00Z',
    'received': '2026-01-12T03:05:00Z', 'instruction': 'Laksanakan pemeliharaan website',
    'assigner': {'name': 'Ratna Wulandari', 'id': '19800202 200501 2 002', 'position': 'Subkoordinator'},
    'officer': {'name': 'Budi Santoso', 'id': '19900101 201501 1 001', 'position': 'Pranata Komputer'},
}  # fmt: skip
STANDING = {**LETTER, 'number': 'DISP-0008/I/2026', 'mode': 'standing', 'valid_from': '2026-01-01',
            'valid_until': '2026-03-31'}  # fmt: skip
NOW = '2026-02-02T02:00:00Z'


def file_run(root: Path, run_id: str, letter: dict[str, Any]) -> dict[str, Any]:
    plan = {
        'kind': 'backup', 'run_id': run_id, 'started': '2026-01-13T02:00:00Z', 'root': str(root),
        'filing': str(root / '2026' / '01' / run_id), 'language': 'id', 'utc_offset_minutes': OFFSET,
        'collection_version': '0.1.0', 'controller': 'control', 'assignment': assignment.settle(letter),
        'office': office.settle(None), 'late_reasons': {}, 'officer_remarks': [],
        'operator': {'os_user': 'budi', 'awx_user': None, 'awx_job': None},
        'hosts': {'web1': [{'name': 'peraturan', 'url': None}]},
    }  # fmt: skip
    return issue.file_run(plan, record.build(plan, {'web1': [samples.site()]}))


def gathered(root: Path) -> dict[str, Any]:
    return recap.gather(str(root), '2026-01', inventory('peraturan', 'ejurnal'), office.settle(None), OFFSET, NOW)


def test_a_report_and_its_receipt_are_counted_with_all_five_steps(tmp_path: Path) -> None:
    filed = file_run(tmp_path, 'r1', LETTER)
    assert filed['problems'] == []
    before = gathered(tmp_path)
    assert before['sites'][0]['steps']['of'] == 5
    assert [report['number'] for report in before['open_reports']] == []  # it is dated the day on which it was issued
    by = {'name': 'Ratna Wulandari', 'id': None, 'position': None}
    accept.accept(str(tmp_path), filed['number'], by, late_reasons={5: 'libur'})
    after = gathered(tmp_path)
    assert (after['unfit'], after['runs'], after['not_in_register']) == ([], 1, 0)
    site = after['sites'][0]
    assert (site['registers'], site['assignments'], site['runs']) == (
        [filed['number']],
        ['DISP-0007/I/2026'],
        {'ok': 1, 'of': 1},
    )
    assert site['steps']['pending'] == 0
    # The samples' backups ended in November: the steps that begin with the letter of January cannot all be met.
    assert site['steps']['late'] >= 1
    assert after['sites'][1]['status'] == 'unreachable'


def test_runs_of_a_standing_assignment_count_as_backups_and_their_report_as_steps(tmp_path: Path) -> None:
    assert file_run(tmp_path, 'r1', STANDING)['number'] is None
    assert period.period_report(str(tmp_path), STANDING['number'])['number'].startswith('0001/BKP/')
    january = gathered(tmp_path)
    assert (january['unfit'], january['not_in_register']) == ([], 1)
    site = january['sites'][0]
    assert (site['runs'], site['steps']['of'], site['registers']) == ({'ok': 1, 'of': 1}, 0, [])
    path = tmp_path / '2026' / '01' / 'r1' / 'record.json'
    path.write_bytes(path.read_bytes().replace(b'"peraturan"', b'"peraturin"'))
    forged = f'{hashlib.sha256(path.read_bytes()).hexdigest()}  record.json\n'
    (path.parent / 'SHA256SUMS').write_text(forged, encoding='utf-8')  # the period report still knows what was filed
    assert [(unfit['what'], unfit['run']) for unfit in gathered(tmp_path)['unfit']] == [('altered', 'r1')]
