# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MariaDB: mariadb-dump in one transaction, and a census that saw the very same rows.

mariadb-dump cannot take over a snapshot of somebody else's. So all tables are locked against writing for the moment in
which both transactions begin: a locking session holds them (the first one against reading, too), the census begins its
transaction, mariadb-dump is started, and as soon as the server shows it waiting for the first table, its transaction
has begun as well, and the locks are released: some 50 to 100 ms, as long as it takes to start a program.
"""

from __future__ import annotations

import contextlib
import functools
import shlex
import time
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import (
    Preflight,
    Reader,
    mariadb_catalogue,
    mariadb_census,
    mariadb_grants,
    mariadb_load,
    mariadb_server,
    mariadb_swap,
    mariadb_turns,
    missing_objects,
    read_with_zstd,
    safe_label,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_census import Sums
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import (
    DUMP_OPTIONS,
    Connection,
    account_name,
    quoted,
    text,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_stream import Inspector
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import CensusError, DumpError, PreflightError

LOCK_SECONDS = 2  # how long our LOCK TABLES may make the site's writers queue behind somebody's long transaction
LOCK_ATTEMPTS = 3
COUNT_SECONDS = 60  # how long a count may wait behind an ALTER that waits for the paused dump: else neither would end
START_SECONDS = 10  # how long mariadb-dump may take until its transaction has begun, while the locks are held
POLL_SECONDS = 0.005


def label(database: Mapping[str, Any]) -> str:
    """'mariadb.wordpress'"""
    return safe_label('mariadb', database['name'])


def restore_commands(part: Mapping[str, Any], read: Reader = read_with_zstd) -> list[str]:
    """Accounts, then the dump; where there are rights on single tables, which must exist first, the accounts once more.

    --binary-mode and --comments, or the client turns CR LF into LF and leaves comments out of routines.
    """
    client = 'mariadb --binary-mode --comments --max-allowed-packet=1G'
    accounts = f'{read(part["accounts_file"])} | {client}' if part.get('accounts_file') else ''
    dump = f'{read(part["file"])} | {client} -- {shlex.quote(part["name"])}'
    again = accounts if (part.get('census') or {}).get('settings', {}).get('object_grants') else ''
    return [line for line in (accounts, dump, again) if line]


# ---------------------------------------------------------------- preflight
def preflight(database: Mapping[str, Any]) -> Preflight:
    """Everything that would make the dump fail or be incomplete, each as one line with its remedy."""
    result = Preflight()
    try:
        with Connection(database) as connection, contextlib.closing(connection.session()) as session:
            result.client = connection.version()
            result.server = session.ask('SELECT CONCAT(VERSION(), " ", @@version_comment);')[0][0]
            if 'mariadb' not in result.server.lower():
                result.problems = [
                    f'{connection.name}: the server is {result.server}; only MariaDB servers are supported'
                ]
            else:
                _examine(connection, session, result)
    except PreflightError as error:
        result.problems = error.problems
    except process.CommandFailed as failure:
        result.problems = [_explain(database, failure)]
    return result


def _examine(connection: Connection, session: Session, result: Preflight) -> None:
    name = connection.name
    missing = mariadb_grants.missing_rights(session, name)
    if not session.ask(f'SELECT 1 FROM information_schema.schemata WHERE schema_name={text(name)};'):
        # Without any right on it a database cannot be told from one that is not there.
        granted = f', or the account has no right on it: {" ".join(missing)}' if missing else ''
        result.problems = [f'MariaDB {name}: there is no database of this name on the server{granted}']
        return
    result.problems = [f'MariaDB {name}: a complete dump needs a right more: {line}' for line in missing]
    if missing:
        return
    size = f'SELECT IFNULL(SUM(data_length), 0) FROM information_schema.tables WHERE table_schema={text(name)};'
    result.estimated_bytes = int(session.ask(size)[0][0])
    result.problems += mariadb_catalogue.broken_views(connection, session) + mariadb_catalogue.trapped_events(
        session, name
    )
    listed = ', '.join(f'{table} ({engine})' for table, engine in mariadb_catalogue.non_transactional(session, name))
    if listed:
        result.remarks.append(
            f'MariaDB {name}: these tables have no transactions, so rows written during the dump may or may not be in '
            f'it: {listed}; ALTER TABLE … ENGINE=InnoDB mends it'
        )
    if mariadb_catalogue.versioned(session, name) and not mariadb_catalogue.keeps_history(connection, session):
        result.remarks.append(f'MariaDB {name}: the history of system-versioned tables is not kept (needs 10.11)')


def _explain(database: Mapping[str, Any], failure: process.CommandFailed) -> str:
    reason = failure.stderr.strip() or str(failure)
    where = (
        database.get('login_unix_socket')
        or f'{database.get("login_host") or "localhost"}:{database.get("login_port") or 3306}'
    )
    remedies = {
        'ERROR 1045': 'login_user or login_password is wrong, or the account may not log in from this host',
        'ERROR 1698': 'the account logs in through unix_socket: set become_user, or give it a password',
        'ERROR 1044': 'the account has no right on this database',
        'ERROR 1049': 'there is no database of this name',
        'ERROR 200': 'is the server running, are login_unix_socket, login_host and login_port right?',
    }
    remedy = next((remedy for code, remedy in remedies.items() if code in reason), 'see the message of the client')
    return f'MariaDB {database["name"]} at {where}: {reason}; {remedy}'


# ---------------------------------------------------------------- capture
class Capture:
    """A running mariadb-dump and, in a transaction of its own, the census of the same moment."""

    def __init__(self, connection: Connection, session: Session):
        self.connection, self.session, self.name = connection, session, connection.name
        self.remarks: list[str] = []
        self.snapshot: dict[str, Any] = {}
        self.inspector = Inspector()
        self.dump: process.Child
        self.loose = {table for table, _engine in mariadb_catalogue.non_transactional(session, self.name)}
        self.history = bool(mariadb_catalogue.versioned(session, self.name)) and mariadb_catalogue.keeps_history(
            connection, session
        )
        self._catalogue: dict[str, Any] = {}
        self._census: dict[str, Any] = {}

    def start(self) -> None:
        """Begin both transactions, together if it can be."""
        for _attempt in range(LOCK_ATTEMPTS):
            if self._start_together():
                return
        self._begin()
        self.dump = self._spawn()
        self.snapshot = {'kind': 'separate'}
        self.remarks.append(
            f'MariaDB {self.name}: the tables could not be locked within {LOCK_SECONDS} s, so census and dump began a '
            'moment apart'
        )

    def _start_together(self) -> bool:
        tables = mariadb_catalogue.table_names(self.session, self.name)
        with contextlib.closing(self.connection.session()) as locks:
            try:
                waiting = _lock(locks, self.name, tables)
            except process.CommandFailed:
                return False  # somebody's long transaction, or a table that has just gone
            started = time.monotonic()
            self._begin()
            if self._catalogue['tables'] != tables:
                self.session.ask('COMMIT;')
                return False  # a table was made between the list and the lock
            self.dump = self._spawn()
            met = not tables or self._wait_for_dump(locks, waiting)
            locks.ask('UNLOCK TABLES;')
            if not met:
                self.dump.kill()
                self.session.ask('COMMIT;')
                return False
        held = round((time.monotonic() - started) * 1000)
        position = self.session.ask('SELECT @@gtid_current_pos;')[0][0]
        self.snapshot = {'kind': 'synchronised', 'locked_milliseconds': held if tables else 0}
        if position:
            self.snapshot['gtid'] = position
        return True

    def _begin(self) -> None:
        """The catalogue before the transaction: a transaction that read mysql.* (Aria) can have no savepoints."""
        self._catalogue = mariadb_catalogue.catalogue(self.session, self.name)
        self.session.ask('START TRANSACTION /*!40100 WITH CONSISTENT SNAPSHOT */;')

    def _wait_for_dump(self, locks: Session, waiting: str) -> bool:
        """True when mariadb-dump waits for our lock (its transaction has begun) or has ended (the pump reports it)."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if locks.ask(waiting) or self.dump.popen.poll() is not None:
                return True
            time.sleep(POLL_SECONDS)
        return False

    def _spawn(self) -> process.Child:
        options = [*DUMP_OPTIONS, *(['--dump-history'] if self.history else [])]
        return self.connection.spawn(self.connection.dump, *options, '--', self.name)

    def begin_census(self) -> None:
        """Let the server count while the dump flows.

        The savepoint gives each table's metadata lock back after its count: an ALTER of the site's would wait for it,
        and mariadb-dump behind the ALTER, for ever.
        """
        history = mariadb_catalogue.versioned(self.session, self.name) if self.history else []
        self._questions = mariadb_census.count_questions(self.name, self._catalogue['tables'], history)
        if len(self._questions) < mariadb_census.SEEN:
            self._ask_for_counts()
        self._description = self._about()  # now: what is altered during the dump is in it as it was at its beginning

    def _ask_for_counts(self) -> None:
        self.session.send(self._questions)
        self._questions = ''
        self._sums = Sums(self.session, self.name, self._catalogue['tables'])

    def census(self) -> dict[str, Any]:
        """Exact rows of every table, in the dump's snapshot where `snapshot` says so. Raises CensusError."""
        if not self._census:
            try:
                if self._questions:
                    self._ask_for_counts()
                counts = [int(row[0]) for row in self.session.receive()]
                self._census = {
                    'tables': dict(zip(self._catalogue['tables'], counts)),
                    'objects': self._catalogue['objects'],
                    **self._description,
                }
            except process.CommandFailed as failure:
                raise CensusError(f'MariaDB {self.name}: the census could not be taken: {failure}') from failure
        return self._census

    def _about(self) -> dict[str, Any]:
        """Definitions, accounts and rights: by a session of its own, for the census's transaction has savepoints."""
        with contextlib.closing(self.connection.session()) as session:
            session.ask(f'SET SESSION lock_wait_timeout={COUNT_SECONDS}; USE {quoted(self.name)};')
            found = mariadb_census.definitions(session, self.name, self._catalogue)
            accounts = mariadb_grants.needed_accounts(session, self.name)
            known = mariadb_grants.existing(session, accounts)
            self._report_lost(accounts, known)
            self._statements = mariadb_grants.account_statements(session, self.name, known)
            settings = mariadb_catalogue.settings(session, self.name)
            if objects := self._statements.count('FOR 1146, 1305'):
                settings['object_grants'] = str(objects)
            unkept = [] if self.history else mariadb_catalogue.versioned(session, self.name)
            self._content = functools.partial(
                mariadb_census.content, how=mariadb_census.method(session), found=found, unkept=unkept
            )
            return {
                'settings': settings,
                'accounts': [account_name(user, host) for user, host in known],
                'definitions': found['definitions'],
                'grants': mariadb_census.grants(session, self.name, known),
                'endpoint': mariadb_census.endpoint(session),
            }

    def _report_lost(self, accounts: list[tuple[str, str]], known: list[tuple[str, str]]) -> None:
        lost = [account_name(user, host) for user, host in accounts if (user, host) not in known]
        if lost:
            self.remarks.append(
                f'MariaDB {self.name}: views or routines run as accounts that no longer exist: {", ".join(lost)}'
            )

    def _add_checksums(self) -> None:
        """The checksums were taken while the dump flowed; now they complete the census."""
        if 'checksums' in self._census:
            return
        exact = self.snapshot['kind'] == 'synchronised'
        try:
            sums, unsummed = self._sums.taken()
            unsteady = [table for table in sums if table in self.loose or not exact]
            unsummed.update(self._sums.changed(unsteady, self.connection))
        except process.CommandFailed as failure:
            raise CensusError(f'MariaDB {self.name}: the tables could not be summed: {failure}') from failure
        self._census.update(self._content(sums, unsummed))

    def compare(self, census: Mapping[str, Any]) -> list[str]:
        self._add_checksums()
        found = self.inspector.found()
        exact = self.snapshot['kind'] == 'synchronised'
        for table, rows in census['tables'].items():
            dumped = found['tables'].get(table)
            if (table in self.loose or not exact) and dumped is not None and dumped != rows:
                self.remarks.append(
                    f'MariaDB {self.name}: table {table} had {rows} rows when counted; the dump has {dumped}'
                )
                found['tables'][table] = rows
        lines = missing_objects(census, found)
        return lines if self.inspector.complete else [*lines, 'the dump has no end marker']

    def accounts(self) -> bytes:
        self.census()
        return self._statements.encode('utf-8', 'surrogateescape')


