# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All faults of one kind of repository, as a process of its own: matrix.py KIND FOLDER.

One JSON document a line on stdout: {'kind', 'fault', 'outcome', 'words', 'error', 'seconds'}. After each fault a run
that nothing befalls must be good. (A process each, because the product starts children from its main thread only.)
"""

from __future__ import annotations

import json
import signal
import sys
import time
import traceback
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS.parent / '.cache' / 'collections'), str(TESTS)]

from integration.stores import faults, kinds  # noqa: E402 - the path is set first
from integration.stores.swift import Swift  # noqa: E402


def main(kind: str, work: Path) -> None:
    work.mkdir(parents=True)
    swift = Swift(work / 'swift') if issubclass(kinds.WORLDS[kind], kinds.S3) else None
    disk = faults.Disk(work / 'disk.img', work / 'swift' / 'devices' / 'd1') if swift else None
    ground = None
    try:
        world = kinds.WORLDS[kind](kind, work / 'world', swift) if swift else kinds.WORLDS[kind](kind, work / 'world')
        ground = faults.Ground(world, work, disk)
        for name in faults.FAULTS:
            reason = faults.not_applicable(kinds.WORLDS[kind], kind, name)
            facts = {'outcome': 'n/a', 'words': f'n/a: {reason}', 'seconds': 0} if reason else one(ground, kind, name)
            sys.stdout.write(json.dumps({'kind': kind, 'fault': name, **facts}) + '\n')
            sys.stdout.flush()
    finally:
        if ground:
            ground.close()
        if swift and disk:
            swift.stop()
            disk.pull()


def one(ground: faults.Ground, kind: str, name: str) -> dict:
    """One fault, and the good run after it."""
    began, ground.words = time.monotonic(), ''
    try:
        outcome = faults.fault_for(kind, name)(ground)
        ground.good()
        said = faults.words(kind, name, outcome)
    except Exception:
        outcome, said, ground.words = 'failed', 'FAILED', traceback.format_exc()
    return {'outcome': outcome, 'words': said, 'error': ground.words, 'seconds': round(time.monotonic() - began, 1)}


if __name__ == '__main__':
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # so that everything is put away
    main(sys.argv[1], Path(sys.argv[2]))
