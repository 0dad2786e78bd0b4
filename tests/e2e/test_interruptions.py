# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What dies half-way on real servers: no half point is ever visible, and the next run sweeps up and is complete."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.archives import intact, leftovers, manifests
from e2e.harm import hold, idle, named, resume, wait_for
from e2e.product import NEWS, OTHER_NEWS, WORDPRESS, Ended, Product, repositories
from testbed import Host


@pytest.fixture(autouse=True)
def nothing_held(web1: Host) -> Iterator[None]:
    """Whatever a test left stopped on web1 goes on, so that no later test finds it."""
    yield
    if web1.running():
        for name in ('python3', 'python3.11'):
            for pid in named(web1, name):
                resume(pid)


def good_again(product: Product, host: Host, repository: dict[str, Any] | None = None) -> Ended:
    """The next run is complete; in an archive on the host it leaves nothing half, and every point has its hashes."""
    ended = product.backup()
    assert (ended.code, set(ended.outcomes.values())) == (0, {'complete'}), ended.text
    if repository:
        assert leftovers(host, repository['location']) == []
        points = manifests(host, repository['location'], 'news')
        assert points[-1]['outcome'] == 'complete'
        assert all(intact(host, repository['location'], point) for point in points)
    return ended


def test_programs_killed_on_the_target_fail_their_sites_and_the_others_go_on(
        product: Product, web1: Host, archive: dict[str, Any]) -> None:
    """In one run: mariadb-dump of the first site, zstd of the second; the third is complete."""
    last = {**NEWS, 'name': 'news-again'}
    product.write_inventory({web1: [{**WORDPRESS, 'webroots': []}, NEWS, last]}, archive)
    before = product.runs()
    process = product.start(product.rawat('backup'))
    for name in ('mariadb-dump', 'zstd'):
        module, child = hold(web1, name)
        os.kill(child, signal.SIGKILL)
        resume(module)
        site = {'mariadb-dump': 'wordpress', 'zstd': 'news'}[name]
        wait_for(lambda site=site: manifests(web1, archive['location'], site), f'{site} has failed')
    ended = product.finish(process, before)
    assert ended.code == 1, ended.text
    assert ended.outcomes['wordpress'] == 'failed'
    assert 'mariadb-dump was killed by signal 9' in ended.sites['wordpress']['error']
    assert ended.outcomes == {'wordpress': 'failed', 'news': 'failed', 'news-again': 'complete'}
    assert 'killed by signal 9' in ended.sites['news']['error']
    (point,) = manifests(web1, archive['location'], 'wordpress')
    assert not list(web1.path(f'{archive["location"]}/wordpress/{point["id"]}').glob('database.*'))
    assert leftovers(web1, archive['location']) == []
    good_again(product, web1, archive)


def test_a_killed_module_leaves_no_child_and_no_point_and_the_record_says_so(
        product: Product, web1: Host, archive: dict[str, Any]) -> None:
    product.write_inventory({web1: [NEWS]}, archive)
    before = product.runs()
    process = product.start(product.rawat('backup'))
    module, _child = hold(web1, 'zstd')
    os.kill(module, signal.SIGKILL)
    ended = product.finish(process, before)
    assert ended.code == 1, ended.text
    assert ended.outcomes == {'news': 'failed'}
    assert ended.report
    wait_for(lambda: idle(web1), 'the children died with the module', 5)
    assert manifests(web1, archive['location'], 'news') == []
    assert len(leftovers(web1, archive['location'])) == 1, 'the test killed it half-way'
    good_again(product, web1, archive)


@pytest.mark.parametrize('victim', ['ansible-playbook', 'the whole tree'])
def test_a_killed_controller_does_not_stop_the_target(
        product: Product, web1: Host, archive: dict[str, Any], victim: str) -> None:
    product.write_inventory({web1: [NEWS]}, archive)
    before = product.runs()
    process = product.start(product.rawat('backup'))
    module, _child = hold(web1, 'zstd')
    mine = members(process.pid)
    if victim == 'ansible-playbook':
        doomed = [pid for pid, words in mine.items() if any(word.endswith('/ansible-playbook') for word in words[:3])]
    else:
        doomed = list(mine)
    assert doomed, mine
    for pid in doomed:
        os.kill(pid, signal.SIGKILL)
    ended = product.finish(process, before, 60)
    resume(module)
    wait_for(lambda: manifests(web1, archive['location'], 'news'), 'the target finishes by itself')
    if victim == 'ansible-playbook':
        assert ended.code == 1, ended.text
        assert ended.record
        assert ended.record['run']['died'] == 'killed'
        assert ended.outcomes == {'news': 'failed'}
    (point,) = manifests(web1, archive['location'], 'news')
    assert point['outcome'] == 'complete'
    again = good_again(product, web1, archive)
    assert [webroot['kind'] for webroot in again.sites['news']['webroots']] == ['difference'], 'it sees that point'
    assert not list(Path('/dev/shm').glob(f'rawat-run-*/{Path(product.folder).name}')), 'nothing stays of the dead run'


