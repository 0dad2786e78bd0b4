# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tunnel's words: where a location leads, and the command line that Ansible's own ssh plugin makes of a target."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import Address, Connector
from ansible_collections.rawat.website.plugins.plugin_utils import tunnel
from ansible_collections.rawat.website.plugins.plugin_utils.tunnel import Destination


@pytest.mark.parametrize(('location', 'expected'), [
    ('ssh://backup@vault.example/srv/backups', Destination('vault.example', 22, False)),
    ('ssh://backup@[2001:db8::1]:2222/srv', Destination('2001:db8::1', 2222, False)),
    ('inbox://web1@vault.example:2200/', Destination('vault.example', 2200, False)),
    ('inbox://web1@vault.example', Destination('vault.example', 22, False)),
    ('sftp:backup@vault.example:/srv/restic', Destination('vault.example', 22, False)),
    ('sftp://backup@vault.example:2222//srv/restic', Destination('vault.example', 2222, False)),
    ('rest:https://user:word@vault.example:8000/web1/', Destination('vault.example', 8000, True)),
    ('rest:http://vault.example/', Destination('vault.example', 80, True)),
    ('s3:s3.example/bucket/web1', Destination('s3.example', 443, True)),
    ('s3:http://s3.example:7480/bucket', Destination('s3.example', 7480, True)),
])  # fmt: skip
def test_a_location_names_what_the_tunnel_leads_to(location: str, expected: Destination) -> None:
    assert tunnel.destination(location) == expected


@pytest.mark.parametrize('location', ['/srv/backups', 'rclone:disk:path', 'b2:bucket', 'ssh://', 'rest:vault', ''])
def test_a_location_without_a_server_is_named_with_the_remedy(location: str) -> None:
    with pytest.raises(AnsibleError, match=r'via is controller.*remove via'):
        tunnel.destination(location)


def test_a_location_with_an_impossible_port_is_named() -> None:
    with pytest.raises(AnsibleError, match=r"'inbox://a@v:99999/' is not usable"):
        tunnel.destination('inbox://a@v:99999/')


def test_ssh_is_forwarded_to_one_address_and_http_through_a_proxy_for_that_address_alone() -> None:
    assert tunnel.forwarding(Destination('vault', 22, False)) == ['-R', '127.0.0.1:0:vault:22']
    assert tunnel.forwarding(Destination('::1', 22, False)) == ['-R', '127.0.0.1:0:[::1]:22']
    proxy = tunnel.forwarding(Destination('s3.example', 443, True))
    assert proxy == ['-o', 'PermitRemoteOpen=s3.example:443', '-R', '127.0.0.1:0']


@pytest.fixture
def connection() -> Callable[..., object]:
    """Ansible's own ssh plugin with these options."""

    def make(**options: object) -> object:
        plugin = connection_loader.get('ssh', PlayContext(), '/dev/null')
        given = {'host': 'web1.example', 'host_key_checking': True, 'reconnection_retries': 0, **options}
        plugin.set_options(direct=given)
        return plugin

    return make


def words_of(connection: object) -> list[str]:
    return [word.decode() for word in tunnel.command(connection, Destination('vault', 22, False))]


def test_the_command_line_is_the_one_that_ansible_uses_for_the_target(connection: Callable[..., object]) -> None:
    words = words_of(connection(
        port=2222, remote_user='ops', private_key_file='/keys/ops', timeout=7, reconnection_retries=2,
        ssh_common_args='-o UserKnownHostsFile=/keys/known -o ProxyJump=gate', ssh_extra_args='-o Compression=no',
        ssh_executable='/opt/ssh',
    ))  # fmt: skip
    assert words[0] == '/opt/ssh'
    text = ' '.join(words)
    for part in ('Port=2222', 'User="ops"', 'IdentityFile="/keys/ops"', 'ConnectTimeout=7', 'Compression=no',
                 'UserKnownHostsFile=/keys/known', 'ProxyJump=gate', 'ConnectionAttempts=3'):  # fmt: skip
        assert part in text
    assert words[-4:] == ['-R', '127.0.0.1:0:vault:22', 'web1.example', 'cat']


def test_the_connection_that_ansible_shares_is_not_shared_and_the_port_is_always_said(
    connection: Callable[..., object],
) -> None:
    shared = '-o ControlMaster=auto -o ControlPersist=60s -o LogLevel=QUIET -q -o ServerAliveInterval=2'
    words = words_of(connection(ssh_args=shared, verbosity=3))
    for setting in ('ControlMaster=no', 'ControlPath=none', 'LogLevel=INFO', 'ExitOnForwardFailure=yes'):
        name = setting.partition('=')[0]
        assert next(word for word in words if word.startswith(f'{name}=')) == setting, 'ssh takes the first'
    assert next(word for word in words if word.startswith('ServerAliveInterval=')) == 'ServerAliveInterval=2'
    assert '-q' not in words
    assert '-vvv' not in words


