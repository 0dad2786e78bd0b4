# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten servers, two workers: all are done, in one record; a worker that dies takes nothing along but its own hosts."""

from __future__ import annotations

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.archives import manifests
from e2e.harm import hold, resume, wait_for
from e2e.product import CHECKOUT, Ended, Product
from testbed import Host, Testbed

SERVERS = [f'site{number}' for number in range(1, 11)]
WORKERS = ['worker-a', 'worker-b']
PROGRAMS = {'ansible-playbook': 'ansible.cli.playbook', 'ansible-runner': 'ansible_runner.__main__'}
LAUNCHER = """#!/usr/bin/python3
import sys
sys.path.insert(0, '/opt/ansible/packages')
from {module} import main
sys.exit(main())
"""
ARCHIVE = {'store': 'archive', 'location': '/srv/archives/workers', 'create': True}
SECRET = 'a-word-that-travels-in-memory-alone'


def make_worker(host: Host, packages: Path) -> None:
    """Give a bare host what a worker needs: Python, ansible-core, ansible-runner, and nothing of ours."""
    place = host.path('/opt/ansible')
    shutil.copytree(packages / 'packages', place / 'packages')
    (place / 'bin').mkdir()
    for name, module in PROGRAMS.items():
        (place / 'bin' / name).write_text(LAUNCHER.format(module=module))
        (place / 'bin' / name).chmod(0o755)


def make_site(host: Host) -> dict[str, Any]:
    """A small site with a database in SQLite, made by hand."""
    host.run(['install', '-d', f'/var/www/{host.name}'])
    host.path(f'/var/www/{host.name}/index.html').write_text(f'<h1>{host.name}</h1>\n')
    rows = 'CREATE TABLE news (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO news (title) VALUES (1), (2), (3);'
    host.run(['sqlite3', f'/srv/{host.name}.db', rows])
    databases = [{'engine': 'sqlite', 'path': f'/srv/{host.name}.db'}]
    return {'name': host.name, 'webroots': [{'path': f'/var/www/{host.name}'}], 'databases': databases}


@pytest.fixture(scope='module')
def machines(testbed: Testbed) -> Iterator[dict[str, Host]]:
    """Ten servers with a site each and two workers, for the tests of this file."""
    command = [sys.executable, str(CHECKOUT / 'tests' / 'setup' / 'make_venv.py'), '--for-python', '3.11']
    packages = Path(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip())
    hosts = {host.name: host for host in testbed.up(*SERVERS, *WORKERS, bare=True)}
    for name in WORKERS:
        make_worker(hosts[name], packages)
    yield hosts
    for name in hosts:
        testbed.host(name).destroy()
    testbed.write_inventory()


@pytest.fixture
def fleet(product: Product, machines: dict[str, Host]) -> Product:
    """The product with an inventory of the ten; key and known hosts lie beside it, and travel."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        sites = dict(zip(SERVERS, pool.map(make_site, [machines[name] for name in SERVERS])))
    keys = product.folder / 'keys'
    keys.mkdir(mode=0o700)
    shutil.copy(product.testbed.key, keys / 'id')
    options = '-o UserKnownHostsFile={{ inventory_dir }}/keys/known_hosts -o StrictHostKeyChecking=yes -F none'
    product.write_inventory(
        {machines[name]: [site] for name, site in sites.items()}, ARCHIVE, a_secret=SECRET,
        ansible_ssh_private_key_file='{{ inventory_dir }}/keys/id', ansible_ssh_common_args=options,
    )
    shutil.copy(product.testbed.known_hosts, keys / 'known_hosts')
    return product


def backup(product: Product, *options: str) -> list[str]:
    """The command of a run that notices within seconds when a worker is gone; the defaults take half a minute."""
    ssh = (f'-F none -i {product.testbed.key} -o IdentitiesOnly=yes -o ServerAliveInterval=2 '
           f'-o UserKnownHostsFile={product.testbed.known_hosts}')
    command = product.rawat('backup', '--worker-file', 'keys', *options)
    return ['env', f'RAWAT_WORKER_SSH_ARGS={ssh}', *command]


def addresses(*workers: Host) -> list[str]:
    return [word for worker in workers for word in ('--worker', f'ssh://root@{worker.ip}/opt/ansible/bin')]


def left_on(worker: Host) -> str:
    """What a run left on a worker: in memory, and on its disk with the inventory's secret in it."""
    found = worker.run(['grep', '-rls', SECRET, '/tmp', '/root', '/var/tmp', '/home', '/run', '/dev/shm'], check=False)
    return found.stdout + worker.run(['ls', '/dev/shm']).stdout + worker.run(
        ['pgrep', '-fa', 'ansible|[k]eeper'], check=False).stdout


def done(ended: Ended) -> set[str]:
    return {site for site, outcome in ended.outcomes.items() if outcome == 'complete'}


def share_of(worker: Host, ended: Ended) -> list[str]:
    """The hosts of a worker, as the run said; the same plan gives the same shares."""
    found = re.search(rf'worker {re.escape(worker.ip)}: (.*)', ended.stdout)
    assert found, ended.text
    return found[1].split(', ')


def test_two_workers_do_ten_servers_and_a_dead_one_is_made_up_for(fleet: Product, machines: dict[str, Host]) -> None:
    a, b = (machines[name] for name in WORKERS)
    ended = fleet.run(backup(fleet, *addresses(a, b)))
    assert ended.code == 0, ended.text
    assert done(ended) == set(SERVERS), ended.text
    assert len(fleet.runs()) == 1, 'one record for all'
    log = next(fleet.filing.glob('*/*/*/ansible.log')).read_text()
    assert all(f'[{worker.ip}]' in log for worker in (a, b)), 'both had a share'
    assert [left_on(worker) for worker in (a, b)] == ['', '']

    mine, its = share_of(a, ended), share_of(b, ended)
    assert sorted(mine + its) == sorted(SERVERS)
    first = machines[its[0]]  # gets so much data that the run can be met at work there
    first.path(f'/var/www/{first.name}/noise.bin').write_bytes(os.urandom(64 << 20))
    before = fleet.runs()
    process = fleet.start(backup(fleet, '--forks', '1', *addresses(a, b)))
    module, _child = hold(first, 'zstd')  # with --forks 1 the other hosts of b wait for it
    b.kill()
    ended = fleet.finish(process, before)
    resume(module)
    assert ended.code == 1, ended.text
    assert done(ended) == set(mine), ended.text
    assert len(fleet.runs()) == 2
    lost = [ended.sites[name] for name in its]
    assert {site['outcome'] for site in lost} == {'unreachable'}, ended.text
    assert all(f'the worker {b.ip} was lost' in site['error'] for site in lost), ended.text
    assert 'its server may still finish it' in ended.sites[first.name]['error'] or \
        'before this site was seen at work' in ended.sites[first.name]['error'], ended.text
    assert f'the worker ssh://root@{b.ip}/opt/ansible/bin was lost' in ended.stdout
    wait_for(lambda: len(manifests(first, ARCHIVE['location'], first.name)) == 2, 'the target finishes by itself')

    again = fleet.run(backup(fleet, '--failed', *addresses(a)))
    assert again.code == 0, again.text
    assert done(again) == set(its), again.text
    assert len(again.outcomes) == len(its), 'only what was not done'
    nothing = fleet.run(backup(fleet, '--failed', *addresses(a)))
    assert (nothing.code, nothing.record) == (0, None), nothing.text
    assert 'Nothing to do' in nothing.stdout
