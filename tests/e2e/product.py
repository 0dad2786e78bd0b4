# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The product as an administrator uses it: an inventory for the testbed's hosts, `rawat` and `ansible-playbook`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from testbed import Host, Testbed

CHECKOUT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
KEEPER, VAULT_FOLDER = 'keeper', '/srv/backups'
RESTIC_PASSWORD = 'restic-password-of-the-test'
PASSWORDS = {'MariaDB': 'backup-secret', 'restic': RESTIC_PASSWORD}

WORDPRESS: dict[str, Any] = {
    'name': 'wordpress', 'url': 'http://wp.site.test/', 'webroots': [{'path': '/var/www/wordpress'}],
    'databases': [{'engine': 'mariadb', 'name': 'wordpress', 'login_user': 'backup', 'login_password': 'backup-secret',
                   'login_unix_socket': '/run/mysqld/mysqld.sock'}],
}
MEDIAWIKI: dict[str, Any] = {
    'name': 'wiki', 'url': 'http://wiki.site.test/',
    # images is a link out of the first one: with its target listed the site is complete
    'webroots': [{'path': '/var/www/mediawiki'}, {'path': '/srv/mediawiki-images'}],
    'databases': [{'engine': 'postgresql', 'name': 'mediawiki', 'login_user': 'postgres', 'become_user': 'postgres'}],
}
NEWS: dict[str, Any] = {
    'name': 'news', 'url': 'http://news.site.test/', 'webroots': [{'path': '/var/www/news'}],
    'databases': [{'engine': 'sqlite', 'path': '/var/www/news/data/news.db'}],
}
OTHER_NEWS: dict[str, Any] = {**NEWS, 'name': 'news-of-web2', 'url': 'http://news.web2.test/'}


@dataclass
class Ended:
    """One run: exit code, output, and what it filed (None when it filed nothing)."""

    code: int
    stdout: str
    stderr: str
    record: dict[str, Any] | None
    report: str | None

    @property
    def text(self) -> str:
        """All output."""
        return f'exit {self.code}\n{self.stdout}\n{self.stderr}'

    @property
    def sites(self) -> dict[str, dict[str, Any]]:
        """The record's entries by site."""
        assert self.record, self.text
        return {entry['site']: entry for entry in self.record['sites']}

    @property
    def outcomes(self) -> dict[str, str]:
        """{site: outcome}"""
        return {name: entry['outcome'] for name, entry in self.sites.items()}


class Product:
    """The product in a folder of its own: inventory, filing, home."""

    def __init__(self, testbed: Testbed, folder: Path):
        self.testbed, self.folder, self.filing = testbed, folder, folder / 'filing'
        self.inventory = folder / 'inventory.yml'
        (folder / 'home').mkdir()

    def write_inventory(self, sites: dict[Host, list[dict[str, Any]]], repository: dict[str, Any] | None = None,
                        extra: dict[str, dict[str, Any]] | None = None, **variables: Any) -> None:
        """An inventory of these hosts with these sites; `variables` are all hosts', `extra` are hosts in full."""
        options = (f'-o UserKnownHostsFile={self.testbed.known_hosts} -o StrictHostKeyChecking=yes '
                   '-o IdentitiesOnly=yes -F none')
        common = {
            'ansible_user': 'ops', 'ansible_ssh_private_key_file': str(self.testbed.key),
            'ansible_ssh_common_args': options, 'ansible_python_interpreter': '/usr/bin/python3',
            # notices within seconds what the defaults notice within a minute
            'ansible_ssh_args': '-o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=2 '
                                '-o ServerAliveCountMax=4',
            'ansible_timeout': 5,
            'website_filing': str(self.filing), 'website_repository': repository, **variables,
        }
        hosts = {host.name: {'ansible_host': host.ip, 'website_sites': listed} for host, listed in sites.items()}
        hosts.update(extra or {})
        self.testbed.write_inventory()
        self.inventory.write_text(yaml.safe_dump({'all': {'hosts': hosts, 'vars': common}}, allow_unicode=True))
        self.inventory.chmod(0o600)

    # ---------------------------------------------------------------- runs
    def start(self, command: list[str], **extra: Any) -> subprocess.Popen[str]:
        """Start a command of the product in its folder, with a small environment and no terminal."""
        environment = {
            'PATH': f'{BIN}:{os.environ["PATH"]}', 'HOME': str(self.folder / 'home'), 'LANG': 'C.UTF-8',
            'NO_COLOR': '1',
            'ANSIBLE_COLLECTIONS_PATH': str(CHECKOUT / '.cache' / 'collections'), 'RAWAT_LANG': 'en',
        }
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **extra)

    def rawat(self, *words: str) -> list[str]:
        """The command line of a `rawat` verb."""
        return [str(BIN / 'rawat'), words[0], '-i', str(self.inventory), *words[1:]]

    def playbook(self, *options: str) -> list[str]:
        """The command line of ansible-playbook alone."""
        return [str(BIN / 'ansible-playbook'), '-i', str(self.inventory), 'rawat.website.backup', *options]

    def finish(self, process: subprocess.Popen[str], before: set[Path], timeout: float = 240) -> Ended:
        """Wait for a run and read what it filed."""
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(f'no end after {timeout} s:\n{stdout}\n{stderr}') from None
        new = sorted(self.runs() - before)
        record = new[-1] / 'record.json' if new else None
        report = new[-1] / 'report.html' if new else None
        return Ended(
            process.returncode, stdout, stderr,
            json.loads(record.read_bytes()) if record and record.exists() else None,
            report.read_text() if report and report.exists() else None,
        )

    def runs(self) -> set[Path]:
        """The folders of all filed runs."""
        return set(self.filing.glob('*/*/*'))

    def run(self, command: list[str], timeout: float = 240) -> Ended:
        """Run to the end."""
        before = self.runs()
        return self.finish(self.start(command), before, timeout)

    def backup(self, *options: str) -> Ended:
        """`rawat backup`."""
        return self.run(self.rawat('backup', *options))


def make_keeper(vault: Host) -> str:
    """An account for backups on the backup server with a key of its own; returns the private key."""
    if not vault.path(f'/home/{KEEPER}').exists():
        vault.ssh(f'useradd --create-home --shell /bin/sh {KEEPER} && runuser -u {KEEPER} -- ssh-keygen -q -t ed25519 '
                  f'-N "" -f /home/{KEEPER}/key && install -d -m 700 -o {KEEPER} /home/{KEEPER}/.ssh {VAULT_FOLDER} && '
                  f'install -m 600 -o {KEEPER} /home/{KEEPER}/key.pub /home/{KEEPER}/.ssh/authorized_keys')
    return vault.ssh(f'cat /home/{KEEPER}/key').stdout


def repositories(vault: Host) -> dict[str, dict[str, Any]]:
    """The four kinds of repository: either store, on a path of the target or on the backup server."""
    key, known = make_keeper(vault), vault.testbed.known_hosts.read_text()
    there = {'ssh_private_key': key, 'ssh_known_hosts': known, 'create': True}
    restic = {'store': 'restic', 'password': RESTIC_PASSWORD, 'create': True}
    return {
        'archive-path': {'store': 'archive', 'location': '/srv/archive', 'create': True},
        'archive-ssh': {'store': 'archive', 'location': f'ssh://{KEEPER}@{vault.ip}{VAULT_FOLDER}/archive', **there},
        'restic-path': {**restic, 'location': '/srv/restic'},
        'restic-sftp': {**restic, 'location': f'sftp:{KEEPER}@{vault.ip}:{VAULT_FOLDER}/restic', **there},
    }
