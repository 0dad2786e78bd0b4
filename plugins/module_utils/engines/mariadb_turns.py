# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns at a MariaDB server: GET_LOCK, whose names are those of the whole server and need no right.

mariadb.com/kb/en/get_lock: several can be held, they go with the connection, and no transaction touches them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import Connection
from ansible_collections.rawat.website.plugins.module_utils.engines.turns import FORGET, Questions, Turns

QUESTIONS = Questions(
    take="SELECT GET_LOCK('rawat.website {number}', 0);",
    holds="SELECT IS_USED_LOCK('rawat.website {number}') <=> CONNECTION_ID();",
    holder="SELECT CONCAT('connection ', IS_USED_LOCK('rawat.website {number}'));",
)


@contextlib.contextmanager
def turns(database: Mapping[str, Any]) -> Iterator[Turns]:
    """The turns of the server of `database`. Raises PreflightError or CommandFailed when it cannot be asked."""
    with Connection(database) as connection:
        session = connection.session()
        with Turns(session, QUESTIONS) as found:
            session.ask(f'SET SESSION wait_timeout={FORGET};')
            yield found
