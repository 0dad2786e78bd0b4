# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the restored site answer? Its probes decide; the pages of the recovery point are compared, too, and told."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import pages
from ansible_collections.rawat.website.plugins.module_utils.pages.client import Page, ReadPage, fetch_from, read_page
from ansible_collections.rawat.website.plugins.module_utils.pages.reading import HERE, unusable

PATIENCE = 3  # tries, a second apart: caches of compiled code look at the files again after two seconds (opcache)


def ask(site: dict, options: Mapping[str, Any], point: dict) -> list[dict]:
    """[{'path', 'status', 'equal', 'difference', 'kind': 'probe' or 'page'}]; empty for a site without a usable url."""
    if unusable(site.get('url')) or not options.get('pages', 1):
        return []
    found: list[dict] = []
    for count in range(PATIENCE):
        if count:
            time.sleep(1)
        recorded = (point.get('application') or {}).get('pages') or []
        found = [{**one, 'kind': 'probe'} for one in pages.probes(site, _reader(site, options))]
        found += [{**one, 'kind': 'page'} for one in pages.compare(recorded, _reader(site, options))]
        if all(one['equal'] for one in found):
            break
    return found


def _reader(site: dict, options: Mapping[str, Any]) -> ReadPage:
    """Asks the site where its name leads, or this machine when that leads nowhere."""

    def read(path: str) -> Page:
        timeout, limit = options.get('page_timeout', 10), options.get('page_bytes', 2 * 1024 * 1024)
        page = read_page(fetch_from(None, timeout, limit), site['url'], path)
        return page if page.status else read_page(fetch_from(HERE, timeout, limit), site['url'], path)

    return read
