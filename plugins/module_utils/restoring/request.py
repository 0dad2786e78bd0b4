# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be restored, from where, to where: one request, and everything that can be wrong with it.

A bad value is one line that names the field, the value and the remedy, and nothing has been touched then.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import engines
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError

DESTINATION = (
    *('to_path', 'to_database', 'to_login_host', 'to_login_port'),
    *('to_login_unix_socket', 'to_login_user', 'to_login_password'),
)


class RestoreRequest(NamedTuple):
    """The arguments of a restore; without any, the whole site from its newest complete point, in place."""

    point: str | None = None  # the id of a recovery point
    before: str | None = None  # the newest point that began before this time
    register: str | None = None  # the newest point of this run or assignment number
    database: str | None = None  # only this one: its name, path or label
    table: str | None = None  # only this table of it
    files: Sequence[str] | None = None  # only these files and folders, absolute or relative to the only webroot
    to_path: str | None = None  # a directory instead of the webroot
    to_database: str | None = None  # another name (sqlite: another file)
    to_login_host: str | None = None
    to_login_port: int | None = None
    to_login_unix_socket: str | None = None
    to_login_user: str | None = None
    to_login_password: str | None = None
    logins: dict | None = None  # administrators' logins by engine, instead of the defaults
    url: str | None = None  # a clone's: see staging/
    mask: Sequence[dict] | None = None  # a clone's
    confirm: Sequence[str] = ()  # names of sites that may be overwritten
    maintenance: bool = False
    maintenance_file: str | None = None  # relative to each webroot
    maintenance_text: str | None = None
    without_safety_point: str | None = None  # why no safety point is to be taken first
    resume: bool = False  # finish an interrupted restore
    undo: bool = False  # back to what was before the last restore
    discard_old: bool = False  # remove what earlier restores kept
    host: str | None = None  # the machine on which it happens, for the record
    safety_repository: dict | None = None  # where the safety point goes, if not where the restored one comes from

    @property
    def elsewhere(self) -> bool:
        """Whether anything but the site's own place is named."""
        return any(getattr(self, field) is not None for field in DESTINATION)

    @property
    def chooses(self) -> bool:
        """Whether it says what to bring back, or from when."""
        fields = ('point', 'before', 'register', 'database', 'table', 'files', *DESTINATION)
        return any(getattr(self, field) is not None for field in fields)


def check(request: RestoreRequest, site: dict, sites: list[dict]) -> None:
    """PreflightError with a line for everything that is wrong; `sites` are all sites known on this machine."""
    problems = [
        *_choice_problems(request),
        *_part_problems(request, site),
        *_path_problems(request, site, sites),
        *_login_problems(request, site),
    ]
    if problems:
        raise PreflightError(problems)


def databases_of(site: dict, request: RestoreRequest, parts: Sequence[str]) -> list[dict]:
    """The databases of the inventory that the request means."""
    if request.files is not None or 'databases' not in parts:
        return []
    if request.elsewhere and request.database is None and not _names_a_server(request):
        return []  # only a path is named: the live databases are none of its business
    if request.database is None:
        return list(site['databases'])
    return [database for database in site['databases'] if request.database in names_of(database)]


def webroots_of(site: dict, request: RestoreRequest, parts: Sequence[str]) -> list[dict]:
    """The webroots of the inventory that the request means."""
    if request.database is not None or request.table is not None or 'webroots' not in parts:
        return []
    if request.elsewhere and request.to_path is None:
        return []
    return list(site['webroots'])


def names_of(database: dict) -> list[str]:
    """What a database may be called in a request: its name or path, its label."""
    label = engines.engine(database['engine']).label(database)
    return [name for name in (database.get('name'), database.get('path'), label) if name]


def file_choices(request: RestoreRequest, site: dict) -> dict[str, list[str]]:
    """{webroot path: relative paths} of the files that were asked for; '.' is the webroot itself."""
    chosen: dict[str, list[str]] = {}
    for file in request.files or []:
        webroot = _webroot_of(file, site)
        if webroot:
            whole = file if os.path.isabs(file) else os.path.join(webroot, file)
            chosen.setdefault(webroot, []).append(os.path.relpath(whole, webroot))
    return chosen


def _names_a_server(request: RestoreRequest) -> bool:
    return any(getattr(request, field) is not None for field in DESTINATION if field != 'to_path')


