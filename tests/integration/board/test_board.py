# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The board of a large fleet: how long it takes, and what a real browser makes of it."""

from __future__ import annotations

import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import board_archive
import pytest
from integration.board.browser import opened, run
from rawat.board import reading

SITES, DAYS = 500, 365
CPU_SECONDS = 10  # on a machine on which `yardstick` takes YARDSTICK seconds of CPU
YARDSTICK = 0.25  # what a quiet machine of the kind that we develop on is taken to need
SLOWEST = 20  # a machine that is this many times slower is not judged any further


@pytest.fixture(scope='module')
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Facts and filing of 500 sites with a year of daily points."""
    place = tmp_path_factory.mktemp('archive')
    known = board_archive.facts(SITES, DAYS)
    board_archive.filing(place / 'filing', known, DAYS)
    (place / 'facts.json').write_text(json.dumps(known))
    return place


@pytest.fixture(scope='module')
def board(archive: Path) -> Path:
    """The board of it, made as people make it, with what it cost beside it."""
    output = archive / 'board'
    before, wall = os.times(), time.monotonic()
    given = {'--facts': archive / 'facts.json', '--filing': archive / 'filing', '--output': output}
    options = [str(part) for pair in given.items() for part in pair]
    done = subprocess.run(
        [sys.executable, '-m', 'rawat', 'board', *options, '--json'], check=False, capture_output=True, text=True,
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)},
    )  # fmt: skip
    after = os.times()
    assert done.returncode == 0, done.stdout + done.stderr
    cost = {
        'cpu_seconds': after.children_user + after.children_system - before.children_user - before.children_system,
        'wall_seconds': time.monotonic() - wall, **json.loads(done.stdout),
    }  # fmt: skip
    (archive / 'cost.json').write_text(json.dumps(cost))
    return output


def yardstick() -> float:
    """CPU seconds of a fixed piece of work that is alike: short texts out of numbers."""
    before = time.process_time()
    lines = [f'<td>{number:,}<td>{number / 7:.1f} GiB' for number in range(350_000)]
    assert len(''.join(lines)) > 1_000_000
    return time.process_time() - before


def test_five_hundred_sites_with_a_year_of_points_are_built_in_ten_seconds(board: Path, archive: Path) -> None:
    cost = json.loads((archive / 'cost.json').read_text())
    slower = max(1.0, min(SLOWEST, max(yardstick() for _again in range(3)) / YARDSTICK))
    print(f'{cost["cpu_seconds"]:.1f} s CPU, {cost["wall_seconds"]:.1f} s wall; this machine: {slower:.1f}')
    assert cost['cpu_seconds'] <= CPU_SECONDS * slower
    assert cost['pages'] == 2 * (SITES + 2 + 1)
    assert len(list((board / 'sites').iterdir())) == SITES + 2


def test_only_a_bounded_part_of_the_records_is_read(archive: Path) -> None:
    found = list(reading.newest_records(archive / 'filing'))
    size = max(path.stat().st_size for path in (archive / 'filing').rglob('record.json'))
    assert 0 < len(found) < board_archive.WRITTEN
    assert len(found) * size <= reading.MOST_BYTES + size


@pytest.mark.parametrize('page', ['index.html', 'en/index.html', 'sites/peraturan-07.html', 'sites/lomba-2024.html'])
def test_a_browser_opens_pages_without_an_error_and_without_the_network(
    board: Path, page: str, tmp_path: Path
) -> None:
    found = opened((board / page).as_uri(), tmp_path)
    assert found.console == []
    assert {address for address in found.requests if not address.startswith(('file:', 'data:'))} == set()
    assert '<h1>' in found.document


def test_the_browser_would_have_told_of_an_error_and_of_a_request(tmp_path: Path, server: str) -> None:
    (tmp_path / 'bad.html').write_text(f'<img src="{server}/pixel.png"><script>throw Error("seen")</script>')
    found = opened((tmp_path / 'bad.html').as_uri(), tmp_path)
    assert any('seen' in line for line in found.console)
    assert f'{server}/pixel.png' in found.requests


@pytest.fixture
def server() -> Iterator[str]:
    """A server of our own on a free port, which has nothing."""
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), http.server.BaseHTTPRequestHandler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{listening.server_port}'
        listening.shutdown()


def rows(document: str) -> list[str]:
    """The sites that the table shows, from above."""
    body = document.partition('<tbody role="rowgroup">')[2].partition('</tbody>')[0]
    each = re.findall(r'<tr role="row"([^>]*)>(.*?)</tr>', body, re.DOTALL)
    return [re.findall(r'<a href="sites/[^"]*">([^<]*)</a>', row)[0] for head, row in each if 'hidden' not in head]


def test_search_filter_and_sort_work_by_address(board: Path, tmp_path: Path) -> None:
    index = (board / 'index.html').as_uri()
    plain = rows(opened(index, tmp_path).document)
    assert len(plain) == SITES + 2
    assert plain[:2] == ['lomba-2024', 'survei']
    asked = opened(f'{index}?q=peraturan&sort=site&order=down', tmp_path).document
    assert rows(asked) == sorted((name for name in plain if name.startswith('peraturan')), reverse=True)
    assert f'50 dari {SITES + 2} situs' in asked
    assert rows(opened(f'{index}?state=unprotected', tmp_path).document) == ['lomba-2024', 'survei']
    assert rows(opened(f'{index}?q=no-such-site', tmp_path).document) == []


def test_the_page_shows_every_site_where_scripts_are_not_run(board: Path) -> None:
    document = (board / 'index.html').read_text()
    assert len(rows(document)) == SITES + 2
    assert re.search(r'<div class="tools" hidden', document)


def test_it_prints_on_a4_on_its_side(board: Path, tmp_path: Path) -> None:
    run(tmp_path, f'--print-to-pdf={tmp_path / "page.pdf"}', (board / 'sites' / 'lomba-2024.html').as_uri())
    told = subprocess.run(['pdfinfo', str(tmp_path / 'page.pdf')], check=True, capture_output=True, text=True).stdout
    width, height = (round(float(text)) for text in re.findall(r'Page size: +([\d.]+) x ([\d.]+)', told)[0])
    assert (width, height) == (842, 595)
