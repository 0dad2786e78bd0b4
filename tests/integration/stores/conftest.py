# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The repositories that the contract suite runs against."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the path for these is set after pytest has read this file, so fixtures import what they need
    from integration.stores.held import Held
    from integration.stores.sshd import Sshd
    from integration.stores.support import Case

KINDS = ('archive-local', 'archive-ssh', 'restic-local', 'restic-sftp')  # test_faults.py has all kinds


@pytest.fixture(scope='session')
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A backup server with a shell."""
    from integration.stores.sshd import Sshd

    server = Sshd(tmp_path_factory.mktemp('sshd') / 'server')
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    from ansible_collections.rawat.website.plugins.module_utils.process import stop_children

    yield
    stop_children()


@pytest.fixture(params=KINDS)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    """Every kind of repository."""
    return _case(request, tmp_path)


@pytest.fixture(params=KINDS[:2])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    """The archive store on either place."""
    return _case(request, tmp_path)


@pytest.fixture(params=KINDS[2:])
def restic_case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    """The restic store on either place."""
    return _case(request, tmp_path)


@pytest.fixture(params=[KINDS[1], KINDS[3]])
def remote_case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    """Either store on a backup server."""
    return _case(request, tmp_path)


@pytest.fixture(scope='session', params=KINDS)
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Held:
    """Every kind of repository, filled. Tests that harm it put back what they harmed."""
    from integration.stores.held import ACCOUNTS, BIG, SMALL, Held, change, make_rich_site
    from integration.stores.support import Case

    work = tmp_path_factory.mktemp('held')
    case = Case(
        request.param, work, request.getfixturevalue('sshd') if request.param.endswith(('ssh', 'sftp')) else None
    )
    case.options['difference_share'] = 200  # the renamed file is as large as the full
    site = make_rich_site(work / 'www')
    streams = {'database.big.sql': BIG, 'database.small.sql': SMALL}
    full = case.back_up(case.ready(), site, streams, ACCOUNTS)
    copies = work / 'full', work / 'difference'
    subprocess.run(['cp', '-a', str(site), str(copies[0])], check=True)
    change(site)
    difference = case.back_up(case.open(), site)
    subprocess.run(['cp', '-a', str(site), str(copies[1])], check=True)
    shutil.rmtree(site)
    return Held(case, full, difference, copies)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small webroot."""
    from integration.stores.support import make_site

    return make_site(tmp_path / 'www')


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 24 MiB."""
    if os.geteuid() != 0:
        pytest.fail('these tests mount a small file system, which needs root')
    image, mounted = tmp_path / 'disk.img', tmp_path / 'disk'
    with image.open('wb') as handle:
        handle.truncate(24 * 1024 * 1024)
    subprocess.run(['mkfs.ext4', '-q', '-m', '0', str(image)], check=True)
    mounted.mkdir()
    subprocess.run(['mount', '-o', 'loop', str(image), str(mounted)], check=True)
    yield mounted
    subprocess.run(['umount', '--lazy', str(mounted)], check=True)


def _case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    from integration.stores.support import Case

    remote = request.param in ('archive-ssh', 'restic-sftp')
    return Case(request.param, tmp_path, request.getfixturevalue('sshd') if remote else None)
