# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names for sites that were found: from the name under which they are served, usable in an inventory, unique."""

from __future__ import annotations

import re
from collections.abc import Iterable

LENGTH = 63  # of a site's name (arguments.SITE_NAME)
SUFFIX = 9  # characters that a number, or a host's name may need
NAMELESS = frozenset({'', '_', '-', 'localhost', 'localhost.localdomain', '*'})
_HOST_NAME = re.compile(r'(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?', re.I)


def server_name(names: Iterable[str]) -> str | None:
    """The first of a virtual host's names by which a visitor could ask: no wildcard, no pattern, no placeholder."""
    for name in names:
        name = name.rstrip('.').removeprefix('.').lower()
        if name not in NAMELESS and len(name) <= 253 and _HOST_NAME.fullmatch(name):
            return name
    return None


def slug(text: str) -> str:
    """'www.Dinas_Contoh.go.id/blog' -> 'dinas-contoh-go-id-blog'; '' where nothing usable is in it."""
    plain = re.sub(r'[^a-z0-9]+', '-', text.lower().removeprefix('www.')).strip('-')
    return plain[:LENGTH].strip('-')


def unique(text: str, taken: set[str]) -> str:
    """A name made of `text` that is not in `taken`, where it is added."""
    base = slug(text) or 'site'
    name, number = base, 1
    while name in taken:
        number += 1
        name = f'{base[: LENGTH - SUFFIX].strip("-")}-{number}'
    taken.add(name)
    return name
