# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""In place: what is old gives way as a whole, is kept, and comes back when it is asked for."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from integration.restoring.support import DEFACED, GOOD, OWNER, House


def test_without_a_confirmation_nothing_is_changed(house: House) -> None:
    house.back_up()
    house.deface()
    entry = house.restore(confirm=False)
    assert entry['outcome'] == 'failed'
    assert 'confirm=blog' in entry['error']
    assert (house.files(), set(house.titles())) == (DEFACED, {'defaced'})
    assert house.leftovers() == []


def test_the_plan_tells_what_is_overwritten_and_changes_nothing(house: House) -> None:
    point = house.back_up()['recovery_point']
    house.deface()
    before = sorted(path.relative_to(house.work) for path in house.work.rglob('*'))
    entry = house.plan()
    plan = entry['restore']
    assert (entry['outcome'], entry['recovery_point'], plan['mode']) == ('ready', point, 'in_place')
    assert {(part['kind'], part['to'], part['exists']) for part in plan['parts']} == {
        ('webroot', str(house.www), True),
        ('database', str(house.database), True),
    }
    assert all(part['live_bytes'] for part in plan['parts'])
    assert plan['lost_milliseconds'] >= 0
    assert plan['free_bytes'] > plan['needed_bytes'] > 5000
    assert sorted(path.relative_to(house.work) for path in house.work.rglob('*')) == before


def test_a_defaced_site_is_as_before_and_the_old_is_kept(house: House) -> None:
    point = house.back_up()['recovery_point']
    house.deface()
    entry = house.restore()
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert (house.files(), house.titles()) == (GOOD, ['first', 'second'])
    assert entry['recovery_point'] == point
    assert entry['restore']['safety_point'] not in (None, point)
    [kept] = entry['restore']['kept']
    assert (Path(kept['where']) / 'shell.php').exists()
    assert house.sql('select distinct title from posts', Path(kept['where']) / 'data' / 'app.db') == [('defaced',)]
    assert entry['restore']['way_back'][0] == 'rawat restore --only blog --undo --confirm blog'
    assert entry['restore']['safety_point'] in entry['restore']['way_back'][1]


def test_owners_modes_and_links_come_back(house: House) -> None:
    house.back_up()
    house.deface()
    house.restore()
    found = (house.www / 'index.php').stat()
    assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (OWNER, 0o640)
    assert os.readlink(house.www / 'link') == 'index.php'
    database = house.database.stat()
    assert database.st_uid == OWNER


def test_what_backups_leave_out_stays_as_it_is_now(house: House) -> None:
    house.back_up()
    house.deface()
    house.restore()
    assert (house.www / 'cache' / 'page').read_text() == 'cached later'
    assert (house.www / 'debug.log').read_text() == 'a log that no backup has'


def test_the_next_restore_does_not_take_the_safety_point_for_the_newest(house: House) -> None:
    point = house.back_up()['recovery_point']
    house.deface()
    house.restore()
    assert house.plan()['recovery_point'] == point


def test_undo_brings_everything_back_and_keeps_what_was_restored(house: House) -> None:
    house.back_up()
    house.deface()
    house.restore()
    (house.www / 'comment').write_text('written since')
    entry = house.restore(undo=True)
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert (house.files(), set(house.titles())) == (DEFACED, {'defaced'})
    [kept] = entry['restore']['kept']
    assert (Path(kept['where']) / 'comment').read_text() == 'written since'
    again = house.restore(undo=True)
    assert 'there is no restore to undo' in again['error']


def test_the_safety_point_brings_the_defaced_site_back(house: House) -> None:
    house.back_up()
    house.deface()
    safety = house.restore()['restore']['safety_point']
    entry = house.restore(point=safety)
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert (house.files(), set(house.titles())) == (DEFACED, {'defaced'})


def test_discarding_removes_what_was_kept_and_nothing_else(house: House) -> None:
    house.back_up()
    house.deface()
    house.restore()
    entry = house.restore(discard_old=True)
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert house.leftovers() == []
    assert house.files() == GOOD
    assert 'there is no restore to discard old' in house.restore(discard_old=True)['error']


def test_without_a_safety_point_there_is_no_restore(house: House) -> None:
    house.back_up()
    house.deface()
    house.database.write_bytes(b'no database any more' * 100)
    entry = house.restore()
    assert entry['outcome'] == 'failed'
    assert 'the safety recovery point failed' in entry['error']
    assert 'without_safety_point' in entry['error']
    assert house.files() == DEFACED
    assert house.leftovers() == []


