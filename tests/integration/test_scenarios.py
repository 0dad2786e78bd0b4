# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every folder of tests/scenarios, with each of its stores, through the real module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scenarios.__main__ import README, readme
from scenarios.databases import Database, ServerDatabase, SqliteFile
from scenarios.expectations import GOOD, Expectations
from scenarios.runner import Runner, stop
from scenarios.scenario import HERE, Scenario, load, load_all
from scenarios.servers import MariaDB, PostgreSQL, Server

KINDS: dict[str, type[Server]] = {'mariadb': MariaDB, 'postgresql': PostgreSQL}
SCENARIOS = load_all()
INVENTORIES = [scenario for scenario in SCENARIOS if 'inventory' in scenario.vars]
BACKUPS = [scenario for scenario in SCENARIOS if 'inventory' not in scenario.vars]


@pytest.fixture(scope='session')
def servers() -> Iterator[dict[str, dict[str, Server]]]:
    """{engine: {'source', 'fresh'}}, each started when a scenario first asks for it."""
    started: dict[str, dict[str, Server]] = {}
    yield started
    for pair in started.values():
        for server in pair.values():
            server.destroy()


@pytest.fixture
def databases(request: pytest.FixtureRequest, tmp_path: Path,
              servers: dict[str, dict[str, Server]]) -> Iterator[dict[str, Database]]:
    """The scenario's database by its engine; on a server of its own where that one is to be killed."""
    scenario: Scenario = request.node.callspec.params['scenario']
    engine = scenario.vars.get('engine')
    if engine not in KINDS:
        yield {'sqlite': SqliteFile(tmp_path)} if engine == 'sqlite' else {}
        return
    if engine not in servers:
        servers[engine] = {'source': KINDS[engine](), 'fresh': KINDS[engine]()}
    own = KINDS[engine]() if scenario.vars.get('own_server') else None
    name = f'{scenario.vars.get("database_name", scenario.folder.name)}_{scenario.store}'
    yield {engine: ServerDatabase(engine, name, own or servers[engine]['source'], servers[engine]['fresh'])}
    if own:
        own.destroy()


@pytest.mark.parametrize('scenario', BACKUPS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario, tmp_path: Path, databases: dict[str, Database]) -> None:
    runner = Runner(scenario, tmp_path, databases)
    with runner.prepared():
        expectations = Expectations(runner)
        for _ in range(scenario.vars.get('earlier', 0)):
            earlier = runner.back_up()
            assert earlier.entry['outcome'] in GOOD, earlier.text
        runner.shell(scenario.vars.get('between'))
        source = expectations.source()
        if scenario.vars.get('together'):
            check_together(runner, expectations)
        else:
            expectations.check(runner.back_up(scenario.vars.get('during'), scenario.vars.get('repository')))
        if scenario.expect.get('restored', scenario.expect.get('outcome') in GOOD):
            expectations.check_restored(source)
        if again := scenario.expect.get('again'):
            runner.shell(again.get('before'))
            if again.get('restart_server'):
                runner.database().start()
            if 'before_sql' in again:
                runner.query(again['before_sql'])
            expectations.check_entry(runner.back_up(), again)
            if 'points' in again:
                expectations.check_repository(again)


@pytest.mark.parametrize('scenario', INVENTORIES, ids=lambda scenario: scenario.name)
def test_inventory(scenario: Scenario, tmp_path: Path) -> None:
    runner = Runner(scenario, tmp_path / 'work' / 'below', {})
    runner.work.mkdir(parents=True)
    with runner.prepared():
        ended = runner.play()
        assert ended.code == scenario.expect['exit'], ended.text
        Expectations(runner).check_words(ended.text)
        found = [path for pattern in scenario.expect['missing'] for path in runner.work.glob(pattern)]
        assert found == []


def check_together(runner: Runner, expectations: Expectations) -> None:
    """Several runs begun at once; `outcomes` names what they come to, in any order."""
    processes = [runner.start(number) for number in range(runner.variables['together'])]
    try:
        ended = [runner.end(process) for process in processes]
    finally:
        for process in processes:
            stop(process)
    outcomes = sorted(one.entry['outcome'] for one in ended)
    assert outcomes == sorted(expectations.expect['outcomes']), [one.entry['error'] for one in ended]
    expectations.check_repository(expectations.expect)


def test_the_readme_lists_every_scenario() -> None:
    assert README.read_text(encoding='utf-8') == readme(), 'write it anew: PYTHONPATH=tests python -m scenarios'


@pytest.mark.parametrize('folder', sorted(path.name for path in HERE.iterdir() if (path / 'vars.yml').exists()))
def test_a_scenario_has_both_files_and_says_what_it_proves(folder: str) -> None:
    assert len(load(HERE / folder)[0].expect['title'].split()) > 5
