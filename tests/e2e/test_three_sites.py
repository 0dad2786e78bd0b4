# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job on real servers: four sites, two servers, a backup server; restored by hand into a fresh one."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import by_hand
import facts
import jsonschema
import pytest
from e2e.product import CHECKOUT, MEDIAWIKI, NEWS, OTHER_NEWS, RESTIC_PASSWORD, WORDPRESS, Ended, Product, repositories
from testbed import Host, Testbed, differences, pages

STORES = ('archive-path', 'archive-ssh', 'restic-path', 'restic-sftp')
SITES = [WORDPRESS, MEDIAWIKI, NEWS]
SCHEMA = CHECKOUT / 'docs' / 'schema' / 'record.schema.json'
WEBROOTS = [webroot['path'] for site in SITES for webroot in site['webroots']]
RENEWED = {'/var/www/news': ['data']}  # the restored database is a new file in its directory


def site_facts(host: Host) -> facts.Facts:
    """Everything of the three sites on a host: the databases by SQL of our own, every file."""
    def mariadb(sql: str) -> str:
        return host.run(['mariadb', '--batch', '--skip-column-names', 'wordpress'], text_input=sql).stdout

    def postgresql(sql: str) -> str:
        return host.run(['runuser', '-u', 'postgres', '--', 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', 'mediawiki'],
                        text_input=sql).stdout

    def sqlite(line: str) -> bytes:
        shell = ['runuser', '-u', 'www-data', '--', 'sqlite3', '-batch', '/var/www/news/data/news.db']
        return host.run(shell, text_input=f'{line}\n').stdout.encode()

    role = "SELECT rolname, rolcanlogin, rolpassword FROM pg_authid WHERE rolname = 'mediawiki'"
    found = {'role': postgresql(role)} | facts.sqlite_facts(sqlite)
    found |= {f'wordpress: {name}': value for name, value in facts.mariadb_facts(mariadb, 'wordpress').items()}
    found |= {f'wiki: {name}': value for name, value in facts.postgresql_facts(postgresql).items()}
    for path in WEBROOTS:
        tree = facts.tree_facts(host.path(path), RENEWED.get(path, ()))
        found |= {f'{path}: {name}': value for name, value in tree.items()}
    return found


@pytest.fixture(scope='module')
def original_pages(testbed: Testbed) -> dict[str, Any]:
    """The pages of web1, asked once before the first backup: asking fills caches in the databases."""
    (web1,) = testbed.up('web1', layer='sites')
    return pages(web1.ip)


@pytest.fixture(params=STORES)
def backed_up(request: pytest.FixtureRequest, tmp_path: Path, testbed: Testbed, web1: Host, web2: Host, vault1: Host,
              original_pages: dict[str, Any]) -> tuple[Ended, dict[str, Any]]:
    """A `rawat backup` of the four sites with one kind of repository, and that repository."""
    del original_pages
    repository = repositories(vault1)[request.param]
    product = Product(testbed, tmp_path)
    product.write_inventory({web1: SITES, web2: [OTHER_NEWS]}, repository)
    return product.backup(), repository


def test_four_sites_are_complete_and_come_back_by_hand_on_a_fresh_server(
        backed_up: tuple[Ended, dict[str, Any]], web1: Host, vault1: Host, new_host: Callable[..., Host],
        original_pages: dict[str, Any]) -> None:
    ended, repository = backed_up
    assert ended.code == 0, ended.text
    assert ended.outcomes == dict.fromkeys(['wordpress', 'wiki', 'news', 'news-of-web2'], 'complete')
    jsonschema.validate(ended.record, json.loads(SCHEMA.read_text()))
    assert ended.report
    assert all(name in ended.report for name in ended.outcomes)
    expected = site_facts(web1)
    web3 = new_host('web3')
    bring_repository(repository, web1, vault1, web3)
    for site in SITES:
        restore_by_hand(web3, site['name'], ended.sites[site['name']], repository)
    serve(web1, web3)
    found = facts.different(expected, site_facts(web3))
    assert not found, '\n'.join(found[:40])
    assert differences(original_pages, pages(web3.ip)) == []


def bring_repository(repository: dict[str, Any], web1: Host, vault1: Host, web3: Host) -> None:
    """Carry the repository to the fresh server, as a person would with the disk; its place there is /srv/brought."""
    path = repository['location'].rpartition(':')[2] if repository['store'] == 'restic' else \
        '/' + repository['location'].removeprefix('ssh://').partition('/')[2]
    source = vault1 if repository['location'].startswith(('ssh:', 'sftp:')) else web1
    copy = ['cp', '-a', os.fspath(source.path(path)), os.fspath(web3.path('/srv/brought'))]
    subprocess.run(copy, check=True)


def restore_by_hand(host: Host, site: str, entry: dict[str, Any], repository: dict[str, Any]) -> None:
    """Run the commands of RESTORE.md on the host as root, then put the webroots into their places."""
    point = entry['recovery_point']
    if repository['store'] == 'archive':
        folder, environment = f'/srv/brought/{site}/{point}', ''
        guide = host.path(f'{folder}/RESTORE.md').read_text()
    else:
        folder = f'/root/work-{site}'
        environment = f'export RESTIC_REPOSITORY=/srv/brought RESTIC_PASSWORD={shlex.quote(RESTIC_PASSWORD)}\n'
        guide = host.ssh(f'{environment} mkdir {folder}; restic dump --no-lock -q latest /RESTORE.md '
                         f'--tag rawat,site={site},part=manifest').stdout
    run = f'{environment}export RESTORE=/srv/restore/{site}\ncd {folder}\n{by_hand.script(guide)}\n'
    done = host.ssh('bash -s', text_input=run, check=False)
    assert done.returncode == 0, f'{done.stdout}\n{done.stderr}\n{guide}'
    for part in entry['webroots']:
        host.ssh(f'mkdir -p {os.path.dirname(part["path"])}; rm -rf {part["path"]}; '
                 f'mv /srv/restore/{site}/webroot.{part["label"]} {part["path"]}')


def serve(web1: Host, host: Host) -> None:
    """The web server's own configuration is no part of a site's backup: take it from the old server."""
    for name in ('wp.site.test', 'wiki.site.test', 'news.site.test'):
        host.path(f'/etc/nginx/sites-available/{name}').write_bytes(web1.path(f'/etc/nginx/sites-available/{name}').read_bytes())
        host.ssh(f'ln -s ../sites-available/{name} /etc/nginx/sites-enabled/; echo 127.0.0.1 {name} >> /etc/hosts')
    host.ssh('nginx -t -q && systemctl reload nginx && sleep 0.5')
