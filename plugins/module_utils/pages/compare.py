# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that a manifest knows, and the site's probes, against what a restored copy answers.

Equal: the same status, the same title, every steady line there and in order, and something to see at all. An empty page
with status 200 is what WordPress answers without its theme: it is never equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.pages.client import Page, ReadPage
from ansible_collections.rawat.website.plugins.module_utils.pages.reading import probe_path
from ansible_collections.rawat.website.plugins.module_utils.pages.settle import digest

QUOTED = 200  # characters of a page that may be quoted in a report


def compare(recorded: Sequence[Mapping[str, Any]], read_page: ReadPage) -> list[dict[str, Any]]:
    """[{'path', 'status', 'equal', 'difference': text or None, 'milliseconds'}] for each recorded page."""
    results = []
    for expected in recorded:
        page = read_page(expected['path'])
        results.append(_result(page, difference(expected, page)))
    return results


def probes(site: Mapping[str, Any], read_page: ReadPage) -> list[dict[str, Any]]:
    """The same shape for the site's own probes: {path, contains, status}."""
    results = []
    for probe in site.get('probes') or []:
        page = read_page(probe_path(site, probe['path']))
        results.append(_result(page, _probe_difference(probe, page)))
    return results


def _result(page: Page, text: str | None) -> dict[str, Any]:
    return {
        'path': page.path,
        'status': page.status,
        'equal': text is None,
        'difference': text,
        'milliseconds': page.milliseconds,
    }


def difference(expected: Mapping[str, Any], page: Page) -> str | None:
    """What is wrong with `page`, in words; None when it is as recorded."""
    if page.error:
        return page.error
    if page.status != expected['status']:
        return f'status {page.status} instead of {expected["status"]}{_quote(page.lines)}'
    if not page.lines:
        return f'the page is empty (status {page.status})'
    if expected['title'] is not None and digest(page.title) != expected['title']:
        return f'another title: {page.title[:QUOTED]!r}'
    return _line_difference(expected['lines'], page.lines)


def _line_difference(expected: Sequence[str], lines: list[str]) -> str | None:
    found = [digest(line) for line in lines]
    missing = Counter(expected) - Counter(found)
    if missing:
        count = sum(missing.values())
        unexpected = Counter(found) - Counter(expected)
        new = [line for line, sign in zip(lines, found) if sign in unexpected]
        return f'{count} of {len(expected)} lines are missing{_after(expected, missing, lines, found)}{_quote(new)}'
    rest = iter(found)
    if not all(line in rest for line in expected):
        return f'all {len(expected)} lines are there, but in another order'
    return None


def _after(expected: Sequence[str], missing: Mapping[str, int], lines: list[str], found: list[str]) -> str:
    """Where the first missing line would stand: a manifest knows its hash only, but the line before it is there."""
    first = next(position for position, line in enumerate(expected) if line in missing)
    if first == 0 or expected[first - 1] not in found:
        return ''
    return f', the first after {lines[found.index(expected[first - 1])][: QUOTED // 2]!r}'


def _quote(lines: list[str]) -> str:
    return f'; instead: {" / ".join(lines)[:QUOTED]!r}' if lines else ''


def _probe_difference(probe: Mapping[str, Any], page: Page) -> str | None:
    if page.error:
        return page.error
    if page.status != (probe.get('status') or 200):
        return f'status {page.status} instead of {probe.get("status") or 200}{_quote(page.lines)}'
    if not page.lines and page.status == 200:
        return 'the page is empty (status 200)'
    wanted = ' '.join((probe.get('contains') or '').split())
    if wanted and wanted not in ' '.join([page.title, *page.lines]):
        return f'the text {wanted!r} is not on the page{_quote(page.lines)}'
    return None
