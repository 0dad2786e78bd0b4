# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a long module is doing right now, in one small file that the controller may read meanwhile."""

from __future__ import annotations

import contextlib
import json
import os
import time

INTERVAL = 0.5  # seconds between two writes: the reader looks once a second


def remove(path: str | None) -> None:
    """Take the file away at the end, with the folder that Ansible made for it: its controller may be dead by then."""
    folder = os.path.dirname(path or '')
    if path and os.path.basename(folder).startswith('ansible-tmp-'):
        with contextlib.suppress(OSError):  # not ours to remove, or something else is in it
            os.unlink(path)
            os.rmdir(folder)


class Progress:
    """Tells step, item and bytes of one site; `path` None keeps it silent. It never fails: a comfort, not a result."""

    def __init__(self, path: str | None, site: str):
        self.path, self.written, self.size = path, 0.0, 0
        self.state = {'site': site, 'step': '', 'item': ''}

    def step(self, step: str, item: str = '') -> None:
        """Begin a new step ('dump', 'webroot', 'test-read', …) on `item`; the byte count starts again."""
        self.state.update(step=step, item=item)
        self.size = 0
        self._write()

    def add(self, size: int) -> None:
        """Count `size` more bytes."""
        self.size += size
        if self.path and time.monotonic() - self.written >= INTERVAL:
            self._write()

    def _write(self) -> None:
        if not self.path:
            return
        self.written = time.monotonic()
        with contextlib.suppress(OSError):
            with open(f'{self.path}.new', 'w', encoding='utf-8') as handle:
                json.dump({**self.state, 'bytes': self.size}, handle)
            os.replace(f'{self.path}.new', self.path)
