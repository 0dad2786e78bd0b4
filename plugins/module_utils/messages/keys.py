# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identities of the encrypted archives and their escrow sheet."""

from __future__ import annotations

# key: (Indonesian, English)
KEYS: dict[str, tuple[str, str]] = {}
