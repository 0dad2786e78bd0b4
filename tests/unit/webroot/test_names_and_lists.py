# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, patterns, links, lines and the merge, without a tree."""

from __future__ import annotations

import ast
import json
import os
import re

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import WebrootError
from ansible_collections.rawat.website.plugins.module_utils.webroot import attributes, file_list
from ansible_collections.rawat.website.plugins.module_utils.webroot.exclude import Exclusions
from ansible_collections.rawat.website.plugins.module_utils.webroot.file_list import Cursor, parse
from ansible_collections.rawat.website.plugins.module_utils.webroot.links import Boundaries
from ansible_collections.rawat.website.plugins.module_utils.webroot.metadata import quoted, stanza
from ansible_collections.rawat.website.plugins.module_utils.webroot.paths import from_text, printable, sort_key, to_json
from ansible_collections.rawat.website.plugins.module_utils.webroot.tar_stream import decimal_seconds
from ansible_collections.rawat.website.plugins.module_utils.webroot.walk import sorted_names
from hypothesis import given
from hypothesis import strategies as st

NAME = st.binary(min_size=1, max_size=255).filter(lambda name: b'/' not in name and b'\0' not in name)
CONTENT = b'"aa",null,null]'
PATH = st.lists(NAME, min_size=1, max_size=5).map(b'/'.join).filter(lambda path: path != b'.')


@given(PATH)
def test_any_path_survives_its_line(path):
    text = to_json(path)
    assert text.isascii()
    assert from_text(json.loads(text)) == path


@given(st.lists(PATH))
def test_the_sort_key_orders_by_components(paths):
    assert sorted(paths, key=sort_key) == sorted(paths, key=lambda path: path.split(b'/'))
    assert sort_key(b'.') <= min(map(sort_key, paths), default=b'')


@given(PATH)
def test_what_people_see_is_printable_and_tells_paths_apart(path):
    shown = printable(path)
    assert shown.isprintable()
    assert ast.literal_eval("b'%s'" % to_escapes(shown)) == path  # noqa: UP031


def to_escapes(shown):
    """A bytes literal's inside: what is not ASCII or is a quote as escapes of its UTF-8 bytes."""
    return ''.join(c if c.isascii() and c != "'" else ''.join(f'\\x{b:02x}' for b in c.encode()) for c in shown)


def test_control_characters_and_broken_utf8_are_shown_as_hexadecimal():
    assert printable(b'a\n\x1b[31m\xff\xc3\xa9\\') == 'a\\x0a\\x1b[31m\\xffé\\\\'
    assert printable('x\u202ey'.encode()) == 'x\\xe2\\x80\\xaey'


@pytest.mark.parametrize(
    ('pattern', 'path', 'dropped'),
    [
        ('*.log', b'a.log', True), ('*.log', b'd/e/a.log', True), ('*.log', b'a.log.txt', False),
        ('*.log', b'x.log\n', False), ('a/b/*.tmp', b'a/b/c.tmp', True), ('a/b/*.tmp', b'a/b/c/d.tmp', False),
        ('a/b/*.tmp', b'x/a/b/c.tmp', False), ('*/x', b'a/x', True), ('?', b'\xff', True), ('é*', 'é1'.encode(), True),
        ('cache/', b'cache', False), ('[ab]c', b'bc', True), ('-rf', b'-rf', True),
    ],
)  # fmt: skip
def test_a_pattern_drops(pattern, path, dropped):
    assert Exclusions([pattern]).drops(path, os.path.basename(path)) is dropped


def test_a_directory_pattern_empties_that_directory_only():
    exclusions = Exclusions(['wp-content/cache/', 'tmp/'])
    assert exclusions.empties(b'wp-content/cache')
    assert exclusions.empties(b'tmp')
    assert not exclusions.empties(b'other/tmp')


def test_every_malformed_pattern_is_named():
    with pytest.raises(WebrootError) as error:
        Exclusions(['fine', '', '/absolute', 'a/../b', 'a//b', '**/x', '/', 'nul\0', './a'])
    for pattern in ('', '/absolute', 'a/../b', 'a//b', '**/x', '/', 'nul\0', './a'):
        assert f'exclusion {pattern!r} is malformed' in str(error.value)
    assert "'fine'" not in str(error.value)


