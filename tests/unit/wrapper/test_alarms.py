# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `rawat status` warns of beside deadlines: prunes, copies, drills, room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.manifest import canonical, utc
from ansible_collections.rawat.website.plugins.module_utils.stores.common import parse_utc
from rawat.monitoring import alarms

DAY = 86400
NOW = float(parse_utc('2026-11-23T04:00:00Z') or 0)
Facts = dict[str, Any]


def ago(days: float) -> str:
    return utc(NOW - days * DAY)


def prune(root: Path, days: float, outcome: str = 'complete', kind: str = 'prune') -> str:
    """The record of a prune so many days ago; returns the run."""
    run = ago(days).replace('-', '').replace(':', '')
    path = root / run[:4] / run[4:6] / run / 'record.json'
    path.parent.mkdir(parents=True)
    entry = {'site': 'peraturan', 'outcome': outcome, 'error': 'the disk is gone' if outcome == 'failed' else None}
    record = {'run': {'id': run, 'kind': kind, 'started': ago(days)}, 'sites': [entry]}
    path.write_bytes(canonical(record))
    return run


def site(**facts: Any) -> Facts:
    """A site of which there is nothing to say."""
    retention = {'expired': 0, 'oldest': ago(300), 'free_bytes': 10**12, 'full_on': None}
    known = {'site': 'peraturan', 'newest_good': 'x', 'last_proof': ago(1), 'copies': [], 'error': None}
    return {**known, 'points': [{'location': '/srv/backups'}], 'retention': retention, **facts}


def expired(count: int, **facts: Any) -> Facts:
    return {**site()['retention'], 'expired': count, **facts}


def told(root: Path, entry: Facts, policy: Facts | None = None) -> dict[str, str]:
    plan = {'filing': str(root / '2026/11/this-run'), 'office': {'policy': policy or {}}}
    found = alarms.gather(plan, [entry], NOW)
    assert {one['site'] for one in found} <= {'peraturan'}
    return {one['kind']: one['text'] for one in found}


def test_nothing_is_said_of_a_site_in_order(tmp_path: Path) -> None:
    assert told(tmp_path, site()) == {}
    assert told(tmp_path, site(retention=None, last_proof=None, newest_good=None)) == {}


def test_a_prune_that_failed_is_told_until_one_succeeds(tmp_path: Path) -> None:
    run = prune(tmp_path, 2, 'failed')
    prune(tmp_path, 3)
    prune(tmp_path, 1, kind='backup')
    text = told(tmp_path, site())['prune_failed']
    assert run in text
    assert 'the disk is gone' in text
    prune(tmp_path, 0.5)
    assert told(tmp_path, site()) == {}


def test_a_prune_is_overdue_only_while_there_is_something_to_remove(tmp_path: Path) -> None:
    prune(tmp_path, 9)
    assert told(tmp_path, site()) == {}
    assert '5 points' in told(tmp_path, site(retention=expired(5)))['prune_overdue']
    assert told(tmp_path, site(retention=expired(5)), {'prune_days': 10}) == {}
    prune(tmp_path, 7)
    assert told(tmp_path, site(retention=expired(5))) == {}


def test_a_site_that_was_never_pruned_counts_from_its_oldest_point(tmp_path: Path) -> None:
    assert 'prune_overdue' in told(tmp_path, site(retention=expired(1, oldest=ago(9))))
    assert told(tmp_path, site(retention=expired(1, oldest=ago(7)))) == {}


def test_a_record_that_is_broken_hides_no_other(tmp_path: Path) -> None:
    prune(tmp_path, 2, 'failed')
    for number, content in enumerate((b'{', b'[]', b'{"run": {"kind": "prune"}}', b'\xff')):
        path = tmp_path / '2026' / '11' / f'20261123T00000{number}Z-0000' / 'record.json'
        path.parent.mkdir()
        path.write_bytes(content)
    assert set(told(tmp_path, site())) == {'prune_failed'}


@pytest.mark.parametrize(('status', 'expected'), [('verified', False), ('pending', True), ('failed', True)])
def test_a_copy_that_is_not_verified_is_told_with_its_reason(tmp_path: Path, status: str, expected: bool) -> None:
    found = told(tmp_path, site(copies=[{'name': 'disk', 'status': status, 'error': 'unplugged'}]))
    assert set(found) == ({'copy_pending'} if expected else set())
    assert not expected or ('disk' in found['copy_pending'] and 'unplugged' in found['copy_pending'])


def test_a_drill_is_overdue_by_the_last_that_succeeded(tmp_path: Path) -> None:
    assert 'drill_overdue' in told(tmp_path, site(last_proof=ago(31)), {'drill_days': 30})
    assert told(tmp_path, site(last_proof=ago(29)), {'drill_days': 30}) == {}
    assert 'drill_overdue' in told(tmp_path, site(last_proof=None), {'drill_days': 30})
    assert told(tmp_path, site(last_proof=None, newest_good=None), {'drill_days': 30}) == {}


def test_a_repository_that_will_be_full_is_named_with_the_day(tmp_path: Path) -> None:
    text = told(tmp_path, site(retention=expired(0, full_on='2026-12-10', free_bytes=5_000_000)))['space']
    assert '/srv/backups' in text
    assert '2026-12-10' in text


def test_nothing_is_claimed_of_a_repository_that_was_not_read(tmp_path: Path) -> None:
    assert told(tmp_path, site(error='no route to host', retention=expired(5), last_proof=None)) == {}
