# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A vault that survives: points lie where the target cannot delete, and the target needs neither a route nor a key."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from e2e.conftest import healthy
from e2e.product import NEWS, Ended
from e2e.vaulting import ACCOUNT, APPENDER, AREA, POINTS, RESTIC, SECOND, SITES, Vault, make_vault
from testbed import Host, Testbed

NAMES = ['wordpress', 'wiki', 'news']
COPIES = ['second-disk', 'third-server']
STOLEN = '-F none -i /root/stolen -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null'
UNTRIED = ('Permission denied (publickey', 'Connection refused', 'No route', 'timed out', 'Load key')
PLACES = ['/tmp', '/var', '/root', '/home', '/etc', '/dev/shm', '/run', '/srv', '/opt', '/usr/local']


@pytest.fixture(scope='module')
def vault(testbed: Testbed, tmp_path_factory: pytest.TempPathFactory) -> Vault:
    """web1 with three sites, vault1 with its inbox, and a third server."""
    web1 = healthy(testbed, 'web1', layer='sites')
    bare = [healthy(testbed, name, bare=True) for name in ('vault1', 'vault2')]
    return make_vault(testbed, tmp_path_factory.mktemp('vault') / 'product', web1, *bare)


@pytest.fixture(scope='module')
def first(vault: Vault) -> Ended:
    """The first `rawat backup` of the three sites."""
    vault.archive_inventory(SITES)
    return vault.product.backup()


def test_three_sites_have_two_verified_copies_and_a_refused_deletion(vault: Vault, first: Ended) -> None:
    assert first.code == 0, first.text
    assert first.outcomes == dict.fromkeys(NAMES, 'complete'), first.text
    for name, entry in first.sites.items():
        verified = {copy['name']: copy['status'] for copy in entry['copies']}
        assert verified == dict.fromkeys(COPIES, 'verified'), entry['copies']
        assert {copy['encryption'] for copy in entry['copies']} == {'age'}
        assert entry['immutability']['refused'] is True, entry['immutability']
        assert entry['immutability']['answer']
        assert entry['intake']['files'] > 0
        point = f'{name}/{entry["recovery_point"]}'
        sums = [sums_of(host, f'{place}/{point}') for host, place in places(vault)]
        assert sums[0] == sums[1] == sums[2], 'the copies are not the files of the vault'
        assert json.loads(sums_text(vault.vault1, f'{POINTS}/{point}/manifest.json'))['encryption']['method'] == 'age'
        assert not vault.vault1.path(f'{AREA}/{point}').exists(), 'it still lies within reach of the target'


def places(vault: Vault) -> list[tuple[Host, str]]:
    """Where each point is to lie."""
    return [(vault.vault1, POINTS), (vault.vault1, SECOND), (vault.third, '/srv/backups/archive/web1')]


def sums_text(host: Host, file: str) -> str:
    return host.path(file).read_text()


def sums_of(host: Host, folder: str) -> str:
    """SHA256SUMS of a point, after they were all compared there."""
    host.run(['sh', '-c', f'cd {folder} && sha256sum --quiet -c SHA256SUMS'])
    return host.path(f'{folder}/SHA256SUMS').read_text()


@contextmanager
def cut_off(web1: Host, vault1: Host) -> Iterator[None]:
    """web1 has no route to vault1, as its own attempt shows."""
    web1.ssh(f'ip route add unreachable {vault1.ip}/32')
    try:
        attempt = web1.run(['python3', '-c', f'import socket; socket.create_connection(("{vault1.ip}", 22), 5)'],
                           check=False)
        assert 'No route to host' in attempt.stderr, attempt.stderr
        yield
    finally:
        web1.ssh(f'ip route del unreachable {vault1.ip}/32')


def test_through_the_controller_a_target_without_a_route_is_complete(vault: Vault, first: Ended) -> None:
    del first
    vault.archive_inventory([NEWS], via='controller')
    with cut_off(vault.web1, vault.vault1):
        ended = vault.product.backup()
    assert ended.code == 0, ended.text
    assert ended.outcomes == {'news': 'complete'}
    assert sums_of(vault.vault1, f'{POINTS}/news/{ended.sites["news"]["recovery_point"]}')
    listeners = vault.web1.run(['ss', '-Hltn', 'src 127.0.0.1']).stdout
    forwarded = vault.web1.run(['sh', '-c', 'ps -eo args= | grep -c "^cat$"'], check=False).stdout
    assert forwarded.strip() == '0', f'the tunnel is still there: {listeners}'


def test_a_point_in_the_vault_is_proved_there(vault: Vault, first: Ended) -> None:
    del first
    vault.archive_inventory([NEWS])
    ended = vault.product.run(vault.product.rawat('verify'))
    assert ended.code == 0, ended.text
    drill = ended.sites['news']['drill']
    assert drill['grade'] in ('A', 'B'), f'{ended.text}\n{drill}'
    assert drill['host'] == 'vault1'
    assert drill['census_equal'] is True
    assert drill['files_equal'] is True


