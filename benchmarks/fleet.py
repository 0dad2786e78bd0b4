# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What many hosts cost the controller: `rawat backup` on 5, 10, 25 and 50 hosts of the testbed, a small site on each.

Usage: ``python -m benchmarks.fleet [--hosts N …] [--forks N] [--json FILE]``. Each host carries a small SQLite database
and files, and keeps its own archive repository. The hosts share this machine: the wall time is theirs as well.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import report, sources
from benchmarks.goals import MIB
from benchmarks.measure import Command, Measurement, Meter, Place

sys.path.insert(0, str(sources.CHECKOUT / 'tests'))

from testbed import Host, Testbed

COUNTS = [5, 10, 25, 50]
GOAL_CPU = 1.5  # controller's CPU seconds a host
GOAL_LINEAR = 1.25  # cost a host with the most hosts, times that with the fewest
GOAL_FLAT = 1.25  # the controller's largest process likewise
HEADINGS = ('hosts', 'CPU s', 'CPU s a host', 'wall s', 'wall s a host', 'largest process MiB', 'all together MiB')
FILES, ROWS = 100, 500
SITE = f'''
import os, sqlite3
os.makedirs('/srv/site/files')
for number in range({FILES}):
    with open(f'/srv/site/files/{{number:04d}}.html', 'wb') as page:
        page.write(os.urandom(1000).hex().encode())
with sqlite3.connect('/srv/site/news.db') as database:
    database.execute('create table news (id integer primary key, title text)')
    database.executemany('insert into news (title) values (?)', [(f'title {{n}}',) for n in range({ROWS})])
'''


@dataclass
class Fleet:
    hosts: int
    measured: Measurement

    @property
    def cpu_a_host(self) -> float:
        return self.measured.cpu / self.hosts


def play(counts: list[int], forks: int | None) -> list[Fleet]:
    """All hosts are started once; each count is measured on the first ones of them."""
    with tempfile.TemporaryDirectory(prefix='rawat-fleet-') as scratch, Testbed(f'benchmark-{os.getpid()}') as testbed:
        hosts = testbed.up(*(f'web{number}' for number in range(1, max(counts) + 1)), bare=True)
        for host in hosts:
            host.run(['python3', '-'], text_input=SITE)
        meter, place = Meter(lambda: 0.0), Place(Path(scratch))
        fleets = []
        for count in counts:
            command = _command(place, testbed, hosts[:count], forks)
            fleets.append(Fleet(count, _checked(meter, command, place, count)))
            print(f'{count} hosts: {fleets[-1].measured.cpu:.1f} CPU s', file=sys.stderr, flush=True)
        return fleets


def _command(place: Place, testbed: Testbed, hosts: list[Host], forks: int | None) -> Command:
    known_hosts = f'-o UserKnownHostsFile={testbed.known_hosts} -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes'
    variables = {
        'ansible_user': 'ops',
        'ansible_python_interpreter': sources.SYSTEM_PYTHON,
        'ansible_ssh_private_key_file': str(testbed.key),
        'ansible_ssh_common_args': known_hosts,
        'website_filing': str(place.folder / 'filing'),
        'website_repository': {'store': 'archive', 'location': '/srv/backups', 'create': True},
    }
    inventory = {'all': {'vars': variables, 'hosts': {host.name: _described(host) for host in hosts}}}
    path = place.folder / 'inventory.yml'
    path.write_text(json.dumps(inventory))  # JSON is YAML
    return Command([
        f'{sources.CHECKOUT}/.venv/bin/rawat', 'backup', '-i', str(path), *(['--forks', str(forks)] if forks else []),
    ])


def _described(host: Host) -> dict:
    site = {
        'name': f'site-{host.name}',
        'url': f'http://{host.name}.example/',
        'webroots': [{'path': '/srv/site'}],
        'databases': [{'engine': 'sqlite', 'path': '/srv/site/news.db'}],
    }
    return {'ansible_host': host.ip, 'website_sites': [site]}


def _checked(meter: Meter, command: Command, place: Place, count: int) -> Measurement:
    """ssh's shared connections may outlive the run. That every site is complete is looked up in the record."""
    measured = meter.run(command, place, lambda _name, _ancestors: 'controller', may_outlive=True)
    newest = max((place.folder / 'filing').rglob('record.json'), key=lambda path: path.stat().st_mtime)
    outcomes = [site['outcome'] for site in json.loads(newest.read_text())['sites']]
    if outcomes != ['complete'] * count:
        raise RuntimeError(f'not all of {count} sites are complete: {outcomes}\n{measured.output[-4000:]}')
    return measured


def findings(fleets: list[Fleet]) -> list[tuple[str, str, str, bool]]:
    """Goal, what was seen, bound, met."""
    fewest, most = fleets[0], fleets[-1]
    cost, growth = most.cpu_a_host, most.cpu_a_host / fewest.cpu_a_host
    memory = most.measured.peak['controller'] / fewest.measured.peak['controller']
    between = f'{most.hosts} hosts / {fewest.hosts}'
    return [
        (f'controller CPU a host, {most.hosts} hosts', f'{cost:.2f} s', f'<= {GOAL_CPU} s', cost <= GOAL_CPU),
        (f'CPU a host, {between}', f'{growth:.2f}', f'<= {GOAL_LINEAR} (linear)', growth <= GOAL_LINEAR),
        (f'largest process, {between}', f'{memory:.2f}', f'<= {GOAL_FLAT} (flat)', memory <= GOAL_FLAT),
    ]


def show(fleets: list[Fleet]) -> None:
    console = Console(width=None if Console().is_terminal else 130)
    console.print('; '.join(f'{name}: {value}' for name, value in report.machine().items()), highlight=False)
    table = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, justify='right')
    for fleet in fleets:
        cost = fleet.measured
        table.add_row(
            str(fleet.hosts), f'{cost.cpu:.1f}', f'{fleet.cpu_a_host:.2f}',
            f'{cost.wall:.1f}', f'{cost.wall / fleet.hosts:.2f}',
            f'{cost.peak["controller"] / MIB:.0f}', f'{cost.peak_together / MIB:.0f}',
        )
    console.print(table)
    for goal, seen, bound, met in findings(fleets):
        console.print(f'{goal}: {seen}, {bound}: {"met" if met else "MISSED"}', highlight=False)
    together = statistics.mean(cost.measured.programs.get('ssh', 0.0) / cost.hosts for cost in fleets)
    console.print(f'of which ssh: {together:.2f} CPU s a host', highlight=False)


def main() -> int:
    parser = argparse.ArgumentParser(prog='python -m benchmarks.fleet')
    parser.add_argument('--hosts', type=int, nargs='+', default=COUNTS)
    parser.add_argument('--forks', type=int, help="the product's own when not given")
    parser.add_argument('--json', type=Path, help='where to write every figure')
    wanted = parser.parse_args()
    sources.end_cleanly()
    fleets = play(sorted(wanted.hosts), wanted.forks)
    if wanted.json:
        document = {
            'schema': 1, 'machine': report.machine(), 'forks': wanted.forks,
            'fleets': [{'hosts': fleet.hosts, **fleet.measured.as_dict()} for fleet in fleets],
        }
        wanted.json.write_text(json.dumps(document, indent=1) + '\n')
    show(fleets)
    return 0


if __name__ == '__main__':
    sys.exit(main())
