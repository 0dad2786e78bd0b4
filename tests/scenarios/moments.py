# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Doing harm at a named moment of a running module: it is stopped (SIGSTOP) there, so that no clock decides a test.

    during:
      step: dump              the progress step (docs/recovery-point.md)
      child: mariadb-dump     and a child process of that name is there
      reading: large.bin      and the module has a file of that name open
      kill: true              then: kill -9 that child; or
      kill_module: true             kill -9 the module itself; or
      kill_server: true             kill -9 the database server; or
      sql: |                        run this as the database's administrator (sql_may_fail: true: it may refuse); or
      shell: |                      run this with bash; or
      run_another: true             run a second backup to its end; or
      flip: '*/*.sql.zst'           change one byte in the middle of the largest such file of the repository
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

POLL = 0.0005  # seconds: a step of a small site takes some milliseconds


def descendants(pid: int) -> dict[int, str]:
    """{pid: command name} of all processes below `pid`."""
    found: dict[int, str] = {}
    for task in Path(f'/proc/{pid}/task').glob('*/children'):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found[child] = Path(f'/proc/{child}/comm').read_text().strip()
                found |= descendants(child)
    return found


def opened(pid: int) -> set[str]:
    """Names of the files that a process has open."""
    names = set()
    with contextlib.suppress(OSError):
        for link in Path(f'/proc/{pid}/fd').iterdir():
            with contextlib.suppress(OSError):
                names.add(os.path.basename(os.readlink(link)))
    return names


class Moment:
    """One `during` of a vars.yml. `act` is called while the module stands still."""

    def __init__(self, wanted: dict[str, Any], progress: Path, act: Callable[[Moment], None]):
        self.wanted, self.progress, self.act = wanted, progress, act
        self.child = 0

    def watch(self, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
        """Wait for the moment and act. AssertionError when it never came: the scenario would prove nothing."""
        end = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < end:
            if self._is_now(process.pid):
                os.kill(process.pid, signal.SIGSTOP)
                _wait_until_stopped(process.pid)
                try:
                    if self._is_now(process.pid):
                        self.act(self)
                        return
                finally:
                    os.kill(process.pid, signal.SIGCONT)
            time.sleep(POLL)
        raise AssertionError(f'the moment {self.wanted} never came; the last step was {self._state()}')

    def _state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads(self.progress.read_text())
        except (OSError, ValueError):
            return {}
        return state

    def _is_now(self, pid: int) -> bool:
        if self.wanted.get('step') and self._state().get('step') != self.wanted['step']:
            return False
        if self.wanted.get('reading') and self.wanted['reading'] not in opened(pid):
            return False
        if self.wanted.get('child'):
            self.child = next((one for one, name in descendants(pid).items() if name == self.wanted['child']), 0)
            return self.child != 0
        return True


def _wait_until_stopped(pid: int) -> None:
    for _ in range(2000):
        with contextlib.suppress(OSError):
            if Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0] in 'TZ':
                return
        time.sleep(POLL)
    raise AssertionError(f'process {pid} does not stop')


def flip_byte(path: Path) -> None:
    """Change one byte in the middle of a file, past the owner of the file."""
    with open(path, 'r+b') as handle:
        handle.seek(path.stat().st_size // 2)
        byte = handle.read(1)
        handle.seek(-1, os.SEEK_CUR)
        handle.write(bytes([byte[0] ^ 0xFF]))
