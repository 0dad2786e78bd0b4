# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels for media: one for each repository and site of a run, to be cut out and stuck on the disk or its box."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views import parts
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import copies_of
from ansible_collections.rawat.website.plugins.module_utils.paper.views.report_procedure import numbered
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import BLANK, Words

Record = dict[str, Any]


def labels(record: Record, language: str) -> dict[str, Any]:
    """The sheet for a record; a site without a recovery point has nothing to label."""
    say = Words.of(record, language)
    seal = parts.seal(record, say)
    items = [
        _label(site, copy, record, seal, say)
        for site in record['sites']
        if site.get('recovery_point')
        for copy in copies_of(site)
        if copy.get('status', 'verified') == 'verified'  # a disk on which nothing lies gets no label
    ]
    blocks = [model.paragraph(say('labels.note'), 'note'), model.labels(items)]
    return model.document(
        'labels',
        language,
        say('labels.title'),
        blocks if items else [model.paragraph(say('labels.none'))],
        timestamp=record['run']['finished'],
        foot=parts.foot(record, say, seal['code']),
        page_words=parts.page_words(say),
    )


def _place(copy: dict[str, Any]) -> str:
    kind = copy.get('medium') or copy.get('store')
    return ' '.join(str(word) for word in (copy.get('name'), kind, copy.get('location')) if word)


def _label(
    site: dict[str, Any], copy: dict[str, Any], record: Record, seal: dict[str, Any], say: Words
) -> dict[str, Any]:
    assignment = record.get('assignment')
    number = parts.register_number(record)
    facts = [
        *([(say('labels.number'), number)] if number else []),
        *([(say('report.assignment'), numbered(assignment, say))] if assignment else []),
        (say('labels.date'), say.day(site.get('started') or record['run']['started'])),
        (say('report.point'), str(site['recovery_point'])),
        (say('report.repository'), _place(copy)),
        (say('copy.encryption'), copy.get('encryption') or say('copy.plain')),
        (say('labels.keep'), say.day(copy.get('locked_until')) if copy.get('locked_until') else BLANK),
        (say('report.status'), say.named(site['outcome'], 'outcome')),
        (say('labels.code'), seal['code']),
    ]
    return model.label(site['site'], [f'{label}: {value}' for label, value in facts], seal['qr'])
