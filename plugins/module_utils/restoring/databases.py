# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database beside the live one: loaded under a name of its own, compared with the census, then exchanged.

The engines do the work (engines/__init__.py); here is what to ask of them, and with which login. A SQLite database
that lies in a webroot which is restored as well is put into the new tree instead, and changes places with it.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import os
import stat
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils import census, engines
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.restoring import durable, tables, trees
from ansible_collections.rawat.website.plugins.module_utils.restoring.request import RestoreRequest
from ansible_collections.rawat.website.plugins.module_utils.site_run import SQLITE_FILES

SHOWN = 5  # differences that an error quotes
# Bytes of a name: MariaDB takes 64 characters (Identifier Names), PostgreSQL 63 bytes (NAMEDATALEN). Bytes are safe.
NAME_LIMIT = 63
LOCAL = (None, '', 'localhost')


class Source(NamedTuple):
    """Where a database comes from."""

    repository: Any
    point: dict
    stored: dict  # the manifest's part


def administrator(database: dict, request: RestoreRequest) -> dict:
    """The inventory's entry with the login that may make databases: the request's, or the usual one of this machine."""
    engine = database['engine'].replace('mysql', 'mariadb')
    if engine == 'sqlite':
        return dict(database)
    entry = _at_destination(database, request)
    given = {**(request.logins or {})}
    login = given.get(database['engine']) or given.get(engine)
    if login:
        return _without_login(entry) | {key: value for key, value in login.items() if value is not None}
    if request.to_login_user is not None:
        return entry | {'login_user': request.to_login_user, 'login_password': request.to_login_password}
    host = entry.get('login_host')
    if os.geteuid() != 0 or not (host in LOCAL or str(host).startswith('/')):  # a path is PostgreSQL's socket folder
        return entry  # only the inventory's own login can get in
    if engine == 'mariadb':
        return _without_login(entry) | {'login_user': 'root'}
    return _without_login(entry) | {'login_user': 'postgres', 'become_user': entry.get('become_user') or 'postgres'}


def _at_destination(database: dict, request: RestoreRequest) -> dict:
    """The entry with the server that the request names instead."""
    changes = {'login_host': request.to_login_host, 'login_port': request.to_login_port}
    changes['login_unix_socket'] = request.to_login_unix_socket
    named = {key: value for key, value in changes.items() if value is not None}
    if not named:
        return dict(database)
    kept = {key: value for key, value in database.items() if key not in ('login_host', 'login_port')}
    kept.pop('login_unix_socket', None)
    return kept | named


def _without_login(entry: dict) -> dict:
    return {key: value for key, value in entry.items() if key not in ('login_user', 'login_password')}


def new_part(database: dict, manifest_part: dict, request: RestoreRequest, restore_id: str) -> dict:
    """The journal's part for a database; looks, but touches nothing."""
    sqlite = database['engine'] == 'sqlite'
    to = request.to_database or (database['path'] if sqlite else database['name'])
    short = hashlib.sha256(f'{restore_id} {manifest_part["label"]}'.encode()).hexdigest()[:8]
    part = {
        'kind': 'database', 'name': manifest_part['name'], 'label': manifest_part['label'],
        'engine': database['engine'], 'method': 'swap', 'within': None,
        'table': _table(manifest_part, request),
        'destination': {
            field: getattr(request, field)
            for field in ('to_login_host', 'to_login_port', 'to_login_unix_socket', 'to_login_user')
            if getattr(request, field) is not None
        },
    }  # fmt: skip
    if sqlite:
        names = sqlite_names(to, restore_id)
        to, live_bytes = names['to'], names['live_bytes']
    else:
        live_bytes = size_of(administrator(database, request) | {'name': to})
        names = {'new': beside(to, f'__rawat_new_{short}'), 'old': beside(to, f'__rawat_old_{short}')}
    if request.table is not None and live_bytes is None:
        raise RestoreError(f'table {request.table!r}: there is no database {to} to put it into; restore the database')
    exists = live_bytes is not None
    if exists and request.table is not None:
        exists = tables.is_there(administrator(database, request), to, part['table'])
    return part | names | {'to': to, 'exists': exists, 'live_bytes': live_bytes if exists else None}


