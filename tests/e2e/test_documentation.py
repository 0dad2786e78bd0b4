# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tutorial and how-tos, done as they stand, by somebody who has only a terminal and the servers' names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.reader import Reader
from testbed import Host, Testbed

CHECKOUT = Path(__file__).resolve().parents[2]
DOCS = CHECKOUT / 'docs'
PROGRAMS = ('ssh', 'scp', 'sftp')


def knowing(folder: Path, testbed: Testbed, hosts: dict[str, Host]) -> Path:
    """A folder of programs that know the servers' names, as the reader's DNS, keys and known_hosts would."""
    entries = ''.join(
        f'Host {name}\n  HostName {host.ip}\n  HostKeyAlias {host.ip}\n' for name, host in hosts.items()
    )
    common = f'Host *\n  IdentityFile {testbed.key}\n  IdentitiesOnly yes\n  UserKnownHostsFile {testbed.known_hosts}\n'
    config, programs = folder / 'ssh_config', folder / 'programs'
    config.write_text(entries + common)
    programs.mkdir()
    for name in PROGRAMS:
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec /usr/bin/{name} -F {config} "$@"\n')
        program.chmod(0o755)
    return programs


@pytest.fixture(scope='module')
def servers(testbed: Testbed) -> dict[str, Host]:
    """The example's servers. web2 has the programs of a web server and no site."""
    (web1,) = testbed.up('web1', layer='sites')
    (web2,) = testbed.up('web2')
    (vault,) = testbed.up('vault1', bare=True)
    return {'web1.example.go.id': web1, 'web2.example.go.id': web2, 'vault.example.go.id': vault}


@pytest.fixture(scope='module')
def reader(testbed: Testbed, servers: dict[str, Host], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp('reader')
    home, desk = folder / 'home', folder / 'desk'
    home.mkdir()
    desk.mkdir()
    (home / 'rawat.website').symlink_to(CHECKOUT)
    testbed.write_inventory()
    names = ''.join(f'{host.ip} {name}\n' for name, host in servers.items())
    for host in servers.values():
        with host.path('/etc/hosts').open('a', encoding='utf-8') as known:
            known.write(names)
    programs = knowing(folder, testbed, servers)
    environment = {
        'HOME': str(home), 'PATH': f'{programs}:/usr/local/bin:/usr/bin:/bin:{Path(sys.executable).parent}',
        'LANG': 'C.UTF-8', 'RAWAT_LANG': 'en', 'NO_COLOR': '1', 'COLUMNS': '200',
        'PIP_CONSTRAINT': str(CHECKOUT / 'tests' / 'setup' / 'constraints.txt'), 'PIP_DISABLE_PIP_VERSION_CHECK': '1',
    }  # fmt: skip
    person = Reader(desk, environment)
    yield person
    person.close()


def test_the_tutorial(reader: Reader) -> None:
    assert reader.read(DOCS / 'tutorial.md') > 15


@pytest.mark.parametrize('page', ['after-a-hack', 'paper', 'vault-server', 'move-a-site', 'first-backup'])
def test_a_how_to_that_goes_on_from_the_tutorial(reader: Reader, page: str) -> None:
    assert reader.read(DOCS / 'howto' / f'{page}.md') > 5
