# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat prune` from end to end: real runs with this machine as target, its disk and its vault."""

from __future__ import annotations

import itertools
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.register import Register, actions
from integration.retention.support import DAY, PATIENCE, end_all, fill
from integration.stores.support import PASSWORD, Case
from integration.wrapper.conftest import Controller
from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[3] / 'docs/schema/record.schema.json'
SITE = 'peraturan'


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


class World:
    """A controller, a site, and what its repository and its disk hold."""

    def __init__(self, folder: Path):
        self.controller = Controller(folder)
        self.repository, self.disk = folder / 'repository', folder / 'disk'
        self.site = self.controller.site(SITE)

    def configure(self, **variables: Any) -> None:
        self.controller.write_inventory(localhost=self.controller.host(self.site, **variables))

    def run(self, verb: str, *arguments: str) -> dict[str, Any]:
        done = self.controller.run(verb, '-i', str(self.controller.inventory), '--json', *arguments)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def prune(self, *arguments: str) -> dict[str, Any]:
        """What a prune says; its record is a valid one and says the same."""
        found = self.run('prune', *arguments)
        assert found['record'], found
        record = json.loads(Path(found['record']).read_bytes())
        Draft202012Validator(json.loads(SCHEMA.read_bytes())).validate(record)
        assert (record['run']['kind'], record['sites']) == ('prune', found['sites'])
        return found

    def rows(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in Register(str(self.controller.filing)).rows() if row['kind'] == kind]

    def lists(self) -> list[dict[str, Any]]:
        """The destruction lists that were filed."""
        return [json.loads(path.read_bytes()) for path in self.controller.filing.glob('*/*/*/destruction.json')]


def there(location: Path) -> list[str]:
    return sorted((path.name for path in (location / SITE).iterdir() if path.name[0] == '2'), reverse=True)


def listed(document: dict[str, Any], place: str) -> list[str]:
    """The ids that a destruction list, or its row, names at a place."""
    places = [found for site in document['sites'] for found in site['places'] if found['place'] == place]
    return [point if isinstance(point, str) else point['id'] for found in places for point in found['points']]


