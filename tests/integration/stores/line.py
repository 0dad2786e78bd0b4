# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real network line between a client and the servers on this machine's loopback, which can be slow, lossy or cut.

The client runs in a network namespace of its own. Whatever it sends to 127.0.0.1 leaves over a cable (a veth pair) and
is handed to the loopback here, so every server can be reached without being told. TCP goes from end to end.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator

HERE = """table ip {name} {{
  chain arrive {{ type nat hook prerouting priority -100
    iifname "{near}" ip daddr {address} tcp dport != 0 dnat to 127.0.0.1
  }}
}}
"""
THERE = """table ip line {{
  chain leave {{ type nat hook output priority -100
    ip daddr 127.0.0.1 tcp dport != 0 dnat to {address}
  }}
  chain dress {{ type nat hook postrouting priority 100
    oifname "{far}" masquerade
  }}
}}
"""
LOSSY = """table ip lossy {{
  chain in {{ type filter hook prerouting priority -310; iifname lo accept; {rule}; }}
  chain out {{ type filter hook postrouting priority 110; oifname lo accept; {rule}; }}
}}
"""


def call(*command: str, text: str | None = None, check: bool = True) -> None:
    """Run one command of the system."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise AssertionError(f'{" ".join(command)} failed: {done.stderr}')


class Line:
    """`inside`: what goes before a command line, so that it runs at the far end."""

    def __init__(self, number: int = 0):
        tag = f'rawat{os.getpid() % 100_000}x{number}'
        self.name, self.near, self.far = tag, f'{tag}a', f'{tag}b'
        net = f'10.213.{os.getpid() % 250}.{4 * (number % 60)}'.rsplit('.', 1)
        self.address, address = (f'{net[0]}.{int(net[1]) + end}' for end in (1, 2))
        self.inside = ['ip', 'netns', 'exec', tag]
        call('ip', 'netns', 'add', tag)
        call('ip', 'link', 'add', self.near, 'type', 'veth', 'peer', 'name', self.far, 'netns', tag)
        call('ip', 'address', 'add', f'{self.address}/30', 'dev', self.near)
        call('ip', '-n', tag, 'address', 'add', f'{address}/30', 'dev', self.far)
        for command in (['link', 'set', self.near, 'up'], ['-n', tag, 'link', 'set', self.far, 'up']):
            call('ip', *command)
        call('ip', '-n', tag, 'link', 'set', 'lo', 'up')
        call('sysctl', '-qw', f'net.ipv4.conf.{self.near}.route_localnet=1')
        call(*self.inside, 'sysctl', '-qw', 'net.ipv4.conf.all.route_localnet=1')
        call('nft', '-f', '-', text=HERE.format(name=tag, near=self.near, address=self.address))
        call(*self.inside, 'nft', '-f', '-', text=THERE.format(far=self.far, address=self.address))

    @contextlib.contextmanager
    def slow(self, rate: str) -> Iterator[None]:
        """Both directions carry `rate` ('2mbit', see tc-tbf(8))."""
        shape = ['root', 'tbf', 'rate', rate, 'burst', '32kbit', 'latency', '400ms']
        ends = (['tc', 'qdisc', '{}', 'dev', self.near], ['tc', '-n', self.name, 'qdisc', '{}', 'dev', self.far])
        for end in ends:
            call(*(word.format('add') for word in end), *shape)
        yield
        for end in ends:
            call(*(word.format('del') for word in end), 'root')

    @contextlib.contextmanager
    def lossy(self, percent: int) -> Iterator[None]:
        """So many per cent of the packets get lost, in each direction."""
        call(*self.inside, 'nft', '-f', '-', text=LOSSY.format(rule=f'numgen random mod 100 < {percent} drop'))
        yield
        call(*self.inside, 'nft', 'delete', 'table', 'ip', 'lossy')

    def cut(self) -> None:
        """Pull a cable beyond the next switch: silence, and no word about it."""
        call(*self.inside, 'nft', '-f', '-', text=LOSSY.format(rule='drop'))

    def plug(self) -> None:
        """Plug it in again."""
        call(*self.inside, 'nft', 'delete', 'table', 'ip', 'lossy')

    def close(self) -> None:
        """Take it down."""
        call('nft', 'delete', 'table', 'ip', self.name, check=False)
        call('ip', 'link', 'delete', self.near, check=False)
        call('ip', 'netns', 'delete', self.name, check=False)
