# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end of a run means for the procedure: which step is in danger and until when, by working days."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple, Optional

from ansible_collections.rawat.website.plugins.module_utils import formats
from ansible_collections.rawat.website.plugins.module_utils.messages import message
from ansible_collections.rawat.website.plugins.module_utils.procedure import deadlines, wording, workdays
from ansible_collections.rawat.website.plugins.module_utils.procedure import office as offices
from ansible_collections.rawat.website.plugins.module_utils.procedure.workdays import NoCalendar, Rule
from ansible_collections.rawat.website.plugins.module_utils.record import FAILED, KINDS, STEPS

NAMED = 5  # sites that are named one by one in a sentence
Record = dict[str, Any]
# (site, host) -> feed's `verified`: {taken, …} or None; None: there is no feed that can be read, so nothing is known
Verified = Optional[dict[tuple[str, str], 'dict[str, Any] | None']]


class Now(NamedTuple):
    """The moment and the words in which effects are told."""

    moment: str  # UTC
    language: str
    offset: int  # minutes east of UTC

    def say(self, key: str, **values: object) -> str:
        return message(key, self.language, **values)

    def shown(self, moment: str) -> str:
        return wording.moment(moment, self.offset, self.language)


def effects(record: Record, office: dict[str, Any] | None, verified: Verified, now: Now) -> list[str]:
    """Sentences, the most pressing first; none when there is nothing to say.

    `office` are the settings where the record has frozen none (it had no assignment); None: the defaults.
    """
    settled = offices.settle(record.get('office') or office)
    bad = [entry for entry in record['sites'] if entry['outcome'] in FAILED]
    kind = record['run'].get('kind') or KINDS[0]
    found: list[str] = []
    if bad and kind == KINDS[0]:
        found += [*_steps(record, bad, settled, now), *_losses(bad, settled['policy']['rpo_hours'], verified, now)]
    elif bad and kind in KINDS:
        found.append(_other(kind, record, bad, settled['policy'], now))
    return [*found, *_still_due(record, workdays.rule_of(settled, now.offset), now)]


def _still_due(record: Record, rule: Rule, now: Now) -> Iterator[str]:
    """What has to be done whatever came of the run: the hand-over of its report, an emergency's assignment."""
    for due in deadlines.open_deadlines(record):
        if due['deadline']:
            shown, left = now.shown(due['deadline']), _left(due['deadline'], rule, now)
            key = 'effect.report' if due['kind'] == 'acceptance' else 'effect.emergency'
            yield now.say(key, number=formats.printable(due['number']), due=shown, left=left)
        else:
            yield deadlines.text(due, now.offset, now.language)


def _steps(record: Record, bad: list[dict[str, Any]], office: dict[str, Any], now: Now) -> Iterator[str]:
    """Steps 2 and 3, as far as sites did not get through them."""
    if not record.get('assignment'):
        yield now.say('effect.no_assignment')
        return
    rule = workdays.rule_of(office, now.offset)
    known = {step['number']: step for step in record['steps']}
    for number, name, part in STEPS:
        sites = [entry for entry in bad if not entry[part] or _failed(entry[part])]
        if not sites:
            continue
        due = (known.get(number) or {}).get('deadline')
        values = {'number': number, 'name': now.say(f'notice.{name}'), 'sites': sites_text(sites, now)}
        if not due:
            yield now.say('effect.step_unknown', **values)
            continue
        yield now.say('effect.step', **values, due=now.shown(due), left=_left(due, rule, now))
        if now.moment > due:
            yield now.say('effect.late_reason', number=number)


def _failed(parts: list[dict[str, Any]]) -> bool:
    return any(part.get('outcome') in FAILED for part in parts)


def _left(due: str, rule: Rule, now: Now) -> str:
    """How many working days are left until a deadline: those after today, its own included."""
    if now.moment > due:
        return now.say('effect.late')
    try:
        days = working_days(now.moment, due, rule)
    except NoCalendar:
        return now.say('effect.uncounted')
    return now.say('effect.left', days=days) if days else now.say('effect.today')


def working_days(since: str, until: str, rule: Rule) -> int:
    """Working days after the local day of `since` up to and with that of `until` (both UTC). Raises NoCalendar."""
    day, last, count = workdays.local_day(since, rule), workdays.local_day(until, rule), 0
    while day < last:
        day += workdays.ONE_DAY
        count += workdays.is_working_day(day, rule)
    return count


def _losses(bad: list[dict[str, Any]], hours: int, verified: Verified, now: Now) -> Iterator[str]:
    """How old the last good backup of each site is beside the RPO; the oldest first."""
    if verified is None:
        return
    taken = {entry['site']: (verified.get((entry['site'], entry['host'])) or {}).get('taken') or '' for entry in bad}
    for site, last in sorted(taken.items(), key=lambda item: item[1])[:NAMED]:
        if not last:
            yield now.say('effect.rpo_never', site=site)
            continue
        until = _later(last, hours)
        key = 'effect.rpo_missed' if now.moment > until else 'effect.rpo_until'
        yield now.say(key, site=site, taken=now.shown(last), hours=hours, until=now.shown(until))
    if len(taken) > NAMED:
        yield now.say('notice.more', count=len(taken) - NAMED)


def _other(kind: str, record: Record, bad: list[dict[str, Any]], policy: dict[str, int], now: Now) -> str:
    values: dict[str, object] = {'sites': sites_text(bad, now)}
    if kind == 'verify':
        values['days'] = policy['drill_days']
    if kind == 'restore':
        since, hours = record['run']['started'], policy['rto_hours']
        values |= {'hours': hours, 'since': now.shown(since), 'until': now.shown(_later(since, hours))}
    return now.say(f'effect.{kind}', **values)


def _later(moment: str, hours: int) -> str:
    then = datetime.datetime.strptime(moment, workdays.FORMAT) + datetime.timedelta(hours=hours)
    return then.strftime(workdays.FORMAT)


def sites_text(entries: list[dict[str, Any]], now: Now, limit: int = NAMED) -> str:
    """Sites in a sentence: 'peraturan, berita dan 12 lainnya'."""
    names = [formats.printable(entry['site']) for entry in entries]
    more = len(names) - limit
    return ', '.join(names[:limit]) + (f' {now.say("notice.more", count=more)}' if more > 0 else '')
