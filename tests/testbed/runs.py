# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of the testbed: its own hosts, bridge, network, store, keys and inventory; nothing that another run touches."""

from __future__ import annotations

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
from types import TracebackType

from . import base_tree, cgroups, faults, layers, machine, network
from .hosts import Host

RUNS = pathlib.Path(os.environ.get('RAWAT_TESTBED_RUNS', '/var/tmp/rawat-testbed'))  # one registry a machine
STORE_SIZE = os.environ.get('RAWAT_TESTBED_STORE_SIZE', '16G')
BOOT_ID = pathlib.Path('/proc/sys/kernel/random/boot_id')


class Testbed:
    """A run by name. Use it as a context manager, or call `destroy` in a finally.

    ``owner`` is the process that the run belongs to: once it is dead, the next run of anybody sweeps this one away.
    None makes a run that stays until it is destroyed and that `Testbed` opens again by its name.
    ``store_size``: what all hosts of the run together may write; never more than half of what the machine has free.
    """

    __test__ = False  # the name begins like a test class; pytest must not collect it

    def __init__(self, name: str, owner: int | None = os.getpid(), store_size: str = STORE_SIZE) -> None:
        machine.check_machine()
        self.name, self.work = name, directory_of(name)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        RUNS.mkdir(mode=0o700, parents=True, exist_ok=True)
        with machine.file_lock(RUNS / '.lock'):
            sweep()
            if self.work.exists():
                self._open(owner)
            else:
                self._make(owner, machine.parse_size(store_size))
        self.base = pathlib.Path(self.settings['base'])
        self.cgroup = machine.cgroup_mount(self.work) / f'rawat-testbed-{self.bridge}'

    def _open(self, owner: int | None) -> None:
        """Take up a kept run where it was left."""
        self.settings = json.loads((self.work / 'run.json').read_text())
        if owner is not None or self.settings['owner'] is not None:
            raise machine.TestbedError(f'a run {self.name} is there already, of process {self.settings["owner"]}: '
                                       'take another name or destroy it first')
        if self.settings['base'] != str(base_tree.path()):
            raise machine.TestbedError(f'the run {self.name} was made with another base tree than the present scripts '
                                       'ask for: destroy it first')
        self.bridge = self.settings['bridge']

    def _make(self, owner: int | None, store_size: int) -> None:
        """Make work directory, bridge, store and key; what fails half-way is swept by the next run."""
        self.work.mkdir(mode=0o700)
        self.bridge = network.claim_bridge()
        self.settings = {'owner': owner, 'owner_started': process_start(owner), 'boot': BOOT_ID.read_text(),
                         'bridge': self.bridge, 'base': str(base_tree.path())}
        (self.work / 'run.json').write_text(json.dumps(self.settings))
        network.raise_inotify_limits()
        self._mount_store(store_size)
        machine.call('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', f'testbed {self.name}', '-f', self.key)

    def _mount_store(self, size: int) -> None:
        """All that the hosts write goes into ONE sparse image: a runaway writer gets ENOSPC, the machine does not."""
        status = os.statvfs(self.work)
        room = min(size, status.f_bavail * status.f_frsize // 2) >> 20 << 20
        machine.make_file_system(self.work / 'store.img', room)
        self.store.mkdir()
        machine.call('mount', '-o', 'loop,discard', self.work / 'store.img', self.store)
        (self.store / 'hosts').mkdir()

    def __enter__(self) -> Testbed:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.destroy()

    # -- places --------------------------------------------------------------------------------------------------

    @property
    def store(self) -> pathlib.Path:
        """The bounded file system of the run."""
        return self.work / 'store'

    @property
    def key(self) -> pathlib.Path:
        """The private key that opens root and ops on every host of the run."""
        return self.work / 'id_ed25519'

    @property
    def known_hosts(self) -> pathlib.Path:
        """The hosts' keys; strict checking works."""
        return self.work / 'known_hosts'

    @property
    def address(self) -> str:
        """This machine's own address, as the hosts of the run see it (`controller` in their /etc/hosts)."""
        return network.gateway(self.bridge)

    @property
    def inventory(self) -> pathlib.Path:
        """The Ansible inventory: web1, web2 in group `webs`, vault1 in `vaults`, all in `targets`; login ops (sudo)."""
        return self.work / 'inventory.ini'

    def lower_directories(self, layer: str | None) -> str:
        """The read-only part of a host's root, in overlayfs' notation: the uppermost first."""
        return f'{self._mount_layer(layer)}:{self.base}' if layer else str(self.base)

    def _mount_layer(self, layer: str) -> pathlib.Path:
        """Mount a saved layer for this run, read-only: any number of runs may do so at once."""
        point = self.work / f'layer-{layer}'
        point.mkdir(exist_ok=True)
        if not point.is_mount():
            machine.call('mount', '-t', 'ext4', '-o', 'ro,loop,noload', layers.image(layer), point)
        return point / 'upper'

    # -- hosts ---------------------------------------------------------------------------------------------------

    def host(self, name: str) -> Host:
        """A host of this run by name; it may not exist yet."""
        return Host(self, name)

    def hosts(self) -> list[Host]:
        """All hosts that were created in this run, running or not, by name."""
        return [self.host(file.parent.name) for file in sorted((self.store / 'hosts').glob('*/host.json'))]

    def up(self, *names: str, layer: str | None = None, disk: str | None = None, bare: bool = False,
           services: bool = True) -> list[Host]:
        """Create and start hosts, all at once, and wait for the end of their boot; those that run stay as they are.

        ``layer='sites'``: with the three sites; built first where it is missing (two minutes, once a machine).
        ``disk='300M'``: a root file system of that size. ``bare``: sshd only, no databases, web server and cron.
        ``services=False``: wait for sshd only, and let services have failed.
        """
        base_tree.ensure()
        if layer:
            layers.ensure(layer)
        chosen = [self.host(name) for name in names]
        for host in chosen:
            host.create(layer, disk, bare)
        for host in chosen:
            host.launch()
        self.write_inventory()
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda host: host.wait(services), chosen))
        return chosen

    def write_inventory(self) -> None:
        """Write inventory and known_hosts for the hosts that there are now."""
        groups: dict[str, list[str]] = {}
        known = []
        for host in self.hosts():
            groups.setdefault(host.name.rstrip('0123456789-'), []).append(f'{host.name} ansible_host={host.ip}')
            known.append(f'{host.ip},{host.name} {host.settings["host_key"]}')
        options = f'-o UserKnownHostsFile={self.known_hosts} -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes'
        lines = [line for group, members in groups.items() for line in (f'[{group}s]', *members, '')]
        lines += ['[targets:children]', *(f'{group}s' for group in groups), '',
                  '[targets:vars]', 'ansible_user=ops', 'ansible_python_interpreter=/usr/bin/python3',
                  f'ansible_ssh_private_key_file={self.key}', f'ansible_ssh_common_args={options}',
                  # a run's own, for another run may have had the same address a minute ago
                  f'ansible_control_path_dir={self.work / "cp"}']
        self.inventory.write_text('\n'.join(lines) + '\n')
        self.known_hosts.write_text('\n'.join(known) + '\n')

    def destroy(self) -> None:
        """Stop everything of this run and remove it; harmless when it is done already."""
        destroy_run(self.name)
        for child in self.children.values():
            child.wait(timeout=10)
        self.children.clear()


