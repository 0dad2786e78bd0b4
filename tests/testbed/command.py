# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verbs of `python3 tests/testbed`. Hosts started by hand belong to a kept run and stay until `destroy`."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

from . import base_tree, cgroups, layers, machine, runs, site_check
from .hosts import Host

HOST_VERBS = {  # verb: (what it does, the method of Host)
    'start': ('start a stopped or killed host', 'start'),
    'stop': ('shut down cleanly', 'stop'),
    'kill': ('cut the power', 'kill'),
    'freeze': ('stop all processes where they stand', 'freeze'),
    'thaw': ('let a frozen host continue', 'thaw'),
    'netdown': ('pull the network cable', 'network_down'),
    'netup': ('plug the network cable in', 'network_up'),
}
UNUSED_DAYS = 30


def parser() -> argparse.ArgumentParser:
    """All verbs with their arguments."""
    top = argparse.ArgumentParser(prog='testbed', description='Throw-away Debian servers with web sites, for tests.')
    top.add_argument('--run', default=os.environ.get('RAWAT_TESTBED_RUN', 'manual'), help='name of the run (manual)')
    verbs = top.add_subparsers(dest='verb', required=True, metavar='VERB')
    verbs.add_parser('base', help='build the base tree')
    verbs.add_parser('layer', help='build the layer with the sites')
    up = verbs.add_parser('up', help='create and start hosts')
    up.add_argument('names', nargs='+')
    up.add_argument('--layer', choices=sorted(layers.SCRIPTS))
    up.add_argument('--disk', metavar='SIZE', help='a root file system of that size, such as 300M')
    up.add_argument('--bare', action='store_true', help='sshd only')
    for verb, (purpose, _) in HOST_VERBS.items():
        verbs.add_parser(verb, help=purpose).add_argument('names', nargs='+')
    _add_faults(verbs)
    run = verbs.add_parser('exec', help='run a command inside, without ssh: exec web1 -- COMMAND ...')
    run.add_argument('name')
    run.add_argument('command', nargs=argparse.REMAINDER)
    destroy = verbs.add_parser('destroy', help='stop and forget hosts; without names the whole run')
    destroy.add_argument('names', nargs='*')
    check = verbs.add_parser('pages', help='fingerprints of the sites on IP; --compare FILE: exit 1 if they differ')
    check.add_argument('ip')
    check.add_argument('--compare', type=pathlib.Path)
    verbs.add_parser('list', help='all runs of this machine and their hosts')
    verbs.add_parser('inventory', help='print the Ansible inventory of the run')
    verbs.add_parser('sweep', help='remove what dead runs left')
    verbs.add_parser('prune', help=f'remove base trees and layers that nobody used for {UNUSED_DAYS} days')
    return top


