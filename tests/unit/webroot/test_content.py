# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading with trouble, and the hash of a file with holes."""

from __future__ import annotations

import errno
import hashlib
import os

import pytest
from ansible_collections.rawat.website.plugins.module_utils.webroot import content


def test_a_read_error_pads_to_the_promised_size_and_gives_no_hash(tmp_path, monkeypatch):
    """The error is injected into the system call: no file of a healthy disk fails half-way."""
    path = tmp_path / 'broken'
    path.write_bytes(b'x' * 1_000_000)
    real = os.preadv

    def preadv(descriptor, buffers, offset):
        if offset:
            raise OSError(errno.EIO, 'Input/output error')
        return real(descriptor, buffers, offset)

    monkeypatch.setattr(os, 'preadv', preadv)
    kept = Kept()
    with path.open('rb') as handle:
        result = content.read(handle.fileno(), 1_000_000, None, kept)
    assert result.sha256 is None
    assert result.problem == 'reading failed (Input/output error): zero bytes from 65536 on'
    assert bytes(kept.data) == b'x' * 65536 + bytes(1_000_000 - 65536)


class Kept:
    """A sink that remembers."""

    def __init__(self):
        self.data, self.view = bytearray(), memoryview(bytearray(65536))

    def room(self, wanted):
        return self.view[:wanted]

    def fill(self, size):
        self.data += self.view[:size]


@pytest.mark.parametrize('size', [0, 1, 4095, 4096, 4097, 300_000])
def test_the_hash_with_holes_does_not_depend_on_where_the_holes_are(tmp_path, size):
    place = 1 << 20
    with (tmp_path / 'holes').open('wb') as handle:
        handle.seek(place)
        handle.write(b'd' * size)
        handle.truncate(3 * place + 5)
    (tmp_path / 'filled').write_bytes((tmp_path / 'holes').read_bytes())
    hashes = [hash_of(tmp_path / name, sparse=True) for name in ('holes', 'filled')]
    assert hashes[0] == hashes[1]
    assert hashes[0].startswith('sparse:')
    (tmp_path / 'moved').write_bytes(bytes(place + 4096) + b'd' * size + bytes(2 * place - 4091 - size))
    assert size == 0 or hash_of(tmp_path / 'moved', sparse=True) != hashes[0]


def test_the_plain_hash_is_sha256_of_all_bytes(tmp_path):
    (tmp_path / 'plain').write_bytes(b'abc' * 200_000)
    assert hash_of(tmp_path / 'plain', sparse=False) == hashlib.sha256(b'abc' * 200_000).hexdigest()


def hash_of(path, *, sparse):
    with path.open('rb') as handle:
        return content.hash_of(handle.fileno(), sparse=sparse)


def test_a_file_in_too_many_pieces_has_its_small_holes_filled(tmp_path, monkeypatch):
    monkeypatch.setattr(content, 'EXTENT_LIMIT', 10)
    path = tmp_path / 'pieces'
    with path.open('wb') as handle:
        for number in range(100):
            handle.seek(number * 8192)
            handle.write(b'd')
        handle.truncate(10 << 20)
    with path.open('rb') as handle:
        pieces = content.extents(handle.fileno(), os.fstat(handle.fileno()))
    assert pieces == [(0, 99 * 8192 + 4096)]
