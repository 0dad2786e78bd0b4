# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a prune came to: a row for each place of each site."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views import report_drill
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words
from ansible_collections.rawat.website.plugins.module_utils.retention.points import policy_words

HEADS = (
    'report.number', 'report.site', 'pruned.where', 'pruned.policy', 'column.removed', 'column.kept', 'column.freed',
    'report.status',
)  # fmt: skip
WIDTHS = [4, 20, 22, 18, 8, 8, 10, 14]


def table(sites: list[dict[str, Any]], say: Words) -> model.Block:
    """One row for each place; a site that was not reached has one without figures."""
    pairs = [(site, place) for site in sites for place in (site.get('prune') or {}).get('places') or [{}]]
    rows = [_row(number, site, place, say) for number, (site, place) in enumerate(pairs, 1)]
    return model.table([say(key) for key in HEADS], rows, WIDTHS, 'small', 'rlllrrrl')


def _row(number: int, site: dict[str, Any], place: dict[str, Any], say: Words) -> list[model.Cell]:
    name = say('pruned.primary') if place.get('place') == 'primary' else place.get('place') or NOTHING
    where = [model.text(name), model.text(place.get('location') or NOTHING, mono=True, small=True)]
    counts: list[model.Cell] = [say.number(len(place[key])) if key in place else NOTHING for key in ('removed', 'kept')]
    return [
        str(number), report_drill.site_cell(site), where, policy_words(place.get('policy') or {}) or NOTHING, *counts,
        say.size(place.get('freed_bytes')), say.status(site['outcome']),
    ]  # fmt: skip
