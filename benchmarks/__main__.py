# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure. Usage: ``python -m benchmarks [--size small|large] [--repeat N] [--only NAME …] [--json FILE]``.

Two parts, one after the other: backups (rounds.py), then drills and restores (bring_back.py). ``--only`` takes the name
of a part or of contestants. The exit code is 0 when everything could be measured, whether or not the goals were met:
misses are shown.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from pathlib import Path

from benchmarks import bring_back, bring_back_report, goals, report, rounds, sources, ways_back
from benchmarks.results import Results

REPETITIONS = {'small': 5, 'large': 1}
PARTS = {
    'backups': [kind.name for kind in rounds.CONTESTANTS],
    'restores': [f'back-{kind.name}' for kind in ways_back.WAYS_BACK],
}
NAMES = [name for names in PARTS.values() for name in names]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m benchmarks')
    parser.add_argument('--size', choices=sorted(REPETITIONS), default='small')
    parser.add_argument('--repeat', type=int, help='repetitions of all rounds; 5 for the small site, 1 for the large')
    known = [*PARTS, *NAMES]
    parser.add_argument('--only', nargs='+', choices=known, default=list(PARTS), metavar='NAME', help=', '.join(known))
    parser.add_argument('--rounds', nargs='+', choices=ways_back.ROUNDS[1:], default=ways_back.ROUNDS[1:],
                        metavar='ROUND', help=f'of the drills and restores: {", ".join(ways_back.ROUNDS[1:])}')
    parser.add_argument('--json', type=Path, help='where to write every figure')
    return parser.parse_args()


def main() -> int:
    wanted = arguments()
    sources.end_cleanly()
    sources.require_programs()
    sources.borgmatic()
    repetitions = wanted.repeat or REPETITIONS[wanted.size]
    documents = {}
    measures = {'backups': measure_backups, 'restores': functools.partial(measure_restores, wanted.rounds)}
    for part, measure in measures.items():
        chosen = [name for name in PARTS[part] if name in wanted.only or part in wanted.only]
        if chosen:
            documents[part] = measure(wanted.size, repetitions, chosen)
            if wanted.json:
                wanted.json.write_text(json.dumps(documents, indent=1) + '\n')
    return 0


def measure_backups(size: str, repetitions: int, chosen: list[str]) -> dict:
    facts, measured = rounds.play(size, repetitions, chosen)
    results = Results(measured)
    found = goals.findings(size, results)
    document = report.as_document(size, facts, measured, found)
    report.show(document, report.backups(results, {kind.name: kind for kind in rounds.CONTESTANTS}), found)
    return document


def measure_restores(chosen_rounds: list[str], size: str, repetitions: int, chosen: list[str]) -> dict:
    names = [name.removeprefix('back-') for name in chosen]
    facts, measured = bring_back.play(size, repetitions, names, chosen_rounds)
    results = Results(measured)
    found = bring_back_report.findings(size, results)
    document = report.as_document(size, facts, measured, found)
    report.show(document, bring_back_report.tables(results), found)
    return document


if __name__ == '__main__':
    sys.exit(main())
