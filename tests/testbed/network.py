# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One bridge and one /24 for each run, and the cable between a host and its bridge."""

from __future__ import annotations

import ipaddress
import pathlib

from . import machine

FIRST_HOST = 10  # .1 is this machine
INOTIFY = (('fs/inotify/max_user_instances', 8192),  # 128 are used up by about twenty systemds
           ('fs/inotify/max_user_watches', 524288))


def subnet(bridge: str) -> ipaddress.IPv4Network:
    """rwt7 -> 10.203.7.0/24: the bridge's name says its addresses."""
    return ipaddress.IPv4Network(f'10.203.{int(bridge[3:])}.0/24')


def gateway(bridge: str) -> str:
    """This machine's own address on the bridge."""
    return str(subnet(bridge)[1])


def address(bridge: str, number: int) -> str:
    """The address of the host with this number, which starts at FIRST_HOST."""
    return str(subnet(bridge)[number])


def taken_networks() -> list[ipaddress.IPv4Network]:
    """All IPv4 networks that this machine has a route to, but for the default route."""
    found = []
    for line in machine.call('ip', '-4', '-o', 'route', 'show', 'table', 'all').stdout.splitlines():
        words = [word for word in line.split() if word not in ('local', 'broadcast', 'unreachable', 'blackhole')]
        try:
            found.append(ipaddress.IPv4Network(words[0], strict=False))
        except ValueError:
            continue  # 'default'
    return [network for network in found if network.prefixlen]


def claim_bridge() -> str:
    """Make a bridge of a name and network that nobody uses and return its name.

    The kernel refuses a second bridge of the same name: that is the lock between two runs.
    """
    for number in range(1, 255):
        bridge = f'rwt{number}'
        own = subnet(bridge)
        if any(own.overlaps(network) for network in taken_networks()):
            continue
        if machine.call('ip', 'link', 'add', bridge, 'type', 'bridge', check=False).returncode == 0:
            machine.call('ip', 'addr', 'add', f'{gateway(bridge)}/{own.prefixlen}', 'dev', bridge)
            machine.call('ip', 'link', 'set', bridge, 'up')
            return bridge
    raise machine.TestbedError('no bridge rwt1..rwt254 with a free network 10.203.N.0/24: is CAP_NET_ADMIN missing, '
                               'or are old runs left? Look with: ip link show type bridge')


def raise_inotify_limits() -> None:
    """Many systemds on one kernel watch many files; the limit is the machine's and stays raised."""
    for name, least in INOTIFY:
        limit = pathlib.Path('/proc/sys') / name
        if int(limit.read_text()) < least:
            limit.write_text(str(least))


def namespaces(prefix: str) -> list[str]:
    """Names of the network namespaces that begin with ``prefix``."""
    lines = machine.call('ip', 'netns', 'list', check=False).stdout.splitlines()
    return [line.split()[0] for line in lines if line.startswith(prefix)]


def plug(bridge: str, namespace: str, cable: str, ip: str) -> None:
    """Give a host its network namespace and a cable into the bridge; harmless when both are there."""
    if namespace not in namespaces(namespace):
        machine.call('ip', 'netns', 'add', namespace)
        # a namespace of that name that was deleted a moment ago may still be dying, with its end of the cable
        machine.call('ip', 'link', 'del', cable, check=False)
    if machine.call('ip', 'link', 'show', cable, check=False).returncode:
        machine.call('ip', 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
        machine.call('ip', '-n', namespace, 'addr', 'add', f'{ip}/{subnet(bridge).prefixlen}', 'dev', 'eth0')
    machine.call('ip', 'link', 'set', cable, 'master', bridge, 'up')
    for device in ('lo', 'eth0'):
        machine.call('ip', '-n', namespace, 'link', 'set', device, 'up')


def unplug(namespace: str, cable: str) -> None:
    """Take cable and namespace away; harmless when they are gone."""
    machine.call('ip', 'link', 'del', cable, check=False)
    machine.call('ip', 'netns', 'del', namespace, check=False)


def release(bridge: str) -> None:
    """Remove the bridge and every namespace of its run, and with them the cables."""
    for namespace in namespaces(f'{bridge}-'):
        machine.call('ip', 'netns', 'del', namespace, check=False)
    machine.call('ip', 'link', 'del', bridge, check=False)