def wait_for(condition: Callable[[], Any]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, 'it never came'
        time.sleep(0.005)


def test_a_prune_of_repository_and_disk_with_holds_and_confirmation(world: World) -> None:
    names = fill(world.repository, 10)
    shutil.copytree(world.repository, world.disk)
    disk = {'name': 'disk', 'location': str(world.disk), 'retention': {'keep_last': 6}}
    world.configure(website_retention={'keep_last': 3}, website_copies=[disk])
    held = world.run('hold', f'{SITE}/{names[8]}', '--reason', 'evidence')
    assert (held['exit_code'], held['row']['point']) == (0, names[8])

    shown = world.run('prune', '--plan')
    assert [(place['place'], place['needs_confirmation']) for place in shown['places']] == [
        ('primary', True), ('disk', False),
    ]  # fmt: skip
    assert (there(world.repository), there(world.disk), world.lists()) == (names, names, [])

    refused = world.prune()
    assert refused['exit_code'] == 1
    assert '6 of 10 recovery points would go' in refused['sites'][0]['error']
    assert there(world.repository) == names
    assert there(world.disk) == [*names[:6], names[8]]
    (document,) = world.lists()
    assert (listed(document, 'primary'), listed(document, 'disk')) == ([], [*names[6:8], names[9]])

    done = world.prune('--confirm', SITE)
    assert (done['exit_code'], done['sites'][0]['outcome']) == (0, 'complete')
    assert there(world.repository) == [*names[:3], names[8]]
    assert [listed(row, 'primary') for row in world.rows('pruned')] == [[], [*names[3:8], names[9]]]
    folder = Path(done['record']).parent
    assert {'destruction.json', 'destruction.html'} <= {path.name for path in folder.iterdir()}

    assert world.run('release', f'{SITE}/{names[8]}', '--reason', 'closed')['exit_code'] == 0
    world.prune()
    assert (there(world.repository), there(world.disk)) == (names[:3], names[:6])
    assert len(world.rows('hold')) == len(world.rows('release')) == 1


def test_nothing_goes_that_the_register_holds_or_where_it_takes_no_row(world: World) -> None:
    names, filing = fill(world.repository, 6), str(world.controller.filing)
    world.configure(website_retention={'keep_last': 4})
    assert world.run('status')['sites'][0]['retention']['expired'] == 2
    actions.hold_site(filing, SITE, None, 'defaced')
    assert world.run('status')['sites'][0]['retention']['expired'] == 0
    world.prune()
    assert (there(world.repository), world.lists()) == (names, [])
    actions.release_site(filing, SITE, None, 'investigation closed')
    register = world.controller.filing / 'register.jsonl'
    register.write_bytes(register.read_bytes().replace(b'defaced', b'DEFACED'))
    assert world.run('prune')['exit_code'] != 0
    assert (there(world.repository), world.lists()) == (names, [])


def list_is_there(world: World, _names: list[str]) -> bool:
    return bool(list(world.controller.filing.glob('*/*/*/destruction.json')))


def a_point_is_gone(world: World, names: list[str]) -> bool:
    return len(there(world.repository)) < len(names)


@pytest.mark.parametrize('moment', [list_is_there, a_point_is_gone])
def test_a_run_that_was_killed_is_finished_by_the_next(world: World, moment: Any) -> None:
    names = fill(world.repository, 40)
    world.configure(website_retention={'keep_last': 25})
    running = world.controller.start('prune', '-i', str(world.controller.inventory), '--json')
    try:
        wait_for(lambda: moment(world, names) or running.poll() is not None)
    finally:
        end_all(world.controller.folder / 'home')
        running.communicate()
    gone = set(names) - set(there(world.repository))
    assert gone <= {point for row in world.rows('pruned') for point in listed(row, 'primary')} <= set(names[25:])
    done = world.prune()
    assert done['exit_code'] == 0
    assert there(world.repository) == names[:25]
    assert not list((world.repository / SITE).glob('.removed-*'))
    assert {point for row in world.rows('pruned') for point in listed(row, 'primary')} == set(names[25:])


def test_a_restic_repository_is_pruned_and_gives_its_room_back(world: World, tmp_path: Path) -> None:
    (tmp_path / 'restic').mkdir()
    case = Case('restic-local', tmp_path / 'restic', None)
    case.seconds = itertools.count(int(time.time()) - 4 * DAY, DAY)
    repository = case.ready()
    content = {f'database.{number}.sql': f'-- {number}\n'.encode() * 9 for number in range(4)}
    names = [case.back_up(repository, None, {name: text})['id'] for name, text in content.items()][::-1]
    settings = {'store': 'restic', 'location': str(case.folder), 'password': PASSWORD}
    world.configure(website_repository=settings, website_retention={'keep_last': 2})
    assert world.run('hold', f'{SITE}/{names[2]}', '--reason', 'evidence')['exit_code'] == 0
    done = world.prune()
    assert (done['exit_code'], done['sites'][0]['outcome']) == (0, 'complete')
    (place,) = done['sites'][0]['prune']['places']
    assert [point['id'] for point in place['removed']] == [names[3]]
    assert place['freed_bytes'] is not None
    assert [point['id'] for point in case.open().points()] == names[:3]
    assert [listed(row, 'primary') for row in world.rows('pruned')] == [[names[3]]]


def test_check_tells_a_pruned_point_from_a_lost_one(world: World) -> None:
    world.site['webroots'] = []  # so that no point is a difference and needs another
    world.configure(website_retention={'keep_last': 1})
    first, second = world.run('backup'), world.run('backup')
    older, newer = (run['sites'][0]['recovery_point'] for run in (first, second))
    world.prune()
    assert there(world.repository) == [newer]
    shutil.rmtree(world.repository / SITE / newer)
    assert word(world, first, older) == (0, True, 'point_pruned')
    assert word(world, second, newer) == (1, False, 'point_gone')


def word(world: World, run: dict[str, Any], point: str) -> tuple[int, bool, str]:
    """What `rawat check` says of a point: exit code, whether it holds, and which word."""
    done = world.controller.run('check', run['record'], '--filing', str(world.controller.filing), '--json')
    (found,) = [one for one in json.loads(done.stdout)['findings'] if one['item'] == f'{SITE}/{point}']
    return done.returncode, found['ok'], found['text_key']
