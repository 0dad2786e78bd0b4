# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret in any process's arguments while a backup runs, and none left in any file after it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from e2e.product import MEDIAWIKI, NEWS, RESTIC_PASSWORD, WORDPRESS, Product, repositories
from testbed import Host, Testbed

# Reads the arguments of every process of this machine, which sees those of its hosts too: a new one's in every round,
# as a program may be started in it at any moment, and those of an old one now and then. What counts is a process of
# the host (by its control group) or one that descends from the test.
SAMPLER = r'''
import os, sys, time
secrets = sys.stdin.buffer.readline().rstrip(b'\n').split(b'\1')
result, stop, cgroup, test = sys.argv[1:]
NEW, OLD = 40, 50  # rounds

def ours(pid):
    if cgroup in open('/proc/%s/cgroup' % pid).read():
        return True
    while pid not in ('0', '1', test):
        pid = open('/proc/%s/stat' % pid).read().rpartition(')')[2].split()[1]
    return pid == test

os.nice(-15)
rounds, seen, programs, ages = 0, set(), set(), {}
print('ready', flush=True)
while not os.path.exists(stop):
    present = {pid for pid in os.listdir('/proc') if pid[0] in '123456789'}
    ages = {pid: ages.get(pid, 0) + 1 for pid in present}
    for pid, age in ages.items():
        if age > NEW and (rounds + int(pid)) % OLD:
            continue
        try:
            with open('/proc/' + pid + '/cmdline', 'rb') as handle:
                words = handle.read()
            program = os.path.basename(words.partition(b'\0')[0])
            if any(secret in words for secret in secrets) and int(pid) != os.getpid() and ours(pid):
                seen.add(words)
            if program not in programs and ours(pid):
                programs.add(program)
        except OSError:
            pass  # it has just ended
    rounds += 1
    time.sleep(0.0005)
with open(result, 'wb') as until:
    until.write(b'%d\n' % rounds + b' '.join(sorted(programs)) + b'\n' + b'\n'.join(seen))
'''
PLACES = ['/tmp', '/var/tmp', '/root', '/home', '/var/lib/rawat', '/dev/shm', '/run', '/var/log', '/etc']
PGPASSWORD = 'postgresql-password-of-the-test'
TOLD = 'told-for-another-server'  # to_login_password
# the password of the site itself stands in its own wp-config.php and is no secret of the backup
CONNECTIONS = {'postgresql': {'login_user': 'keeper', 'login_password': PGPASSWORD, 'login_host': '127.0.0.1'}}


@contextmanager
def sampled(folder: Path, host: Host, secrets: list[str]) -> Iterator[Callable[[], tuple[float, set[str], str]]]:
    """Sample while the body runs. What is yielded stops it: (rounds a second, programs seen, offending arguments)."""
    result, stop = folder / 'sampled', folder / 'stop'
    command = [sys.executable, '-c', SAMPLER, str(result), str(stop), '/'.join(host.cgroup.parts[-2:]),
               str(os.getpid())]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    process.stdin.write('\1'.join(secrets).encode() + b'\n')
    process.stdin.flush()
    assert process.stdout.readline() == b'ready\n'
    started = time.monotonic()

    def end() -> tuple[float, set[str], str]:
        stop.touch()
        process.wait(20)
        rounds, programs, *seen = result.read_text(errors='replace').split('\n')
        return int(rounds) / (time.monotonic() - started), set(programs.split()), '\n'.join(seen)

    try:
        yield end
    finally:
        process.kill()
        process.communicate()


def key_lines(key: str) -> list[str]:
    """Lines of a private key that stand in no other key."""
    return key.splitlines()[3:5]


def test_the_sampler_sees_a_secret_that_is_an_argument_for_a_moment(web1: Host, tmp_path: Path) -> None:
    with sampled(tmp_path, web1, ['told-to-all']) as end:
        web1.run(['sh', '-c', 'for i in 1 2 3 4 5 6 7 8 9 10; do sh -c "sleep 0.02; : told-to-all"; done'])
        _rate, programs, seen = end()
    assert 'sleep' in programs
    assert 'sleep 0.02; : told-to-all' in seen


@pytest.fixture
def password_account(web1: Host) -> Iterator[None]:
    """A PostgreSQL account that needs a password, in place of peer authentication."""
    ask = ['runuser', '-u', 'postgres', '--', 'psql', '-Xq']
    web1.run(ask, text_input=f"CREATE ROLE keeper SUPERUSER LOGIN PASSWORD '{PGPASSWORD}';")
    yield
    web1.run(ask, text_input='DROP ROLE keeper;')


