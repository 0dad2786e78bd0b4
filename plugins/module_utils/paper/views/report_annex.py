# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The annex of a report: everything that was measured of each site, on pages on their side."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views import (
    report_copies,
    report_drill,
    report_export,
    report_restore,
)
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import drills_of
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import Facts, across, listed, paths
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words

Part = dict[str, Any]
Blocks = list[model.Block]


def annex(record: dict[str, Any], say: Words) -> Blocks:
    """Details of every site, each under its name and its outcome."""
    return [block for number, site in enumerate(record['sites'], 1) for block in _site(number, site, say)]


def _site(number: int, site: dict[str, Any], say: Words) -> Blocks:
    title = f'{number}. {site["site"]}: {say.named(site["outcome"], "outcome")}'
    told = _error(site, say) + listed(say('report.remarks'), site.get('remarks'))
    return [
        model.heading(title, 2),
        across(_site_facts(site, say), [22, 22, 20, 20, 12, 24]),
        *([model.facts(told)] if told else []),
        *(report_restore.details(site['restore'], say) if site.get('restore') else []),
        *(report_export.details(site['export'], say) if site.get('export') else []),
        *[block for drill in drills_of(site) for block in report_drill.wide_details(drill, say)],
        *_databases(site['databases'], say),
        *_webroots(site['webroots'], say),
        *report_copies.details(site, say),
    ]


def _site_facts(site: dict[str, Any], say: Words) -> Facts:
    repository, reading = site.get('repository'), site.get('test_read')
    url = [model.text(site['url'], small=True)] if site.get('url') else []
    return [
        (say('report.host'), [model.text(site['host']), *url]),
        (say('report.point'), site.get('recovery_point') or say('report.none_made')),
        (say('report.repository'), f'{repository["store"]}: {repository["location"]}' if repository else NOTHING),
        (say('report.time'), say.between(site['started'], site.get('finished')) if site.get('started') else NOTHING),
        (say('report.skew'), say.duration(site.get('skew_milliseconds'))),
        (say('report.test_read'), _reading(reading, say) if reading else NOTHING),
    ]


def _reading(reading: dict[str, Any], say: Words) -> str:
    size, time = say.size(reading['bytes']), say.duration(reading['milliseconds'])
    return say('report.test_read_text', size=size, duration=time, method=reading['method'])


def _error(entry: Part, say: Words) -> Facts:
    return [(say('report.error'), model.text(entry['error'], strong=True))] if entry.get('error') else []


def _databases(parts: list[Part], say: Words) -> Blocks:
    if not parts:
        return []
    keys = (
        'report.databases',
        'report.engine',
        'report.consistency',
        'report.sizes',
        'report.census',
        'report.duration',
        'report.file_hash',
    )
    heads = [say(key) for key in keys]
    rows = [_database(part, say) for part in parts]
    table = model.table(heads, rows, [15, 14, 15, 11, 13, 8, 44], size='small')
    return [table, *_notes(parts, say)]


def _database(part: Part, say: Words) -> list[model.Cell]:
    snapshot = part.get('snapshot')
    client = [model.text(part['client'], small=True)] if part.get('client') else []
    return [
        [model.text(part.get('name') or part.get('label'), strong=True), say.status(part['outcome'])],
        [model.text(f'{part["engine"]} {part.get("version") or ""}'.strip()), *client],
        say.named(snapshot['kind'], 'snapshot') if snapshot else NOTHING,
        _sizes(part, say),
        say.census(part.get('census')),
        say.duration(part.get('milliseconds')),
        _file(part, say, (('report.sha256', 'sha256'), ('report.stored_sha256', 'stored_sha256'))),
    ]


def _sizes(part: Part, say: Words) -> str:
    return f'{say.size(part.get("bytes"))} / {say.size(part.get("stored_bytes"))}'


def _file(part: Part, say: Words, hashes: tuple[tuple[str, str], ...]) -> model.Cell:
    """The file with its hashes, each under its label: a hash that may be typed must never be taken for another."""
    lines = [paths(part['file'])] if part.get('file') else []
    for label, key in hashes:
        if part.get(key):
            lines += [model.text(f'{say(label)}:', small=True), paths(part[key])]
    return lines or NOTHING


def _webroots(parts: list[Part], say: Words) -> Blocks:
    if not parts:
        return []
    keys = (
        'report.webroots',
        'report.method',
        'report.content',
        'report.sizes',
        'report.changes',
        'report.duration',
        'report.file_hash',
    )
    heads = [say(key) for key in keys]
    table = model.table(heads, [_webroot(part, say) for part in parts], [20, 11, 14, 11, 12, 8, 44], size='small')
    skipped = [block for part in parts for block in _skipped(part, say)]
    return [table, *_notes(parts, say), *skipped]


def _webroot(part: Part, say: Words) -> list[model.Cell]:
    counts = {key: say.number(part.get(key)) for key in ('files', 'directories', 'links')}
    return [
        [paths(part['path']), say.status(part['outcome'])],
        _method(part, say),
        say('report.content_text', **counts),
        _sizes(part, say),
        ' / '.join(say.number(part.get(key)) for key in ('added', 'changed', 'removed')),
        say.duration(part.get('milliseconds')),
        _file(part, say, (('report.stored_sha256', 'stored_sha256'), ('report.list_sha256', 'list_sha256'))),
    ]


def _method(part: Part, say: Words) -> str:
    if part.get('kind') == 'difference':
        return say('method.difference', base=(part.get('base') or {}).get('point'))
    return say.named(part.get('kind'), 'method')


def _notes(parts: list[Part], say: Words) -> Blocks:
    """Causes and remarks of the parts in full width: they may be long, and none is ever shortened."""
    blocks: Blocks = []
    for part in parts:
        rows = _error(part, say) + listed(say('report.remarks'), part.get('remarks'))
        if rows:
            name = part.get('name') or part.get('path') or part.get('label')
            blocks += [model.paragraph([model.text(name, strong=True)], 'small'), model.facts(rows)]
    return blocks


def _skipped(part: Part, say: Words) -> Blocks:
    if not part.get('skipped'):
        return []
    rows: list[list[model.Cell]] = [[paths(file['path']), str(file['reason'])] for file in part['skipped']]
    title = f'{say("report.skipped")} ({say.number(len(rows))}): {part["path"]}'
    table = model.table([say('report.path'), say('report.reason')], rows, [65, 35], size='small')
    return [model.heading(title, 3), table]
