# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A prune of real archives on this machine: decided, approved, removed; holds, copies, and what goes wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import options
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.retention.prune import PruneRequest, prune
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run
from ansible_collections.rawat.website.plugins.module_utils.stores import open_repository
from ansible_collections.rawat.website.plugins.modules.recovery_point_info import Ahead, listing
from integration.retention.support import fill

SITE = {'name': 'peraturan', 'webroots': [], 'databases': [], 'probes': []}
POLICY = {'keep_daily': 3}


@pytest.fixture
def place(tmp_path: Path) -> Any:
    return Place(tmp_path)


class Place:
    """An archive of ten days, and prunes of it."""

    def __init__(self, work: Path):
        self.work, self.location = work, work / 'repository'
        self.names = fill(self.location, 10)
        self.settings = {'store': 'archive', 'location': str(self.location)}
        self.copies: list[dict] = []

    def there(self, location: Path | None = None) -> list[str]:
        folder = (location or self.location) / 'peraturan'
        return sorted((path.name for path in folder.iterdir() if path.name[0] == '2'), reverse=True)

    def run(self, approved: Any = None, **more: Any) -> dict:
        settings = {**options.defaults(), 'lock_wait': 1, 'state_directory': str(self.work / 'state')}
        settings.update(more.pop('settings', {'prune_share': 90}))
        run = Run('prune-1', 'web', self.settings, None, ('databases', 'webroots'), settings, '0')
        known = {'retention': POLICY, 'copies': self.copies, 'holds': [], 'confirmed': frozenset(), **more}
        return prune([SITE], run, PruneRequest(approved=approved, utc_offset_minutes=420, **known))[0]

    def going(self, entry: dict, name: str = 'primary') -> dict[tuple[str, str], list[str]]:
        places = [place for place in entry['prune']['places'] if place['place'] == name]
        return {
            ('peraturan', name): [point['id'] for place in places for point in place['points'] if not point['keep']]
        }

    def hold(self, point: str, kind: str = 'hold') -> None:
        repository = open_repository(self.settings, 'peraturan')
        repository.add_event(kind, point, {'scope': 'point', 'reason': 'evidence', 'by': 'x', 'at': utc()})


def test_deciding_removes_nothing_and_removing_removes_what_was_approved(place: Place) -> None:
    decided = place.run()
    assert (decided['outcome'], place.there()) == ('ready', place.names)
    approved = place.going(decided)
    assert approved == {('peraturan', 'primary'): place.names[3:]}
    done = place.run(approved)
    (found,) = done['prune']['places']
    assert (done['outcome'], place.there()) == ('complete', place.names[:3])
    assert [point['id'] for point in found['removed']] == place.names[3:]
    assert [point['id'] for point in found['kept']] == place.names[:3]
    assert found['freed_bytes'] == 700
    assert place.run(place.going(place.run()))['prune']['places'][0]['removed'] == []


def test_what_is_not_on_the_list_stays_even_if_a_rule_would_remove_it(place: Place) -> None:
    place.run({('peraturan', 'primary'): place.names[5:7]})
    assert place.there() == place.names[:5] + place.names[7:]


def test_a_hold_that_came_after_the_list_is_honoured_and_said(place: Place) -> None:
    approved = place.going(place.run())
    place.hold(place.names[4])
    done = place.run(approved)
    assert place.there() == [*place.names[:3], place.names[4]]
    assert done['outcome'] == 'remarks'
    assert f'{place.names[4]} was on the destruction list and stays: hold_point' in done['remarks'][0]


def test_a_released_point_goes(place: Place) -> None:
    place.hold(place.names[4])
    place.hold(place.names[4], 'release')
    assert place.names[4] in place.going(place.run())['peraturan', 'primary']


def test_the_registers_hold_of_a_site_keeps_everything(place: Place) -> None:
    held = [{'site': 'peraturan', 'point': None, 'reason': 'defaced'}, {'site': 'other', 'point': None, 'reason': ''}]
    assert place.going(place.run(holds=held))['peraturan', 'primary'] == []
    assert place.going(place.run(holds=held[1:]))['peraturan', 'primary'] == place.names[3:]


