# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How recap and summary put the findings of a month into words."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import MONTHS, NOTHING, printable
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words

# Every finding of issuing.recap_sites and its sentence.
FINDINGS = {
    'not_done': 'recap.not_done',
    'no_good_backup': 'recap.no_good_backup',
    'newest_failed': 'recap.newest_failed',
    'some_failed': 'recap.some_failed',
    'remarks': 'recap.remarks',
    'overdue': 'recap.overdue',
    'never': 'recap.never',
    'unverified': 'recap.unverified',
    'late': 'recap.late',
    'not_in_inventory': 'recap.not_in_inventory',
    'drill_none': 'recap.drill_none',
    'drill_failed': 'recap.drill_failed',
    'drill_unproven': 'recap.drill_unproven',
    'drill_old': 'recap.drill_old',
    'rto': 'recap.rto',
    'record_altered': 'recap.record_altered',
    'record_missing': 'recap.record_missing',
    'record_unreadable': 'recap.record_unreadable',
}


def sentence(finding: dict[str, Any], say: Words) -> str:
    """What was found, without its evidence."""
    values = dict(finding['values'])
    if 'date' in values:
        values['date'] = say.date(values['date'])
    if 'rto_milliseconds' in values:
        values['rto'] = say.duration(values.pop('rto_milliseconds'))
    if 'register' in values:
        values['register'] = values['register'] or NOTHING
    return say(FINDINGS[finding['what']], **values)


def full(finding: dict[str, Any], say: Words, limit: int | None = None) -> str:
    """The sentence and its evidence, which is cut after `limit` characters."""
    evidence = finding['evidence']
    if finding['what'] == 'late' and not evidence:
        evidence = say('recap.late_no_reason')
    if not evidence:
        return sentence(finding, say)
    evidence = printable(evidence)
    if limit and len(evidence) > limit:
        evidence = evidence[:limit].rstrip() + say('recap.cut')
    return f'{sentence(finding, say)}: {evidence}'


def month_name(month: str, language: str) -> str:
    """'2026-01' as 'Januari 2026'."""
    return f'{MONTHS[language][int(month[5:]) - 1]} {month[:4]}'


def ratio(counts: dict[str, int]) -> str:
    """{ok, of} as '3/4'; a dash where nothing was to be done."""
    return f'{counts["ok"]}/{counts["of"]}' if counts['of'] else NOTHING


def percent(part: int, whole: int, say: Words) -> str:
    """One decimal, rounded down: what is not all of it is never 100%."""
    if not whole:
        return NOTHING
    tenths = 1000 * part // whole
    comma = ',' if say.language == 'id' else '.'
    return f'{tenths // 10}%' if tenths % 10 == 0 else f'{tenths // 10}{comma}{tenths % 10}%'


def numbers_text(register: dict[str, Any], say: Words) -> str:
    """'0001/BKP/2026 to 0012/BKP/2026, 12 reports', or that there are none."""
    if not register['count']:
        return say('recap.numbers_none')
    return say('recap.numbers_range', **{key: register[key] for key in ('first', 'last', 'count')})


def unit(office: dict[str, Any]) -> str:
    """The last two lines of the letterhead, the smaller unit first."""
    return f' {NOTHING} '.join(reversed(office['letterhead'][-2:]))
