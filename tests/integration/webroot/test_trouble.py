# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tree that does not hold still, refuses, or is hostile: nothing is silent, the archive stays valid."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError
from ansible_collections.rawat.website.plugins.module_utils.webroot import open_webroot
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import parse
from integration.webroot.trees import Stored, restore, store

BIG = 3 * 1024 * 1024  # more than the tar's buffer, so it cannot be undone and read again


@pytest.fixture
def site(tmp_path: Path) -> Path:
    place = tmp_path / 'site'
    place.mkdir()
    return place


class During:
    """A progress that changes the tree when the first bytes of a file were read; the file is still open then."""

    def __init__(self, act: Callable[[], Any], times: int = 1):
        self.act, self.times = act, times

    def add(self, _size: int) -> None:
        if self.times:
            self.times -= 1
            self.act()


def skipped(stored: Stored) -> dict[str, str]:
    return {item['path']: item['reason'] for item in stored.facts['skipped']}


def listed(stored: Stored) -> list[bytes]:
    return [parse(line).path for line in stored.lines()]


def append(path: Path, data: bytes) -> None:
    with path.open('ab') as handle:
        handle.write(data)


def test_a_large_file_that_grows_is_cut_at_its_first_size_and_named(site: Path, tmp_path: Path) -> None:
    path = site / 'grows'
    path.write_bytes(b'x' * BIG)
    full = store(site, tmp_path / 'full', progress=During(lambda: append(path, b'more')))
    assert skipped(full) == {'grows': f'stored, but its size changed from {BIG} to {BIG + 4} bytes while it was read'}
    restore(tmp_path / 'restored', full)
    assert (tmp_path / 'restored' / 'grows').read_bytes() == b'x' * BIG


def test_a_small_file_that_grows_once_is_read_again_and_is_whole(site: Path, tmp_path: Path) -> None:
    path = site / 'grows'
    path.write_bytes(b'x' * 1000)
    full = store(site, tmp_path / 'full', progress=During(lambda: append(path, b'more')))
    assert (skipped(full), full.facts['stored']) == ({}, 2)
    restore(tmp_path / 'restored', full)
    assert (tmp_path / 'restored' / 'grows').read_bytes() == b'x' * 1000 + b'more'


def test_a_small_file_that_never_stops_changing_is_named(site: Path, tmp_path: Path) -> None:
    path = site / 'grows'
    path.write_bytes(b'x')
    full = store(site, tmp_path / 'full', progress=During(lambda: append(path, b'y'), times=2))
    assert skipped(full) == {'grows': 'stored, but its size changed from 2 to 3 bytes while it was read'}
    restore(tmp_path / 'restored', full)
    assert (tmp_path / 'restored' / 'grows').read_bytes() == b'xy'
    assert parse(full.lines()[1]).ctime_ns == 0  # the next run looks again


def test_a_file_that_is_overwritten_in_place_while_it_is_read_is_named(site: Path, tmp_path: Path) -> None:
    path = site / 'edited'
    path.write_bytes(b'x' * BIG)
    os.utime(path, (1, 1))

    def edit() -> None:
        with path.open('r+b') as handle:
            handle.write(b'y')

    full = store(site, tmp_path / 'full', progress=During(edit))
    assert skipped(full) == {'edited': 'stored, but it was written to while it was read'}


def cut_during_walk(site: Path, tmp_path: Path) -> Stored:
    """'b' is cut after it was opened: the act runs in the first write of its header, while the buffer is flushed."""
    (site / 'a').write_bytes(b'a')
    (site / 'b').write_bytes(b'b' * BIG)
    (site / 'c').write_bytes(b'c')
    result = Stored(tmp_path / 'full', {})
    done = []
    with result.part('tar').open('wb') as tar, result.part('files').open('wb') as files:

        def write(block: memoryview) -> None:
            tar.write(block)
            if b'./b\0' in bytes(block) and not done:
                done.append(os.truncate(site / 'b', 700_000))

        with open_webroot({'path': str(site)}, []) as capture:
            facts = capture.record(files.write, write_tar=write)
    assert done
    return Stored(result.stem, facts)


def test_a_file_that_shrinks_is_padded_with_zeros_and_named(site: Path, tmp_path: Path) -> None:
    full = cut_during_walk(site, tmp_path)
    assert list(skipped(full)) == ['b']
    assert 'stored, but it got shorter while it was read: zero bytes from ' in skipped(full)['b']
    restore(tmp_path / 'restored', full)
    content = (tmp_path / 'restored' / 'b').read_bytes()
    assert len(content) == BIG
    assert content.rstrip(b'\0') == b'b' * len(content.rstrip(b'\0'))
    assert (tmp_path / 'restored' / 'c').read_bytes() == b'c'


