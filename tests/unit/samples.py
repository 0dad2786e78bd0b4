# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records, site entries and events of the shapes that the playbooks give, for tests of what is drawn from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

NOWHERE = Path('/nowhere/inventory')
HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
START, END = '2026-11-22T10:15:30Z', '2026-11-22T10:17:45Z'


def database(name: str = 'peraturan', **changes: Any) -> dict[str, Any]:
    """One database of a complete site."""
    part = {
        'engine': 'mariadb',
        'name': name,
        'label': f'mariadb.{name}',
        'version': '10.11.14-MariaDB',
        'client': 'mariadb-dump 10.19',
        'snapshot': {'kind': 'synchronised'},
        'file': f'database.mariadb.{name}.sql.zst',
        'bytes': 19_000_000,
        'stored_bytes': 4_200_000,
        'sha256': HASH,
        'stored_sha256': HASH[::-1],
        'milliseconds': 2345,
        'census': {'tables': 12, 'rows': 345_678, 'view': 2, 'trigger': 1},
        'outcome': 'complete',
        'error': None,
        'remarks': [],
        'started': START,
        'finished': END,
    }
    return {**part, **changes}


def webroot(path: str = '/var/www/peraturan', **changes: Any) -> dict[str, Any]:
    """One webroot of a complete site."""
    part = {
        'path': path,
        'label': path.strip('/').replace('/', '-'),
        'kind': 'full',
        'base': None,
        'file': 'webroot.var-www-peraturan.tar.zst',
        'list_file': 'webroot.var-www-peraturan.files.zst',
        'list_sha256': HASH,
        'files': 2000,
        'directories': 120,
        'links': 3,
        'bytes': 68_000_000,
        'stored_bytes': 31_000_000,
        'stored_sha256': HASH,
        'added': 2000,
        'changed': 0,
        'removed': 0,
        'skipped': [],
        'milliseconds': 1234,
        'outcome': 'complete',
        'error': None,
        'remarks': [],
        'started': START,
        'finished': END,
    }
    return {**part, **changes}


def site(name: str = 'peraturan', **changes: Any) -> dict[str, Any]:
    """A complete site as it stands in record.json."""
    entry = {
        'site': name,
        'url': f'https://{name}.example.go.id/',
        'host': 'web1.example.go.id',
        'outcome': 'complete',
        'recovery_point': '2026-11-22T101530Z',
        'repository': {'store': 'archive', 'location': '/srv/backups'},
        'databases': [database(name)],
        'webroots': [webroot(f'/var/www/{name}')],
        'copies': [],
        'drill': None,
        'remarks': [],
        'error': None,
        'started': START,
        'finished': END,
        'milliseconds': 135_000,
        'skew_milliseconds': 2100,
        'test_read': {'bytes': 35_200_000, 'milliseconds': 321, 'method': 'sha256 of every file'},
    }
    return {**entry, **changes}


def failed(name: str = 'berita', **changes: Any) -> dict[str, Any]:
    """A site of which the database failed; its webroot was stored."""
    cause = 'mariadb-dump ended with exit code 2: Got error 2013: Lost connection to server during query'
    part = database(
        name,
        outcome='failed',
        error=cause,
        bytes=None,
        stored_bytes=None,
        sha256=None,
        stored_sha256=None,
        file=None,
        census=None,
    )
    return site(name, outcome='failed', databases=[part], error=f'{part["label"]}: {cause}', **changes)


def remarked(name: str = 'arsip', **changes: Any) -> dict[str, Any]:
    """A site with files that were left out."""
    skipped = [
        {'path': 'cache/sess_1\\x0aab', 'reason': 'a socket'},
        {'path': 'private/key.pem', 'reason': 'Permission denied'},
    ]
    part = webroot(
        f'/var/www/{name}',
        outcome='remarks',
        skipped=skipped,
        remarks=['the link current leaves the webroot: /srv/shared'],
    )
    return site(name, outcome='remarks', webroots=[part], **changes)


def unreachable(name: str = 'ejurnal', **changes: Any) -> dict[str, Any]:
    """A site whose host did not answer."""
    nothing = {
        'recovery_point': None,
        'repository': None,
        'started': None,
        'finished': None,
        'milliseconds': None,
        'skew_milliseconds': None,
    }
    error = 'web2 did not answer: check network, SSH and the account'
    return site(
        name,
        host='web2',
        outcome='unreachable',
        databases=[],
        webroots=[],
        test_read=None,
        error=error,
        **nothing,
        **changes,
    )