def test_the_host_key_is_looked_up_under_the_vaults_own_name() -> None:
    def options(port: int | None, tunnel_port: int | None) -> list[str]:
        given = Connector(Address('web1', 'Vault.example', port, '/'), 'key', 'vault ssh-ed25519 AAAA', 20, tunnel_port)
        return [word for word in given.options() if word.startswith(('HostName', 'Port=', 'HostKeyAlias'))]

    assert options(None, None) == []
    assert options(2222, None) == ['Port=2222']
    assert options(None, 40000) == ['HostName=127.0.0.1', 'Port=40000', 'HostKeyAlias=vault.example']
    assert options(2222, 40000) == ['HostName=127.0.0.1', 'Port=40000', 'HostKeyAlias=[vault.example]:2222']


@pytest.mark.parametrize('repository', [None, {'location': '/srv'}, {'location': 'ssh://v/srv', 'via': 'target'}])
def test_nothing_is_opened_that_was_not_asked_for(repository: dict | None) -> None:
    with tunnel.opened(SimpleNamespace(transport='docker'), repository) as (reached, way):
        assert (reached, way) == (repository, None)


def test_on_the_control_side_there_is_nothing_to_tunnel() -> None:
    repository = {'location': 'ssh://vault/srv', 'via': 'controller'}
    with tunnel.opened(SimpleNamespace(transport='local'), repository) as (reached, way):
        assert (reached, way) == (repository, None)


def test_a_target_that_is_not_reached_over_ssh_is_named() -> None:
    repository = {'location': 'ssh://vault/srv', 'via': 'controller'}
    with pytest.raises(AnsibleError, match=r'needs SSH to the target.*reached by docker'):
        tunnel.opened(SimpleNamespace(transport='docker'), repository).__enter__()


def fake_ssh(monkeypatch: pytest.MonkeyPatch, script: str) -> tunnel.Tunnel:
    """A tunnel whose ssh is a shell script."""
    monkeypatch.setattr(tunnel, 'command', lambda *_: [b'sh', b'-c', script.encode()])
    return tunnel.Tunnel(SimpleNamespace(), Destination('vault', 22, False))


def test_the_port_is_read_and_the_program_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    way = fake_ssh(monkeypatch, 'echo "Warning: welcome" >&2; '
                   'echo "Allocated port 40123 for remote forward to vault:22" >&2; cat')  # fmt: skip
    assert way.port(30) == 40123
    assert way.broken() is None
    way.close()
    assert way.process.returncode == 0


def test_a_refused_forwarding_names_the_setting_of_the_targets_sshd(monkeypatch: pytest.MonkeyPatch) -> None:
    way = fake_ssh(monkeypatch, 'echo "Error: remote port forwarding failed for listen port 0" >&2; exit 255')
    with pytest.raises(AnsibleError, match=r'vault:22.*AllowTcpForwarding') as failure:
        way.port(30)
    assert not isinstance(failure.value, AnsibleConnectionFailure)


def test_a_target_that_cannot_be_reached_is_a_failed_connection_in_sshs_words(monkeypatch: pytest.MonkeyPatch) -> None:
    way = fake_ssh(monkeypatch, 'echo "ops@web1: Permission denied (publickey)." >&2; exit 255')
    with pytest.raises(AnsibleConnectionFailure, match='Permission denied'):
        way.port(30)


def test_the_end_of_a_tunnel_is_added_to_the_errors_of_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    way = fake_ssh(monkeypatch, 'echo "Timeout, server web1 not responding." >&2; exit 255')
    way.process.wait(30)
    result = tunnel.explained({'sites': [{'error': 'Connection refused'}, {'error': None}], 'changed': True}, [way])
    assert result['sites'][0]['error'].startswith('Connection refused; the tunnel to vault:22 ended early')
    assert 'not responding' in result['sites'][0]['error']
    assert result['sites'][1] == {'error': None}
    assert 'not responding' in tunnel.explained({'failed': True, 'msg': 'x'}, [None, way])['msg']
    assert tunnel.explained({'sites': []}, [None]) == {'sites': []}
    assert isinstance(way.process, subprocess.Popen)
