# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""playbooks/backup.yml in the exact call that AWX makes, in a container, over ssh, with a restic repository.

Both kinds of project: one whose collection the project sync installs, and a manual one, which installs nothing.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
from testbed import base_tree

from .job import Job, copy_of_checkout, sync_collections

SECRET = 'a-secret-of-the-repository'


@pytest.fixture(scope='session')
def tree() -> Path:
    """The Debian tree that stands for an execution environment."""
    if os.geteuid() != 0:
        pytest.fail('a job runs in a container as root, which needs root')
    return base_tree.ensure()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """This machine behind an sshd of the test, on loopback; `key` is what opens it."""
    folder = tmp_path / 'sshd'
    folder.mkdir(mode=0o700)
    for name in ('host_key', 'client_key'):
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', str(folder / name)], check=True)
    (folder / 'authorized_keys').write_bytes((folder / 'client_key.pub').read_bytes())
    Path('/run/sshd').mkdir(mode=0o755, exist_ok=True)
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    (folder / 'config').write_text(
        f'ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host_key\nPidFile none\n'
        f'AuthorizedKeysFile {folder}/authorized_keys\nSubsystem sftp internal-sftp\n'
        f'StrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\nSetEnv HOME={folder}\n'
    )
    server = subprocess.Popen(['/usr/sbin/sshd', '-D', '-e', '-f', str(folder / 'config')], stderr=subprocess.DEVNULL)
    try:
        wait_for(port, server)
        yield {'port': port, 'key': (folder / 'client_key').read_text()}
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, 'sshd ended at once'
        with socket.socket() as client:
            if client.connect_ex(('127.0.0.1', port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail('sshd does not listen')


def site(folder: Path) -> dict[str, Any]:
    """A page and a database."""
    folder.mkdir()
    (folder / 'index.html').write_text('Peraturan')
    database = sqlite3.connect(folder / 'a.db')
    database.executescript('create table t(x); insert into t values (1), (2);')
    database.close()
    return {
        'name': 'a',
        'webroots': [{'path': str(folder)}],
        'databases': [{'engine': 'sqlite', 'path': str(folder / 'a.db')}],
    }


@pytest.mark.parametrize('kind', ['git', 'manual'])
def test_a_backup_in_the_call_that_awx_makes(kind: str, tmp_path: Path, tree: Path, target: dict[str, Any]) -> None:
    job = Job(tmp_path / 'awx', tree)
    copy_of_checkout(job.data / 'project')
    link = job.data / 'project/collections/ansible_collections/rawat/website'
    assert link.is_symlink()
    if kind == 'git':  # the link is taken away: what the sync installs has to do
        link.unlink()
        assert 'rawat.website' in sync_collections(job.data)
    host = {
        'ansible_host': '127.0.0.1',
        'ansible_port': target['port'],
        'ansible_python_interpreter': '/usr/bin/python3',
        'website_sites': [site(tmp_path / 'site')],
        'website_repository': {
            'store': 'restic',
            'location': str(tmp_path / 'repository'),
            'create': True,
            'password': '{{ lookup("ansible.builtin.file", rawat_repository_password_file) }}',
        },
        'website_filing': str(tmp_path / 'filing'),
        'website_filing_host': 'web',
    }
    extra = {'only': '', 'website_assignment_number': '', 'website_run_id': '', 'website_report': True}
    job.prepare({'web': host}, extra, SECRET, target['key'], {})
    job.run('playbooks/backup.yml')

    assert job.artifacts.joinpath('rc').exists(), job.output
    said = (job.artifacts / 'stdout').read_text()
    assert job.code == 0, said
    command = ' '.join(job.command)
    assert command.startswith('podman run --rm --tty --interactive --workdir /runner/project')
    assert '--user=root' in command
    assert '-i /runner/inventory -e @/runner/env/extravars playbooks/backup.yml' in command
    assert 'ssh-agent' in command
    (record,) = (tmp_path / 'filing').glob('*/*/*/record.json')
    assert '"outcome": "complete"' in record.read_text() or '"outcome":"complete"' in record.read_text()
    assert '"awx' in record.read_text() or 'sari' in record.read_text()
    # No secret in what AWX keeps of a job, and nothing of the run in its project.
    kept = b''.join(path.read_bytes() for path in job.artifacts.rglob('*') if path.is_file())
    assert SECRET.encode() not in kept
    assert not (job.data / 'project/filing').exists()


def test_a_job_that_does_not_see_the_collection_says_why(tmp_path: Path, tree: Path, target: dict[str, Any]) -> None:
    """What happens in an organization without a Galaxy credential, if the link is missing, too."""
    job = Job(tmp_path / 'awx', tree)
    copy_of_checkout(job.data / 'project')
    (job.data / 'project/collections/ansible_collections/rawat/website').unlink()
    job.prepare({'web': {'ansible_host': '127.0.0.1', 'ansible_port': target['port']}}, {}, SECRET, target['key'], {})
    job.run('playbooks/begin.yml')
    said = (job.artifacts / 'stdout').read_text()
    assert job.code == 2, said
    assert 'does not see the collection rawat.website' in said
    assert 'Ansible Galaxy credential' in said
