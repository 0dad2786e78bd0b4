# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`via: controller`: a target without any network hands its points to a vault that only this machine reaches."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .conftest import CHECKOUT, Run
from .isolated import Isolated, isolated

# Plays an administrator's own ssh program: the real one, until the way back is there; then it is killed.
SHORT_LIVED = """#!/bin/sh
case "$*" in *' -R '*) ;; *) exec ssh "$@" ;; esac
mkfifo {folder}/words.$$
ssh "$@" 2>{folder}/words.$$ &
while read -r line; do
    echo "$line" >&2
    case "$line" in Allocated*) kill -9 $!; echo 'cut by the test' >&2; exit 9 ;; esac
done <{folder}/words.$$
"""
HOLDER = """
import json, sys, time
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader
from ansible_collections.rawat.website.plugins.plugin_utils import tunnel
given = json.load(sys.stdin)
connection = connection_loader.get('ssh', PlayContext(), '/dev/null')
connection.set_options(direct=given['options'])
with tunnel.opened(connection, given['repository']) as (repository, way):
    print(way.process.pid, repository['tunnel_port'], flush=True)
    time.sleep(300)
"""
# SOCKS 5 (RFC 1928): no login, connect to an IPv4 address; then what the server says first.
ASK_PROXY = """
import socket, sys
with socket.create_connection(('127.0.0.1', int(sys.argv[1])), 20) as proxy:
    proxy.sendall(b'\\5\\1\\0')
    assert proxy.recv(2) == b'\\5\\0'
    proxy.sendall(b'\\5\\1\\0\\1' + bytes([127, 0, 0, 1]) + int(sys.argv[2]).to_bytes(2, 'big'))
    answer = proxy.recv(10)
    print(proxy.recv(20) if answer[1:2] == b'\\0' else b'')
"""


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Isolated]:
    """The target without a network."""
    with isolated(tmp_path / 'target') as found:
        yield found


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[object]:
    """A backup server on this machine's loopback, which is not the target's."""
    from integration.stores.sshd import Sshd

    server = Sshd(tmp_path / 'vault')
    yield server
    server.stop()


@pytest.fixture
def backup(tmp_path: Path, site: dict, target: Isolated, vault: object) -> Callable[..., Run]:
    """A backup of the site on the target into the vault; keyword arguments change the repository."""

    def run(variables: dict | None = None, **changes: object) -> Run:
        host = {'website_sites': [site], 'website_repository': repository(vault, tmp_path, **changes)}
        return Run(tmp_path, {'target': {**host, **target.variables, **(variables or {})}})

    return run


def repository(vault, folder: Path, **changes: object) -> dict:
    """The vault's archive, through the control side."""
    return {
        'store': 'archive',
        'location': f'ssh://{vault.user}@127.0.0.1:{vault.port}{folder}/points',
        'ssh_private_key': vault.private_key,
        'ssh_known_hosts': vault.known_hosts,
        'create': True,
        'via': 'controller',
        **changes,
    }


def error_of(run: Run) -> str:
    assert run.outcomes == {'a': 'failed'}, run.output
    assert run.record
    return str(run.record['sites'][0]['error'])


