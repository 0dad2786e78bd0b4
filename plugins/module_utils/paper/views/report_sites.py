# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites of a report: the summary in a row each, plain and under the SOP."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views import (
    report_copies,
    report_drill,
    report_export,
    report_prune,
    report_restore,
)
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import (
    copies_of,
    drills_of,
    kind_of,
    outcomes,
    summed,
    worst_drill,
)
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words

Site = dict[str, Any]
HOUR = 3_600_000  # milliseconds
SHOWN_DATABASES = 3  # in a summary's cell; the annex has them all


def summary(record: dict[str, Any], say: Words, official: bool) -> list[model.Block]:
    """The result of every site, and what the words of the status mean."""
    kind, sites = kind_of(record), record['sites']
    if kind == 'verify':
        tables = [report_drill.table(sites, say)]
    elif kind == 'restore':
        tables = [report_restore.table(sites, say)]
    elif kind == 'export':
        tables = [report_export.table(sites, say)]
    elif kind == 'copy':
        tables = [report_copies.table(sites, say)]
    elif kind == 'prune':
        tables = [report_prune.table(sites, say)]
    elif official:
        tables = [_official_table(record, say), targets(record['office'], say)]
    else:
        tables = [_plain_table(sites, say), *_drilled(sites, say)]
    return [*tables, *_meanings(record, say)]


def _plain_table(sites: list[Site], say: Words) -> model.Block:
    keys = ('report.number', 'report.site', 'report.databases', 'report.webroots', 'report.point', 'report.status')
    heads = [say(key) for key in keys]
    rows: list[list[model.Cell]] = [
        [str(number), report_drill.site_cell(site), databases(site, say), webroots(site, say), _point(site, say),
         say.status(site['outcome'])]
        for number, site in enumerate(sites, 1)
    ]  # fmt: skip
    return model.table(heads, rows, [5, 25, 20, 15, 18, 17], size='small')


def _point(site: Site, say: Words) -> model.Cell:
    if not site.get('recovery_point'):
        return say('report.none_made')
    incomplete = [model.text(say('report.incomplete'), small=True)] if site['outcome'] == 'failed' else []
    return [model.text(site['recovery_point']), *incomplete]


def _drilled(sites: list[Site], say: Words) -> list[model.Block]:
    found = [site for site in sites if drills_of(site)]
    return [model.heading(say('drill.title'), 3), report_drill.table(found, say)] if found else []


def _official_table(record: dict[str, Any], say: Words) -> model.Block:
    heads = [say('report.number'), say('report.site'), say('report.databases'), say('report.webroots'),
             say('document.copies'), say('drill.title'), 'RTO', 'RPO', say('report.status')]  # fmt: skip
    rows = [_official_row(number, site, record['office'], say) for number, site in enumerate(record['sites'], 1)]
    return model.table(heads, rows, [4, 24, 19, 12, 13, 9, 9, 7, 17], size='small')


def _official_row(number: int, site: Site, office: dict[str, Any], say: Words) -> list[model.Cell]:
    drill, policy = worst_drill(site), office.get('policy') or {}
    return [
        str(number),
        report_drill.site_cell(site),
        databases(site, say),
        webroots(site, say),
        copies(site, say),
        graded(drill, say),
        against((drill or {}).get('rto_milliseconds'), policy.get('rto_hours'), say),
        against((drill or {}).get('rpo_milliseconds'), policy.get('rpo_hours'), say),
        say.status(site['outcome']),
    ]


def databases(site: Site, say: Words) -> model.Cell:
    """Engines, rows and size of a site's databases."""
    parts = site['databases']
    lines = [model.text(f'{part["engine"]} {part.get("version") or ""}'.strip()) for part in parts[:SHOWN_DATABASES]]
    if len(parts) > SHOWN_DATABASES:
        lines.append(model.text(say('document.more', count=len(parts) - SHOWN_DATABASES)))
    rows, size = summed(parts, 'rows'), summed(parts, 'bytes')
    counted = [say('report.rows_count', count=say.number(rows))] if rows is not None else []
    if size is not None:
        counted.append(say.size(size))
    return [*lines, *([model.text(', '.join(counted), small=True)] if counted else [])] or NOTHING


def webroots(site: Site, say: Words) -> model.Cell:
    """Files and size of a site's webroots."""
    parts = site['webroots']
    if not parts:
        return NOTHING
    files = say('report.files_count', count=say.number(summed(parts, 'files')))
    return [model.text(files), model.text(say.size(summed(parts, 'bytes')), small=True)]


def copies(site: Site, say: Words) -> model.Cell:
    """How many of the copies were read again: 'n of m'; a copy of a failed run is not all of the site."""
    found = copies_of(site)
    if not found:
        return NOTHING
    counted = say('document.of', part=sum(1 for copy in found if copy.get('verified')), total=len(found))
    incomplete = [model.text(say('report.incomplete'), small=True)] if site['outcome'] == 'failed' else []
    return [model.text(counted), *incomplete]


def graded(drill: dict[str, Any] | None, say: Words) -> model.Cell:
    """The grade of a drill in words and as its letter."""
    if not drill:
        return say('drilled.none')
    return [model.text(say.named(drill['grade'], 'drilled'), strong=True), model.text(f'({drill["grade"]})')]


def against(measured: int | None, target_hours: int | None, say: Words) -> model.Cell:
    """A measured time; one that is over the office's target says so in words."""
    over = measured is not None and target_hours is not None and measured > target_hours * HOUR
    lines = [model.text(say.duration(measured))]
    return [*lines, model.text(say('document.over_target'), strong=True, small=True)] if over else lines


def targets(office: dict[str, Any], say: Words) -> model.Block:
    """What RTO and RPO are, and the office's targets for them, which are policy."""
    policy = office.get('policy') or {}
    hours = {key: say.number(policy.get(f'{key}_hours')) for key in ('rto', 'rpo')}
    return model.paragraph(say('document.targets', **hours), 'note')


def _meanings(record: dict[str, Any], say: Words) -> list[model.Block]:
    group = {
        'verify': 'proof', 'restore': 'restored', 'prune': 'pruning', 'copy': 'copying',
        'export': 'exported',
    }.get(kind_of(record), 'meaning')
    spans = [model.text(f'{say("report.meaning")}.', strong=True)]
    for outcome in outcomes(record):
        spans.append(model.text(f' {say.named(outcome, "outcome")}: ', strong=True))
        spans.append(model.text(say.named(outcome, group)))
    return [model.paragraph(spans, 'note')] if len(spans) > 1 else []
