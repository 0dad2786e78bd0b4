# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup server with an inbox for web1, a third server for copies, and the inventory that uses them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.product import MEDIAWIKI, NEWS, WORDPRESS, Product, repositories
from testbed import Host, Testbed

# Where the role vault puts what belongs to the target web1.
AREA, POINTS, RESTIC = '/srv/rawat/inbox/web1', '/srv/rawat/points/web1', '/srv/rawat/restic/web1'
ACCOUNT, APPENDER = 'rawat-in-web1', 'rawat-re-web1'
SECOND = '/srv/second/web1'
QUOTA = 4_000_000_000  # bytes


@dataclass
class Vault:
    """Everything of the vault side that a test needs."""

    product: Product
    web1: Host
    vault1: Host
    third: Host
    key: str  # the private key that opens web1's inbox and its append-only restic repository
    identity: str  # of age
    recipient: str

    @property
    def known_hosts(self) -> str:
        """Host keys of all servers."""
        return self.product.testbed.known_hosts.read_text()

    def inbox(self, **changes: Any) -> dict[str, Any]:
        """website_repository of web1: it hands over, and reads nothing."""
        return {
            'store': 'archive', 'location': f'inbox://{ACCOUNT}@{self.vault1.ip}/', 'recipients': [self.recipient],
            'append_only': True, 'immutable': True, 'ssh_private_key': self.key, 'ssh_known_hosts': self.known_hosts,
            **changes,
        }

    def appended(self) -> dict[str, Any]:
        """website_repository of web1: restic, append-only over SSH."""
        return {
            'store': 'restic', 'location': f'ssh://{APPENDER}@{self.vault1.ip}{RESTIC}', 'password': 'word-of-the-test',
            'append_only': True, 'immutable': True, 'create': True, 'ssh_private_key': self.key,
            'ssh_known_hosts': self.known_hosts,
        }

    def write_inventory(self, repository: dict[str, Any], sites: list[dict[str, Any]], **variables: Any) -> None:
        """web1 with its sites; vault1 and the third are there without any."""
        others = {host.name: {'ansible_host': host.ip} for host in (self.vault1, self.third)}
        self.product.write_inventory({self.web1: sites}, repository, others, **variables)

    def archive_inventory(self, sites: list[dict[str, Any]], **changes: Any) -> None:
        """Points are taken in by vault1, which copies them to its second disk and to the third server."""
        third = repositories(self.third)['archive-ssh']
        copies = [
            {'name': 'second-disk', 'store': 'archive', 'location': SECOND, 'create': True},
            {**third, 'name': 'third-server', 'location': f'{third["location"]}/web1'},
        ]
        points = {'store': 'archive', 'location': POINTS, 'create': True}
        self.write_inventory(
            self.inbox(**changes), sites, website_copies=copies, website_settings={'pages': 1},
            website_vault={'host': 'vault1', 'repository': points, 'inbox': AREA},
            website_drill_repository={**points, 'identities': self.identity},
        )


SITES = [WORDPRESS, MEDIAWIKI, NEWS]


def new_key(folder: Path, name: str) -> tuple[str, str]:
    """(private, public) key."""
    path = folder / name
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', str(path)], check=True)
    private, public = path.read_text(), path.with_suffix('.pub').read_text().strip()
    path.unlink()
    return private, public


def new_identity() -> tuple[str, str]:
    """(identity, recipient) of age."""
    text = subprocess.run(['age-keygen'], capture_output=True, text=True, check=True).stdout
    identity = next(line for line in text.splitlines() if line.startswith('AGE-SECRET-KEY-'))
    done = subprocess.run(['age-keygen', '-y'], input=identity, capture_output=True, text=True, check=True)
    return identity, done.stdout.strip()


def make_vault(testbed: Testbed, folder: Path, web1: Host, vault1: Host, third: Host) -> Vault:
    """Set up the backup server with the playbook."""
    folder.mkdir()
    key, public = new_key(folder, 'web1')
    vault = Vault(Product(testbed, folder), web1, vault1, third, key, *new_identity())
    target = {'name': 'web1', 'public_key': public, 'quota_bytes': QUOTA, 'stores': ['archive', 'restic']}
    vault.product.write_inventory({}, None, {'vault1': {'ansible_host': vault1.ip, 'vault_targets': [target]}})
    command = vault.product.playbook('-e', 'website_vaults=vault1')
    done = vault.product.run([word.replace('website.backup', 'website.vault') for word in command])
    assert done.code == 0, done.text
    return vault
