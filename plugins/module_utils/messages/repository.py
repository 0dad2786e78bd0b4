# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""rawat repository: keys, locks and checks of repositories."""

from __future__ import annotations

# key: (Indonesian, English)
REPOSITORY: dict[str, tuple[str, str]] = {}
