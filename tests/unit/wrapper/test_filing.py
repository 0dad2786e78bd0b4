# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of dead runs, and reports made again: only from records that are what they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils import record as records
from rawat.filing import RunLog, file_dead_run, find_record, read_record
from rawat.outcome import Outcome
from rawat.progress_view import SiteState
from rawat.request import UsageProblem
from rawat.runner import Ended
from unit import samples


def dead_outcome(folder: Path) -> Outcome:
    plan = {**samples.plan(web1=['a'], web2=['b', 'c'], web3=['d'], web4=['e']), 'filing': str(folder)}
    results = {'web1': [samples.site('a')], 'web3': None, 'web4': 'MODULE FAILURE'}
    return Outcome(plan=plan, results=results, unreachable={'web3': 'No route to host'}, ended=Ended('timeout', 254))


def test_the_record_of_a_dead_run_says_what_became_of_every_site(tmp_path: Path) -> None:
    outcome = dead_outcome(tmp_path / 'run')
    file_dead_run(outcome, {('web2', 'b'): SiteState('web2', 'b', step='dump', item='mariadb.b')})
    assert outcome.record is not None
    filed = json.loads(Path(outcome.record['record']).read_text(encoding='utf-8'))
    said = {site['site']: (site['outcome'], site['error']) for site in filed['sites']}
    assert filed['run']['died'] == 'timeout'
    assert said['a'] == ('complete', None)
    assert said['b'][0] == 'failed'
    assert 'while this site was at: dump mariadb.b' in said['b'][1]
    assert 'before this site was seen at work' in said['c'][1]
    assert said['d'] == ('unreachable', 'No route to host')
    assert said['e'] == ('failed', 'MODULE FAILURE')
    assert 'THE RUN DID NOT FINISH' in Path(outcome.record['report']).read_text(encoding='utf-8')


def test_a_record_that_cannot_be_written_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / 'file').touch()
    outcome = dead_outcome(tmp_path / 'file' / 'run')
    file_dead_run(outcome, {})
    assert outcome.record is None
    assert 'the report could not be written' in outcome.problems[0]


def filed_run(filing: Path, run: str) -> Path:
    folder = filing / '2026' / '11' / run
    records.write(samples.record(samples.site(), id=run), str(folder), [('report.html', b'<p>')])
    return folder / 'record.json'


def test_the_newest_run_is_found_and_one_by_its_name(tmp_path: Path) -> None:
    older, newer = filed_run(tmp_path, '20261121T000000Z-aaaa'), filed_run(tmp_path, '20261122T000000Z-aaaa')
    assert find_record(tmp_path, None) == newer
    assert find_record(tmp_path, '20261121T000000Z-aaaa') == older
    with pytest.raises(UsageProblem, match='20261122T000000Z-aaaa'):
        find_record(tmp_path, 'unknown')


def test_a_record_that_was_altered_gets_no_new_report(tmp_path: Path) -> None:
    path = filed_run(tmp_path, '20261122T000000Z-aaaa')
    assert read_record(path)['sites'][0]['outcome'] == 'complete'
    path.write_bytes(path.read_bytes().replace(b'"failed"', b'"complete"').replace(b'peraturan', b'peraturen'))
    with pytest.raises(UsageProblem, match='SHA256SUMS'):
        read_record(path)


@pytest.mark.parametrize('content', ['', '{}', '[1]', '{"run": {}}', 'null'])
def test_what_is_no_record_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / 'record.json'
    path.write_text(content, encoding='utf-8')
    with pytest.raises(UsageProblem, match='cannot be read as a record'):
        read_record(path)


def test_the_log_holds_back_until_its_place_is_known_and_is_private(tmp_path: Path) -> None:
    log = RunLog()
    log.write('before')
    log.settle(str(tmp_path / 'run'))
    log.write('after \udce9')
    assert log.path is not None
    assert log.path.read_text(encoding='utf-8') == 'before\nafter \\udce9\n'
    assert log.path.stat().st_mode & 0o777 == 0o600


def test_a_check_leaves_no_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    log = RunLog()
    log.write('before')
    log.settle(None)
    log.write('after')
    assert log.path is None
    assert list(tmp_path.iterdir()) == []
