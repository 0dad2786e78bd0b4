# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is particular to the restic store: its password, its locks, its snapshots, what is proved about them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryBusy, RepositoryError, WebrootError
from ansible_collections.rawat.website.plugins.module_utils.stores import restic_webroot
from integration.stores.support import PASSWORD, Case, restic, store_webroot, write


def test_a_wrong_password_is_named(restic_case: Case) -> None:
    restic_case.ready()
    with pytest.raises(RepositoryError, match=r'wrong password.*website_repository\.password'):
        restic_case.open(password='wrong').check()
    with pytest.raises(RepositoryError, match=r'website_repository\.password is missing'):
        restic_case.open(password='')


@contextmanager
def exclusive_lock(case: Case) -> Iterator[subprocess.Popen]:
    """A live restic that locks the repository for itself and then stands still."""
    environment = {**os.environ, 'RESTIC_PASSWORD': PASSWORD, 'RESTIC_REPOSITORY': str(case.folder)}
    with subprocess.Popen(
        ['restic', '--no-cache', 'check', '--read-data'], env=environment, stdout=subprocess.DEVNULL
    ) as process:
        for _ in range(400):
            if any(len(path.name) == 64 for path in (case.folder / 'locks').iterdir()):  # not the temporary name
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGSTOP)
        assert any((case.folder / 'locks').iterdir())
        try:
            yield process
        finally:
            process.kill()


def test_a_live_lock_is_waited_for_and_a_dead_one_removed(restic_case: Case) -> None:
    good = restic_case.back_up(restic_case.ready(), streams={'database.sqlite.x.sql': os.urandom(30_000_000)})
    with exclusive_lock(restic_case) as holder:
        started = time.monotonic()
        with pytest.raises(RepositoryBusy, match=rf'PID {holder.pid} on {socket.gethostname()}') as failure:
            restic_case.open().check()
        assert time.monotonic() - started >= 1
        assert 'lock_wait' in str(failure.value)
        assert any((restic_case.folder / 'locks').iterdir())
    repository = restic_case.open()  # its process is dead now
    repository.check()
    with repository.lock('next'):
        repository.sweep()
    assert repository.points() == [good]
    assert restic_case.back_up(restic_case.open(), streams={'database.sqlite.x.sql': os.urandom(9_000_000)})
    assert list((restic_case.folder / 'locks').iterdir()) == []


def test_a_lock_that_ends_in_time_costs_nothing_but_time(restic_case: Case) -> None:
    restic_case.options['lock_wait'] = 60
    repository = restic_case.ready()
    restic_case.back_up(repository, streams={'database.sqlite.x.sql': os.urandom(30_000_000)})
    content = os.urandom(9_000_000)
    with repository.lock('test'):
        point = repository.begin(restic_case.manifest()['id'])
        with exclusive_lock(restic_case) as holder:
            holder.kill()
            holder.wait()  # a zombie still counts as alive
            stored = write(point, 'database.sqlite.y.sql', content)
    assert restic(restic_case.folder, 'dump', stored['snapshot_id'], '/database.sqlite.y.sql') == content


