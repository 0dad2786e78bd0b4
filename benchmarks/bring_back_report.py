# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Goals of drills and restores, in wall time, and the tables of what they took."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from benchmarks.bring_back import phases
from benchmarks.goals import Finding
from benchmarks.results import Results
from benchmarks.ways_back import BACKUP, DRILL, FIRST_DRILL, LOAD, RESTORE, WAYS_BACK

DRILL_OF_MARIADB = 0.5  # times the plain client's load, on the large site
DRILL_OF_SITE = 2.0  # times its backup, on the small site
RESTORE_OF_SITE = 1.2  # times the bare tools, on the large site
HEADINGS = {
    BACKUP: 'Backup, first run',
    FIRST_DRILL: 'First drill on a machine (makes the data directories that later ones copy)',
    LOAD: 'Load by the plain client, the server being up',
    DRILL: 'Drill: restore into a throw-away place, compare, read a share of the repository',
    RESTORE: 'Restore of the whole site into empty servers and an empty folder',
}
TITLES = {kind.name: kind.title for kind in WAYS_BACK}


def findings(size: str, results: Results) -> list[Finding]:
    """Every goal that the measured contestants can tell about; one of the other size is shown, not judged."""
    return [
        *_finding(results, size == 'large', 'drill of MariaDB alone / load by the plain client',
                  ('mariadb', DRILL), ('client', LOAD), DRILL_OF_MARIADB),
        *_finding(results, size == 'small', 'drill of the site, archive store / its backup',
                  ('archive', DRILL), ('archive', BACKUP), DRILL_OF_SITE),
        *_finding(results, size == 'small', 'drill of the site, restic store / its backup',
                  ('restic', DRILL), ('restic', BACKUP), DRILL_OF_SITE),
        *_finding(results, size == 'large', 'restore, archive store / zstd -dc | tar x, clients',
                  ('archive', RESTORE), ('zstd-tar', RESTORE), RESTORE_OF_SITE),
        *_finding(results, size == 'large', 'restore, restic store / restic by hand',
                  ('restic', RESTORE), ('restic-by-hand', RESTORE), RESTORE_OF_SITE),
    ]  # fmt: skip


def _finding(
    results: Results, judged: bool, goal: str, ours: tuple[str, str], theirs: tuple[str, str], bound: float
) -> Iterator[Finding]:
    if results.of(*ours) and results.of(*theirs):
        ratio = results.ratio(lambda number: results.wall(*ours, number), lambda number: results.wall(*theirs, number))
        met = ratio.median <= bound if judged else None
        yield Finding(goal, ours[1], str(ratio), f'<= {bound}', met, 'wall time')


def tables(results: Results) -> Iterator[Table]:
    """A table for each round that was measured."""
    for name in HEADINGS:
        if any(one.round == name for one in results.all):
            yield _costs(name, results)


def _costs(round_name: str, results: Results) -> Table:
    """Medians of a round, a line for each contestant."""
    table = Table(title=HEADINGS[round_name], title_justify='left', box=None, pad_edge=False)
    table.add_column('', no_wrap=True)
    for heading in ('wall s', 'CPU s', 'db server CPU s', 'peak MiB'):
        table.add_column(heading, justify='right')
    table.add_column('of which, in seconds', overflow='fold')
    for name in results.contestants():
        if found := results.of(name, round_name):
            figures = [results.median(name, round_name, figure) for figure in (
                lambda cost: cost.wall, lambda cost: cost.cpu, lambda cost: cost.server_cpu,
                lambda cost: max(cost.peak.values()) / 2**20,
            )]  # fmt: skip
            spent = ', '.join(f'{phase} {time / 1000:.1f}' for phase, time in phases(found[-1].output).items())
            table.add_row(TITLES[name], *(f'{figure:.1f}' for figure in figures), spent)
    return table