@contextlib.contextmanager
def capture(database: Mapping[str, Any]) -> Iterator[Capture]:
    """Start dump and census; raises DumpError, CensusError (rights that lack) or PreflightError."""
    with Connection(database) as connection, contextlib.ExitStack() as stack:
        try:
            session = stack.enter_context(contextlib.closing(connection.session()))
            missing = mariadb_grants.missing_rights(session, connection.name)
            if missing:
                raise CensusError(
                    f'MariaDB {connection.name}: the census would be incomplete without: {" ".join(missing)}'
                )
            session.ask(
                f'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; USE {quoted(connection.name)};'
                f'SET SESSION lock_wait_timeout={COUNT_SECONDS};'
            )
            running = Capture(connection, session)
            running.start()
            stack.callback(running.dump.kill)
            running.begin_census()
        except process.CommandFailed as failure:
            raise DumpError(_explain(database, failure)) from failure
        yield running


def _lock(locks: Session, name: str, tables: list[str]) -> str:
    """Lock every table; returns the question whose answer is not empty once mariadb-dump waits for the first."""
    if not tables:
        return ''
    first, others = tables[0], tables[1:]
    wanted = [f'{quoted(name)}.{quoted(first)} WRITE', *(f'{quoted(name)}.{quoted(table)} READ' for table in others)]
    locks.ask(f'SET SESSION lock_wait_timeout={LOCK_SECONDS}; LOCK TABLES {", ".join(wanted)};')
    return (
        'SELECT id FROM information_schema.processlist WHERE id > CONNECTION_ID() AND '
        f"db={text(name)} AND state='Waiting for table metadata lock' AND info LIKE 'SELECT%' AND "
        f'LOCATE({text(quoted(first))}, info);'
    )


turns = mariadb_turns.turns


# ---------------------------------------------------------------- copies
private_server = mariadb_server.private_server
load, load_table = mariadb_load.load, mariadb_load.load_table
swap, swap_state, swap_table = mariadb_swap.swap, mariadb_swap.swap_state, mariadb_swap.swap_table
drop, size_of = mariadb_swap.drop, mariadb_swap.size_of


def census_of(database: Mapping[str, Any]) -> dict[str, Any]:
    """The census of a running database, over a connection of its own that may read all of it. Raises CensusError."""
    try:
        with Connection(database) as connection, contextlib.closing(connection.session()) as session:
            history = mariadb_catalogue.keeps_history(connection, session)
            return mariadb_census.of_database(session, connection.name, history=history)
    except process.CommandFailed as failure:
        raise CensusError(_explain(database, failure)) from failure
