# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ringkasan eksekutif: one page for somebody who decides and is no technician."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.recap_words import (
    month_name,
    numbers_text,
    percent,
    ratio,
    sentence,
    unit,
)
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words

STEPS = ('summary.step1', 'summary.step2', 'summary.step3', 'summary.step4', 'summary.step5')
LEVELS = {'red': 'summary.red', 'yellow': 'summary.yellow'}
LISTED = 8  # sites in red or yellow that one page has room for
NAMED = 3  # names in one decision
CAUSES = 2  # of a site
LONGEST = 30  # characters of a name: one page has no room for more, and the recap has all of it
# Which findings ask for which decision, in the order in which they are asked for.
DECISIONS = {
    'summary.decide_back_up': {'not_done', 'overdue'},
    'summary.decide_repair': {'no_good_backup', 'newest_failed', 'drill_failed'},
    'summary.decide_drill': {'drill_none', 'drill_old', 'drill_unproven', 'rto'},
    'summary.decide_inventory': {'not_in_inventory'},
}


def summary(recap: dict[str, Any], language: str) -> dict[str, Any]:
    """The document of a recap that `issuing.recap.gather` made."""
    say = Words(language, recap['utc_offset_minutes'])
    office, month = recap['office'], month_name(recap['month'], language)
    blocks = [
        *_provisional(recap, say),
        model.figures(_figures(recap['totals'], say)),
        model.paragraph([model.text(say('summary.conclusion') + ' ', strong=True), conclusion(recap, say)], 'lead'),
        model.heading(say('summary.decisions'), 2),
        *_decisions(recap, say),
        model.heading(say('summary.steps_heading'), 2),
        _steps(recap['steps'], say),
        model.heading(say('summary.sites_heading'), 2),
        *_sites(recap['sites'], say),
        model.paragraph(say('summary.rto', rto=office['policy']['rto_hours']), 'small'),
        model.paragraph(_sources(recap, month, say), 'small'),
    ]  # fmt: skip
    name = say.office(office['sop']['name'])
    return model.document(
        'summary', language, say('summary.title'), blocks,
        subtitle=[unit(office), say('summary.subtitle', name=name, month=month)],
        timestamp=recap['made'], foot=say('summary.foot', month=month),
        page_words=(say('recap.page'), say('recap.page_of')),
    )  # fmt: skip


def _provisional(recap: dict[str, Any], say: Words) -> list[model.Block]:
    if recap['month_over']:
        return []
    return [model.paragraph(say('recap.not_over', date=say.date(recap['last_day'])), 'note')]


def _figures(totals: dict[str, Any], say: Words) -> list[tuple[str, str]]:
    databases, drills, steps = totals['databases'], totals['drills'], totals['steps']
    judged = steps['met'] + steps['late']
    share = percent(databases['ok'], databases['of'], say)
    return [
        (ratio(totals['sites']), say('summary.sites')),
        (ratio(databases), say('summary.databases', percent=share)),
        (ratio(drills), say('summary.drills', rto=say.duration(drills['worst_rto_milliseconds']))),
        (ratio({'ok': steps['met'], 'of': judged}), say('summary.steps', percent=percent(steps['met'], judged, say))),
    ]


def conclusion(recap: dict[str, Any], say: Words) -> str:
    """The month in one sentence."""
    totals = recap['totals']
    proven, sites = totals['recoverable'], totals['sites']
    counts = {'ok': proven['ok'], 'of': proven['of'], 'left': proven['of'] - proven['ok']}
    if not proven['of']:
        key = 'summary.no_sites'
    elif not counts['left']:
        key = 'summary.all'
    else:
        key = 'summary.some' if proven['ok'] else 'summary.none'
    parts = [say(key, **counts)]
    parts += [say('summary.not_backed_up', count=sites['of'] - sites['ok'])] if sites['of'] > sites['ok'] else []
    parts += [say('summary.late', count=totals['steps']['late'])] if totals['steps']['late'] else []
    parts += [say('summary.unfit', count=len(recap['unfit']))] if recap['unfit'] else []
    return '; '.join(parts) + '.'


def _decisions(recap: dict[str, Any], say: Words) -> list[model.Block]:
    asked = []
    for key, what in DECISIONS.items():
        names = [site['name'] for site in recap['sites'] if {one['what'] for one in site['findings']} & what]
        if names:
            asked.append(say(key, count=len(names), sites=_named(names, say)))
    for key, reports in (
        ('summary.decide_accept', recap['open_reports']),
        ('summary.decide_emergency', recap['open_emergencies']),
    ):
        if reports:
            numbers = _named([report['number'] for report in reports], say)
            asked.append(say(key, count=len(reports), numbers=numbers))
    if recap['unfit'] or not recap['register']['gap_free']:
        asked.append(say('summary.decide_archive', count=len(recap['unfit'])))
    return [model.bullets(asked, ordered=True) if asked else model.paragraph(say('summary.no_decision'))]


def _named(names: list[str], say: Words) -> str:
    listed = ', '.join(short(name) for name in names[:NAMED])
    return say('summary.more', names=listed, count=len(names) - NAMED) if len(names) > NAMED else listed


def short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + '…'


def _steps(steps: list[dict[str, Any]], say: Words) -> model.Block:
    if not any(step['of'] for step in steps):
        return model.paragraph(say('summary.no_steps'))
    rows = []
    for step in steps:
        judged = step['met'] + step['late']
        words = f'{step["met"]}/{judged} · {percent(step["met"], judged, say)}' if judged else say('summary.not_judged')
        rows.append((say(STEPS[step['number'] - 1]), 100 * step['met'] // judged if judged else 0, words))
    return model.bars(rows)


def _sites(sites: list[dict[str, Any]], say: Words) -> list[model.Block]:
    bad = [site for level in LEVELS for site in sites if site['level'] == level]
    if not bad:
        return [model.paragraph(say('summary.no_bad_sites'))]
    heads = [say('summary.column_level'), say('recap.column_site'), say('summary.column_cause')]
    rows: list[list[model.Cell]] = [
        [model.text(say(LEVELS[site['level']]), strong=True), short(site['name']), _causes(site['findings'], say)]
        for site in bad[:LISTED]
    ]
    left = bad[LISTED:]
    counts = {level: sum(1 for site in left if site['level'] == level) for level in LEVELS}
    more = [model.paragraph(say('summary.more_sites', count=len(left), **counts), 'small')] if left else []
    return [model.table(heads, rows, (3, 8, 16), 'small'), *more]


def _causes(findings: list[dict[str, Any]], say: Words) -> str:
    """Sentences only: the evidence, in the words of programs, stands in the recap."""
    texts = [sentence(finding, say) for finding in findings]
    more = [say('summary.more_causes', count=len(texts) - CAUSES)] if len(texts) > CAUSES else []
    return '; '.join([*texts[:CAUSES], *more])


def _sources(recap: dict[str, Any], month: str, say: Words) -> str:
    tip = recap['tip']
    return say('summary.sources', numbers=numbers_text(recap['register'], say), month=month, row=tip['row'],
               tip=tip['sha256'])  # fmt: skip
