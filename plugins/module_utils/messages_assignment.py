# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of assignments and office settings. Part of the catalogue in `messages`, where the rules stand."""

from __future__ import annotations

# key: (Indonesian, English)
ASSIGNMENT: dict[str, tuple[str, str]] = {}