def _table(stored: dict, request: RestoreRequest) -> str | None:
    """The table's name as the census has it: PostgreSQL's may be given without its schema where only one fits."""
    known, table = stored['census']['tables'], request.table
    if table is None or table in known:
        return table
    fitting = [name for name in known if stored['engine'] == 'postgresql' and name.partition('.')[2] == table]
    if len(fitting) == 1:
        return str(fitting[0])
    near = fitting or difflib.get_close_matches(table, known, 5, 0.3) or sorted(known)[:5]
    raise RestoreError(f'table {table!r} is not in {stored["label"]}; there is, for one: {", ".join(near)}')


def sqlite_names(path: str, restore_id: str) -> dict:
    """The names of a SQLite database that is exchanged by itself, and what stands there now."""
    real = trees.real_path(path)
    folder, name = os.path.split(real)
    exists = os.path.exists(real)
    return {
        'to': real, 'exists': exists, 'live_bytes': os.path.getsize(real) if exists else None,
        'new': os.path.join(folder, f'.{name}.rawat-new-{restore_id}'),
        'old': os.path.join(folder, f'.{name}.rawat-old-{restore_id}'),
    }  # fmt: skip


def beside(name: str, suffix: str) -> str:
    """`name` with `suffix`, cut where a server would not take it; the suffix tells two cut names apart."""
    kept = name.encode()[: NAME_LIMIT - len(suffix)].decode(errors='ignore')
    return f'{kept}{suffix}'


def size_of(database: dict) -> int | None:
    """Bytes of a live database, None when there is none."""
    return engines.engine(database['engine']).size_of(database)


def named(part: dict, database: dict, name: str) -> dict:
    """The inventory's entry for another database on the same server."""
    return {**database, ('path' if part['engine'] == 'sqlite' else 'name'): name}


def build(part: dict, database: dict, source: Source, progress: Any, tree: dict | None) -> list[str]:
    """Load the database beside the live one, or into `tree` (a webroot's part); remarks. Compared with the census."""
    if tree is None:
        return _load(part, database, source, progress, part['new'])
    owner, group, _mode = _owner(part, source.stored) or (os.geteuid(), os.getegid(), 0)
    with trees.nursery(tree, (owner, group)) as folder:
        place = os.path.join(folder, os.path.basename(part['to']))
        remarks = _load(part, database, source, progress, place)
        trees.adopt(tree, place, part['within']['path'])
    return remarks


def _load(part: dict, database: dict, source: Source, progress: Any, into: str) -> list[str]:
    engine, (repository, point, stored) = engines.engine(part['engine']), source
    dump = repository.read_stream(point, stored)
    accounts = repository.read_stream(point, stored, 'accounts_') if stored.get('accounts_file') else None
    if part['table'] is not None and part['engine'] in tables.IN_ONE_TRANSACTION:
        table = part['table']
        facts = {'remarks': engine.load_table(
            database, stored, dump, table, accounts=accounts, into=into, progress=progress
        )}  # fmt: skip
    else:
        facts = engine.load(database, stored, dump, accounts, into=into, progress=progress)
    if part['engine'] == 'sqlite':
        _give_to_owner(into, part, stored)
    remarks = list(facts.get('remarks') or [])
    if part['table'] is not None:
        remarks += tables.look(part, database)
    return remarks + compare(part, stored, engine.census_of(named(part, database, into)))


def _owner(part: dict, stored: dict) -> tuple[int, int, int] | None:
    """Owner, group and mode of the live file, or as recorded; None where neither is known."""
    within = stored.get('within')
    if os.path.exists(part['to']):
        found = os.stat(part['to'])
        return found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)
    if within:
        owner, group = map(int, within['owner'].split(':'))
        return owner, group, int(within['mode'], 8)
    return None


def _give_to_owner(path: str, part: dict, stored: dict) -> None:
    """A site that may not write its database is no site."""
    known = _owner(part, stored)
    if known is None:
        return
    if os.geteuid() == 0:
        os.chown(path, *known[:2], follow_symlinks=False)
    os.chmod(path, known[2])


