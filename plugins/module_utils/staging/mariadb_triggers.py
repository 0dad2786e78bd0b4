# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggers of a MariaDB copy, out of the way while its rows are rewritten: dropped, and made again as they were."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator

from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import quoted, text
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session


@contextlib.contextmanager
def held_back(session: Session, name: str) -> Iterator[None]:
    """No trigger fires inside. After an error they are not made again: such a copy is thrown away."""
    statements = _definitions(session, name)
    for trigger, _statement in statements:
        session.ask(f'DROP TRIGGER {trigger};')
    yield
    for _trigger, statement in statements:
        session.ask(statement)


def _definitions(session: Session, name: str) -> list[tuple[str, str]]:
    """(quoted name, statements that make it) of all triggers that an UPDATE fires, in the order in which they fire."""
    rows = session.ask(
        f'SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema={text(name)} AND '
        "event_manipulation='UPDATE' ORDER BY event_object_table, action_timing, action_order;"
    )
    return [(quoted(trigger), _definition(session, trigger)) for (trigger,) in rows]


def _definition(session: Session, trigger: str) -> str:
    ((_name, mode, statement, client, connection, _database, *_created),) = session.ask(
        f'SHOW CREATE TRIGGER {quoted(trigger)};'
    )
    word = f'$${secrets.token_hex(5)}$$'  # the body has semicolons; the client keeps 15 characters of a delimiter
    if not statement.isascii():
        client = 'utf8mb4'  # as which we write it
    before = '@@sql_mode, @@character_set_client, @@collation_connection'
    return (
        f'SELECT {before} INTO @rawat_mode, @rawat_client, @rawat_collation;\n'
        f'SET sql_mode={text(mode)}, character_set_client={client}, collation_connection={connection};\n'
        f'DELIMITER {word}\n{statement}\n{word}\nDELIMITER ;\n'
        'SET sql_mode=@rawat_mode, character_set_client=@rawat_client, collation_connection=@rawat_collation;'
    )
