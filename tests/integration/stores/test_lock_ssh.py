# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock on a backup server: live ones are kept, dead ones heal."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryBusy, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores import lock_ssh
from integration.stores.sshd import Sshd
from integration.stores.support import SITE, Case, write


@pytest.fixture
def case(sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A lock that beats quickly."""
    for name, seconds in {'BEAT': 0.3, 'POLL': 0.2, 'STALE': 3.0}.items():
        monkeypatch.setattr(lock_ssh, name, seconds)
    return Case('archive-ssh', tmp_path, sshd)


def leave_lock(case: Case, owner: str | None) -> Path:
    """A lock as a power cut leaves it: nobody beats."""
    lock = case.folder / SITE / '.lock.d'
    lock.mkdir(parents=True)
    if owner is not None:
        (lock / 'owner').write_text(owner)
        (lock / 'beat').write_text('7\n')
    return lock


OWNER = json.dumps({'owner': 'run 3', 'host': 'dead', 'pid': 1, 'since': '2026-11-22T00:00:00Z', 'token': 'abc'}) + '\n'


@pytest.mark.parametrize('owner', [OWNER, None, 'nonsense $(touch /tmp/x) "\'\n'])
def test_a_lock_without_a_heart_is_taken_over(case: Case, owner: str | None) -> None:
    repository = case.ready()
    lock = leave_lock(case, owner)
    started = time.monotonic()
    with repository.lock('next'):
        assert time.monotonic() - started >= 3
        assert json.loads((lock / 'owner').read_text())['owner'] == 'next'
        assert repository.sweep() == []
    assert case.leftovers() == []


def test_a_live_lock_is_never_broken_into_however_long_it_is_held(case: Case) -> None:
    repository = case.ready()
    case.options['lock_wait'] = 6  # twice the time after which a dead one is taken over
    with repository.lock('run 7'):
        with pytest.raises(RepositoryBusy, match='run 7'), case.open().lock('other'):
            pass
        owner = json.loads((case.folder / SITE / '.lock.d' / 'owner').read_text())
        assert owner['owner'] == 'run 7'


def test_whoever_waits_long_enough_gets_the_lock(case: Case) -> None:
    repository, other = case.ready(), case.open()
    case.options['lock_wait'] = 20
    holding = repository.lock('first')
    holding.__enter__()
    (case.folder / SITE / '.lock.d' / 'owner').write_text('gone')  # its release will find that it lost it
    holding.__exit__(None, None, None)
    with other.lock('second'):
        pass
    assert case.leftovers() == []


def test_a_run_that_lost_its_lock_commits_nothing(case: Case) -> None:
    repository, manifest = case.ready(), case.manifest()
    with repository.lock('cut off'):
        point = repository.begin(manifest['id'])
        write(point, 'database.sqlite.x.sql', b'dump')
        manifest['test_read'] = point.test_read()
        (case.folder / SITE / '.lock.d' / 'owner').write_text(OWNER)
        with pytest.raises(RepositoryError, match='lock was lost'):
            point.commit(manifest)
        point.abort()
    assert case.open().points() == []
    assert (case.folder / SITE / '.lock.d' / 'owner').read_text() == OWNER  # the other one's lock is left alone
