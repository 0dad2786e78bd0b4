# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nginx and Apache have in common: a virtual host."""

from __future__ import annotations

from typing import NamedTuple

HOST_LIMIT = 3000  # virtual hosts of one server program
ALIAS_LIMIT = 100  # of one virtual host; names likewise


class VirtualHost(NamedTuple):
    """`aliases`: (URL path, directory) pairs beside the document root; `php`: account or socket that runs its PHP."""

    server: str  # 'nginx', 'apache'
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    tls: bool
    document_root: str  # '' where there is none, or it cannot be known
    aliases: tuple[tuple[str, str], ...]
    php: str | None
    file: str
    line: int
