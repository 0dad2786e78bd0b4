# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user asks for: checked before anything is started, secrets never in an argument."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rawat.request import UsageProblem, extra_files, find_inventory


def test_key_and_value_go_into_a_file_that_only_we_can_read(tmp_path: Path) -> None:
    (path,) = extra_files(('password=s3cr3t = with "signs" and spaces',), tmp_path)
    assert json.loads(Path(path).read_text(encoding='utf-8')) == {'password': 's3cr3t = with "signs" and spaces'}
    assert Path(path).stat().st_mode & 0o777 == 0o600


def test_the_order_of_extra_variables_is_kept(tmp_path: Path) -> None:
    own = tmp_path / 'own.yml'
    own.write_text('a: 2\n', encoding='utf-8')
    first, second, third = extra_files(('a=1', f'@{own}', '{"a": 3}'), tmp_path)
    assert second == str(own)
    assert json.loads(Path(first).read_text(encoding='utf-8')) == {'a': '1'}
    assert json.loads(Path(third).read_text(encoding='utf-8')) == {'a': 3}


def test_all_wrong_extra_variables_are_named_at_once_without_their_values(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as caught:
        extra_files(('novalue', '@missing.yml', 'not a name=s3cr3t'), tmp_path)
    assert len(caught.value.lines) == 3
    assert 's3cr3t' not in str(caught.value)


def test_a_missing_inventory_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match='absent'):
        find_inventory(tmp_path / 'absent')


def test_without_an_option_the_inventory_that_init_writes_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageProblem, match='rawat init'):
        find_inventory(None)
    (tmp_path / 'inventory').mkdir()
    assert find_inventory(None) == tmp_path / 'inventory'