def _add_faults(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The faults that have arguments."""
    for verb, argument, purpose in (('slow', 'rate', 'limit both directions, such as 2mbit; off'),
                                    ('lossy', 'percent', 'drop that share of packets both ways; off'),
                                    ('undisk', 'where', 'pull an external disk')):
        fault = verbs.add_parser(verb, help=purpose)
        fault.add_argument('name')
        fault.add_argument(argument)
    disk = verbs.add_parser('disk', help='plug in an external disk: disk web1 /mnt/usb 64M')
    for argument in ('name', 'where', 'size'):
        disk.add_argument(argument)
    disk.add_argument('kind', nargs='?', default='ext4', choices=('ext4', 'xfs', 'tmpfs'))


def compare(ip: str, file: pathlib.Path | None) -> int:
    """Print the fingerprints, or what differs from those in a file; the exit code."""
    now = site_check.pages(ip)
    if file is None:
        print(json.dumps(now, indent=1))
        return 0
    before = {url: tuple(page) for url, page in json.loads(file.read_text()).items()}
    found = site_check.differences(before, now)
    print('\n'.join([*found, f'{len(before)} pages before, {len(now)} now, {len(found)} differ']))
    return 1 if found else 0


def show_runs() -> None:
    """One line a run and one a host."""
    for work in sorted(runs.RUNS.glob('*/run.json')):
        settings = json.loads(work.read_text())
        owner = settings['owner'] or 'kept'
        print(f'{work.parent.name}: bridge {settings["bridge"]}, owner {owner}{", dead" * runs.is_dead(work.parent)}')
        cgroup = machine.cgroup_mount(work.parent) / f'rawat-testbed-{settings["bridge"]}'
        for host in sorted(work.parent.glob('store/hosts/*/host.json')):
            details = json.loads(host.read_text())
            alive = cgroups.processes(cgroup / host.parent.name)
            print(f'  {host.parent.name:12} {details["ip"]:14} {f"{len(alive)} processes" if alive else "down":14} '
                  + ' '.join(f'{key}={details[key]}' for key in ('layer', 'disk', 'bare') if details[key]))


def prune() -> None:
    """Remove what lies long unused in the cache; never what a run stands on, nor what the present scripts ask for."""
    used = [json.loads(file.read_text())['base'] for file in runs.RUNS.glob('*/run.json')]
    keep = {*used, str(base_tree.path()), *(str(layers.image(layer)) for layer in layers.SCRIPTS)}
    oldest = time.time() - UNUSED_DAYS * 86400
    for kept in [*machine.cache_directory().glob('base-*'), *machine.cache_directory().glob('layer-*.img')]:
        if str(kept) not in keep and kept.stat().st_mtime < oldest:
            print(f'removing {kept}')
            machine.remove_tree(kept) if kept.is_dir() else kept.unlink()


def on_host(host: Host, arguments: argparse.Namespace) -> int:
    """The verbs for one host; the exit code."""
    if not host.exists:
        raise machine.TestbedError(f'there is no host {host.name} in the run {host.testbed.name}: up {host.name}')
    if arguments.verb == 'exec':
        command = arguments.command[1:] if arguments.command[:1] == ['--'] else arguments.command
        return subprocess.run(host.enter(command), check=False).returncode
    if arguments.verb == 'slow':
        host.slow(None if arguments.rate == 'off' else arguments.rate)
    elif arguments.verb == 'lossy':
        host.lossy(None if arguments.percent == 'off' else int(arguments.percent))
    elif arguments.verb == 'disk':
        host.disk(arguments.where, arguments.size, arguments.kind)
    elif arguments.verb == 'undisk':
        host.undisk(arguments.where)
    elif arguments.verb == 'destroy':
        host.destroy()
    else:
        getattr(host, HOST_VERBS[arguments.verb][1])()
    return 0


def on_run(arguments: argparse.Namespace) -> int:
    """The verbs that need the run; it is made when it is not there."""
    if arguments.verb == 'destroy' and not arguments.names:
        runs.destroy_run(arguments.run)
        return 0
    testbed = runs.Testbed(arguments.run, owner=None)
    if arguments.verb == 'up':
        for host in testbed.up(*arguments.names, layer=arguments.layer, disk=arguments.disk, bare=arguments.bare):
            print(f'{host.name} {host.ip}')
        print(f'inventory: {testbed.inventory}\nssh: ssh -i {testbed.key} -o UserKnownHostsFile={testbed.known_hosts} '
              'root@IP')
    elif arguments.verb == 'inventory':
        testbed.write_inventory()
        print(testbed.inventory.read_text(), end='')
    else:
        names = arguments.names if 'names' in arguments else [arguments.name]
        return max(on_host(testbed.host(name), arguments) for name in names)
    return 0


def main(words: list[str]) -> int:
    """Run one verb; 1 and the reason on stderr when the testbed cannot do it."""
    arguments = parser().parse_args(words)
    alone = {'base': base_tree.ensure, 'layer': lambda: layers.ensure('sites'),
             'list': show_runs, 'prune': prune, 'sweep': runs.sweep_now}
    try:
        if arguments.verb == 'pages':
            return compare(arguments.ip, arguments.compare)
        if arguments.verb in alone:
            machine.check_machine()
            alone[arguments.verb]()
            return 0
        return on_run(arguments)
    except machine.TestbedError as error:
        print(f'testbed: {error}', file=sys.stderr)
        return 1
