# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live site, read once: its probes, its home page, and pages that it links to, breadth first."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

from ansible_collections.rawat.website.plugins.module_utils.pages.client import Page, fetch_from, path_of, read_page

PAGE_ENDINGS = re.compile(r'/[^/.]*$|/[^/]*\.(php\d?|[xs]?html?|aspx?|jsp)(/[^.]*)?$', re.IGNORECASE)
# Addresses that might do something when they are asked for, that belong to people who are logged in, or that are
# different each time by their nature.
ACTIONS = re.compile(
    r'log[-_]?(in|out|off)|sign[-_]?(in|out|off|up)|keluar|masuk\b|delete|hapus|remove|unsubscribe|cart|checkout|download'
    r'|admin|wp-json|xmlrpc|/feed\b|nonce|token|random|captcha|print|export|special:|istimewa:|register|account|edit'
    r'|[?&](action|do|task|cmd|op|oper|method|func|replytocom|share|session|sid|phpsessid|oldid|diff)=',
    re.IGNORECASE,
)
HERE = '127.0.0.1'


@dataclass
class Reading:
    """One look at a site. `note`: why there are no pages; `address`: where it was asked, if not by its name."""

    url: str | None
    pages: list[Page] = field(default_factory=list)
    note: str | None = None
    address: str | None = None


def read(
    site: Mapping[str, Any], options: Mapping[str, Any], address: str | None = None, paths: Sequence[str] | None = None
) -> Reading:
    """Read the site; never raises for anything that the site does. `paths`: read exactly these (the second look).

    Where the site's name leads nowhere, this machine itself is asked: a site usually runs on its target.
    """
    url = site.get('url')
    if not options['pages']:
        return Reading(url, note='reading pages is switched off (setting: pages)')
    problem = unusable(url)
    if problem or not url:
        return Reading(url, note=problem)
    ends = time.monotonic() + options['pages_seconds']
    reading = Reading(url, address=address)
    home = _home(reading, options)
    if reading.note:
        return reading
    if paths is None:
        _follow(reading, site, home, options, ends)
    else:
        _again(reading, home, paths, options, ends)
    return reading


def unusable(url: str | None) -> str | None:
    """Why pages cannot be asked for under this `url`; None when they can."""
    if not url:
        return 'the site has no url: give it one, so that a drill can compare its pages'
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ('http', 'https') and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    return None if sound else f'{url!r} is no address of a web site: write http://host/ or https://host/'


def _home(reading: Reading, options: Mapping[str, Any]) -> Page:
    """The home page; sets `reading.address` to this machine if the site's name leads nowhere, `note` if that fails."""
    url = str(reading.url)
    home = _ask(reading, path_of(url), options)
    if home.status == 0 and reading.address is None:
        reading.address = HERE
        second = _ask(reading, path_of(url), options)
        if second.status == 0:
            reading.address = None
        else:
            home = second
    if home.error:
        reading.note = f'{url} could not be read: {home.error}'
        if home.status:
            reading.note += '; name the address that answers itself in url'
    elif home.status != 200:
        reading.note = f'{url} answered with status {home.status}: there is no page to compare with'
    elif not home.lines:
        reading.note = f'{url} answered with an empty page: there is nothing to compare with'
    return home


def _ask(reading: Reading, path: str, options: Mapping[str, Any]) -> Page:
    fetch = fetch_from(reading.address, options['page_timeout'], options['page_bytes'])
    return read_page(fetch, str(reading.url), path)


def _follow(reading: Reading, site: Mapping[str, Any], home: Page, options: Mapping[str, Any], ends: float) -> None:
    """Probes come on top of `pages`; a linked page that is not answered with 200 is the web server's own affair."""
    reading.pages = [home]
    waiting, seen = links_of(home, str(reading.url)), {home.path, home.final}
    while waiting and len(reading.pages) < options['pages'] and time.monotonic() < ends:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        page = _ask(reading, path, options)
        if page.status == 200 and not page.error and page.lines and page.final not in seen - {path}:
            seen.add(page.final)
            reading.pages.append(page)
            waiting += links_of(page, str(reading.url))
    for probe in site.get('probes') or []:
        path = probe_path(site, probe['path'])
        if path not in {page.path for page in reading.pages} and probe.get('status', 200) == 200:
            page = _ask(reading, path, options)
            if page.status == 200 and page.lines and time.monotonic() < ends:
                reading.pages.append(page)


def _again(
    reading: Reading, home: Page, paths: Sequence[str], options: Mapping[str, Any], ends: float
) -> None:  # fmt: skip
    for path in paths:
        if path == home.path:
            reading.pages.append(home)
        elif time.monotonic() < ends:
            reading.pages.append(_ask(reading, path, options))


def probe_path(site: Mapping[str, Any], path: str) -> str:
    """The path below the host of a probe, which is below the site's url."""
    prefix = urlsplit(site.get('url') or '').path.rstrip('/')
    return f'{prefix}/{path.lstrip("/")}'


def links_of(page: Page, url: str) -> list[str]:
    """Paths of pages below `url` that `page` links to and that are safe to ask for, each once."""
    prefix = urlsplit(url).path.rpartition('/')[0] + '/'
    found = []
    for link in page.links:
        parts = urlsplit(urldefrag(link).url)
        if parts.hostname != urlsplit(url).hostname or parts.scheme not in ('http', 'https'):
            continue
        path = path_of(parts.geturl())
        fits = path.startswith(prefix) and PAGE_ENDINGS.search(parts.path or '/') and len(path) < 500
        if fits and not ACTIONS.search(unquote(path)):
            found.append(path)
    return list(dict.fromkeys(found))
