# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of runs that other machines carry out."""

from __future__ import annotations

WORKERS: dict[str, tuple[str, str]] = {}