def test_few_calls_are_made(restic_case: Case, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call costs half a CPU second."""
    restic_case.back_up(restic_case.ready(), site, {'database.sqlite.x.sql': b'x' * 9_000_000})
    calls: list[str] = []
    repository = restic_case.open()
    start = repository.restic.start
    monkeypatch.setattr(
        repository.restic, 'start', lambda arguments, **how: calls.append(arguments[0]) or start(arguments, **how)
    )
    repository.check()
    repository.points()
    streams = {'database.sqlite.x.sql': b'x' * 9_000_000, 'database.sqlite.x.accounts.sql': b'GRANT'}
    restic_case.back_up(repository, site, streams)
    # the list of points; the dump, the webroot and what is in it; small streams and lists together; the manifest
    assert calls == ['snapshots', 'backup', 'backup', 'ls', 'backup', 'backup']


def test_copies_on_the_target_are_never_trusted(restic_case: Case, site: Path) -> None:
    manifest = restic_case.back_up(restic_case.ready(), site)
    kept = [
        path
        for path in Path(restic_case.options['state_directory']).rglob('*')
        if len(path.name) == 64 and 'cache' not in path.parts
    ]
    assert len(kept) == 2  # the manifest and the file list
    for path in kept:
        path.write_bytes(path.read_bytes().replace(b'2026', b'1999') + b'\n')
    assert restic_case.open().points() == [manifest]
    assert len(list(restic_case.open().read_file_list(manifest, manifest['webroots'][0]))) > 5


def test_exclusions_mean_the_same_to_restic_and_to_us(restic_case: Case, site: Path) -> None:
    (site / 'cache' / 'deep').mkdir(parents=True)
    for name in (
        'cache/x',
        'cache/deep/y',
        'a.log',
        'pages/b.log',
        'pages/[x].tmp',
        'pages/y.tmp',
        'pages/keep',
        'www',
    ):
        (site / name).write_text('x')
    repository = restic_case.ready()
    point = repository.begin(restic_case.manifest()['id'])
    patterns = ['cache/', '*.log', 'pages/[!y].tmp', 'pages/[[]x].tmp', 'www', 'nothing/like/this']
    part = store_webroot(repository, point, site, exclude=patterns)
    assert part['skipped'] == []
    assert part['remarks'] == []
    listed = restic(restic_case.folder, 'ls', part['snapshot_id']).decode('utf-8', 'replace')
    names = [line[len(str(site)) + 1 :] for line in listed.splitlines() if line.startswith(f'{site}/')]
    assert 'cache' in names
    assert 'pages/keep' in names
    assert 'pages/y.tmp' in names
    assert not [
        name for name in names if name.endswith('.log') or name.startswith('cache/') or name in ('www', 'pages/[x].tmp')
    ]


def test_what_the_snapshot_lacks_without_a_reason_is_an_error(
    restic_case: Case, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(2.2)  # so that nothing counts as changed just now
    monkeypatch.setattr(restic_webroot, 'exclusions', lambda root, *_patterns: [b'--exclude=' + root + b'/pages/deep'])
    repository = restic_case.ready()
    point = repository.begin(restic_case.manifest()['id'])
    with pytest.raises(WebrootError, match=r'lacks 2 entries .* first pages/deep'):
        store_webroot(repository, point, site)


def test_a_file_that_changes_between_restic_and_our_walk_is_listed(
    restic_case: Case, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up = restic_webroot._back_up

    def back_up_then_change(*arguments: object) -> object:
        found = back_up(*arguments)  # type: ignore[arg-type]
        (site / 'index.php').write_text('changed')
        (site / 'appeared').write_text('new')
        (site / 'pages' / 'big.bin').unlink()
        return found

    monkeypatch.setattr(restic_webroot, '_back_up', back_up_then_change)
    repository = restic_case.ready()
    part = store_webroot(repository, repository.begin(restic_case.manifest()['id']), site)
    reasons = {entry['path']: entry['reason'] for entry in part['skipped']}
    assert set(reasons) == {'index.php', 'pages/same.php', 'appeared', 'pages/big.bin'}
    assert 'before it changed' in reasons['index.php']
    assert 'not stored' in reasons['appeared']
    assert 'gone' in reasons['pages/big.bin']


def test_a_recursive_chown_does_not_store_contents_again(restic_case: Case, site: Path) -> None:
    restic_case.back_up(restic_case.ready(), site)
    for path in site.rglob('*'):
        os.chown(path, 12345, 12345, follow_symlinks=False)
    part = restic_case.back_up(restic_case.open(), site)['webroots'][0]
    assert part['metadata_changed'] > 3
    assert (part['added'], part['changed'], part['removed']) == (0, 0, 0)
    assert part['stored_bytes'] < 20_000


def test_restic_finds_the_repository_sound(restic_case: Case, site: Path) -> None:
    restic_case.back_up(restic_case.ready(), site, {'database.sqlite.x.sql': b'x' * 9_000_000})
    assert b'no errors were found' in restic(restic_case.folder, 'check', '--read-data')
