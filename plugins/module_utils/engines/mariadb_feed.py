# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A `mariadb` client that is fed statements from memory while others are fed, too, and that can say where it failed."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import threading
import time
from collections.abc import Sequence
from subprocess import PIPE

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import Connection, quoted
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError

OPTIONS = ('--binary-mode', '--comments', '--batch', '--skip-column-names', '--max-allowed-packet=1G')
WAITING = 8  # blocks (of 1 MiB at most) that wait for a client
POLL_SECONDS = 0.01
ANSWER_LIMIT = 64 * 1024  # bytes of the end of the answers, in which the last marker stands
_ERROR = re.compile(r'^ERROR \d+.*', re.MULTILINE)


class Feed:
    """One client with a thread that fills its standard input. `mark(what)` before what may fail."""

    def __init__(self, connection: Connection, database: str | None, *options: str):
        self._answers = process.secret_file(b'')
        name = ['--', database] if database is not None else []
        self.child = connection.spawn(
            connection.client, *OPTIONS, *options, *name, stdin=PIPE, stdout=self._answers.fileno()
        )
        self._blocks: queue.Queue[bytes | None] = queue.Queue(WAITING)
        self._marks: list[str] = []
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Blocks that were put and not taken yet."""
        return self._blocks.qsize()

    def mark(self, what: str, delimiter: bytes = b';') -> None:
        """What follows belongs to `what`: 'table posts'. The client answers with its number when it gets there."""
        if not self._marks or self._marks[-1] != what:
            self._marks.append(what)
            self.put(b'SELECT %d%s\n' % (len(self._marks) - 1, delimiter))

    def put(self, block: bytes) -> None:
        """Waits while the client is behind. Raises RestoreError when it has failed."""
        while True:
            if self.child.popen.poll() is not None:
                self._raise()
            with contextlib.suppress(queue.Full):
                return self._blocks.put(block, timeout=0.1)

    def close(self) -> None:
        """Nothing follows."""
        self.put(b'')
        self._blocks.put(None)

    def ended(self) -> bool:
        """True when the client has done everything. Raises RestoreError when it has failed."""
        if self.child.popen.poll() is None:
            return False
        self._raise()
        return True

    def kill(self) -> None:
        self.child.kill()
        self._blocks.put(None)  # the thread drops what waits and ends
        self._answers.close()

    def _carry(self) -> None:
        """Once the client is gone, take the rest and drop it: whoever puts must not wait for ever."""
        stdin = self.child.stdin
        while (block := self._blocks.get()) is not None:
            view = memoryview(block)
            with contextlib.suppress(OSError, ValueError):
                while view:
                    view = view[os.write(stdin.fileno(), view) :]
        with contextlib.suppress(OSError, ValueError):
            stdin.close()

    def _raise(self) -> None:
        """Only the lines that begin with ERROR: the client repeats the statement, and that is rows."""
        try:
            self.child.wait()
        except process.CommandFailed as failure:
            words = _ERROR.findall(failure.stderr)
            reason = words[-1][:500] if words else f'{failure.program} ended with code {failure.code}'
            raise RestoreError(f'{self._where()} could not be loaded: {reason}') from None

    def _where(self) -> str:
        size = os.fstat(self._answers.fileno()).st_size
        numbers = os.pread(self._answers.fileno(), ANSWER_LIMIT, max(0, size - ANSWER_LIMIT)).split(b'\n')
        known = [int(number) for number in numbers if number.isdigit() and int(number) < len(self._marks)]
        return self._marks[known[-1]] if known else 'the database'


def run_all(feeds: Sequence[Feed]) -> None:
    """Wait until every client has done its work; the first failure is raised, and the others are killed."""
    for feed in feeds:
        feed.close()
    try:
        running = list(feeds)
        while running := [feed for feed in running if not feed.ended()]:
            time.sleep(POLL_SECONDS)
    finally:
        for feed in feeds:
            feed.kill()


def default_database(name: str) -> bytes:
    return f'USE {quoted(name)};\n'.encode('utf-8', 'surrogateescape')