def directory_of(name: str) -> pathlib.Path:
    """The work directory of the run with this name, whether or not it is there."""
    if not re.fullmatch(r'[a-z0-9][a-z0-9-]{0,39}', name):
        raise machine.TestbedError(f'{name!r} is no name for a run: at most 40 of a-z, 0-9 and -')
    return RUNS / name


def process_start(pid: int | None) -> int | None:
    """When a process was started, in ticks since boot (proc(5), stat field 22): tells it from a later namesake."""
    try:
        return int(pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[19]) if pid else None
    except OSError:
        return None


def is_dead(work: pathlib.Path) -> bool:
    """Whether the owner of a run is gone: never made whole, its process ended, or from before the last boot."""
    try:
        settings = json.loads((work / 'run.json').read_text())
    except (OSError, ValueError):
        return True
    if settings['boot'] != BOOT_ID.read_text():
        return True
    return settings['owner'] is not None and process_start(settings['owner']) != settings['owner_started']


def sweep() -> list[str]:
    """Under the registry's lock: remove what dead runs left; returns their names."""
    dead = [work for work in RUNS.iterdir() if work.is_dir() and is_dead(work)]
    for work in dead:
        destroy_directory(work)
    return [work.name for work in dead]


def sweep_now() -> list[str]:
    """`sweep` for somebody who does not hold the lock."""
    RUNS.mkdir(mode=0o700, parents=True, exist_ok=True)
    with machine.file_lock(RUNS / '.lock'):
        return sweep()


def destroy_run(name: str) -> None:
    """Stop and remove a run by its name; under the lock, so that nobody sweeps what is half removed."""
    RUNS.mkdir(mode=0o700, parents=True, exist_ok=True)
    with machine.file_lock(RUNS / '.lock'):
        if directory_of(name).exists():
            destroy_directory(directory_of(name))


def destroy_directory(work: pathlib.Path) -> None:
    """Remove a run by what its directory says: processes, cables, mounts, loop devices, files; in that order."""
    file = work / 'run.json'
    settings = json.loads(file.read_text()) if file.exists() and file.stat().st_size else None
    if settings and settings['boot'] == BOOT_ID.read_text():
        cgroup = machine.cgroup_mount(work) / f'rawat-testbed-{settings["bridge"]}'
        for freezer in cgroup.glob('*/cgroup.freeze'):
            freezer.write_text('0')
        cgroups.kill(cgroup)
        network.release(settings['bridge'])
        cgroups.remove(cgroup)
    for point in machine.mounts_below(work):
        machine.unmount(point)
    for loop in faults.loops_of(work):
        machine.call('losetup', '-d', loop, check=False)
    machine.remove_tree(work)
