# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site that was found as an entry of the inventory; its passwords apart, each under the name of a variable."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.arguments import APPLICATION, DATABASES, problems
from ansible_collections.rawat.website.plugins.module_utils.discovery import databases, naming
from ansible_collections.rawat.website.plugins.module_utils.discovery.candidates import Candidate, inside
from ansible_collections.rawat.website.plugins.module_utils.discovery.matching import Inventory, protection
from ansible_collections.rawat.website.plugins.module_utils.discovery.reader import Reader
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import printable

Site = dict[str, Any]


def site(
    candidate: Candidate, inventory: Inventory, listed: Sequence[Mapping[str, Any]], taken: set[str], reader: Reader
) -> tuple[Site, dict[str, str]]:
    """The entry of a result's `sites`, and {variable: password} of what it needs."""
    found = candidate.found
    webroots = _webroots(candidate, reader)
    wanted = [dict(one) for one in (found.databases if found else ()) if _usable(one)]
    reals = [reader.real(webroot['path']) or webroot['path'] for webroot in webroots]
    owner, lacks = protection(inventory, candidate.real, reals[1:], wanted)
    name = owner or naming.unique(_name(candidate), taken)
    made = [_database(one, listed, name) for one in wanted]
    entry: Site = {
        'name': name,
        'url': shown(candidate.url) if candidate.url else None,
        'application': found.application if found else None,
        'version': found.version if found else None,
        'server': candidate.hosts[0].server,
        'server_names': [shown(one) for host in candidate.hosts for one in host.names][:20],
        'file': shown(candidate.hosts[0].file),
        'user': candidate.hosts[0].php,
        'webroots': webroots,
        'databases': [database for database, _password in made],
        'site_application': _application(candidate),
        'protected': owner is not None and not lacks,
        'protected_by': owner,
        'remarks': [*(str(remark) for remark in (found.remarks if found else ())), *lacks],
    }
    entry['remarks'] += _unusable(entry)
    return entry, {database['password_variable']: password for database, password in made if password is not None}


def shown(text: str) -> str:
    """Text of strangers as JSON, terminals and YAML may hold it."""
    return printable(os.fsencode(text)) if not text.isprintable() else text


def _name(candidate: Candidate) -> str:
    """The server's name, and the path below which it is served; else the names of its folders."""
    path = '' if candidate.url_path == '/' else f'-{candidate.url_path}'
    if candidate.server_name:
        return candidate.server_name + path
    parts = [
        part for part in candidate.webroot.split('/') if part not in ('', 'var', 'www', 'srv', 'home', 'usr', 'share')
    ]
    return '-'.join(parts) or 'site'


def _webroots(candidate: Candidate, reader: Reader) -> list[dict[str, Any]]:
    """The application's own folders, then what the virtual host serves beside them; none inside of another.

    Sites in it are sites of their own: they are left out here, or everything would be stored twice.
    """
    own = [dict(one) for one in candidate.found.webroots] if candidate.found else []
    own = own or [{'path': candidate.webroot}]
    kept: list[dict[str, Any]] = []
    for webroot in [*own, *({'path': path} for path in candidate.extra)]:
        real = reader.real(str(webroot['path']))
        if real is None or any(inside(real, reader.real(one['path']) or '') for one in kept):
            continue
        inner = [f'{os.path.relpath(path, real)}/' for path in candidate.inner if inside(path, real)]
        kept.append({'path': str(webroot['path']), 'exclude': [*(webroot.get('exclude') or []), *inner]})
    return kept


def _usable(database: Mapping[str, Any]) -> bool:
    """A database of which enough is known to name it."""
    return bool(
        database.get('engine') and (database.get('path') if database['engine'] == 'sqlite' else database.get('name'))
    )


def _database(
    wanted: Mapping[str, Any], listed: Sequence[Mapping[str, Any]], site_name: str
) -> tuple[dict[str, Any], str | None]:
    """(the inventory's words, the password that they lack).

    On a server of this machine that lets us in by our system account, that account is taken: the dump is complete, and
    no password is written anywhere. Elsewhere only the site's own account is known.
    """
    entry = {key: value for key, value in wanted.items() if key in DATABASES and key != 'login_password'}
    if entry['engine'] == 'sqlite':
        return {'engine': 'sqlite', 'path': entry['path']}, None
    if login := databases.login_of(wanted, listed):
        return {'engine': entry['engine'], 'name': entry['name'], **login}, None
    password = wanted.get('login_password')
    if password in (None, ''):
        return entry, None
    return {**entry, 'password_variable': variable(site_name, str(entry['name']))}, str(password)


def variable(site_name: str, database: str) -> str:
    """The name of the variable in the vault file that holds a database's password."""
    words = re.sub(r'[^a-z0-9]+', '_', f'{site_name}_{database}'.lower()).strip('_')
    return f'vault_{words}_password'


def _application(candidate: Candidate) -> dict[str, Any]:
    """website_sites[].application, where there is something to say."""
    found, said = candidate.found, {}
    if found and found.kind in APPLICATION['kind']['choices'] and found.kind != 'auto':
        said['kind'] = found.kind
    if found and found.document_root and found.document_root != found.webroots[0]['path']:
        said['document_root'] = found.document_root
    return said


def _unusable(entry: Site) -> list[str]:
    """What the inventory would refuse of the entry, as remarks: hostile names end here."""
    logins = [{key: value for key, value in one.items() if key in DATABASES} for one in entry['databases']]
    as_site = {key: entry[key] for key in ('name', 'webroots')}
    as_site |= {'databases': logins, 'application': entry['site_application']}
    try:
        found = problems([as_site], {'store': 'archive', 'location': '/var/lib/rawat'})
    except (KeyError, TypeError, ValueError) as error:
        found = [f'{type(error).__name__}: {error}']
    return [f'as an inventory entry it is not usable: {problem}' for problem in found if problem[:8] != 'website_']
