# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a census says beyond names and rows: the content of tables, the text of definitions, who may do what.

CHECKSUM TABLE adds up a checksum of each row: the order of the rows does not matter, and inside a transaction it reads
that transaction's snapshot (tried with 10.11: rows that came later are not in it, history rows are).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb_catalogue, mariadb_grants
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import (
    Connection,
    account_name,
    quoted,
    text,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_text import (
    fingerprint,
    ordered,
    regranted,
    unqualified,
    without_counter,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session

SEEN = 512 * 1024  # bytes of questions that fit into pipes while nobody reads the answers
# What a site's application notices of its server, so that a copy of the server should have it, too.
VARIABLES = (
    *('sql_mode', 'character_set_server', 'collation_server', 'time_zone', 'lower_case_table_names'),
    *('explicit_defaults_for_timestamp', 'group_concat_max_len', 'innodb_ft_min_token_size', 'ft_min_word_len'),
)
_TRANSACTION_NUMBERS = re.compile(r'` bigint\(\d+\) unsigned GENERATED ALWAYS AS ROW START')
_BODY = (
    'type, param_list, returns, is_deterministic, security_type, sql_data_access, definer, sql_mode, comment, '
    'character_set_client, collation_connection, db_collation, aggregate, body'
)
_SCHEDULE = (
    'definer, execute_at, interval_value, interval_field, starts, ends, status, on_completion, sql_mode, comment, '
    'time_zone, character_set_client, collation_connection, db_collation, body'
)
_TRIGGER = (
    'event_object_table, action_timing, event_manipulation, action_order, sql_mode, definer, character_set_client, '
    'collation_connection, database_collation, action_statement'
)


def method(session: Session) -> str:
    """Checksums of the same method are comparable: the value is the server's affair and may change with its version."""
    major, minor = session.ask('SELECT VERSION();')[0][0].split('.')[:2]
    return f'CHECKSUM TABLE, MariaDB {major}.{minor}'


# ---------------------------------------------------------------- rows
def count_questions(name: str, tables: Iterable[str], with_history: Iterable[str]) -> str:
    """A savepoint gives each table's metadata lock back after its count; see `Capture.begin_census`."""
    history = set(with_history)
    return '\n'.join(
        f'SAVEPOINT one; SELECT COUNT(*) FROM {quoted(name)}.{quoted(table)}'
        f'{" FOR SYSTEM_TIME ALL" if table in history else ""}; ROLLBACK TO SAVEPOINT one;'
        for table in tables
    )


def checksum_questions(name: str, tables: Iterable[str]) -> str:
    """EXTENDED, or MyISAM would answer with a number that it keeps instead of reading the rows."""
    return '\n'.join(
        f'SAVEPOINT one; CHECKSUM TABLE {quoted(name)}.{quoted(table)} EXTENDED; ROLLBACK TO SAVEPOINT one;'
        for table in tables
    )


def checksums(tables: Iterable[str], answers: Iterable[list[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """({table: checksum}, {table: why there is none}) of the answers to :func:`checksum_questions`."""
    sums, unsummed = {}, {}
    for table, row in zip(tables, answers):
        if row[1] == 'NULL':
            unsummed[table] = 'the server could not read it for a checksum'
        else:
            sums[table] = row[1]
    return sums, unsummed


class Sums:
    """Checksums that the server takes in the session's snapshot while somebody else reads the dump."""

    def __init__(self, session: Session, name: str, tables: list[str]):
        self.session, self.name, self.tables = session, name, tables
        self._questions = checksum_questions(name, tables)
        self._asked = len(self._questions) < SEEN
        if self._asked:
            session.send(self._questions)

    def taken(self) -> tuple[dict[str, str], dict[str, str]]:
        """({table: checksum}, {table: why there is none})."""
        if not self._asked:
            self.session.send(self._questions)
        self.answers = checksums(self.tables, self.session.receive())
        return self.answers

    def changed(self, tables: list[str], connection: Connection) -> dict[str, str]:
        """{table: reason} of those that are otherwise now: nobody knows which state is in the dump."""
        if not tables:
            return {}
        with contextlib.closing(connection.session()) as session:
            session.ask('START TRANSACTION;')  # without one there are no savepoints
            now, _unsummed = checksums(tables, session.ask(checksum_questions(self.name, tables)))
        reason = 'it was written to during the dump, and has no snapshot'
        return {table: reason for table in tables if now.get(table) != self.answers[0][table]}


# ---------------------------------------------------------------- definitions
def definitions(session: Session, name: str, catalogue: Mapping[str, Any]) -> dict[str, Any]:
    """{'definitions': …, 'undefined': …, 'transaction_numbers': [tables]}. The session must have `name` as default."""
    texts: dict[str, dict[str, str]] = {}
    for kind, found, written in _written(session, name, catalogue):
        texts.setdefault(kind, {})[found] = written
    undefined: dict[str, dict[str, str]] = {}
    for kind, names in {'table': catalogue['tables'], **catalogue['objects']}.items():
        lost = [one for one in names if one not in texts.get(kind, {})]
        if lost:
            undefined[kind] = dict.fromkeys(lost, 'it was changed or dropped while it was read')
    numbers = [table for table, made in texts.get('table', {}).items() if _TRANSACTION_NUMBERS.search(made)]
    hashes = {
        kind: {found: fingerprint(unqualified(written, name)) for found, written in sorted(named.items())}
        for kind, named in sorted(texts.items())
    }
    return {'definitions': hashes, 'undefined': undefined, 'transaction_numbers': numbers}


def _written(session: Session, name: str, catalogue: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(kind, name, text) of everything. Rights: SELECT, SHOW VIEW and TRIGGER on it, SELECT on mysql.*."""
    schema, objects = text(name), catalogue['objects']
    for row in _shown(session, 'SHOW CREATE TABLE', name, catalogue['tables']):
        yield 'table', row[0], without_counter(row[1])
    for row in _shown(session, 'SHOW CREATE VIEW', name, objects.get('view', ())):
        yield 'view', row[0], '\n'.join(row[1:])
    for row in _shown(session, 'SHOW CREATE SEQUENCE', name, objects.get('sequence', ())):
        yield 'sequence', row[0], row[1] + _state(session, name, row[0])
    for kind, columns, source in (
        ("'trigger', trigger_name", _TRIGGER, f'information_schema.triggers WHERE trigger_schema={schema}'),
        ('LOWER(type), name', _BODY, f'mysql.proc WHERE db={schema}'),
        ("'event', name", _SCHEDULE, f'mysql.event WHERE db={schema}'),
    ):
        for row in session.ask(f'SELECT {kind}, {columns} FROM {source};'):
            yield row[0], row[1], '\n'.join(row[2:])


def _shown(session: Session, statement: str, name: str, objects: Iterable[str]) -> list[list[str]]:
    """What the server shows of each; those that have just gone (1146) or changed their kind (1347) are not in it."""
    handler = 'BEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR 1146, 1347, 4089 BEGIN END;'
    lines = [f'{handler} {statement} {quoted(name)}.{quoted(one)}; END;;' for one in objects]
    return session.ask('\n'.join(['DELIMITER ;;', *lines, 'DELIMITER ;'])) if lines else []


def _state(session: Session, name: str, sequence: str) -> str:
    rows = session.ask(f'SELECT next_not_cached_value FROM {quoted(name)}.{quoted(sequence)};')
    return f' next {rows[0][0]}' if rows else ''


# ---------------------------------------------------------------- accounts and server
def grants(session: Session, name: str, accounts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """{account: fingerprint of its password, its limits, its roles and its rights on this database}."""
    result = {}
    for user, host in accounts:
        made = [session.ask(f'SHOW CREATE USER {account_name(user, host)};')[0][0]] if host else []
        rights = [
            ordered(regranted(line, '', ''))
            for (grant,) in session.ask(f'SHOW GRANTS FOR {account_name(user, host)};')
            for line in mariadb_grants.grant_lines(grant, name)
        ]
        result[account_name(user, host)] = fingerprint('\n'.join([*made, *sorted(rights)]))
    return result


def endpoint(session: Session) -> dict[str, Any]:
    """How to reach this server as its sites do, and what they notice of it."""
    socket, port, host, version = session.ask('SELECT @@socket, @@port, @@hostname, VERSION();')[0]
    names = ', '.join(f"'{name}'" for name in VARIABLES)
    rows = session.ask(
        f'SELECT LOWER(variable_name), variable_value FROM information_schema.global_variables '
        f'WHERE variable_name IN ({names}) ORDER BY 1;'
    )
    return {
        'socket': socket,
        'port': int(port),
        'host': host,
        'version': version,
        'variables': {row[0]: row[1] for row in rows},
    }


def of_database(session: Session, name: str, *, history: bool) -> dict[str, Any]:
    """The whole census of a running database, in one snapshot; the session's default database becomes `name`."""
    session.ask(f'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; USE {quoted(name)};')
    catalogue = mariadb_catalogue.catalogue(session, name)
    with_history = mariadb_catalogue.versioned(session, name) if history else []
    found = definitions(session, name, catalogue)
    accounts = mariadb_grants.existing(session, mariadb_grants.needed_accounts(session, name))
    rights, where, settings = (
        grants(session, name, accounts),
        endpoint(session),
        mariadb_catalogue.settings(session, name),
    )
    session.ask('START TRANSACTION /*!40100 WITH CONSISTENT SNAPSHOT */;')
    tables = catalogue['tables']
    counts = [int(row[0]) for row in session.ask(count_questions(name, tables, with_history))]
    sums, unsummed = checksums(tables, session.ask(checksum_questions(name, tables)))
    session.ask('COMMIT;')
    return {
        'tables': dict(zip(tables, counts)),
        'objects': catalogue['objects'],
        'settings': settings,
        'accounts': [account_name(user, host) for user, host in accounts],
        **content(sums, unsummed, method(session), found),
        'grants': rights,
        'endpoint': where,
    }


def content(
    sums: Mapping[str, str], unsummed: Mapping[str, str], how: str, found: Mapping[str, Any], unkept: Iterable[str] = ()
) -> dict[str, Any]:
    """The keys of a census about content. `unkept`: tables whose history is not in the dump."""
    reasons = dict(unsummed)
    reasons.update(dict.fromkeys(unkept, 'its history is not in the dump'))
    numbers = 'its rows carry numbers of transactions, which are new in a copy'
    reasons.update(dict.fromkeys(found['transaction_numbers'], numbers))
    return {
        'checksums': {table: value for table, value in sums.items() if table not in reasons},
        'unsummed': reasons,
        'checksum_method': how,
        'definitions': found['definitions'],
        'undefined': found['undefined'],
    }
