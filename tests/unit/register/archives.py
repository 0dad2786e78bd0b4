# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small filing directory: three reports, one accepted with a scan attached, a recap, and a recovery point."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical
from ansible_collections.rawat.website.plugins.module_utils.register import code_of, writing
from unit import samples

POINT = '2026-11-22T101530Z'
SCAN = b'\x89PNG scan of the signed paper'


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def run_id(ordinal: int) -> str:
    return f'2026112{ordinal}T101530Z-000{ordinal}'


def make(filing: Path) -> Path:
    """The whole filing directory; returns the folder of report 1."""
    repository = recovery_point(filing.parent / 'repository')
    for _report in range(3):
        issue(filing, repository)
    folder = filing / '2026' / '11' / run_id(1)
    accept(filing, folder)
    attach(filing, folder)
    recap(filing)
    return folder


def issue(filing: Path, repository: Path) -> dict[str, Any]:
    """One run, issued: record, report, sums, row. Returns the row."""
    with writing(str(filing)) as book:
        number = book.next_number(2026, 'BKP')
        run = run_id(number['ordinal'])
        folder = filing / '2026' / '11' / run
        folder.mkdir(parents=True)
        site = samples.site(repository={'store': 'archive', 'location': str(repository)}, databases=[], webroots=[])
        content = canonical({**samples.record(site, id=run), 'register': number})
        report = f'<p>report {number["number"]}</p>'.encode()
        (folder / 'record.json').write_bytes(content)
        (folder / 'report.html').write_bytes(report)
        sums = f'{sha256(content)}  record.json\n{sha256(report)}  report.html\n'
        (folder / 'SHA256SUMS').write_text(sums, encoding='ascii')
        return book.append(report_row(number['number'], run, content, {'report.html': sha256(report)}, repository))


def report_row(
    number: str, run: str, record: bytes, documents: dict[str, str], repository: Path
) -> dict[str, Any]:
    dump = (repository / 'peraturan' / POINT / 'database.sql.zst').read_bytes()
    site = {
        'site': 'peraturan', 'host': 'web1', 'outcome': 'complete', 'recovery_point': POINT, 'webroots': [],
        'repository': {'store': 'archive', 'location': str(repository)}, 'drill': None,
        'databases': [{'file': 'database.sql.zst', 'sha256': sha256(dump), 'bytes': 100}],
    }  # fmt: skip
    return {
        'kind': 'report', 'number': number, 'run': run, 'run_kind': 'backup', 'folder': f'2026/11/{run}',
        'date': '2026-11-22', 'assignment': {'number': 'DISP-0007', 'date': '2026-11-20', 'mode': 'single'},
        'officer': 'Siti', 'sites': [site], 'status': 'complete', 'deadlines': {'met': 4, 'judged': 4}, 'bytes': 100,
        'record_sha256': sha256(record), 'code': code_of(record), 'documents': documents,
    }  # fmt: skip


def recovery_point(repository: Path) -> Path:
    """A point of the archive store as it lies on a disk; returns the repository."""
    folder = repository / 'peraturan' / POINT
    folder.mkdir(parents=True)
    (repository / '.rawat-repository').write_text('{}\n', encoding='ascii')
    files = {'database.sql.zst': b'a dump' * 99, 'manifest.json': canonical({'id': POINT, 'webroots': []})}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    sums = ''.join(f'{sha256(content)}  {name}\n' for name, content in files.items())
    (folder / 'SHA256SUMS').write_text(sums, encoding='ascii')
    return repository


def accept(filing: Path, folder: Path) -> None:
    """The receipt of report 1."""
    digest = sha256((folder / 'record.json').read_bytes())
    receipt = canonical({'kind': 'receipt', 'number': '0001/BKP/2026', 'record_sha256': digest, 'run': run_id(1)})
    (folder / 'receipt.json').write_bytes(receipt)
    row = {'kind': 'receipt', 'number': '0001/BKP/2026', 'record_sha256': digest}
    with writing(str(filing)) as book:
        book.append({**row, 'documents': {'receipt.json': sha256(receipt)}, 'accepted_by': {'name': 'Budi'}})


def attach(filing: Path, folder: Path) -> None:
    """The scan of report 1."""
    (folder / 'attachments').mkdir()
    (folder / 'attachments' / 'scan.png').write_bytes(SCAN)
    row = {'kind': 'attachment', 'number': '0001/BKP/2026', 'file': 'scan.png', 'file_sha256': sha256(SCAN)}
    with writing(str(filing)) as book:
        book.append({**row, 'bytes': len(SCAN), 'description': 'lembar bertanda tangan'})


def recap(filing: Path) -> None:
    """A recap, whose tip anchors the rows before it."""
    folder = filing / 'recaps' / '2026-11'
    folder.mkdir(parents=True)
    with writing(str(filing)) as book:
        content = canonical({'month': '2026-11', 'tip': {'row': len(book.rows), 'sha256': book.tip}})
        (folder / 'recap.json').write_bytes(content)
        (folder / 'SHA256SUMS').write_text(f'{sha256(content)}  recap.json\n', encoding='ascii')
        row = {'kind': 'recap', 'number': None, 'month': '2026-11', 'folder': 'recaps/2026-11', 'tip': book.tip}
        book.append({**row, 'documents': {'recap.json': sha256(content)}})
