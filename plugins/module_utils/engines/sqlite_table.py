# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One table of a SQLite database comes back alone: out of a dump, and into the place of the live one.

The live file stays what it is; one transaction makes the table anew as it was, with its indexes and triggers. Readers
see the old rows or the new. `sqlite_exchanger` does it, as the owner of the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.engines import sqlite_exchanger, sqlite_restore
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress


def load_table(
    database: Mapping[str, Any],
    part: Mapping[str, Any],
    dump: Iterator[bytes],
    table: str,
    *,
    accounts: Iterator[bytes] | None = None,
    into: str | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> list[str]:
    """Make the file `into`, which must not be there, with all definitions of `dump` and the rows of `table` only.

    Reads `dump` to its end. Returns what does not come along, a sentence each: nothing. Raises RestoreError.
    """
    del accounts, threads
    path = into or str(database['path'])
    sqlite_restore.load_file(path, dump, progress, table)
    if not has_table(database, path, table):
        raise RestoreError(f'SQLite {part["name"]}: the recovery point has no table {table}')
    return []


def has_table(_database: Mapping[str, Any], live: str, table: str) -> bool:
    """Whether the file has the table, which must be no virtual one to be found."""
    return bool(_ask(live, 'has', live, table))


def look_table(_database: Mapping[str, Any], live: str, new: str, table: str) -> list[str]:
    """What will be as in the recovery point beside the rows, a sentence each. Raises RestoreError."""
    sqlite_restore.hand_over(new, sqlite_restore.regular(live))
    return list(_ask(live, 'look', live, new, table))


def swap_table(_database: Mapping[str, Any], live: str, new: str, table: str, old: str) -> list[str]:
    """The table of the file `new` takes the place of that of `live`, which is kept in the file `old`; `new` goes.

    Restartable: once `new` is gone, nothing happens. swap_table(database, live, old, table, new) is the way back.
    AUTOINCREMENT is never set back. Returns sentences about rows that lost their partner. Raises RestoreError.
    """
    if os.path.lexists(new):
        sqlite_restore.hand_over(new, sqlite_restore.regular(live))
    return list(_ask(live, 'exchange', live, new, old, table))


def remove_table(_database: Mapping[str, Any], live: str, table: str, old: str) -> None:
    """Back to a live database without the table; it is kept in `old`. Again: nothing happens."""
    _ask(live, 'remove', live, old, table)


def table_kept(_database: Mapping[str, Any], live: str, name: str) -> bool:
    """Whether the file `name` keeps what gave way in an exchange that took place."""
    return bool(_ask(live, 'kept', live, name))


def _ask(live: str, *words: str) -> Any:
    try:
        with sqlite_restore.start(list(words), sqlite_restore.regular(live), source=sqlite_exchanger) as child:
            return json.loads(sqlite_restore.answer(child))
    except process.CommandFailed as failure:
        raise sqlite_restore.explained(live, 'could not exchange a table', failure) from failure
