# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Further copies, and the proof that nothing can be removed."""

from __future__ import annotations

# key: (Indonesian, English)
COPIES: dict[str, tuple[str, str]] = {}