@pytest.mark.parametrize('kind', ['archive-ssh', 'restic-sftp'])
@pytest.mark.usefixtures('password_account')
def test_no_secret_is_ever_an_argument_or_left_in_a_file(
        testbed: Testbed, web1: Host, vault1: Host, tmp_path: Path, kind: str) -> None:
    repository = repositories(vault1)[kind]
    repository = repository | {'location': repository['location'] + '-secret'}
    wiki: dict[str, Any] = {**MEDIAWIKI, 'webroots': [], 'databases': [
        {'engine': 'postgresql', 'name': 'mediawiki', **CONNECTIONS['postgresql']}]}
    product = Product(testbed, tmp_path)
    product.write_inventory({web1: [{**WORDPRESS, 'webroots': []}, wiki, NEWS]}, repository)
    secrets = ['backup-secret', PGPASSWORD, RESTIC_PASSWORD, *key_lines(repository['ssh_private_key'])]
    begun = time.time()
    with sampled(tmp_path, web1, secrets) as end:
        ended = product.backup('-v', '-v', '-v')
        rate, programs, seen = end()
    assert (ended.code, set(ended.outcomes.values())) == (0, {'complete'}), ended.text
    assert {'mariadb-dump', 'pg_dump', 'restic' if kind == 'restic-sftp' else 'zstd', 'ssh'} <= programs
    assert seen == ''
    assert rate >= 200, f'{rate:.0f} looks a second miss a short-lived process'
    assert not [secret for secret in secrets if secret in ended.text]
    plain = product.run(product.playbook('-vvv'))
    assert plain.code == 0, plain.text
    assert not [secret for secret in secrets if secret in plain.text]
    check_files(product, web1, tmp_path, secrets, begun)


@pytest.mark.usefixtures('password_account')
def test_no_secret_of_a_drill_or_a_restore_is_ever_an_argument_or_left_in_a_file(
        testbed: Testbed, web1: Host, vault1: Host, tmp_path: Path) -> None:
    """The whole way back: private servers, the site as itself, a restore beside the live databases, a plan."""
    repository = repositories(vault1)['restic-sftp']
    repository = repository | {'location': repository['location'] + '-secret-back'}
    wiki: dict[str, Any] = {**MEDIAWIKI, 'webroots': [], 'databases': [
        {'engine': 'postgresql', 'name': 'mediawiki', **CONNECTIONS['postgresql']}]}
    product = Product(testbed, tmp_path)
    product.write_inventory({web1: [WORDPRESS, wiki]}, repository)
    assert product.backup().code == 0
    telling = tmp_path / 'told.yml'
    telling.write_text(f'{{to_login_user: root, to_login_password: {TOLD}, to_database: copy_of_the_test}}')
    secrets = ['backup-secret', PGPASSWORD, RESTIC_PASSWORD, TOLD, *key_lines(repository['ssh_private_key'])]
    begun = time.time()
    with sampled(tmp_path, web1, secrets) as end:
        runs = [
            product.run(product.rawat('verify', '-v', '-v', '-v')),
            product.run(product.rawat('restore', '--only', 'wordpress', '--database', 'wordpress', '--confirm',
                                      'wordpress', '-v', '-v', '-v')),
            product.run(product.rawat('restore', '--only', 'wordpress', '--database', 'wordpress', '--plan', '-e',
                                      f'@{telling}', '-v', '-v', '-v')),
        ]
        rate, programs, seen = end()
    assert runs[0].code == 0, runs[0].text
    assert runs[1].code == 0, runs[1].text
    assert {'mariadbd', 'postgres', 'mariadb', 'psql', 'restic', 'ssh'} <= programs
    assert seen == ''
    assert rate >= 200, f'{rate:.0f} looks a second miss a short-lived process'
    assert not [secret for secret in secrets for run in runs if secret in run.text]
    telling.unlink()
    discarded = product.run(product.rawat('restore', '--only', 'wordpress', '--discard-old', '--confirm', 'wordpress'))
    assert discarded.code == 0, discarded.text
    check_files(product, web1, tmp_path, secrets, begun)


def check_files(product: Product, host: Host, folder: Path, secrets: list[str], begun: float) -> None:
    """Nothing that was written since `begun`, here or on the host, holds a secret."""
    assert written(product.filing, secrets) == []
    assert written(folder / 'home', secrets) == []
    assert written(Path('/dev/shm'), secrets, since=begun) == []
    inventories = [*Path('/tmp').glob('pytest-of-*'), folder, *folder.parents]  # of this test and its like
    assert written(Path('/tmp'), secrets, since=begun, ignore=inventories) == []
    for place in PLACES:
        assert written(host.path(place), secrets, since=begun) == [], place


def written(root: Path, secrets: list[str], since: float = 0, ignore: list[Path] | None = None) -> list[str]:
    """Files below `root`, changed since then, that hold one of the secrets."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if Path(folder, name) not in (ignore or [])]
        for name in files:
            path = Path(folder, name)
            try:
                state = path.lstat()
                if not path.is_file() or path.is_symlink() or state.st_mtime < since or state.st_size > 50_000_000:
                    continue
                content = path.read_bytes()
            except OSError:
                continue
            found += [str(path) for secret in secrets if secret.encode() in content]
    return found
