# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judgements in the words of one language: sentences of findings, what is to be done next, the figures on top."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.issuing.recap_sites import PROVEN
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import Words
from ansible_collections.rawat.website.plugins.module_utils.procedure import deadlines

from rawat.board.states import DAY, LEVELS, Bounds, Facts, Site

NAMED = 6  # sites that a line names; the table has them all
# What can be said of a site, the most pressing first, and the command that is the answer to it.
NEXT = {
    'unprotected': 'rawat discover',
    'unread': 'rawat doctor',
    'none': 'rawat backup',
    'rpo': 'rawat backup',
    'not_done': 'rawat backup',
    'newest_failed': 'rawat backup',
    'drill_failed': 'rawat verify',
    'overdue': 'rawat backup',
    'space': 'rawat prune --plan',
    'prune_failed': 'rawat prune',
    'copy': 'rawat copy',
    'rto': 'rawat verify',
    'drill_unproven': 'rawat verify',
    'drill_old': 'rawat verify',
    'never_drilled': 'rawat verify',
    'prune_overdue': 'rawat prune',
    'remarks': 'rawat report',
}
SELECTABLE = ('backup', 'verify', 'copy', 'doctor')  # verbs of which --only is of use here
VALUES = {  # how a value of a finding is written
    'age': lambda say, value: say.duration(value * 1000),
    'rto': lambda say, value: say.duration(value),
    'at': lambda say, value: say.day(value),
    'date': lambda say, value: say.date(value),
    'free': lambda say, value: say.size(value),
}


def sentence(found: Facts, say: Words) -> str:
    """A finding in words, without its evidence."""
    values = {
        name: VALUES[name](say, value) if name in VALUES else value for name, value in found['values'].items()
    }
    return say(f'boardfinding.{found["what"]}', **values)


def due(deadline: Facts, say: Words) -> str:
    """An open deadline in words."""
    return deadlines.text(deadline, say.offset, say.language)


def following(sites: list[Site], filing: Facts, facts: Facts, say: Words) -> list[Facts]:
    """What to do next, the most pressing first: [{level, text, sites, more, command}]."""
    lines = [*_of_books(filing, say), *_of_sites(sites, say), *_of_databases(facts, say)]
    return sorted(lines, key=lambda line: LEVELS.index(line['level']))


def _of_sites(sites: list[Site], say: Words) -> Iterator[Facts]:
    for what, command in NEXT.items():
        concerned = [site for site in sites if any(one['what'] == what for one in site.findings)]
        if not concerned:
            continue
        levels = [one['level'] for one in concerned[0].findings if one['what'] == what]
        level = 'unprotected' if what == 'unprotected' else levels[0]
        yield _line(level, say(f'boardnext.{what}', count=say.number(len(concerned))), concerned, command)


def _line(level: str, text: str, sites: list[Site], command: str | None) -> Facts:
    named, more = sites[:NAMED], max(0, len(sites) - NAMED)
    if command and command.split()[1] in SELECTABLE and not more:
        command += ''.join(f' --only {shlex.quote(site.name)}' for site in named)
    return {'level': level, 'text': text, 'sites': named, 'more': more, 'command': command}


def _of_books(filing: Facts, say: Words) -> Iterator[Facts]:
    """A register that cannot be trusted, what the procedure waits for, and the medium that is due."""
    for problem in filing['problems']:
        yield _line('red', say('boardnext.register', reason=problem), [], 'rawat check')
    for deadline in filing['deadlines']:
        if deadline['kind'] != 'overdue' and deadline['state'] != 'open':
            level = 'red' if deadline['state'] == 'late' else 'yellow'
            yield _line(level, due(deadline, say), [], _answer(deadline))
    media = filing['media']
    if media and media['due']:
        label = media['next'] or NOTHING
        yield _line('yellow', say('boardnext.medium', label=label, date=say.date(media['due_on'])), [], 'rawat export')


def _answer(deadline: Facts) -> str | None:
    number = deadline['number']
    return {
        'acceptance': f'rawat accept {number}', 'assignment': 'rawat backup', 'unfit': 'rawat assign',
        'expiry': 'rawat assign', 'emergency': 'rawat assign', 'returned': f'rawat report {number}',
    }.get(deadline['kind'])  # fmt: skip


def _of_databases(facts: Facts, say: Words) -> Iterator[Facts]:
    found = facts.get('unclaimed_databases') or []
    if found:
        names = ', '.join(f'{one.get("name")} ({one.get("host")})' for one in found[:NAMED])
        yield _line('yellow', say('boardnext.databases', count=len(found), names=names), [], 'rawat discover')


def figures(sites: list[Site], filing: Facts, bounds: Bounds, say: Words) -> list[Facts]:
    """The figures on top: [{value, label, note, level}]."""
    known = [site for site in sites if site.level != 'unprotected']
    count = {level: sum(1 for site in sites if site.level == level) for level in LEVELS}
    proven = [site for site in known if is_proven(site, bounds)]
    times = [site.drilled.row.rto_milliseconds for site in known if site.drilled]
    worst = max((time for time in times if time is not None), default=None)
    policy, media = bounds.policy, filing['media'] or {}
    goal = say('board.hours', count=policy['rto_hours'])
    told = [
        ('safe', f'{count["green"]}/{len(sites)}', say('board.of_sites'), 'green'),
        ('attention', say.number(count['yellow']), say('board.attention_note'), 'yellow'),
        ('unsafe', say.number(count['red']), say('board.unsafe_note'), 'red'),
        ('nobody', say.number(count['unprotected']), say('board.nobody_note'), 'unprotected'),
        ('proven', f'{len(proven)}/{len(known)}', say('board.proven_note', days=policy['drill_days']), None),
        ('worst_rto', say.duration(worst), say('board.goal', value=goal), None),
        ('held', say.number(sum(1 for site in known if site.holds)), say('board.held_note'), None),
        ('medium', media.get('next') or NOTHING, _medium_note(media, say), None),
    ]
    labels = {
        'safe': 'board.safe', 'attention': 'board.attention', 'unsafe': 'board.unsafe', 'nobody': 'board.nobody',
        'proven': 'board.proven', 'worst_rto': 'board.worst_rto', 'held': 'board.held', 'medium': 'board.medium',
    }  # fmt: skip
    return [
        {'value': value, 'label': say(labels[name]), 'note': note, 'level': level} for name, value, note, level in told
    ]


def _medium_note(media: Facts, say: Words) -> str:
    if not media.get('due_on'):
        return say('board.no_rotation')
    return say('board.due_now' if media['due'] else 'board.due_on', date=say.date(media['due_on']))


def is_proven(site: Site, bounds: Bounds) -> bool:
    """Whether a drill of late brought all data back."""
    if site.drilled is None or site.drilled.row.grade not in PROVEN:
        return False
    return not any(one['what'] == 'drill_old' for one in site.findings) and bounds.policy['drill_days'] * DAY > 0


def growth(site: Site, say: Words) -> str:
    """'+1.2 GiB a month', or that it does not grow; empty when there are too few points to tell."""
    monthly: Any = site.trend.monthly
    if monthly is None:
        return ''
    return say('board.growth', size=say.size(monthly)) if monthly else say('board.steady')
