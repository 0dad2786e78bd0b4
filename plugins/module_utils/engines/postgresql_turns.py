# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns at a PostgreSQL server: advisory locks of a session (postgresql.org/docs, 13.3.5).

Such a lock is of one database, so all runs take theirs in the database `postgres`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_client import Connection
from ansible_collections.rawat.website.plugins.module_utils.engines.turns import FORGET, Questions, Turns

MEETING = 'postgres'
KEY = int.from_bytes(b'rawa', 'big')  # the first half of a lock's number, which is ours
_OF_LOCK = (
    f"FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid = {KEY} "
    'AND objid = {number} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())'
)
QUESTIONS = Questions(
    take=f'SELECT pg_try_advisory_lock({KEY}, {{number}});',
    holds=f'SELECT count(*) {_OF_LOCK} AND pid = pg_backend_pid();',
    holder=f"SELECT 'process ' || min(pid) {_OF_LOCK};",
)
# A lost machine is noticed by the server's own probes (no effect on a socket); silence alone is no reason to end.
LASTING = (
    'SELECT set_config(wanted.name, wanted.value, false) FROM (VALUES '
    f"('tcp_keepalives_idle', '{FORGET // 5}'), ('tcp_keepalives_interval', '{FORGET // 10}'), "
    "('tcp_keepalives_count', '8'), ('idle_session_timeout', '0')) AS wanted(name, value) "
    'JOIN pg_settings ON pg_settings.name = wanted.name \\g /dev/null'
)


@contextlib.contextmanager
def turns(database: Mapping[str, Any]) -> Iterator[Turns]:
    """The turns of the server of `database`. Raises PreflightError or CommandFailed when it cannot be asked."""
    session = Connection({**database, 'name': MEETING}).session()
    with Turns(session, QUESTIONS) as found:
        session.ask(LASTING)
        yield found
