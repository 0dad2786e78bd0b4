# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two censuses side by side: what a copy lacks, has too much or has otherwise, whatever the engine.

A census is what `capture.census()` took at backup, or `engine.census_of()` of a running copy:

    'tables': {table: rows}                   'objects': {kind: [names]}
    'settings': {key: value}                  'accounts': [names]
    'checksums': {table: text}                'unsummed': {table: reason}          'checksum_method': text
    'definitions': {kind: {name: hash}}       'undefined': {kind: {name: reason}}  'grants': {account: hash}

The last three lines are younger: where either side lacks one, nothing is a difference, and :func:`uncompared` tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Census = Mapping[str, Any]

# Of the settings only these belong to the data; the others describe the server or the file it happened to be on.
SETTINGS = {
    'character_set': 'character set',
    'collation': 'collation',
    'collate': 'collation',
    'ctype': 'character classification',
    'encoding': 'encoding',
    'comment': 'comment',
    'user_version': 'user_version',
    'application_id': 'application_id',
}
WITH_BODY = frozenset(('trigger', 'procedure', 'function', 'event', 'package', 'package body', 'aggregate', 'rule'))


def differences(expected: Census, found: Census, limit: int = 100) -> list[str]:
    """Every way in which the copy `found` is not `expected`, a sentence each; [] when they are equal.

    Beyond `limit` sentences one more counts the rest.
    """
    lines = [
        *_tables(expected, found),
        *_checksums(expected, found),
        *_objects(expected, found),
        *_definitions(expected, found),
        *_settings(expected, found),
        *_accounts(expected, found),
    ]
    if len(lines) <= limit:
        return lines
    return [*lines[:limit], f'and {len(lines) - limit} more differences']


def uncompared(expected: Census, found: Census) -> list[str]:
    """What :func:`differences` could not look at, and why, a sentence each."""
    lines = []
    if not expected.get('checksum_method'):
        lines.append('the content of the tables was not compared: the recovery point has no checksums')
    elif expected['checksum_method'] != found.get('checksum_method'):
        other = found.get('checksum_method') or 'none'
        lines.append(
            'the content of the tables was not compared: checksums were taken by '
            f'"{expected["checksum_method"]}", here by "{other}"'
        )
    else:
        lines += _unsummed(expected, found)
    if 'definitions' not in expected or 'definitions' not in found:
        lines.append('the definitions of objects were not compared: the recovery point has none')
    else:
        lines += _undefined(expected, found)
    if 'grants' not in expected or 'grants' not in found:
        lines.append('the rights of accounts were not compared: the recovery point has no fingerprint of them')
    return lines


def _unsummed(expected: Census, found: Census) -> Iterator[str]:
    reasons = {**(found.get('unsummed') or {}), **(expected.get('unsummed') or {})}
    for table in sorted(reasons):
        if table in expected['tables']:
            yield f'the content of table {table} was not compared, only its rows were counted: {reasons[table]}'


def _undefined(expected: Census, found: Census) -> Iterator[str]:
    for kind, name, reason in sorted({*_reasons(expected), *_reasons(found)}):
        yield f'the definition of {_word(kind)} {name} was not compared: {reason}'


def _reasons(census: Census) -> Iterator[tuple[str, str, str]]:
    for kind, reasons in (census.get('undefined') or {}).items():
        for name, reason in reasons.items():
            yield kind, name, reason


def _tables(expected: Census, found: Census) -> Iterator[str]:
    for table, rows in expected['tables'].items():
        if table not in found['tables']:
            yield f'table {table} is missing'
        elif found['tables'][table] != rows:
            yield f'table {table} has {found["tables"][table]} rows instead of {rows}'
    yield from (f'table {table} is unexpected' for table in found['tables'] if table not in expected['tables'])


def _checksums(expected: Census, found: Census) -> Iterator[str]:
    method = expected.get('checksum_method')
    if not method or method != found.get('checksum_method'):
        return
    there = found.get('checksums') or {}
    for table, checksum in (expected.get('checksums') or {}).items():
        if found['tables'].get(table) != expected['tables'].get(table):
            continue  # said already
        if table in there and there[table] != checksum:
            yield f'the content of table {table} differs: checksum {there[table]} instead of {checksum}'
        elif table not in there and table not in (found.get('unsummed') or {}):
            yield f'table {table} has no checksum, though it had one at backup'


def _objects(expected: Census, found: Census) -> Iterator[str]:
    for kind in sorted({*expected['objects'], *found['objects']}):
        wanted, there = expected['objects'].get(kind, ()), found['objects'].get(kind, ())
        yield from (f'{_word(kind)} {name} is missing' for name in wanted if name not in set(there))
        yield from (f'{_word(kind)} {name} is unexpected' for name in there if name not in set(wanted))


def _definitions(expected: Census, found: Census) -> Iterator[str]:
    """Kinds that are no objects of their own (a constraint, an index) are missing or unexpected by their definition."""
    wanted, there = expected.get('definitions'), found.get('definitions')
    if wanted is None or there is None:
        return
    for kind in sorted({*wanted, *there}):
        ours, theirs = wanted.get(kind, {}), there.get(kind, {})
        for name in sorted({*ours, *theirs}):
            if name in ours and name in theirs:
                if ours[name] != theirs[name]:
                    what = 'body' if kind in WITH_BODY else 'definition'
                    yield f'the {what} of {_word(kind)} {name} differs'
            elif not any(_is_listed(census, kind, name) for census in (expected, found)):
                yield f'{_word(kind)} {name} is {"missing" if name in ours else "unexpected"}'


def _is_listed(census: Census, kind: str, name: str) -> bool:
    """Is the object counted by name, so that its absence is told elsewhere, or excused?"""
    listed = census['tables'] if kind == 'table' else census['objects'].get(kind, ())
    return name in listed or name in (census.get('undefined') or {}).get(kind, {})


def _settings(expected: Census, found: Census) -> Iterator[str]:
    for key, word in SETTINGS.items():
        wanted, there = expected['settings'].get(key), found['settings'].get(key)
        if wanted is not None and wanted != there:
            yield f'the {word} of the database is {there!r} instead of {wanted!r}'


def _accounts(expected: Census, found: Census) -> Iterator[str]:
    present = set(found['accounts'])
    yield from (f'account {name} is missing' for name in expected['accounts'] if name not in present)
    ours, theirs = expected.get('grants'), found.get('grants')
    if ours is None or theirs is None:
        return
    for account, rights in ours.items():
        if account in present and theirs.get(account) != rights:
            yield f'the rights or the password of account {account} differ'


def _word(kind: str) -> str:
    return kind.replace('_', ' ')
