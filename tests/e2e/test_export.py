# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk in a drawer is enough: from it, an empty server, and the commands written on it, the sites come back."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path

import by_hand
from e2e.product import Product, repositories
from e2e.whole_sites import SITES
from testbed import Host, differences, pages

USB = '/mnt/usb'
SIZE = 420 * 1024 * 1024  # bytes; the file is sparse
NAMES = ('wp.site.test', 'wiki.site.test', 'news.site.test')


def new_disk(image: Path, identity: str) -> None:
    """A disk with an empty ext4; the file system's UUID is what the inventory knows."""
    with image.open('wb') as handle:
        handle.truncate(SIZE)
    subprocess.run(['mkfs.ext4', '-q', '-m', '0', '-U', identity, str(image)], check=True)


def export_to_disk(product: Product, image: Path, label: str) -> None:
    """The disk is plugged into the controller for the time of `rawat export`."""
    loop = subprocess.run(['losetup', '--find', '--show', str(image)], check=True, capture_output=True, text=True)
    device = loop.stdout.strip()
    try:
        ended = product.run(product.rawat('export', '--to', label))
    finally:
        subprocess.run(['losetup', '--detach', device], check=True)
    assert ended.code == 0, ended.text
    assert ended.outcomes == {'wordpress': 'complete', 'wiki': 'complete', 'news': 'complete'}, ended.text
    for entry in ended.sites.values():
        assert entry['export']['medium']['label'] == label
        assert entry['export']['remounted'] is True
    assert ended.report
    assert label in ended.report
    assert ended.sites['wiki']['export']['sums_sha256'] in ended.report.replace('<wbr>', '')


def test_by_the_commands_on_the_medium_three_sites_answer_on_an_empty_server(
        product: Product, web1: Host, vault1: Host, new_host: Callable[..., Host], tmp_path: Path) -> None:
    before = pages(web1.ip)  # asking fills caches in the databases
    before = pages(web1.ip)
    repository = repositories(vault1)['archive-ssh']
    repository = {**repository, 'location': repository['location'] + '-export'}
    image, identity = tmp_path / 'disk.img', str(uuid.uuid4())
    new_disk(image, identity)
    # No reading of pages: asking WordPress writes to its database, also after the dump.
    settings = {'pages': 0, 'state_directory': str(tmp_path / 'state')}
    product.write_inventory({web1: SITES}, repository, website_settings=settings,
                            website_media=[{'label': 'CADANGAN-A1', 'uuid': identity, 'set': 'A'}])
    ended = product.backup()
    assert ended.code == 0, ended.text
    export_to_disk(product, image, 'CADANGAN-A1')
    words = [product.rawat('media')[0], 'media', 'list', '-i', str(product.inventory), '--json']
    listed = json.loads(product.run(words).stdout)
    assert {site['site'] for site in listed['media'][0]['state']['sites']} == {'wordpress', 'wiki', 'news'}

    web7 = new_host('web7')
    shutil.copyfile(image, web7.directory / 'disk-mnt_usb.img')  # the disk is carried over
    web7.disk(USB, '1M')
    guide = web7.path(f'{USB}/RESTORE.md').read_text()
    done = web7.ssh(f'cd {USB} && bash -s', text_input=by_hand.script(guide), check=False)
    assert done.returncode == 0, f'{done.stdout[-3000:]}\n{done.stderr[-3000:]}'
    for name in NAMES:  # what the guide leaves to people: names
        web7.ssh(f'echo 127.0.0.1 {name} >> /etc/hosts')
    assert differences(before, pages(web7.ip)) == []
