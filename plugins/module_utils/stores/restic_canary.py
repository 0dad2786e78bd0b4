# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proof that what the restic store wrote cannot be removed with the credentials that wrote it."""

from __future__ import annotations

from typing import Any


def canary(repository: Any, point_id: str) -> dict[str, Any]:
    """See stores.Repository."""
    raise NotImplementedError
