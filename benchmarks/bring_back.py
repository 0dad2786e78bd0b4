# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rounds of drills and restores: everybody backs the site up, then everybody brings it back into empty places.

A restore counts only when what it brought is whole: all rows of all tables, all files with all their bytes. A drill
counts only when it found databases and files equal to what was recorded.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import rounds, servers, tables, ways_back
from benchmarks.measure import Meter, Place
from benchmarks.results import Result
from benchmarks.ways_back import BACKUP, DRILL, FIRST_DRILL, LOAD, RESTORE, Fresh, WayBack
from benchmarks.workload import Site


def play(
    size: str, repetitions: int, chosen: list[str], chosen_rounds: Sequence[str]
) -> tuple[dict, list[Result]]:
    """Facts of the site, and every measurement."""
    with rounds.working_site(size) as (folder, site):
        running: list[servers.Server] = [site.mariadb, site.postgresql]
        meter = Meter(lambda: sum(server.cpu_seconds() for server in running))
        stage = Stage(site, folder, meter, running, (BACKUP, *chosen_rounds))
        facts, results = site.facts(), []
        for number in range(repetitions):
            results += stage.repetition(number, chosen)
        return facts, results


class Stage:
    """`running`: the servers whose CPU time the meter counts; fresh ones are added while they run."""

    def __init__(
        self, site: Site, folder: Path, meter: Meter, running: list[servers.Server], chosen_rounds: Sequence[str]
    ) -> None:
        self.site, self.folder, self.meter, self.running = site, folder, meter, running
        self.rounds = [name for name in ways_back.ROUNDS if name in chosen_rounds]

    def repetition(self, number: int, chosen: list[str]) -> Iterator[Result]:
        """Fresh repositories; in each round, everybody's turn before the next begins."""
        places = self.folder / 'contestants'
        shutil.rmtree(places, ignore_errors=True)
        kinds = [kind for kind in ways_back.WAYS_BACK if kind.name in chosen]
        turns = [kind(self.site, Place(places / kind.name)) for kind in kinds]
        for turn in turns:
            turn.place.folder.chmod(0o711)  # a drill's servers have accounts of their own
            turn.place.home.chmod(0o711)
        rounds.share_restic_key(self.folder / 'empty', turns)
        rounds.warm(self.site)
        for turn in turns:
            turn.prepare()
            if command := turn.create():
                self.meter.run(command, turn.place, turn.part_of)
        for round_name in self.rounds:
            for turn in turns:
                if round_name in (BACKUP, *turn.takes_part_in):
                    yield rounds.told(self._turn(turn, round_name, number))

    def _turn(self, turn: WayBack, round_name: str, number: int) -> Result:
        """One measurement. What the disk still owes to the one before is written first."""
        with self._fresh(turn, round_name) as fresh:
            command = turn.backup() if round_name == BACKUP else turn.bring_back(round_name, fresh)
            os.sync()
            measured = self.meter.run(command, turn.place, turn.part_of)
            if round_name in (FIRST_DRILL, DRILL):
                _require_equal(turn, measured.output)
            elif round_name != BACKUP:
                self._require_whole(turn, round_name, fresh)
        return Result(turn.name, round_name, number, measured)

    @contextlib.contextmanager
    def _fresh(self, turn: WayBack, round_name: str) -> Iterator[Fresh]:
        """Empty servers where the round wants them, and a place without files; all gone afterwards."""
        folder = self.folder / 'fresh'
        aside = self.site.webroot.with_name('webroot-aside')
        fresh = Fresh(servers.MariaDB(folder), servers.PostgreSQL(folder), folder / 'webroot')
        try:
            with contextlib.ExitStack() as stack:
                if round_name in (LOAD, RESTORE):
                    large = self.site.size.large and not turn.default_server
                    started = stack.enter_context(servers.running(folder, large))
                    fresh = Fresh(*started, self._empty_place(turn, folder, aside))
                    _make_databases(turn, fresh)
                    self.running += started
                yield fresh
        finally:
            del self.running[2:]
            if aside.exists():
                shutil.rmtree(self.site.webroot, ignore_errors=True)
                aside.rename(self.site.webroot)
            shutil.rmtree(folder, ignore_errors=True)

    def _empty_place(self, turn: WayBack, folder: Path, aside: Path) -> Path:
        if turn.in_place:
            self.site.webroot.rename(aside)
            return self.site.webroot
        (folder / 'webroot').mkdir()
        return folder / 'webroot'

    def _require_whole(self, turn: WayBack, round_name: str, fresh: Fresh) -> None:
        """RuntimeError unless every table has its rows and, after a restore, the files have their bytes."""
        found, expected = _rows(fresh.mariadb), _rows(self.site.mariadb)
        if round_name == RESTORE:
            found += [*_rows(fresh.postgresql), _files(fresh.webroot)]
            aside = self.site.webroot.with_name('webroot-aside')
            expected += [*_rows(self.site.postgresql), _files(aside if turn.in_place else self.site.webroot)]
        if found != expected:
            raise RuntimeError(f'{turn.name} ended well and brought back {found} instead of {expected}')


def _make_databases(turn: WayBack, fresh: Fresh) -> None:
    if not turn.makes_databases:
        fresh.mariadb.sql(f'CREATE DATABASE {servers.DATABASE} CHARACTER SET utf8mb4', None)
        fresh.postgresql.sql(f'CREATE DATABASE {servers.DATABASE}', 'postgres')


def _rows(server: servers.MariaDB | servers.PostgreSQL) -> list[str]:
    counts = ' UNION ALL '.join(f"SELECT '{table.name}', COUNT(*) FROM {table.name}" for table in tables.TABLES)
    return sorted(server.sql(f'{counts};').replace('\t', '|').splitlines())


def _files(folder: Path) -> str:
    files = [path for path in folder.rglob('*') if path.is_file()]
    return f'{len(files)} files, {sum(path.stat().st_size for path in files)} bytes'


def _require_equal(turn: WayBack, output: str) -> None:
    """RuntimeError unless the drill says that all it restored is equal to what was recorded."""
    drill = told_by(output)['drill']
    site = turn.described_site()
    wanted = {'census_equal': bool(site['databases']) or None, 'files_equal': bool(site['webroots']) or None}
    found = {key: drill[key] for key in wanted}
    if drill['grade'] not in 'AB' or found != wanted:
        raise RuntimeError(f'{turn.name}: the drill ended with {drill["grade"]}, {drill["reason"]}; {found}')


def told_by(output: str) -> dict:
    """The entry of the one site in what a module has printed."""
    lines = [line for line in output.splitlines() if line.startswith('{')]
    if not lines:
        sys.exit(f'the module told nothing:\n{output}')
    return dict(json.loads(lines[-1])['sites'][0])


def phases(output: str) -> dict[str, int]:
    """Milliseconds of each phase of a drill or restore of ours; empty for others."""
    if not any(line.startswith('{"') for line in output.splitlines()):
        return {}
    entry = told_by(output)
    return dict((entry.get('drill') or entry.get('restore') or {}).get('phases') or {})
