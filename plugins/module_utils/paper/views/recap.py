# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rekapitulasi bulanan: one line for every site of the inventory, also those that were never backed up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import signer
from ansible_collections.rawat.website.plugins.module_utils.paper.views.recap_words import (
    full,
    month_name,
    numbers_text,
    ratio,
    unit,
)
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words

COLUMNS = (
    'recap.column_number', 'recap.column_site', 'recap.column_assignment', 'recap.column_register',
    'recap.column_databases', 'recap.column_webroots', 'recap.column_size', 'recap.column_copies',
    'recap.column_drill', 'recap.column_rto', 'recap.column_steps', 'recap.column_remarks',
)  # fmt: skip
WIDTHS = (4, 20, 12, 13, 9, 9, 9, 8, 12, 8, 9, 40)
ALIGN = 'rlllccrclrcl'
EVIDENCE = 240  # characters of an error in the table; the sheets have all of it
SHOWN = 6  # findings of a site in the table
UNFIT_KEYS = {
    'altered': 'recap.unfit_altered', 'missing': 'recap.unfit_missing', 'unreadable': 'recap.unfit_unreadable',
}  # fmt: skip


def recap(recap: dict[str, Any], language: str) -> dict[str, Any]:
    """The document of a recap that `issuing.recap.gather` made."""
    say = Words(language, recap['utc_offset_minutes'])
    office = recap['office']
    month, sop = month_name(recap['month'], language), office['sop']
    return model.document(
        'recap',
        language,
        say('recap.title', month=month.upper()),
        [*_notices(recap, say), *_table(recap, say), *_register(recap, say), *_closing(recap, say)],
        subtitle=[unit(office), say('recap.sop', number=sop['number'], revision=say.date(sop['revision']))],
        timestamp=recap['made'],
        foot=say('recap.foot', month=month, tip=recap['tip']['sha256'][:16]),
        page_words=(say('recap.page'), say('recap.page_of')),
        orientation='landscape',
    )


def _notices(recap: dict[str, Any], say: Words) -> list[model.Block]:
    """What a reader must know before he reads a figure."""
    lines = [] if recap['month_over'] else [say('recap.not_over', date=say.date(recap['last_day']))]
    lines += [say('recap.replaces', former=recap['replaces'])] if recap.get('replaces') else []
    return [model.paragraph(line, 'note') for line in lines]


def _table(recap: dict[str, Any], say: Words) -> list[model.Block]:
    if not recap['sites']:
        return [model.paragraph(say('recap.no_sites'), 'lead')]
    rows = [_row(index, site, say) for index, site in enumerate(recap['sites'], 1)]
    heads = [say(key) for key in COLUMNS]
    return [model.table(heads, [*rows, _total(recap['totals'], say)], WIDTHS, 'small', ALIGN)]


def _row(index: int, site: dict[str, Any], say: Words) -> list[model.Cell]:
    drill = site['drill']
    return [
        str(index),
        [site['name'], model.text(site['host'], small=True)],
        few(site['assignments'], say),
        few(site['registers'], say),
        ratio(site['databases']),
        ratio(site['webroots']),
        say.size(site['bytes']),
        ratio(site['copies']),
        [say.date(drill['date']), say('recap.grade', grade=drill['grade'])] if drill else formats.NOTHING,
        say.duration(drill['rto_milliseconds']) if drill else formats.NOTHING,
        _steps(site['steps'], say),
        _remarks(site, say),
    ]


def few(values: Sequence[str], say: Words) -> list[str]:
    """Up to three texts as lines; more as first, last and how many."""
    if len(values) > 3:
        return [say('recap.many', first=values[0], last=values[-1], count=len(values))]
    return list(values) or [formats.NOTHING]


def _steps(counts: dict[str, int], say: Words) -> list[str]:
    if not counts['of']:
        return [formats.NOTHING]
    lines = [f'{counts["met"]}/{counts["of"]}']
    lines += [say('recap.pending', count=counts['pending'])] if counts['pending'] else []
    return lines + ([say('recap.unknown', count=counts['unknown'])] if counts['unknown'] else [])


def _remarks(site: dict[str, Any], say: Words) -> model.Cell:
    found = [full(finding, say, EVIDENCE) for finding in site['findings']]
    more = [say('summary.more_causes', count=len(found) - SHOWN)] if len(found) > SHOWN else []
    status = [] if site['status'] == 'complete' else [say.status(site['status'])]
    return [*status, *found[:SHOWN], *more] or ''


def _total(totals: dict[str, Any], say: Words) -> list[model.Cell]:
    drills = totals['drills']
    cells = [
        '', say('recap.total'), '', '', ratio(totals['databases']), ratio(totals['webroots']),
        say.size(totals['bytes']), ratio(totals['copies']), ratio(drills),
        say.duration(drills['worst_rto_milliseconds']),
        f'{totals["steps"]["met"]}/{totals["steps"]["of"]}' if totals['steps']['of'] else formats.NOTHING,
        say('recap.total_sites', **totals['sites']),
    ]  # fmt: skip
    return [model.text(cell, strong=True) for cell in cells]


