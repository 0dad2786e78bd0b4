# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restored MariaDB database, or one table of it, and the live one change places, killed at any moment too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.census import differences
from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import Connection
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from integration.engines.mariadb_copying import ask, blocks, load

LIVE, NEW, OLD = 'live', 'live__rawat_new_1', 'live__rawat_old_1'


def exchangeable(private, site: dict, place: Path) -> dict[str, Any]:
    """The content of the point beside a live database that has lost something."""
    for name in (LIVE, NEW, OLD):
        mariadb.drop(private.database('mysql'), name, force=True)
    for name in (LIVE, NEW):
        load(private.database(name), site, place, into=name)
    ask(private, 'USE live; DELETE FROM comments; DROP PROCEDURE tidy; INSERT INTO posts VALUES (9999, "new");')
    return private.database(LIVE)


def test_a_restored_database_takes_the_place_of_the_live_one_and_back(private, site: dict, place: Path) -> None:
    live = exchangeable(private, site, place)
    damaged = mariadb.census_of(live)
    assert mariadb.swap_state(live, LIVE, NEW, OLD) == 'before'
    mariadb.swap(live, LIVE, NEW, OLD)
    assert mariadb.swap_state(live, LIVE, NEW, OLD) == 'after'
    mariadb.swap(live, LIVE, NEW, OLD)
    assert differences(site['census'], mariadb.census_of(live)) == []
    assert mariadb.size_of(private.database(NEW)) is None
    assert [
        line for line in differences(damaged, mariadb.census_of(private.database(OLD))) if 'account' not in line
    ] == []
    mariadb.swap(live, LIVE, OLD, NEW)
    assert differences(damaged, mariadb.census_of(live)) == []


def test_a_database_that_was_gone_comes_back_with_the_rights_on_it(private, site: dict, place: Path) -> None:
    live = exchangeable(private, site, place)
    mariadb.drop(live, LIVE, force=True)
    mariadb.swap(live, LIVE, NEW, OLD)
    assert differences(site['census'], mariadb.census_of(live)) == []
    assert mariadb.size_of(private.database(OLD)) is None
    assert mariadb.swap_state(live, LIVE, NEW, OLD) == 'after'


def test_an_exchange_that_is_killed_is_finished_by_the_next(private, site: dict, place: Path) -> None:
    script = (
        'import sys, json; from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb\n'
        'mariadb.swap(json.load(sys.stdin), *sys.argv[1:])'
    )
    duration = None
    live = exchangeable(private, site, place)
    damaged, states = mariadb.census_of(live), []
    beside, kept = NEW, OLD
    for attempt, share in enumerate((None, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.95)):  # of the time that a whole one takes
        argv = [sys.executable, '-c', script, LIVE, beside, kept]
        environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
        begun, run = time.monotonic(), subprocess.Popen(argv, stdin=subprocess.PIPE, env=environment)
        run.stdin.write(json.dumps(live).encode())
        run.stdin.close()
        if share is None:
            assert run.wait(timeout=60) == 0
            duration = time.monotonic() - begun
        else:
            time.sleep(share * duration)
            run.kill()
            run.wait(timeout=10)
        states.append(mariadb.swap_state(live, LIVE, beside, kept))
        mariadb.swap(live, LIVE, beside, kept)
        assert mariadb.swap_state(live, LIVE, beside, kept) == 'after'
        expected = site['census'] if attempt % 2 == 0 else damaged
        assert differences(expected, mariadb.census_of(live)) == []
        beside, kept = kept, beside
    assert len(set(states)) > 1, states


def test_a_site_that_keeps_its_tables_locked_costs_the_exchange_and_nothing_else(
    private, site: dict, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mariadb.mariadb_swap, 'BUSY_SECONDS', 1)
    live = exchangeable(private, site, place)
    damaged = mariadb.census_of(live)
    with Connection(live) as connection:
        session = connection.session()
        session.ask('BEGIN; UPDATE live.posts SET title="busy" WHERE id=1; SELECT 1;')
        with pytest.raises(RestoreError, match='Lock wait timeout'):
            mariadb.swap(live, LIVE, NEW, OLD)
        session.ask('ROLLBACK;')
        session.close()
    assert mariadb.swap_state(live, LIVE, NEW, OLD) == 'before'
    assert differences(damaged, mariadb.census_of(live)) == []
    assert differences(site['census'], mariadb.census_of(private.database(NEW))) == []


# ---------------------------------------------------------------- one table
def test_one_table_comes_back_alone_and_says_what_it_leaves_out(private, site: dict, place: Path) -> None:
    live = exchangeable(private, site, place)  # comments are gone, a post too many
    mariadb.drop(live, NEW)
    rights = mariadb.census_of(live)['grants']
    remarks = mariadb.load_table(live, site, blocks(place, site['file']), 'comments', into=NEW)
    assert any('1 foreign key' in line for line in remarks)
    assert any('triggers' in line for line in remarks)
    assert mariadb.census_of(private.database(NEW))['tables'] == {'comments': 4000}
    mariadb.swap_table(live, LIVE, NEW, 'comments', OLD)
    mariadb.swap_table(live, LIVE, NEW, 'comments', OLD)
    found = mariadb.census_of(live)
    assert found['tables'] == {**site['census']['tables'], 'posts': 5001}
    assert found['checksums']['comments'] == site['census']['checksums']['comments']
    assert found['objects']['trigger'] == ['stamp']
    assert found['grants'] == rights
    assert mariadb.census_of(private.database(OLD))['tables'] == {'comments': 0}
    mariadb.swap_table(live, LIVE, OLD, 'comments', NEW)
    assert mariadb.census_of(live)['tables']['comments'] == 0


def test_a_table_that_the_point_lacks_is_told(private, site: dict, place: Path) -> None:
    mariadb.drop(private.database('mysql'), 'none', force=True)
    with pytest.raises(RestoreError, match='has no table nothing'):
        mariadb.load_table(private.database('none'), site, blocks(place, site['file']), 'nothing', into='none')
