# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""restic on servers that only take: over SSH, over REST with TLS, on S3 with locks and without."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from ansible_collections.rawat.website.plugins.module_utils import stores
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.options import defaults
from ansible_collections.rawat.website.plugins.module_utils.stores import restic_keys, restic_locks, s3_lock
from ansible_collections.rawat.website.plugins.module_utils.stores.restic import ResticRepository
from integration.stores import restic_template
from integration.stores.ceph import REGION, Ceph
from integration.stores.rest_server import SECRET, RestServer
from integration.stores.restic_ssh import ResticSsh
from integration.stores.support import PASSWORD, SITE, restic, write
from integration.stores.swift import Swift
from integration.wrapper.conftest import Controller

BIG = os.urandom(9_000_000)
POINT = '2026-11-22T101530Z'
MANIFEST = {
    'schema': 1, 'id': POINT, 'site': SITE, 'host': 'target', 'outcome': 'complete', 'started': '2026-11-22T10:15:30Z',
    'finished': '2026-11-22T10:15:31Z', 'databases': [], 'webroots': [], 'remarks': [], 'error': None,
}  # fmt: skip


@pytest.fixture(scope='module')
def rest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RestServer]:
    server = RestServer(tmp_path_factory.mktemp('rest') / 'server')
    yield server
    server.kill()


@pytest.fixture(scope='module')
def over_ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ResticSsh]:
    server = ResticSsh(tmp_path_factory.mktemp('restic-ssh') / 'server')
    yield server
    server.kill()


@pytest.fixture(params=['rest', 'over_ssh'])
def server(request: pytest.FixtureRequest) -> Any:
    """Either append-only server."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope='module')
def ceph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ceph]:
    server = Ceph(tmp_path_factory.mktemp('ceph') / 'server')
    yield server
    server.kill()


@pytest.fixture(scope='module')
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    server = Swift(tmp_path_factory.mktemp('swift') / 'server')
    yield server
    server.kill()


class Target:
    """A target with its own state, at one repository."""

    def __init__(self, repository: dict, work: Path):
        self.repository = {**repository, 'password': PASSWORD}
        self.options = {'state_directory': str(work / 'state'), 'lock_wait': 20}

    def open(self, **changes: Any) -> Any:
        return stores.open_repository({**self.repository, **changes}, SITE, self.options)

    def back_up(self, folder: Path | None = None) -> Any:
        """A committed point. `folder`: where the repository lies; it is then made with a key that costs nothing."""
        if folder and not folder.exists():
            restic_template.copy_to(folder, PASSWORD)
        repository = self.open()
        repository.check()
        with repository.lock('test'):
            point = repository.begin(POINT)
            write(point, 'database.sqlite.x.sql', BIG)
            point.test_read()
            point.commit(MANIFEST)
        return repository


def files_of(server: Any, name: str) -> Path:
    """Where the repository of that name really lies."""
    return (server.folder if isinstance(server, RestServer) else server.areas) / name


def started_by(calls: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The processes of restic that are started from now on."""
    children: list[Any] = []
    start = calls.start

    def remembered(*arguments: Any, **how: Any) -> Any:
        children.append(start(*arguments, **how))
        return children[-1]

    monkeypatch.setattr(calls, 'start', remembered)
    return children


def orphan(target: Target) -> None:
    """What a run that was killed leaves behind."""
    repository = target.open()
    write(repository.begin('2026-11-22T111530Z'), 'database.sqlite.lost.sql', BIG)


