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
from e2e.product import CHECKOUT, OTHER_NEWS, RESTIC_PASSWORD, Ended, Product, repositories
from e2e.whole_sites import SITES, serve, site_facts
from testbed import Host, Testbed, differences, pages

STORES = ('archive-ssh', 'restic-sftp')  # over the network; that paths of a disk do the same is the contract suite's
SCHEMA = CHECKOUT / 'docs' / 'schema' / 'record.schema.json'


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
    # No reading of pages: asking WordPress writes to its database, also after the dump.
    product.write_inventory({web1: SITES, web2: [OTHER_NEWS]}, repository, website_settings={'pages': 0})
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
