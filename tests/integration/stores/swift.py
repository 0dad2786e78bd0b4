# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A light S3 server without object locks: OpenStack Swift with its S3 interface, four processes on the loopback.

From the package index (Debian 12's is too old for restic), in an environment of its own that tests/setup/make_venv.py
makes. The folder's file system must have extended attributes of users.
"""

from __future__ import annotations

import getpass
import subprocess
import sys
from pathlib import Path
from typing import Any

from integration.stores.daemon import Daemon, accepts, free_port, responds

ACCESS, SECRET, REGION = 'test:tester', 'testing', 'us-east-1'
MAKE_VENV = Path(__file__).resolve().parents[2] / 'setup' / 'make_venv.py'
FILTERS = (
    *('catch_errors', 'gatekeeper', 'healthcheck', 'proxy-logging', 'cache', 'listing_formats', 'bulk', 's3api'),
    *('tempauth', 'copy', 'slo', 'dlo', 'versioned_writes', 'symlink', 'proxy-logging'),
)
SETTINGS: dict[str, dict[str, str]] = {
    'cache': {'use': 'egg:swift#memcache'},
    's3api': {'location': REGION, 's3_acl': 'false', 'check_bucket_owner': 'false'},
    'tempauth': {'user_test_tester': f'{SECRET} .admin'},
    'versioned_writes': {'allow_versioned_writes': 'true', 'allow_object_versioning': 'true'},
}
HEAD = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {work}
devices = {work}/devices
mount_check = false
user = {user}
workers = 0
fallocate_reserve = 0
disable_fallocate = true
log_address = {work}/no-syslog
recon_cache_path = {work}/recon
"""
HASHES = """[swift-hash]
swift_hash_path_prefix = test
swift_hash_path_suffix = test
[storage-policy:0]
name = one
default = yes
"""


class _Part(Daemon):
    """One of the four processes."""

    def __init__(self, swift: Swift, kind: str):
        super().__init__(swift.work, kind)
        self.swift, self.port = swift, free_port()

    def command(self) -> list[str]:
        return [str(self.swift.programs / f'swift-{self.name}-server'), f'{self.work}/{self.name}-server.conf', '-v']

    def answers(self) -> bool:
        return responds(f'{self.swift.url}/healthcheck') if self.name == 'proxy' else accepts(self.port)


class Swift:
    """The running server: `url`, `area(name)` (a repository in the bucket `name`)."""

    def __init__(self, work: Path):
        self.work, self.programs = work, _environment() / 'bin'
        for name in ('devices/d1', 'recon'):
            (work / name).mkdir(parents=True)
        self.parts = {kind: _Part(self, kind) for kind in ('account', 'container', 'object', 'proxy')}
        self.url = f'http://127.0.0.1:{self.parts["proxy"].port}'
        (work / 'swift.conf').write_text(HASHES)
        for kind, part in self.parts.items():
            head = HEAD.format(port=part.port, work=work, user=getpass.getuser())
            body = f'[pipeline:main]\npipeline = {kind}-server\n[app:{kind}-server]\nuse = egg:swift#{kind}\n'
            (work / f'{kind}-server.conf').write_text(head + (_proxy() if kind == 'proxy' else body))
            if kind != 'proxy':
                self._make_ring(kind, part.port)
        self.start()

    def _make_ring(self, kind: str, port: int) -> None:
        device = ['--region', '1', '--zone', '1', '--ip', '127.0.0.1', '--port', str(port), '--device', 'd1']
        for words in (['create', '4', '1', '0'], ['add', *device, '--weight', '1'], ['rebalance']):
            command = [str(self.programs / 'swift-ring-builder'), f'{self.work}/{kind}.builder', *words]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode in (0, 1), done.stdout + done.stderr  # 1 is a warning

    def start(self) -> None:
        """Start what does not run and wait until it answers."""
        for part in self.parts.values():
            if part.process is None:
                part.start()

    def stop(self) -> None:
        """End all in order."""
        for part in reversed(list(self.parts.values())):
            part.stop()

    def kill(self, *names: str) -> None:
        """SIGKILL these parts, or all."""
        for name in names or self.parts:
            self.parts[name].kill()

    def restart(self) -> None:
        """Stop what runs, and start all."""
        self.stop()
        self.start()

    def area(self, name: str) -> dict[str, Any]:
        """website_repository for a repository in the bucket `name` (three letters or more); restic makes both."""
        keys = {'AWS_ACCESS_KEY_ID': ACCESS, 'AWS_SECRET_ACCESS_KEY': SECRET, 'AWS_DEFAULT_REGION': REGION}
        location = f's3:{self.url}/{name}/restic'
        return {'store': 'restic', 'create': True, 'location': location, 'environment': keys}

    @property
    def repository(self) -> dict[str, Any]:
        """The repository in the bucket that is called so."""
        return self.area('repository')


def _proxy() -> str:
    """The front server: every filter with its settings."""
    text = [f'[pipeline:main]\npipeline = {" ".join(FILTERS)} proxy-server\n']
    text.append(
        '[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\nallow_account_management = true\n'
    )
    for name in dict.fromkeys(FILTERS):
        settings = {'use': f'egg:swift#{name.replace("-", "_")}', **SETTINGS.get(name, {})}
        if name == 'cache':
            settings['memcache_servers'] = f'127.0.0.1:{free_port()}'  # nobody listens there, and nobody needs to
        text.append(f'[filter:{name}]\n' + ''.join(f'{key} = {value}\n' for key, value in settings.items()))
    return ''.join(text)


def _environment() -> Path:
    """The virtual environment with Swift's servers; made in the cache when it is not there."""
    done = subprocess.run([sys.executable, str(MAKE_VENV), 'swift'], check=True, capture_output=True, text=True)
    return Path(done.stdout.strip())
