# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Daftar pemusnahan titik pulih: the recovery points that a prune removes, each with the rule that decided."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import signer
from ansible_collections.rawat.website.plugins.module_utils.paper.views.recap_words import unit
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words

HEADS = ('report.number', 'report.point', 'pruned.made', 'report.status', 'pruned.size', 'pruned.rule')
WIDTHS = (6, 30, 24, 20, 14, 46)
SIGNERS = ('pruned.officer', 'pruned.superior')
Document = dict[str, Any]


def pruned(document: Document, office: Document, language: str) -> Document:
    """The paper of a destruction list (issuing/destruction.py)."""
    say = Words(language, document['utc_offset_minutes'])
    totals, made = document['totals'], document['made']
    lead = say('pruned.lead', count=say.number(totals['points']), size=say.size(totals['bytes']))
    return model.document(
        'pruned', language, say('pruned.title'),
        [model.paragraph(lead, 'lead'), *_places(document, say), *_closing(office, made, say)],
        subtitle=[unit(office), say('pruned.subtitle', run=document['run'], moment=say.moment(made))],
        timestamp=made, foot=say('pruned.foot', run=document['run']),
        page_words=(say('recap.page'), say('recap.page_of')), orientation='landscape',
    )  # fmt: skip


def _places(document: Document, say: Words) -> list[model.Block]:
    blocks: list[model.Block] = []
    for site in document['sites']:
        for place in site['places']:
            name = say('pruned.primary') if place['place'] == 'primary' else place['place']
            blocks += [
                model.heading(say('pruned.place', site=site['site'], host=site['host'], place=name), 3),
                model.facts([
                    (say('pruned.where'), model.text(f'{place["store"]}: {place["location"]}', mono=True, small=True)),
                    (say('pruned.policy'), place['policy'] or formats.NOTHING),
                ]),
                model.table([say(key) for key in HEADS], _rows(place, say), WIDTHS, 'small', 'rlllrl'),
            ]  # fmt: skip
    return blocks


def _rows(place: Document, say: Words) -> list[list[model.Cell]]:
    return [
        [
            str(number), model.text(point['id'], mono=True, small=True), say.moment(point['time']),
            say.status(point['outcome']), say.size(point['bytes']), say.named(point['rule'], 'rule'),
        ]
        for number, point in enumerate(place['points'], 1)
    ]  # fmt: skip


def _closing(office: Document, made: str, say: Words) -> list[model.Block]:
    place = f'{office["city"]}, {say.day(made)}'
    people = [signer(None, say, place if role == SIGNERS[0] else '', say(role)) for role in SIGNERS]
    return [model.paragraph(say('pruned.basis'), 'small'), model.signatures(people)]
