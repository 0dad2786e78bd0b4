# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stream into restic. Small ones are kept in memory and share a snapshot, because every call of restic costs half a
CPU second; a large one gets its own `restic backup --stdin`.

restic before 0.17 saves a valid-looking snapshot when its input ends early: on a bad dump it is killed before that.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import Child, CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.stores.compress import write_all
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_cli import Patience, summary

FILES, BUNDLE = 'files', 'files.tar'  # the part and the file of the small streams
BUNDLE_LIMIT = 8 * 1024 * 1024  # bytes of all small streams of a point, in memory


class ResticStream:
    """See stores.Writer."""

    def __init__(self, point: Any, name: str, part: str | None = None, own_snapshot: bool = False):
        self.point, self.name, self.part, self.own_snapshot = point, name, part or name, own_snapshot
        self.child: Child | None = None
        self.waiting: list[bytes] = []  # what restic was not given yet
        self.size, self.waiting_size, self.snapshot_id = 0, 0, ''

    def write(self, block: Any) -> None:
        """See stores.Writer."""
        self.size += len(block)
        if self.child is not None:
            self._send(self.child, block)
            return
        self.waiting.append(bytes(block))
        self.waiting_size += len(block)
        if self.waiting_size + sum(map(len, self.point.small.values())) > BUNDLE_LIMIT:
            self._start()

    def _send(self, child: Child, block: Any) -> None:
        try:
            write_all(child.stdin.fileno(), block)
        except BrokenPipeError:
            raise self._explain(child) from None

    def _explain(self, child: Child) -> RepositoryError:
        try:
            child.wait()
        except CommandFailed as failure:
            return self.point.restic.error(f'{self.name} cannot be stored', failure)
        return RepositoryError(f'restic ended before the end of {self.name}')

    def _start(self, end: bool = False) -> bytes:
        """Start restic and give it what waits; with `end` also the end of the input, then its output is returned.

        A restic that finds the repository locked ends before it reads, so all that waits can be given to another one.
        """
        restic, patience = self.point.restic, Patience(self.point.restic.lock_wait)
        command = ['backup', '--json', '--stdin', '--stdin-filename', f'/{self.name}', *self.point.tags(self.part)]
        while True:
            child = self.child = restic.start(command, fed=True)
            output = b''
            try:
                try:
                    for block in self.waiting:
                        write_all(child.stdin.fileno(), block)
                except BrokenPipeError:
                    child.wait()
                if end:
                    child.stdin.close()
                    output = child.stdout.read()
                    child.wait()
                self.waiting = []
                return output
            except CommandFailed as failure:
                restic.wait_or_raise(failure, f'{self.name} cannot be stored', patience)

    def finish(self) -> dict[str, Any]:
        """{'file', 'snapshot_part', 'snapshot_id' (None: in the shared snapshot), 'stored_bytes'}."""
        if self.child is None and not self.own_snapshot:
            self.point.small[self.name] = b''.join(self.waiting)
            self.waiting = []
            return {'file': self.name, 'snapshot_part': FILES, 'snapshot_id': None, 'stored_bytes': self.size}
        facts = summary(self._start(end=True) if self.child is None else self._end(self.child))
        self.snapshot_id = facts['snapshot_id']
        self.point.written.append(self.snapshot_id)
        self.point.added += facts['data_added']
        if facts['total_bytes_processed'] != self.size:
            raise RepositoryError(
                f'{self.name}: restic stored {facts["total_bytes_processed"]} bytes, {self.size} were given to it'
            )
        stored = {'file': self.name, 'snapshot_part': self.part, 'snapshot_id': self.snapshot_id}
        return {**stored, 'stored_bytes': facts['data_added']}

    def _end(self, child: Child) -> bytes:
        try:
            child.stdin.close()
            output = child.stdout.read()
            child.wait()
            return output
        except (CommandFailed, BrokenPipeError):
            raise self._explain(child) from None

    def stop(self) -> None:
        """Kill restic before its input ends."""
        if self.child is not None:
            self.child.kill()

    def abort(self) -> None:
        """Throw the stream away. A snapshot that is there already is forgotten."""
        self.stop()
        self.waiting = []
        self.point.small.pop(self.name, None)
        if self.snapshot_id in self.point.written:
            self.point.repository.forget([self.snapshot_id])
            self.point.written.remove(self.snapshot_id)
