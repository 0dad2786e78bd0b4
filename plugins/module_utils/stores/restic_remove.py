# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing a point of the restic store: its snapshots are forgotten; a prune gives back their room."""

from __future__ import annotations

from typing import Any


def remove(repository: Any, point_id: str) -> None:
    """See stores.Repository."""
    raise NotImplementedError


def reclaim(repository: Any, progress: Any) -> dict[str, Any]:
    """See stores.Repository."""
    raise NotImplementedError
