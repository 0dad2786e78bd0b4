# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rounds: everybody's first run, then everybody's second run on an unchanged site, then on one that has changed."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import peers, rawat
from benchmarks.measure import Meter, Place
from benchmarks.peers import Contestant
from benchmarks.results import CREATE, ROUNDS, Result
from benchmarks.workload import Site, copy_of_site

WORKING_PLACE = '/var/tmp'  # noqa: S108  (mkdtemp makes a folder of its own; PostgreSQL's account must get there)
CONTESTANTS: tuple[type[Contestant], ...] = (
    rawat.RawatArchive, rawat.RawatRestic, peers.Borgmatic, peers.Restic,
    peers.CronGzip, peers.CronZstd, peers.CronZstdOneThread,
    rawat.ModuleArchive, rawat.ModuleRestic, rawat.WebrootArchive, peers.ResticWebroot, rawat.AnsibleStart,
)


@contextlib.contextmanager
def working_site(size: str, keep: bool = False) -> Iterator[tuple[Path, Site]]:
    """A working folder and the site in it, with its servers running; gone after the block."""
    folder = Path(tempfile.mkdtemp(prefix='rawat-benchmark-', dir=WORKING_PLACE))
    folder.chmod(0o711)
    try:
        with copy_of_site(size, folder) as site:
            yield folder, site
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def play(size: str, repetitions: int, chosen: list[str]) -> tuple[dict, list[Result]]:
    """Facts of the site, and every measurement."""
    with working_site(size) as (folder, site):
        facts = site.facts()
        meter = Meter(site.server_cpu_seconds)
        results: list[Result] = []
        for number in range(repetitions):
            results += _repetition(number, site, meter, folder, chosen)
        return facts, results


def _repetition(number: int, site: Site, meter: Meter, folder: Path, chosen: list[str]) -> Iterator[Result]:
    """All rounds with fresh repositories; everybody's turn in each round before the next one begins."""
    shutil.rmtree(folder / 'contestants', ignore_errors=True)
    turns = [kind(site, Place(folder / 'contestants' / kind.name)) for kind in CONTESTANTS if kind.name in chosen]
    warm(site)
    share_restic_key(folder / 'empty', turns)
    for contestant in turns:
        contestant.prepare()
        command = contestant.create()
        if command:
            measured = meter.run(command, contestant.place, contestant.part_of)
            yield told(Result(contestant.name, CREATE, number, measured))
    for round_name in ROUNDS:
        if round_name == 'changed':
            site.change()
        for contestant in turns:
            measured = meter.run(contestant.backup(), contestant.place, contestant.part_of)
            if round_name == 'first' and contestant.stores and not measured.growth:
                raise RuntimeError(f'{contestant.name} ended well but its repository holds nothing\n{measured.output}')
            yield told(Result(contestant.name, round_name, number, measured))


def share_restic_key(empty: Path, turns: Sequence[Contestant]) -> None:
    """Everybody with restic begins with a copy of one empty repository.

    restic chooses how dear its key is by the speed of the machine at that moment (half a second a call), and keeps it
    so: repositories of their own would differ by a factor of two.
    """
    shutil.rmtree(empty, ignore_errors=True)
    peers.empty_restic_repository(empty)
    for contestant in turns:
        if contestant.restic:
            shutil.copytree(empty, contestant.place.repository, dirs_exist_ok=True)


def warm(site: Site) -> None:
    """Read every file once, so that nobody pays for the first reading from disk."""
    for path in site.webroot.rglob('*'):
        if path.is_file():
            path.read_bytes()


def told(result: Result) -> Result:
    """Show on standard error that the benchmark lives."""
    cost = result.measured
    print(
        f'{result.repetition + 1} {result.round:10} {result.contestant:16} {cost.cpu:8.2f} CPU s {cost.wall:8.1f} s',
        file=sys.stderr, flush=True,
    )
    return result
