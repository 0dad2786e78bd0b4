# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a configuration file becomes: addresses and paths in its strings, and the login of its database.

Nothing is executed and nothing is written here. A login that stands there in a form that is no literal (getenv(), a
concatenation) is a problem, because the clone would go on using the old database; it is named with its line.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from typing import NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.site_settings import environment_files
from ansible_collections.rawat.website.plugins.module_utils.site_settings import php_assignments as php
from ansible_collections.rawat.website.plugins.module_utils.site_settings.known_files import (
    ENVIRONMENT,
    ENVIRONMENT_URL,
    Known,
)
from ansible_collections.rawat.website.plugins.module_utils.staging.needles import Needles


class Login(NamedTuple):
    """How the clone reaches a database; None: stays as it is in the file. An empty text is a value."""

    name: str | None = None
    user: str | None = None
    password: str | None = None
    host: str | None = None
    port: int | None = None
    socket: str | None = None


Logins = Mapping[str, Login]  # {name of the database as the site knew it: Login}


class Outcome(NamedTuple):
    """`changes` say what was changed, never a value; `problems` forbid the clone; both without the file's name."""

    data: bytes
    changes: list[str]
    problems: list[str]
    remarks: list[str]


def php_file(known: Known, data: bytes, needles: Needles, logins: Logins) -> Outcome:
    found = php.settings(data)
    edits: list[tuple[int, int, bytes]] = []
    outcome = Outcome(data, [], [], [])
    by_path: dict[tuple[str, ...], list[php.Setting]] = {}
    for setting in found:
        by_path.setdefault(setting.path, []).append(setting)
    login = _login_of(known, by_path, logins, data, outcome)
    if login:
        _set_login(known, by_path, login, data, edits, outcome)
    taken = {start for start, _end, _new in edits}
    _substitute(data, needles, taken, edits, outcome)
    for path in known.addresses:
        for setting in by_path.get(path, []):
            if setting.value is None:
                outcome.remarks.append(f'line {_line(data, setting.start)}: {path[-1]} is computed: see what it gives')
    return outcome._replace(data=_apply(data, edits))


def _login_of(known: Known, by_path: Mapping, logins: Logins, data: bytes, outcome: Outcome) -> Login | None:
    """The login of the database that the file names; the only one where the file leaves no choice."""
    if not known.names or not logins:
        return None
    places = by_path.get(known.names['name'], [])
    if not places:
        outcome.problems.append(f'it does not say the database ({"/".join(known.names["name"])}): set it by hand')
        return None
    last = places[-1]
    if last.value is None:
        line = _line(data, last.start)
        outcome.problems.append(f'line {line}: {last.path[-1]} is no literal and cannot be changed: write it as a text')
        return None
    if last.value not in logins:
        outcome.remarks.append(
            f'line {_line(data, last.start)}: it uses the database {last.value!r}, not of this clone'
        )
        return None
    return logins[last.value]


def _set_login(
    known: Known, by_path: Mapping, login: Login, data: bytes, edits: list[tuple[int, int, bytes]], outcome: Outcome
) -> None:
    for role, value in _values(known, login, by_path).items():
        path = known.names.get(role)
        places = by_path.get(path, []) if path else []
        if not places:
            place = '/'.join(path) if path else role
            outcome.problems.append(f'it has no {place} to take the new {role}: add the setting, then clone again')
        for setting in places:
            if setting.value is None:
                line = _line(data, setting.start)
                outcome.problems.append(
                    f'line {line}: {setting.path[-1]} is no literal and cannot be changed: write it as a text'
                )
            elif setting.value != str(value):
                is_number = isinstance(value, int) and data[setting.start : setting.start + 1].isdigit()
                edits.append((setting.start, setting.end, php.literal(value if is_number else str(value))))
                outcome.changes.append(f'line {_line(data, setting.start)}: {setting.path[-1]}')


def _values(known: Known, login: Login, by_path: Mapping) -> dict[str, str | int]:
    """What is to be set, by role; host, port and socket as one where the system wants that."""
    values = {role: value for role, value in login._asdict().items() if value is not None}
    has_port = by_path.get(known.names.get('port', ()))
    if known.compound:
        socket, port = values.pop('socket', None), None if has_port else values.pop('port', None)
        host = values.get('host', 'localhost')
        if socket or port:
            values['host'] = f'localhost:{socket}' if socket else f'{host}:{port}'
    return values


def _substitute(
    data: bytes, needles: Needles, taken: set[int], edits: list[tuple[int, int, bytes]], outcome: Outcome
) -> None:
    for start, end in php.strings(data):
        if start in taken or not needles.may_hold(data[start:end]):
            continue
        quote, inner = data[start : start + 1], data[start + 1 : end - 1]
        new, count = needles.substitute(inner) if quote in b'\'"' else needles.substitute(data[start:end])
        if count:
            edits.append((start, end, quote + new + quote if quote in b'\'"' else new))
            outcome.changes.append(f'line {_line(data, start)}: address or path')


def environment_file(data: bytes, needles: Needles, logins: Logins) -> Outcome:
    """A `.env` file: Laravel's DB_… variables, Symfony's DATABASE_URL, addresses and paths in any value."""
    outcome, edits = Outcome(data, [], [], []), []
    found = list(environment_files.variables(data))
    values = {variable.key: variable.value for variable in found}
    name = values.get(ENVIRONMENT['name'])
    login = logins.get(name) if name else None
    if name and logins and not login:
        outcome.remarks.append(f'it uses the database {name!r}, not of this clone')
    wanted = {
        ENVIRONMENT[role]: str(value) for role, value in (login or Login())._asdict().items() if value is not None
    }
    for key in sorted(set(wanted) - set(values)):
        outcome.problems.append(f'it has no {key}: add the line, then clone again')
    for variable in found:
        if variable.key == ENVIRONMENT_URL:
            after = _database_url(variable.value, logins, outcome)
        else:
            plain = variable.value.encode('utf-8', 'surrogateescape')
            substituted = needles.substitute(plain)[0].decode('utf-8', 'surrogateescape')
            after = wanted.get(variable.key) or substituted
        if after != variable.value:
            edits.append((variable.start, variable.end, environment_files.quoted(after)))
            outcome.changes.append(f'line {variable.line}: {variable.key}')
    return outcome._replace(data=_apply(data, edits))


def _database_url(url: str, logins: Logins, outcome: Outcome) -> str:
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError:
        outcome.problems.append(f'{ENVIRONMENT_URL} is no URL: write mysql://user:password@host:port/name')
        return url
    name = urllib.parse.unquote(parts.path.lstrip('/'))
    login = logins.get(name)
    if not login:
        if logins:
            outcome.remarks.append(f'{ENVIRONMENT_URL} names a database that is not of this clone')
        return url
    if login.socket:
        outcome.problems.append(f'{ENVIRONMENT_URL} has no place for a socket: give login_host and login_port')
    user = urllib.parse.quote(login.user, '') if login.user is not None else parts.username or ''
    password = urllib.parse.quote(login.password, '') if login.password is not None else parts.password
    authority = user + (f':{password}' if password is not None else '')
    host = login.host or parts.hostname or ''
    port = login.port or port
    place = f'{authority}@{host}' + (f':{port}' if port else '')
    return urllib.parse.urlunsplit(parts._replace(netloc=place, path='/' + urllib.parse.quote(login.name or name, '')))


def _apply(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for start, end, new in sorted(edits, reverse=True):
        data = data[:start] + new + data[end:]
    return data


def _line(data: bytes, position: int) -> int:
    return data.count(b'\n', 0, position) + 1