def wait_for(condition: Callable[[], object], why: str) -> None:
    """Until it is true; a minute is enough for any machine."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, why
        time.sleep(0.05)


@pytest.mark.parametrize('store', ['archive', 'restic'])
def test_a_target_without_a_network_is_complete(
    tmp_path: Path, target: Isolated, vault, backup: Callable[..., Run], store: str
) -> None:
    probe = f'import socket; socket.create_connection(("127.0.0.1", {vault.port}), 5)'
    assert 'refused' in target.run(sys.executable, '-c', probe).stderr, 'the target has a way of its own'
    place = f'sftp://{vault.user}@127.0.0.1:{vault.port}/{tmp_path}/points'
    changes = {'store': 'restic', 'location': place, 'password': 'x'} if store == 'restic' else {}
    run = backup(**changes)
    assert run.code == 0, run.output
    assert run.outcomes == {'a': 'complete'}
    found = tmp_path / 'points' / ('config' if store == 'restic' else 'a')
    assert found.exists()
    assert vault.private_key.splitlines()[3] not in run.output
    # nothing of the way back outlives the run
    wait_for(lambda: f'127.0.0.1:{vault.port}' not in processes('-R'), processes('-R'))


def processes(having: str) -> str:
    """The command lines of all ssh processes with a word."""
    lines = subprocess.run(['ps', '-eo', 'args='], capture_output=True, text=True, check=True).stdout.splitlines()
    return '\n'.join(line for line in lines if line.startswith('ssh ') and f' {having} ' in line)


def test_without_the_tunnel_the_same_target_fails(backup: Callable[..., Run]) -> None:
    assert 'Connection refused' in error_of(backup(via='target'))


def test_a_target_that_forbids_forwarding_is_told_which_setting(target: Isolated, backup: Callable[..., Run]) -> None:
    target.configure('AllowTcpForwarding no')
    error = error_of(backup())
    assert 'AllowTcpForwarding remote' in error
    assert 'remote port forwarding failed' in error


def test_a_vault_that_the_control_side_cannot_reach_is_said_before_the_target_is_asked(
    backup: Callable[..., Run], vault
) -> None:
    vault.stop()
    error = error_of(backup())
    assert f'127.0.0.1:{vault.port} cannot be reached from the control side' in error


def test_a_wrong_host_key_is_refused_behind_the_tunnel_too(backup: Callable[..., Run], vault) -> None:
    foreign = (vault.folder / 'client_key.pub').read_text()
    assert 'Host key verification failed' in error_of(backup(ssh_known_hosts=f'[127.0.0.1]:{vault.port} {foreign}'))


def test_a_target_that_is_not_there_is_unreachable_not_failed(tmp_path: Path, backup: Callable[..., Run]) -> None:
    run = backup({'ansible_ssh_common_args': f'-F none -o UserKnownHostsFile={tmp_path}/none -o ProxyCommand=false'})
    assert run.outcomes == {'a': 'unreachable'}, run.output
    assert run.code == 4


def test_a_tunnel_that_dies_adds_its_words_to_the_modules(tmp_path: Path, backup: Callable[..., Run]) -> None:
    program = tmp_path / 'short-lived-ssh'
    program.write_text(SHORT_LIVED.format(folder=tmp_path))
    program.chmod(0o755)
    error = error_of(backup({'ansible_ssh_executable': str(program)}))
    assert 'ended early' in error
    assert 'cut by the test' in error


@contextlib.contextmanager
def held(target: Isolated, repository: dict) -> Iterator[tuple[int, int]]:
    """A process with an open tunnel, killed with -9 at the end: (pid of its ssh, port on the target)."""
    options = {
        'host': 'target',
        'remote_user': 'root',
        'private_key_file': target.variables['ansible_ssh_private_key_file'],
        'ssh_common_args': target.variables['ansible_ssh_common_args'],
        'host_key_checking': True,
    }
    environment = {**os.environ, 'PYTHONPATH': str(CHECKOUT / '.cache/collections')}
    holder = subprocess.Popen(
        [sys.executable, '-c', HOLDER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdin
        assert holder.stdout
        holder.stdin.write(json.dumps({'options': options, 'repository': repository}))
        holder.stdin.close()
        pid, port = map(int, holder.stdout.readline().split())
        yield pid, port
    finally:
        holder.kill()
        holder.wait()


def test_the_tunnel_dies_with_the_process_that_opened_it(tmp_path: Path, target: Isolated, vault) -> None:
    """kill -9: nobody is left who could close anything."""
    with held(target, repository(vault, tmp_path)) as (pid, port):
        greeting = f'import socket; print(socket.create_connection(("127.0.0.1", {port}), 20).recv(7))'
        assert 'SSH-2.0' in target.run(sys.executable, '-c', greeting).stdout
    wait_for(lambda: not Path(f'/proc/{pid}').exists(), 'ssh goes on without its parent')
    # and so does the far side
    wait_for(lambda: not target.run('ss', '-Hltn', f'sport = :{port}').stdout, 'the target still listens')


def test_over_http_the_tunnel_is_a_proxy_that_reaches_the_vault_alone(target: Isolated, vault) -> None:
    """The server that is not the vault listens, too, so a refusal is the proxy's."""
    with socket.create_server(('127.0.0.1', 0)) as other:
        place = f'rest:http://127.0.0.1:{vault.port}/web1/'
        with held(target, {'via': 'controller', 'store': 'restic', 'location': place}) as (_pid, port):

            def ask(server: int) -> str:
                return target.run(sys.executable, '-c', ASK_PROXY, str(port), str(server)).stdout

            assert 'SSH-2.0' in ask(vault.port)
            assert ask(other.getsockname()[1]) == "b''\n"
