# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can happen to a host: power cuts, full disks, pulled cables. Mixed into Host; every fault can be undone."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import subprocess
from collections.abc import Sequence

from . import machine, network

LOSSY_RULES = """table inet lossy {{
  chain in {{ type filter hook input priority 0; iifname lo accept; numgen random mod 100 < {share} drop; }}
  chain out {{ type filter hook output priority 0; oifname lo accept; numgen random mod 100 < {share} drop; }}
}}
"""


class Faults:
    """Methods of Host; a fault of a disk or a network stays until it is undone or the host is stopped."""

    cgroup: pathlib.Path
    directory: pathlib.Path
    cable: str
    namespace: str

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """See Host."""
        raise NotImplementedError

    def stop(self, hard: bool = False) -> None:
        """See Host."""
        raise NotImplementedError

    def path(self, inside: str) -> pathlib.Path:
        """See Host."""
        raise NotImplementedError

    def freeze(self) -> None:
        """Stop every process where it stands (cgroup.freeze): the host is silent but not gone."""
        (self.cgroup / 'cgroup.freeze').write_text('1')

    def thaw(self) -> None:
        """Let the processes of a frozen host continue."""
        if self.cgroup.exists():
            (self.cgroup / 'cgroup.freeze').write_text('0')

    def kill(self) -> None:
        """Cut the power: all processes die at once; what the kernel has taken is kept. `start` brings the host back."""
        self.stop(hard=True)

    def network_down(self) -> None:
        """Pull the network cable."""
        machine.call('ip', 'link', 'set', self.cable, 'down')

    def network_up(self) -> None:
        """Plug the network cable in again."""
        machine.call('ip', 'link', 'set', self.cable, 'up')

    def slow(self, rate: str | None) -> None:
        """Limit both directions to ``rate`` ('2mbit', see tc-tbf(8)); None: full speed."""
        for tc, device in ((['tc'], self.cable), (['tc', '-n', self.namespace], 'eth0')):
            machine.call(*tc, 'qdisc', 'del', 'dev', device, 'root', check=False)
            if rate:
                machine.call(*tc, 'qdisc', 'add', 'dev', device, 'root', 'tbf', 'rate', rate,
                             'burst', '32kbit', 'latency', '400ms')

    def lossy(self, percent: int | None) -> None:
        """Drop that share of packets in each direction (30 each way loses half of the round trips); None: no loss."""
        nft = ['ip', 'netns', 'exec', self.namespace, 'nft']
        machine.call(*nft, 'delete', 'table', 'inet', 'lossy', check=False)
        if percent:
            machine.call(*nft, '-f', '-', text_input=LOSSY_RULES.format(share=int(percent)))

    def heal(self) -> None:
        """Undo freeze, network_down, slow and lossy; a host that is down stays down."""
        self.thaw()
        if self.namespace in network.namespaces(self.namespace):
            self.network_up()
            self.slow(None)
            self.lossy(None)

    def disk(self, where: str, size: str, kind: str = 'ext4') -> None:
        """Plug an external disk of ``size`` ('320M') in and mount it at ``where``.

        A disk that was pulled before comes back with its contents. ``kind``: ext4, xfs (300M at least) or tmpfs.
        """
        if not machine.has_file_system(kind):
            raise machine.TestbedError(f'this kernel has no {kind} file system')
        self.run(['mkdir', '-p', where])
        if kind == 'tmpfs':
            self.run(['mount', '-t', 'tmpfs', '-o', f'size={machine.parse_size(size)}', 'tmpfs', where])
            return
        image = self._disk_image(where)
        if not image.exists():
            if not shutil.which(f'mkfs.{kind}'):
                raise machine.TestbedError(f'mkfs.{kind} is not installed on this machine')
            machine.make_file_system(image, machine.parse_size(size), kind)
        loop = pathlib.Path(machine.call('losetup', '--show', '-f', image).stdout.strip())
        node = self.path(f'/dev/{loop.name}')
        if not node.exists():  # made from outside: a host has no CAP_MKNOD
            os.mknod(node, 0o60660, os.stat(loop).st_rdev)
        self.run(['mount', '-t', kind, f'/dev/{loop.name}', where])

    def undisk(self, where: str) -> None:
        """Pull the disk at ``where`` as it is; `disk` plugs it in again."""
        self.run(['umount', '-l', where])
        for loop in loops_of(self._disk_image(where)):
            with contextlib.suppress(FileNotFoundError):
                self.path(f'/dev/{pathlib.Path(loop).name}').unlink()
            machine.call('losetup', '-d', loop, check=False)

    def _disk_image(self, where: str) -> pathlib.Path:
        return self.directory / ('disk-' + where.strip('/').replace('/', '_') + '.img')


def loops_of(below: pathlib.Path) -> list[str]:
    """The loop devices whose file is ``below`` or lies below it."""
    lines = machine.call('losetup', '--list', '--noheadings', '--output', 'NAME,BACK-FILE', check=False).stdout
    pairs = (line.split(None, 1) for line in lines.splitlines())
    files = {pair[0]: pathlib.Path(pair[1].replace(' (deleted)', '')) for pair in pairs if len(pair) == 2}
    return [loop for loop, file in files.items() if file == below or below in file.parents]
