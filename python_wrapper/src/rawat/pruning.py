# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention on the terminal: what would go and why, the days ahead, and how a prune ended."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, size
from ansible_collections.rawat.website.plugins.module_utils.manifest import utc
from ansible_collections.rawat.website.plugins.module_utils.retention.decision import COUNTS, SETTINGS
from ansible_collections.rawat.website.plugins.module_utils.retention.points import policy_of, policy_words
from ansible_collections.rawat.website.plugins.module_utils.retention.simulation import simulate
from ansible_collections.rawat.website.plugins.module_utils.vault_settings import retention_problems

from rawat.request import OK, UsageProblem
from rawat.session import Session, site_entries
from rawat.summary import causes, print_json, run_facts, run_lines, show_end
from rawat.terminal import console, language, outcome_text, reader_may_leave, say, styled, table

JAKARTA = 420  # minutes east of UTC of a history that does not say
Facts = dict[str, Any]


def policy(text: str) -> Facts:
    """--policy keep_daily=7,keep_weekly=5 as a policy. UsageProblem for anything else."""
    found: Facts = {}
    for item in text.replace(' ', '').split(','):
        name, _equals, value = item.partition('=')
        if name not in (*COUNTS, *SETTINGS, 'keep_within') or not value:
            raise UsageProblem(
                [say('prune.policy', value=text, reason=f'{item!r}: keep_last … keep_yearly, keep_within')]
            )
        try:
            found[name] = value if name == 'keep_within' else int(value)
        except ValueError:
            raise UsageProblem([say('prune.policy', value=text, reason=f'{item!r}: a number')]) from None
    if wrong := list(retention_problems(found, '--policy')):
        raise UsageProblem([say('prune.policy', value=text, reason='; '.join(wrong))])
    return {**policy_of(found), **{name: found[name] for name in SETTINGS if name in found}}


# ---------------------------------------------------------------- a history without a host
def show_history(path: Path, tried: Facts | None, days: int | None, as_json: bool) -> int:
    """Simulate the history in a file (docs/retention.md); returns the exit code. UsageProblem where it is none."""
    try:
        history = json.loads(path.read_bytes())
        found = look_ahead(history, tried, days)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f'{type(error).__name__}: {error}'
        raise UsageProblem([say('prune.history', path=path, reason=reason)]) from error
    place = {'site': history.get('site') or NOTHING, 'place': 'primary', 'error': None, 'holds': [], **found}
    with reader_may_leave():
        if as_json:
            print_json({'exit_code': OK, 'errors': [], 'places': [place]})
        else:
            _show([place], days is not None)
    return OK


def look_ahead(known: Facts, tried: Facts | None, days: int | None) -> Facts:
    """What `simulate` says of {points, policy, holds, now, utc_offset_minutes, free_bytes, interval_hours}."""
    rules = tried or {**policy_of(known.get('policy')), **(known.get('policy') or {})}
    holds = known.get('holds') or []
    now, offset = known.get('now') or utc(), int(known.get('utc_offset_minutes', JAKARTA))
    begun = time.perf_counter_ns()
    found = simulate(
        known['points'], rules, holds, now, days or 0, offset, known.get('free_bytes'), known.get('interval_hours')
    )
    spent = (time.perf_counter_ns() - begun) // 1_000_000
    return {**found, 'policy': rules, 'now': now, 'computed_milliseconds': spent}


# ---------------------------------------------------------------- the repositories of an inventory
def show_plan(session: Session, tried: Facts | None, days: int | None, as_json: bool) -> int:
    """Show what would go, and the days ahead; returns the exit code."""
    entries = site_entries(session.outcome)
    code = session.outcome.exit_code(entries)
    offset = (session.outcome.plan or {}).get('utc_offset_minutes', JAKARTA)
    places = [_ahead(entry, place, tried, days, offset) for entry in entries for place in _places(entry)]
    with reader_may_leave():
        if as_json:
            facts = run_facts(session, [{**entry, 'prune': None} for entry in entries])
            print_json({'exit_code': code, **facts, 'places': places})
            return code
        _show(places, days is not None)
        out = console()
        lines = [say('prune.unchanged'), *causes(entries)]
        lines += run_lines(session, entries) if session.outcome.died or session.outcome.problems else []
        for line in lines:
            out.print(styled(line), soft_wrap=True)
    return code


