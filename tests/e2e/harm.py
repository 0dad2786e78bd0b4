# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding and holding what works on a host, from outside: no clock decides when a test does its harm."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from testbed import Host

PATIENCE = 90  # seconds


def wait_for(what: Callable[[], object], why: str, seconds: float = PATIENCE) -> None:
    """Until `what` is true; AssertionError with `why` when it never is."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f'not within {seconds} s: {why}'
        time.sleep(0.02)


def named(host: Host, name: str) -> list[int]:
    """Pids, as this machine counts them, of the host's processes of that name."""
    found = []
    for pid in host.processes():
        with contextlib.suppress(OSError):
            if Path(f'/proc/{pid}/comm').read_text().strip() == name:
                found.append(pid)
    return found


def parent(pid: int) -> int:
    """The parent of a process."""
    return int(Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[1])


def state(pid: int) -> str:
    """R, S, T (stopped), Z; '' when it is gone."""
    with contextlib.suppress(OSError):
        return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0]
    return ''


def hold(host: Host, child: str) -> tuple[int, int]:
    """Wait until the module on the host has a child of that name, and stop the module there: (module, child)."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for pid in named(host, child):
            with contextlib.suppress(OSError):
                module = parent(pid)
                os.kill(module, signal.SIGSTOP)
                wait_for(lambda module=module: state(module) in ('T', ''), 'the module stops')
                if state(pid) not in ('', 'Z'):
                    return module, pid
                os.kill(module, signal.SIGCONT)
        time.sleep(0.002)
    raise AssertionError(f'no {child} on {host.name} within {PATIENCE} s')


def resume(module: int) -> None:
    """Let a held module go on; nothing happens when it is dead."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(module, signal.SIGCONT)


def idle(host: Host) -> bool:
    """Does nothing of a backup run on the host?"""
    return not any(named(host, name) for name in ('zstd', 'restic', 'mariadb-dump', 'pg_dump'))
