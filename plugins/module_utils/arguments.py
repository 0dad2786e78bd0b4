# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory may say about sites and repositories: the one schema, and the checks that a schema cannot express.

`SITES`, `REPOSITORY` and `ASSIGNMENT` are Ansible argument specs (plain dictionaries): modules, the run plan and the
role argument specs all use them. :func:`problems` says what else is wrong, one line a finding, each with field, value
and remedy, so that a person mends everything in one go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.repository_settings import (
    path_problems,
    repository_problems,
)

ENGINES = ('mariadb', 'mysql', 'postgresql', 'sqlite')
STORES = ('archive', 'restic')
PARTS = ('databases', 'webroots')
DRILLS = ('always', 'daily', 'weekly', 'quarterly')  # how often a site's newest point is drilled after a backup
SITE_NAME = re.compile(r'[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?')

DATABASES: dict = {
    'engine': {'type': 'str', 'required': True, 'choices': list(ENGINES)},
    'name': {'type': 'str'},
    'path': {'type': 'str'},
    'login_host': {'type': 'str'},
    'login_port': {'type': 'int'},
    'login_user': {'type': 'str'},
    'login_password': {'type': 'str', 'no_log': True},
    'login_unix_socket': {'type': 'str'},
    'become_user': {'type': 'str'},
}
WEBROOTS: dict = {
    'path': {'type': 'str', 'required': True},
    'exclude': {'type': 'list', 'elements': 'str', 'default': []},
}
PROBES: dict = {
    'path': {'type': 'str', 'required': True},
    'contains': {'type': 'str'},
    'status': {'type': 'int', 'default': 200},
}
APPLICATION: dict = {
    'kind': {'type': 'str', 'default': 'auto', 'choices': ['auto', 'php', 'static', 'command', 'none']},
    'user': {'type': 'str'},
    'document_root': {'type': 'str'},
    'command': {'type': 'list', 'elements': 'str', 'default': []},
    'port': {'type': 'int'},
    'environment': {'type': 'dict', 'default': {}, 'no_log': True},
    'visible': {'type': 'list', 'elements': 'str', 'default': []},
    'address': {'type': 'str'},
    'hook': {'type': 'list', 'elements': 'str', 'default': []},
}
# How many recovery points stay, and for how long; 0 and an empty text keep none by that rule. retention/ decides.
RETENTION: dict = {
    'keep_last': {'type': 'int', 'default': 0},
    'keep_hourly': {'type': 'int', 'default': 0},
    'keep_daily': {'type': 'int', 'default': 0},
    'keep_weekly': {'type': 'int', 'default': 0},
    'keep_monthly': {'type': 'int', 'default': 0},
    'keep_yearly': {'type': 'int', 'default': 0},
    'keep_within': {'type': 'str', 'default': ''},
}
SITES: dict = {
    'name': {'type': 'str', 'required': True},
    'url': {'type': 'str'},
    'webroots': {'type': 'list', 'elements': 'dict', 'default': [], 'options': WEBROOTS},
    'databases': {'type': 'list', 'elements': 'dict', 'default': [], 'options': DATABASES},
    'probes': {'type': 'list', 'elements': 'dict', 'default': [], 'options': PROBES},
    'application': {'type': 'dict', 'options': APPLICATION},
    'drill': {'type': 'str', 'choices': list(DRILLS)},
    'retention': {'type': 'dict', 'options': RETENTION},
}
REPOSITORY: dict = {
    'store': {'type': 'str', 'default': 'archive', 'choices': list(STORES)},
    'location': {'type': 'str', 'required': True},
    'create': {'type': 'bool', 'default': False},
    'password': {'type': 'str', 'no_log': True},
    'environment': {'type': 'dict', 'default': {}, 'no_log': True},
    'ssh_private_key': {'type': 'str', 'no_log': True},
    'ssh_known_hosts': {'type': 'str'},
    'ca_certificate': {'type': 'str'},
    'recipients': {'type': 'list', 'elements': 'str', 'default': []},
    'identities': {'type': 'str', 'no_log': True},
    'append_only': {'type': 'bool', 'default': False},
    'immutable': {'type': 'bool', 'default': False},
    'via': {'type': 'str', 'default': 'target', 'choices': ['target', 'controller']},
    'tunnel_port': {'type': 'int'},  # filled in by the action plugin, for the length of the run
}
# A further repository, as the vault side reaches it.
COPIES: dict = {
    'name': {'type': 'str', 'required': True},
    **REPOSITORY,
    'required': {'type': 'bool', 'default': True},
    'retention': {'type': 'dict', 'options': RETENTION},
}
# The vault side: where its work runs, and how that machine reaches the repository with the right to read and to delete.
VAULT: dict = {
    'host': {'type': 'str', 'default': 'localhost'},
    'repository': {'type': 'dict', 'options': REPOSITORY},
    'inbox': {'type': 'str'},
}
PERSON: dict = {'name': {'type': 'str', 'required': True}, 'id': {'type': 'str'}, 'position': {'type': 'str'}}
SCAN: dict = {'name': {'type': 'str', 'required': True}, 'sha256': {'type': 'str', 'required': True}}
# Number and date are required but in an emergency: procedure/assignment.py checks that, and the rest of the rules.
ASSIGNMENT: dict = {
    'number': {'type': 'str'},
    'date': {'type': 'str'},
    'mode': {'type': 'str', 'default': 'single', 'choices': ['single', 'standing', 'emergency']},
    'assigner': {'type': 'dict', 'options': PERSON},
    'officer': {'type': 'dict', 'options': PERSON},
    'valid_from': {'type': 'str'},
    'valid_until': {'type': 'str'},
    'sites': {'type': 'list', 'elements': 'str', 'default': []},
    'instruction': {'type': 'str'},
    'reason': {'type': 'str'},
    'recorded': {'type': 'str'},
    'received': {'type': 'str'},
    'scan': {'type': 'dict', 'options': SCAN},
}


