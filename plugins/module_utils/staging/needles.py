# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is looked for and what takes its place: URLs, paths and plain texts, in every spelling that values hold.

A slash may be written `/`, `\\/` (JSON, also several times escaped), `%2F` or `\\u002f`; a colon `:`, `%3A` or
`\\u003a`. What is put in is spelled as what was found, so that a JSON text or an encoded link stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

DEFAULT_PORTS = {'http': '80', 'https': '443'}
URL = re.compile(
    r'(https?)://([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::([0-9]{1,5}))?(/[^?#]*)?'
)
_PATH_CHARACTERS = re.compile(r'[A-Za-z0-9._~/%@+,=-]*')

SLASH = rb'(?:\\*/|%(?:25)*2[Ff]|\\+u002[Ff])'
COLON = rb'(?::|%(?:25)*3[Aa]|\\+u003[Aa])'
# A name goes on after these; a full stop or a hyphen at the end of a sentence does not make it longer.
_LETTER = rb'[A-Za-z0-9_\x80-\xff]'
_NAME_GOES_ON = rb'(?!' + _LETTER + rb'|(?:\.|-+)' + _LETTER + rb'|%(?:20|[89A-Fa-f][0-9A-Fa-f]))'
_HOST_GOES_ON = rb'(?!@|' + _LETTER + rb'|(?:\.|-+)' + _LETTER + rb')'
_OTHER_PORT = rb'(?!' + COLON + rb'[0-9])'
_BEFORE_RELATIVE = rb'(?<![:/\\])(?<!%3[Aa])(?<!%253[Aa])(?<!u003[Aa])(?<!%2[Ff])(?<!u002[Ff])'
_BEFORE_PATH = rb'(?:(?<![A-Za-z0-9_.~/\\\x80-\xff-])(?<!%2[Ff])|(?<=file://)|(?<=file:\\/\\/)|(?<=\\n)|(?<=\\t))'


class Url(NamedTuple):
    """A site's address; `path` without the slash at its end, `port` only where it is not the scheme's own."""

    scheme: str
    host: str
    port: str
    path: str

    @property
    def authority(self) -> str:
        return f'{self.host}:{self.port}' if self.port else self.host

    def __str__(self) -> str:
        return f'{self.scheme}://{self.authority}{self.path}'


def parse_url(text: str) -> Url:
    """Raises ValueError with cause and remedy. Only what needs no quoting in PHP, SQL, JSON and HTML is an address."""
    match = URL.fullmatch(text)
    if not match or not _PATH_CHARACTERS.fullmatch(match[4] or ''):
        raise ValueError(f'{text!r} is not a usable URL: write https://host/ or http://host:port/path, ASCII only')
    scheme, host, port, path = match[1], match[2].lower(), match[3] or '', (match[4] or '').rstrip('/')
    return Url(scheme, host, '' if port == DEFAULT_PORTS[scheme] else port, path)


class Replacement(NamedTuple):
    """`pattern` has a group `found`, the part to replace; `needle`: a text that every occurrence holds, lower case."""

    pattern: bytes
    needle: str
    new: bytes
    scheme: bytes  # what a scheme that was found becomes; b'' where there is none
    whole: bytes  # a value that is only this is replaced too (a host alone); b'' for none
    whole_new: bytes


def url_replacement(old: Url, new: Url) -> Replacement:
    """http, https and no scheme at all, with and without the default port, become the new address."""
    host, path = _insensitive(old.host), _spelled(old.path.encode())
    if old.port:
        port = COLON + old.port.encode() + rb'(?![0-9])'
    else:
        port = rb'(?:' + COLON + rb'(?:80|443)(?![0-9]))?' + _OTHER_PORT
    start = rb'(?:(?i:https?)' + COLON + rb'|' + _BEFORE_RELATIVE + rb')' + SLASH + SLASH
    end = _NAME_GOES_ON if old.path else _HOST_GOES_ON
    only_host = not old.path and not new.path
    return Replacement(
        start + host + port + path + end, old.host, f'//{new.authority}{new.path}'.encode(), new.scheme.encode(),
        old.authority.encode() if only_host else b'', new.authority.encode(),
    )  # fmt: skip


def path_replacement(old: str, new: str) -> Replacement:
    """A directory of the file system: '/var/www/old' neither in '/srv/var/www/old' nor in '/var/www/old2'."""
    old, new = old.rstrip('/'), new.rstrip('/')
    needle = max(old.strip('/').split('/'), key=len).lower()
    return Replacement(_BEFORE_PATH + _spelled(old.encode()) + _NAME_GOES_ON, needle, new.encode(), b'', b'', b'')


def text_replacement(old: str, new: str) -> Replacement:
    """Any text, as it stands; a slash in it is found in every spelling."""
    needle = max(re.split('[/:"\\\\]', old), key=len).lower()
    return Replacement(_spelled(old.encode()), needle, new.encode(), b'', b'', b'')


class Needles:
    """All replacements as one search: nothing that was put in is found again. `count` is kept by the caller."""

    def __init__(self, replacements: Sequence[Replacement]):
        self.replacements = sorted(replacements, key=lambda one: -len(one.pattern))
        parts = (b'(?P<r%d>' % number + one.pattern + b')' for number, one in enumerate(self.replacements))
        self.pattern = re.compile(b'|'.join(parts)) if replacements else re.compile(rb'(?!)')
        self.texts = sorted({one.needle for one in replacements})
        self._quick = re.compile(b'|'.join(re.escape(text.encode()) for text in self.texts) or rb'(?!)', re.IGNORECASE)

    def may_hold(self, value: bytes) -> bool:
        """A quick look: False means for certain that there is nothing to replace."""
        return self._quick.search(value) is not None

    def holds(self, value: bytes) -> bool:
        whole = any(one.whole == value for one in self.replacements if one.whole)
        return whole or self.pattern.search(value) is not None

    def substitute(self, value: bytes) -> tuple[bytes, int]:
        """(`value` with everything replaced as plain text, how many occurrences)."""
        for one in self.replacements:
            if one.whole and one.whole == value:
                return one.whole_new, 1
        return self.pattern.subn(self._new, value)

    def _new(self, match: re.Match[bytes]) -> bytes:
        one = self.replacements[int(str(match.lastgroup)[1:])]
        found = match[0]
        spelled = _as_spelled_in(found, one.new)
        if one.scheme and (colon := re.match(rb'[A-Za-z]+(' + COLON + rb')', found)):
            return one.scheme + colon[1] + spelled
        return spelled


def _as_spelled_in(found: bytes, new: bytes) -> bytes:
    slash, colon = re.search(SLASH, found), re.search(COLON, found)
    if slash and slash[0] != b'/':
        other = colon[0] if colon else b'%3A' if slash[0].startswith(b'%') else b':'
        new = new.replace(b':', other).replace(b'/', slash[0])
    return new


def _spelled(text: bytes) -> bytes:
    return SLASH.join(re.escape(part) for part in text.split(b'/'))


def _insensitive(host: str) -> bytes:
    return rb'(?i:' + re.escape(host.encode()) + rb')'
