# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inbox, its intake and the tunnel."""

from __future__ import annotations

# key: (Indonesian, English)
VAULT: dict[str, tuple[str, str]] = {}
