# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on real servers: the right site fails with its cause, the others do not, the report is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from e2e.archives import intact, leftovers, manifests
from e2e.product import (
    MEDIAWIKI,
    NEWS,
    OTHER_NEWS,
    WORDPRESS,
    Product,
    repositories,
)
from testbed import Host

SITES = [WORDPRESS, MEDIAWIKI, NEWS]

# -------------------------------------------------------------------- databases
@pytest.fixture
def stopped_mariadb(web1: Host) -> Iterator[Host]:
    web1.run(['systemctl', 'stop', 'mariadb'])
    yield web1
    web1.run(['systemctl', 'start', 'mariadb'])


def test_a_stopped_mariadb_fails_its_site_with_the_cause_and_no_other_site(
        product: Product, stopped_mariadb: Host, archive: dict[str, Any]) -> None:
    product.write_inventory({stopped_mariadb: SITES}, archive)
    ended = product.backup()
    assert ended.code == 1, ended.text
    assert ended.outcomes == {'wordpress': 'failed', 'wiki': 'complete', 'news': 'complete'}
    entry = ended.sites['wordpress']
    assert '/run/mysqld/mysqld.sock' in entry['error']
    assert entry['error'] in ended.stdout.replace('\n', ' ') or 'mysqld.sock' in ended.stdout
    assert 'mysqld.sock' in (ended.report or '')
    assert [webroot['outcome'] for webroot in entry['webroots']] == ['complete'], 'the files are kept all the same'
    (point,) = manifests(stopped_mariadb, archive['location'], 'wordpress')
    assert point['outcome'] == 'failed'
    assert [webroot['file'] for webroot in point['webroots']] == ['webroot.var-www-wordpress.tar.zst']


def test_a_missing_right_is_named_as_the_statement_that_mends_it(
        product: Product, web1: Host, archive: dict[str, Any]) -> None:
    site = {**WORDPRESS, 'webroots': []}
    web1.run(['mariadb', '-e', "REVOKE TRIGGER ON wordpress.* FROM 'backup'@'localhost'"])
    try:
        product.write_inventory({web1: [site]}, archive)
        ended = product.backup()
        assert ended.code == 1, ended.text
        assert ended.outcomes == {'wordpress': 'failed'}
        found = re.search(r'GRANT [^;]+;', ended.sites['wordpress']['error'])
        assert found, ended.sites['wordpress']['error']
        assert found.group() in ended.stdout.replace('\n', ' '), 'on the screen it can be copied whole'
        web1.run(['mariadb', '-e', found.group()])
        again = product.backup()
        assert (again.code, again.outcomes) == (0, {'wordpress': 'complete'}), again.text
    finally:
        web1.run(['mariadb', '-e', "GRANT TRIGGER ON wordpress.* TO 'backup'@'localhost'"])


# -------------------------------------------------------------------- hosts
def test_an_unreachable_host_costs_only_its_own_sites(
        product: Product, web1: Host, web2: Host, archive: dict[str, Any]) -> None:
    product.write_inventory({web1: [NEWS], web2: [OTHER_NEWS]}, archive)
    web2.network_down()
    ended = product.backup()
    assert ended.code == 1, ended.text
    assert ended.outcomes == {'news': 'complete', 'news-of-web2': 'unreachable'}
    assert 'news-of-web2' in (ended.report or '')
    alone = product.run(product.playbook())
    assert alone.code == 4, alone.text
    assert alone.outcomes == {'news': 'complete', 'news-of-web2': 'unreachable'}
    limited = product.run(product.playbook('--limit', 'web1'))
    assert (limited.code, limited.outcomes) == (0, {'news': 'complete'}), limited.text
    assert [point['outcome'] for point in manifests(web1, archive['location'], 'news')] == ['complete'] * 3


def test_record_and_report_are_written_even_if_no_host_answers(
        product: Product, web1: Host, web2: Host, archive: dict[str, Any]) -> None:
    product.write_inventory({web1: [NEWS], web2: [OTHER_NEWS]}, archive)
    web1.network_down()
    web2.network_down()
    ended = product.backup()
    assert ended.code == 1, ended.text
    assert ended.outcomes == {'news': 'unreachable', 'news-of-web2': 'unreachable'}
    assert all(name in (ended.report or '') for name in ended.outcomes)


