# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rights: which of those that a complete dump needs are missing, and which accounts the database needs to live.

A dump without a right is not an error to mariadb-dump: without TRIGGER the triggers are simply not there, without
SELECT on mysql.proc the routines.
"""

from __future__ import annotations

import re

from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import account_name, quoted, text
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session

NEEDED = ('SELECT', 'LOCK TABLES', 'SHOW VIEW', 'TRIGGER', 'EVENT')
NEEDED_OF_SERVER = ('SELECT',)  # on mysql.*: the bodies of routines, and who may do what

_GRANT = re.compile(
    r'GRANT (?P<rights>.+?) ON (?:TABLE )?`(?P<database>(?:[^`]|``)*)`\.\* TO (?P<grantee>.+?)(?: WITH .*)?$'
)
_GLOBAL = re.compile(r'GRANT (?P<rights>.+?) ON \*\.\* TO (?P<grantee>.+?)(?: (?:IDENTIFIED|REQUIRE|WITH|BY) .*)?$')


def missing_rights(session: Session, database: str) -> list[str]:
    """The GRANT statements that would let our account dump `database` completely; empty when nothing lacks."""
    grants = [row[0] for row in session.ask('SHOW GRANTS;')]
    user, _at, host = session.ask('SELECT CURRENT_USER();')[0][0].rpartition('@')
    account, statements = account_name(user, host), []
    for name, needed in ((database, NEEDED), ('mysql', NEEDED_OF_SERVER)):
        held = rights_on(grants, name)
        for right in needed:
            if right not in held and 'ALL PRIVILEGES' not in held:
                statements.append(f'GRANT {right} ON {quoted(escape_pattern(name))}.* TO {account};')
    return statements


def rights_on(grants: list[str], database: str) -> set[str]:
    """The rights on all of `database` that lines of SHOW GRANTS give: the server's and those of the best pattern.

    The server looks at one entry of an account only: the most specific pattern that matches. Roles count by themselves.
    """
    rights: set[str] = set()
    best: dict[str, tuple[int, str]] = {}
    for line in grants:
        if match := _GLOBAL.match(line):
            rights.update(match['rights'].split(', '))
        elif match := _GRANT.match(line):
            pattern = match['database'].replace('``', '`')
            if pattern_matches(pattern, database):
                found = (_specificity(pattern), match['rights'])
                best[match['grantee']] = max(best.get(match['grantee'], (-1, '')), found)
    for _rank, listed in best.values():
        rights.update(listed.split(', '))
    return rights


def pattern_matches(pattern: str, database: str) -> bool:
    """Does the database part of a grant cover `database`? `%` and `_` are wildcards unless after a backslash."""
    pieces = re.findall(r'\\.|.', pattern, re.DOTALL)
    wild = {'%': '.*', '_': '.'}
    expression = ''.join(wild.get(piece) or re.escape(piece[-1]) for piece in pieces)
    return re.fullmatch(expression, database, re.DOTALL) is not None


def escape_pattern(database: str) -> str:
    return re.sub(r'([_%])', r'\\\1', database)


def _specificity(pattern: str) -> int:
    """Characters before the first wildcard, as the server sorts its entries; a pattern without one goes first."""
    wildcard = re.search(r'(?<!\\)[%_]', pattern)
    return wildcard.start() if wildcard else 1000


def needed_accounts(session: Session, database: str) -> list[tuple[str, str]]:
    """(user, host) of everybody with rights on `database`, definers in it, and the roles and members that go with them.

    Roles have an empty host. Needs SELECT on mysql.*.
    """
    name = text(database)
    rows = session.ask(
        f'SELECT User, Host FROM mysql.db WHERE {name} LIKE Db'
        + ''.join(
            f' UNION SELECT User, Host FROM mysql.{t} WHERE Db={name}'
            for t in ('tables_priv', 'columns_priv', 'procs_priv')
        )
        + ''.join(
            f" UNION SELECT SUBSTRING_INDEX(definer, '@', LENGTH(definer) - LENGTH(REPLACE(definer, '@', ''))),"
            f" IF(LOCATE('@', definer), SUBSTRING_INDEX(definer, '@', -1), '') FROM {source}={name}"
            for source in (
                'mysql.proc WHERE db',
                'mysql.event WHERE db',
                'information_schema.triggers WHERE trigger_schema',
                'information_schema.views WHERE table_schema',
            )
        )
        + ';'
    )
    accounts = {(user, host) for user, host in rows if user or host}
    mapping = [tuple(row) for row in session.ask('SELECT User, Host, Role FROM mysql.roles_mapping;')]
    while True:
        more = {
            (user, host)
            for user, host, role in mapping
            if (role, '') in accounts and (user, host) != ('root', 'localhost')
        }
        more |= {(role, '') for user, host, role in mapping if (user, host) in accounts}
        if more <= accounts:
            return sorted(accounts)
        accounts |= more


def existing(session: Session, accounts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of `accounts` that the server knows: a definer may have been dropped long ago."""
    known = {tuple(row) for row in session.ask('SELECT User, Host FROM mysql.global_priv;')}
    return [account for account in accounts if account in known]


def account_statements(session: Session, database: str, accounts: list[tuple[str, str]]) -> str:
    """SQL that makes the database, the accounts (with their password hashes) and their rights on it; safe to repeat."""
    create = session.ask(f'SHOW CREATE DATABASE {quoted(database)};')[0][1]
    lines = ['SET NAMES utf8mb4;', create.replace('CREATE DATABASE', 'CREATE DATABASE IF NOT EXISTS', 1) + ';']
    lines += [f'CREATE ROLE IF NOT EXISTS {quoted(user)};' for user, host in accounts if not host]
    for user, host in accounts:
        if host:
            made = session.ask(f'SHOW CREATE USER {account_name(user, host)};')[0][0]
            lines.append(made.replace('CREATE USER', 'CREATE USER IF NOT EXISTS', 1) + ';')
    lines.append('DELIMITER ;;')
    for user, host in accounts:
        for (grant,) in session.ask(f'SHOW GRANTS FOR {account_name(user, host)};'):
            lines += grant_lines(grant, database)
    return '\n'.join([*lines, 'DELIMITER ;', ''])


def grant_lines(grant: str, database: str) -> list[str]:
    """One line of SHOW GRANTS as it belongs into the accounts file of `database`: perhaps not at all."""
    if match := _GRANT.match(grant):
        pattern = match['database'].replace('``', '`')
        return [grant + ';;'] if pattern_matches(pattern, database) else []
    if _GLOBAL.match(grant):
        return []  # USAGE comes with CREATE USER, and rights on a whole server are not for one database to give
    if is_object_grant(grant, database):
        # The tables and routines come later, with the dump: those that are not there yet are passed over (1146, 1305).
        return [f'BEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR 1146, 1305 BEGIN END; {grant}; END;;']
    return [] if ' ON ' in grant else [grant + ';;']


def is_object_grant(grant: str, database: str) -> bool:
    """A right on one table, column or routine of `database`."""
    return f' {quoted(database)}.`' in grant
