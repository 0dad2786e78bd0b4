# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of recap, summary, register book and destruction list. Part of the catalogue in `messages`, where the rules stand."""

from __future__ import annotations

# key: (Indonesian, English)
RECAP: dict[str, tuple[str, str]] = {}
