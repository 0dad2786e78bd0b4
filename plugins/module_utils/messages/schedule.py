# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of schedules and of what CI systems are told."""

from __future__ import annotations

SCHEDULE: dict[str, tuple[str, str]] = {
    'step.turn': ('menunggu giliran', 'waiting for its turn'),
}
