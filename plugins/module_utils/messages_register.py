# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of the register and the check of archives. Part of the catalogue in `messages`, where the rules stand."""

from __future__ import annotations

# key: (Indonesian, English)
REGISTER: dict[str, tuple[str, str]] = {}
