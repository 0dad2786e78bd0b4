# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of store checks what it holds, a share at a time, and keeps small facts about its points."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from integration.stores.held import BIG, Held, harmed, stored_at
from integration.stores.support import SITE, restic, write


# -------------------------------------------------------------------------------------------- shares
def test_the_shares_together_read_everything_and_find_nothing(held: Held) -> None:
    shares = [held.case.open().check_share(number, 3) for number in range(3)]
    assert [share['problems'] for share in shares] == [[], [], []]
    if held.case.store == 'archive':
        stored = [path for path in (held.case.folder / SITE).rglob('*') if path.is_file() and path.name[0] != '.']
        assert sum(share['files'] for share in shares) == len(stored)
        assert sum(share['bytes'] for share in shares) == sum(
            path.stat().st_size for path in stored if path.name != 'SHA256SUMS'
        )
    else:
        stored = [path for path in (held.case.folder / 'data').rglob('*') if path.is_file()]
        assert sum(share['files'] for share in shares) == len(stored)
        total = sum(path.stat().st_size for path in stored)
        assert sum(share['bytes'] for share in shares) == (0 if held.case.remote else total)
    assert all(share['method'] and share['milliseconds'] >= 0 for share in shares)


def test_a_flipped_byte_is_found_in_exactly_one_share(held: Held) -> None:
    part = held.full['databases'][0]
    path = stored_at(held, held.full, part['file'], len(BIG))
    with harmed(path, 'flipped'):
        found = [held.case.open().check_share(number, 3)['problems'] for number in range(3)]
    (problems,) = [problems for problems in found if problems]
    assert path.name[:10] in ' '.join(problems)
    assert len(problems) == 1


def test_what_is_gone_is_found(held: Held) -> None:
    part = held.full['databases'][0]
    path = stored_at(held, held.full, part['file'], len(BIG))
    with harmed(path, 'gone'):
        problems = [line for number in range(2) for line in held.case.open().check_share(number, 2)['problems']]
    assert [line for line in problems if path.name in line and ('gone' in line or 'not exist' in line)]


def test_an_archive_knows_what_belongs_to_a_point(held: Held) -> None:
    if held.case.store != 'archive':
        return
    folder = held.case.folder / SITE / held.full['id']
    (folder / 'stranger').write_text('x')
    with harmed(folder / 'manifest.json', 'flipped'):
        problems = held.case.open().check_share(0, 1)['problems']
    (folder / 'stranger').unlink()
    assert len(problems) == 2
    assert 'manifest.json differs' in problems[0]
    assert 'stranger is not in SHA256SUMS' in problems[1]
    with harmed(folder / 'SHA256SUMS', 'gone'):
        (problem,) = held.case.open().check_share(0, 1)['problems']
    assert 'SHA256SUMS is gone' in problem
    folder.rename(folder.with_name('.away'))
    (problem,) = held.case.open().check_share(0, 1)['problems']
    folder.with_name('.away').rename(folder)
    assert held.full['webroots'][0]['file'] in problem
    assert f'the difference in {held.difference["id"]} cannot be restored' in problem


# -------------------------------------------------------------------------------------------- events
def test_events_are_listed_newest_first_and_disturb_nothing(held: Held) -> None:
    sums = contents(held, 'SHA256SUMS')
    repository = held.case.open()
    before = {event['document']['number'] for event in repository.events()}
    assert before == set()
    for number, kind in enumerate(('drill', 'copy', 'drill')):
        repository.add_event(kind, held.full['id'], {'number': number, 'text': 'ü,=\n"', 'list': [None, True]})
    for look in (repository, held.case.open()):
        assert [event['document']['number'] for event in look.events()] == [2, 1, 0]
        drills = look.events('drill')
        assert [event['document']['number'] for event in drills] == [2, 0]
    assert drills[0]['document'] == {'number': 2, 'text': 'ü,=\n"', 'list': [None, True]}
    assert (drills[0]['kind'], drills[0]['point']) == ('drill', held.full['id'])
    assert drills[0]['time'].endswith('Z')
    with repository.lock('test'):
        assert repository.sweep() == []
    assert held.case.open().points() == [held.difference, held.full]
    assert contents(held, 'SHA256SUMS') == sums
    assert held.case.open().check_share(0, 1)['problems'] == []
    assert held.case.open('another-site').events() == []
    with pytest.raises(ValueError, match='cannot be named'):
        repository.add_event('../x', held.full['id'], {})


def contents(held: Held, name: str) -> dict[str, str]:
    """The hashes of all files of a name."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in held.case.folder.rglob(name)}


def test_a_damaged_event_is_left_out_and_told_by_the_check(held: Held) -> None:
    if held.case.store != 'archive':
        return  # restic's own check finds it
    repository = held.case.open()
    repository.add_event('harmed', held.full['id'], {'number': 7})
    (path,) = [path for path in (held.case.folder / SITE / '.events').iterdir() if 'harmed' in path.name]
    with harmed(path, 'flipped'):
        assert held.case.open().events('harmed') == []
        (problem,) = held.case.open().check_share(0, 1)['problems']
    assert path.name in problem
    path.unlink()


def test_events_survive_a_later_backup_and_copies_of_ours_are_not_trusted(held: Held) -> None:
    repository = held.case.open()
    repository.add_event('later', held.full['id'], {'number': 9})
    with repository.lock('test'):
        point = repository.begin('2001-01-01T000000Z')  # older than all others, so that nothing else sees it
        write(point, 'database.x.sql', b'x')
        point.test_read()
        manifest = {**held.case.manifest(), 'id': '2001-01-01T000000Z', 'webroots': []}
        point.commit(manifest)
    state = Path(held.case.options['state_directory'])
    for kept in [path for path in state.rglob('*') if len(path.name) == 64 and 'cache' not in path.parts]:
        kept.write_bytes(kept.read_bytes().replace(b'9', b'8'))
    assert [event['document'] for event in held.case.open().events('later')] == [{'number': 9}]
    assert held.case.open().points()[-1] == manifest


def test_the_repository_is_sound_after_all_this(held: Held) -> None:
    if held.case.store == 'restic':
        assert b'no errors were found' in restic(held.case.folder, 'check', '--read-data')
    assert held.stream('big') == BIG
