# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory already protects of what was found, and what of the inventory is no longer there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.discovery import databases
from ansible_collections.rawat.website.plugins.module_utils.discovery.candidates import inside
from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import Reader
from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.webroot.exclude import Exclusions

Entry = Mapping[str, Any]  # of website_sites


class Inventory:
    """The host's website_sites, with their webroots where they really are."""

    def __init__(self, entries: Sequence[Entry], reader: Reader):
        self.entries, self.reader = entries, reader
        self._roots = [
            (entry, real, list(webroot.get('exclude') or []))
            for entry in entries
            for webroot in entry.get('webroots') or []
            if (real := reader.real(str(webroot.get('path') or '')))
        ]

    def covering(self, path: str) -> Entry | None:
        """The entry whose webroot holds the link-free `path`, unless it leaves just that out."""
        return next(
            (entry for entry, root, left in self._roots if inside(path, root) and not _left_out(path, root, left)), None
        )

    def named(self) -> set[tuple[str, str]]:
        """The identities of all databases of all entries."""
        return {databases.identity(one) for entry in self.entries for one in entry.get('databases') or []}

    def gone(self) -> list[dict[str, Any]]:
        """[{name, webroots}] of entries of which a webroot is not there any more."""
        found = []
        for entry in self.entries:
            paths = [str(webroot.get('path') or '') for webroot in entry.get('webroots') or []]
            lost = [path for path in paths if not self.reader.is_folder(path)]
            if lost:
                found.append({'name': entry.get('name'), 'webroots': lost})
        return found


def protection(
    inventory: Inventory, main: str, others: Iterable[str], wanted: Iterable[Entry]
) -> tuple[str | None, list[str]]:
    """(the name of the entry that has the main webroot, what of the site no entry has as sentences)."""
    owner = inventory.covering(main)
    if owner is None:
        return None, []
    lacks = [f'{path} belongs to it and is in no inventory entry' for path in others if not inventory.covering(path)]
    known = inventory.named()
    lacks += [
        f'its database {one["engine"]} {one.get("name") or one.get("path")} is in no inventory entry'
        for one in wanted
        if databases.identity(one) not in known
    ]
    return str(owner.get('name')), lacks


def _left_out(path: str, root: str, patterns: list[str]) -> bool:
    """Whether the exclusions of a webroot leave out `path` or a folder above it."""
    try:
        exclusions = Exclusions(patterns)
    except RawatError:
        return False  # the inventory's own check complains of it
    parts = os.fsencode(os.path.relpath(path, root)).split(b'/')
    below = [b'/'.join(parts[:length]) for length in range(1, len(parts) + 1)] if path != root else []
    return any(exclusions.drops(one, one.rpartition(b'/')[2]) or exclusions.empties(one) for one in below)
