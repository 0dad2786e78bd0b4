# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the board."""

from __future__ import annotations

BOARD: dict[str, tuple[str, str]] = {
    'help.board': ('Membuat papan pantau semua situs.', 'Build the board of all sites.'),
}
