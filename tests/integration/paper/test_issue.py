# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Number, record, documents and row come to be in one act, or not at all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import paper, record, register
from ansible_collections.rawat.website.plugins.module_utils.issuing import issue, period
from ansible_collections.rawat.website.plugins.module_utils.procedure import assignment, office
from ansible_collections.rawat.website.plugins.module_utils.register import checker
from unit import samples

LETTER = {
    'number': 'DISP-0007/I/2026', 'date': '2026-01-12', 'mode': 'single', 'recorded': '2026-01-12T02:12:00Z',
    'received': '2026-01-12T03:05:00Z', 'instruction': 'Laksanakan pemeliharaan website',
    'assigner': {'name': 'Ratna Wulandari', 'id': '19800202 200501 2 002', 'position': 'Subkoordinator'},
    'officer': {'name': 'Budi Santoso', 'id': '19900101 201501 1 001', 'position': 'Pranata Komputer'},
}  # fmt: skip
STANDING = {**LETTER, 'mode': 'standing', 'valid_from': '2026-01-01', 'valid_until': '2026-03-31'}

BASE = 'ansible_collections.rawat.website.plugins.module_utils'
ENDING = (  # a process of its own that files a run: plan and sites on its standard input
    f'import json, os, signal, sys\nfrom {BASE} import record\nfrom {BASE}.issuing import issue\n'
    f'from {BASE}.register import book\n'
    'if sys.argv[1:] == ["killed"]:\n'
    '    book.Book.append = lambda *_arguments: os.kill(os.getpid(), signal.SIGKILL)\n'
    'plan, sites = json.load(sys.stdin)\nissue.file_run(plan, record.build(plan, {"web1": sites}))\n'
)


def start(root: Path, run_id: str, *words: str) -> subprocess.Popen[str]:
    environment = {'PYTHONPATH': ':'.join(path for path in sys.path if path), 'PATH': '/usr/bin:/bin'}
    child = subprocess.Popen([sys.executable, '-c', ENDING, *words], stdin=subprocess.PIPE, text=True, env=environment)
    json.dump([plan_of(root, run_id), [samples.site(), samples.remarked('berita')]], child.stdin)
    child.stdin.close()
    return child


