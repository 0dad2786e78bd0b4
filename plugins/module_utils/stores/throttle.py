# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The setting `bandwidth_limit`, for streams that pass through us."""

from __future__ import annotations

import threading
import time
from typing import Any

PIECE = 64 * 1024  # bytes that go at once, so that a slow line is not fed in bursts and a stop is heard soon


class Throttle:
    """Shares so many KiB a second among all streams to one place; 0 lets everything pass."""

    def __init__(self, kib_per_second: int):
        self.rate = kib_per_second * 1024
        self.turn, self.free_at = threading.Lock(), 0.0

    def pieces(self, block: bytes) -> list[Any]:
        """A block in the pieces that `wait` is called for."""
        if not self.rate:
            return [block]
        view = memoryview(block)
        return [view[start : start + PIECE] for start in range(0, len(view), PIECE)]

    def wait(self, size: int) -> None:
        """Return when `size` more bytes may go. Nothing is saved up while nothing is sent."""
        if not self.rate:
            return
        with self.turn:
            now = time.monotonic()
            begin = max(now, self.free_at)
            self.free_at = begin + size / self.rate
        time.sleep(begin - now)
