# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A filing directory with records and their rows, written through the register's own interface, for tests."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import record as records
from ansible_collections.rawat.website.plugins.module_utils.issuing.rows import report_row
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.procedure import office
from ansible_collections.rawat.website.plugins.module_utils.register import code_of, writing

OFFSET = 420  # minutes: WIB
STEPS = (
    (1, 'assignment', 'sub_coordinator'), (2, 'database_backup', 'officer'), (3, 'webroot_backup', 'officer'),
    (4, 'report', 'officer'), (5, 'hand_over', 'officer'), (6, 'done', 'coordinator'),
)  # fmt: skip
TIME = '%Y-%m-%dT%H:%M:%SZ'


def steps(late: dict[int, str | None] | None = None, finished: int = 4, deadline: str = '') -> list[dict[str, Any]]:
    """The six steps of a report: the first `finished` are done, those in `late` (number: reason) were late."""
    late = late or {}
    done = [number <= finished for number, _name, _actor in STEPS]
    return [
        {
            'number': number, 'name': name, 'actor': actor, 'outcome': 'complete' if number in (2, 3, 4) else None,
            'started': '2026-01-12T02:00:00Z' if is_done else None,
            'finished': '2026-01-12T03:00:00Z' if is_done else None, 'standard_days': None if number == 6 else 1,
            'deadline': None if number == 6 else deadline or '2026-01-13T09:00:00Z',
            'met': None if number == 6 or not is_done else number not in late, 'reason': late.get(number),
        }
        for (number, name, actor), is_done in zip(STEPS, done)
    ]  # fmt: skip


class Filing:
    """Writes runs into `root` as `issuing.issue` does, without drawing documents."""

    def __init__(self, root: Path, **settings: Any):
        self.root, self.office = root, office.settle(settings)

    def run(
        self,
        day: str,
        *sites: dict[str, Any],
        kind: str = 'backup',
        letter: str | None = 'DISP-0001',
        mode: str = 'single',
        numbered: bool = True,
        six: list[dict[str, Any]] | None = None,
        issued: str | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """File a run that began on `day` ('2026-01-12', 10:00 local); returns its row, or {} where it has none."""
        started = datetime.fromisoformat(day) + timedelta(hours=10, minutes=-OFFSET)
        run_id = f'{started:%Y%m%dT%H%M%SZ}-{hashlib.sha256(repr((kind, sites)).encode()).hexdigest()[:4]}'
        run = {'id': run_id, 'started': started.strftime(TIME), 'kind': kind, 'utc_offset_minutes': OFFSET}
        document = {
            'schema': 1, 'run': {**run, 'finished': run['started'], 'collection_version': '0.1.0',
                                 'controller': 'control', 'language': 'id', 'died': None, 'operator': None},
            'assignment': {'number': letter, 'date': day, 'mode': mode, 'officer': {'name': 'Budi Santoso'}},
            'office': self.office, 'steps': steps() if six is None else six, 'time_rule': {'days': 'working'},
            'sites': list(sites), **more,
        }  # fmt: skip
        folder = f'{started:%Y/%m}/{run_id}'
        if not numbered:
            records.write(document, str(self.root / folder), [('report.html', b'<p>')])
            return {}
        with writing(str(self.root)) as book:
            document['register'] = book.next_number(int(day[:4]), self.office['register_code'])
            records.write(document, str(self.root / folder), [('report.html', b'<p>')])
            digest = hashlib.sha256(canonical(document)).hexdigest()
            filed = {'outcome': records.outcome(document), 'record_sha256': digest,
                     'code': code_of(canonical(document)),
                     'documents': {'report.html': hashlib.sha256(b'<p>').hexdigest()}}  # fmt: skip
            return book.append(report_row(document, filed, folder, date.fromisoformat(issued or day)))

    def accept(self, row: dict[str, Any], late: dict[int, str | None] | None = None) -> dict[str, Any]:
        """Close a report: its receipt with steps 5 and 6, and the row of it."""
        closing = [step for step in steps(late, finished=6) if step['number'] > 4]
        receipt = {'schema': 1, 'kind': 'receipt', 'number': row['number'], 'steps': closing}
        content = canonical(receipt)
        (self.root / row['folder'] / 'receipt.json').write_bytes(content)
        return self.append(
            'receipt', row['number'], record_sha256=row['record_sha256'], deadlines={'met': 5, 'judged': 5},
            documents={'receipt.json': hashlib.sha256(content).hexdigest()},
            accepted_by={'name': 'Ratna Wulandari', 'id': None, 'position': None}, operator=None,
        )  # fmt: skip

    def append(self, kind: str, number: str | None, **fields: Any) -> dict[str, Any]:
        """A row of any other kind."""
        with writing(str(self.root)) as book:
            return book.append({'kind': kind, 'number': number, **fields})

    def record_of(self, row: dict[str, Any]) -> Path:
        return self.root / row['folder'] / 'record.json'


def inventory(*names: str) -> list[dict[str, Any]]:
    """Sites as `rawat.inventory.inventory_sites` gives them."""
    return [{'name': name, 'host': 'web1.example.go.id', 'url': f'https://{name}.example.go.id/'} for name in names]
