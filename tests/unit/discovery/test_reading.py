# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door to files of others: what is read, what is refused and why, and that links stay in their place."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.discovery import reading
from ansible_collections.rawat.website.plugins.module_utils.discovery.reading import Absent, Unreadable


def refused(path: str, root: Path, limit: int = 100) -> str:
    with pytest.raises(Unreadable) as caught:
        reading.read(path, limit, str(root))
    return caught.value.reason


def test_a_file_of_just_the_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'a').write_bytes(b'x' * 100)
    assert reading.read('/a', 100, str(tmp_path)) == b'x' * 100
    assert refused('/a', tmp_path, 99) == 'it has more than 99 bytes'


def test_what_is_no_regular_file_is_refused_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / 'fifo')
    (tmp_path / 'folder').mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            listener.bind(f'/proc/self/fd/{here}/socket')
        finally:
            os.close(here)
        for name in ('fifo', 'folder', 'socket'):
            assert refused(f'/{name}', tmp_path) == 'it is not a regular file'


def test_a_device_is_refused() -> None:
    with pytest.raises(Unreadable, match='not a regular file'):
        reading.read('/dev/zero')


def test_a_nul_byte_makes_a_file_binary_but_not_one_of_utf_16(tmp_path: Path) -> None:
    (tmp_path / 'binary').write_bytes(b'a\0b')
    (tmp_path / 'wide').write_text('názov\r\nb', encoding='utf-16', newline='')
    assert refused('/binary', tmp_path) == 'it is binary'
    assert reading.text('/wide', root=str(tmp_path)) == 'názov\nb'


@pytest.mark.parametrize(
    ('data', 'expected'),
    [(b'\xef\xbb\xbfabc', 'abc'), ('é'.encode(), 'é'), (b'\xe9', 'é'), (b'\xff\xfea\0b', 'a\ufffd'),
     (b'a\rb\r\nc', 'a\nb\nc')],
)
def test_every_encoding_comes_to_a_text(data: bytes, expected: str) -> None:
    assert reading.decoded(data) == expected


def test_an_absolute_link_is_one_within_the_root_and_dots_do_not_leave_it(tmp_path: Path) -> None:
    (tmp_path / 'etc').mkdir()
    (tmp_path / 'etc' / 'inner').write_text('inner')
    (tmp_path / 'absolute').symlink_to('/etc/inner')
    (tmp_path / 'dots').symlink_to('../../../../etc/inner')
    (tmp_path / 'folder').symlink_to('/etc')
    for name in ('absolute', 'dots', 'folder/inner', '../../etc/inner'):
        assert reading.text(f'/{name}', root=str(tmp_path)) == 'inner'
    (tmp_path / 'out').symlink_to('/etc/passwd')
    with pytest.raises(Absent):
        reading.read('/out', root=str(tmp_path))
    assert reading.resolve('/folder/inner', str(tmp_path)) == '/etc/inner'


def test_cyclic_links_end(tmp_path: Path) -> None:
    (tmp_path / 'a').symlink_to('b')
    (tmp_path / 'b').symlink_to('/a')
    (tmp_path / 'deep').symlink_to('deep/deep')
    for name in ('a', 'deep'):
        assert refused(f'/{name}', tmp_path) == 'it is reached through more than 40 links'
        assert not reading.is_file(f'/{name}', str(tmp_path))


def test_a_link_to_what_belongs_to_another_user_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who owns what is what stat says; here it says that the link is of user 4711, and so is one of the two files."""
    (tmp_path / 'own').write_text('own')
    (tmp_path / 'foreign').write_text('foreign')
    (tmp_path / 'to_own').symlink_to('own')
    (tmp_path / 'to_foreign').symlink_to('foreign')
    real = os.stat

    def stat(path: str, **options: object) -> os.stat_result:
        status = real(path, **options)  # type: ignore[arg-type]
        values = list(status)
        values[4] = 1234 if str(path).endswith('/foreign') else 4711
        return os.stat_result(values)

    monkeypatch.setattr(reading.os, 'stat', stat)
    assert reading.text('/to_own', root=str(tmp_path)) == 'own'
    assert 'belong to different users' in refused('/to_foreign', tmp_path)
    assert not reading.is_file('/to_foreign', str(tmp_path))


def test_a_name_that_no_file_can_have_is_an_answer_and_no_crash(tmp_path: Path) -> None:
    assert 'null byte' in refused('/a\0b', tmp_path)
    assert refused('/' + 'x' * 5000, tmp_path) == 'file name too long'
    with pytest.raises(Absent):
        reading.read('/nowhere/at/all', root=str(tmp_path))
    (tmp_path / 'file').write_text('')
    with pytest.raises(Absent):
        reading.read('/file/below', root=str(tmp_path))


def test_a_folder_with_too_many_names_is_refused(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / str(number)).touch()
    assert reading.names('/', 6, str(tmp_path)) == list('012345')
    with pytest.raises(Unreadable, match='more than 5 names'):
        reading.names('/', 5, str(tmp_path))


def test_a_remark_holds_no_control_characters() -> None:
    assert str(Unreadable('/a\x1b[31m\udcff\u202e', 'why')) == '/a\\x1b[31m\\udcff\\u202e was not read: why'
