# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""After an interruption, and back: finish, undo, sweep, discard. All of it from the journal, all of it restartable."""

from __future__ import annotations

import os
import shlex
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import engines
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.restoring import databases, maintenance, trees
from ansible_collections.rawat.website.plugins.module_utils.restoring.journal import Journal
from ansible_collections.rawat.website.plugins.module_utils.restoring.request import RestoreRequest
from ansible_collections.rawat.website.plugins.module_utils.site_run import SQLITE_FILES


def put_live(journal: Journal, part: dict, site: dict, request: RestoreRequest) -> dict | None:
    """The restored part becomes the live one; counts where a tree was changed file by file."""
    if part['kind'] == 'database':
        if part['table'] is not None:
            part['begun'] = True
            journal.write()
        databases.put_live(part, login(part, site, request))
        return None
    if part['method'] != 'sync':
        return trees.put_live(part, part['new_id'])
    if part.get('synchronised'):
        return None
    part['begun'] = True
    journal.write()
    counts = trees.put_live(part, part['new_id'])
    part['synchronised'] = True
    journal.write()
    return counts


def put_back(journal: Journal, site: dict, request: RestoreRequest) -> None:
    """What was live before becomes live again, part by part in the opposite order; then nothing of ours is left."""
    journal.write('undoing')
    for part in reversed(journal.parts):
        if part['kind'] == 'database':
            if databases.was_exchanged(part, login(part, site, request)):
                databases.put_live(part, login(part, site, request), back=True)
        elif part['method'] != 'sync' or part.get('begun'):
            trees.put_live(part, part['live_id'])
    maintenance.switch_off(journal.document['maintenance'])


def undo(journal: Journal, site: dict, request: RestoreRequest) -> None:
    """What was live before a finished or interrupted restore is live again; what was restored is kept aside."""
    if journal.state == 'preparing':
        sweep(journal, site, request)
        return
    put_back(journal, site, request)
    settle(journal, 'undone')


def resume(journal: Journal, site: dict, request: RestoreRequest) -> None:
    """Finish an exchange that was interrupted: everything is beside and was verified."""
    for part in journal.parts:
        put_live(journal, part, site, request)
    journal.write('exchanged')
    settle(journal)


def settle(journal: Journal, state: str = 'done') -> list[dict]:
    """The page off, lasting names; [{what, where}] of what is kept. Nothing kept: no journal either."""
    maintenance.switch_off([*journal.document['maintenance'], *_moved(journal)])
    kept = []
    for part in journal.parts:
        back = state == 'undone'
        where = trees.settle(part) if part['kind'] == 'webroot' else databases.kept(part, back)
        if where:
            kept.append({'what': part['name'], 'where': where})
    journal.write(state, kept=kept)
    for part in journal.parts:
        if part['kind'] == 'webroot':
            trees.release(part)
    if not kept:
        journal.remove()
    return kept


def _moved(journal: Journal) -> list[dict]:
    """The maintenance files that changed places together with their trees."""
    files = {one['file'] for one in journal.document['maintenance']}
    boxes = [trees.tree_of(part) for part in journal.parts if part['kind'] == 'webroot']
    ours = {one['tree'] for one in journal.document['maintenance']}
    return [{'tree': tree, 'file': file} for tree in boxes for file in files if ours]


def sweep(journal: Journal, site: dict, request: RestoreRequest) -> list[str]:
    """Nothing was exchanged yet: remove what stands beside, and the journal. Says what was removed."""
    removed = []
    for part in journal.parts:
        removed += remove_part(part, site, request, old=False)
    maintenance.switch_off(journal.document['maintenance'])
    journal.remove()
    return removed


def discard(journal: Journal, site: dict, request: RestoreRequest) -> list[str]:
    """Remove what a finished (or undone) restore kept."""
    journal.write('discarding')
    removed = [line for part in journal.parts for line in remove_part(part, site, request, old=True)]
    journal.remove()
    return removed


def remove_part(part: dict, site: dict, request: RestoreRequest, *, old: bool) -> list[str]:
    """Remove what stands beside one part under our names."""
    if part['kind'] == 'webroot':
        return trees.remove(part, old=old)
    return databases.remove(part, login(part, site, request), old=old)


def login(part: dict, site: dict, request: RestoreRequest) -> dict:
    """The administrator's entry for the database of a journal's part, on the server that it names."""
    for database in site['databases']:
        if engines.engine(database['engine']).label(database) == part['label']:
            return databases.administrator(database, request._replace(**part.get('destination') or {}))
    raise RestoreError(
        f'site {site["name"]}: an earlier restore of the database {part["label"]} is not settled, but the inventory '
        'does not list that database any more: put it back for this one run'
    )


def unrestored_files(site: dict, webroot: dict, restored: list[str]) -> list[str]:
    """Relative paths of the SQLite databases in `webroot` that this restore does not bring: they stay as they are."""
    root, found = os.path.realpath(webroot['path']), []
    for database in site['databases']:
        if database['engine'] != 'sqlite' or engines.engine('sqlite').label(database) in restored:
            continue
        path = os.path.realpath(database['path'])
        if path.startswith(f'{root}/'):
            found += [os.path.relpath(path, root) + suffix for suffix in SQLITE_FILES]
    return found


def way_back(journal: Journal) -> list[str]:
    """The commands that lead back to what was before."""
    site, safety = shlex.quote(journal.document['site']), journal.document['safety_point']
    ways = []
    if journal.document.get('kept') and not any(part.get('method') == 'sync' for part in journal.parts):
        ways.append(f'rawat restore --only {site} --undo --confirm {site}')
    if safety:
        ways.append(f'rawat restore --only {site} --point {shlex.quote(safety)} --confirm {site}')
    return ways


def describe(journal: Journal, did: str) -> dict:
    """The record's `restore` for work on an earlier restore."""
    parts: list[dict[str, Any]] = [
        {'kind': part['kind'], 'name': part.get('label') or part['name'], 'to': part['to'], 'exists': part['exists'],
         'live_bytes': None, 'bytes': None, 'method': part['method'], 'old': part['old']}
        for part in journal.parts
    ]  # fmt: skip
    document = journal.document
    return {
        'mode': did, 'parts': parts, 'point_started': None, 'lost_milliseconds': None, 'needed_bytes': None,
        'free_bytes': None, 'safety_point': document['safety_point'], 'maintenance': bool(document['maintenance']),
        'old_kept': bool(document.get('kept')), 'kept': document.get('kept', []), 'cannot_keep': [], 'pages': [],
        'way_back': [], 'phases': {}, 'restore_id': journal.id,
    }  # fmt: skip
