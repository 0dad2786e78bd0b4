# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Title, lines of text and links of a page, whatever its bytes are.

Not `html.parser`: before Python 3.13.4 it takes time with the square of the length on malformed pages, and a page is
somebody else's. This scanner goes forward only: each search either finds and moves on, or ends the scanning.
"""

from __future__ import annotations

import codecs
import hashlib
import html
import re
from typing import NamedTuple

LINE_LIMIT = 500  # lines that are kept of one page: a manifest holds a hash of each
TEXT_LIMIT = 2000  # characters of one line
LINK_LIMIT = 500
PIECE_LIMIT = 50_000  # tags and texts that are looked at
TAG_LIMIT = 4096  # characters in which a tag must end to be understood as one
TAG = re.compile(r'<(/?)([a-zA-Z][^\s/>]{0,40})((?:"[^"]*"|\'[^\']*\'|[^\'">])*)>')
HREF = re.compile(r'\shref\s*=\s*(?:"([^"]*)"|\'([^\']*)\'|([^\s"\'>]+))', re.IGNORECASE)
META_CHARSET = re.compile(rb'<meta[^>]{0,200}?charset\s*=\s*["\']?\s*([A-Za-z0-9_-]{1,40})', re.IGNORECASE)
CHARSETS = re.compile(
    r'utf-?(8|16)|ascii|latin-?1|iso(8859|2022)|cp(125\d|437|850|874|932|949|950)|koi8|big5|gb|euc|shift|hz|tis'
)
NOT_TEXT = ('script', 'style', 'template', 'svg')
MARKUP = re.compile(r'html|xml', re.IGNORECASE)


class Text(NamedTuple):
    """What people see of a page, and where it leads."""

    title: str
    lines: list[str]  # white space folded, never empty
    links: list[str]  # as written


def extract(body: bytes, content_type: str) -> Text:
    """The text of an answer. What is no text (an image), or shows none, counts as one line: the hash of its bytes."""
    if not body.strip():
        return Text('', [], [])
    kind = content_type.split(';')[0].strip().lower()
    if MARKUP.search(kind) or (not kind and b'<' in body[:1024]):
        found = scan(decode(body, content_type))
        return found if found.lines else found._replace(lines=[_sum_of(body)])
    if kind.startswith('text/') or kind.endswith('json'):
        return Text('', fold(decode(body, content_type).splitlines()) or [_sum_of(body)], [])
    return Text('', [_sum_of(body)], [])


def _sum_of(body: bytes) -> str:
    return f'{len(body)} bytes without text, SHA-256 {hashlib.sha256(body).hexdigest()}'


def decode(body: bytes, content_type: str) -> str:
    """`body` as text; a wrong or strange charset (some codecs are no charsets at all) gives replacement characters."""
    said = re.search(r'charset\s*=\s*"?([A-Za-z0-9_-]{1,40})', content_type, re.IGNORECASE)
    if said:
        name = said.group(1)
    else:
        declared = META_CHARSET.search(body[:2048])
        name = declared.group(1).decode('ascii') if declared else 'utf-8'
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = 'utf-8'
    return body.decode(known if CHARSETS.match(known) else 'utf-8', 'replace')


def fold(lines: list[str]) -> list[str]:
    """Lines with their white space folded, without empty ones, not too many and none too long."""
    folded = (' '.join(line[: TEXT_LIMIT * 4].split())[:TEXT_LIMIT] for line in lines)
    return [line for line in folded if line][:LINE_LIMIT]


def scan(page: str) -> Text:
    """Each text between two tags is a line of its own, so that a counter does not spoil the words around it."""
    texts: list[str] = []
    links: list[str] = []
    title, position, in_title = '', 0, False
    while position < len(page) and len(texts) < PIECE_LIMIT:
        start = page.find('<', position)
        text = _plain(page[position : start if start >= 0 else len(page)][: TEXT_LIMIT * 4])
        if in_title:
            title = title or ' '.join(text.split())[:TEXT_LIMIT]
        texts.append('' if in_title else text)
        if start < 0:
            break
        name, attributes, position = _markup(page, start)
        in_title = name == 'title' and not title
        if name == 'a' and len(links) < LINK_LIMIT:
            links += [_plain(link) for link in _reference(attributes)]
        if name in NOT_TEXT:
            position = _end_of(page, name, position)
    return Text(title, fold(texts), links)


def _markup(page: str, start: int) -> tuple[str, str, int]:
    """(name, attributes, position after it) of what begins at `start` with '<'; name '' for all but opening tags."""
    if page.startswith('<!--', start):
        return '', '', _after(page, '-->', start + 4)
    if page.startswith(('<!', '<?'), start):
        return '', '', _after(page, '>', start + 2)
    tag = TAG.match(page, start, start + TAG_LIMIT)
    if tag:
        return ('' if tag.group(1) else tag.group(2).lower()), tag.group(3), tag.end()
    if page[start + 1 : start + 2].isalpha() or page.startswith('</', start):
        return '', '', _after(page, '>', start + 1)
    return '', '', start + 1  # a bare '<' in a text


def _plain(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a character reference with thousands of digits
        return text


def _after(page: str, end: str, position: int) -> int:
    found = page.find(end, position)
    return found + len(end) if found >= 0 else len(page)


def _end_of(page: str, name: str, position: int) -> int:
    closing = re.compile(f'</{name}', re.IGNORECASE).search(page, position)
    return closing.start() if closing else len(page)


def _reference(attributes: str) -> list[str]:
    found = HREF.search(attributes)
    return [next(group for group in found.groups() if group is not None)] if found else []
