# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text inside one value: plain, serialised, JSON, one inside the other; nothing is ever made invalid."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.staging import needles, values
from ansible_collections.rawat.website.plugins.module_utils.staging.php_serialised import (
    Malformed,
    Walker,
    is_serialised,
)
from hypothesis import given, settings
from hypothesis import strategies as some

OLD, NEW = 'http://old.example', 'https://staging.example:8443/new'
NEEDLES = needles.Needles([
    needles.url_replacement(needles.parse_url(OLD), needles.parse_url(NEW)),
    needles.path_replacement('/var/www/old', '/srv/staging'),
])  # fmt: skip


def replaced(value: bytes) -> bytes:
    return values.Rewriter(NEEDLES).value(value)


def remarks(value: bytes) -> dict[str, int]:
    rewriter = values.Rewriter(NEEDLES)
    assert rewriter.value(value) == value
    return dict(rewriter.remarks)


def serialise(value: Any) -> bytes:
    """As PHP does; dict is an array, a list too."""
    if value is None:
        return b'N;'
    if isinstance(value, bool):
        return b'b:%d;' % value
    if isinstance(value, int):
        return b'i:%d;' % value
    if isinstance(value, bytes):
        return b's:%d:"%b";' % (len(value), value)
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return b'a:%d:{%b}' % (len(value), b''.join(serialise(key) + serialise(one) for key, one in pairs))


@pytest.mark.parametrize(
    ('old', 'new'),
    [
        ('http://old.example', NEW),
        ('https://old.example/a?b#c', f'{NEW}/a?b#c'),
        ('HTTP://Old.Example/', f'{NEW}/'),
        ('"//old.example/x.js"', '"//staging.example:8443/new/x.js"'),
        ('http://old.example:80/', f'{NEW}/'),
        ('http:\\/\\/old.example\\/a', 'https:\\/\\/staging.example:8443\\/new\\/a'),
        ('http:\\\\\\/\\\\\\/old.example', 'https:\\\\\\/\\\\\\/staging.example:8443\\\\\\/new'),
        ('u=http%3A%2F%2Fold.example%2Fa', 'u=https%3A%2F%2Fstaging.example%3A8443%2Fnew%2Fa'),
        (
            '\\u0022http:\\u002f\\u002fold.example\\u0022',
            '\\u0022https:\\u002f\\u002fstaging.example:8443\\u002fnew\\u0022',
        ),
        ('at http://old.example. Or http://old.example-- or', f'at {NEW}. Or {NEW}-- or'),
        ('<!--http://old.example-->', f'<!--{NEW}-->'),
        ('/var/www/old/wp-content /var/www/old', '/srv/staging/wp-content /srv/staging'),
        ('file:///var/www/old', 'file:///srv/staging'),
        ('x;\n/var/www/old;', 'x;\n/srv/staging;'),
    ],
)
def test_every_spelling_of_an_address_is_replaced_in_its_own_spelling(old: str, new: str) -> None:
    assert replaced(old.encode()) == new.encode()


@pytest.mark.parametrize(
    'text',
    [
        'http://old.example.org', 'http://old.example2', 'http://old.example-shop.com', 'http://old.example_',
        'http://old.example:8080', 'http://my.old.example', 'ftp://old.example', 'http://old.example@evil.example',
        'http://old.example\u00e9', 'info@old.example', 'old.example/path', 'ftp:\\/\\/old.example',
        '/var/www/old2', '/var/www/old.bak', '/var/www/old-2', '/srv/var/www/old', 'x/var/www/old', '/var/www/ol',
    ],
)  # fmt: skip
def test_what_only_begins_like_it_stays(text: str) -> None:
    assert replaced(text.encode()) == text.encode()


def test_an_address_with_a_path_does_not_reach_beyond_it() -> None:
    wanted = needles.Needles(
        [needles.url_replacement(needles.parse_url('http://a.example/blog/'), needles.parse_url(OLD))]
    )
    rewriter = values.Rewriter(wanted)
    others = b' http://a.example/blog2 http://a.example/blog.html http://a.example/'
    text = b'http://a.example/blog http://a.example/blog/x' + others
    assert rewriter.value(text) == b'http://old.example http://old.example/x' + others