def copy_entry(part: dict, database: dict, tree: dict | None) -> dict:
    """The inventory's entry for the copy that was built."""
    place = part['new'] if tree is None else os.path.join(trees.tree_of(tree), part['within']['path'])
    return named(part, database, place)


def was_exchanged(part: dict, database: dict) -> bool:
    """Whether the exchange of this database has at least begun."""
    if part['within']:
        return False  # the tree knows
    if part['table'] is not None:
        return bool(part.get('begun'))
    engine = engines.engine(part['engine'])
    return engine.swap_state(database, part['to'], part['new'], part['old']) != 'before'


def compare(part: dict, stored: dict, found: dict) -> list[str]:
    """RestoreError unless the copy is what the census of the recovery point says; remarks about accounts.

    Accounts belong to the server, not to the database: those that exist keep their passwords and other rights. So what
    differs there is told, and forbids nothing.
    """
    recorded = stored['census']
    if part['table'] is not None:
        recorded, found = _only_table(recorded, part['table']), _only_table(found, part['table'])
    if recorded.get('checksum_method') != found.get('checksum_method'):  # another version words definitions differently
        recorded = {key: value for key, value in recorded.items() if key not in ('definitions', 'grants')}
    strict = _without_accounts(recorded)
    differences = census.differences(strict, _without_accounts(found))
    if differences:
        shown = '; '.join(differences[:SHOWN])
        raise RestoreError(
            f'database {part["label"]}: what was loaded differs from the census ({len(differences)} differences): '
            f'{shown}; the live database was not touched. Choose another recovery point'
        )
    return [f'database {part["label"]}: as it was found here: {line}' for line in census.differences(recorded, found)]


def _without_accounts(found: dict) -> dict:
    """A census without what an account's own state decides: password hashes and rights that it has besides."""
    kept = {key: value for key, value in found.items() if key != 'grants'}
    if 'definitions' in kept:
        kept['definitions'] = {kind: names for kind, names in kept['definitions'].items() if kind != 'password'}
    return kept


def _only_table(found: dict, table: str) -> dict:
    """The part of a census that speaks of one table: rows and content."""
    kept: dict[str, Any] = {key: {} for key in ('objects', 'settings')}
    for key in ('tables', 'checksums', 'unsummed'):
        if key in found:
            kept[key] = {name: value for name, value in found[key].items() if name == table}
    return kept | {'accounts': [], 'checksum_method': found.get('checksum_method')}


def put_live(part: dict, database: dict, back: bool = False) -> None:
    """Exchange the live database for the restored one, or back. Restartable: a second call finishes the first."""
    if part['within']:
        return  # it is in the tree
    engine = engines.engine(part['engine'])
    if part['table'] is not None:
        tables.put_live(part, database, back)
        return
    if back and not part['exists']:  # there was none: the live one only gets its former name back
        engine.swap(database, part['new'], part['to'], part['old'])
        return
    first, second = (part['old'], part['new']) if back else (part['new'], part['old'])
    engine.swap(database, part['to'], first, second)


def kept(part: dict, back: bool = False) -> str | None:
    """The name under which the other one stays after the exchange; None when there was none."""
    if part['within'] or (not part['exists'] and not back):
        return None
    return part['new'] if back else part['old']


def remove(part: dict, database: dict, *, old: bool) -> list[str]:
    """Drop what stands beside under names of ours, what was live before only with `old`; gone already is fine."""
    if part['within']:
        return []
    removed = []
    for name in (part['new'], part['old']) if old else (part['new'],):
        if part['engine'] == 'sqlite':
            removed += _remove_files(name)
        else:
            there = size_of(named(part, database, name)) is not None
            engines.engine(part['engine']).drop(database, name)  # also one that a dead client is still making
            removed += [f'{part["engine"]} database {name}'] if there else []
    return removed


def files(parts: list[dict]) -> list[str]:
    """The files of restored SQLite databases that are exchanged by themselves; servers write their own."""
    own = [part for part in parts if part['kind'] == 'database' and part['engine'] == 'sqlite']
    return [part['new'] for part in own if not part['within']]


def _remove_files(path: str) -> list[str]:
    removed = []
    for suffix in SQLITE_FILES:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + suffix)
            removed.append(path + suffix)
    durable.sync_folders(removed)
    return removed
