# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be wrong with a connection to a backup server, for both stores."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores import ssh
from integration.stores.sshd import Sshd
from integration.stores.support import Case, write_for_ever


def new_key(folder: Path) -> tuple[str, str]:
    """(private, public) key that no server knows."""
    path = folder / 'stranger'
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', str(path)], check=True)
    return path.read_text(), path.with_suffix('.pub').read_text()


def test_an_unknown_host_key_is_refused(remote_case: Case, tmp_path: Path) -> None:
    assert remote_case.sshd
    foreign = f'[127.0.0.1]:{remote_case.sshd.port} ' + ' '.join(new_key(tmp_path)[1].split()[:2])
    with pytest.raises(RepositoryError, match=r'(?i)host key verification failed.*ssh_known_hosts'):
        remote_case.open(ssh_known_hosts=foreign).check()
    assert not remote_case.folder.exists()


def test_a_key_that_the_server_does_not_know_is_refused(remote_case: Case, tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match=r'Permission denied.*authorized_keys'):
        remote_case.open(ssh_private_key=new_key(tmp_path)[0]).check()


def test_a_key_that_is_none_is_named(remote_case: Case) -> None:
    with pytest.raises(RepositoryError, match='ssh_private_key'):
        remote_case.open(ssh_private_key='no key').check()
    with pytest.raises(RepositoryError, match='ssh_private_key and ssh_known_hosts'):
        remote_case.open(ssh_private_key='')


def test_a_server_that_is_not_there_is_named(remote_case: Case) -> None:
    assert remote_case.sshd
    location = remote_case.settings()['location'].replace(f':{remote_case.sshd.port}', ':1')
    with pytest.raises(RepositoryError, match=r'Connection refused.*sshd') as failure:
        remote_case.open(location=location).check()
    assert '127.0.0.1' in str(failure.value)


def test_a_server_that_goes_silent_is_an_error(remote_case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped server answers nothing at all, as a cut cable does."""
    assert remote_case.sshd
    monkeypatch.setattr(ssh, 'ALIVE_INTERVAL', 1)
    repository = remote_case.ready()
    point = repository.begin(remote_case.manifest()['id'])
    writer = point.stream('database.sqlite.x.sql')
    writer.write(b'x' * 9_000_000)
    stopped = remote_case.sshd.freeze()
    try:
        with pytest.raises(RepositoryError):
            write_for_ever(writer)
    finally:
        remote_case.sshd.thaw(stopped)


def test_a_server_without_a_shell_is_read_back_over_sftp(tmp_path: Path, site: Path) -> None:
    server = Sshd(tmp_path / 'sftp-only', extra='ForceCommand internal-sftp')
    try:
        case = Case('restic-sftp', tmp_path, server)
        manifest = case.back_up(case.ready(), site, {'database.sqlite.x.sql': b'x' * 9_000_000})
        assert 'fetched back over SFTP' in manifest['test_read']['method']
        assert manifest['test_read']['bytes'] > 400_000
        assert case.open().points() == [manifest]
        archive = Case('archive-ssh', tmp_path / 'other', server)
        with pytest.raises(RepositoryError, match='a shell there'):
            archive.open().check()
    finally:
        server.stop()
