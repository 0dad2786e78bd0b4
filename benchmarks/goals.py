# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the product promises to cost at most, beside what it was seen to cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.results import ROUNDS, Results

MIB = 1 << 20
DATA_PATH = {'small': 1.25, 'large': 1.15}  # times the CPU of the bare zstd -3 script
UNCHANGED_WEBROOT = 0.3  # times restic's CPU
RESTIC_STORE = 1.10  # times restic by hand, on the large site
WHOLE_JOB = 0.6  # times borgmatic's CPU, on the small site
OWN_MEMORY = 64 * MIB
# The product writes no dump to a disk. Ansible's and our own small files (lists, locks) are not dumps.
TEMPORARY = MIB
OURS = ('rawat-archive', 'rawat-restic', 'module-archive', 'module-restic', 'webroot-archive')
START = 'ansible-start'


@dataclass
class Finding:
    goal: str
    round: str
    figure: str
    bound: str
    met: bool | None  # None: shown for comparison, not a goal
    also: str = ''

    def verdict(self) -> str:
        return {True: 'met', False: 'MISSED', None: '-'}[self.met]


def findings(size: str, results: Results) -> list[Finding]:
    """Every goal that the measured contestants can tell about."""
    return [
        *_data_path(size, results),
        *_unchanged_webroot(results),
        *_restic_store(size, results),
        *_whole_job(size, results),
        *_memory(results),
        *_temporary(results),
    ]


def _against(
    results: Results, goal: str, ours: str, theirs: str, round_name: str, bound: float, judged: bool = True
) -> Finding:
    """The module's own work against a peer: judged without what Python and Ansible's library cost any module."""

    def own_work(number: int) -> float:
        return results.cpu(ours, round_name, number) - results.cpu(START, round_name, number)

    def their_work(number: int) -> float:
        return results.cpu(theirs, round_name, number)

    judged_ratio = results.ratio(own_work, their_work)
    with_start = results.ratio_of(ours, theirs, round_name)
    met = judged_ratio.median <= bound if judged else None
    return Finding(goal, round_name, str(judged_ratio), f'<= {bound}', met, f"with Ansible's start {with_start}")


def _data_path(size: str, results: Results) -> Iterator[Finding]:
    if results.has('module-archive', 'cron-zstd', START):
        goal = 'archive store, data path on the target / zstd -3 script'
        for name in ROUNDS:
            yield _against(results, goal, 'module-archive', 'cron-zstd', name, DATA_PATH[size])


def _unchanged_webroot(results: Results) -> Iterator[Finding]:
    if results.has('webroot-archive', 'restic-webroot', START):
        goal = 'unchanged webroot / restic'
        yield _against(results, goal, 'webroot-archive', 'restic-webroot', 'unchanged', UNCHANGED_WEBROOT)


def _restic_store(size: str, results: Results) -> Iterator[Finding]:
    if results.has('module-restic', 'restic', START):
        goal = 'restic store, data path on the target / restic by hand' + _goal_of('large', size)
        for name in ROUNDS:
            yield _against(results, goal, 'module-restic', 'restic', name, RESTIC_STORE, judged=size == 'large')


def _whole_job(size: str, results: Results) -> Iterator[Finding]:
    for ours in ('rawat-archive', 'rawat-restic'):
        for name in ROUNDS if results.has(ours, 'borgmatic') else ():
            ratio = results.ratio_of(ours, 'borgmatic', name)
            met = ratio.median <= WHOLE_JOB if size == 'small' else None
            goal = f'whole job, {ours.split("-")[1]} store / borgmatic' + _goal_of('small', size)
            yield Finding(goal, name, str(ratio), f'<= {WHOLE_JOB}', met)


def _goal_of(size: str, measured: str) -> str:
    return '' if size == measured else f' (goal of the {size} site)'


def _memory(results: Results) -> Iterator[Finding]:
    peaks = [one.measured.peak['module'] for one in results.all if one.contestant in OURS]
    if peaks:
        peak = max(peaks)
        yield Finding('our own code on the target', 'all', f'{peak / MIB:.0f} MiB', '<= 64 MiB', peak <= OWN_MEMORY)


def _temporary(results: Results) -> Iterator[Finding]:
    held: dict[str, int] = {}
    for one in results.all:
        for program, size in one.measured.temporary.items() if one.contestant in OURS else ():
            held[program] = max(size, held.get(program, 0))
    if results.has('rawat-archive') or results.has('rawat-restic'):
        restic = held.pop('restic', 0)
        largest = max(held.values(), default=0)
        named = ', '.join(f'{program or "nobody"} {size}' for program, size in sorted(held.items()))
        also = f'held by: {named or "nobody"}; restic itself keeps packs of up to {restic} bytes before it stores them'
        met = largest < TEMPORARY
        yield Finding('temporary dump', 'all', f'{largest} bytes', f'0 (files < {TEMPORARY} are none)', met, also)
