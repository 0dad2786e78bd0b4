# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real S3 server with object locks: Ceph's gateway over one monitor and one store, three processes on the loopback.

Debian 12's packages radosgw, ceph-mon and ceph-osd (16.2). What matters in the configuration: authentication stays on
(radosgw loops without it), one copy of everything, a sparse file as the disk, no manager (so the cluster is never
"healthy", which harms nothing). The OSD takes free ports from its own range by itself.
"""

from __future__ import annotations

import subprocess
import uuid
from pathlib import Path
from typing import Any

from integration.stores.daemon import START_SECONDS, Daemon, free_port, responds

REGION = 'us-east-1'
ACCOUNTS = {'vault': ('vaultkey', 'vaultsecret'), 'target': ('targetkey', 'targetsecret')}
CONFIGURATION = """
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{mon_port}/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = {work}/keyring
auth allow insecure global id reclaim = false
run dir = {work}
admin socket = {work}/$name.asok
log file = {work}/$name.log
crash dir = {work}
ms bind ipv6 = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon warn on pool no redundancy = false
[mon]
mon data = {work}/mon
mon data avail crit = 1
[osd]
osd data = {work}/osd
osd objectstore = {store}
osd memory target = 939524096
memstore device bytes = 2147483648
bluestore block create = true
bluestore block size = 10737418240
bluestore block db create = false
bluestore block wal create = false
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw data = {work}/rgw
rgw enable usage log = false
rgw gc obj min wait = 10
"""


class _Part(Daemon):
    """One of the three processes."""

    def __init__(self, ceph: Ceph, name: str, words: list[str]):
        super().__init__(ceph.work, name)
        self.ceph, self.words = ceph, words

    def command(self) -> list[str]:
        return [self.name, '-c', str(self.ceph.configuration), *self.words, '-f']

    def answers(self) -> bool:
        return self.ceph.is_ready(self.name)


class Ceph:
    """The running server: `url`, `area(name)` (a repository in the bucket `name`, as the target sees it)."""

    def __init__(self, work: Path, store: str = 'bluestore'):
        self.work, self.port, self.configuration = work, free_port(), work / 'ceph.conf'
        self.url, self.fsid = f'http://127.0.0.1:{self.port}', str(uuid.uuid4())
        for name in ('mon', 'osd', 'rgw'):
            (work / name).mkdir(parents=True)
        self.monitor_port = free_port()
        text = CONFIGURATION.format(work=work, fsid=self.fsid, port=self.port, mon_port=self.monitor_port, store=store)
        self.configuration.write_text(text)
        names = {'ceph-mon': ['-i', 'a'], 'ceph-osd': ['-i', '0'], 'radosgw': ['-n', 'client.rgw']}
        self.parts = {name: _Part(self, name, words) for name, words in names.items()}
        self._make_keys()
        self._run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', f'{work}/monmap', '--keyring', f'{work}/keyring')
        self.parts['ceph-mon'].start()
        osd = str(uuid.uuid4())
        self._run('ceph', 'osd', 'create', osd)
        self._run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd)
        self.start()
        for name, (access, secret) in ACCOUNTS.items():
            who = [f'--uid={name}', f'--display-name={name}', f'--access-key={access}', f'--secret-key={secret}']
            self._run('radosgw-admin', '-n', 'client.rgw', 'user', 'create', *who)

    def _make_keys(self) -> None:
        ring, everything = str(self.work / 'keyring'), ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *']
        address = f'[v2:127.0.0.1:{self.monitor_port}]'
        commands = [
            ['monmaptool', '--create', '--fsid', self.fsid, '--addv', 'a', address, str(self.work / 'monmap')],
            ['ceph-authtool', '--create-keyring', ring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *'],
            ['ceph-authtool', ring, '--gen-key', '-n', 'client.admin', *everything],
            ['ceph-authtool', ring, '--gen-key', '-n', 'client.rgw', *everything],
            ['ceph-authtool', ring, '--gen-key', '-n', 'osd.0', *everything],
        ]  # fmt: skip
        for command in commands:
            subprocess.run(command, check=True, capture_output=True)

    def _run(self, program: str, *words: str) -> str:
        command = [program, '-c', str(self.configuration), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS, check=False)
        if done.returncode:
            raise AssertionError(f'{" ".join(command)} failed: {done.stderr[-2000:]}')
        return done.stdout

    def is_ready(self, name: str) -> bool:
        """Does this part do its work?"""
        if name == 'radosgw':
            return responds(self.url)
        words = ['mon', 'stat'] if name == 'ceph-mon' else ['osd', 'stat']
        command = ['ceph', '-c', str(self.configuration), '--connect-timeout', '3', *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode == 0 and (name == 'ceph-mon' or '1 up' in done.stdout)

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

    def area(self, name: str, account: str = 'vault') -> dict[str, Any]:
        """website_repository for a repository in the bucket `name` (three letters or more); restic makes both."""
        access, secret = ACCOUNTS[account]
        keys = {'AWS_ACCESS_KEY_ID': access, 'AWS_SECRET_ACCESS_KEY': secret, 'AWS_DEFAULT_REGION': REGION}
        location = f's3:{self.url}/{name}/restic'
        return {'store': 'restic', 'create': True, 'location': location, 'environment': keys}

    @property
    def repository(self) -> dict[str, Any]:
        """The repository in the bucket that is called so."""
        return self.area('repository')
