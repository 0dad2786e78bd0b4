# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a restore: what is overwritten, how large and how old it all is, whether there is room. Changes nothing.

The shape is the record's (`restore` in a site's entry); FACES and reports read it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.process import CommandFailed
from ansible_collections.rawat.website.plugins.module_utils.restoring import trees
from ansible_collections.rawat.website.plugins.module_utils.restoring.choose import started
from ansible_collections.rawat.website.plugins.module_utils.restoring.request import RestoreRequest
from ansible_collections.rawat.website.plugins.module_utils.restoring.scope import Pair, Scope
from ansible_collections.rawat.website.plugins.module_utils.webroot import open_webroot

SPARE = 10  # per cent that must remain of the room that a restore takes


def document(found: Scope, request: RestoreRequest) -> dict:
    """The plan as the record has it, before anything was done."""
    needed, free, _problems = room(found)
    parts = [_part(pair, found, request) for pair in found.pairs]
    return {
        'mode': found.mode,
        'parts': parts,
        'point_started': found.point['started'],
        'lost_milliseconds': _age(found) if found.overwrites else None,
        'needed_bytes': needed,
        'free_bytes': free,
        'safety_point': None,
        'maintenance': request.maintenance,
        'old_kept': any(part['old'] for part in parts),
        'cannot_keep': [],
        'pages': [],
        'way_back': [],
        'phases': {},
        'host': request.host or os.uname().nodename,
        'warnings': list(warnings(found)),
    }


def problems(found: Scope) -> list[str]:
    """Why it cannot be done, although everything that was asked for is there."""
    return [*_no_folder(found), *room(found)[2]]


def _no_folder(found: Scope) -> Iterator[str]:
    """A SQLite database that stands by itself needs its folder, whose owner and mode nobody has recorded."""
    for pair in found.databases:
        if pair.part['engine'] != 'sqlite' or pair.part['within'] or not pair.part['to']:
            continue
        folder = os.path.dirname(pair.part['to'])
        if not os.path.isdir(folder):
            yield (
                f'database {pair.part["label"]}: it shall stand at {pair.part["to"]}, but there is no directory '
                f'{folder}: make it, with the owner that the site needs, or name another place with to_database'
            )


def warnings(found: Scope) -> Iterator[str]:
    """What somebody should know before saying yes."""
    yield from found.remarks
    for pair in found.webroots:
        part, name = pair.part, pair.part['name']
        if part['mounts']:
            yield (
                f'webroot {name}: {", ".join(part["mounts"])} is a mount point, so the tree cannot be exchanged at '
                'once: file after file is replaced where it differs; an interrupted restore goes on with the next run'
            )
        if os.path.realpath(pair.source['path']) != pair.source['path'].rstrip('/'):
            yield f'webroot {name} is reached through a link: what gives way is {part["to"]}'
        if found.files:
            yield f'webroot {name}: only the chosen files are written; files that came later stay'
        elif pair.source.get('exclude') and part['exists']:
            yield f'webroot {name}: what its exclusions match is not in the point and is kept as it is now'
    for pair in found.databases:
        if pair.part['engine'] != 'sqlite' and pair.stored.get('bytes'):
            label, size = pair.part['label'], pair.stored['bytes']
            yield f'database {label}: the room on its server is not looked at (its dump has {size} bytes)'


def room(found: Scope) -> tuple[int, int | None, list[str]]:
    """(bytes needed, bytes free where it is tightest, problems) on the file systems of the files."""
    needed: dict[int, int] = {}
    free: dict[int, tuple[int, str]] = {}
    for pair in found.pairs:
        if pair.part['kind'] == 'database' and pair.part['engine'] != 'sqlite':
            continue
        folder = trees.existing_folder(os.path.dirname(pair.part['new']))
        device = os.stat(folder).st_dev
        state = os.statvfs(folder)
        needed[device] = needed.get(device, 0) + (pair.stored.get('bytes') or 0)
        free[device] = (state.f_bavail * state.f_frsize, folder)
    lines = [
        f'{folder}: {there} bytes are free, the restore needs about {needed[device]} beside what is there: make room'
        for device, (there, folder) in free.items()
        if there < needed[device] * (100 + SPARE) // 100
    ]
    tightest = min((there - needed[device], there) for device, (there, _folder) in free.items())[1] if free else None
    return sum(needed.values()), tightest, lines


def _part(pair: Pair, found: Scope, request: RestoreRequest) -> dict:
    part = pair.part
    kind, name = part['kind'], part['name'] if part['kind'] == 'webroot' else part['label']
    if kind == 'webroot' and found.files:
        kind, name = 'files', ', '.join(found.files[pair.source['path'].rstrip('/')])
    if kind == 'database' and request.table is not None:
        kind, name = 'table', f'{name}.{request.table}'
    facts = _live(part) if part['exists'] else {'live_bytes': None}
    stays = part['exists'] and part['method'] == 'swap' and not part.get('within') and kind in ('webroot', 'database')
    method = {'create': 'create', 'sync': 'sync', 'swap': 'rename' if kind == 'webroot' else 'swap'}[part['method']]
    return {
        'kind': kind, 'name': name, 'to': part['to'], 'exists': part['exists'], 'bytes': pair.stored.get('bytes'),
        'method': method if part['exists'] else 'create',
        'old': part['old'] if stays else None, **facts,
    }  # fmt: skip


def _live(part: dict) -> dict:
    """Size of what gives way and, of a tree, its newest change: {live_bytes, newest_milliseconds}."""
    if part['kind'] == 'database':
        return {'live_bytes': part.get('live_bytes')}
    try:
        with open_webroot({'path': part['to']}, []) as capture:
            return {'live_bytes': capture.measure()[1]}
    except (RawatError, CommandFailed, OSError):
        return {'live_bytes': None}


def _age(found: Scope) -> int | None:
    """Milliseconds from the point until now: what was written since is lost with it (and kept beside)."""
    moment = started(found.point)
    return None if moment is None else max(0, int((time.time() - moment) * 1000))
