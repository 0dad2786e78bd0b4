# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one command and says what it cost, part by part.

The CPU time of the tree is exact (wait4). How it splits over its processes comes from the kernel's records of ended
tasks, which are made just before a process gives its memory back: that last bit (1 to 4 % in all) is spread over the
parts in proportion.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from benchmarks.sources import SYSTEM_PYTHON
from benchmarks.taskstats import Listener, Process
from benchmarks.watch import Watch

LAUNCHER = Path(__file__).with_name('launcher.py')
PARTS = ('controller', 'module', 'children')
Classify = Callable[[str, list[str]], str]  # (name of a process, names of its ancestors, nearest first) -> one of PARTS


@dataclass
class Command:
    """What is run: words, the data on its standard input, and the environment beside PATH, HOME and TMPDIR."""

    argv: list[str]
    feed: bytes = b''
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Place:
    """The folders of one contestant."""

    folder: Path

    def __post_init__(self) -> None:
        for folder in (self.repository, self.home, self.temporary):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def repository(self) -> Path:
        return self.folder / 'repository'

    @property
    def home(self) -> Path:
        return self.folder / 'home'

    @property
    def temporary(self) -> Path:
        return self.folder / 'tmp'

    @property
    def output(self) -> Path:
        return self.folder / 'output.log'


@dataclass
class Measurement:
    """Seconds and bytes of one run of one contestant."""

    wall: float
    cpu: float  # of the command's whole tree
    parts: dict[str, float]  # the same, split
    server_cpu: float
    peak: dict[str, int]  # largest resident set of a single process, of each part
    programs: dict[str, float]  # CPU seconds by name of the process
    peak_together: int  # of the whole tree at one moment, sampled once a second
    temporary: dict[str, int]  # largest sum of temporary files, by the program that held them
    growth: int  # of the repository
    outlived: int  # processes that had not ended 10 s later and were killed
    output: str

    def as_dict(self) -> dict:
        return {key: value for key, value in asdict(self).items() if key != 'output'}


class Meter:
    """Measures commands, one at a time; the servers' CPU time is asked from `server_cpu_seconds`."""

    def __init__(self, server_cpu_seconds: Callable[[], float]) -> None:
        self._listener = Listener()
        self._server_cpu_seconds = server_cpu_seconds

    def run(self, command: Command, place: Place, classify: Classify, may_outlive: bool = False) -> Measurement:
        """RuntimeError when the command fails, or leaves processes behind and may not."""
        size, server_cpu = size_of(place.repository), self._server_cpu_seconds()
        with place.output.open('wb') as output:
            self._listener.start()
            top, watch, report = _launch(command, place, output)
            processes = self._listener.stop()
        server_cpu = self._server_cpu_seconds() - server_cpu
        text = place.output.read_text(errors='replace')
        if report['exit_code'] or (report['outlived'] and not may_outlive):
            ended = f'exit code {report["exit_code"]}, {report["outlived"]} processes outlived it'
            raise RuntimeError(f'{ended}: {" ".join(command.argv)}\n{text[-4000:]}')
        tree = _tree_of(top, processes, watch.parents)
        parts, peak, programs = _split(top, tree, watch.parents, classify, report['cpu_seconds'])
        return Measurement(
            wall=report['wall_seconds'], cpu=report['cpu_seconds'], parts=parts, server_cpu=server_cpu, peak=peak,
            programs=programs, peak_together=watch.peak_memory, temporary=watch.peak_temporary,
            growth=size_of(place.repository) - size, outlived=report['outlived'], output=text,
        )


def _launch(command: Command, place: Place, output: IO[bytes]) -> tuple[int, Watch, dict]:
    reading, writing = os.pipe()
    environment = {
        'PATH': os.environ['PATH'], 'LANG': 'C.UTF-8', 'HOME': str(place.home), 'TMPDIR': str(place.temporary),
        **command.environment,
    }
    child = subprocess.Popen(
        [SYSTEM_PYTHON, '-I', '-S', str(LAUNCHER), str(writing), *command.argv],
        stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment, pass_fds=[writing], cwd=place.folder,
    )
    os.close(writing)
    with Watch(child.pid, [place.repository, place.home, place.output], place.temporary) as watch:
        child.communicate(command.feed)
    with os.fdopen(reading) as report:
        text = report.read()
    if not text:
        sys.exit(f'could not start {command.argv[0]}: {place.output.read_text()}')
    return child.pid, watch, json.loads(text)


def _tree_of(top: int, processes: list[Process], parents: dict[int, int]) -> dict[int, Process]:
    """The ended processes below `top`, by process id."""
    known = {process.pid: process for process in processes}

    def below(pid: int) -> bool:
        seen: set[int] = set()
        while pid != top and pid not in seen:
            seen.add(pid)
            parent = parents.get(pid) or (known[pid].parent if pid in known else 0)
            if not parent:
                return False
            pid = parent
        return pid == top

    return {pid: process for pid, process in known.items() if pid != top and below(pid)}


def _split(
    top: int, tree: dict[int, Process], parents: dict[int, int], classify: Classify, exact: float
) -> tuple[dict[str, float], dict[str, int], dict[str, float]]:
    parts, peak = dict.fromkeys(PARTS, 0.0), dict.fromkeys(PARTS, 0)
    programs: dict[str, float] = {}
    for process in tree.values():
        part = classify(process.command, _ancestors(process, top, tree, parents))
        parts[part] += process.cpu_seconds
        peak[part] = max(peak[part], process.peak_bytes)
        programs[process.command] = programs.get(process.command, 0.0) + process.cpu_seconds
    share = exact / (sum(parts.values()) or exact)
    parts = {part: seconds * share for part, seconds in parts.items()}
    return parts, peak, {name: seconds * share for name, seconds in programs.items()}


def _ancestors(process: Process, top: int, tree: dict[int, Process], parents: dict[int, int]) -> list[str]:
    names, pid = [], parents.get(process.pid) or process.parent
    while pid != top and pid in tree:
        names.append(tree[pid].command)
        pid = parents.get(pid) or tree[pid].parent
    return names


def size_of(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(os.lstat(f'{place}/{file}').st_size for place, _folders, files in os.walk(folder) for file in files)
