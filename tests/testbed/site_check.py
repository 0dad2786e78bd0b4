# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the sites of sites.sh still answer with the same pages: fingerprints of about a hundred of them."""

from __future__ import annotations

import concurrent.futures
import hashlib
import http.client
import re
from collections.abc import Sequence

SITES = ('wordpress', 'mediawiki', 'sqliteapp')
STEP = 20  # every twentieth page, row and file of the 200
SMALLEST_PAGE = 200  # bytes: a missing theme gives status 200 and an empty page
WORDPRESS, WIKI, NEWS = 'wp.site.test', 'wiki.site.test', 'news.site.test'
NOISE = [re.compile(pattern, re.S) for pattern in (  # what differs between two answers of an unchanged site
    rb'"wgRequestId":"[^"]*"', rb'"wgBackendResponseTime":\d+', rb'<!--\s*NewPP limit report.*?-->',
    rb'<!--\s*Saved in parser cache.*?-->', rb'<!--\s*Transclusion expansion.*?-->',
    rb'"wgPageParseReport":\{.*?\}\}\s*[,;)]', rb'"(?:walltime|cputime|timingprofile|timestamp|ttl)":[^,}\]]*',
    rb'name="wpEditToken"[^>]*', rb'_wpnonce=[0-9a-f]+', rb'"nonce":"[0-9a-f]+"', rb'load\.php\?[^"\' ]*',
    rb'version=\w{5}')]
POST_LINK = re.compile(rb'http://wp\.site\.test(/20\d\d/[^"\'# ]+/)["\']')
UPLOAD_LINK = re.compile(rb'http://wp\.site\.test(/wp-content/uploads/[^"\' ]+\.jpg)')

Fingerprint = tuple[int, int, str]  # status (0: no answer, -200: too short to be a page), bytes, SHA-256


def get(ip: str, name: str, path: str) -> tuple[int, bytes]:
    """Ask ``ip`` for a page of the site ``name``; status 0 and the reason when there is no answer."""
    connection = http.client.HTTPConnection(ip, 80, timeout=60)
    try:
        connection.request('GET', path, headers={'Host': name})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error).encode()
    finally:
        connection.close()


def wordpress_paths(ip: str) -> list[str]:
    """Fixed pages, and the posts and images that the site itself links to."""
    links: set[str] = set()
    for listing in ('/', '/page/5/', '/page/15/'):
        links |= {match.decode() for match in POST_LINK.findall(get(ip, WORDPRESS, listing)[1])}
    for post in sorted(links):
        links |= {match.decode() for match in UPLOAD_LINK.findall(get(ip, WORDPRESS, post)[1])}
    return ['/', '/wp-login.php', '/feed/', '/?s=Berita', '/page/2/', '/page/10/', '/page/20/', *sorted(links)]


def addresses(ip: str, site: str) -> list[tuple[str, str]]:
    """(host name, path) of the pages of a site."""
    numbers = range(1, 201, STEP)
    if site == 'wordpress':
        return [(WORDPRESS, path) for path in wordpress_paths(ip)]
    if site == 'mediawiki':
        titles = ['Category:SOP', *(f'Prosedur_{n}' for n in numbers), 'Prosedur_7&action=history', 'File:Bagan_3.png']
        return [(WIKI, '/index.php/Main_Page'), *((WIKI, f'/index.php?title={title}') for title in titles)]
    files = [f'/files/lampiran%20{n}.bin' for n in numbers]
    return [(NEWS, path) for path in ['/', *(f'/?id={n}' for n in numbers), *files]]


def fingerprint(ip: str, name: str, path: str) -> Fingerprint:
    """What a page is, without what changes on every request."""
    status, body = get(ip, name, path)
    for noise in NOISE:
        body = noise.sub(b'~', body)
    if status == 200 and len(body) < SMALLEST_PAGE:
        status = -200
    return status, len(body), hashlib.sha256(body).hexdigest()


def pages(ip: str, sites: Sequence[str] = SITES) -> dict[str, Fingerprint]:
    """{url: fingerprint} of about 101 pages (66 WordPress, 14 wiki, 21 news)."""
    asked = [address for site in sites for address in addresses(ip, site)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda address: fingerprint(ip, *address), asked))
    return {f'http://{name}{path}': page for (name, path), page in zip(asked, found)}


def differences(before: dict[str, Fingerprint], now: dict[str, Fingerprint]) -> list[str]:
    """One line for each page that is not what it was; empty when all are the same."""
    return [f'{url}: {before.get(url)} -> {now.get(url)}'
            for url in sorted(before.keys() | now.keys()) if before.get(url) != now.get(url)]
