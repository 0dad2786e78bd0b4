# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of sites are written by as many processes as the machine has processors; each takes every n-th site.

By far most of a board is its sites' pages, and none needs to know of another. The processes are forked: what they work
on is there already, so that no fact has to be handed over, only the little that the index shows comes back.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from rawat.board import pages
from rawat.board.states import Bounds, Site

PROCESSES = 8  # at most
FEW = 20  # sites that are not worth a second process

_work: Work | None = None  # of the process that forks, for those that are forked


class Work:
    """The pages of `sites` under the file names `names`, below the folder `place`, by the drawers of all languages."""

    def __init__(
        self, place: Path, sites: Sequence[Site], names: Sequence[str], drawers: Mapping[str, pages.Pages],
        bounds: Bounds,
    ):  # fmt: skip
        self.place, self.sites, self.names, self.drawers, self.bounds = place, sites, names, drawers, bounds

    def share(self, number: int, of: int) -> list[pages.Drawn]:
        """Write the pages of every `of`-th site from `number` on; what was drawn, without the rows of tables."""
        drawn = []
        for site, name in list(zip(self.sites, self.names))[number::of]:
            one = pages.draw(site, name, self.bounds)
            for prefix, drawer in self.drawers.items():
                path = self.place / prefix / 'sites' / f'{name}.html'
                path.write_text(drawer.site(site, one), encoding='utf-8')
            drawn.append(one._replace(cells=[]))
        return drawn


def write_sites(work: Work) -> list[pages.Drawn]:
    """Write all pages of sites; what was drawn of each, in their order."""
    global _work
    for prefix in work.drawers:
        (work.place / prefix / 'sites').mkdir(parents=True)
    count = min(os.cpu_count() or 1, PROCESSES)
    if count == 1 or len(work.sites) < FEW:
        return work.share(0, 1)
    _work = work
    try:
        with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context('fork')) as pool:
            shares = list(pool.map(_share, range(count), [count] * count))
    finally:
        _work = None
    return [shares[number % count][number // count] for number in range(len(work.sites))]


def _share(number: int, of: int) -> list[pages.Drawn]:
    assert _work is not None  # noqa: S101  only ever called in a process that write_sites forked
    return _work.share(number, of)