def drill(grade: str = 'A', **changes: Any) -> dict[str, Any]:
    """The result of a drill."""
    reasons = {
        'A': '2 pages answered as recorded',
        'B': 'this machine has no PHP extension mysqli',
        'C': 'this machine has no mariadbd',
        'F': 'table wp_posts has 4 rows instead of 5',
    }
    result = {
        'grade': grade,
        'reason': reasons[grade],
        'recovery_point': '2026-11-22T101530Z',
        'started': START,
        'finished': END,
        'milliseconds': 12_000,
        'phases': {'fetch_webroots': 1500, 'load_databases': 2500, 'compare_databases': 400},
        'rto_milliseconds': 4000,
        'rpo_milliseconds': 7_200_000,
        'census_equal': grade != 'F',
        'files_equal': True,
        'pages': [{'path': '/', 'status': 200, 'equal': True, 'difference': None}] if grade == 'A' else [],
        'differences': [reasons['F']] if grade == 'F' else [],
        'limitations': [reasons[grade]] if grade in 'BC' else [],
        'uncompared': ['table cache: its type FLOAT has no exact text'],
        'integrity': {'share': 2, 'of': 10, 'files': 3, 'bytes': 35_200_000, 'milliseconds': 90, 'method': 'sha256'},
        'host': 'drill.example.go.id',
    }
    return {**result, **changes}


def drilled(grade: str = 'A', name: str = 'peraturan', **changes: Any) -> dict[str, Any]:
    """A site as `verify` files it."""
    outcome = {'A': 'complete', 'F': 'failed'}.get(grade, 'remarks')
    result = drill(grade)
    own = {
        'drill': result,
        'error': f'drill: {result["reason"]}' if grade == 'F' else None,
        'remarks': [f'drill: {grade}: {result["reason"]}'] if grade in 'BC' else [],
    }
    return site(name, outcome=outcome, **{'databases': [], 'webroots': [], 'test_read': None, **own, **changes})


def restored(name: str = 'peraturan', **changes: Any) -> dict[str, Any]:
    """A site as `restore` files it."""
    parts = [
        {'kind': 'webroot', 'name': f'/var/www/{name}', 'to': f'/var/www/{name}', 'exists': True, 'bytes': 68_000_000,
         'live_bytes': 69_000_000, 'method': 'rename', 'written': 12, 'deleted': 3, 'unchanged': 1988,
         'old': f'/var/www/.{name}.rawat-old', 'milliseconds': 900},
        {'kind': 'database', 'name': f'mariadb.{name}', 'to': name, 'exists': False, 'bytes': 19_000_000,
         'live_bytes': None, 'method': 'swap', 'old': None, 'milliseconds': 1200},
    ]  # fmt: skip
    done = {
        'mode': 'in_place',
        'parts': parts,
        'point_started': START,
        'lost_milliseconds': 7_200_000,
        'needed_bytes': 87_000_000,
        'free_bytes': 9_000_000_000,
        'safety_point': '2026-11-22T121530Z',
        'maintenance': True,
        'old_kept': True,
        'cannot_keep': [],
        'pages': [{'path': '/', 'status': 200, 'equal': True, 'difference': None}],
        'way_back': [f'rawat restore --only {name} --undo'],
        'phases': {'safety_point': 3000},
        'host': 'web1.example.go.id',
    }
    own = {'restore': done, 'databases': [], 'webroots': [], 'test_read': None}
    return site(name, **{**own, **changes})


def record(*sites: dict[str, Any], **run: Any) -> dict[str, Any]:
    """A record of these sites."""
    steps = [(2, 'database_backup'), (3, 'webroot_backup'), (4, 'report')]
    if run.get('kind', 'backup') != 'backup':
        steps = [(1, run['kind'])]
    return {
        'schema': 1,
        'run': {
            'id': '20261122T101530Z-1f2e',
            'started': START,
            'finished': END,
            'collection_version': '0.1.0',
            'controller': 'controller',
            'language': 'id',
            'utc_offset_minutes': 420,
            'died': None,
            **run,
        },
        'assignment': None,
        'steps': [
            {'number': n, 'name': name, 'outcome': 'complete', 'started': START, 'finished': END} for n, name in steps
        ],
        'sites': list(sites),
    }


def plan(**hosts: list[str]) -> dict[str, Any]:
    """What run_plan planned: host=[site, …]."""
    return {
        'run_id': '20261122T101530Z-1f2e',
        'root': '/nowhere',
        'filing': '/nowhere/2026/11/20261122T101530Z-1f2e',
        'started': START,
        'language': 'en',
        'utc_offset_minutes': 0,
        'collection_version': '0.1.0',
        'controller': 'controller',
        'assignment': None,
        'hosts': {host: [{'name': name, 'url': None} for name in names] for host, names in hosts.items()},
    }


def event(kind: str, action: str, result: dict[str, Any], host: str = 'localhost') -> dict[str, Any]:
    """One event of ansible-runner."""
    return {
        'event': kind,
        'stdout': '',
        'event_data': {'host': host, 'task_action': f'rawat.website.{action}', 'res': result},
    }
