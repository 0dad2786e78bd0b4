# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removable media: exports, custody, labels."""

from __future__ import annotations

# key: (Indonesian, English)
MEDIA: dict[str, tuple[str, str]] = {}
