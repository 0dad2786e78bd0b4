# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How tests bring a dump back: private servers in short folders, the stream in blocks, a child that is killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines import engine
from integration.engines.dumping import dump


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder that the servers' accounts can pass through (pytest's own cannot be)."""
    path = Path(tempfile.mkdtemp(prefix='rawat-copy-'))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def options(base: Path) -> dict[str, Any]:
    return {'state_directory': str(base / 'state')}


@contextlib.contextmanager
def private(database: dict, base: Path, name: str = 'server', part: dict | None = None) -> Iterator[Any]:
    directory = base / name
    directory.mkdir()
    with engine(database['engine']).private_server(str(directory), options(base), part) as server:
        yield server


class Point:
    """A dump that was taken of `database`, to be read as often as a test likes."""

    def __init__(self, database: dict, base: Path):
        self.base = base
        self.part, _stream, _capture = dump(database, base)
        self.part['version'] = ''

    def dump(self, size: int = 1024 * 1024) -> Iterator[bytes]:
        return blocks(self.base / self.part['file'], size)

    def accounts(self) -> Iterator[bytes] | None:
        return blocks(self.base / self.part['accounts_file']) if 'accounts_file' in self.part else None


def blocks(file: Path, size: int = 1024 * 1024) -> Iterator[bytes]:
    done = subprocess.run(['zstd', '-dc', file], capture_output=True, check=True, timeout=60)
    for start in range(0, len(done.stdout), size):
        yield done.stdout[start : start + size]


def python(program: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A Python of its own that knows the product; for tests that kill it."""
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(path for path in sys.path if path)}
    argv = [sys.executable, '-c', program, *arguments]
    return subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, start_new_session=True)


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> int:
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    return process.wait(10)


def working_in(directory: Path) -> list[str]:
    """Who works in `directory`: the titles of PostgreSQL's children hold no path."""
    found = []
    for path in Path('/proc').glob('[0-9]*/cwd'):
        with contextlib.suppress(OSError):
            if os.readlink(path).startswith(str(directory)):
                found.append(path.parent.name)
    return found


def gone_within(seconds: float, directory: Path) -> bool:
    deadline = time.monotonic() + seconds
    while working_in(directory):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
