# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found on servers, on the terminal: a table of sites, and warnings of those that nobody backs up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, size

from rawat.terminal import language, say, styled, table

WARNED = 5  # sites that a backup warns of one by one; `rawat discover` has them all
Entry = dict[str, Any]


def warnings(found: Sequence[Entry]) -> list[str]:
    """One line for each site that nobody backs up, the first of them."""
    lines = [say('discovery.warning', webroot=one['webroot'], what=_what(one), host=one['host']) for one in found]
    more = len(lines) - WARNED
    return lines[:WARNED] + ([say('discovery.more', count=more)] if more > 0 else [])


def site_table(sites: Sequence[Entry]) -> Any:
    """One line for each site that was found."""
    result = table('site', 'host', 'application', 'webroot', 'databases', 'protection')
    for site in sites:
        text, outcome = protection(site)
        application = ' '.join(str(part) for part in (site.get('application'), site.get('version')) if part)
        result.add_row(
            styled(str(site['name'])),
            styled(str(site['host'])),
            styled(application or NOTHING),
            styled('\n'.join(str(one['path']) for one in site['webroots']).replace('\n', ', ')),
            styled(', '.join(f'{one["engine"]} {one.get("name") or one.get("path")}' for one in site['databases'])),
            styled(text, outcome),
        )
    return result


def protection(site: Entry) -> tuple[str, str]:
    """How well a site is protected, in words and as the outcome whose colour it has."""
    if site['protected']:
        return say('discovery.protected', name=site['protected_by']), 'complete'
    if site['protected_by']:
        return say('discovery.partly', name=site['protected_by']), 'remarks'
    return say('discovery.open'), 'failed'


def lines_below(whole: Entry) -> list[str]:
    """What stands below the table: counts, remarks, databases and entries that have no counterpart."""
    sites = whole['sites']
    open_ones = sum(not site['protected'] for site in sites)
    lines = [say('discovery.count', count=len(sites), unprotected=open_ones) if sites else say('discovery.none')]
    lines += [say('discovery.host_failed', host=host, reason=reason) for host, reason in whole['hosts'].items()]
    lines += [_unclaimed(one) for one in whole['unclaimed_databases']]
    lines += [
        say('discovery.gone', name=one['name'], host=one['host'], paths=', '.join(one['webroots']))
        for one in whole['gone']
    ]
    remarks = [f'  {site["name"]} ({site["host"]}): {text}' for site in sites for text in site['remarks']]
    remarks += [f'  {one["host"]}: {one["text"]}' for one in whole['remarks']]
    return lines + ([say('discovery.remarks'), *remarks] if remarks else [])


def written_lines(whole: Entry, folder: object) -> list[str]:
    """What --output made, what it lacks, and what to do next."""
    if not whole['written']:
        return [say('discovery.nothing_written')]
    lines = [say('discovery.written', path=path) for path in whole['written']]
    for host, names in whole['missing_variables'].items():
        lines += [f'{host}: {say("discovery.variable_missing", name=name)}' for name in names]
    return [*lines, say('discovery.next', path=folder)]


def _unclaimed(one: Entry) -> str:
    tables = NOTHING if one['tables'] is None else one['tables']
    said = {'engine': one['engine'], 'name': one['name'], 'host': one['host'], 'tables': tables}
    return say('discovery.unclaimed', size=size(one['bytes'], language()), **said)


def _what(one: Entry) -> str:
    return ', '.join(str(part) for part in (one.get('application'), one.get('url')) if part) or NOTHING
