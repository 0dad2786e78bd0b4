# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drills on real servers: WordPress, MediaWiki and a news site start as themselves beside the live ones."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.product import MEDIAWIKI, NEWS, WORDPRESS, Ended, Product, repositories
from testbed import Host, differences, pages

SITES = [WORDPRESS, MEDIAWIKI, NEWS]
NAMES = ['wordpress', 'wiki', 'news']


def grades(ended: Ended) -> dict[str, str]:
    """{site: grade}"""
    assert ended.record, ended.text
    return {name: (entry['drill'] or {}).get('grade', '-') for name, entry in ended.sites.items()}


def why(ended: Ended) -> str:
    return '\n'.join([ended.text, *(str(entry['drill']) for entry in ended.sites.values())])


def traces(host: Host) -> tuple[list[str], str, list[str]]:
    """What a drill could leave behind: programs that run, mounts, directories."""
    programs = host.run(['ps', '-eo', 'args=']).stdout.split('\n')
    # PHP's manager on the server starts and ends workers as it likes
    mine = sorted(line for line in programs if 'drill' in line or line.startswith(('php ', '/usr/bin/php', 'mariadbd')))
    mounts = host.run(['cut', '-d', ' ', '-f', '2,3', '/proc/mounts']).stdout
    folders = sorted(str(path) for path in Path(host.path('/var/lib/rawat')).glob('drills/*'))
    return mine, mounts, folders


@contextlib.contextmanager
def without_mysqli(host: Host) -> Iterator[None]:
    """PHP loses the extension by which WordPress reads MariaDB; php-fpm, which runs already, keeps it."""
    host.ssh('phpdismod mysqli')
    yield
    host.ssh('phpenmod mysqli')


def test_three_sites_earn_grade_a_and_nothing_is_left_behind(
        product: Product, web1: Host, archive: dict[str, Any]) -> None:
    product.write_inventory({web1: SITES}, archive)
    assert product.backup().code == 0
    before, answers = traces(web1), pages(web1.ip)
    ended = product.run(product.rawat('verify'))
    assert ended.code == 0, why(ended)
    assert grades(ended) == dict.fromkeys(NAMES, 'A'), why(ended)
    for entry in ended.sites.values():
        assert entry['drill']['rto_milliseconds'] > 0
        assert entry['drill']['pages'], 'no page was asked for'
        assert entry['drill']['census_equal'] is True
        assert entry['drill']['files_equal'] is True
    assert 'RTO' in ended.stdout
    assert ended.report
    assert 'RTO' in ended.report
    assert traces(web1) == before
    assert differences(answers, pages(web1.ip)) == []
    status = product.run(product.rawat('status'))
    assert status.stdout.count('A, ') == 3, status.text


def test_a_missing_php_extension_is_a_b_with_the_reason_and_exit_0(
        product: Product, web1: Host, archive: dict[str, Any]) -> None:
    product.write_inventory({web1: [WORDPRESS]}, archive)
    assert product.backup().code == 0
    with without_mysqli(web1):
        ended = product.run(product.rawat('verify'))
    assert ended.code == 0, why(ended)
    assert grades(ended) == {'wordpress': 'B'}, why(ended)
    assert 'mysqli' in ended.stdout
    assert ended.outcomes == {'wordpress': 'remarks'}


@pytest.mark.parametrize('kind', ['archive-path', 'restic-path'])
def test_a_flipped_byte_is_an_f_with_exit_1_and_the_site_named(
        product: Product, web1: Host, vault1: Host, kind: str) -> None:
    repository = {**repositories(vault1)[kind], 'location': f'/srv/flipped-{kind}'}
    product.write_inventory({web1: [NEWS, WORDPRESS]}, repository)
    assert product.backup().code == 0
    folder = web1.path(repository['location'])
    found = folder.glob('news/*/webroot.*.tar.zst') if kind == 'archive-path' else folder.glob('data/*/*')
    largest = max(found, key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 0xFF
    largest.chmod(0o600)
    largest.write_bytes(data)
    ended = product.run(product.rawat('verify'))
    assert ended.code == 1, why(ended)
    if kind == 'archive-path':
        assert grades(ended) == {'news': 'F', 'wordpress': 'A'}, why(ended)
        assert largest.name in ended.stdout
    assert 'F' in grades(ended).values(), why(ended)
    assert 'news' in ended.stdout


def test_a_drill_host_proves_the_sites_of_another_server(
        product: Product, web1: Host, web2: Host, vault1: Host) -> None:
    """web2 carries other copies of the same sites at the same paths: they neither help nor are touched."""
    product.write_inventory({web1: [WORDPRESS, NEWS], web2: []}, repositories(vault1)['archive-ssh'],
                            website_drill_host='web2')
    assert product.backup().code == 0
    other = "UPDATE wp_options SET option_value='Other' WHERE option_name='blogname';"
    web2.run(['mariadb', 'wordpress'], text_input=other)
    before, answers = traces(web2), pages(web2.ip)
    ended = product.run(product.rawat('verify'))
    assert ended.code == 0, why(ended)
    assert grades(ended) == {'wordpress': 'A', 'news': 'A'}, why(ended)
    assert {entry['host'] for entry in ended.sites.values()} == {'web1'}
    assert {entry['drill']['host'] for entry in ended.sites.values()} == {'web2'}
    assert traces(web2) == before
    assert differences(answers, pages(web2.ip)) == []


def test_a_backup_drills_what_is_due(product: Product, web1: Host, archive: dict[str, Any]) -> None:
    product.write_inventory({web1: [{**NEWS, 'drill': 'weekly'}]}, archive, website_drill=True)
    first, second = product.backup(), product.backup()
    assert (first.code, second.code) == (0, 0), first.text + second.text
    assert grades(first) == {'news': 'A'}
    assert grades(second) == {'news': '-'}
