# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `rewrite.py` and `masking.py` need of a database engine; one file each does it: `*_tables.py`.

    engine_tables(database) -> context manager -> Tables

`Tables.tables()` lists what can be changed. `pages(table, texts)` yields the rows of a table that hold one of `texts`
(ASCII upper and lower case are equal) in pages of bounded size; `update(table, changes)` writes rows of the last page
back. Everything happens in one transaction where the engine has them; leaving the context
without an exception commits. Triggers do not fire, foreign keys are not followed and automatic times of change stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

PAGE_BYTES = 8 * 1024 * 1024  # values of one page; a single larger value makes a page of its own
PAGE_ROWS = 256


class Column(NamedTuple):
    """A column that can hold text; limits None where there is none. `text` False: bytes of any kind."""

    name: str
    text: bool = True
    characters: int | None = None
    octets: int | None = None
    nullable: bool = True
    detail: Any = None  # the engine's own

    def fits(self, value: bytes) -> bool:
        if self.octets is not None and len(value) > self.octets:
            return False
        return self.characters is None or len(value.decode('utf-8', 'surrogateescape')) <= self.characters


class Table(NamedTuple):
    name: str  # as people write it: 'wp_options', 'mediawiki.page'
    columns: tuple[Column, ...]
    detail: Any = None  # the engine's own


class Row(NamedTuple):
    key: str
    values: dict[str, bytes]  # only columns that hold one of the texts


Changes = Sequence['tuple[str, dict[str, bytes]]']  # (key, {column: new value})


class Unread(NamedTuple):
    """Values of a column that no page holds, whatever is in them."""

    column: str
    reason: str
    values: int


class Tables(Protocol):
    remarks: list[str]
    value_limit: int  # bytes; larger values are not read

    def tables(self) -> list[Table]:
        """What can be changed."""

    def unread(self, table: Table) -> list[Unread]:
        """What `pages` leaves out, counted."""

    def pages(self, table: Table, texts: Sequence[str]) -> Iterator[list[Row]]:
        """The rows that hold one of `texts`, in pages of bounded size."""

    def update(self, table: Table, changes: Changes) -> None:
        """Write rows of the last page back."""

    def mask(self, table: Table, column: Column, rule: Mapping[str, Any], secret: str) -> dict[str, int]:
        """{'values', 'distinct'}; see `masking.py`."""


def engine_tables(database: Mapping[str, Any]) -> AbstractContextManager[Tables]:
    """Of the engine that the entry names. Raises LookupError for an unknown one."""
    module: Any
    if database['engine'] in ('mariadb', 'mysql'):
        from ansible_collections.rawat.website.plugins.module_utils.staging import mariadb_tables as module
    elif database['engine'] == 'postgresql':
        from ansible_collections.rawat.website.plugins.module_utils.staging import postgresql_tables as module
    elif database['engine'] == 'sqlite':
        from ansible_collections.rawat.website.plugins.module_utils.staging import sqlite_tables as module
    else:
        raise LookupError(
            f'unknown database engine {database["engine"]!r}: choose mariadb, mysql, postgresql or sqlite'
        )
    return module.open_tables(database)


def by_size(sizes: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """Keys with their sizes in bytes, in groups of at most PAGE_BYTES and PAGE_ROWS."""
    group: list[str] = []
    total = 0
    for key, size in sizes:
        if group and (total + size > PAGE_BYTES or len(group) >= PAGE_ROWS):
            yield group
            group, total = [], 0
        group.append(key)
        total += size
    if group:
        yield group


def too_large(limit: int) -> str:
    return f'value of more than {limit} bytes, not read and left as it is'


def counted(reasons: Sequence[tuple[str, str]], counts: Sequence[str]) -> list[Unread]:
    """`reasons`: (column, reason), each with its count, as a server writes numbers."""
    return [Unread(*what, int(count)) for what, count in zip(reasons, counts) if int(count)]


def like(text: str) -> str:
    """`text` as a LIKE pattern for anywhere in a value, with | as its escape."""
    for character in '|%_':
        text = text.replace(character, f'|{character}')
    return f'%{text}%'
