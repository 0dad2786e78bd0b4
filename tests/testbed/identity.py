# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes a host this one: name, address book, machine id, host key and who may log in."""

from __future__ import annotations

import os
import pathlib
import shutil
from typing import TYPE_CHECKING

from . import machine, network

if TYPE_CHECKING:
    from .hosts import Host

LOGINS = ('root', 'ops')  # ops has sudo without a password, see base_tree.sh
SITE_NAMES = 'wp.site.test wiki.site.test news.site.test'  # see sites.sh
HOST_KEY = 'etc/ssh/ssh_host_ed25519_key'


def make_host_key(file: pathlib.Path, comment: str) -> str:
    """Make the host's key pair and return its public half: kind and key, without the comment."""
    machine.call('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file)
    return ' '.join(file.with_suffix('.pub').read_text().split()[:2])


def write(host: Host, upper: pathlib.Path) -> None:
    """Write the host's own files into the writable layer, before it starts."""
    (upper / 'etc/ssh').mkdir(parents=True, exist_ok=True)
    for suffix in ('', '.pub'):
        shutil.copy(host.directory / f'host_key{suffix}', upper / f'{HOST_KEY}{suffix}')
    (upper / 'etc/hostname').write_text(host.name + '\n')
    (upper / 'etc/machine-id').write_text(host.settings['machine_id'] + '\n')
    (upper / 'etc/hosts').write_text(address_book(host))
    public_key = host.testbed.key.with_suffix('.pub').read_text()
    for login in LOGINS:
        allow_login(host.testbed.base, upper, login, public_key)


def address_book(host: Host) -> str:
    """The text of /etc/hosts: every host of the run at the time of the start, and the sites' names on their server."""
    own_sites = f' {SITE_NAMES}' if host.settings['layer'] else ''
    peers = ''.join(f'{peer.ip} {peer.name}\n' for peer in host.testbed.hosts())
    controller = f'{network.gateway(host.testbed.bridge)} controller\n'
    return f'127.0.0.1 localhost{own_sites}\n::1 localhost\n{controller}{peers}'


def allow_login(base: pathlib.Path, upper: pathlib.Path, login: str, public_key: str) -> None:
    """Put the run's key into authorized_keys with the owner and modes that sshd insists on."""
    fields = next(line.split(':') for line in (base / 'etc/passwd').read_text().splitlines()
                  if line.startswith(f'{login}:'))
    uid, gid, home = int(fields[2]), int(fields[3]), fields[5].lstrip('/')
    keys = upper / home / '.ssh/authorized_keys'
    home_mode = (base / home).stat().st_mode & 0o7777
    for directory, mode in ((upper / home, home_mode), (keys.parent, 0o700)):
        if not directory.exists():
            directory.mkdir(parents=True)
            directory.chmod(mode)
            os.chown(directory, uid, gid)
    keys.write_text(public_key)
    keys.chmod(0o600)
    os.chown(keys, uid, gid)


def forget(upper: pathlib.Path) -> None:
    """Remove what `write` wrote, before the layer is kept for other hosts."""
    for name in ('etc/hostname', 'etc/machine-id', 'etc/hosts', HOST_KEY, HOST_KEY + '.pub',
                 'root/.ssh/authorized_keys', 'home/ops/.ssh/authorized_keys'):
        (upper / name).unlink(missing_ok=True)
