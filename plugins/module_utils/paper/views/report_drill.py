# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drill found out: the table of all sites, and the details of one."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import drills_of
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import Facts, across, listed
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words

Drill = dict[str, Any]


def table(sites: list[dict[str, Any]], say: Words) -> model.Block:
    """One row for each drill of each site; a site without one says so."""
    heads = [say('report.number'), say('report.site'), say('report.point'), say('drill.grade'), 'RTO', 'RPO',
             say('report.status')]  # fmt: skip
    rows = [
        _row(number, site, drill, say)
        for number, site in enumerate(sites, 1)
        for drill in (drills_of(site) or [None])  # type: ignore[list-item]
    ]
    return model.table(heads, rows, [5, 23, 21, 12, 12, 12, 17], size='small')


def _row(number: int, site: dict[str, Any], drill: Drill | None, say: Words) -> list[model.Cell]:
    found = drill or {}
    point = found.get('recovery_point') or site.get('recovery_point') or say('report.none_made')
    return [
        str(number),
        site_cell(site),
        str(point),
        model.text(found['grade'], strong=True) if drill else say('drill.not_done'),
        say.duration(found.get('rto_milliseconds')),
        say.duration(found.get('rpo_milliseconds')),
        say.status(site['outcome']),
    ]


def site_cell(site: dict[str, Any]) -> list[model.Span]:
    """A site with its address, where it has one, in the short form that a narrow column holds."""
    url = str(site.get('url') or '').partition('://')[2].rstrip('/') or site.get('url')
    return [model.text(site['site'], strong=True), *([model.text(url, small=True)] if url else [])]


def title(drill: Drill, say: Words) -> str:
    return f'{say("drill.title")}: {drill["grade"]}, {say.named(drill["grade"], "grade")}'


def details(drill: Drill, say: Words) -> list[model.Block]:
    """Everything that one drill measured and compared, on upright pages."""
    facts = [*_measured(drill, say), *_observed(drill, say)]
    return [model.heading(title(drill, say), 3), model.facts(facts)]


def wide_details(drill: Drill, say: Words) -> list[model.Block]:
    """The same on pages on their side."""
    observed = _observed(drill, say)
    table = across(_measured(drill, say), [16, 17, 9, 9, 19, 9, 9, 15, 14])
    return [model.heading(title(drill, say), 3), table, *([model.facts(observed)] if observed else [])]


def _measured(drill: Drill, say: Words) -> Facts:
    """What every drill has: point, reason, stopwatch, comparisons, pages, place."""
    reason = model.text(drill.get('reason') or NOTHING, strong=drill['grade'] == 'F')
    return [
        (say('report.point'), drill.get('recovery_point') or NOTHING),
        (say('drill.reason'), reason),
        (say('drill.rto'), say.duration(drill.get('rto_milliseconds'))),
        (say('drill.rpo'), say.duration(drill.get('rpo_milliseconds'))),
        (say('drill.phases'), phases(drill.get('phases'), say)),
        (say('drill.databases'), say.named(drill.get('census_equal'), 'equal')),
        (say('drill.files'), say.named(drill.get('files_equal'), 'equal')),
        (say('drill.pages'), pages(drill.get('pages'), say)),
        (say('drill.host'), drill.get('host') or NOTHING),
    ]


def _observed(drill: Drill, say: Words) -> Facts:
    """What only some drills have to tell; it may be long."""
    return [
        *listed(say('drill.differences'), drill.get('differences')),
        *listed(say('drill.limitations'), drill.get('limitations')),
        *listed(say('drill.uncompared'), drill.get('uncompared')),
        *_integrity(drill.get('integrity'), say),
    ]


def phases(found: dict[str, int] | None, say: Words) -> str:
    """The time of each phase of a drill or a restore in one line."""
    texts = [f'{say.named(name, "phase")} {say.duration(time)}' for name, time in (found or {}).items()]
    return '; '.join(texts) or NOTHING


def pages(found: list[dict[str, Any]] | None, say: Words) -> model.Cell:
    """The pages that were asked for: how many answered as recorded, and each."""
    if not found:
        return NOTHING
    equal = sum(1 for page in found if page['equal'])
    lines = [
        f'{page["path"]}: {page.get("status")}' + (f', {page["difference"]}' if page.get('difference') else '')
        for page in found
    ]
    return [say('drill.pages_text', equal=equal, total=len(found)), *lines]


def _integrity(share: dict[str, Any] | None, say: Words) -> Facts:
    if not share:
        return []
    number = share.get('share', 0)
    words = say(
        'drill.integrity_text',
        share=number + 1 if isinstance(number, int) else number,
        of=share.get('of'),
        size=say.size(share.get('bytes')),
        duration=say.duration(share.get('milliseconds')),
        method=share.get('method'),
    )
    return [(say('drill.integrity'), words)]
