# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Title, lines and links of a page, whatever its bytes are."""

from __future__ import annotations

import time

import pytest
from ansible_collections.rawat.website.plugins.module_utils.pages.text import LINE_LIMIT, extract, scan
from hypothesis import given
from hypothesis import strategies as st

HTML = 'text/html; charset=utf-8'


def test_people_see_title_and_text_but_no_script_style_comment_or_attribute() -> None:
    page = b"""<!doctype html><html><head><title> Dinas
      Contoh </title><style>p { color: red }</style><script>var x = "<p>no</p>";</script></head>
      <body class="secret"><!-- hidden <p>no</p> --><h1>Berita &amp; Acara</h1><p title="x">Satu   dua</p>tiga</body>"""
    found = extract(page, HTML)
    assert found.title == 'Dinas Contoh'
    assert found.lines == ['Berita & Acara', 'Satu dua', 'tiga']


def test_links_are_found_however_they_are_quoted() -> None:
    found = scan('<a href="/a?x=1&amp;y=2">A</a><A class=x HREF=\'/b\'>B</A><a href=/c>C</a><a name=d>D</a>')
    assert found.links == ['/a?x=1&y=2', '/b', '/c']


def test_a_greater_than_sign_in_an_attribute_does_not_end_the_tag() -> None:
    assert scan('<p title="a > b">text</p>').lines == ['text']


@pytest.mark.parametrize('body', [b'', b'   \n\t '], ids=['nothing', 'white space'])
def test_an_empty_page_has_no_lines(body: bytes) -> None:
    assert extract(body, HTML).lines == []


def test_a_page_without_text_is_known_by_its_bytes() -> None:
    first = extract(b'<html><body><div id="root"></div><script src="/app.1.js"></script></body></html>', HTML)
    second = extract(b'<html><body><div id="root"></div><script src="/app.2.js"></script></body></html>', HTML)
    assert len(first.lines) == len(second.lines) == 1
    assert first.lines != second.lines


def test_an_image_is_known_by_its_bytes() -> None:
    body = b'\x89PNG\r\n\x1a\n' + bytes(range(256)) * 10
    assert extract(body, 'image/png').lines == [extract(body, 'image/png').lines[0]]
    assert extract(body, 'image/png').lines != extract(body + b'x', 'image/png').lines


@pytest.mark.parametrize(
    ('body', 'content_type', 'line'),
    [
        ('Jalan Merdeka é'.encode('latin-1'), 'text/html; charset=ISO-8859-1', 'Jalan Merdeka é'),
        ('<meta charset="windows-1252">harga €'.encode('cp1252'), 'text/html', 'harga €'),
        ('日本'.encode('shift_jis'), 'text/html; charset=Shift_JIS', '日本'),
        (b'caf\xe9', HTML, 'caf\ufffd'),
        (b'plain', 'text/html; charset=no-such-charset', 'plain'),
        (b'plain', 'text/html; charset=hex', 'plain'),
        (b'plain', 'text/html; charset=punycode', 'plain'),
    ],
)
def test_a_charset_is_believed_if_it_is_one(body: bytes, content_type: str, line: str) -> None:
    assert extract(body, content_type).lines == [line]


@pytest.mark.parametrize(
    'piece',
    [
        *('<', '<!--', '<!', '<![CDATA[', '<a ', '<a "', '<a "\'>', '</', '<script>', '<title>', '&', '&#', '<a href='),
        *('<svg><style>', '<p x="', '&#x', '<?', '<a\t', '<!-->', '\x00', '<<<<', '<a b=c ', '</script'),
    ],
)
def test_two_megabytes_of_malice_take_no_time(piece: str) -> None:
    page = (piece * (2 * 1024 * 1024 // len(piece))).encode()
    began = time.process_time()
    extract(page, HTML)
    assert time.process_time() - began < 3


def test_a_number_of_ten_thousand_digits_is_no_error() -> None:
    assert extract(b'<p>&#' + b'9' * 7000 + b'; text</p>', HTML).lines


def test_no_more_lines_are_kept_than_a_manifest_can_bear() -> None:
    assert len(extract(b'<p>x</p>' * 10_000, HTML).lines) == LINE_LIMIT


@given(st.binary(max_size=2000), st.sampled_from(['', HTML, 'text/plain', 'text/html; charset=utf-16', 'x/y']))
def test_any_bytes_give_lines_that_are_folded_and_not_empty(body: bytes, content_type: str) -> None:
    found = extract(body, content_type)
    assert all(line and line == ' '.join(line.split()) for line in found.lines)
    assert bool(found.lines) == bool(body.strip()) or found.title == ''
