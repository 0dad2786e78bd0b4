# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore brought back, what it replaced, and the way back: the table of all sites, and the details of one."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import Facts, given, listed
from ansible_collections.rawat.website.plugins.module_utils.paper.views.report_drill import pages, phases, site_cell
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words

Restore = dict[str, Any]


def table(sites: list[dict[str, Any]], say: Words) -> model.Block:
    """One row a site: from which point, which parts, and how it ended."""
    heads = [say('report.number'), say('report.site'), say('report.point'), say('restore.parts'), say('report.status')]
    rows: list[list[model.Cell]] = [
        [str(number), site_cell(site), site.get('recovery_point') or NOTHING, _parts(site, say),
         say.status(site['outcome'])]
        for number, site in enumerate(sites, 1)
    ]  # fmt: skip
    return model.table(heads, rows, [5, 24, 22, 31, 18], size='small')


def _parts(site: dict[str, Any], say: Words) -> model.Cell:
    parts = (site.get('restore') or {}).get('parts') or []
    return [
        f'{say.named(part["kind"], "part")} {part["name"]}, {say.size(part.get("bytes"))}' for part in parts
    ] or NOTHING


def details(restore: Restore, say: Words) -> list[model.Block]:
    """Everything that somebody who has to answer for the restore is asked for."""
    kept = [item.get('where') for item in restore.get('kept') or [] if item.get('where')]
    old = [part['old'] for part in restore['parts'] if part.get('old')]
    rows: Facts = [
        *given(say('restore.where'), restore.get('host')),
        *[(say.named(part['kind'], 'part'), _part(part, say)) for part in restore['parts']],
        (say('restore.overwritten'), _overwritten(restore, say)),
        *_lost(restore, say),
        (say('restore.safety'), restore.get('safety_point') or NOTHING),
        *listed(say('restore.kept'), kept or old),
        *listed(say('restore.way_back'), restore.get('way_back')),
        *listed(say('restore.cannot_keep'), restore.get('cannot_keep')),
        *([(say('drill.pages'), pages(restore['pages'], say))] if restore.get('pages') else []),
        *([(say('drill.phases'), phases(restore['phases'], say))] if restore.get('phases') else []),
    ]
    title = f'{say("restore.title")}: {say.named(restore.get("mode"), "mode")}'
    return [model.heading(title, 3), model.facts(rows)]


def _part(part: dict[str, Any], say: Words) -> list[model.Span]:
    lines = [model.text(part['name'], mono=True, small=True), model.text(f'{say("restore.to")}: {part["to"]}')]
    if part.get('written') is not None:
        counts = [say.number(part.get(key)) for key in ('written', 'deleted', 'unchanged')]
        lines.append(model.text(f'{say("restore.files")}: {" / ".join(counts)}'))
    return lines


def _overwritten(restore: Restore, say: Words) -> model.Cell:
    texts = [
        say('restore.overwritten_text', to=part['to'], size=say.size(part.get('live_bytes')))
        for part in restore['parts']
        if part.get('exists')
    ]
    return texts or say('restore.nothing_overwritten')


def _lost(restore: Restore, say: Words) -> Facts:
    age = restore.get('lost_milliseconds')
    return given(say('restore.lost'), age, say('restore.lost_text', age=say.duration(age)))