@pytest.mark.parametrize(
    ('link', 'target', 'leaves'),
    [
        (b'l', b'x', False), (b'l', b'..', True), (b'a/l', b'..', False), (b'a/l', b'../..', True),
        (b'l', b'/srv/site', False), (b'l', b'/srv/site/x/../y', False), (b'l', b'/srv/site/../x', True),
        (b'l', b'/srv/sites', True), (b'l', b'//srv/site/x', False), (b'l', b'/srv/other/x', False),
        (b'l', b'../other', False), (b'l', b'/', True), (b'l', b'', False), (b'l', b'/srv', True),
    ],
)  # fmt: skip
def test_a_link_leaves(link, target, leaves):
    assert Boundaries(b'/srv/site', [b'/srv/site', b'/srv/other/']).leaves(link, target) is leaves


def line_of(path, size=1):
    times = {'st_mtime_ns': 5, 'st_ctime_ns': 6}
    return file_list.identity(path, 'file', os.stat_result((0o100644, 1, 1, 1, 0, 0, size, 0, 0, 0), times)) + CONTENT


PATHS = st.sets(st.lists(st.sampled_from([b'a', b'a-', b'b', b'\xff', b'a b']), min_size=1, max_size=3).map(b'/'.join))


@given(today=PATHS, before=PATHS)
def test_a_cursor_finds_what_both_have_and_tells_what_is_gone(today, before):
    gone = []
    cursor = Cursor(
        (line_of(path) + b'\n' for path in sorted(before, key=sort_key)), lambda line: gone.append(line.path)
    )
    found = [path for path in sorted(today, key=sort_key) if cursor.find(path, line_of(path, 2)[: -len(CONTENT)])]
    cursor.finish()
    assert found == sorted(today & before, key=sort_key)
    assert gone == sorted(before - today, key=sort_key)


def test_an_unsorted_or_broken_list_is_an_error_with_its_remedy():
    unsorted = Cursor([line_of(b'b'), line_of(b'a')], lambda _line: None)
    with pytest.raises(WebrootError, match='not sorted at a: store the webroot in full again'):
        unsorted.finish()
    for broken in (b'', b'{', b'["a"]', b'[1,2,3,4,5,6,7,8,9,10,11,12,13]', line_of(b'a') * 2, b'\xff'):
        with pytest.raises(WebrootError, match='file list is broken at'):
            parse(broken)


@given(PATH)
def test_a_name_in_the_metadata_list_holds_no_line_break(path):
    name = quoted(path)
    assert not {b'\n'[0], b'\r'[0]} & set(name)
    assert re.sub(rb'\\([0-7]{3})', lambda match: bytes([int(match[1], 8)]), name) == path


def test_a_metadata_stanza_is_what_getfacl_writes():
    line = parse(
        b'["a b","file",420,33,34,1,0,0,0,null,"aa",["user::rw-,user:5:r--,group::r--,mask::r--,other::---",null],null]'
    )
    assert stanza(line) == (
        b'# file: ./a b\n# owner: 33\n# group: 34\nuser::rw-\nuser:5:r--\ngroup::r--\nmask::r--\nother::---\n\n'
    )


def test_an_acl_in_an_unknown_form_is_refused():
    for value in (b'', b'\x02\0\0', b'\x03\0\0\0' + bytes(8), b'\x02\0\0\0' + b'\x99' * 8):
        with pytest.raises(OSError, match='ACL in an unknown form'):
            attributes.acl_text(value)


@pytest.mark.parametrize(
    ('nanoseconds', 'text'),
    [(0, b'0'), (1, b'0.000000001'), (-1, b'-0.000000001'), (-1_500_000_000, b'-1.5'), (10**18, b'1000000000')],
)
def test_a_time_is_written_with_its_sign_before_the_whole(nanoseconds, text):
    assert decimal_seconds(nanoseconds) == text


@pytest.mark.parametrize('batch', [1, 2, 7, 100])
def test_a_large_directory_is_listed_in_batches_without_loss(tmp_path, batch):
    names = sorted(b'%x' % (number * 7919 % 101) for number in range(50))
    for name in names:
        (tmp_path / os.fsdecode(name)).touch()
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        assert list(sorted_names(descriptor, batch)) == names
    finally:
        os.close(descriptor)
