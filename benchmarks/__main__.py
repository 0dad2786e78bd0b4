# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure. Usage: ``python -m benchmarks [--size small|large] [--repeat N] [--only NAME …] [--json FILE]``.

The exit code is 0 when everything could be measured, whether or not the goals were met: misses are shown.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks import goals, report, rounds, sources
from benchmarks.results import Results

REPETITIONS = {'small': 5, 'large': 1}
NAMES = [kind.name for kind in rounds.CONTESTANTS]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m benchmarks')
    parser.add_argument('--size', choices=sorted(REPETITIONS), default='small')
    parser.add_argument('--repeat', type=int, help='repetitions of all rounds; 5 for the small site, 1 for the large')
    parser.add_argument('--only', nargs='+', choices=NAMES, default=NAMES, metavar='NAME', help=', '.join(NAMES))
    parser.add_argument('--json', type=Path, help='where to write every figure')
    return parser.parse_args()


def main() -> int:
    wanted = arguments()
    sources.end_cleanly()
    sources.require_programs()
    sources.borgmatic()
    facts, measured = rounds.play(wanted.size, wanted.repeat or REPETITIONS[wanted.size], wanted.only)
    results = Results(measured)
    found = goals.findings(wanted.size, results)
    document = report.as_document(wanted.size, facts, results, found)
    if wanted.json:
        wanted.json.write_text(json.dumps(document, indent=1) + '\n')
    report.show(document, results, found, {kind.name: kind for kind in rounds.CONTESTANTS})
    return 0


if __name__ == '__main__':
    sys.exit(main())
