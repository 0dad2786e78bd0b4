# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of a database inside SQL text: taken out to compare, exchanged to restore under another name.

A view, a routine or a default may say `site`.`posts`. Words in strings and comments are left alone.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import quoted
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_grants import escape_pattern

_COUNTER = re.compile(r'(\n\) ENGINE=\w+) AUTO_INCREMENT=\d+')
_ALTER_DATABASE = re.compile(r'(ALTER DATABASE )`(?:[^`]|``)*`')
_NAME = r'`(?:[^`]|``)*`'
# The rights of a grant may name columns, so names are taken whole until the word ON.
_GRANT_ON = re.compile(
    rf'((?:BEGIN NOT ATOMIC .*? END; )?GRANT (?:[^`]|{_NAME})*? ON (?:PROCEDURE |FUNCTION |PACKAGE BODY |PACKAGE )?)'
    rf'({_NAME})(\.)(\*|{_NAME})',
    re.DOTALL,
)

_COLUMNS = re.compile(rf'\((?:{_NAME}(?:, )?)+\)')
_CREATE_DATABASE = re.compile(rf'(^CREATE DATABASE IF NOT EXISTS ){_NAME}', re.MULTILINE)
_CREATE_USER = re.compile(r'^CREATE USER IF NOT EXISTS (.*?);$', re.MULTILINE | re.DOTALL)


@lru_cache(maxsize=8)
def _qualifier(database: str) -> re.Pattern[str]:
    bare = rf'|{re.escape(database)}' if re.fullmatch(r'\w+', database) else ''
    return re.compile(
        rf'(?<![\w.$@`])(?P<name>{re.escape(quoted(database))}{bare})\s*\.(?=\s*[`\w])'
        r"|'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`(?:[^`]|``)*`|--[ \t][^\n]*|\#[^\n]*|/\*(?!M?!).*?\*/",
        re.DOTALL,
    )


def renamed(sql: str, old: str, new: str) -> str:
    """`sql` with every `old`.something as `new`.something."""
    replacement = f'{quoted(new)}.'
    changed = _qualifier(old).sub(lambda match: replacement if match['name'] else match.group(), sql)
    return _ALTER_DATABASE.sub(lambda match: match.group(1) + quoted(new), changed)


def unqualified(sql: str, database: str) -> str:
    """`sql` without the name of the database it belongs to, so that equal objects in two databases are equal."""
    return _qualifier(database).sub(lambda match: '' if match['name'] else match.group(), sql)


def without_counter(create_table: str) -> str:
    """SHOW CREATE TABLE without the next AUTO_INCREMENT value, which a dump rounds and InnoDB may skip."""
    return _COUNTER.sub(r'\1', create_table, count=1)


def regranted(statement: str, pattern: str, name: str) -> str:
    """A GRANT with its database exchanged: `pattern` for rights on all of it, `name` for those on one object."""

    def replace(match: re.Match[str]) -> str:
        return match.group(1) + quoted(pattern if match.group(4) == '*' else name) + '.' + match.group(4)

    return _GRANT_ON.sub(replace, statement, count=1)


def ordered(grant: str) -> str:
    """A GRANT with the columns of each right in order: the server gives them as they lie in its memory."""

    def sort(match: re.Match[str]) -> str:
        return '(' + ', '.join(sorted(re.findall(_NAME, match.group()))) + ')'

    return _COLUMNS.sub(sort, grant)


def fingerprint(text: str) -> str:
    """16 hexadecimal digits of SHA-256."""
    return hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()[:16]


def accounts_for(sql: str, *, into: str | None, replace: bool) -> str:
    """The accounts file of a database, for `into`; `replace`: accounts that are there already get its passwords."""
    opening, delimited, grants = sql.partition('DELIMITER ;;\n')
    if replace:
        opening = _CREATE_USER.sub(_replaced_user, opening)
    if into is None:
        return opening + delimited + grants
    opening = _CREATE_DATABASE.sub(lambda match: match.group(1) + quoted(into), opening, count=1)
    lines = [regranted(line, escape_pattern(into), into) for line in grants.split(';;\n')]
    return opening + delimited + ';;\n'.join(lines)


def _replaced_user(match: re.Match[str]) -> str:
    account = match.group(1)
    if ' IDENTIFIED ' not in account:
        account = f"{account} IDENTIFIED BY ''"
    return f'ALTER USER IF EXISTS {account};\n{match.group()}'
