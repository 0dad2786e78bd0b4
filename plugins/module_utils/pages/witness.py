# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a backup notes of its site's pages. Whatever the site does, a backup neither fails nor suffers by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.pages.reading import Reading, read
from ansible_collections.rawat.website.plugins.module_utils.pages.settle import settle
from ansible_collections.rawat.website.plugins.module_utils.php_platform import application_platform
from ansible_collections.rawat.website.plugins.module_utils.site_run import ENDINGS, Run

WHOLE = ('databases', 'webroots')  # only a point with both can be drilled as a site


def look(site: Mapping[str, Any], run: Run, paths: Sequence[str] | None = None, address: str | None = None) -> Reading:
    """One reading, asked at `application.address` if the inventory says so. Only the end of the run is an exception."""
    url = site.get('url')
    if set(run.parts) != set(WHOLE):
        return Reading(url, note='only a part of the site is backed up: its pages say nothing about that')
    try:
        return read(site, run.options, (site.get('application') or {}).get('address') or address, paths)
    except ENDINGS:
        raise
    except Exception as failure:  # a page may hold anything, and the backup matters more than any page
        return Reading(url, note=f'the pages could not be read: {type(failure).__name__}: {str(failure)[:200]}')


def testimony(site: Mapping[str, Any], run: Run, first: Reading) -> dict[str, Any]:
    """The manifest's `application`: what two readings have in common, and the PHP here. Free for a site without url."""
    second = first if first.note else look(site, run, [page.path for page in first.pages], first.address)
    platform = application_platform() if site.get('url') or site.get('probes') else None
    return {**settle(first, second), 'platform': platform}


def foresight(site: Mapping[str, Any], run: Run) -> str:
    """For check mode: what a backup would be able to note."""
    reading = look(site, run)
    where = f', asked at {reading.address}' if reading.address else ''
    return reading.note or f'{len(reading.pages)} pages answer{where}'
