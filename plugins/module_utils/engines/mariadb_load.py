# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dump brought back through several clients at once.

Sequences and tables are made by one client, as the dump comes to them. The INSERTs of a table go to whichever client
has least to do, and its secondary keys are built afterwards, where that is safe (mariadb_keys); every other table goes
to one client in the dump's order. Views, triggers, routines and events follow last, in the dump's order. The settings
of the dump reach every client at the same place in the stream.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import Connection, quoted, text
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_feed import Feed, run_all
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_keys import (
    without_foreign_keys,
    without_keys,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_split import Piece, Splitter
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_text import accounts_for, renamed
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError, RestoreError
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress

LATER_ROWS = 2000  # keys of tables with fewer rows are no work worth a statement of their own


def load(
    database: Mapping[str, Any],
    part: Mapping[str, Any],
    dump: Iterator[bytes],
    accounts: Iterable[bytes] | None,
    *,
    into: str | None = None,
    threads: int = 2,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Make the database of `part` (named `into`, if given) out of `dump`, on the server of `database`.

    Returns {'milliseconds', 'bytes', 'tables', 'renamed': [objects whose text named the database]}. Raises RestoreError
    at the first error, with the client's words and the object; `dump` is read to its end even then, so that its own
    check can say that the stored stream is bad, which explains more.
    """
    started, name = time.monotonic(), into or str(part['name'])
    try:
        with Connection({**database, 'name': name}) as connection:
            loader = Loader(connection, part, name, threads)
            statements = _accounts(database, accounts, into)
            loader.prepare(statements)
            loader.load(dump, progress)
            if statements and (part.get('census') or {}).get('settings', {}).get('object_grants'):
                loader.run('accounts', statements)
    except process.CommandFailed as failure:
        _exhaust(dump)
        raise RestoreError(f'MariaDB {name}: {failure}') from failure
    except PreflightError as error:
        raise RestoreError(str(error)) from error
    except RestoreError as error:
        _exhaust(dump)
        raise RestoreError(f'MariaDB {name}: {error}') from error
    milliseconds = round((time.monotonic() - started) * 1000)
    return {'milliseconds': milliseconds, **loader.facts}


def load_table(
    database: Mapping[str, Any],
    part: Mapping[str, Any],
    dump: Iterator[bytes],
    table: str,
    *,
    into: str | None = None,
    threads: int = 2,
    progress: Progress | None = None,
) -> list[str]:
    """Make the one table `table` of the dump in database `into`, which must be empty or not there.

    Returns what does not come along, a sentence each. Raises RestoreError.
    """
    name = into or str(part['name'])
    try:
        with Connection({**database, 'name': name}) as connection:
            loader = Loader(connection, part, name, threads, only=table)
            loader.prepare(b'')
            loader.load(dump, progress)
    except (process.CommandFailed, PreflightError, RestoreError) as error:
        _exhaust(dump)
        raise RestoreError(f'MariaDB {name}: {error}') from error
    if not loader.facts['tables']:
        raise RestoreError(f'MariaDB {part["name"]}: the recovery point has no table {table}')
    return loader.not_kept()


def _exhaust(dump: Iterable[bytes]) -> None:
    for _block in dump:
        pass


def _accounts(database: Mapping[str, Any], accounts: Iterable[bytes] | None, into: str | None) -> bytes:
    if accounts is None:
        return b''
    sql = b''.join(accounts).decode('utf-8', 'surrogateescape')
    sql = accounts_for(sql, into=into, replace=bool(database.get('replace_accounts')))
    return sql.encode('utf-8', 'surrogateescape')


class Loader:
    """One load into database `name`. `only`: the one table that is wanted."""

    def __init__(
        self, connection: Connection, part: Mapping[str, Any], name: str, threads: int, only: str | None = None
    ):
        self.connection, self.part, self.name, self.threads, self.only = connection, part, name, threads, only
        self.old = str(part['name'])
        self.rows: Mapping[str, int] = (part.get('census') or {}).get('tables') or {}
        self.facts: dict[str, Any] = {'bytes': 0, 'tables': 0, 'renamed': []}
        self.foreign = 0  # foreign keys of the one table, left out
        self._feeds: list[Feed] = []
        self._session: Session
        self._head: list[bytes] = []  # the settings before the first table: every client's beginning
        self._pending: list[bytes] = []  # settings that the table-making session has not got yet
        self._rest: list[tuple[str, bytes, bytes]] = []  # (object, statement, delimiter) for the end
        self._later: dict[str, list[str]] = {}  # {table: statements that add its keys}
        self._current: Feed  # that gets the rows now
        self._table, self._spread, self._line_start = '', False, True

    # ------------------------------------------------------------ before
    def prepare(self, statements: bytes) -> None:
        """Accounts and an empty database with the character set of the point."""
        with contextlib.closing(self.connection.session()) as session:
            found = contents(session, self.name)
            if found:
                raise RestoreError(
                    f'the database is not empty (it has {found}): nothing was changed; drop it, or restore under '
                    'another name'
                )
            if statements:
                self.run('accounts', statements)
            settings = (self.part.get('census') or {}).get('settings') or {}
            session.ask(f'CREATE DATABASE IF NOT EXISTS {quoted(self.name)};')
            if settings.get('collation'):
                session.ask(
                    f'ALTER DATABASE {quoted(self.name)} CHARACTER SET {settings["character_set"]} '
                    f'COLLATE {settings["collation"]} COMMENT {text(settings.get("comment") or "")};'
                )

    def run(self, what: str, statements: bytes) -> None:
        """Run a script that brings its own settings, without a default database."""
        feed = Feed(self.connection, None)
        try:
            feed.mark(what)
            feed.put(statements)
            run_all([feed])
        finally:
            feed.kill()

    # ------------------------------------------------------------ the stream
    def load(self, dump: Iterable[bytes], progress: Progress | None) -> None:
        with contextlib.closing(self.connection.session()) as self._session, contextlib.ExitStack() as stack:
            self._session.ask(f'USE {quoted(self.name)};')
            self._feeds = [self._feed(stack) for _number in range(self.threads)]
            self._current = self._feeds[0]
            splitter = Splitter()
            for piece in splitter.pieces(self._counted(dump, progress)):
                self._take(piece, splitter.head)
            if not splitter.complete:
                raise RestoreError('the dump ended without its end marker: the stored stream is not whole')
            run_all(self._feeds)
            self._add_keys(stack)
            if not self.only:
                self._finish(stack)

    def _feed(self, stack: contextlib.ExitStack) -> Feed:
        feed = Feed(self.connection, self.name)
        stack.callback(feed.kill)
        return feed

    def _counted(self, dump: Iterable[bytes], progress: Progress | None) -> Iterator[bytes]:
        for block in dump:
            yield block
            self.facts['bytes'] += len(block)
            if progress:
                progress.add(len(block))

    def _take(self, piece: Piece, insert: bytes) -> None:
        if piece.sort == 'rows':
            if not self.only or piece.name == self.only:
                self._rows(piece, insert)
        elif piece.sort == 'set':
            self._set(piece)
        elif piece.sort in ('table', 'sequence'):
            if not self.only or piece.name == self.only:
                self._make(piece)
        elif piece.sort == 'keys':
            self._keys(piece)
        elif piece.sort in ('object', 'other'):
            self._rest.append((f'{piece.kind} {piece.name}'.strip(), piece.data, piece.delimiter))

    def _set(self, piece: Piece) -> None:
        """A setting: at this place of the stream for everybody."""
        statement = piece.statement + b';\n'
        if not self.facts['tables']:
            self._head.append(statement)
        self._pending.append(statement)
        self._rest.append(('', piece.data, piece.delimiter))
        for feed in self._feeds:
            feed.put(statement)

    def _make(self, piece: Piece) -> None:
        """CREATE TABLE, CREATE SEQUENCE or SETVAL, and wait until it is done: rows may come through any client."""
        sql = self._renamed(piece.statement, piece)
        self._table, self._spread = piece.name, False
        if piece.sort == 'table':
            self.facts['tables'] += 1
            if self.only:
                sql, self.foreign = without_foreign_keys(sql)
            made = without_keys(piece.name, sql) if self.rows.get(piece.name, LATER_ROWS) >= LATER_ROWS else None
            if made:
                self._spread, sql = True, made.create
                self._later[piece.name] = made.later
            else:
                self._current = min(self._feeds, key=lambda feed: feed.waiting)
        settings = b''.join(self._pending).decode('utf-8', 'surrogateescape')
        self._pending = []
        try:
            self._session.ask(f'{settings}{sql};')
        except process.CommandFailed as failure:
            reason = failure.stderr.strip().rpartition('\n')[2] or str(failure)
            raise RestoreError(f'{piece.sort} {piece.name} could not be made: {reason}') from failure

    def _keys(self, piece: Piece) -> None:
        """DISABLE and ENABLE KEYS mean something to MyISAM alone, whose tables stay with one client."""
        if not self._spread and self._table and (not self.only or self._table == self.only):
            self._current.mark(f'table {self._table}')
            self._current.put(piece.statement + b';\n')

    def _rows(self, piece: Piece, head: bytes) -> None:
        data, position, table = piece.data, 0, f'table {piece.name}'
        while position < len(data):
            if self._line_start and data.startswith(head, position):
                if self._spread:
                    self._current = min(self._feeds, key=lambda feed: feed.waiting)
                self._current.mark(table)
            following = data.find(b'\n' + head, position)
            end = following + 1 if following >= 0 else len(data)
            self._current.put(data[position:end] if position or end < len(data) else data)
            self._line_start = data.endswith(b'\n', position, end)
            position = end

    def not_kept(self) -> list[str]:
        """What the one table has in the recovery point and not here."""
        lines = []
        if self.foreign:
            lines.append(
                f'table {self.only}: its {self.foreign} foreign key(s) are not restored; the rows may refer to rows '
                'that are not there'
            )
        if any(what.startswith('trigger ') for what, _data, _ending in self._rest):
            lines.append(f'table {self.only}: triggers of the recovery point are not restored with a single table')
        return lines

    # ------------------------------------------------------------ after the rows
    def _add_keys(self, stack: contextlib.ExitStack) -> None:
        """The largest tables first, each to the client with the least rows so far."""
        jobs = sorted(((self.rows.get(table, 0), table) for table, later in self._later.items() if later), reverse=True)
        shares: list[list[str]] = [[] for _number in range(min(self.threads, len(jobs)))]
        sizes = [0] * len(shares)
        for rows, table in jobs:
            least = sizes.index(min(sizes))
            sizes[least] += rows + 1
            shares[least].append(table)
        feeds = []
        for share in shares:
            feeds.append(feed := self._feed(stack))
            feed.put(b''.join(self._head))
            for table in share:
                for statement in self._later[table]:
                    feed.mark(f'keys of table {table}')
                    feed.put(f'{statement};\n'.encode('utf-8', 'surrogateescape'))
        run_all(feeds)

    def _finish(self, stack: contextlib.ExitStack) -> None:
        """Everything that is no table, and every setting again, in the dump's order."""
        feed = self._feed(stack)
        delimiter = b';'
        for what, data, ending in self._rest:
            if what:
                feed.mark(what, delimiter)
                data = self._renamed(data, Piece('object', *what.partition(' ')[::2], data, ending)).encode(
                    'utf-8', 'surrogateescape'
                )
            if data.startswith(b'DELIMITER '):
                delimiter = data.split()[1]
            feed.put(data + b'\n')
        run_all([feed])

    def _renamed(self, statement: bytes, piece: Piece) -> str:
        sql = statement.decode('utf-8', 'surrogateescape')
        if self.name == self.old:
            return sql
        changed = renamed(sql, self.old, self.name)
        if changed != sql and piece.name:
            self.facts['renamed'].append(f'{piece.kind} {piece.name}')
        return changed


def contents(session: Session, name: str) -> str:
    """'3 tables, 1 event': what a database holds; '' when it is empty or not there."""
    rows = session.ask(
        f"SELECT 'tables', COUNT(*) FROM information_schema.tables WHERE table_schema={text(name)} UNION ALL "
        f"SELECT 'routines', COUNT(*) FROM information_schema.routines WHERE routine_schema={text(name)} UNION ALL "
        f"SELECT 'events', COUNT(*) FROM information_schema.events WHERE event_schema={text(name)};"
    )
    return ', '.join(f'{count} {kind}' for kind, count in rows if count != '0')
