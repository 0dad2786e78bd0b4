# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pump: what a writer is asked, and in which order, when a dump goes well or wrong. The children are real."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils import process
from ansible_collections.rawat.website.plugins.module_utils.errors import DumpError, RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.pump import pump, put
from integration.engines.dumping import SILENT, FileWriter


class Marked:
    """An inspector that wants the stream to end in END."""

    complete = False

    def feed(self, block: bytes) -> None:
        self.complete = block.endswith(b'END')


class BrokenWriter(FileWriter):
    def write(self, block: bytes) -> None:
        super().write(block)
        raise RepositoryError('the disk is full')


def child(script: str) -> process.Child:
    return process.spawn(['sh', '-c', script])


def test_a_good_stream_is_hashed_counted_and_left_to_be_finished(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path / 'x')
    stream = pump(child('head -c 3000000 /dev/zero; printf END'), writer, Marked(), SILENT)
    expected = b'\0' * 3000000 + b'END'
    assert (stream.bytes, stream.sha256) == (len(expected), hashlib.sha256(expected).hexdigest())
    assert writer.data == expected
    assert writer.diary == ['write']


def test_an_exit_code_fails_a_stream_that_looks_whole(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path / 'x')
    with pytest.raises(DumpError, match='exit code 3: no more rows'):
        pump(child('printf END; echo no more rows >&2; exit 3'), writer, Marked(), SILENT)
    assert writer.diary == ['write', 'abort']


def test_a_missing_end_marker_fails_a_stream_in_spite_of_exit_code_0(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path / 'x')
    with pytest.raises(DumpError, match=r'without its end marker.*a warning'):
        pump(child('printf EN; echo a warning >&2'), writer, Marked(), SILENT)
    assert writer.diary == ['write', 'abort']


def test_an_empty_stream_fails(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path / 'x')
    with pytest.raises(DumpError, match='after 0 bytes'):
        pump(child('true'), writer, Marked(), SILENT)
    assert writer.diary == ['abort']


def test_what_verify_misses_is_told_before_the_writer_may_be_finished(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path / 'x')
    with pytest.raises(DumpError, match='view v is missing'):
        pump(child('printf END'), writer, Marked(), SILENT, lambda: ['view v is missing'])
    assert writer.diary == ['write', 'abort']


def test_a_failing_writer_is_aborted_and_the_child_dead(tmp_path: Path) -> None:
    writer, source = BrokenWriter(tmp_path / 'x'), child('exec cat /dev/zero')
    with pytest.raises(RepositoryError, match='the disk is full'):
        pump(source, writer, Marked(), SILENT)
    assert writer.diary == ['write', 'abort']
    assert source.popen.poll() is not None


def test_put_aborts_its_writer_too(tmp_path: Path) -> None:
    writer = BrokenWriter(tmp_path / 'x')
    with pytest.raises(RepositoryError):
        put(b'CREATE USER', writer)
    assert writer.diary == ['write', 'abort']


MEASURE = """
import os, sys
sys.path.insert(0, sys.argv[1])
from ansible_collections.rawat.website.plugins.module_utils import process, progress, pump
from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb, postgresql, sqlite
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_stream import Inspector
class Writer:
    def write(self, block): pass
    def abort(self): print('aborted')
row = b"(1,'" + b'x' * 900 + b"'),\\n"
head = b"CREATE TABLE `t` (\\n  a int\\n);\\nINSERT INTO `t` VALUES\\n"
script = (
    'import sys; write = sys.stdout.buffer.write; write(%r)\\n' % head
    + 'for _ in range(300): write(%r * 1000)\\n' % row
    + 'write(%r)' % b"(1,'x');\\n-- Dump completed\\n"
)
child, inspector = process.spawn([sys.executable, '-c', script]), Inspector()
stream = pump.pump(child, Writer(), inspector, progress.Progress(None, 'x'))
assert inspector.found()['tables'] == {'t': 300001}, inspector.found()
peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))  # ru_maxrss begins at the parent's
print(stream.bytes, peak.split()[1])
"""


def test_our_own_memory_stays_below_64_mib_whatever_the_size() -> None:
    collections = next(path for path in sys.path if path.endswith('.cache/collections'))
    done = subprocess.run([sys.executable, '-c', MEASURE, collections], capture_output=True, check=True, timeout=120)
    size, kibibytes = map(int, done.stdout.split())
    assert size > 250_000_000
    assert kibibytes < 64 * 1024
