# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat status --check`: what is missing is an alarm; the words, figures and exit codes of a plugin."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc
from rawat.monitoring import findings, nagios
from rawat.monitoring.findings import CRITICAL, OK, UNKNOWN, WARNING
from rawat.outcome import Outcome
from rawat.runner import Ended

DAY = 86400
NOW = float(parse_utc('2026-11-23T04:00:00Z') or 0)
Facts = dict[str, Any]


def site(name: str = 'peraturan', **facts: Any) -> Facts:
    """A site of which there is nothing to say."""
    known = {'site': name, 'host': 'web1', 'newest_good': 'x', 'age_seconds': 3600, 'last_proof': utc(NOW - DAY)}
    return {**known, 'error': None, 'points': [], 'copies': [], 'retention': None, **facts}


def backup(root: Path, days: float, kind: str = 'backup') -> None:
    path = root / '2026' / '11' / f'{utc(NOW - days * DAY).replace(":", "").replace("-", "")}-0a1b' / 'record.json'
    path.parent.mkdir(parents=True)
    run = {'id': path.parent.name, 'kind': kind, 'started': utc(NOW - days * DAY)}
    path.write_bytes(canonical({'run': run, 'sites': []}))


def seen(root: Path, *sites: Facts, **more: Any) -> findings.Seen:
    outcome = Outcome(plan={'root': str(root), 'filing': str(root / '2026/11/x'), 'office': {}})
    return findings.Seen(outcome, list(sites), more.get('deadlines', []), more.get('alarms', []))