def test_restic_that_can_only_append_is_complete_with_the_refusal(vault: Vault) -> None:
    view = {'store': 'restic', 'location': RESTIC, 'password': 'word-of-the-test'}
    vault.write_inventory(vault.appended(), [NEWS], website_settings={'pages': 0},
                          website_vault={'host': 'vault1', 'repository': view})
    ended = vault.product.backup()
    assert ended.code == 0, ended.text
    assert ended.outcomes == {'news': 'complete'}, ended.text
    assert ended.sites['news']['immutability']['refused'] is True, ended.sites['news']['immutability']


# ---------------------------------------------------------------- the target is in other hands
def tree(host: Host, folder: str) -> dict[str, str]:
    """Every file below a folder with its SHA-256."""
    root = host.path(folder)
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(root.rglob('*')) if path.is_file()}


def test_no_key_of_the_vault_is_at_rest_on_the_target(vault: Vault, first: Ended) -> None:
    """The lines of the private keys and the identity, in every file and in the memory that /proc shows."""
    del first
    secrets = [*vault.key.splitlines()[2:5], vault.identity, 'word-of-the-test']
    pattern = '\n'.join(secrets) + '\n'
    search = ['grep', '-rlaF', '-D', 'skip', '--binary-files=text', '-f', '-', *PLACES]
    vault.web1.ssh('cat >/var/planted', text_input=f'one line of {secrets[1]}\n')  # so that the search is known to see
    found = vault.web1.run(search, check=False, text_input=pattern)
    vault.web1.ssh('rm /var/planted')
    assert (found.stdout, found.returncode) == ('/var/planted\n', 0), f'{found.stdout}\n{found.stderr}'
    mine = vault.web1.run(['sh', '-c', 'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null'], check=False).stdout
    assert not [secret for secret in secrets if secret in mine]
    memory = vault.web1.run(['sh', '-c', 'ls -l /proc/[0-9]*/fd 2>/dev/null | grep -c memfd:rawat'], check=False).stdout
    assert memory.strip() == '0', 'a process of the run is left'


def with_key(vault: Vault, account: str, *words: str, sent: str = '') -> subprocess.CompletedProcess[str]:
    """ssh from web1 by its root, who has stolen the key while a run held it in memory."""
    place = vault.web1.path('/root/stolen')
    place.touch(0o600)
    place.write_text(vault.key)
    try:
        return vault.web1.run(['timeout', '60', 'ssh', *STOLEN.split(), f'{account}@{vault.vault1.ip}', *words],
                              check=False, text_input=sent)
    finally:
        place.unlink()


ATTACKS = [
    'rm -rf {place}', 'cat >{place}/news/x', 'id', f'/usr/bin/rclone serve restic --stdio {RESTIC}', 'scp -t {place}',
]


def test_who_holds_the_target_and_the_keys_can_neither_delete_nor_overwrite(vault: Vault, first: Ended) -> None:
    """Shell, sftp, forwarding and the store's own verbs with the stolen keys: every byte of the vault is as before."""
    del first
    before = {place: tree(host, place) for host, place in places(vault)} | {'restic': tree(vault.vault1, RESTIC)}
    assert min(map(len, before.values())) > 3
    for account, place in ((ACCOUNT, POINTS), (APPENDER, RESTIC)):
        for attack in ATTACKS:
            done = with_key(vault, account, attack.format(place=place))
            assert 'uid=' not in done.stdout, attack
            assert not [word for word in UNTRIED if word in done.stderr], f'{attack} did not even begin: {done.stderr}'
        with_key(vault, account, '-s', 'sftp')
        forward = with_key(vault, account, '-N', '-o', 'ExitOnForwardFailure=yes', '-R', '0:127.0.0.1:22')
        assert forward.returncode == 255, forward.stderr
    assert restic_as_target(vault, 'snapshots').returncode == 0, 'the attacks on the repository would prove nothing'
    for attack in ('forget latest --prune', 'prune --max-unused 0', 'unlock --remove-all'):
        restic_as_target(vault, attack)
    after = {place: tree(host, place) for host, place in places(vault)} | {'restic': tree(vault.vault1, RESTIC)}
    for place, files in before.items():
        lost = [name for name, sha256 in files.items() if after[place].get(name) != sha256]
        assert not lost, f'{place}: {lost}'


def restic_as_target(vault: Vault, words: str) -> subprocess.CompletedProcess[str]:
    """restic by root on the target, with the stolen key and the password; it would retry what is refused for long."""
    script = f"""
        export RESTIC_PASSWORD=word-of-the-test RESTIC_REPOSITORY=rclone:{RESTIC} HOME=/root
        timeout 20 restic -o rclone.program="ssh {STOLEN} {APPENDER}@{vault.vault1.ip}" {words}
    """
    place = vault.web1.path('/root/stolen')
    place.touch(0o600)
    place.write_text(vault.key)
    try:
        return vault.web1.run(['sh', '-c', script], check=False)
    finally:
        place.unlink()
