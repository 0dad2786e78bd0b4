# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The procedure from the disposition to the receipt on real servers, and an auditor who has the paper alone."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from e2e.product import BIN, MEDIAWIKI, NEWS, WORDPRESS, Ended, Product
from testbed import Host, Testbed

SUB_COORDINATOR, OFFICER = 'Ratna Wulandari', 'Budi Santoso'
NUMBER = 'DISP-0007/PPE.4.3/XI/2026'
SITES = ['wordpress', 'wiki', 'news']


@pytest.fixture
def product(testbed: Testbed, tmp_path: Path, web1: Host) -> Product:
    found = Product(testbed, tmp_path)
    repository = {'store': 'archive', 'location': '/srv/procedure', 'create': True}
    found.write_inventory({web1: [WORDPRESS, MEDIAWIKI, NEWS]}, repository, website_assignment_required=True)
    return found


def rawat(product: Product, *words: str) -> Ended:
    """A verb that needs no inventory."""
    return product.finish(product.start([str(BIN / 'rawat'), *words]), product.runs())


def assigned(product: Product, *more: str) -> Path:
    today = datetime.date.today().isoformat()
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    file = product.folder / 'disposisi.yml'
    sites = [word for site in SITES for word in ('--site', site)]
    made = rawat(
        product, 'assign', '--number', NUMBER, '--date', today, '--assigner', SUB_COORDINATOR, '--officer', OFFICER,
        '--recorded', now, '--received', now, *sites, '--output', str(file), *more,
    )  # fmt: skip
    assert made.code == 0, made.text
    return file


def register_rows(product: Product) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (product.filing / 'register.jsonl').read_text().splitlines()]


def test_without_a_disposition_nothing_is_touched(product: Product, web1: Host) -> None:
    ended = product.run(product.rawat('backup'))
    assert ended.code == 2, ended.text
    assert 'website_assignment' in ended.text
    assert not product.filing.exists()
    assert not web1.path('/srv/procedure').exists()


def test_from_disposition_to_receipt_and_from_paper_to_data(product: Product, web1: Host) -> None:
    shutil.rmtree(web1.path('/srv/procedure'), ignore_errors=True)
    ended = product.run(product.rawat('backup', '--assignment', str(assigned(product))))
    assert ended.code == 0, ended.text
    (folder,) = product.runs()
    number, row = ended.record['register']['number'], register_rows(product)[0]
    assert row['number'] == number
    assert [step['name'] for step in ended.record['steps']] == [
        'assignment', 'database_backup', 'webroot_backup', 'report', 'hand_over', 'done',
    ]  # fmt: skip
    assert [step['met'] for step in ended.record['steps'][:4]] == [True, True, True, True]
    assert all('DISP-0007-PPE.4.3-XI-2026' in entry['recovery_point'] for entry in ended.record['sites'])
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    refused = rawat(product, 'accept', number, '--as', OFFICER, '--filing', str(product.filing))
    assert refused.code != 0, refused.text
    assert not (folder / 'receipt.json').exists()
    accepted = rawat(product, 'accept', number, '--as', SUB_COORDINATOR, '--filing', str(product.filing))
    assert accepted.code == 0, accepted.text
    assert (folder / 'receipt.pdf').exists()
    assert [one['kind'] for one in register_rows(product)] == ['report', 'receipt']
    frozen = {name: content for name, content in before.items() if name.startswith(('report', 'record', 'disposition'))}
    assert {name: (folder / name).read_bytes() for name in frozen} == frozen

    report = folder / 'report.pdf'
    for asked in (str(report), number, row['code']):
        checked = rawat(product, 'check', asked, '--filing', str(product.filing))
        assert checked.code == 0, checked.text
    alone = subprocess.run(
        [sys.executable, '-I', str(folder / 'verify.py'), str(report)], capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    assert alone.returncode == 0, alone.stdout + alone.stderr
    altered = product.folder / 'altered.pdf'
    altered.write_bytes(with_another_record(report.read_bytes()))
    checked = rawat(product, 'check', str(altered), '--filing', str(product.filing))
    assert checked.code == 1, checked.text
    assert 'record' in checked.text

    plan = product.run(product.rawat('restore', '--only', 'news', '--register', number, '--plan'))
    (point,) = [entry['recovery_point'] for entry in ended.record['sites'] if entry['site'] == 'news']
    assert point in plan.text, plan.text


def test_a_standing_assignment_hangs_its_runs_under_one_report(product: Product) -> None:
    until = (datetime.date.today() + datetime.timedelta(days=80)).isoformat()
    today = datetime.date.today().isoformat()
    file = assigned(product, '--mode', 'standing', '--valid-from', today, '--valid-until', until)
    for _run in range(2):
        ended = product.run(product.rawat('backup', '--only', 'news', '--assignment', str(file)))
        assert ended.code == 0, ended.text
        assert not ended.record.get('register')
    made = rawat(product, 'report', '--standing', NUMBER, '--filing', str(product.filing))
    assert made.code == 0, made.text
    (row,) = register_rows(product)
    assert row['run_kind'] == 'period'
    record = json.loads((product.filing / row['folder'] / 'record.json').read_bytes())
    assert len(record['period']['runs']) == 2


def with_another_record(pdf: bytes) -> bytes:
    """The PDF with one byte of its embedded record changed, in a stream of the same length."""
    place = pdf.index(b'/EmbeddedFile')
    begin = pdf.index(b'stream', place)
    begin += 8 if pdf[begin + 6:begin + 8] == b'\r\n' else 7
    end = pdf.index(b'endstream', begin)
    stored = pdf[begin:end].rstrip(b'\r\n')
    content = bytearray(zlib.decompress(stored))
    content[content.index(b'"outcome":"') + len('"outcome":"')] ^= 1
    changed = zlib.compress(bytes(content), 9)
    if len(changed) <= len(stored):
        return pdf[:begin] + changed + b'\0' * (len(stored) - len(changed)) + pdf[begin + len(stored):]
    # no room for another compression: one byte of the stored stream itself
    return pdf[:begin + len(stored) // 2] + bytes([stored[len(stored) // 2] ^ 1]) + pdf[begin + len(stored) // 2 + 1:]
