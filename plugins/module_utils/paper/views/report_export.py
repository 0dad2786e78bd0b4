# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export put on a medium: the table of all sites, and the details of one, with the hashes that identify it."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import Facts, given, paths
from ansible_collections.rawat.website.plugins.module_utils.paper.views.report_drill import site_cell
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words

Export = dict[str, Any]


def table(sites: list[dict[str, Any]], say: Words) -> model.Block:
    """One row a site: which point lies on which medium, and how it ended."""
    keys = ('report.number', 'report.site', 'report.point', 'export.medium', 'export.amount', 'report.status')
    rows: list[list[model.Cell]] = [
        [str(number), site_cell(site), site.get('recovery_point') or NOTHING, _medium(site.get('export'), say),
         _amount(site.get('export'), say), say.status(site['outcome'])]
        for number, site in enumerate(sites, 1)
    ]  # fmt: skip
    return model.table([say(key) for key in keys], rows, [5, 22, 21, 20, 14, 18], size='small')


def _medium(told: Export | None, say: Words) -> model.Cell:
    if not told:
        return NOTHING
    medium = told.get('medium') or {}
    if not medium:
        return paths(told['directory'])
    number = [model.text(medium['inventory_number'], small=True)] if medium.get('inventory_number') else []
    group = [model.text(f'{say("mediasheet.set")} {medium["set"]}', small=True)] if medium.get('set') else []
    return [model.text(medium['label'], strong=True), *group, *number]


def _amount(told: Export | None, say: Words) -> model.Cell:
    if not told:
        return NOTHING
    return [say('report.files_count', count=say.number(told['files'])), model.text(say.size(told['bytes']), small=True)]


def details(told: Export, say: Words) -> list[model.Block]:
    """Everything by which this copy can be found and proved again."""
    medium = told.get('medium') or {}
    read = say('export.remounted') if told.get('remounted') else say('export.in_place')
    source = told.get('source') or {}
    rows: Facts = [
        *given(say('export.medium'), medium.get('label')),
        *given(say('export.number'), medium.get('inventory_number')),
        *given(say('export.uuid'), medium.get('uuid')),
        *given(say('export.serial'), medium.get('serial')),
        (say('export.directory'), f'{told.get("host")}: {told["directory"]}'),
        (say('export.source'), f'{source.get("store")}: {source.get("location")}'),
        (say('export.encryption'), told.get('encryption') or say('export.none')),
        (say('export.read_back'), f'{say.moment(told.get("read_back"))}: {read}'),
        (say('export.sums'), paths(told['sums_sha256'])),
        (say('export.manifest'), paths(told['manifest_sha256'])),
    ]
    return [model.heading(say('export.title'), 3), model.facts(rows)]