def members(session: int) -> dict[int, list[str]]:
    """{pid: command line} of a run: its session, and what it started in sessions of their own."""
    found: dict[int, list[str]] = {}
    parents: dict[int, int] = {}
    for folder in Path('/proc').glob('[0-9]*'):
        try:
            fields = (folder / 'stat').read_text().rpartition(')')[2].split()
            words = (folder / 'cmdline').read_text().split('\0')
        except OSError:
            continue
        parents[int(folder.name)], found[int(folder.name)] = int(fields[1]), words
    wanted = {session}
    while more := {pid for pid, above in parents.items() if above in wanted} - wanted:
        wanted |= more
    return {pid: words for pid, words in found.items() if pid in wanted}


def test_a_lost_connection_does_not_stop_the_target_and_the_next_run_sees_the_point(
        product: Product, web1: Host, web2: Host, archive: dict[str, Any]) -> None:
    product.write_inventory({web1: [NEWS], web2: [OTHER_NEWS]}, archive)
    before = product.runs()
    process = product.start(product.rawat('backup'))
    module, _child = hold(web1, 'zstd')
    web1.network_down()
    resume(module)
    ended = product.finish(process, before)
    assert ended.code == 1, ended.text
    assert ended.outcomes == {'news': 'unreachable', 'news-of-web2': 'complete'}
    wait_for(lambda: manifests(web1, archive['location'], 'news'), 'the target finishes by itself')
    web1.network_up()
    again = good_again(product, web1, archive)
    assert [webroot['kind'] for webroot in again.sites['news']['webroots']] == ['difference'], 'it sees that point'


def test_the_deadline_stops_everything_and_says_so(
        product: Product, web1: Host, archive: dict[str, Any]) -> None:
    settings = {'website_settings': {'deadline': 5}}
    product.write_inventory({web1: [NEWS, {**NEWS, 'name': 'news-again'}]}, archive, **settings)
    before = product.runs()
    process = product.start(product.rawat('backup'))
    module, _child = hold(web1, 'zstd')
    wait_for(lambda: pending_alarm(module), 'the time is up', 10)
    resume(module)
    ended = product.finish(process, before)
    assert ended.code == 1, ended.text
    assert ended.outcomes == {'news': 'failed', 'news-again': 'failed'}
    assert 'not finished after 5 s' in ended.sites['news']['error']
    assert 'not begun' in ended.sites['news-again']['error']
    assert idle(web1)
    assert [point['outcome'] for point in manifests(web1, archive['location'], 'news')] == ['failed']
    assert leftovers(web1, archive['location']) == []


def pending_alarm(pid: int) -> bool:
    """Does a SIGALRM wait for the stopped process?"""
    lines = Path(f'/proc/{pid}/status').read_text().splitlines()
    pending = int(next(line.split()[1] for line in lines if line.startswith('ShdPnd')), 16)
    return bool(pending & 1 << (signal.SIGALRM - 1))


def test_a_power_cut_of_the_target_leaves_nothing_visible(
        product: Product, web1: Host, archive: dict[str, Any]) -> None:
    product.write_inventory({web1: [NEWS]}, archive)
    before = product.runs()
    process = product.start(product.rawat('backup'))
    hold(web1, 'zstd')
    web1.kill()
    ended = product.finish(process, before)
    assert (ended.code, ended.outcomes) == (1, {'news': 'unreachable'}), ended.text
    web1.start()
    assert manifests(web1, archive['location'], 'news') == []
    assert len(leftovers(web1, archive['location'])) == 1
    good_again(product, web1, archive)


def test_a_power_cut_of_the_backup_server_is_an_error_and_heals(product: Product, web1: Host, vault1: Host) -> None:
    """With either store in the same run: web1 stands in the inventory under two names."""
    children = {'archive-ssh': 'zstd', 'restic-sftp': 'restic'}
    hosts = {}
    for kind, child in children.items():
        repository = repositories(vault1)[kind]
        hosts[f'web1-{child}'] = {
            'ansible_host': web1.ip, 'website_sites': [{**NEWS, 'name': f'news-{child}'}],
            'website_repository': {**repository, 'location': f'{repository["location"]}-cut', 'create': True},
        }
    product.write_inventory({}, extra=hosts)
    assert good_again(product, web1).outcomes == {'news-zstd': 'complete', 'news-restic': 'complete'}
    for host in hosts.values():
        host['website_repository']['create'] = False  # the two run at once from now on
    product.write_inventory({}, extra=hosts)
    before = product.runs()
    process = product.start(product.rawat('backup'))
    held = [hold(web1, child)[0] for child in children.values()]
    vault1.kill()
    vault1.start()  # it knows nothing of the old connections, and says so
    for module in held:
        resume(module)
    ended = product.finish(process, before)
    assert (ended.code, ended.outcomes) == (1, {'news-zstd': 'failed', 'news-restic': 'failed'}), ended.text
    assert all(vault1.ip in entry['error'] for entry in ended.sites.values()), ended.text
    assert good_again(product, web1).outcomes == {'news-zstd': 'complete', 'news-restic': 'complete'}
