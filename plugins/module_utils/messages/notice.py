# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of alarms and of the digest of a run."""

from __future__ import annotations

NOTICE: dict[str, tuple[str, str]] = {}
