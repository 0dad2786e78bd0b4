# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables that people read, and the same as one JSON object."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.goals import MIB, Finding
from benchmarks.measure import PARTS, Measurement
from benchmarks.peers import Contestant
from benchmarks.results import CREATE, ROUNDS, Result, Results

REFERENCE = 'cron-zstd'
OTHER_HEADINGS = ('wall s', 'own MiB', 'peak MiB', 'temp MiB', 'grows MB')
HEADINGS = {
    CREATE: 'Making the repository (not in the first run)',
    'first': 'First run, into a fresh repository',
    'unchanged': 'Second run, nothing changed',
    'changed': 'Second run, 1 % of files and rows changed',
}


def machine() -> dict[str, str]:
    """What the figures belong to."""
    processor = re.search(r'^model name\s*:\s*(.*)$', Path('/proc/cpuinfo').read_text(), re.MULTILINE)
    memory = re.search(r'^MemTotal:\s*(\d+)', Path('/proc/meminfo').read_text(), re.MULTILINE)
    cores = Path('/proc/cpuinfo').read_text().count('processor\t')
    system = re.search(r'^PRETTY_NAME="(.*)"$', Path('/etc/os-release').read_text(), re.MULTILINE)
    return {
        'processor': f'{cores} x {processor[1] if processor else platform.machine()}',
        'memory': f'{int(memory[1]) >> 20 if memory else "?"} GiB',
        'system': f'{system[1] if system else "?"}, Linux {platform.release()}',
        **{program: _version(program) for program in ('mariadb-dump', 'pg_dump', 'restic', 'zstd', 'tar')},
    }


def _version(program: str) -> str:
    argument = 'version' if program == 'restic' else '--version'
    told = subprocess.run([program, argument], capture_output=True, text=True, check=False).stdout
    return told.splitlines()[0] if told else '?'


def as_document(size: str, facts: dict, results: list[Result], found: list[Finding]) -> dict:
    return {
        'schema': 2,
        'size': size,
        'machine': machine(),
        'site': facts,
        'measurements': [
            {'contestant': one.contestant, 'round': one.round, 'repetition': one.repetition, **one.measured.as_dict()}
            for one in results
        ],
        'goals': [asdict(finding) for finding in found],
    }


def show(document: dict, tables: Iterable[Table], found: list[Finding]) -> None:
    console = Console(width=None if Console().is_terminal else 150)
    for group in ('machine', 'site'):
        console.print('; '.join(f'{name}: {value}' for name, value in document[group].items()), highlight=False)
    for table in tables:
        console.print(table)
    console.print(_goals(found))


def backups(results: Results, titles: dict[str, type[Contestant]]) -> Iterator[Table]:
    """A table for each round of backups."""
    for name in (CREATE, *ROUNDS):
        yield _costs(name, results, titles)


def _costs(round_name: str, results: Results, titles: dict[str, type[Contestant]]) -> Table:
    table = Table(title=HEADINGS[round_name], title_justify='left', box=None, pad_edge=False)
    table.add_column('', no_wrap=True)
    for heading in ('CPU s', f'/ {REFERENCE}', *PARTS, 'db server', *OTHER_HEADINGS):
        table.add_column(heading, justify='right')
    for contestant in results.contestants():
        if results.of(contestant, round_name):
            table.add_row(titles[contestant].title, *_row(contestant, round_name, results))
    return table


def _row(contestant: str, round_name: str, results: Results) -> list[str]:
    def median(figure: Callable[[Measurement], float]) -> float:
        return results.median(contestant, round_name, figure)

    ratio = '-'
    if round_name in ROUNDS and results.has(REFERENCE):
        ratio = f'{results.ratio_of(contestant, REFERENCE, round_name).median:.2f}'
    return [
        f'{median(lambda cost: cost.cpu):.2f}', ratio,
        *(f'{seconds:.2f}' if (seconds := median(_part(part))) else '-' for part in PARTS),
        f'{median(lambda cost: cost.server_cpu):.2f}',
        f'{median(lambda cost: cost.wall):.1f}',
        f'{own / MIB:.0f}' if (own := median(lambda cost: cost.peak['module'])) else '-',
        f'{median(lambda cost: max(cost.peak.values())) / MIB:.0f}',
        f'{median(lambda cost: sum(cost.temporary.values())) / MIB:.1f}',
        f'{median(lambda cost: cost.growth) / 1e6:.1f}',
    ]


def _part(name: str) -> Callable[[Measurement], float]:
    return lambda cost: cost.parts[name]


def _goals(found: list[Finding]) -> Table:
    table = Table(title='Goals', title_justify='left', box=None, pad_edge=False)
    for heading in ('', 'round', 'seen', 'bound', '', 'also'):
        table.add_column(heading, overflow='fold')
    for finding in found:
        table.add_row(finding.goal, finding.round, finding.figure, finding.bound, finding.verdict(), finding.also)
    return table
