# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain dump goes into a server: the accounts, then the dump, the rows of large tables over several connections.

psql does the talking, one process per connection; what it is given was taken apart by `postgresql_split` before, so
nothing of the dump's making is ever a command of psql's.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql_server, postgresql_writers
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import copy
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_client import (
    Connection,
    identifier,
    literal,
    maintenance,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_split import (
    COPY_START,
    LINE,
    ROWS_END,
    Piece,
    Splitter,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_stream import (
    END_MARKER,
    END_OF_ROWS,
    plain_name,
)
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress

_IDENTIFIER = rb'("(?:[^"]|"")*"|[^\s";.]+)'
# The statements of pg_dump --create that speak of the database by its name; each stands at the start of a statement.
_ABOUT_DATABASE = re.compile(
    rb'((?:CREATE|ALTER|COMMENT ON|SECURITY LABEL (?:FOR \S+ )?ON) DATABASE |(?:GRANT|REVOKE) [A-Z, ]+ ON DATABASE '
    rb'|ALTER ROLE ' + _IDENTIFIER + rb' IN DATABASE )' + _IDENTIFIER + rb'(?=[\s;])'
)
_ABOUT_CATALOGUE = re.compile(rb"(UPDATE pg_catalog\.pg_database SET .* WHERE datname = )'((?:[^']|'')*)';", re.DOTALL)
_INDEX = re.compile(
    rb'CREATE (?:UNIQUE )?INDEX .*? ON (?:ONLY )?(\S+) USING '
    rb'|ALTER TABLE ONLY (\S+)\n +ADD CONSTRAINT \S+ (?:PRIMARY KEY|UNIQUE) '
)


def load(
    database: Mapping[str, Any],
    part: Mapping[str, Any],
    dump: Iterator[bytes],
    accounts: Iterator[bytes] | None,
    *,
    into: str | None = None,
    threads: int = 2,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Make the database of `part` (named `into` if given) out of `dump`, its roles out of `accounts`.

    `database` reaches the server with an administrator's login. Returns {'milliseconds', 'statements', 'bytes'}.
    Raises RestoreError at the first error, with psql's words and the statement; Limitation where the server lacks a
    locale or an extension. With more than one thread, rows of large tables lie in another physical order.
    """
    clock, name = time.monotonic(), into or str(part['name'])
    make_room(database, name)
    if accounts is not None:
        load_accounts(database, name, accounts)
    loader = Loader(database, str(part['name']), name, threads)
    with contextlib.closing(loader):
        loader.run(counted(dump, progress))
    if database.get('private_directory'):
        postgresql_server.admit(database)
    milliseconds = round((time.monotonic() - clock) * 1000)
    return {'milliseconds': milliseconds, 'statements': loader.statements}


def make_room(database: Mapping[str, Any], name: str) -> None:
    """An empty database of that name gives way; raises RestoreError when there is something in it."""
    with contextlib.closing(Connection({**database, 'name': maintenance(name)}).session()) as session:
        if not session.ask(copy(f'SELECT 1 FROM pg_database WHERE datname = {literal(name)}')):
            return
    with contextlib.closing(Connection({**database, 'name': name}).session()) as session:
        ours = 'SELECT 1 FROM pg_class WHERE oid >= 16384 UNION ALL SELECT 1 FROM pg_proc WHERE oid >= 16384'
        if session.ask(copy(f'SELECT count(*) FROM ({ours} LIMIT 1) AS x')) != [['0']]:
            raise RestoreError(f'there is a database {name} already and it is not empty: nothing was loaded')
    with contextlib.closing(Connection({**database, 'name': maintenance(name)}).session()) as session:
        session.ask(f'DROP DATABASE {identifier(name)};')


def load_accounts(database: Mapping[str, Any], name: str, accounts: Iterator[bytes]) -> None:
    """Our own statements (postgresql_roles), \\gexec and all; repeating them is safe."""
    writer = postgresql_writers.Writer({**database, 'name': maintenance(name)}, 'the accounts')
    with contextlib.closing(writer):
        for block in accounts:
            writer.write(block)
        writer.barrier()


def counted(blocks: Iterator[bytes], progress: Progress | None) -> Iterator[bytes]:
    """The blocks, told to `progress` as they go by."""
    for block in blocks:
        if progress:
            progress.add(len(block))
        yield block


class Loader:
    """Carries the pieces of one dump to psql; `statements` counts them."""

    def __init__(self, database: Mapping[str, Any], name: str, into: str, threads: int):
        self.database, self.name, self.into = {**database, 'name': into}, name, into
        self.threads, self.statements, self.complete = max(1, threads), 0, False
        self.main = postgresql_writers.Writer({**database, 'name': maintenance(into)}, 'the dump')
        self.head: list[bytes] = []  # the settings at the head of the dump, which every connection needs
        self.crew: postgresql_writers.Crew | None = None
        self._behind = False  # main was given statements that others must not overtake
        self._indexes: list[tuple[bytes, bytes]] = []  # (table, statement) that wait to be made side by side

    def run(self, blocks: Iterator[bytes]) -> None:
        pieces = iter(Splitter(blocks))
        for piece in pieces:
            if piece.kind == LINE:
                self._line(piece.text)
            elif piece.kind == COPY_START:
                self._table(piece, pieces)
            else:
                self._statement(piece.text)
        self._make_indexes()
        self.main.barrier()
        if not self.complete:
            raise RestoreError('the dump has no end marker: it is not whole')

    def close(self) -> None:
        if self.crew:
            self.crew.close()
        self.main.close()

    def _line(self, line: bytes) -> None:
        """Comments, and what pg_dump says to psql itself."""
        if line == END_MARKER:
            self.complete = True
        elif line.startswith(b'\\connect '):
            self.main.barrier()
            self.main.close()
            self.main, self.head = postgresql_writers.Writer(self.database, 'the dump'), []
        elif line.startswith(b'\\') and not line.startswith((b'\\restrict ', b'\\unrestrict ')):
            raise RestoreError(f'the dump holds a command for the client: {line[:80]!r}')

    def _statement(self, statement: bytes) -> None:
        self.statements += 1
        if statement.startswith((b'SET ', b'SELECT pg_catalog.set_config(')):
            self.head.append(statement)
        if self.threads > 1 and (match := _INDEX.match(statement)):
            self._indexes.append((match.group(1) or match.group(2), statement))
            return
        self._make_indexes()
        self.main.write(self._renamed(statement) + b'\n')
        self._behind = True

    def _renamed(self, statement: bytes) -> bytes:
        """The statement about `into` instead of the dump's database; any other statement as it is."""
        match = _ABOUT_DATABASE.match(statement)
        if match:
            self._check_name(plain_name(match.group(3)))
            return match.group(1) + _encoded(identifier(self.into)) + statement[match.end() :]
        match = _ABOUT_CATALOGUE.match(statement)
        if match:
            return match.group(1) + _encoded(literal(self.into)) + statement[match.end() - 1 :]
        return statement

    def _check_name(self, name: str) -> None:
        if name != self.name:
            raise RestoreError(f'the dump speaks of the database {name}, but the manifest of {self.name}')

    # ---------------------------------------------------------------- rows
    def _table(self, start: Piece, pieces: Iterator[Piece]) -> None:
        """One section of rows. A large one is dealt out to the whole crew once it is known to be large."""
        self._make_indexes()
        if self._behind and self.threads > 1:  # a helper may need the table before psql has come to make it
            self.main.barrier()
            self._behind = False
        self.statements += 1
        self.main.write(start.text)
        size, shared = 0, False
        for piece in pieces:
            if piece.kind == ROWS_END:
                break
            size += len(piece.text)
            if not shared and self.threads > 1 and size > postgresql_writers.LARGE:
                shared = True
                self._hands().begin(start.text)
            if shared:
                self._hands().deal(piece.text)
            else:
                self.main.write(piece.text)
        if shared:
            self._hands().end(END_OF_ROWS)
        self.main.write(END_OF_ROWS)

    def _hands(self) -> postgresql_writers.Crew:
        if self.crew is None:
            self.crew = postgresql_writers.Crew(self.main, self.database, self.head, self.threads)
        return self.crew

    # ---------------------------------------------------------------- indexes
    def _make_indexes(self) -> None:
        """What waits: indexes of different tables side by side, those of one table one after the other."""
        waiting, self._indexes = self._indexes, []
        if len({table for table, _statement in waiting}) < 2:
            for _table, statement in waiting:
                self.main.write(statement + b'\n')
            return
        self.main.barrier()
        self._hands().share(waiting)


def _encoded(text: str) -> bytes:
    return text.encode('utf-8', 'surrogateescape')