def plan_of(root: Path, run_id: str, letter: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """What run_plan plans for two sites."""
    return {
        'kind': 'backup', 'run_id': run_id, 'started': '2026-01-13T02:00:00Z', 'root': str(root),
        'filing': str(root / '2026' / '01' / run_id), 'language': 'id', 'utc_offset_minutes': 420,
        'collection_version': '0.1.0', 'controller': 'control', 'assignment': assignment.settle(letter or LETTER),
        'office': office.settle(None), 'late_reasons': {}, 'officer_remarks': ['Kabel UPS diganti.'],
        'operator': {'os_user': 'budi', 'awx_user': None, 'awx_job': None},
        'hosts': {'web1': [{'name': 'peraturan', 'url': None}, {'name': 'berita', 'url': None}]}, **more,
    }  # fmt: skip


def file_run(root: Path, run_id: str, letter: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    plan = plan_of(root, run_id, letter, **more)
    return issue.file_run(plan, record.build(plan, {'web1': [samples.site(), samples.remarked('berita')]}))


def findings(root: Path, what: str) -> list[str]:
    found = checker.check(what, str(root), False)
    return [finding.text('en') for finding in found if finding.ok is False]


def test_a_run_under_an_assignment_gets_number_paper_and_row(tmp_path: Path) -> None:
    filed = file_run(tmp_path, 'r1')
    assert filed['problems'] == []
    assert filed['number'].startswith('0001/BKP/')
    (row,) = register.Register(str(tmp_path)).rows()
    assert (row['number'], row['run'], row['record_sha256']) == (filed['number'], 'r1', filed['record_sha256'])
    names = {path.name for path in (tmp_path / '2026' / '01' / 'r1').iterdir()}
    assert names >= {'record.json', 'report.html', 'report.pdf', 'report.docx', 'disposition.pdf', 'verify.py'}
    assert set(row['documents']) == names - {'record.json', 'SHA256SUMS'}
    assert findings(tmp_path, filed['number']) == []
    document = json.loads(Path(filed['record']).read_bytes())
    assert document['register']['number'] == filed['number']
    assert [step['number'] for step in document['steps']] == [1, 2, 3, 4, 5, 6]


def test_a_run_without_an_assignment_is_as_simple_as_ever(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, 'r1', assignment=None)
    filed = issue.file_run(plan, record.build(plan, {'web1': [samples.site(), samples.site('berita')]}))
    assert filed['number'] is None
    assert not (tmp_path / 'register.jsonl').exists()
    assert not (tmp_path / '2026' / '01' / 'r1' / 'verify.py').exists()
    assert (tmp_path / '2026' / '01' / 'r1' / 'report.html').exists()


def test_without_the_extra_everything_but_the_pdf_is_there_and_it_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, 'available', lambda: {'pdf': False, 'xlsx': False, 'qr': False})
    filed = file_run(tmp_path, 'r1')
    assert [problem for problem in filed['problems'] if 'typst' in problem] == filed['problems'] != []
    assert {'report.html', 'report.docx', 'disposition.html', 'verify.py'} == set(filed['documents'])
    assert findings(tmp_path, filed['number']) == []


def test_a_template_that_is_broken_leaves_record_number_and_row(tmp_path: Path) -> None:
    broken = tmp_path / 'broken.j2'
    broken.write_text('{{ nothing.of.the.kind }}', encoding='utf-8')
    plan = plan_of(tmp_path / 'filing', 'r1')
    filed = issue.file_run(plan, record.build(plan, {'web1': [samples.site()]}), template=str(broken))
    assert len(filed['problems']) == 1
    assert 'report.html was not drawn' in filed['problems'][0]
    assert filed['number']
    assert 'report.html' not in filed['documents']
    assert findings(tmp_path / 'filing', filed['number']) == []


def test_a_broken_register_is_told_and_the_run_can_be_issued_later(tmp_path: Path) -> None:
    file_run(tmp_path, 'r1')
    path = tmp_path / 'register.jsonl'
    good = path.read_bytes()
    path.write_bytes(good.replace(b'"status"', b'"statuz"'))
    filed = file_run(tmp_path, 'r2')
    assert filed['number'] is None
    assert 'without a number' in filed['problems'][0]
    path.write_bytes(good)
    again = issue.issue_again(filed['record'], str(tmp_path))
    assert again['number'].startswith('0002/')
    assert findings(tmp_path, again['number']) == []


def test_a_run_that_is_killed_before_its_row_takes_no_number(tmp_path: Path) -> None:
    assert start(tmp_path, 'r1', 'killed').wait(60) == -signal.SIGKILL
    orphan = tmp_path / '2026' / '01' / 'r1' / 'record.json'
    assert findings(tmp_path, str(orphan)), 'a record without a row is not issued'
    filed = file_run(tmp_path, 'r2')
    assert filed['number'].startswith('0001/')
    assert json.loads(orphan.read_bytes())['register'] is None, 'the next one has swept the number out of it'
    assert findings(tmp_path, filed['number']) == []
    again = issue.issue_again(str(orphan), str(tmp_path))
    assert again['number'].startswith('0002/')
    assert findings(tmp_path, filed['number']) + findings(tmp_path, again['number']) == []


@pytest.mark.parametrize('content', [b'', b'no JSON', b'[]', b'{"register": 7}'])
def test_what_a_dead_run_left_cannot_bar_the_way(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / '2026' / '01' / 'r0'
    folder.mkdir(parents=True)
    (folder / 'record.json').write_bytes(content)
    (tmp_path / issue.MARKER).write_text('2026/01/r0\n', encoding='utf-8')
    assert file_run(tmp_path, 'r1')['number'].startswith('0001/')
    assert (folder / 'record.json').read_bytes() == content
    assert not (tmp_path / issue.MARKER).exists()


def test_runs_that_end_together_get_one_number_each_though_some_are_killed(tmp_path: Path) -> None:
    children = [start(tmp_path, f'r{count}') for count in range(8)]
    time.sleep(2)
    for child in children[:3]:
        child.kill()
    assert [child.wait(120) for child in children[3:]] == [0] * 5
    rows = register.Register(str(tmp_path)).rows()
    assert len(rows) >= 5
    assert [int(row['number'][:4]) for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        document = json.loads((tmp_path / row['folder'] / 'record.json').read_bytes())
        assert (document['run']['id'], document['register']['number']) == (row['run'], row['number'])
        assert findings(tmp_path, row['number']) == []


def test_runs_under_a_standing_assignment_have_one_report(tmp_path: Path) -> None:
    for run_id in ('r1', 'r2'):
        assert file_run(tmp_path, run_id, STANDING)['number'] is None
    assert not (tmp_path / 'register.jsonl').exists()
    filed = period.period_report(str(tmp_path), LETTER['number'])
    assert filed['number'].startswith('0001/')
    document = json.loads(Path(filed['record']).read_bytes())
    assert [run['run'] for run in document['period']['runs']] == ['r1', 'r2']
    assert document['time_rule']['standing']
    assert findings(tmp_path, filed['number']) == []
    with pytest.raises(period.PeriodError, match='reported already: 0001'):
        period.period_report(str(tmp_path), LETTER['number'])
    with pytest.raises(period.PeriodError, match='no run under'):
        period.period_report(str(tmp_path), 'DISP-0008')