# -------------------------------------------------------------------- repositories
def test_every_trouble_of_a_repository_is_one_clear_error_and_earlier_points_stay(
        product: Product, web1: Host, vault1: Host) -> None:
    """Four repositories in one run, each in trouble of its own; all on web1 under several names."""
    web1.disk('/mnt/small', '64M')
    web1.disk('/mnt/pulled', '64M')
    web1.disk('/mnt/sealed', '64M')
    restic = repositories(vault1)['restic-sftp']
    restic = restic | {'location': restic['location'] + '-other'}
    kinds = {
        'full': {'store': 'archive', 'location': '/mnt/small/backups', 'create': True},
        'gone': {'store': 'archive', 'location': '/mnt/pulled/backups', 'create': True},
        'read-only': {'store': 'archive', 'location': '/mnt/sealed/backups', 'create': True},
        'password': restic,
    }
    names = {kind: f'news-{kind}' for kind in kinds}
    product.write_inventory({}, extra={
        f'web1-{kind}': {'ansible_host': web1.ip, 'website_sites': [{**NEWS, 'name': names[kind]}],
                         'website_repository': repository} for kind, repository in kinds.items()})
    before = product.backup()
    assert (before.code, set(before.outcomes.values())) == (0, {'complete'}), before.text
    web1.undisk('/mnt/pulled')
    web1.run(['mount', '-o', 'remount,ro', '/mnt/sealed'])
    later = {**kinds, 'gone': kinds['gone'] | {'create': False}, 'password': restic | {'password': 'not the one'}}
    grown = {**NEWS, 'name': names['full'], 'webroots': [*NEWS['webroots'], *WORDPRESS['webroots'],
                                                         *MEDIAWIKI['webroots']]}
    sites = {kind: [grown if kind == 'full' else {**NEWS, 'name': name}] for kind, name in names.items()}
    product.write_inventory({}, extra={
        f'web1-{kind}': {'ansible_host': web1.ip, 'website_sites': sites[kind], 'website_repository': repository}
        for kind, repository in later.items()})
    ended = product.backup()
    assert ended.code == 1, ended.text
    assert set(ended.outcomes.values()) == {'failed'}, ended.outcomes
    words = {'full': 'No space left on device', 'gone': 'Is its disk mounted?', 'read-only': 'Read-only file system',
             'password': 'website_repository.password'}
    for kind, expected in words.items():
        assert expected in ended.sites[names[kind]]['error'], ended.sites[names[kind]]['error']
    assert not list(web1.path('/mnt/pulled').iterdir()), 'nothing is written into the empty mount point'
    web1.disk('/mnt/pulled', '64M')
    for kind, folder in (('full', 'small'), ('gone', 'pulled'), ('read-only', 'sealed')):
        points = manifests(web1, f'/mnt/{folder}/backups', names[kind])
        assert points[0]['outcome'] == 'complete'
        assert intact(web1, f'/mnt/{folder}/backups', points[0])
        assert leftovers(web1, f'/mnt/{folder}/backups') == []
    for folder in ('small', 'pulled', 'sealed'):
        web1.undisk(f'/mnt/{folder}')


def test_two_runs_at_once_on_one_site_end_well_one_after_the_other(
        product: Product, web1: Host, archive: dict[str, Any]) -> None:
    product.write_inventory({web1: [NEWS]}, archive)
    processes = [product.start(product.rawat('backup')) for _ in range(2)]
    outputs = [process.communicate(timeout=200) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    points = manifests(web1, archive['location'], 'news')
    assert [point['outcome'] for point in points] == ['complete', 'complete']
    assert all(intact(web1, archive['location'], point) for point in points)
    records = [json.loads((run / 'record.json').read_bytes()) for run in product.runs()]
    assert {record['sites'][0]['recovery_point'] for record in records} == {point['id'] for point in points}
