# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every engine promises, against real servers. What was dumped is restored into a fresh server by the very lines
of `restore_commands`, and compared by raw SQL of the tests' own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import threading
import time
from pathlib import Path

import jsonschema
import pytest
from ansible_collections.rawat.website.plugins.module_utils.engines import engine
from ansible_collections.rawat.website.plugins.module_utils.errors import CensusError, DumpError
from ansible_collections.rawat.website.plugins.module_utils.pump import pump
from integration.engines.dumping import SILENT, FileWriter, dump

SCHEMA = Path(__file__).parents[3] / 'docs/schema/manifest.schema.json'
ODD_NAME = 'it\'s a "name"; `x` é ☃'


def restore_lines(part: dict) -> list[str]:
    return engine(part['engine']).restore_commands(part)


def of_database(census: dict) -> dict:
    """Without what belongs to a whole cluster, where other tests' roles may still be."""
    return {key: value for key, value in census.items() if key not in ('roles', 'settings', 'members')}


def test_every_kind_of_object_and_value_comes_back_from_stock_tools(house, tmp_path: Path) -> None:
    database = house.create('zoo', house.zoo.read_bytes())
    part, stream, _capture = dump(database, tmp_path)
    before = house.census('zoo')
    assert len(before) > 10
    with house.restored('zoo', restore_lines(part), tmp_path) as census:
        after = census()
    assert sorted(after) == sorted(before)
    different = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert different == {}
    assert stream.bytes > 10_000


def test_the_census_of_every_kind_of_object_is_as_the_schema_describes_it(house, tmp_path: Path) -> None:
    part, _stream, _capture = dump(house.create('zoo', house.zoo.read_bytes()), tmp_path)
    schema = json.loads(SCHEMA.read_text())['properties']['databases']['items']['properties']['census']
    jsonschema.validate(part['census'], schema)
    assert set(part['census']) >= {'checksums', 'unsummed', 'checksum_method', 'definitions', 'grants', 'endpoint'}


def test_equal_data_gives_an_equal_stream(house, tmp_path: Path) -> None:
    database = house.create('zoo', house.zoo.read_bytes())
    assert dump(database, tmp_path)[1].sha256 == dump(database, tmp_path)[1].sha256


def test_an_empty_database_is_a_complete_dump(house, tmp_path: Path) -> None:
    database = house.create('nothing')
    part, stream, capture = dump(database, tmp_path)
    assert part['census']['tables'] == {}
    assert stream.bytes > 0
    assert capture.inspector.complete
    before = of_database(house.census('nothing'))
    with house.restored('nothing', restore_lines(part), tmp_path) as census:
        assert of_database(census()) == before


def test_a_name_with_spaces_quotes_and_utf8_is_just_a_name(house, tmp_path: Path) -> None:
    database = house.create(ODD_NAME, house.one_table)
    part, _stream, _capture = dump(database, tmp_path)
    assert re.fullmatch(r'database\.[a-z]+\.[a-z0-9._%-]+\.sql\.zst', part['file'])
    before = of_database(house.census(ODD_NAME))
    with house.restored(ODD_NAME, restore_lines(part), tmp_path) as census:
        assert of_database(census()) == before


def test_the_census_counts_the_rows_of_the_dump_while_the_site_writes(house, tmp_path: Path) -> None:
    database, stop = house.create('busy', house.one_table), threading.Event()
    written = []

    def write() -> None:
        while not stop.is_set():
            house.change('busy', house.insert_one * 5)
            written.append(5)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for round_ in range(4):
            folder = tmp_path / str(round_)
            folder.mkdir()
            part, _stream, capture = dump(database, folder)
            assert capture.snapshot['kind'] != 'separate'
            assert capture.remarks == []
            assert list(capture.inspector.tables.values()) == list(part['census']['tables'].values())
    finally:
        stop.set()
        writer.join()
    assert len(written) > 4


def test_a_client_that_is_killed_half_way_never_finishes_its_writer(house, tmp_path: Path) -> None:
    database = house.create('big', house.many_rows)
    writer = FileWriter(tmp_path / 'x.zst')
    with engine(house.engine).capture(database) as capture:
        capture.census()
        os.kill(capture.dump.pid, signal.SIGKILL)
        with pytest.raises(DumpError, match=r'killed by signal 9'):
            pump(capture.dump, writer, capture.inspector, SILENT)
    assert writer.diary[-1] == 'abort'
    assert 'finish' not in writer.diary
    assert not capture.inspector.complete