def _register(recap: dict[str, Any], say: Words) -> list[model.Block]:
    register = recap['register']
    gaps = say('recap.gap_free') if register['gap_free'] else say('recap.gaps', missing=', '.join(register['missing']))
    facts: list[tuple[str, model.Cell]] = [
        (say('recap.numbers'), numbers_text(register, say) + (f'; {gaps}' if register['count'] else '')),
        (say('recap.open_reports'), _dated(recap['open_reports'], say)),
        (say('recap.open_emergencies'), _dated(recap['open_emergencies'], say)),
        (say('recap.pruned'), say('recap.pruned_unknown') if recap['pruned'] is None else say.number(recap['pruned'])),
    ]
    if recap['not_in_register']:
        facts.append((say('recap.outside'), say.number(recap['not_in_register'])))
    facts.append((say('recap.tip', row=recap['tip']['row']), model.text(recap['tip']['sha256'], mono=True)))
    return [model.heading(say('recap.register_heading'), 2), model.facts(facts), *_unfit(recap['unfit'], say)]


def _dated(reports: list[dict[str, Any]], say: Words) -> str:
    texts = [
        say('recap.returned' if report.get('state') == 'returned' else 'recap.dated',
            number=report['number'], date=say.date(report['date']))
        for report in reports
    ]  # fmt: skip
    return ', '.join(texts) or say('recap.numbers_none')


def _unfit(unfit: list[dict[str, Any]], say: Words) -> list[model.Block]:
    return [
        model.paragraph(
            f'{say("recap.unfit")}: {say(UNFIT_KEYS[one["what"]], path=one["path"])} ({one["reason"]})', 'cause'
        )
        for one in unfit
    ]


def _closing(recap: dict[str, Any], say: Words) -> list[model.Block]:
    office, policy = recap['office'], recap['office']['policy']
    goals = {'frequency': policy['frequency_days'], 'drill': policy['drill_days'], 'rto': policy['rto_hours']}
    place = f'{office["city"]}, {say.day(recap["made"])}'
    return [
        model.paragraph(say('recap.notes', zone=formats.zone(recap['utc_offset_minutes'])), 'small'),
        model.paragraph(say('recap.policy', **goals), 'small'),
        model.signatures([signer(None, say, place, say.office(office['addressee']) + ',')]),
    ]


def table(recap: dict[str, Any], language: str) -> dict[str, Any]:
    """The recap for sheets: {title, heads, rows}; figures as numbers, so that a spreadsheet can count with them."""
    say = Words(language, recap['utc_offset_minutes'])
    pairs = [say(key) for key in ('recap.column_databases', 'recap.column_webroots', 'recap.column_copies')]
    both = ('recap.sheet_ok', 'recap.sheet_of')
    databases, webroots, copies = ([say(key, what=what) for key in both] for what in pairs)
    first = ('number', 'site', 'host', 'status', 'assignment', 'register')
    named = [say(key) for key in (
        'recap.sheet_drill_date', 'recap.sheet_drill_grade', 'recap.sheet_rto', 'recap.sheet_met', 'recap.sheet_late',
        'recap.sheet_steps', 'recap.column_remarks',
    )]  # fmt: skip
    return {
        'title': f'{recap["month"]}',
        'heads': [*(say(COLUMN_KEYS[key]) for key in first), *databases, *webroots, say('recap.sheet_bytes'), *copies,
                  *named],
        'rows': [*(_sheet_row(index, site, say) for index, site in enumerate(recap['sites'], 1)),
                 _sheet_total(recap['totals'], say)],
    }  # fmt: skip


COLUMN_KEYS = {
    'number': 'recap.column_number', 'site': 'recap.column_site', 'host': 'recap.column_host',
    'status': 'recap.column_status', 'assignment': 'recap.column_assignment', 'register': 'recap.column_register',
}  # fmt: skip


def _sheet_row(index: int, site: dict[str, Any], say: Words) -> list[str | int | None]:
    drill, steps = site['drill'] or {}, site['steps']
    return [
        index, site['name'], site['host'], say.named(site['status'], 'outcome'), ', '.join(site['assignments']),
        ', '.join(site['registers']), *_pair(site['databases']), *_pair(site['webroots']), site['bytes'],
        *_pair(site['copies']), drill.get('date'), drill.get('grade'), seconds(drill.get('rto_milliseconds')),
        steps['met'], steps['late'], steps['of'], '; '.join(full(finding, say) for finding in site['findings']),
    ]  # fmt: skip


def _sheet_total(totals: dict[str, Any], say: Words) -> list[str | int | None]:
    drills, steps = totals['drills'], totals['steps']
    return [
        None, say('recap.total'), None, None, None, None, *_pair(totals['databases']), *_pair(totals['webroots']),
        totals['bytes'], *_pair(totals['copies']), None, None, seconds(drills['worst_rto_milliseconds']), steps['met'],
        steps['late'], steps['of'], say('recap.total_sites', **totals['sites']),
    ]  # fmt: skip


def _pair(counts: dict[str, int]) -> list[int]:
    return [counts['ok'], counts['of']]


def seconds(milliseconds: int | None) -> int | None:
    """Whole seconds, rounded up: no restore took none."""
    return None if milliseconds is None else -(-milliseconds // 1000)
