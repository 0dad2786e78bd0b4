# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: whole or not there, readable by whoever comes next, and closed to a second restore."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import RestoreError
from ansible_collections.rawat.website.plugins.module_utils.restoring.journal import Journals


@pytest.fixture
def journals(tmp_path: Path) -> Journals:
    return Journals({'state_directory': str(tmp_path / 'state')}, 'blog')


def test_a_site_without_restores_has_no_journal(journals: Journals) -> None:
    assert journals.all() == []
    assert journals.open() is None


def test_a_new_journal_is_on_disk_as_preparing(journals: Journals) -> None:
    made = journals.new('2026-11-22T020000Z', 'in_place')
    found = journals.open()
    assert found is not None
    assert found.document == made.document
    assert (found.state, found.document['point']) == ('preparing', '2026-11-22T020000Z')
    assert made.path.stat().st_mode & 0o777 == 0o600


def test_a_journal_that_is_done_is_kept_and_no_longer_open(journals: Journals) -> None:
    made = journals.new('p', 'in_place')
    made.write('done', kept=[{'what': 'a', 'where': 'b'}])
    assert journals.open() is None
    assert [one.id for one in journals.kept()] == [made.id]
    made.remove()
    assert journals.all() == []


def test_names_of_files_that_are_not_utf8_come_back(journals: Journals) -> None:
    made = journals.new('p', 'in_place')
    made.write(parts=[{'to': '/srv/bad\udcff'}])
    assert journals.all()[0].parts == [{'to': '/srv/bad\udcff'}]


def test_a_damaged_journal_is_an_error_that_says_where_to_look(journals: Journals) -> None:
    made = journals.new('p', 'in_place')
    made.path.write_text('{"schema": 1')
    with pytest.raises(RestoreError, match=r'cannot be read.*__rawat_'):
        journals.open()


def test_a_half_written_successor_does_not_count(journals: Journals) -> None:
    made = journals.new('p', 'in_place')
    made.path.with_suffix('.new').write_text('{"half')
    assert [one.state for one in journals.all()] == ['preparing']


def test_the_journal_holds_no_float_and_sorted_keys(journals: Journals) -> None:
    made = journals.new('p', 'in_place')
    with pytest.raises(TypeError):
        made.write(parts=[{'seconds': 0.5}])
    text = made.path.read_text()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(',', ':')) + '\n'


def test_a_second_restore_of_the_site_waits_and_then_names_the_first(journals: Journals) -> None:
    first = r'site blog is being restored by .*host run 7'
    with journals.lock('host run 7', 1), pytest.raises(RestoreError, match=first), journals.lock('host run 8', 0):
        pass
    with journals.lock('host run 9', 0):
        pass
