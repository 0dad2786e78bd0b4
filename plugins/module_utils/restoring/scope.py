# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore is about: the chosen point, and which of its parts go where. Looks, but touches nothing."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import engines, stores
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError, RestoreError
from ansible_collections.rawat.website.plugins.module_utils.restoring import databases, trees
from ansible_collections.rawat.website.plugins.module_utils.restoring.choose import choose
from ansible_collections.rawat.website.plugins.module_utils.restoring.request import (
    RestoreRequest,
    databases_of,
    file_choices,
    webroots_of,
)
from ansible_collections.rawat.website.plugins.module_utils.site_run import SQLITE_FILES, Run
from ansible_collections.rawat.website.plugins.module_utils.stores.common import webroot_label
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable


class Pair(NamedTuple):
    """One part: what the inventory says, what the manifest says, what the journal will say."""

    source: dict
    stored: dict
    part: dict


class Scope(NamedTuple):
    """Everything that one restore works on; `mode` is in_place, elsewhere or empty (nothing is there yet)."""

    repository: Any
    point: dict
    mode: str
    webroots: list[Pair]
    databases: list[Pair]
    files: dict[str, list[str]]  # by webroot of the inventory; empty: all
    remarks: list[str]

    @property
    def pairs(self) -> list[Pair]:
        """Databases first: so they are exchanged, and so they were captured."""
        return [*self.databases, *self.webroots]

    @property
    def overwrites(self) -> bool:
        """Whether anything that is there gives way."""
        return any(pair.part['exists'] for pair in self.pairs)


def scope(site: dict, run: Run, request: RestoreRequest, restore_id: str) -> Scope:
    """Choose the point and find out what its parts meet on this machine. RestoreError when that cannot be done."""
    repository = stores.open_repository({**run.repository, 'create': False}, site['name'], run.options)
    if repository.missing():
        raise RepositoryError(
            f'{repository.location}: there is no repository: is its disk mounted, is website_repository.location right?'
        )
    wanted = _wanted_parts(site, run, request)
    point = choose(repository.points(), request, wanted, site['name'])
    if point.get('encryption'):
        repository.require_readable(point)  # before a safety point is taken for nothing
    remarks: list[str] = []
    webroots = _webroot_pairs(site, run, request, point, restore_id, remarks)
    pairs = _database_pairs(site, run, request, point, restore_id, remarks)
    if not webroots and not pairs:
        raise RestoreError(f'point {point["id"]!r}: nothing of what was asked for is in it; it has {_contents(point)}')
    _place_sqlite(webroots, pairs, restore_id)
    found = Scope(repository, point, 'in_place', webroots, pairs, file_choices(request, site), remarks)
    mode = 'elsewhere' if request.elsewhere else 'in_place' if found.overwrites else 'empty'
    return found._replace(mode=mode)


def _wanted_parts(site: dict, run: Run, request: RestoreRequest) -> list[str]:
    """The kinds of parts that the point must have."""
    wanted = []
    if databases_of(site, request, run.parts):
        wanted.append('databases')
    if webroots_of(site, request, run.parts):
        wanted.append('webroots')
    return wanted


def _webroot_pairs(
    site: dict, run: Run, request: RestoreRequest, point: dict, restore_id: str, remarks: list[str]
) -> list[Pair]:
    stored = {part['path']: part for part in point['webroots'] if not part.get('error')}
    chosen, files = webroots_of(site, request, run.parts), file_choices(request, site)
    pairs = []
    for webroot in chosen:
        path = printable(os.fsencode(webroot['path']))
        if files and webroot['path'].rstrip('/') not in files:
            continue
        if path not in stored:
            remarks.append(f'webroot {path} is not in recovery point {point["id"]}: it stays as it is')
            continue
        part = trees.new_part(webroot, stored[path], _destination(request, webroot, len(chosen)), restore_id,
                              sync=bool(files) or request.elsewhere)  # fmt: skip
        part.update(delete=not files, paths=files.get(webroot['path'].rstrip('/')))
        part['keep'] = [] if request.elsewhere else sqlite_files(site, webroot)
        pairs.append(Pair(webroot, stored[path], part))
    return pairs


def _destination(request: RestoreRequest, webroot: dict, count: int) -> str:
    """Where the webroot shall stand; several that go elsewhere get a folder each."""
    if request.to_path is None:
        return webroot['path']
    return request.to_path if count == 1 else os.path.join(request.to_path, webroot_label(webroot['path']))


def _database_pairs(
    site: dict, run: Run, request: RestoreRequest, point: dict, restore_id: str, remarks: list[str]
) -> list[Pair]:
    stored = {part['label']: part for part in point['databases'] if not part.get('error')}
    pairs = []
    for database in _chosen_databases(site, run, request):
        label = engines.engine(database['engine']).label(database)
        if label not in stored:
            remarks.append(f'database {label} is not in recovery point {point["id"]}: it stays as it is')
        elif database['engine'] == 'sqlite' and request.elsewhere and request.to_database is None:
            if not _in_tree(stored[label], request, site):
                remarks.append(f'database {label} lies outside of the webroots: to restore it elsewhere, too, name it')
                continue
            part = databases.new_part(database, stored[label], request, restore_id)
            pairs.append(Pair(database, stored[label], part | {'to': None}))
        else:
            part = databases.new_part(database, stored[label], request, restore_id)
            pairs.append(Pair(database, stored[label], part))
    return pairs


def _chosen_databases(site: dict, run: Run, request: RestoreRequest) -> list[dict]:
    """Those that were asked for; a tree that goes elsewhere takes the databases along that lie in it."""
    chosen = databases_of(site, request, run.parts)
    if request.to_path is None or request.database is not None or 'databases' not in run.parts or request.files:
        return chosen
    return chosen + [one for one in site['databases'] if one['engine'] == 'sqlite' and one not in chosen]


def _in_tree(stored: dict, request: RestoreRequest, site: dict) -> bool:
    within = stored.get('within')
    paths = [printable(os.fsencode(webroot['path'])) for webroot in site['webroots']]
    return bool(within and request.to_path is not None and within['webroot'] in paths)


def _place_sqlite(webroots: list[Pair], pairs: list[Pair], restore_id: str) -> None:
    """A SQLite database that lies in a webroot which is put in place as a whole comes with that tree.

    Into a tree that is only synchronised it goes by itself: its log must never meet another database.
    """
    places = {pair.stored['path']: pair.part for pair in webroots}
    for pair in pairs:
        within = pair.stored.get('within')
        tree = places.get(within['webroot']) if within else None
        if not within or tree is None:
            continue
        to = os.path.join(tree['to'], within['path'])
        if tree['method'] == 'sync':
            pair.part.update(databases.sqlite_names(to, restore_id))
            names = [os.path.relpath(path, tree['to']) for path in (to, pair.part['new'], pair.part['old'])]
            tree['keep'] += [name + suffix for name in names for suffix in SQLITE_FILES]
        else:
            pair.part.update(within=within, to=to, exists=os.path.exists(to))


def sqlite_files(site: dict, webroot: dict) -> list[str]:
    """Relative paths of the SQLite databases of the inventory (and their logs) that lie in `webroot`."""
    root = os.path.realpath(webroot['path'])
    found = []
    for database in site['databases']:
        path = os.path.realpath(database['path']) if database['engine'] == 'sqlite' else ''
        if path.startswith(f'{root}/'):
            found += [os.path.relpath(path, root) + suffix for suffix in SQLITE_FILES]
    return found


def _contents(point: dict) -> str:
    names = [part['path'] for part in point['webroots']] + [part['label'] for part in point['databases']]
    return ', '.join(names) or 'nothing'
