# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the register says of a report: enough to find data from paper without opening the record (SOP: pencatatan)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.procedure.office import retention_until
from ansible_collections.rawat.website.plugins.module_utils.procedure.steps import tally

KEPT_AS = {'verify': 'minutes'}  # whose retention a kind of run has; the others have that of reports


def report_row(document: Mapping[str, Any], filed: Mapping[str, Any], folder: str, today: date) -> dict[str, Any]:
    """The row of kind 'report' (docs/register.md). `filed` is what was written; `folder` is relative to the filing."""
    run, office, assignment = document['run'], document['office'], document['assignment']
    years = office['retention_years'][KEPT_AS.get(run['kind'], 'report')]
    return {
        'kind': 'report',
        'number': document['register']['number'],
        'run': run['id'],
        'run_kind': run['kind'],
        'folder': folder,
        'date': today.isoformat(),
        'assignment': {key: assignment.get(key) for key in ('number', 'date', 'mode')},
        'officer': (assignment.get('officer') or {}).get('name'),
        'sites': [_site(entry) for entry in document['sites']],
        'status': filed['outcome'],
        'deadlines': tally(document['steps']) if document.get('time_rule') else {'met': 0, 'judged': 0},
        'bytes': sum(part.get('bytes') or 0 for part in _parts(document)),
        'record_sha256': filed['record_sha256'],
        'code': filed['code'],
        'documents': filed['documents'],
        'archive_class': office['archive_class'],
        'retention_until': retention_until(today.isoformat(), years),
        'physical_location': office['physical_location'],
        'operator': run.get('operator'),
    }


def _site(entry: Mapping[str, Any]) -> dict[str, Any]:
    drill = entry.get('drill') or next(iter(entry.get('drills') or []), None)
    repository = entry.get('repository')
    return {
        'site': entry['site'],
        'host': entry['host'],
        'outcome': entry['outcome'],
        'recovery_point': entry['recovery_point'],
        'repository': repository and {key: repository.get(key) for key in ('store', 'location')},
        'databases': [_part(part) for part in entry['databases']],
        'webroots': [_part(part) for part in entry['webroots']],
        'drill': drill and {key: drill.get(key) for key in ('grade', 'rto_milliseconds')},
    }


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    digest = part.get('stored_sha256') or part.get('sha256') or part.get('list_sha256')
    return {'file': part.get('file'), 'sha256': digest, 'bytes': part.get('bytes')}


def _parts(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [part for entry in document['sites'] for part in [*entry['databases'], *entry['webroots']]]
