# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All measurements of a run, and ratios: always within one repetition, so that both saw the same machine."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.measure import Measurement

CREATE = 'create'
ROUNDS = ('first', 'unchanged', 'changed')


@dataclass
class Result:
    contestant: str
    round: str
    repetition: int
    measured: Measurement


class Ratio(NamedTuple):
    """Median, smallest and largest of the repetitions."""

    median: float
    smallest: float
    largest: float

    def __str__(self) -> str:
        spread = f' ({self.smallest:.2f} to {self.largest:.2f})' if self.smallest != self.largest else ''
        return f'{self.median:.2f}{spread}'


class Results:
    def __init__(self, results: list[Result]) -> None:
        self.all = results
        self._by_key = {(one.contestant, one.round, one.repetition): one.measured for one in results}

    def contestants(self) -> list[str]:
        return list(dict.fromkeys(one.contestant for one in self.all))

    def repetitions(self) -> list[int]:
        return sorted({one.repetition for one in self.all})

    def has(self, *contestants: str) -> bool:
        return set(contestants) <= set(self.contestants())

    def of(self, contestant: str, round_name: str) -> list[Measurement]:
        """One measurement a repetition; empty where the contestant has no such round."""
        found = (self._by_key.get((contestant, round_name, number)) for number in self.repetitions())
        return [measured for measured in found if measured]

    def median(self, contestant: str, round_name: str, figure: Callable[[Measurement], float]) -> float:
        return statistics.median(map(figure, self.of(contestant, round_name)))

    def cpu(self, contestant: str, round_name: str, repetition: int) -> float:
        """CPU seconds; what makes a repository beforehand is a round of its own."""
        return self._by_key[contestant, round_name, repetition].cpu

    def wall(self, contestant: str, round_name: str, repetition: int) -> float:
        """Seconds."""
        return self._by_key[contestant, round_name, repetition].wall

    def ratio_of(self, ours: str, theirs: str, round_name: str) -> Ratio:
        """Of the CPU seconds of two contestants."""
        return self.ratio(
            lambda number: self.cpu(ours, round_name, number), lambda number: self.cpu(theirs, round_name, number)
        )

    def ratio(self, ours: Callable[[int], float], theirs: Callable[[int], float]) -> Ratio:
        """Both functions give a figure for a repetition."""
        ratios = [ours(number) / theirs(number) for number in self.repetitions()]
        return Ratio(statistics.median(ratios), min(ratios), max(ratios))
