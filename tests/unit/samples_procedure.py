# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records under the SOP and receipts as the product makes them: invented names, the deadlines of January 2026."""

from __future__ import annotations

import hashlib
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.procedure import office, steps
from ansible_collections.rawat.website.plugins.module_utils.register.checker import code_of_hash
from unit.samples import drill, failed, record, remarked, site, unreachable

OFFICER = {'name': 'Rini Wulandari', 'id': '19900101 201501 2 001', 'position': 'Pranata Komputer'}
ASSIGNER = {'name': 'Bambang Prakoso', 'id': '19800202 200501 1 002', 'position': 'Subkoordinator Sistem Informasi'}
NAMES = ('peraturan', 'jaringan-dokumentasi-dan-informasi-hukum-nasional', 'ejurnal')
POINT = '2026-01-13T020000Z_DISP-0007-PPE.4.3-I-2026'
AT_WORK = {'started': '2026-01-13T02:00:00Z', 'finished': '2026-01-13T02:21:00Z'}  # a Tuesday, 09.00 to 09.21 WIB


def assignment(**changes: Any) -> dict[str, Any]:
    """A disposition of Monday 12 January 2026, 09.12 WIB, that the officer had at 10.05."""
    given = {
        'number': 'DISP-0007/PPE.4.3/I/2026',
        'date': '2026-01-12',
        'mode': 'single',
        'assigner': ASSIGNER,
        'officer': OFFICER,
        'valid_from': None,
        'valid_until': None,
        'sites': [],
        'instruction': 'Laksanakan pemeliharaan website (backup database/web aplikasi), laporkan hasilnya.',
        'reason': None,
        'recorded': '2026-01-12T02:12:00Z',
        'received': '2026-01-12T03:05:00Z',
        'scan': {'name': 'DISP-0007.pdf', 'sha256': digest('scan')},
    }
    return {**given, **changes}


def digest(text: str) -> str:
    """A SHA-256 for a sample, another for every text."""
    return hashlib.sha256(text.encode()).hexdigest()


def procedure_site(number: int, count: int) -> dict[str, Any]:
    """Site `number` (from 0) of a run under the SOP: of three one is remarked and one failed, of many a few are."""
    name = NAMES[number] if count <= len(NAMES) else f'situs-{number + 1:03d}'
    kind = number if count > 1 else 0
    if count > len(NAMES):
        kind = {7: 1, 13: 2, 29: 3}.get(number % 31, 0)
    due = count <= len(NAMES) or number % 10 == 0  # quarterly drills of many sites: a tenth of them in a week
    grade = 'AB'[kind] if due and kind < 2 else None
    entry = (site, remarked, failed, unreachable)[kind](name, url=f'https://{name}.example.go.id/')
    for part in entry['webroots']:
        part.update(file=f'webroot.{part["label"]}.tar.zst', list_file=f'webroot.{part["label"]}.files.zst')
    for part in entry['databases'] + entry['webroots']:
        part.update(AT_WORK)
        part.update(
            {key: digest(part['label'] + key) for key in ('sha256', 'stored_sha256', 'list_sha256') if part.get(key)}
        )
    if entry['recovery_point']:
        entry.update(AT_WORK, recovery_point=POINT)
    if grade:
        times = {'rto_milliseconds': 21 * 60_000 + 4000 + number * 977, 'rpo_milliseconds': 7_200_000}
        entry['drill'] = drill(grade, recovery_point=POINT, **times, **AT_WORK)
        entry['remarks'] = [f'drill: {grade}: {entry["drill"]["reason"]}'] if grade == 'B' else []
    return entry


def procedure_record(sites: int | list[dict[str, Any]] = 3, **changes: Any) -> dict[str, Any]:
    """A record under the SOP with so many sites (or these): step 4 late, step 5 due after a holiday.

    `changes` are of the record's keys; 'assignment' and 'office' are taken into account by the deadlines.
    """
    entries = [procedure_site(number, sites) for number in range(sites)] if isinstance(sites, int) else sites
    made = record(*entries, id='20260113T020000Z-0a1b', started=AT_WORK['started'], finished='2026-01-15T02:02:00Z',
                  kind='backup', template_version=1,
                  operator={'os_user': 'rawat', 'awx_user': 'rini', 'awx_job': '412'})  # fmt: skip
    given = changes.get('assignment') or assignment()
    settled = office.settle({'physical_location': 'Lemari 3, map 0007', **changes.pop('office', {})})
    for step, times in zip(made['steps'], _times_of_steps(made)):
        step.update(times)
    reasons = {4: 'rapat dinas pada 14 Januari 2026'}
    six, rule = steps.steps(given, made['steps'], settled, 420, reasons)
    number = {'number': '0007/BKP/2026', 'year': 2026, 'ordinal': 7, 'code': 'BKP'}
    own = {'assignment': given, 'office': settled, 'register': number, 'steps': six, 'time_rule': rule}
    return {**made, **own, 'officer_remarks': [], 'period': None, **changes}


def published(count: int) -> dict[str, Any]:
    """The record of docs/samples with so many sites; that of three has a remark of the officer's."""
    remarks = ['Kabel jaringan ruang peladen diganti pada 13 Januari.'] if count == len(NAMES) else []
    return procedure_record(count, officer_remarks=remarks)


def _times_of_steps(made: dict[str, Any]) -> list[dict[str, Any]]:
    """09.00 to 09.07, 09.07 to 09.21 on the day of the run, and the report two days later."""
    failed_parts = any(entry['outcome'] in ('failed', 'unreachable') for entry in made['sites'])
    remarks = any(entry['outcome'] == 'remarks' for entry in made['sites'])
    return [
        {'started': '2026-01-13T02:00:00Z', 'finished': '2026-01-13T02:07:00Z',
         'outcome': 'failed' if failed_parts else 'complete'},
        {'started': '2026-01-13T02:07:00Z', 'finished': '2026-01-13T02:21:00Z',
         'outcome': 'remarks' if remarks else 'complete'},
        {'started': '2026-01-14T01:30:00Z', 'finished': '2026-01-15T02:02:00Z', 'outcome': 'complete'},
    ]  # fmt: skip


def receipt(made: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The receipt of a record under the SOP, accepted on Monday 19 January 2026, 09.30 WIB."""
    at = '2026-01-19T02:30:00Z'
    closing, rule = steps.closing(made, None, at)
    sha256 = hashlib.sha256(canonical(made)).hexdigest()
    given = {
        'schema': 1, 'kind': 'receipt', 'number': '0007/BKP/2026', 'run': made['run']['id'], 'record_sha256': sha256,
        'code': code_of_hash(sha256),
        'documents': {name: digest(name) for name in ('report.html', 'report.pdf', 'disposition.pdf')},
        'report_row': 41, 'report_row_sha256': digest('row'), 'steps': closing, 'time_rule': rule,
        'office': made['office'], 'assignment': made['assignment'],
        'accepted': {'at': at, 'by': ASSIGNER, 'remark': 'Tindak lanjut situs ejurnal dilaporkan pekan depan.'},
        'delivered': None, 'utc_offset_minutes': 420,
        'operator': {'os_user': 'rawat', 'awx_user': None, 'awx_job': None}, 'collection_version': '0.1.0',
    }  # fmt: skip
    return {**given, **changes}