def problems(sites: list[dict], repository: dict | None) -> list[str]:
    """Everything about one host's sites and repository that the argument specs cannot say; empty when all is well."""
    found = [line for site in sites for line in _site_problems(site)]
    found += duplicates([(site['name'], 'this host') for site in sites])
    if sites and repository is None:
        found.append(
            'website_repository is missing: say where recovery points go, e.g. {store: archive, location: /srv/backups}'
        )
    elif repository is not None:
        found += repository_problems(repository)
        found += [line for site in sites for line in _inside_webroot(site, repository['location'])]
    return found


def duplicates(owners: list[tuple[str, str]]) -> list[str]:
    """Site names that occur more than once among (name, where) pairs: points of two sites must never mix."""
    places: dict[str, list[str]] = {}
    for name, where in owners:
        places.setdefault(name, []).append(where)
    return [
        f'website_sites: the site name {name!r} is used {len(where)} times ({", ".join(sorted(where))}): '
        'give each site its own name'
        for name, where in sorted(places.items())
        if len(where) > 1
    ]


def _site_problems(site: dict) -> Iterator[str]:
    name, where = site['name'], f'site {site["name"]!r}'
    if not SITE_NAME.fullmatch(name):
        yield f'website_sites: name {name!r} is not usable: 1 to 63 of a-z, 0-9 and "-", no "-" at either end'
    if not site.get('webroots') and not site.get('databases'):
        yield f'{where}: it has neither webroots nor databases: there is nothing to back up'
    for webroot in site.get('webroots') or []:
        yield from path_problems(f'{where}: webroots.path', webroot['path'])
        for pattern in webroot.get('exclude') or []:
            if not pattern.strip('/') or '..' in pattern.split('/') or pattern.startswith('/'):
                yield (
                    f'{where}: webroots.exclude {pattern!r} is not usable: '
                    f'name something below {webroot["path"]}, e.g. cache/ or *.log'
                )
    for first, second in _nested([webroot['path'] for webroot in site.get('webroots') or []]):
        yield (
            f'{where}: webroots.path {second!r} lies in {first!r}: '
            'list only the outer one, or its files would be stored twice'
        )
    for database in site.get('databases') or []:
        yield from _database_problems(where, database)
    yield from _application_problems(f'{where}: application', site.get('application') or {})
    for engine, name in _twice(site.get('databases') or []):
        yield (
            f'{where}: databases: {engine} {name!r} is listed twice: remove one; '
            'databases of one name on two servers belong to two sites, or their files would mix'
        )


def _database_problems(where: str, database: dict) -> Iterator[str]:
    engine = database['engine']
    if engine == 'sqlite':
        if not database.get('path'):
            yield f'{where}: databases: a sqlite database needs path, the database file'
        else:
            yield from path_problems(f'{where}: databases.path', database['path'])
        return
    name = database.get('name')
    if not name:
        yield f'{where}: databases: a {engine} database needs name'
    elif '\0' in name or len(name.encode()) > 256:
        yield f'{where}: databases.name {name!r} is not a database name'
    port = database.get('login_port')
    if port is not None and not 0 < port < 65536:
        yield f'{where}: databases.login_port {port} is not a port: 1 to 65535'
    if database.get('login_unix_socket') and database.get('login_host') not in (None, '', 'localhost'):
        yield (
            f'{where}: databases: login_unix_socket and login_host {database["login_host"]!r} '
            'exclude each other: keep one'
        )


def _application_problems(where: str, application: dict) -> Iterator[str]:
    """How a restored copy is served; whatever it is, it never runs as root."""
    for field in ('document_root', 'visible'):
        said = application.get(field) or []
        for path in [said] if isinstance(said, str) else said:
            yield from path_problems(f'{where}.{field}', path)
    if application.get('kind') == 'command' and not application.get('command'):
        yield f'{where}.kind is command, but {where}.command is empty: give the program and its arguments as a list'
    if application.get('user') == 'root':
        yield f'{where}.user is root: a restored site never runs as root; name the account that serves it'
    port = application.get('port')
    if port is not None and not 0 < port < 65536:
        yield f'{where}.port {port} is not a port: 1 to 65535'


def _twice(databases: list[dict]) -> Iterator[tuple[str, str]]:
    """(engine, name) of every database that is listed a second time; mysql is the engine mariadb."""
    seen = set()
    for database in databases:
        key = (database['engine'].replace('mysql', 'mariadb'), database.get('path') or database.get('name') or '')
        if key in seen:
            yield key
        seen.add(key)


def _nested(paths: list[str]) -> Iterator[tuple[str, str]]:
    cleaned = sorted(path.rstrip('/') + '/' for path in paths)
    for first, second in zip(cleaned, cleaned[1:]):
        if second.startswith(first):
            yield first.rstrip('/'), second.rstrip('/')


def _inside_webroot(site: dict, location: str) -> Iterator[str]:
    """A repository in a webroot would back itself up, and visitors could fetch it."""
    for webroot in site.get('webroots') or []:
        path = webroot['path'].rstrip('/')
        if path and f'{location}/'.startswith(f'{path}/'):
            yield (
                f'website_repository.location {location!r} lies in the webroot {webroot["path"]!r} of site '
                f'{site["name"]!r}: choose a place outside of every webroot'
            )