def test_a_target_only_adds_and_the_vault_side_sweeps(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Target(server.area('adds'), tmp_path)
    target.back_up(files_of(server, 'adds'))
    orphan(target)
    repository = target.open()
    with repository.lock('test'):
        (said,) = repository.sweep()
        assert 'the vault side forgets it' in said
        point = repository.begin('2026-11-22T121530Z')
        write(point, 'database.sqlite.x.sql', BIG)
        calls = started_by(repository.restic, monkeypatch)
        point.abort()
    assert calls == []  # no forget is tried
    assert target.open().points() == [MANIFEST]
    vault = Target({'store': 'restic', 'location': str(files_of(server, 'adds'))}, tmp_path / 'vault').open()
    with vault.lock('vault'):
        assert len(vault.sweep()) == 2
    assert b'lost' not in restic(files_of(server, 'adds'), 'snapshots', '--json')
    assert target.open().points() == [MANIFEST]


def test_a_refused_removal_ends_soon_and_names_the_setting(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Target({**server.area('refuses'), 'append_only': False}, tmp_path)
    target.back_up(files_of(server, 'refuses'))
    orphan(target)
    repository = target.open()
    calls = started_by(repository.restic, monkeypatch)
    with repository.lock('test'), pytest.raises(RepositoryError, match=r'403 Forbidden.*append_only to true'):
        repository.sweep()
    assert calls[-1].stderr.count('retrying after') < 8  # restic alone tries some ten times, for fifty seconds
    assert not list((files_of(server, 'refuses') / 'locks').iterdir())  # locks may go


def test_the_canary_is_refused_and_hidden_and_there_is_one(server: Any, tmp_path: Path) -> None:
    target = Target(server.area('canary'), tmp_path)
    repository = target.back_up(files_of(server, 'canary'))
    for _ in range(2):
        found = repository.canary(POINT)
        assert (found['refused'], found['tried']) == (True, True)
        assert '403 Forbidden' in found['answer']
    assert restic(files_of(server, 'canary'), 'snapshots', '--json').count(b'part=canary') == 1
    assert target.open().points() == [MANIFEST]
    with target.open().lock('test'):
        assert target.open().sweep() == []
    vault = Target({'store': 'restic', 'location': str(files_of(server, 'canary'))}, tmp_path / 'vault').open()
    assert vault.canary(POINT)['refused'] is False
    assert b'part=canary' not in restic(files_of(server, 'canary'), 'snapshots', '--json')


def test_no_password_of_an_address_is_shown(rest: RestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = Target(rest.area('masked'), tmp_path)
    repository = target.back_up(files_of(rest, 'masked'))
    written = target.repository['location']
    assert SECRET not in repository.location
    assert '********@127.0.0.1' in repository.location
    monkeypatch.setattr(repository.restic, 'environment', {**repository.restic.environment, 'HTTPS_PROXY': 'x:1'})
    words = [*repository.restic._argv(['snapshots'])]
    secret = written.split('@')[0].rpartition(':')[2]
    assert not [word for word in words if secret in str(word) or SECRET in str(word)]
    for wrong in (written.replace('target:', 'nobody:'), written.replace(f'{rest.port}', '1')):
        with pytest.raises(RepositoryError) as failure:
            target.open(location=wrong).check()
        assert secret not in str(failure.value)
        assert SECRET not in str(failure.value)
    with pytest.raises(RepositoryError, match='must look like rest:https') as failure:
        target.open(location=f'rest:https://target:{SECRET}@127.0.0.1/')
    assert SECRET not in str(failure.value)


def test_errors_name_cause_and_remedy(rest: RestServer, tmp_path: Path) -> None:
    target = Target(rest.area('words'), tmp_path)
    target.open().check()
    written = target.repository['location']
    for changes, words in (
        ({'location': written.replace('target:', 'nobody:')}, 'correct user and password in website_repository'),
        ({'ca_certificate': None}, 'website_repository.ca_certificate'),
        ({'location': written.replace(f':{rest.port}/', ':1/')}, 'is the server running there'),
        ({'password': 'wrong'}, 'correct website_repository.password'),
    ):
        with pytest.raises(RepositoryError, match=words):
            target.open(**changes).check()
        with pytest.raises(RepositoryError, match=words):  # none of these is a missing repository
            target.open(**changes).missing()


def test_a_server_that_was_killed_and_started_again_has_what_was_committed(server: Any, tmp_path: Path) -> None:
    target = Target(server.area('killed'), tmp_path)
    target.back_up(files_of(server, 'killed'))
    server.kill()
    with pytest.raises(RepositoryError):
        target.open().check()
    server.start()
    assert target.open().points() == [MANIFEST]


def test_settings_reach_restic(rest: RestServer, over_ssh: ResticSsh, tmp_path: Path) -> None:
    limits = {'bandwidth_limit': 777, 'connections': 2, 'pack_size': 64, 'cache_directory': str(tmp_path / 'cache')}
    for repository, name in ((rest.area('limits'), 'rest'), (over_ssh.area('limits'), 'rclone')):
        target = Target(repository, tmp_path)
        target.options.update(limits)
        calls = target.open().restic
        words = ' '.join(map(str, calls._argv(['snapshots'])))
        assert f'--limit-upload 777 --limit-download 777 -o {name}.connections=2' in words
        assert '--pack-size 64' in words
        target.open().check()  # and restic knows these options
    assert list((tmp_path / 'cache').iterdir())
    target = Target({**rest.area('limits'), 'tunnel_port': 4711}, tmp_path)
    environment = target.open().restic.environment
    assert environment['HTTPS_PROXY'] == environment['HTTP_PROXY'] == 'socks5://127.0.0.1:4711'


def bucket(server: Any, name: str, locked: bool) -> Any:
    """A new bucket, with locks by default where asked for; its client."""
    keys = server.area(name)['environment']
    client = boto3.client(
        's3', endpoint_url=server.url, region_name=REGION, aws_access_key_id=keys['AWS_ACCESS_KEY_ID'],
        aws_secret_access_key=keys['AWS_SECRET_ACCESS_KEY'],
    )  # fmt: skip
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=locked)
    return client


def test_a_lock_on_s3_is_read_back_and_refuses(ceph: Ceph, tmp_path: Path) -> None:
    rule = {'ObjectLockEnabled': 'Enabled', 'Rule': {'DefaultRetention': {'Mode': 'COMPLIANCE', 'Days': 1}}}
    bucket(ceph, 'locked', True).put_object_lock_configuration(Bucket='locked', ObjectLockConfiguration=rule)
    target = Target(ceph.area('locked'), tmp_path)
    assert target.back_up().canary(POINT)['tried'] is False  # what restic could try would prove nothing
    found = s3_lock.proof(target.repository, defaults())
    assert (found['refused'], found['tried']) == (True, True)
    assert 'object lock' in found['answer']
    assert found['locked_until'] > time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())
    assert target.open().points() == [MANIFEST]


def test_a_bucket_without_locks_is_not_called_safe(ceph: Ceph, tmp_path: Path) -> None:
    target = Target(ceph.area('plain'), tmp_path)
    target.back_up()
    found = s3_lock.proof(target.repository, defaults())
    assert (found['refused'], found['tried'], found['locked_until']) == (False, True, None)
    wrong = {**target.repository['environment'], 'AWS_SECRET_ACCESS_KEY': 'wrong'}
    found = s3_lock.proof({**target.repository, 'environment': wrong}, defaults())
    assert (found['refused'], found['tried']) == (False, False)
    assert 'not proved' in found['answer']


def test_swift_that_ignores_locks_is_not_believed(swift: Swift, tmp_path: Path) -> None:
    bucket(swift, 'claims', True)  # taken without a word
    target = Target(swift.area('claims'), tmp_path)
    target.back_up()
    found = s3_lock.proof(target.repository, defaults())
    assert (found['refused'], found['tried'], found['locked_until']) == (False, True, None)


def test_without_boto3_nothing_is_claimed(ceph: Ceph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'boto3', None)
    found = s3_lock.proof(ceph.area('locked'), defaults())
    assert (found['refused'], found['tried'], found['locked_until']) == (False, False, None)
    assert 'rawat[s3]' in found['answer']


def test_a_backup_into_a_locked_bucket_files_the_refusal_and_the_date(ceph: Ceph, tmp_path: Path) -> None:
    """The vault side proves what the target cannot: with the target's keys, and of a copy with its own."""
    rule = {'ObjectLockEnabled': 'Enabled', 'Rule': {'DefaultRetention': {'Mode': 'COMPLIANCE', 'Days': 1}}}
    areas = {}
    for name in ('primary', 'further'):
        bucket(ceph, name, True).put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=rule)
        areas[name] = {**ceph.area(name), 'password': PASSWORD, 'create': True, 'immutable': True}
    controller = Controller(tmp_path)
    copy = {'name': 'further', **areas['further']}
    host = controller.host(controller.site('a'), website_repository=areas['primary'], website_copies=[copy])
    controller.write_inventory(localhost=host)
    done = controller.run('backup', '-i', str(controller.inventory), '--json')
    (entry,) = json.loads(done.stdout)['sites']
    now = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())
    assert (entry['outcome'], entry['remarks']) == ('complete', []), done.stderr
    assert (entry['immutability']['refused'], entry['immutability']['tried']) == (True, True)
    assert entry['immutability']['locked_until'] > now
    assert [(item['status'], item['locked_until'] > now) for item in entry['copies']] == [('verified', True)]


