# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The census of one PostgreSQL database: taken in the snapshot of a dump, or of a copy that was restored."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines import (
    postgresql_catalogue,
    postgresql_definitions,
    postgresql_rights,
    postgresql_roles,
    postgresql_rows,
    sorted_objects,
)
from ansible_collections.rawat.website.plugins.module_utils.engines.postgresql_catalogue import copy
from ansible_collections.rawat.website.plugins.module_utils.engines.session import Session
from ansible_collections.rawat.website.plugins.module_utils.process import PIPE_SIZE

_PROPERTIES = (
    'SELECT pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit, pg_get_userbyid(datdba), '
    "COALESCE((SELECT string_agg(c, ' ' ORDER BY c) FROM pg_db_role_setting s, unnest(s.setconfig) c "
    "WHERE s.setdatabase = d.oid AND s.setrole = 0), '') FROM pg_database d WHERE datname = current_database()"
)
_SOCKETS = "SELECT setting FROM pg_settings WHERE name = 'unix_socket_directories'"  # empty where we may not see it


class Census:
    """`begin()` asks for the rows and lets the server work; `finish()` gives the census."""

    def __init__(self, session: Session):
        self.session = session
        ((version, number),) = session.ask(
            copy("SELECT current_setting('server_version'), current_setting('server_version_num')")
        )
        self.version, self.major = version, int(number) // 10000
        self.things = postgresql_catalogue.things(session)
        self.tables = postgresql_catalogue.tables(session)
        self.large_objects = postgresql_catalogue.large_objects(session)
        self.sequences = postgresql_definitions.sequence_states(session)
        self.roles: dict[str, str] = {}
        self._questions, self._sent = '', False

    def begin(self) -> None:
        self.session.send(postgresql_rows.settings())
        self.session.receive()
        self._questions = postgresql_rows.questions(self.session, self.tables, self.major)
        self._sent = len(self._questions) < PIPE_SIZE // 2
        if self._sent:
            self.session.send(self._questions)

    def finish(self) -> dict[str, Any]:
        if not self._sent:
            self.session.send(self._questions)
        rows = self.session.receive()
        self.roles = postgresql_roles.needed_roles(self.session)
        rights = postgresql_rights.rights(self.session, self.roles)
        definitions = postgresql_definitions.definitions(self.session) | rights.definitions
        definitions['sequence_state'] = {name: state for name, (_quoted, state) in self.sequences.items()}
        return {
            'tables': dict(zip(self.tables, (int(count) for _number, count, _sum in rows))),
            'objects': self._objects(),
            'settings': self._settings(),
            'accounts': sorted(self.roles.values()),
            'checksums': dict(zip(self.tables, (total for _number, _count, total in rows))),
            'unsummed': {},
            'checksum_method': postgresql_rows.method(self.major),
            'definitions': definitions,
            'undefined': rights.undefined,
            'grants': rights.grants,
            'endpoint': self._endpoint(),
        }

    def _objects(self) -> dict[str, list[str]]:
        pairs = [(thing.kind, thing.name) for thing in self.things]
        return sorted_objects(pairs + [('large_object', oid) for oid in self.large_objects])

    def _settings(self) -> dict[str, str]:
        (row,) = self.session.ask(copy(_PROPERTIES))
        return dict(zip(('encoding', 'collate', 'ctype', 'connection_limit', 'owner', 'parameters'), row))

    def _endpoint(self) -> dict[str, Any]:
        """How a client reaches this server: psql knows which host (or folder of the socket) and port it took."""
        ((host, port),) = self.session.ask("SELECT :'HOST' || chr(9) || :'PORT';")
        folders = [host] if host.startswith('/') else []
        folders += [row[0].split(',')[0].strip() for row in self.session.ask(copy(_SOCKETS))]
        return {
            'socket': f'{folders[0]}/.s.PGSQL.{port}' if folders and folders[0] else None,
            'port': int(port),
            'host': 'localhost' if host.startswith('/') else host,
            'version': self.version,
        }