def test_a_value_that_is_the_host_alone_is_replaced_and_a_host_in_a_text_is_not() -> None:
    wanted = needles.Needles([needles.url_replacement(needles.parse_url(OLD), needles.parse_url('http://new.example'))])
    rewriter = values.Rewriter(wanted)
    assert rewriter.value(b'old.example') == b'new.example'
    assert rewriter.value(b'the old.example site') == b'the old.example site'


def test_lengths_are_bytes_and_follow_the_content() -> None:
    value = serialise({b'u': 'é http://old.example'.encode(), b'n': [1, None, True]})
    assert replaced(value) == serialise({b'u': f'é {NEW}'.encode(), b'n': [1, None, True]})


def test_a_serialised_value_in_a_serialised_string_in_json_is_right_on_every_level() -> None:
    def built(url: bytes) -> bytes:
        inner = serialise({b'deep': serialise([url])})
        return json.dumps({'a': inner.decode(), 'b': 1.50, 'c': [url.decode()]}).encode()

    assert replaced(built(OLD.encode())) == built(NEW.encode())


def test_json_in_a_serialised_string_keeps_its_escapes_and_numbers() -> None:
    text = b'{"u":"http:\\/\\/old.example\\/\\u00e9","n":1.50,  "e":"\\ud83d\\ude00"}'
    new = text.replace(b'http:\\/\\/old.example', b'https:\\/\\/staging.example:8443\\/new')
    assert replaced(serialise([text])) == serialise([new])


def test_private_and_protected_properties_references_and_enums_are_kept() -> None:
    value = (
        b'O:3:"Foo":4:{s:6:"\0Foo\0a";s:18:"http://old.example";s:4:"\0*\0b";R:2;s:1:"c";r:1;s:1:"d";E:7:"Suit:Hi";}'
    )
    new = value.replace(b's:18:"http://old.example"', b's:32:"' + NEW.encode() + b'"')
    assert replaced(value) == new
    assert is_serialised(new)


def test_a_custom_serialisation_is_left_alone_with_a_remark() -> None:
    assert remarks(b'a:1:{i:0;C:3:"Foo":20:{x:http://old.example}}') == {values.CUSTOM: 1}


@pytest.mark.parametrize(
    'broken',
    [
        b'a:1:{s:3:"url";s:17:"http://old.example";}', b'a:2:{s:3:"url";s:18:"http://old.example";}',
        b's:18:"http://old.example"', b'a:1:{s:3:"url";s:18:"http://old.example";}}', b's:99999999999:"http://old.example";',
        b'O:8:"stdClass":1:{s:1:"u";s:99:"http://old.example";}', b'a:1:{a:0:{}s:18:"http://old.example";}',
    ],
)  # fmt: skip
def test_a_malformed_value_is_left_alone_with_a_remark(broken: bytes) -> None:
    assert remarks(broken) == {values.MALFORMED: 1}


def test_a_malformed_value_inside_a_good_one_is_left_alone_and_the_rest_is_not() -> None:
    rewriter = values.Rewriter(NEEDLES)
    broken = b's:9:"http://old.example";'
    assert rewriter.value(serialise([broken, OLD.encode()])) == serialise([broken, NEW.encode()])
    assert (rewriter.replaced, dict(rewriter.remarks)) == (1, {values.MALFORMED: 1})


def test_session_data_gets_right_lengths() -> None:
    assert replaced(b'user|' + serialise([OLD.encode()]) + b'next|s:1:"x";') == (
        b'user|' + serialise([NEW.encode()]) + b'next|s:1:"x";'
    )


def test_keys_are_replaced_but_two_keys_never_become_one() -> None:
    rewriter = values.Rewriter(NEEDLES)
    both = serialise({OLD.encode(): 1, b'https://old.example': 2})
    assert rewriter.value(both) == serialise({NEW.encode(): 1, b'https://old.example': 2})
    assert rewriter.remarks == {values.COLLISION: 1}
    assert replaced(b'{"http://old.example":1,"https://old.example":"//old.example"}') == (
        b'{"http://old.example":1,"https://old.example":"//staging.example:8443/new"}'
    )


