# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of assignments: what is written reads back as it was, and what cannot be read is named."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml
from ansible_collections.rawat.website.plugins.module_utils.formats import printable
from ansible_collections.rawat.website.plugins.module_utils.procedure import assignment, assignment_file
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text(min_size=1, max_size=40).map(lambda text: ' '.join(printable(text).split())).filter(bool)
PEOPLE = st.fixed_dictionaries({'name': TEXTS, 'id': st.none() | TEXTS, 'position': st.none() | TEXTS})


@given(
    st.fixed_dictionaries(
        {'number': TEXTS, 'officer': PEOPLE, 'sites': st.lists(TEXTS, max_size=3), 'instruction': st.none() | TEXTS}
    )
)
def test_whatever_a_letter_says_its_file_reads_back_as_it_was(letter: dict) -> None:
    settled = assignment.settle(letter)
    text = assignment_file.dump(settled)
    assert assignment.settle(yaml.safe_load(text)['website_assignment']) == settled


def test_the_file_has_a_comment_for_every_field_and_no_empty_field() -> None:
    text = assignment_file.dump(assignment.settle({'number': '0007', 'date': '2026-01-12', 'sites': ['a']}), 'id')
    lines = text.splitlines()
    assert lines[2] == 'website_assignment:'
    assert '  number: "0007"' in lines
    for index, line in enumerate(lines[3:], start=3):
        assert line.startswith('  # ') or lines[index - 1].startswith('  # ')
    assert 'null' not in text
    assert 'Nomor surat' in text
    assert 'Number of the letter' in assignment_file.dump(assignment.settle({'number': '7'}), 'en')


def test_a_file_may_hold_the_key_or_the_bare_fields(tmp_path: Path) -> None:
    path = tmp_path / 'letter.yml'
    for text in ('website_assignment: {number: "7", date: 2026-01-12}\n', 'number: "7"\ndate: 2026-01-12\n'):
        path.write_text(text, encoding='utf-8')
        assert assignment.settle(assignment_file.load(str(path)))['date'] == '2026-01-12'


@pytest.mark.parametrize(
    ('content', 'words'),
    [
        (b'', 'bukan daftar isian'),
        (b'- a\n', 'bukan daftar isian'),
        (b'website_assignment:\n', 'bukan daftar isian'),
        (b'number: [\n', 'bukan YAML yang benar'),
        (b'number: !!python/object:os.system x\n', 'bukan YAML yang benar'),
        (b'\xff\xfe', 'tidak dapat dibaca'),
        (b'number: "1"\ndate: 2026-01-12\nnumber: "2"\n', "isian 'number' ditulis dua kali (baris 3)"),
        (b'officer: {name: a, name: b}\n', "isian 'name' ditulis dua kali"),
        (b'#' * (1 << 20) + b'\nnumber: 1', 'lebih besar daripada'),
    ],
)
def test_a_file_that_is_none_is_named_with_its_cause(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / 'letter.yml'
    path.write_bytes(content)
    with pytest.raises(assignment_file.AssignmentUnreadable) as caught:
        assignment_file.load(str(path))
    assert words in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(assignment_file.AssignmentUnreadable, match=r'nowhere\.yml cannot be read: .*No such file'):
        assignment_file.load(str(tmp_path / 'nowhere.yml'), 'en')


def test_a_scan_is_known_by_its_hash_and_another_one_is_found(tmp_path: Path) -> None:
    scan = tmp_path / 'disposisi 7.pdf'
    scan.write_bytes(b'%PDF-1.7 signed')
    found = assignment_file.scan_of(str(scan))
    assert found == {'name': 'disposisi 7.pdf', 'sha256': hashlib.sha256(b'%PDF-1.7 signed').hexdigest()}
    letter, path = assignment.settle({'scan': found}), str(tmp_path / 'letter.yml')
    assert assignment_file.scan_problems(letter, path, 'id') == []
    scan.write_bytes(b'%PDF-1.7 forged')
    (line,) = assignment_file.scan_problems(letter, path, 'id')
    assert 'disposisi 7.pdf' in line
    assert found['sha256'] in line
    scan.unlink()  # the scan may be filed elsewhere
    assert assignment_file.scan_problems(letter, path, 'id') == []
