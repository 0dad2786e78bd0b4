# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One answer over HTTP, bounded in bytes and seconds, and the page that it makes after redirects within the site.

Certificates are not verified: what comes is compared with what comes later, it is not trusted.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from typing import Callable, NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ansible_collections.rawat.website.plugins.module_utils.pages import text
from ansible_collections.rawat.website.plugins.module_utils.pages.exchange import Answer, ask, exchange

REDIRECTS = 5
SAFE = "%/:?#[]@!$&'()*+,;=~"  # characters of an address that stay as they are


class Page(NamedTuple):
    """What a visitor sees. `status` 0: nothing answered, and `error` says why."""

    path: str  # as it was asked for, below the host
    final: str  # where redirects led; '' when they left the site
    status: int
    title: str
    lines: list[str]
    links: list[str]  # absolute, as seen from `final`
    error: str | None
    milliseconds: int


Fetch = Callable[[str], Answer]  # a URL -> its answer; raises OSError, http.client.HTTPException or ValueError
ReadPage = Callable[[str], Page]  # a path, or a path with a query -> its page


def read_page(fetch: Fetch, base: str, path: str) -> Page:
    """The page at `path` of the site `base` (scheme and host), after redirects that stay on the host. Never raises."""
    clock, address = time.monotonic(), urljoin(base, path)
    try:
        for _count in range(REDIRECTS):
            answer = fetch(address)
            if answer.status not in (301, 302, 303, 307, 308) or not answer.location:
                found = text.extract(answer.body, answer.content_type)
                links = [urljoin(address, link) for link in found.links if _sound(address, link)]
                final = path_of(address)
                return Page(path, final, answer.status, found.title, found.lines, links, None, _since(clock))
            target = clean(urljoin(address, answer.location))
            if urlsplit(target).hostname != urlsplit(base).hostname:
                return _failed(path, answer.status, f'it redirects to another host: {target[:200]}', clock)
            address = target
        return _failed(path, 0, f'it redirects more than {REDIRECTS} times', clock)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _failed(path, 0, f'{type(error).__name__}: {str(error)[:200]}', clock)


def _failed(path: str, status: int, error: str, clock: float) -> Page:
    return Page(path, '', status, '', [], [], error, _since(clock))


def _since(clock: float) -> int:
    return int((time.monotonic() - clock) * 1000)


def _sound(address: str, link: str) -> bool:
    try:
        return bool(urlsplit(urljoin(address, link)).hostname)
    except ValueError:  # such as an unfinished [ in the host
        return False


def clean(url: str) -> str:
    """`url` with only characters that a request line takes (a server may send a Location in any encoding)."""
    return quote(url.strip(), safe=SAFE)


def path_of(url: str) -> str:
    """'/path?query' of a URL."""
    parts = urlsplit(url)
    return (parts.path or '/') + (f'?{parts.query}' if parts.query else '')


def port_of(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == 'https' else 80)


def fetch_from(address: str | None, timeout: int, limit: int) -> Fetch:
    """A fetch over the network; `address` says where to connect whatever the host of the URL is."""

    def fetch(url: str) -> Answer:
        parts = urlsplit(clean(url))
        if parts.scheme not in ('http', 'https') or not parts.hostname:
            raise ValueError(f'{url[:200]} is no address of a web page')
        plain = socket.create_connection((address or parts.hostname, port_of(parts)), timeout)
        host = parts.netloc.rpartition('@')[2]
        return exchange(plain, timeout, lambda plain: ask(_secured(plain, parts), clean(path_of(url)), host, limit, {}))

    return fetch


def _secured(plain: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme == 'http':
        return plain
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname=parts.hostname)
