# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of runs that were made in pieces, and of their evidence."""

from __future__ import annotations

EVIDENCE: dict[str, tuple[str, str]] = {}
