# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on a period under a standing assignment: its runs, and how each site fared in them."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import OUTCOMES
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import paths
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words


def summary(record: dict[str, Any], say: Words) -> list[model.Block]:
    """How often each site was backed up in the period; a site that no run had is listed as not done."""
    period = record.get('period') or {'runs': []}
    found = by_site(record)
    words = say(
        'document.period',
        start=say.date(period.get('from')), end=say.date(period.get('until')), count=say.number(len(period['runs'])),
    )  # fmt: skip
    heads = [say('report.number'), say('report.site'), say('document.runs'),
             *[say.named(outcome, 'outcome') for outcome in OUTCOMES]]  # fmt: skip
    rows: list[list[model.Cell]] = [
        [str(number), model.text(site, strong=True), say.number(len(outcomes)),
         *[say.number(outcomes.count(outcome)) for outcome in OUTCOMES]]
        for number, (site, outcomes) in enumerate(found.items(), 1)
    ]  # fmt: skip
    table = model.table(heads, rows, [5, 30, 15, 14, 14, 10, 16], size='small', align='llrrrrr')
    return [model.paragraph(words), table, model.heading(say('document.newest'), 3)]


def by_site(record: dict[str, Any]) -> dict[str, list[str]]:
    """The outcomes of every site in the order of the runs."""
    found: dict[str, list[str]] = {site['site']: [] for site in record['sites']}
    for run in (record.get('period') or {}).get('runs') or []:
        for site, outcome in run['sites'].items():
            found.setdefault(site, []).append(outcome)
    return found


def annex(record: dict[str, Any], say: Words) -> list[model.Block]:
    """Every run of the period with the hash of its record: the report stands on them, and on nothing else."""
    runs = (record.get('period') or {}).get('runs') or []
    if not runs:
        return []
    keys = ('report.run', 'report.started', 'report.result', 'report.sites', 'report.record_hash')
    rows: list[list[model.Cell]] = [
        [str(run['run']), say.moment(run.get('started')), say.status(run.get('outcome')), _counts(run, say),
         paths(run.get('record_sha256'))]
        for run in runs
    ]  # fmt: skip
    heads = [say(key) for key in keys]
    return [model.heading(say('document.runs_of_period'), 2), model.table(heads, rows, [17, 18, 14, 15, 36], 'small')]


def _counts(run: dict[str, Any], say: Words) -> model.Cell:
    found = list(run['sites'].values())
    return [f'{found.count(outcome)} {say.named(outcome, "outcome")}' for outcome in OUTCOMES if outcome in found]
