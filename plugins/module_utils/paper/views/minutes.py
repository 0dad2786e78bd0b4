# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Minutes of restore drills (Berita Acara Uji Pulih): what was restored, how long it took, what differed; two sign."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views import parts, report_drill, report_sites
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import drill_conclusion, drills_of
from ansible_collections.rawat.website.plugins.module_utils.paper.views.report_procedure import numbered
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import BLANK, Words

Record = dict[str, Any]


def minutes(record: Record, language: str) -> dict[str, Any]:
    """The minutes of every drill in the run. Raises ValueError for a record in which nothing was drilled."""
    if not any(drills_of(site) for site in record['sites']):
        raise ValueError(f'run {record["run"]["id"]} drilled nothing: there are no minutes of it')
    say = Words.of(record, language)
    seal, office = parts.seal(record, say), record.get('office')
    return model.document(
        'minutes',
        language,
        say('minutes.title'),
        _blocks(record, say),
        timestamp=record['run']['finished'],
        subtitle=[say('minutes.number', number=(office or {}).get('letter_number') or BLANK + BLANK)],
        letterhead=parts.letterhead(office),
        foot=parts.foot(record, say, seal['code']),
        page_words=parts.page_words(say),
        closing_seal=seal,
    )


def _blocks(record: Record, say: Words) -> list[model.Block]:
    drilled = [site for site in record['sites'] if drills_of(site)]
    return [
        model.paragraph(say('minutes.opening', day=say.day(record['run']['started']), count=say.counted(len(drilled)))),
        _basis(record, say),
        model.heading(say('minutes.results'), 2),
        _table(drilled, record, say),
        model.paragraph(say('minutes.grades'), 'note'),
        *([report_sites.targets(record['office'], say)] if record.get('office') else []),
        model.paragraph(drill_conclusion(record, say.language), 'lead'),
        *_details(drilled, say),
        model.paragraph(say('minutes.closing')),
        model.signatures(_signatures(record, say)),
    ]


def _basis(record: Record, say: Words) -> model.Block:
    assignment, run = record.get('assignment'), record['run']
    basis = numbered(assignment, say) if assignment else say('report.no_assignment')
    number = parts.register_number(record)
    return model.facts(
        [
            (say('report.assignment'), basis),
            *parts.given(say('document.register'), number),
            (say('report.run'), str(run['id'])),
            (say('report.time'), say.between(run['started'], run['finished'])),
            (say('minutes.policy'), say('minutes.policy_text')),
        ]
    )


def _table(sites: list[dict[str, Any]], record: Record, say: Words) -> model.Block:
    policy = (record.get('office') or {}).get('policy') or {}
    heads = [say('report.number'), say('report.site'), say('report.point'), say('drill.grade'), 'RTO', 'RPO',
             say('minutes.databases'), say('minutes.files'), say('minutes.pages')]  # fmt: skip
    rows = [_row(number, site, drill, policy, say) for number, site in enumerate(sites, 1) for drill in drills_of(site)]
    return model.table(heads, rows, [4, 19, 18, 10, 11, 11, 10, 9, 9], size='small')


def _row(
    number: int, site: dict[str, Any], drill: dict[str, Any], policy: dict[str, Any], say: Words
) -> list[model.Cell]:
    pages = drill.get('pages') or []
    equal = sum(1 for page in pages if page['equal'])
    return [
        str(number),
        report_drill.site_cell(site),
        str(drill.get('recovery_point')),
        report_sites.graded(drill, say),
        report_sites.against(drill.get('rto_milliseconds'), policy.get('rto_hours'), say),
        report_sites.against(drill.get('rpo_milliseconds'), policy.get('rpo_hours'), say),
        say.named(drill.get('census_equal'), 'equal'),
        say.named(drill.get('files_equal'), 'equal'),
        say('document.of', part=equal, total=len(pages)) if pages else NOTHING,
    ]


def _details(sites: list[dict[str, Any]], say: Words) -> list[model.Block]:
    blocks: list[model.Block] = []
    for number, site in enumerate(sites, 1):
        blocks.append(model.heading(f'{number}. {site["site"]}', 2))
        blocks += [block for drill in drills_of(site) for block in report_drill.details(drill, say)]
    return blocks


def _signatures(record: Record, say: Words) -> list[dict[str, Any]]:
    assignment, office = record.get('assignment') or {}, record.get('office')
    place = parts.dated(office, record['run']['finished'], say)
    receiver = say.office(office['addressee']) if office else say('report.sub_coordinator')
    return [
        parts.signer(assignment.get('assigner'), say, say('minutes.witness'), receiver),
        parts.signer(assignment.get('officer'), say, place, say('report.officer_sign')),
    ]
