# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing a point of the archive store.

One rename makes it invisible: <point> becomes .removed-<point>, which is deleted then. So a kill leaves it whole, or
gone with something to sweep. Where there is no such rename (rclone), the place deletes the manifest first instead.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores import common


def remove(repository: Any, point_id: str) -> None:
    """See stores.Repository."""
    if getattr(repository.place, 'write_only', False):
        raise RepositoryError(append_only(repository, point_id))
    names = repository.place.names()
    if not repository.is_point(point_id) or point_id not in names:
        raise RepositoryError(f'{repository.location}: there is no recovery point {repository.site}/{point_id}')
    needing = [name for name, bases in _bases(repository, names).items() if point_id in bases]
    if needing:
        raise RepositoryError(
            f'{repository.location}: {repository.site}/{point_id} stays: {", ".join(sorted(needing))} '
            'cannot be restored without its full; remove the differences first'
        )
    retire = getattr(repository.place, 'retire', None)
    repository.place.remove(retire(point_id) if retire else point_id)


def append_only(repository: Any, point_id: str) -> str:
    """Why nothing is removed here, and where to do it."""
    return (
        f'{repository.location}: {repository.site}/{point_id} cannot be removed: these credentials may only add; '
        "prune on the vault side (website_vault.host, website_vault.repository with that side's own account)"
    )


def _bases(repository: Any, names: list[str]) -> dict[str, set[str]]:
    """{point: points of which it needs a full} of all points; a manifest is read once, for it never changes."""
    known: dict[str, set[str]] = repository.__dict__.setdefault('known_bases', {})
    points = [name for name in names if repository.is_point(name)]
    for name, text in repository.place.manifests([name for name in points if name not in known]):
        manifest = common.parse_manifest(name, text, repository.site)
        known[name] = bases_of(manifest)
    return {name: known[name] - {name} for name in points}


def bases_of(manifest: dict) -> set[str]:
    """The points whose fulls the differences of a point need."""
    found = (part.get('base') for part in manifest.get('webroots') or [])
    return {str(base['point']) for base in found if isinstance(base, dict) and base.get('point')}


def reclaim(_repository: Any, _progress: Any) -> dict[str, Any]:
    """See stores.Repository. Plain files give back their room at once."""
    return {'freed_bytes': None, 'milliseconds': 0}


def sweep(repository: Any, names: list[str]) -> list[str]:
    """Finish removals that a kill cut short; one line for each."""
    retired = [name for name in names if name.startswith(common.REMOVED)]
    for name in retired:
        repository.place.remove(name)
    return [f'{repository.site}/{name}: its removal had been interrupted; finished' for name in retired]