def test_more_than_the_share_needs_a_word(place: Place) -> None:
    decided = place.run(settings={})
    assert decided['prune']['places'][0]['needs_confirmation']
    refused = place.run(place.going(decided), settings={})
    assert refused['outcome'] == 'failed'
    assert '7 of 10 recovery points would go' in refused['error']
    assert place.there() == place.names
    place.run(place.going(decided), settings={}, confirmed=frozenset(['peraturan']))
    assert place.there() == place.names[:3]


def test_a_copy_has_rules_of_its_own_and_knows_the_holds_of_the_repository(place: Place) -> None:
    shutil.copytree(place.location, place.work / 'copy')
    settings = {'name': 'far', 'store': 'archive', 'location': str(place.work / 'copy')}
    place.copies = [{**settings, 'retention': {'keep_last': 5}}]
    place.hold(place.names[8])
    decided = place.run()
    assert place.going(decided, 'far') == {('peraturan', 'far'): [*place.names[5:8], place.names[9]]}
    place.run(place.going(decided, 'far'))
    assert place.there() == place.names
    assert place.there(place.work / 'copy') == [*place.names[:5], place.names[8]]


def test_no_copy_is_touched_while_the_repository_cannot_say_what_is_on_hold(place: Place) -> None:
    shutil.copytree(place.location, place.work / 'copy')
    place.copies = [{'name': 'far', 'store': 'archive', 'location': str(place.work / 'copy')}]
    approved = place.going(place.run(), 'far')
    place.location.rename(place.work / 'away')
    done = place.run(approved)
    assert done['outcome'] == 'failed'
    assert 'what is on hold is not known' in done['error']
    assert place.there(place.work / 'copy') == place.names


def test_an_interrupted_removal_is_finished_by_the_next_prune(place: Place) -> None:
    folder = place.location / 'peraturan'
    (folder / place.names[9]).rename(folder / f'.removed-{place.names[9]}')
    done = place.run(place.going(place.run()))
    assert place.there() == place.names[:3]
    assert not list(folder.glob('.removed-*'))
    assert 'its removal had been interrupted; finished' in done['remarks'][0]


def test_a_point_that_cannot_be_removed_fails_the_site_and_the_others_go(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.rawat.website.plugins.module_utils.stores.place_local import LocalPlace

    original = LocalPlace.retire

    def stubborn(self: LocalPlace, point: str) -> str:
        if point == place.names[6]:
            raise OSError(5, 'Input/output error')
        return original(self, point)

    monkeypatch.setattr(LocalPlace, 'retire', stubborn)
    done = place.run(place.going(place.run()))
    assert done['outcome'] == 'failed'
    assert place.there() == [*place.names[:3], place.names[6]]
    (found,) = done['prune']['places']
    assert [point['id'] for point in found['failed']] == [place.names[6]]


def test_without_a_rule_nothing_goes(place: Place) -> None:
    decided = place.run(retention=None)
    assert place.going(decided)['peraturan', 'primary'] == []
    assert {point['rule'] for point in decided['prune']['places'][0]['points']} == {'no_policy'}


def test_who_looks_is_told_by_the_settings_and_the_holds_in_force(place: Place) -> None:
    path = place.location / 'peraturan' / place.names[8] / 'manifest.json'
    path.write_bytes(path.read_bytes().replace(b'"outcome":"complete"', b'"outcome":"failed"'))
    known = {**options.defaults(), 'state_directory': str(place.work / 'state')}

    def expired(*holds: Any, **changed: Any) -> Any:
        ahead = Ahead({**known, **changed}, POLICY, {}, list(holds), 30, 420)
        entry = listing('peraturan', 'web', place.settings, 10, ahead)
        assert entry['error'] is None
        return entry['retention']['expired']

    assert expired() == 6
    assert expired(prune_failed_days=5) == 7
    assert expired({'site': 'peraturan', 'point': place.names[9], 'reason': 'evidence'}) == 5
    assert expired({'site': 'peraturan', 'point': None, 'reason': 'defaced'}) == 0