def test_binary_data_and_base64_are_left_alone() -> None:
    assert remarks(b'\x89PNG\0http://old.example/') == {values.BINARY: 1}
    assert remarks(b'aHR0cDovL29sZC5leGFtcGxl') == {}


def test_hostile_depth_and_counts_neither_break_nor_take_long() -> None:
    deep = b'a:1:{i:0;' * 5000 + b's:18:"http://old.example";' + b'}' * 5000
    assert remarks(deep) == {values.MALFORMED: 1}  # PHP would refuse it, too
    assert remarks(b'a:999999999:{i:0;s:18:"http://old.example";}') == {values.MALFORMED: 1}
    json_deep = b'[' * 100_000 + b'"http://old.example"' + b']' * 100_000
    assert replaced(json_deep) == json_deep.replace(OLD.encode(), NEW.encode())
    strings = OLD.encode()
    for _level in range(30):
        strings = serialise(strings)
    assert remarks(strings) == {values.TOO_DEEP: 1}


@pytest.mark.parametrize('url', ['', 'old.example', 'http://', 'ftp://a.example', 'http://a.example/"x', 'http://a b'])
def test_an_unusable_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match='is not a usable URL'):
        needles.parse_url(url)


# ---------------------------------------------------------------- properties
PIECES = some.lists(
    some.sampled_from([b'http://old.example', b'https://OLD.example:443', b'//old.example', b'/var/www/old', b'";',
                       b'"', b's:3:"', b'}', b'\\', b'/', b'\0', 'é'.encode(), b'\xff', b' ', b'a', b':', b'{"']),
    max_size=6,
).map(b''.join)  # fmt: skip
KEYS = some.one_of(some.integers(-9, 9), some.binary(max_size=4))
TREES = some.recursive(
    some.one_of(some.none(), some.booleans(), some.integers(-(2**63), 2**63 - 1), PIECES, some.binary(max_size=8)),
    lambda inner: some.one_of(
        some.lists(inner, max_size=4), some.dictionaries(KEYS, inner, max_size=4), inner.map(serialise)
    ),
    max_leaves=12,
)


@given(TREES)
def test_a_walk_that_changes_nothing_gives_the_very_bytes(tree: Any) -> None:
    data = serialise(tree)
    assert Walker(data, lambda content: content).run() == data


@given(TREES)
def test_what_was_serialised_is_serialised_afterwards_and_nothing_else_changed(tree: Any) -> None:
    data = serialise(tree)
    new = replaced(data)
    assert is_serialised(new)
    assert replaced(data) == new


@settings(max_examples=300)
@given(some.binary(max_size=60), some.integers(0, 60))
def test_a_cut_or_mixed_up_value_is_never_made_worse(noise: bytes, place: int) -> None:
    good = serialise({b'url': OLD.encode(), b'more': [b'x', OLD.encode()]})
    data = good[:place] + noise + good[place + 1 :]
    new = replaced(data)
    assert is_serialised(new) or not is_serialised(data)


@given(some.recursive(some.one_of(some.none(), some.booleans(), some.floats(allow_nan=False), some.text(max_size=5),
                                  some.sampled_from([OLD, f'x {OLD}/', serialise([OLD.encode()]).decode(), '"\\/'])),
                      lambda inner: some.one_of(some.lists(inner), some.dictionaries(some.text(max_size=3), inner)),
                      max_leaves=10),
       some.booleans())  # fmt: skip
def test_json_stays_json_and_its_strings_are_replaced(document: Any, escaped: bool) -> None:
    def expected(value: Any) -> Any:
        if isinstance(value, str):
            return replaced(value.encode()).decode() if value.isprintable() else value
        if isinstance(value, list):
            return [expected(one) for one in value]
        return {key: expected(one) for key, one in value.items()} if isinstance(value, dict) else value

    text = json.dumps([document], ensure_ascii=escaped)
    if escaped:
        text = text.replace('/', '\\/')
    assert json.loads(replaced(text.encode())) == expected([document])


@given(some.binary(max_size=200))
def test_no_bytes_make_the_walker_fail_in_another_way_than_malformed(data: bytes) -> None:
    try:
        Walker(data, lambda content: content).run()
    except Malformed:
        return
    assert is_serialised(data)