def _choice_problems(request: RestoreRequest) -> Iterator[str]:
    given = [field for field in ('point', 'before', 'register') if getattr(request, field) is not None]
    if len(given) > 1:
        yield f'{", ".join(given)}: each names a recovery point; keep one of them'
    if request.resume and request.undo:
        yield 'resume and undo exclude each other: finish the interrupted restore, or go back'
    if (request.resume or request.undo) and request.chooses:
        yield 'resume and undo work on a restore that has begun: leave out what chooses a point, parts or a destination'
    if request.without_safety_point is not None and not request.without_safety_point.strip():
        yield 'without_safety_point is empty: say why no safety recovery point is to be taken'


def _part_problems(request: RestoreRequest, site: dict) -> Iterator[str]:
    known = [name for database in site['databases'] for name in names_of(database)[:1]]
    if request.files is not None and (request.database or request.table):
        yield 'files and database exclude each other: restore them one after the other'
    if request.files is not None and not request.files:
        yield 'files is empty: name files or folders, or leave it out for the whole site'
    if request.database is not None and not databases_of(site, request._replace(files=None), ('databases',)):
        yield f'database {request.database!r} is not one of site {site["name"]!r}: choose {_or(known)}'
    if request.table is not None and request.database is None and len(site['databases']) != 1:
        yield f'table {request.table!r}: site {site["name"]!r} has {len(known)} databases; add database: {_or(known)}'
    if request.table is not None and request.to_path is not None:
        yield f'to_path {request.to_path!r}: a table goes into a database; leave it out'
    for file in request.files or []:
        yield from _file_problems(file, site)


def _file_problems(file: str, site: dict) -> Iterator[str]:
    webroots = [webroot['path'] for webroot in site['webroots']]
    if not file or '\0' in file or '..' in file.split('/'):
        yield f'files {file!r} is not usable: give a path without ".."'
    elif _webroot_of(file, site) is None:
        yield f'files {file!r} is in no webroot of site {site["name"]!r}: give a path below {_or(webroots)}'


def _path_problems(request: RestoreRequest, site: dict, sites: list[dict]) -> Iterator[str]:
    path = request.to_path
    if path is None:
        return
    if not path.startswith('/') or '\0' in path or '..' in path.split('/') or not path.strip('/'):
        yield f'to_path {path!r} is not usable: give an absolute path without ".."'
        return
    if not site['webroots']:
        yield f'to_path {path!r}: site {site["name"]!r} has no webroot to put there; leave it out'
    for other in sites:
        for webroot in other['webroots']:
            if _meet(path, webroot['path']):
                yield (
                    f'to_path {path!r} and the webroot {webroot["path"]!r} of site {other["name"]!r} lie in each '
                    'other: choose a place of its own, or leave to_path out to restore in place'
                )


def _login_problems(request: RestoreRequest, site: dict) -> Iterator[str]:
    port, socket, host = request.to_login_port, request.to_login_unix_socket, request.to_login_host
    if port is not None and not 0 < port < 65536:
        yield f'to_login_port {port} is not a port: 1 to 65535'
    if socket and host not in (None, '', 'localhost'):
        yield f'to_login_unix_socket and to_login_host {host!r} exclude each other: keep one'
    chosen = databases_of(site, request._replace(files=None), ('databases',))
    if request.to_database is not None and len(chosen) != 1 and not request.table:
        known = [name for database in site['databases'] for name in names_of(database)[:1]]
        yield f'to_database {request.to_database!r} is one name for {len(chosen)} databases: add database: {_or(known)}'
    for name in request.logins or {}:
        if name not in ('mariadb', 'mysql', 'postgresql', 'sqlite'):
            yield f'logins {name!r} is no engine: use mariadb, mysql, postgresql or sqlite'


def _webroot_of(file: str, site: dict) -> str | None:
    """The webroot in which `file` lies; a relative one lies in the only webroot."""
    paths = [webroot['path'].rstrip('/') for webroot in site['webroots']]
    if not os.path.isabs(file):
        return paths[0] if len(paths) == 1 else None
    return next((path for path in paths if f'{os.path.normpath(file)}/'.startswith(f'{path}/')), None)


def _meet(one: str, other: str) -> bool:
    """Whether one of two paths lies in the other, also after their links are followed."""
    pairs = [(os.path.normpath(one), os.path.normpath(other)), (os.path.realpath(one), os.path.realpath(other))]
    return any(f'{first}/'.startswith(f'{second}/') or f'{second}/'.startswith(f'{first}/') for first, second in pairs)


def _or(names: Sequence[str]) -> str:
    return ' or '.join(names) if names else '(there is none)'
