# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL: pg_dump in the snapshot that our census session exports, so that both see the same rows for certain."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import (
    Preflight,
    Reader,
    missing_objects,
    postgresql_definitions,
    postgresql_roles,
    read_with_zstd,
    safe_label,
    secret_word,
    sorted_objects,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import copy
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_census import Census
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_client import (
    Connection,
    explain,
    literal,
    maintenance,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_exchange import (
    has_table,
    look_table,
    remove_table,
    swap_table,
    table_kept,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_load import load
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_server import private_server
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_stream import Inspector
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_swap import drop, swap, swap_state
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_table import load_table
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_turns import turns
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import CensusError, DumpError, PreflightError

__all__ = [
    'Connection', 'capture', 'census_of', 'drop', 'has_table', 'label', 'load', 'load_table', 'look_table', 'preflight',
    'private_server', 'remove_table', 'restore_commands', 'size_of', 'swap', 'swap_state', 'swap_table', 'table_kept',
    'turns',
]  # fmt: skip
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
        result.problems = [explain(database, failure)]
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
        self._taker = Census(session)
        if self._taker.tables:  # now, or a count could queue behind an ALTER that waits for the paused dump
            tables = ', '.join(f'ONLY {quoted}' for quoted in self._taker.tables.values())
            session.ask(f'LOCK TABLE {tables} IN ACCESS SHARE MODE;')
        self.dump = connection.dump(f'--snapshot={snapshot}', *_restrict_key(connection))
        self._census: dict[str, Any] = {}
        self._taker.begin()  # the server counts while the dump flows

    def census(self) -> dict[str, Any]:
        """Exact rows of every table and all the rest, in the dump's own snapshot. Raises CensusError."""
        if not self._census:
            try:
                self._census = self._taker.finish()
                self._statements = postgresql_roles.role_statements(self.session, self._taker.roles)
            except process.CommandFailed as failure:
                raise CensusError(f'PostgreSQL {self.name}: the rows could not be counted: {failure}') from failure
        return self._census

    def compare(self, census: Mapping[str, Any]) -> list[str]:
        """What the stream lacks. Enters the sequences into `census` as the stream has them: no snapshot holds them."""
        seen = [(thing.kind, thing.name) for thing in self._taker.things if thing.title in self.inspector.titles]
        seen += [('large_object', oid) for oid in self.inspector.large_objects]
        lines = missing_objects(census, {'tables': self.inspector.tables, 'objects': sorted_objects(seen)})
        lines += self._settle_sequences(census['definitions']['sequence_state'])
        return lines if self.inspector.complete else [*lines, 'the dump has no end marker']

    def _settle_sequences(self, states: dict[str, str]) -> list[str]:
        """A sequence that moved meanwhile is in the dump with some state of its way; one that stood still, as it is."""
        lines, now = [], None
        for name, (quoted, before) in self._taker.sequences.items():
            dumped = self.inspector.sequences.get(quoted, before)
            if dumped != before:
                now = now or postgresql_definitions.sequence_states(self.session)
                if now.get(name, ('', ''))[1] == before:
                    lines.append(f'sequence {name} stands elsewhere in the dump than in the database')
                states[name] = dumped
        return lines

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
            raise DumpError(explain(database, failure)) from failure
        yield running


def _restrict_key(connection: Connection) -> list[str]:
    """pg_dump fences its output off with a random word; ours is secret, too, but equal rows give an equal stream."""
    if '--restrict-key' not in connection.help('--help'):
        return []
    return [f'--restrict-key={secret_word(f"postgresql {connection.name}")}']


# ---------------------------------------------------------------- what a copy holds
def census_of(database: Mapping[str, Any]) -> dict[str, Any]:
    """The same census of a running database, over a connection of its own. Raises CensusError."""
    try:
        with contextlib.closing(Connection(database).session()) as session:
            session.ask('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;')
            taker = Census(session)
            taker.begin()
            return taker.finish()
    except process.CommandFailed as failure:
        raise CensusError(explain(database, failure)) from failure


def size_of(database: Mapping[str, Any]) -> int | None:
    """Bytes of the database `database['name']`; None when there is none. Raises PreflightError."""
    try:
        with contextlib.closing(Connection({**database, 'name': maintenance(database['name'])}).session()) as session:
            rows = session.ask(
                copy(f'SELECT pg_database_size(oid) FROM pg_database WHERE datname = {literal(database["name"])}')
            )
            return int(rows[0][0]) if rows else None
    except process.CommandFailed as failure:
        raise PreflightError([explain(database, failure)]) from failure