def states(root: Path, *sites: Facts, **more: Any) -> list[tuple[int, str, str | None]]:
    return [(one.state, one.kind, one.site) for one in findings.judge(seen(root, *sites, **more), NOW)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    backup(tmp_path, 1)
    return tmp_path


def test_a_site_that_nobody_backs_up_is_critical_until_a_backup_no_longer_finds_it(tmp_path: Path) -> None:
    found = {'host': 'web1', 'webroot': '/var/www/lupa', 'url': None, 'application': 'WordPress', 'server': 'nginx'}
    for day, unprotected in ((2, [found]), (1, [])):
        backup(tmp_path, day)
        path = max(tmp_path.glob('*/*/*/record.json'))
        record = json.loads(path.read_bytes()) | {
            'sites': [{'host': 'web1', 'outcome': 'complete'}], 'unprotected': unprotected,
        }
        path.write_bytes(canonical(record))
        looked = seen(tmp_path, site())
        assert looked.outcome.plan
        looked.outcome.plan['hosts'] = {'web1': []}
        told = [(one.state, one.kind) for one in findings.judge(looked, NOW)]
        assert told == ([(CRITICAL, 'unprotected')] if unprotected else [])


def test_all_well_is_ok_in_one_line_with_figures(root: Path) -> None:
    looked = seen(root, site(), site('berita', age_seconds=7200))
    text, code = nagios.output(looked, findings.judge(looked, NOW))
    assert code == 0
    assert text == (
        'RAWAT OK - 0 critical, 0 warnings, 2 sites | sites=2;;;0 critical=0;;;0 warning=0;;;0 '
        "oldest_good=7200s;;604800;0\nDetails: rawat status | 'age berita'=7200s;;604800;0\n"
        "'age peraturan'=3600s;;604800;0"
    )


def test_what_could_not_be_brought_back_today_is_critical(root: Path) -> None:
    sites = [
        site('old', age_seconds=8 * DAY), site('never', newest_good=None, age_seconds=None),
        site('gone', error='no route to host', newest_good=None, age_seconds=None),
    ]  # fmt: skip
    assert states(root, *sites) == [
        (CRITICAL, 'rpo', 'old'), (CRITICAL, 'no_point', 'never'), (CRITICAL, 'unreadable', 'gone'),
    ]  # fmt: skip


def test_what_leads_there_is_a_warning_and_is_said_once(root: Path) -> None:
    assert states(root, site(last_proof=None)) == [(WARNING, 'never_proved', 'peraturan')]
    alarm = {'kind': 'drill_overdue', 'site': 'peraturan', 'text': 'x'}
    assert states(root, site(last_proof=None), alarms=[alarm]) == [(WARNING, 'drill_overdue', 'peraturan')]
    overdue = {'kind': 'overdue', 'site': 'peraturan', 'state': 'late', 'text': 'x'}
    assert states(root, site(age_seconds=8 * DAY), deadlines=[overdue]) == [(CRITICAL, 'rpo', 'peraturan')]
    assert states(root, site(), deadlines=[overdue]) == [(WARNING, 'deadline_overdue', 'peraturan')]


@pytest.mark.parametrize(('state', 'expected'), [('late', WARNING), ('unknown', WARNING), ('soon', OK), ('open', OK)])
def test_deadlines_that_are_past_warn_and_others_are_told(root: Path, state: str, expected: int) -> None:
    due = {'kind': 'acceptance', 'site': None, 'state': state, 'text': 'report 0007/BKP/2026 is not accepted'}
    (found,) = findings.judge(seen(root, site(), deadlines=[due]), NOW)
    assert (found.state, '0007/BKP/2026' in found.text) == (expected, True)


def test_a_run_that_never_came_and_one_that_never_ended_are_told(tmp_path: Path) -> None:
    assert states(tmp_path, site()) == [(WARNING, 'run_never', None)]
    backup(tmp_path, 8)
    backup(tmp_path, 1, kind='verify')
    assert states(tmp_path, site()) == [(WARNING, 'run_missing', None)]
    backup(tmp_path, 3)
    assert states(tmp_path, site()) == []
    log = tmp_path / '2026' / '11' / 'lost' / 'ansible.log'
    log.parent.mkdir()
    log.touch()
    for days, expected in ((0.5, []), (2, [(WARNING, 'run_unfinished', None)]), (4, [])):  # the last: a newer one came
        os.utime(log, (NOW - days * DAY, NOW - days * DAY))
        assert states(tmp_path, site()) == expected


def test_a_filing_elsewhere_is_not_missed_here(tmp_path: Path) -> None:
    looked = seen(tmp_path, site())
    assert looked.outcome.plan is not None
    looked.outcome.plan['filing_host'] = 'archive'
    assert findings.judge(looked, NOW) == []


def test_a_check_that_could_not_be_made_is_unknown_and_hides_nothing_critical(root: Path) -> None:
    looked = seen(root, site(error='nothing was heard', newest_good=None))
    looked.outcome.ended = Ended('timeout', None)
    assert [(one.state, one.kind) for one in findings.judge(looked, NOW)] == [(UNKNOWN, 'died')]
    looked = seen(root, site(newest_good=None))
    looked.outcome.problems.append('the register is broken')
    found = findings.judge(looked, NOW)
    assert [one.state for one in found] == [CRITICAL, UNKNOWN]
    assert findings.worst(found) == CRITICAL
    assert findings.worst(found[1:]) == UNKNOWN


def test_no_text_breaks_the_format(root: Path) -> None:
    looked = seen(root, site("o'=x", error='a | b\nc\x1b[2J', newest_good=None, age_seconds=5))
    text, code = nagios.output(looked, findings.judge(looked, NOW))
    assert code == 2
    assert text.splitlines()[0].count('|') == 1
    assert 'a / b c\\x1b[2J' in text.splitlines()[0]
    assert "'age ox'=5s" in text
    assert nagios.unknown(['a | b', 'c']) == 'RAWAT UNKNOWN - a / b\nc'


def test_hundreds_of_findings_are_cut(root: Path) -> None:
    looked = seen(root, *(site(f's{number}', newest_good=None, age_seconds=None) for number in range(500)))
    text, code = nagios.output(looked, findings.judge(looked, NOW))
    assert (code, len(text.splitlines())) == (2, 103)
    assert 'and 400 more' in text


def test_a_record_of_a_run_that_did_not_look_around_clears_no_alarm(tmp_path: Path) -> None:
    found = {'host': 'web1', 'webroot': '/var/www/lupa', 'url': None, 'application': None, 'server': 'nginx'}
    for day, noticed in ((2, {'unprotected': [found]}), (1, {})):
        backup(tmp_path, day)
        path = max(tmp_path.glob('*/*/*/record.json'))
        sites = {'sites': [{'host': 'web1', 'outcome': 'complete'}]}
        path.write_bytes(canonical({**json.loads(path.read_bytes()), **sites, **noticed}))
    looked = seen(tmp_path, site())
    assert looked.outcome.plan
    looked.outcome.plan['hosts'] = {'web1': []}
    assert [one.kind for one in findings.judge(looked, NOW)] == ['unprotected']
