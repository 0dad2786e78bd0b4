# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much room an export takes, from what the manifests say; asked before anything is written."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import size
from ansible_collections.rawat.website.plugins.module_utils.media.places import Place
from ansible_collections.rawat.website.plugins.module_utils.media.settings import MediumError

COMPRESSED = 2  # a dump takes at most its bytes divided by this; measured dumps of sites: by 4 to 10
OVERHEAD = 4 * 1024 * 1024  # bytes of lists, guides, verify.py and the file system's own around a point


def parts_bytes(manifest: dict[str, Any]) -> list[int]:
    """Bytes at most of every data file of the self-contained point; a difference becomes a full again."""
    found = [_database(part) for part in manifest['databases'] if not part.get('error')]
    return found + [_webroot(part) for part in manifest['webroots'] if not part.get('error')]


def point_bytes(manifest: dict[str, Any]) -> int:
    """Bytes that a self-contained point of `manifest` takes at most."""
    return sum(parts_bytes(manifest)) + OVERHEAD


def _database(part: dict[str, Any]) -> int:
    return part.get('stored_bytes') or (part.get('bytes') or 0) // COMPRESSED


def _webroot(part: dict[str, Any]) -> int:
    """A full as it is stored; of anything else the files as they are: pictures do not compress."""
    stored = part.get('stored_bytes') if part.get('kind') == 'full' else None
    return stored or part.get('bytes') or 0


def require(place: Place, manifests: list[dict[str, Any]], free: int | None, margin: int) -> None:
    """MediumError unless `manifests` fit into `free` bytes with `margin` per cent to spare, each file included."""
    needed = sum(point_bytes(manifest) for manifest in manifests)
    needed += needed * margin // 100
    if free is not None and needed > free:
        raise MediumError(
            f'{place.name} is too small: {size(needed, "en")} are needed at most, {size(free, "en")} are free; nothing '
            'was written. Take a larger medium, remove old exports from it, or export fewer sites (--only)'
        )
    largest = max((count for manifest in manifests for count in parts_bytes(manifest)), default=0)
    if place.largest is not None and largest > place.largest:
        raise MediumError(
            f'{place.name}: a file of {size(largest, "en")} does not fit on {place.kind}, which takes files up to '
            f'{size(place.largest, "en")}; nothing was written. Format the medium with ext4 or exfat'
        )
