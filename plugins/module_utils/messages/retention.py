# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention, holds, pruning and its papers."""

from __future__ import annotations

# key: (Indonesian, English)
RETENTION: dict[str, tuple[str, str]] = {}
