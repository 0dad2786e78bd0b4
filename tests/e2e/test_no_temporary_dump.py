# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database much larger than the target's free space is backed up: nothing of the dump touches the target's disk."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.product import Product, repositories
from testbed import Host, Testbed

ROWS, ROW = 120, 1_000_000  # 120 MB on the disk, and at least as much in the dump
DISK = '420M'  # what the services need, the database, and little more
FREE = 30_000_000  # bytes that are left free
GROWTH = 6_000_000  # bytes: logs of the services, the module's own state
TABLE = 'CREATE DATABASE large; USE large; CREATE TABLE blobs(id INT AUTO_INCREMENT PRIMARY KEY, data LONGBLOB);\n' + \
    f'INSERT INTO blobs(data) VALUES (UNHEX(REPEAT(MD5(RAND()), {ROW // 16})));\n' * ROWS


@pytest.fixture(scope='module')
def small_host(testbed: Testbed) -> Iterator[Host]:
    """A server with a small root disk, a large database on it and hardly any room left."""
    (host,) = testbed.up('small2', disk=DISK)
    host.run(['mariadb'], text_input=TABLE)
    # What the services write by themselves, they write now or not at all: MariaDB its pages, PostgreSQL its own copy of
    # the log, the journal its file for the first login of ops.
    host.run(['systemctl', 'restart', 'mariadb'])
    host.run(['systemctl', 'stop', 'postgresql@15-main', 'postgresql'])
    host.ssh('true', user='ops')
    host.run(['sync'])
    spare = free(host) - FREE
    if spare > 0:
        host.run(['fallocate', '-l', str(spare), '/root/filler'])
    yield host
    host.destroy()


def free(host: Host) -> int:
    """Bytes that are free on the root file system of a host."""
    state = os.statvfs(host.path('/'))
    return state.f_bavail * state.f_frsize


@pytest.mark.parametrize('kind', ['archive-ssh', 'restic-sftp'])
def test_a_backup_needs_no_room_on_the_target(
        testbed: Testbed, small_host: Host, vault1: Host, tmp_path: Path, kind: str) -> None:
    repository = repositories(vault1)[kind]
    repository = repository | {'location': repository['location'] + '-large'}
    site: dict[str, Any] = {'name': 'large', 'databases': [
        {'engine': 'mariadb', 'name': 'large', 'login_user': 'root', 'login_unix_socket': '/run/mysqld/mysqld.sock'}]}
    product = Product(testbed, tmp_path)
    product.write_inventory({small_host: [site]}, repository)
    before, lowest, stop = free(small_host), [free(small_host)], threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            lowest.append(free(small_host))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        ended = product.backup()
    finally:
        stop.set()
        watcher.join()
    assert (ended.code, ended.outcomes) == (0, {'large': 'complete'}), ended.text
    (database,) = ended.sites['large']['databases']
    assert database['bytes'] > 4 * before, 'the dump could not have lain there'
    assert database['census']['rows'] == ROWS
    assert before - min(lowest) < GROWTH, f'{before - min(lowest)} bytes were used meanwhile:\n{grown(small_host)}'


def grown(host: Host) -> str:
    """The large files that were written in the last minutes."""
    return host.run(['find', '/', '-xdev', '-type', 'f', '-mmin', '-3', '-size', '+500k', '-ls'], check=False).stdout
