# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restored PostgreSQL database and the live one change places, killed at any moment too."""

from __future__ import annotations

import json
import random
import subprocess

import pytest
from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from integration.engines.copying import kill_after, python

SWAP = (
    'import json, sys\n'
    'from ansible_collections.rawat.website.plugins.module_utils.engines import postgresql\n'
    'postgresql.swap(json.loads(sys.argv[1]), "live", "live__rawat_new_1", "live__rawat_old_1")\n'
)


def test_an_exchange_that_is_killed_at_any_moment_left_one_or_the_other_and_can_be_finished(postgresql_house) -> None:
    server, chance = postgresql_house.server, random.Random(11)
    names = ('live', 'live__rawat_new_1', 'live__rawat_old_1')
    states = []
    for _round in range(8):
        for name in names:
            server.run(f'DROP DATABASE IF EXISTS {name} WITH (FORCE)')
        database = postgresql_house.create('live', "CREATE TABLE t AS SELECT 'former' AS v")
        postgresql_house.create('live__rawat_new_1', "CREATE TABLE t AS SELECT 'restored' AS v")
        client = subprocess.Popen(
            ['psql', '-X', '-q', 'live'], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=server.environment
        )
        client.stdin.write(b"BEGIN; UPDATE t SET v = 'open';\n")
        client.stdin.flush()
        kill_after(python(SWAP, json.dumps(database)), chance.uniform(0.05, 0.6))
        states.append(postgresql.swap_state(database, *names))
        assert states[-1] in ('before', 'after')
        postgresql.swap(database, *names)
        postgresql.swap(database, *names)
        assert postgresql.swap_state(database, *names) == 'after'
        assert server.run('SELECT v FROM t', 'live') == b'restored\n'
        assert server.run('SELECT v FROM t', 'live__rawat_old_1') == b'former\n'
        client.kill()
        client.wait()
    postgresql.swap(database, 'live', 'live__rawat_old_1', 'live__rawat_new_1')  # and back
    assert server.run('SELECT v FROM t', 'live') == b'former\n'
    for name in names:
        postgresql.drop(database, name, force=True)


def test_a_copy_becomes_live_where_no_live_database_is_left(postgresql_house) -> None:
    database = postgresql_house.create('lost__rawat_new_1', "CREATE TABLE t AS SELECT 'restored' AS v")
    names = ('lost', 'lost__rawat_new_1', 'lost__rawat_old_1')
    postgresql.swap(database, *names)
    assert postgresql_house.server.run('SELECT v FROM t', 'lost') == b'restored\n'
    postgresql.swap(database, *names)
    with pytest.raises(RestoreError, match='cannot be exchanged'):
        postgresql.swap(database, 'never_there', 'never_there__rawat_new_1', 'never_there__rawat_old_1')
    postgresql.drop(database, 'lost', force=True)
