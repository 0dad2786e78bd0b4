# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control groups (version 2): which processes belong to a host or a run, and their end."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import time

from . import machine


def processes(cgroup: pathlib.Path) -> list[int]:
    """All pids in a cgroup and below it; none when it is gone."""
    found: list[int] = []
    for group in _with_those_below(cgroup):
        with contextlib.suppress(OSError):
            found += [int(pid) for pid in (group / 'cgroup.procs').read_text().split()]
    return sorted(set(found))


def _with_those_below(cgroup: pathlib.Path) -> set[pathlib.Path]:
    """A cgroup and all below it; systemd removes some of them while they are listed, which os.walk forgives."""
    return {pathlib.Path(folder) for folder, _folders, _files in os.walk(cgroup)}


def kill(cgroup: pathlib.Path, patience: float = 15) -> None:
    """Kill every process in and below a cgroup and wait until they are gone (cgroup.kill: kernel 5.14)."""
    end = time.monotonic() + patience
    while processes(cgroup):
        if (cgroup / 'cgroup.kill').exists():
            (cgroup / 'cgroup.kill').write_text('1')
        for pid in processes(cgroup):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > end:
            raise machine.TestbedError(f'processes {processes(cgroup)} of {cgroup} do not die')
        time.sleep(0.02)


def remove(cgroup: pathlib.Path) -> None:
    """Remove an empty cgroup with those below it, the deepest first."""
    for group in sorted(_with_those_below(cgroup), key=lambda path: len(path.parts), reverse=True):
        with contextlib.suppress(OSError):
            group.rmdir()
