# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of what was found on servers."""

from __future__ import annotations

DISCOVERY: dict[str, tuple[str, str]] = {
    'help.discover': ('Mencari situs yang belum dilindungi.', 'Find sites that nobody backs up.'),
}
