# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vault side does with the points of a site: which are copied, in what order, and what becomes of trouble."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.process import DeadlineExceeded
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run
from ansible_collections.rawat.website.plugins.module_utils.vaulting import protocol
from ansible_collections.rawat.website.plugins.module_utils.vaulting.copies import Copies
from ansible_collections.rawat.website.plugins.module_utils.vaulting.request import NEWEST, VaultRequest
from integration.stores.support import SITE
from integration.transfer.support import Pair

INVENTORY = {'name': SITE, 'url': None, 'webroots': [], 'databases': []}


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair('archive-local', 'archive-local', tmp_path)


def vault(pair: Pair, *copies: dict[str, Any], whose: str = NEWEST, **options: Any) -> dict[str, Any]:
    """The entry of one call."""
    settings = {**pair.options, 'connect_timeout': 5, **options}
    run = Run('run', 'web1', pair.source.settings(), None, ('databases', 'webroots'), settings, '0')
    request = VaultRequest(list(copies) or [disk(pair)], None, whose, None, 21600)
    (entry,) = protocol.vault([INVENTORY], run, request)
    return entry


def disk(pair: Pair, **changes: Any) -> dict[str, Any]:
    return {'name': 'disk', 'required': True, 'host': 'vault1', **pair.target.settings(), **changes}


def there(pair: Pair) -> list[str]:
    return [point['id'] for point in pair.target.open().points()]


def test_the_newest_point_comes_first_and_older_ones_are_finished_up_to_the_limit(pair: Pair) -> None:
    oldest, older, newest = (pair.back_up()['id'] for _number in range(3))
    # The webroots of the last two are differences to the oldest one's full, which therefore comes along.
    entry = vault(pair, copy_limit=0)
    assert (entry['outcome'], entry['recovery_point']) == ('remarks', newest)
    assert there(pair) == [newest, oldest]
    assert any('1 older recovery points wait' in remark for remark in entry['remarks'])
    entry = vault(pair)
    assert (entry['outcome'], entry['copied_later'][0]['point']) == ('complete', older)
    assert there(pair) == [newest, older, oldest]
    noted = pair.source.open().events('copy')
    assert {(event['point'], event['document']['status']) for event in noted} == {
        (newest, 'verified'),
        (older, 'verified'),
    }
    assert vault(pair)['copied_later'] == []


def test_what_a_copy_dropped_by_its_own_retention_does_not_come_back_but_a_new_disk_is_filled(pair: Pair) -> None:
    points = [pair.back_up()['id'] for _number in range(2)]
    vault(pair)
    vault(pair)
    pair.back_up()
    vault(pair)
    shutil.rmtree(pair.target.folder / SITE / points[1])
    assert vault(pair)['copied_later'] == []
    assert points[1] not in there(pair)
    shutil.rmtree(pair.target.folder)
    vault(pair)
    assert len(there(pair)) == 3


def test_one_copy_that_fails_stops_no_other(pair: Pair) -> None:
    pair.back_up()
    with socket.socket() as closed:
        closed.bind(('127.0.0.1', 0))
        port = closed.getsockname()[1]
    dead = {
        'name': 'dead', 'store': 'archive', 'location': f'ssh://nobody@127.0.0.1:{port}/srv', 'required': True,
        'ssh_private_key': 'none', 'ssh_known_hosts': 'none', 'host': None,
    }  # fmt: skip
    wrong = {'name': 'wrong', 'store': 'archive', 'location': str(pair.work / 'www'), 'required': False, 'host': None}
    entry = vault(pair, dead, wrong, disk(pair))
    found = {copy['name']: copy for copy in entry['copies']}
    assert found['disk']['status'] == 'verified'
    assert found['dead']['status'] == 'pending'
    assert 'rawat copy' in found['dead']['error']
    assert 'is no repository' in found['wrong']['error']
    assert entry['outcome'] == 'remarks'


def test_a_damaged_primary_fails_the_copy_by_name_and_keeps_the_rest(pair: Pair) -> None:
    older, newest = pair.back_up(), pair.back_up()
    file = next((pair.source.folder / SITE / newest['id']).glob('database.big.*'))
    file.write_bytes(file.read_bytes()[:-1] + b'?')
    entry = vault(pair)
    assert entry['outcome'] == 'failed'
    assert file.name in entry['error']
    assert there(pair) == [older['id']]


def test_a_run_whose_point_the_vault_does_not_see_leaves_its_copies_pending(pair: Pair) -> None:
    pair.back_up()
    entry = vault(pair, whose='run')
    assert [copy['status'] for copy in entry['copies']] == ['pending']
    assert protocol.NOT_HERE in entry['copies'][0]['error']


def test_a_primary_out_of_reach_leaves_the_copies_pending_with_its_cause(pair: Pair) -> None:
    pair.target.ready()
    entry = vault(pair)
    assert entry['outcome'] == 'failed'
    assert [copy['status'] for copy in entry['copies']] == ['pending']
    assert 'Is its disk mounted?' in entry['error']


def test_copies_that_the_time_did_not_allow_are_pending(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.back_up()

    def late(*_arguments: object) -> None:
        raise DeadlineExceeded('not finished after 1 s (setting: deadline)')

    monkeypatch.setattr(Copies, '_make', late)
    entry = vault(pair)
    assert [copy['status'] for copy in entry['copies']] == ['pending']
    assert 'setting: copy_deadline' in entry['copies'][0]['error']
    assert entry['outcome'] == 'remarks'
