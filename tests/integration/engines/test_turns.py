# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""So many dumps of one database server at once, and no more, whoever makes them: processes of their own, one server."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.concurrency import Limits
from ansible_collections.rawat.website.plugins.module_utils.engines import engine
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress

PATIENCE = 60  # seconds; what is waited for takes one
SILENT = Progress(None, 'test')


@pytest.fixture(params=['mariadb', 'postgresql'])
def house(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(f'{request.param}_house')


class Takers:
    """Runs that want a turn, each a process of its own."""

    def __init__(self, folder: Path, house: Any):
        self.folder, self.house, self.processes = folder, house, {}  # type: ignore[var-annotated]

    def start(self, name: str, limit: int = 1, until: str = '', patience: float = PATIENCE) -> None:
        database = self.house.create(name, self.house.one_table)
        if self.house.engine == 'mariadb':  # each database that is made takes the backup account's rights on others
            database = {**database, 'login_user': 'root', 'login_password': None}
        order = {'database': database, 'limit': limit, 'until': until, 'patience': patience}
        (self.folder / f'{name}.json').write_text(json.dumps(order))
        script = Path(__file__).with_name('turn_taker.py')
        environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
        self.processes[name] = subprocess.Popen([sys.executable, str(script), str(self.folder), name], env=environment)

    def has(self, name: str, ending: str) -> bool:
        return (self.folder / f'{name}.{ending}').exists()

    def waits(self, name: str) -> bool:
        """Whether it shows that it waits for its turn."""
        with contextlib.suppress(OSError, ValueError):
            return json.loads((self.folder / f'{name}.progress').read_text())['step'] == 'turn'
        return False

    def result(self, name: str) -> dict[str, Any]:
        assert self.processes[name].wait(PATIENCE) == 0
        found: dict[str, Any] = json.loads((self.folder / f'{name}.out').read_text())
        return found


@pytest.fixture
def takers(tmp_path: Path, house: Any) -> Iterator[Takers]:
    tmp_path.chmod(0o755)
    found = Takers(tmp_path, house)
    yield found
    for process in found.processes.values():
        process.kill()
        process.wait()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, 'it did not come about'
        time.sleep(0.05)


def test_with_one_turn_the_second_dump_begins_when_the_first_has_ended(takers: Takers) -> None:
    takers.start('first', until='second.waits')
    until(lambda: takers.has('first', 'in'))
    takers.start('second')
    until(lambda: takers.waits('second'))
    assert not takers.has('second', 'in')
    (takers.folder / 'second.waits').touch()
    first, second = takers.result('first'), takers.result('second')
    assert second['began'] >= first['ended']
    assert (first['remarks'], second['remarks']) == ([], [])
    assert min(first['bytes'], second['bytes']) > 0


def test_with_two_turns_two_dumps_run_at_once(takers: Takers) -> None:
    """Each waits in its turn for the other, so with one turn neither would end."""
    takers.start('first', limit=2, until='second.in')
    takers.start('second', limit=2, until='first.in')
    assert [takers.result(name)['remarks'] for name in ('first', 'second')] == [[], []]


def test_a_killed_holder_frees_its_turn(takers: Takers) -> None:
    takers.start('first', until='never')
    until(lambda: takers.has('first', 'in'))
    takers.start('second')
    until(lambda: takers.waits('second'))
    takers.processes['first'].kill()
    second = takers.result('second')
    assert second['remarks'] == []
    assert 0 < second['patience'] < PATIENCE, 'it did not wait at all'


def test_who_has_waited_long_enough_goes_on_and_names_the_holder(takers: Takers) -> None:
    takers.start('first', until='second.out')
    until(lambda: takers.has('first', 'in'))
    takers.start('second', patience=1)
    (remark,) = takers.result('second')['remarks']
    assert 'website_concurrency.database_server: 1' in remark
    assert 'held by connection' in remark or 'held by process' in remark
    assert takers.result('first')['remarks'] == []


def test_without_a_limit_no_session_is_opened(house: Any) -> None:
    with Limits(0, 0, 0).dump({**house.create('nolimit'), 'login_user': 'nobody-of-this-name'}, 'x', SILENT) as remarks:
        assert remarks == []


def test_a_server_that_gives_no_turn_is_a_remark(house: Any) -> None:
    database = {**house.create('refused'), 'login_user': 'nobody-of-this-name'}
    with Limits(0, 1, PATIENCE).dump(database, 'x', SILENT) as remarks:
        (remark,) = remarks
    assert remark.startswith('x: website_concurrency.database_server was not kept: ')
    assert 'nobody-of-this-name' in remark


def test_a_session_that_was_ended_meanwhile_is_a_remark(house: Any) -> None:
    database = house.create('ended')
    with Limits(0, 1, PATIENCE).dump(database, 'x', SILENT) as remarks, engine(house.engine).turns(database) as other:
        assert not other.take(1)
        kind, number = other.holders(1).split()
        house.change('ended', f'KILL {number};' if kind == 'connection' else f'SELECT pg_terminate_backend({number});')
        until(lambda: other.take(1))
    assert remarks == ['x: the session that kept its turn at the database server was ended meanwhile']


def test_a_role_that_may_not_lock_is_a_remark(postgresql_house: Any) -> None:
    database = postgresql_house.create('locked')
    function = 'FUNCTION pg_try_advisory_lock(integer, integer)'
    postgresql_house.server.run(f'REVOKE EXECUTE ON {function} FROM PUBLIC', 'postgres')
    try:
        with Limits(0, 1, PATIENCE).dump({**database, 'login_user': role(postgresql_house)}, 'x', SILENT) as remarks:
            assert 'permission denied for function pg_try_advisory_lock' in remarks[0]
    finally:
        postgresql_house.server.run(f'GRANT EXECUTE ON {function} TO PUBLIC', 'postgres')


def role(house: Any) -> str:
    """An account that is no superuser."""
    house.server.run("DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN PASSWORD 'plain'", 'postgres')
    return 'plain'


def test_a_file_needs_no_turn(sqlite_house: Any) -> None:
    with Limits(0, 1, 0).dump(sqlite_house.create('file'), 'x', SILENT) as remarks:
        assert remarks == []