def test_a_file_that_vanishes_is_named_and_its_neighbours_are_stored(site: Path, tmp_path: Path) -> None:
    for name in ('a', 'b', 'c'):
        (site / name).write_bytes(b'x')
    full = store(site, tmp_path / 'full', progress=During((site / 'b').unlink))
    assert skipped(full) == {'b': 'it vanished while the webroot was read'}
    assert listed(full) == [b'.', b'a', b'c']


def test_sockets_and_fifos_are_skipped_by_name_and_never_opened(site: Path, tmp_path: Path) -> None:
    os.mkfifo(site / 'pipe')
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(site / 'door'))
        full = store(site, tmp_path / 'full')
    assert skipped(full) == {
        'door': 'a socket: not stored, its program makes it anew',
        'pipe': 'a FIFO: not stored',
    }
    assert listed(full) == [b'.']


def test_a_fifo_put_in_place_of_a_file_does_not_stop_us(site: Path, tmp_path: Path) -> None:
    (site / 'a').write_bytes(b'x')
    (site / 'b').write_bytes(b'x')

    def replace() -> None:
        (site / 'b').unlink()
        os.mkfifo(site / 'b')

    signal.alarm(20)
    try:
        full = store(site, tmp_path / 'full', progress=During(replace))
    finally:
        signal.alarm(0)
    assert list(skipped(full)) in (['b'],)
    assert listed(full) == [b'.', b'a']


@pytest.mark.skipif(os.geteuid() != 0, reason='gives the tree to another account')
def test_what_an_account_may_not_read_is_named(site: Path, tmp_path: Path) -> None:
    (site / 'secret').write_bytes(b'x')
    (site / 'closed').mkdir()
    (site / 'closed' / 'inside').write_bytes(b'x')
    (site / 'open').write_bytes(b'x')
    os.chmod(site / 'secret', 0)
    os.chmod(site / 'closed', 0o700)
    names = record_as_nobody(site, tmp_path)
    assert names == {
        'secret': 'Permission denied',
        'closed': 'the directory cannot be opened (Permission denied): what it contains is missing',
    }


def record_as_nobody(site: Path, tmp_path: Path) -> dict[str, str]:
    """In a child, because an account cannot be taken back."""
    for place in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        os.chmod(place, place.stat().st_mode | 0o011)  # noqa: S103  let the other account through
    root = os.open(site, os.O_RDONLY)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        with open_webroot({'path': str(site)}, []) as capture:
            facts = capture.record(lambda _block: None, write_tar=lambda _block: None)
        os.write(writing, repr(facts['skipped']).encode())
        os._exit(0)
    os.close(writing)
    os.close(root)
    with open(reading, 'rb') as answer:
        text = answer.read().decode()
    assert os.waitpid(child, 0)[1] == 0
    return {item['path']: item['reason'] for item in eval(text)}  # noqa: S307  our own child's repr


