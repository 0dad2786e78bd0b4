# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL: pg_dump in the snapshot that our census session exports, so that both see the same rows for certain."""

from __future__ import annotations

import contextlib
import glob
import re
import shutil
from collections.abc import Iterator, Mapping
from subprocess import PIPE
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import (
    Preflight,
    Reader,
    missing_objects,
    postgresql_catalogue,
    postgresql_roles,
    read_with_zstd,
    safe_label,
    secret_word,
    sorted_objects,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import Thing, copy
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_stream import Inspector
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import CensusError, DumpError, PreflightError
from ansible_collections.rawat.website.plugins.module_utils.options import defaults

PSQL = ('--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--no-password', '--set=ON_ERROR_STOP=1')
DUMP = ('--format=plain', '--create', '--no-password', '--no-tablespaces', '--lock-wait-timeout=30s')
START = (
    "SELECT set_config('client_encoding', CASE current_setting('server_encoding') WHEN 'SQL_ASCII' THEN 'SQL_ASCII' "
    "ELSE 'UTF8' END, false), set_config('search_path', '', false), set_config('statement_timeout', '0', false), "
    "set_config('idle_in_transaction_session_timeout', '0', false), set_config('lock_timeout', '30s', false) "
    '\\g /dev/null'
)
SHOWN = 20  # missing rights that are spelled out; the rest is counted


def label(database: Mapping[str, Any]) -> str:
    """'postgresql.mediawiki'"""
    return safe_label('postgresql', database['name'])


def restore_commands(part: Mapping[str, Any], read: Reader = read_with_zstd) -> list[str]:
    """Roles first, then the dump, which creates its database; both start in the database `postgres`.

    RESTORE.md is for root, and a stock server lets root in as nobody, but the account postgres as the superuser.
    """
    files = [part.get('accounts_file'), part['file']]
    superuser = 'POSTGRES="${POSTGRES-runuser -u postgres --}"  # empty: the account that PGHOST and PGUSER name'
    return [superuser, *(f'{read(file)} | $POSTGRES psql -X -q -v ON_ERROR_STOP=1 postgres' for file in files if file)]


class Connection:
    """The programs and the login of one inventory database. Raises PreflightError when a program is missing."""

    def __init__(self, database: Mapping[str, Any]):
        self.name, self.account = str(database['name']), database.get('become_user')
        self.environment = _environment(database)
        self.psql, self.pg_dump = (_program(name, 'PGHOST' in self.environment) for name in ('psql', 'pg_dump'))
        if not process.may_become(self.account):
            raise PreflightError([f'PostgreSQL {self.name}: only root can run psql as {self.account} (become: true)'])

    def session(self) -> Session:
        argv = [self.psql, *PSQL]
        child = process.spawn(argv, stdin=PIPE, environment=self.environment, account=self.account)
        session = Session(child, lambda word: f"SELECT '{word}';")
        try:
            session.ask(START)
        except BaseException:
            session.close()
            raise
        return session

    def dump(self, *options: str) -> process.Child:
        argv = [self.pg_dump, *DUMP, *options]
        return process.spawn(argv, environment=self.environment, account=self.account)

    def help(self, *options: str) -> str:
        return process.run([self.pg_dump, *options], account=self.account).decode('utf-8', 'replace').strip()


def _environment(database: Mapping[str, Any]) -> dict[str, str]:
    """libpq's own variables: a database name on the command line could be taken for a connection string."""
    host = database.get('login_unix_socket') or database.get('login_host')
    settings = {
        'PGDATABASE': database['name'],
        'PGHOST': host,
        'PGPORT': database.get('login_port'),
        'PGUSER': database.get('login_user') or database.get('become_user'),
        'PGPASSWORD': database.get('login_password'),
        'PGCONNECT_TIMEOUT': defaults()['connect_timeout'],
        'PGPASSFILE': '/dev/null',
        'PGAPPNAME': 'rawat',
    }
    return {key: str(value) for key, value in settings.items() if value not in (None, '')}


def _program(name: str, located: bool) -> str:
    """The client. Debian's is a Perl script that chooses a version and a server, at several times the client's cost.

    Where the inventory says which server (`located`) and there is one version only, the client itself serves.
    """
    versions = glob.glob(f'/usr/lib/postgresql/*/bin/{name}')
    if located and len(versions) == 1:
        return versions[0]
    if path := shutil.which(name):
        return path
    raise PreflightError([f'{name} is not installed here: install the package postgresql-client'])


# ---------------------------------------------------------------- preflight
def preflight(database: Mapping[str, Any]) -> Preflight:
    """Everything that would make the dump fail or be incomplete, each as one line with its remedy."""
    result = Preflight()
    try:
        connection = Connection(database)
        result.client = connection.help('--version')
        with contextlib.closing(connection.session()) as session:
            query = "SELECT current_setting('server_version'), pg_database_size(current_database())"
            ((version, size),) = session.ask(copy(query))
            result.server, result.estimated_bytes = f'PostgreSQL {version}', int(size)
            result.problems = _too_old(connection.name, result) or _missing(connection.name, session)
            result.remarks = _remarks(connection.name, session)
    except PreflightError as error:
        result.problems = error.problems
    except process.CommandFailed as failure:
        result.problems = [_explain(database, failure)]
    return result


def _too_old(name: str, result: Preflight) -> list[str]:
    client, server = (_major(text) for text in (result.client, result.server))
    if client >= server:
        return []
    return [f'PostgreSQL {name}: {result.client} cannot dump {result.server}: install postgresql-client-{server}']


def _major(text: str) -> int:
    match = re.search(r'(\d+)', text.replace('(PostgreSQL)', ''))
    return int(match.group(1)) if match else 0


def _missing(name: str, session: Session) -> list[str]:
    lines = postgresql_roles.missing_rights(session)
    problems = [f'PostgreSQL {name}: a complete dump needs a right more: {line}' for line in lines[:SHOWN]]
    if len(lines) > SHOWN:
        problems.append(f'PostgreSQL {name}: and {len(lines) - SHOWN} rights more of the same kind')
    return problems


def _remarks(name: str, session: Session) -> list[str]:
    remarks = []
    if not postgresql_roles.may_read_passwords(session):
        remarks.append(
            f'PostgreSQL {name}: passwords of roles cannot be read and are not kept; to keep them: GRANT SELECT ON '
            'pg_catalog.pg_authid TO the backup role'
        )
    placed = (
        'SELECT count(*) FROM pg_class WHERE reltablespace <> 0 AND reltablespace <> '
        "(SELECT oid FROM pg_tablespace WHERE spcname = 'pg_global')"
    )
    if session.ask(copy(placed)) != [['0']]:
        remarks.append(f'PostgreSQL {name}: tablespaces are not kept: everything is restored into the default one')
    return remarks


def _explain(database: Mapping[str, Any], failure: process.CommandFailed) -> str:
    reason = ' '.join(failure.stderr.split()) or str(failure)
    remedies = {
        'Peer authentication failed': 'set become_user to the system account that login_user belongs to',
        'password authentication failed': 'login_password is wrong',
        'no password supplied': 'the server wants a password: set login_password',
        'does not exist': 'there is no such database or role: look at name and login_user',
        'Connection refused': 'is the server running, are login_host, login_port and login_unix_socket right?',
        'No such file or directory': 'is the server running, is login_unix_socket (a folder) right?',
        'could not translate host name': 'login_host is wrong',
        'permission denied': 'the role has too few rights',
    }
    remedy = next((remedy for words, remedy in remedies.items() if words in reason), 'see the message of the client')
    return f'PostgreSQL {database["name"]}: {reason}; {remedy}'


# ---------------------------------------------------------------- capture
class Capture:
    """A running pg_dump and the session whose snapshot it reads."""

    def __init__(self, connection: Connection, session: Session):
        self.session, self.name, self.inspector = session, connection.name, Inspector()
        self.remarks: list[str] = []
        session.ask('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;')
        position = 'CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END'
        ((snapshot, lsn),) = session.ask(f'SELECT pg_export_snapshot() || chr(9) || {position};')
        self.snapshot: dict[str, Any] = {'kind': 'exported', 'id': snapshot, 'lsn': lsn}
        self.things = postgresql_catalogue.things(session)
        self.tables = postgresql_catalogue.tables(session)
        self.large_objects = postgresql_catalogue.large_objects(session)
        if (
            self.tables
        ):  # now, or a count could queue behind an ALTER that waits for the paused dump, and nothing would end
            session.ask(
                f'LOCK TABLE {", ".join(f"ONLY {quoted}" for quoted in self.tables.values())} IN ACCESS SHARE MODE;'
            )
        self.dump = connection.dump(f'--snapshot={snapshot}', *_restrict_key(connection))
        self._census: dict[str, Any] = {}
        counts = (f'SELECT {number}, count(*) FROM ONLY {quoted}' for number, quoted in enumerate(self.tables.values()))
        self._questions = '\n'.join(copy(query) for query in counts)
        self._sent = len(self._questions) < process.PIPE_SIZE // 2
        if self._sent:
            session.send(self._questions)  # the server counts while the dump flows

    def census(self) -> dict[str, Any]:
        """Exact rows of every table, in the dump's own snapshot. Raises CensusError."""
        if not self._census:
            try:
                if not self._sent:
                    self.session.send(self._questions)
                rows = self.session.receive()
                self._roles = postgresql_roles.needed_roles(self.session)
                self._statements = postgresql_roles.role_statements(self.session, self._roles)
                settings = _settings(self.session)
            except process.CommandFailed as failure:
                raise CensusError(f'PostgreSQL {self.name}: the rows could not be counted: {failure}') from failure
            pairs = [(thing.kind, thing.name) for thing in self.things]
            pairs += [('large_object', oid) for oid in self.large_objects]
            self._census = {
                'tables': dict(zip(self.tables, (int(count) for _number, count in rows))),
                'objects': sorted_objects(pairs),
                'settings': settings,
                'accounts': sorted(self._roles.values()),
            }
        return self._census

    def compare(self, census: Mapping[str, Any]) -> list[str]:
        seen = [(thing.kind, thing.name) for thing in self.things if self._seen(thing)]
        seen += [('large_object', oid) for oid in self.inspector.large_objects]
        lines = missing_objects(census, {'tables': self.inspector.tables, 'objects': sorted_objects(seen)})
        return lines if self.inspector.complete else [*lines, 'the dump has no end marker']

    def _seen(self, thing: Thing) -> bool:
        return thing.title in self.inspector.titles

    def accounts(self) -> bytes:
        self.census()
        return self._statements.encode('utf-8', 'surrogateescape')


@contextlib.contextmanager
def capture(database: Mapping[str, Any]) -> Iterator[Capture]:
    """Export a snapshot, start pg_dump in it; raises DumpError, CensusError (rights that lack) or PreflightError."""
    connection = Connection(database)
    with contextlib.ExitStack() as stack:
        try:
            session = stack.enter_context(contextlib.closing(connection.session()))
            if missing := _missing(connection.name, session):
                raise CensusError('; '.join(missing))
            running = Capture(connection, session)
            stack.callback(running.dump.kill)
        except process.CommandFailed as failure:
            raise DumpError(_explain(database, failure)) from failure
        yield running


def _restrict_key(connection: Connection) -> list[str]:
    """pg_dump fences its output off with a random word; ours is secret, too, but equal rows give an equal stream."""
    if '--restrict-key' not in connection.help('--help'):
        return []
    return [f'--restrict-key={secret_word(f"postgresql {connection.name}")}']


def _settings(session: Session) -> dict[str, str]:
    query = (
        'SELECT pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit, pg_get_userbyid(datdba), '
        "COALESCE((SELECT string_agg(c, ' ' ORDER BY c) FROM pg_db_role_setting s, unnest(s.setconfig) c "
        "WHERE s.setdatabase = d.oid AND s.setrole = 0), '') FROM pg_database d WHERE datname = current_database()"
    )
    (row,) = session.ask(copy(query))
    return dict(zip(('encoding', 'collate', 'ctype', 'connection_limit', 'owner', 'parameters'), row))
