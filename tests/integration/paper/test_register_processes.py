# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The register under writers that are many, that are killed, and that find no room."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.register import (
    Register,
    RegisterError,
    checker,
    writing,
)

WRITERS, KILLED, ROWS = 20, 10, 15
FILLER = 'x' * 3000  # a report's row is some kilobytes


def append(filing: str, writer: int, rows: int) -> None:
    """Enter reports, and say of each that it was entered, in a file of our own."""
    for count in range(rows):
        with writing(filing, wait=120) as book:
            number = book.next_number(2026, 'BKP')['number']
            book.append({'kind': 'report', 'number': number, 'run': f'{writer}-{count}', 'filler': FILLER})
        with open(f'{filing}/told-{writer}', 'a', encoding='ascii') as told:
            told.write(f'{number}\n')


def started(filing: Path, rows: int) -> list[BaseProcess]:
    context = multiprocessing.get_context('fork')
    processes: list[BaseProcess] = [
        context.Process(target=append, args=(str(filing), writer, rows)) for writer in range(WRITERS)
    ]
    for process in processes:
        process.start()
    return processes


def told(filing: Path) -> list[str]:
    return [line for path in filing.glob('told-*') for line in path.read_text(encoding='ascii').split()]


def test_twenty_writers_of_which_ten_are_killed_lose_and_double_no_number(tmp_path: Path) -> None:
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    processes = started(tmp_path, ROWS)
    for process in chance.sample(processes, KILLED):
        time.sleep(chance.uniform(0, 0.15))
        process.kill()
    for process in processes:
        process.join(120)
    ended = sorted(process.exitcode or 0 for process in processes)
    assert set(ended) <= {0, -signal.SIGKILL}, ended
    assert ended.count(0) >= WRITERS - KILLED
    with writing(str(tmp_path), wait=5) as book:
        rows = book.rows
    content = (tmp_path / 'register.jsonl').read_bytes()
    assert checker.read_chain(content)[1:] == ([], b''), seed
    numbers = [row['number'] for row in rows]
    assert numbers == [f'{ordinal:04d}/BKP/2026' for ordinal in range(1, len(rows) + 1)], seed
    assert len(rows) >= (WRITERS - KILLED) * ROWS
    assert set(told(tmp_path)) <= set(numbers), seed  # what a writer was told is entered, is
    assert len(told(tmp_path)) == len(set(told(tmp_path))), seed


def test_readers_beside_writers_always_see_a_whole_chain(tmp_path: Path) -> None:
    processes = started(tmp_path, 3)
    seen = [0]
    while any(process.is_alive() for process in processes):
        seen.append(len(Register(str(tmp_path)).rows()))
    assert seen == sorted(seen)
    assert len(Register(str(tmp_path)).rows()) == WRITERS * 3


def test_a_writer_killed_in_its_write_leaves_what_the_next_one_heals(tmp_path: Path) -> None:
    """The kill comes between the bytes of one row: the write is made in two halves."""
    append(str(tmp_path), 0, 1)
    context = multiprocessing.get_context('fork')
    process = context.Process(target=half_a_row, args=(str(tmp_path),))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert not (tmp_path / 'register.jsonl').read_bytes().endswith(b'\n')
    with writing(str(tmp_path), wait=0) as book:  # the lock went with its owner
        assert 'unfinished row' in str(book.healed)
        assert book.next_number(2026, 'BKP')['number'] == '0002/BKP/2026'


def half_a_row(filing: str) -> None:
    real = os.write

    def write(descriptor: int, content: bytes) -> int:
        real(descriptor, content[: len(content) // 2])
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    os.write = write  # type: ignore[assignment]
    append(filing, 1, 1)


@contextlib.contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize('room', [0, 1, 700])
def test_a_row_for_which_there_is_no_room_leaves_the_register_as_it_was(tmp_path: Path, room: int) -> None:
    append(str(tmp_path), 0, 2)
    path = tmp_path / 'register.jsonl'
    before = path.read_bytes()
    with writing(str(tmp_path)) as book:
        with file_size_limit(len(before) + room), pytest.raises(RegisterError, match='is as it was'):
            book.append({'kind': 'note', 'number': '0001/BKP/2026', 'text': FILLER})
        assert path.read_bytes() == before
        book.append({'kind': 'note', 'number': '0001/BKP/2026', 'text': 'there is room again'})
    assert len(Register(str(tmp_path)).rows()) == 3


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, of the test's own."""
    place = tmp_path / 'disk'
    place.mkdir()
    made = subprocess.run(
        ['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', str(place)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.fail(f'no file system can be mounted here: {made.stderr.strip()}')
    try:
        yield place
    finally:
        subprocess.run(['umount', str(place)], check=True, timeout=30)


def test_a_full_disk_takes_no_half_rows(small_disk: Path) -> None:
    with pytest.raises(RegisterError, match=r'No space left on device|the disk is full'):
        append(str(small_disk), 0, 100)
    entered = len(Register(str(small_disk)).rows())
    assert 5 < entered < 40
    assert len(told(small_disk)) == entered
    assert (small_disk / 'register.jsonl').read_bytes().endswith(b'\n')


def test_a_read_only_disk_is_read_and_says_why_it_takes_nothing(small_disk: Path) -> None:
    append(str(small_disk), 0, 1)
    subprocess.run(['mount', '-o', 'remount,ro', str(small_disk)], check=True, timeout=30)
    assert len(Register(str(small_disk)).rows()) == 1
    with pytest.raises(RegisterError, match='Read-only file system'), writing(str(small_disk)):
        pass