@pytest.mark.parametrize('kind', ['directory', 'file'])
def test_what_is_swapped_for_a_link_between_look_and_open_never_leads_outside(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The owner's best moment, met every time: right after our stat of the name."""
    outside = tmp_path / 'outside'
    outside.mkdir()
    (outside / 'password').write_bytes(b'the secret of the neighbour')
    victim = site / 'victim' if kind == 'directory' else site / 'password'
    (site / 'victim').mkdir()
    (site / 'password').write_bytes(b'harmless')
    swap_after_stat(monkeypatch, victim, outside if kind == 'directory' else outside / 'password')
    full = store(site, tmp_path / 'full')
    assert victim.is_symlink()
    assert b'the secret' not in full.part('tar').read_bytes()
    assert skipped(full) == {victim.name: 'it was replaced by something of another kind while the webroot was read'}


def swap_after_stat(monkeypatch: pytest.MonkeyPatch, victim: Path, target: Path) -> None:
    real = os.stat

    def stat(path: Any, **how: Any) -> os.stat_result:
        status = real(path, **how)
        if path == os.fsencode(victim.name) and how.get('dir_fd') is not None and not victim.is_symlink():
            victim.rename(victim.with_name('aside'))
            victim.symlink_to(target)
        return status

    monkeypatch.setattr(os, 'stat', stat)


def test_access_times_are_left_alone(site: Path, tmp_path: Path) -> None:
    (site / 'd').mkdir()
    (site / 'd' / 'f').write_bytes(b'x')
    places = (site, site / 'd', site / 'd' / 'f')
    for place in places:
        os.utime(place, (1, 1_000_000_000))  # so old that any reading would renew it, even with relatime
    store(site, tmp_path / 'full')
    assert [place.stat().st_atime for place in places] == [1, 1, 1]


class Full(Exception):
    """What a store raises when its disk is full."""


def test_what_the_stores_writer_raises_comes_out_and_nothing_stays_open(site: Path) -> None:
    (site / 'd' / 'e').mkdir(parents=True)
    (site / 'd' / 'e' / 'f').write_bytes(b'x' * BIG)
    before = os.listdir('/proc/self/fd')

    def refuse(_block: memoryview) -> None:
        raise Full

    with open_webroot({'path': str(site)}, []) as capture:
        for _ in range(3):  # a new walk each time
            with pytest.raises(Full):
                capture.record(lambda _block: None, write_tar=refuse)
        with pytest.raises(OSError, match='No space'):
            capture.record(lambda _block: None, write_tar=no_space)
        assert capture.record(lambda _block: None, write_tar=lambda _block: None)['files'] == 1
    assert os.listdir('/proc/self/fd') == before


def no_space(_block: memoryview) -> None:
    raise OSError(28, 'No space left on device')


def test_a_missing_webroot_is_an_error_with_its_remedy(site: Path) -> None:
    with pytest.raises(WebrootError, match=r'webroot .*/gone cannot be opened .*No such file.*: correct its path'):
        open_webroot({'path': str(site / 'gone')}, [])
    (site / 'file').write_bytes(b'')
    with pytest.raises(WebrootError, match='Not a directory'):
        open_webroot({'path': str(site / 'file')}, [])
    with pytest.raises(WebrootError, match='must be an absolute path'):
        open_webroot({'path': 'site'}, [])


def test_a_webroot_that_is_a_link_is_resolved_once_with_a_remark(site: Path, tmp_path: Path) -> None:
    (site / 'f').write_bytes(b'x')
    os.symlink(site, tmp_path / 'www')
    full = store(tmp_path / 'www', tmp_path / 'full')
    assert full.facts['remarks'] == [f'the webroot is a symbolic link: stored is {site}, to which it points']
    assert listed(full) == [b'.', b'f']


def test_links_are_stored_never_followed_and_remarked_when_they_leave(site: Path, tmp_path: Path) -> None:
    other = tmp_path / 'other'
    for name, target in (
        ('inside', 'd/x'), ('dangling', 'nowhere'), ('up', '../outside'), ('absolute', '/etc/passwd'),
        ('home', str(site / 'd')), ('listed', str(other / 'x')), ('beside', '../other/x'), ('near', str(other) + 's'),
    ):  # fmt: skip
        os.symlink(target, site / name)
    with open_webroot({'path': str(site)}, [str(site), str(other)]) as capture:
        facts = capture.record(lambda _block: None)
    leaving = {remark.split(' ')[0] for remark in facts['remarks']}
    assert (leaving, facts['links']) == ({'up', 'absolute', 'near'}, 8)
    assert 'absolute is a link to /etc/passwd, which lies in no webroot of this site' in facts['remarks'][0]


def test_exclusions_leave_out_what_they_say_and_keep_the_cache_directory(site: Path, tmp_path: Path) -> None:
    for name in ('cache/a', 'sub/cache/b', 'x.log', 'sub/y.log', 'sub/t.tmp', 'sub/deep/t.tmp', 'old.log/inside'):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(b'x')
    full = store(site, tmp_path / 'full', exclude=['cache/', '*.log', 'sub/*.tmp', 'matches/nothing'])
    assert listed(full) == [b'.', b'cache', b'sub', b'sub/cache', b'sub/cache/b', b'sub/deep', b'sub/deep/t.tmp']
    assert (full.facts['excluded'], full.facts['skipped']) == (4, [])
    with tarfile.open(full.part('tar')) as archive:
        assert len(archive.getnames()) == 7


def test_a_thousand_and_one_pipes_are_counted_exactly_and_listed_up_to_the_limit(site: Path) -> None:
    for number in range(25):
        os.mkfifo(site / f'pipe-{number}')
    with open_webroot({'path': str(site)}, [], remark_limit=10) as capture:
        facts = capture.record(lambda _block: None)
    assert (len(facts['skipped']), facts['skipped_total']) == (10, 25)
    assert facts['remarks'] == ['15 more skipped files are not listed one by one']


def test_a_hundred_and_fifty_thousand_entries_fit_into_64_mib(tmp_path: Path) -> None:
    """One directory with 150,000 names, and two old lists as long. In memory, where names are made quickly."""
    memory = Path('/dev/shm')
    script = Path(__file__).with_name('many_entries.py')
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as site:
        done = subprocess.run([sys.executable, script, site, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    links, added, changed, removed, peak_mib = map(int, done.stdout.split())
    assert (links, added, changed, removed) == (150_000, 50_000, 0, 50_000)
    assert peak_mib <= 64