def test_with_a_reason_it_goes_without_a_safety_point(house: House) -> None:
    house.back_up()
    house.deface()
    house.database.write_bytes(b'no database any more' * 100)
    entry = house.restore(without_safety_point='the database is destroyed')
    assert entry['outcome'] == 'remarks', entry['error']
    assert 'no safety recovery point was taken: the database is destroyed' in entry['remarks']
    assert (house.files(), house.titles()) == (GOOD, ['first', 'second'])


def test_only_the_database_leaves_the_files_alone(house: House) -> None:
    house.back_up()
    house.deface()
    entry = house.restore(database=str(house.database))
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert (house.files(), house.titles()) == (DEFACED, ['first', 'second'])
    undone = house.restore(undo=True)
    assert undone['outcome'] in ('complete', 'remarks'), undone['error']
    assert set(house.titles()) == {'defaced'}


def test_a_database_in_the_webroot_that_is_not_restored_stays_the_very_file(house: House) -> None:
    house.back_up()
    house.deface()
    inode = house.database.stat().st_ino
    run = house.run()
    house.run = lambda: run._replace(parts=('webroots',))  # type: ignore[method-assign]
    entry = house.restore()
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert (house.files(), set(house.titles())) == (GOOD, {'defaced'})
    assert house.database.stat().st_ino == inode


def test_chosen_files_are_written_and_the_others_stay(house: House) -> None:
    house.back_up()
    house.deface()
    inode = (house.www / 'shell.php').stat().st_ino
    entry = house.restore(files=['uploads', str(house.www / 'index.php')])
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert house.files() == {**GOOD, 'shell.php': '<?php // evil'}
    assert set(house.titles()) == {'defaced'}
    assert (house.www / 'shell.php').stat().st_ino == inode
    [part] = entry['restore']['parts']
    assert (part['kind'], part['written']) == ('files', 3)
    assert house.leftovers() == []


def test_a_file_that_is_not_in_the_point_is_an_error(house: House) -> None:
    house.back_up()
    entry = house.restore(files=['never-there.php'])
    assert entry['outcome'] == 'failed'
    assert 'never-there.php' in entry['error']
    assert house.leftovers() == []


def test_a_site_that_is_gone_comes_back_without_a_safety_point(house: House) -> None:
    house.back_up()
    shutil.rmtree(house.work / 'srv')
    entry = house.restore(confirm=False)  # nothing is overwritten
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert entry['restore']['mode'] == 'empty'
    assert entry['restore']['safety_point'] is None
    assert (house.files(), house.titles()) == (GOOD, ['first', 'second'])
    assert house.leftovers() == []


def test_the_maintenance_page_is_there_meanwhile_and_gone_afterwards(house: House) -> None:
    house.back_up()
    house.deface()
    seen: dict[str, Any] = {}

    def watch(*_arguments: Any) -> list[str]:
        return []

    from ansible_collections.rawat.website.plugins.module_utils.restoring import recovery

    original = recovery.put_live

    def look(*arguments: Any) -> Any:
        seen['before'] = (house.www / '.maintenance').read_text()
        result = original(*arguments)
        seen['after'] = (house.www / '.maintenance').read_text()
        return result

    recovery.put_live = look
    try:
        entry = house.restore(maintenance=True, transform=watch)
    finally:
        recovery.put_live = original
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert seen == {'before': '<?php $upgrading = time();\n', 'after': '<?php $upgrading = time();\n'}
    assert not (house.www / '.maintenance').exists()
    assert not (Path(entry['restore']['kept'][0]['where']) / '.maintenance').exists()


def test_a_damaged_archive_leaves_the_site_as_it_is(house: House) -> None:
    point = house.back_up()['recovery_point']
    house.deface()
    [tar] = (house.work / 'archive' / 'blog' / point).glob('webroot.*.tar.zst')
    content = bytearray(tar.read_bytes())
    content[len(content) // 2] ^= 0xFF
    tar.write_bytes(content)
    entry = house.restore()
    assert entry['outcome'] == 'failed'
    assert tar.name in entry['error'] or 'tar' in entry['error']
    assert (house.files(), set(house.titles())) == (DEFACED, {'defaced'})
    assert house.leftovers() == []


@pytest.mark.parametrize('fails', ['transform', 'exchange'])
def test_what_fails_late_leaves_the_site_as_it_was(house: House, fails: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
    from ansible_collections.rawat.website.plugins.module_utils.restoring import trees

    house.back_up()
    house.deface()

    def fail(*_arguments: Any) -> list[str]:
        raise RestoreError('the prepared failure')

    if fails == 'exchange':
        monkeypatch.setattr(trees, '_change_places', fail)
    entry = house.restore(transform=fail if fails == 'transform' else None)
    assert entry['outcome'] == 'failed'
    assert 'the prepared failure' in entry['error']
    monkeypatch.undo()
    assert (house.files(), set(house.titles())) == (DEFACED, {'defaced'})
    assert house.leftovers() == []
