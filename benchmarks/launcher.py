# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands between the benchmark and one measured command, so that the command's whole tree is accounted: no imports.

Adopts the orphans of the tree (PR_SET_CHILD_SUBREAPER), waits for every process of it, and writes the exit code, the
wall time, the exact CPU time of the tree (wait4) and how many processes outlived the command, as JSON, to the file
descriptor named first. Usage: ``launcher.py FD COMMAND ...``
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import time

SET_CHILD_SUBREAPER = 36  # linux/prctl.h
PATIENCE = 10  # seconds that orphans may take to end by themselves


def main() -> None:
    report, command = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_CLOSE, report)])
    status = wait_for(child)
    wall = time.monotonic() - began
    outlived = wait_for_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {
        'exit_code': os.waitstatus_to_exitcode(status),
        'wall_seconds': wall,
        'cpu_seconds': used.ru_utime + used.ru_stime,
        'outlived': outlived,
    }
    os.write(report, json.dumps(found).encode())


def wait_for(child: int) -> int:
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            return status


def wait_for_orphans() -> int:
    """How many processes had to be killed because they did not end. Each becomes our child when its parent ends."""
    deadline, killed = time.monotonic() + PATIENCE, 0
    while True:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return killed
        if pid == 0:
            if time.monotonic() > deadline:
                killed += kill_children()
            time.sleep(0.05)


def kill_children() -> int:
    with open(f'/proc/self/task/{os.getpid()}/children', encoding='ascii') as listing:
        children = listing.read().split()
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    return len(children)


main()