def test_a_table_dropped_during_the_dump_is_dumped_or_named_never_lost(house, tmp_path: Path) -> None:
    database = house.create('dropped', house.many_rows)
    writer = FileWriter(tmp_path / 'x.zst')
    dropper = threading.Thread(target=house.change, args=('dropped', house.drop_last))
    with engine(house.engine).capture(database) as capture:
        time.sleep(0.7)  # the dump has begun
        dropper.start()  # PostgreSQL makes it wait for pg_dump's lock; SQLite keeps the old version for the reader
        time.sleep(0.5)
        try:
            census = capture.census()
            pump(capture.dump, writer, capture.inspector, SILENT, lambda: capture.compare(census))
            assert 'zz_last' in ' '.join(census['tables'])
        except (DumpError, CensusError) as error:
            assert 'zz_last' in str(error)  # noqa: PT017 - which of the two ends it takes depends on the moment
            assert 'finish' not in writer.diary
    dropper.join()


def test_a_truncated_stream_has_no_end_marker(house, tmp_path: Path) -> None:
    database = house.create('zoo', house.zoo.read_bytes())
    _part, _stream, capture = dump(database, tmp_path)
    fresh = type(capture.inspector)
    with engine(house.engine).capture(database) as again:
        writer = FileWriter(tmp_path / 'whole.zst')
        pump(again.dump, writer, again.inspector, SILENT)
        arguments = (again.inspector.mark[3:-1].decode(),) if house.engine == 'sqlite' else ()
    data = bytes(writer.data)
    for cut in {
        len(data) // 3,
        len(data) // 2,
        len(data) - 30,
        *(m.start() for m in re.finditer(rb'ump complete', data)),
    }:
        inspector = fresh(*arguments)
        inspector.feed(data[:cut])
        assert not inspector.complete, cut


def test_the_stream_is_read_the_same_in_blocks_of_any_size(house, tmp_path: Path) -> None:
    database = house.create('zoo', house.zoo.read_bytes())
    with engine(house.engine).capture(database) as capture:
        writer = FileWriter(tmp_path / 'whole.zst')
        pump(capture.dump, writer, capture.inspector, SILENT)
        census = capture.census()
        assert capture.compare(census) == []
        data = bytes(writer.data)
        for size in (1000, 4096, 65537):
            fresh = type(capture.inspector)(
                *((capture.inspector.mark[3:-1].decode(),) if house.engine == 'sqlite' else ())
            )
            for start in range(0, len(data), size):
                fresh.feed(data[start : start + size])
            assert fresh.complete
            capture.inspector = fresh
            assert capture.compare(census) == []


def test_an_object_that_the_stream_lacks_is_named(house, tmp_path: Path) -> None:
    database = house.create('zoo', house.zoo.read_bytes())
    with engine(house.engine).capture(database) as capture:
        census = capture.census()
        pump(capture.dump, FileWriter(tmp_path / 'x'), capture.inspector, SILENT)
        table = next(iter(census['tables']))
        census['tables'] |= {table: census['tables'][table] + 1, 'never there': 1}
        census['objects'] = {**census['objects'], 'view': [*census['objects']['view'], 'lost_view']}
        lines = capture.compare(census)
    assert len(lines) == 3
    assert 'table never there is missing from the dump' in lines
    assert 'view lost_view is missing from the dump' in lines
    assert any(line.startswith(f'table {table} has ') for line in lines)


def test_a_database_that_is_not_there_is_one_clear_problem(house) -> None:
    database = house.create('there', house.one_table)
    wrong = (
        {**database, 'name': 'not_there'} if 'name' in database else {**database, 'path': database['path'] + '.gone'}
    )
    (problem,) = engine(house.engine).preflight(wrong).problems
    assert '.gone' in problem or 'not_there' in problem


def test_no_secret_is_in_any_command_line(house, tmp_path: Path) -> None:
    database = house.create('big', house.many_rows)
    database.setdefault('login_password', 'a-password-of-ours') if house.engine == 'postgresql' else None
    seen: list[bytes] = []
    with engine(house.engine).capture(database) as capture:
        for entry in Path('/proc').glob('[0-9]*/cmdline'):
            with contextlib.suppress(OSError):
                seen.append(entry.read_bytes())
        capture.census()
        pump(capture.dump, FileWriter(tmp_path / 'x'), capture.inspector, SILENT)
    ours = [line for line in seen if b'dump' in line]
    assert ours
    for secret in (b'a-password-of-ours', b'p"a ss'):
        assert not any(secret in line for line in seen)