@pytest.mark.parametrize('kind', ['ceph', 'swift'])
def test_an_s3_server_killed_in_mid_backup_loses_nothing(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """restic itself goes on when the server is back: the same process ends well, and the stream is whole."""
    server = request.getfixturevalue(kind)
    target = Target(server.area('midway'), tmp_path)
    repository = target.open()
    repository.check()
    content = os.urandom(24_000_000)
    with repository.lock('test'):
        point = repository.begin(POINT)
        writer = point.stream('database.sqlite.x.sql')
        writer.write(content[:18_000_000])
        server.kill()
        server.start()
        writer.write(content[18_000_000:])
        stored = writer.finish()
        point.test_read()
        point.commit(MANIFEST)
    call = target.open().restic.call
    assert call(['dump', stored['snapshot_id'], '/database.sqlite.x.sql'], 'dump') == content


def test_a_new_password_is_added_proved_and_then_the_only_one(restic_folder: Path, tmp_path: Path) -> None:
    settings = {'store': 'restic', 'location': str(restic_folder), 'password': PASSWORD}
    options = {**defaults(), 'state_directory': str(tmp_path / 'state')}
    renewed = {**settings, 'password': 'the new one of them'}
    with pytest.raises(RepositoryError, match='12 printable'):
        restic_keys.add(settings, SITE, options, 'short')
    for added in (True, False):  # as after a crash
        found = restic_keys.add(settings, SITE, options, renewed['password'])
        assert (found['added'], len(found['keys'])) == (added, 2)
    with pytest.raises(RepositoryError, match=r'newer than the one.*Nothing was removed'):
        restic_keys.finish(ResticRepository(settings, SITE, options))
    for removed in (1, 0):
        found = restic_keys.finish(ResticRepository(renewed, SITE, options))
        assert (len(found['removed']), len(found['keys'])) == (removed, 1)
    with pytest.raises(RepositoryError, match='wrong password'):
        stores.open_repository(settings, SITE, options).check()


def test_locks_show_their_owner_and_only_dead_ones_go(restic_folder: Path, tmp_path: Path) -> None:
    settings = {'store': 'restic', 'location': str(restic_folder), 'password': PASSWORD}
    repository: Any = stores.open_repository(settings, SITE, {'state_directory': str(tmp_path / 'state')})
    environment = {**os.environ, 'RESTIC_PASSWORD': PASSWORD, 'RESTIC_REPOSITORY': str(restic_folder)}
    command = ['restic', '--no-cache', 'backup', '--stdin']  # it waits for its input, with a lock
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as holder:
        deadline = time.monotonic() + 60
        while not restic_locks.of_restic(repository) and time.monotonic() < deadline:
            time.sleep(0.1)
        (lock,) = restic_locks.of_restic(repository)
        assert (lock['pid'], lock['host'], lock['exclusive']) == (holder.pid, os.uname().nodename, False)
        assert lock['age_seconds'] < 120
        assert len(restic_locks.unlock(repository, live=False)['locks']) == 1
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    ended = restic_locks.unlock(repository, live=False)
    assert (ended['locks'], [one['pid'] for one in ended['removed']]) == ([], [lock['pid']])


@pytest.fixture
def restic_folder(tmp_path: Path) -> Path:
    """A restic repository on a path."""
    folder = tmp_path / 'repository'
    restic_template.copy_to(folder, PASSWORD)
    return folder