def _places(entry: Facts) -> list[Facts]:
    return (entry.get('prune') or {}).get('places') or []


def _ahead(entry: Facts, place: Facts, tried: Facts | None, days: int | None, offset: int) -> Facts:
    kept = ('place', 'store', 'location', 'error', 'holds', 'needs_confirmation', 'free_bytes')
    found = look_ahead({**place, 'utc_offset_minutes': offset}, tried, days)
    return {'site': entry['site'], 'host': entry['host'], **{key: place.get(key) for key in kept}, **found}


def _show(places: list[Facts], ahead: bool) -> None:
    out = console()
    for place in places:
        for line in _head(place):
            out.print(styled(line), soft_wrap=True)
        if place['decision']:
            out.print(_points(place['decision']))
        for line in _tail(place, ahead):
            out.print(styled(line), soft_wrap=True)


def _head(place: Facts) -> list[str]:
    name = say('pruned.primary') if place['place'] == 'primary' else place['place']
    gone = [one for one in place['decision'] if not one['keep']]
    words = {'site': place['site'], 'place': name, 'kept': len(place['decision']) - len(gone), 'gone': len(gone)}
    lines = [say('prune.keeps', **words, size=size(sum(one['bytes'] for one in gone), language()))]
    lines.append('  ' + say('prune.under', policy=policy_words(place['policy']) or say('prune.none')))
    for hold in place['holds']:
        lines.append(
            '  ' + say('prune.held', what=hold.get('point') or place['site'], reason=hold.get('reason') or NOTHING)
        )
    return lines


def _points(decision: list[Facts]) -> Any:
    result = table('point', 'size', 'fate', 'rules', numbers=(1,))
    for one in decision:
        rules = ', '.join(say(f'rule.{rule}') for rule in one['rules'] or [one['rule']])
        fate = styled(say('prune.stays')) if one['keep'] else styled(say('prune.goes'), 'remarks')
        result.add_row(styled(one['id']), styled(size(one['bytes'], language())), fate, styled(rules))
    return result


def _tail(place: Facts, ahead: bool) -> list[str]:
    forecast, days, lines = place['forecast'], place['days'], []
    if ahead and days:
        words = {
            key: size(forecast[name], language())
            for key, name in (('size', 'bytes_at_end'), ('largest', 'largest_bytes'))
        }
        lines.append('  ' + say('prune.ahead', days=len(days) - 1, points=days[-1]['points'], **words))
    if forecast['full_on']:
        free = size(forecast['free_bytes'], language())
        lines.append('  ' + say('prune.full', date=forecast['full_on'], free=free))
    if place.get('needs_confirmation'):
        lines.append('  ' + say('prune.confirm', site=place['site']))
    return lines


# ---------------------------------------------------------------- how it ended
def prune_end(session: Session, as_json: bool) -> int:
    """Show what was removed; returns the exit code."""
    listed = session.outcome.destruction.get('list')
    return show_end(session, as_json, _end_table, lambda _entries: [say('prune.list', path=listed)] if listed else [])


def _end_table(entries: list[Facts]) -> Any:
    result = table('site', 'host', 'place', 'outcome', 'removed', 'kept', 'freed', numbers=(4, 5, 6))
    for entry in entries:
        outcome = str(entry.get('outcome'))
        for place in _places(entry) or [{}]:
            cells = [str(len(place[key])) if key in place else NOTHING for key in ('removed', 'kept')]
            result.add_row(
                styled(str(entry.get('site'))), styled(str(entry.get('host'))), styled(place.get('place') or NOTHING),
                styled(outcome_text(outcome), outcome), *map(styled, cells),
                styled(size(place.get('freed_bytes'), language())),
            )  # fmt: skip
    return result
