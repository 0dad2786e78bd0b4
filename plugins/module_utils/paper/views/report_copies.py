# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The copies of a recovery point on paper: each with its place and state, the 3-2-1-1-0 rule computed, and the proof
that nothing can be removed. What a machine cannot know it leaves to the officer, and says so."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING
from ansible_collections.rawat.website.plugins.module_utils.paper import model
from ansible_collections.rawat.website.plugins.module_utils.paper.views.findings import copies_of
from ansible_collections.rawat.website.plugins.module_utils.paper.views.parts import Facts, given, listed, paths
from ansible_collections.rawat.website.plugins.module_utils.paper.views.words import BLANK, Words

Site = dict[str, Any]
Copy = dict[str, Any]
HOST = re.compile(r'\w+:(?:https?:)?(?://)?(?:[^@/]*@)?(\[[^]]+\]|[^:/]+)')


class Rule(NamedTuple):
    """3-2-1-1-0 as far as it can be computed: three copies, two machines, one that cannot be removed, no error."""

    copies: int  # verified, the primary included
    machines: int  # on which they lie
    immutable: bool  # proved by a refused deletion or a lock that was read back
    offline: bool  # one is on a removable medium
    errors: int  # required copies that are not verified

    @property
    def kept(self) -> bool:
        """All that is computed is as the rule wants it."""
        return self.copies >= 3 and self.machines >= 2 and (self.immutable or self.offline) and not self.errors


def rule_of(site: Site) -> Rule:
    """The rule for one site of a record."""
    copies = copies_of(site)
    verified = [copy for copy in copies if copy.get('verified')]
    proof = site.get('immutability') or {}
    return Rule(
        copies=len(verified),
        machines=len({machine_of(copy, site) for copy in verified}),
        immutable=bool(proof.get('refused')) or any(copy.get('locked_until') for copy in verified),
        offline=any(copy.get('inventory_number') or copy.get('offline') for copy in verified),
        errors=sum(1 for copy in copies if copy.get('required', True) and not copy.get('verified')),
    )


def machine_of(copy: Copy, site: Site) -> str:
    """The machine on which a copy lies: that of its location, else the one on which the path is a path."""
    location = str(copy.get('location') or '')
    found = None if location.startswith('/') else HOST.match(location)
    return found[1] if found else str(copy.get('host') or site['host'])


def details(site: Site, say: Words) -> list[model.Block]:
    """Everything about the copies of one site, on pages on their side."""
    further = bool(site.get('copies'))
    blocks: list[model.Block] = []
    if further:
        blocks = [model.heading(say('copy.title'), 3), _table(copies_of(site), site, say)]
    facts = _facts(site, say) if further or site.get('immutability') else []
    facts += [*_intake(site, say), *listed(say('swept.title'), site.get('swept'))]
    blocks += [model.facts(facts)] if facts else []
    if site.get('copied_later'):
        blocks += [model.heading(say('copy.later'), 3), _later(site['copied_later'], say)]
    return blocks


def _table(copies: list[Copy], site: Site, say: Words) -> model.Block:
    keys = ('copy.name', 'copy.place', 'copy.medium', 'copy.encryption', 'copy.locked', 'copy.verified')
    rows: list[list[model.Cell]] = [
        [
            _name(copy, say),
            paths(copy.get('location')),
            _medium(copy, site),
            copy.get('encryption') or NOTHING,
            say.moment(copy.get('locked_until')),
            _verified(copy, say),
        ]
        for copy in copies
    ]
    return model.table([say(key) for key in keys], rows, [14, 28, 14, 9, 13, 22], size='small')


def _name(copy: Copy, say: Words) -> model.Cell:
    optional = [] if copy.get('required', True) else [model.text(say('copy.optional'), small=True)]
    return [model.text(copy.get('name') or say('copy.primary'), strong=True), *optional]


def _medium(copy: Copy, site: Site) -> model.Cell:
    kind = copy.get('medium') or copy.get('store') or NOTHING
    return [model.text(kind), model.text(machine_of(copy, site), small=True)]


def _verified(copy: Copy, say: Words) -> model.Cell:
    """When it was read back; else in words that it was not, and why."""
    if copy.get('verified'):
        how = [model.text(copy['method'], small=True)] if copy.get('method') else []
        return [model.text(say.moment(copy['verified'])), *how]
    status = copy.get('status')
    word = say.named(status, 'copied') if status else say('copy.unverified')
    cause = [model.text(copy['error'], small=True)] if copy.get('error') else []
    return [model.text(word, strong=True), *cause]


def _later(copies: list[Copy], say: Words) -> model.Block:
    keys = ('report.point', 'copy.name', 'copy.place', 'copy.verified')
    rows: list[list[model.Cell]] = [
        [str(copy['point']), _name(copy, say), paths(copy.get('location')), _verified(copy, say)] for copy in copies
    ]
    return model.table([say(key) for key in keys], rows, [24, 14, 34, 28], size='small')


def _facts(site: Site, say: Words) -> Facts:
    rule, proof = rule_of(site), site.get('immutability')
    verdict = model.text(say('rule.kept' if rule.kept else 'rule.not_kept'), strong=True)
    facts: Facts = [(say('copy.rule'), [verdict, model.text('; '.join(rule_texts(rule, say)))])]
    return facts + given(say('canary.title'), proof and 'tried', canary_text(proof, say) if proof else None)


def rule_texts(rule: Rule, say: Words) -> list[str]:
    """The rule, number by number."""
    proved = [say('rule.immutable')] if rule.immutable else []
    proved += [say('rule.offline')] if rule.offline else []
    return [
        say('rule.copies', count=rule.copies),
        say('rule.machines', count=rule.machines),
        say('rule.offsite', blank=BLANK),
        *(proved or [say('rule.removable')]),
        say('rule.errors', count=rule.errors),
    ]


def canary_text(proof: dict[str, Any], say: Words) -> str:
    """What was tried, and what the repository answered."""
    verdict = say('canary.refused' if proof['refused'] else 'canary.not_refused')
    return say('canary.text', verdict=verdict, at=say.moment(proof['at']), **_answer(proof))


def _answer(proof: dict[str, Any]) -> dict[str, str]:
    return {key: str(proof.get(key) or NOTHING) for key in ('method', 'answer')}


def _intake(site: Site, say: Words) -> Facts:
    intake = site.get('intake')
    if not intake:
        return []
    numbers = {'files': say.number(intake['files']), 'size': say.size(intake['bytes'])}
    text = say('intake.text', at=say.moment(intake['at']), location=intake['location'], **numbers)
    return [(say('intake.title'), text)]


def table(sites: list[Site], say: Words) -> model.Block:
    """One row for each copy of each site, for the short report of a run that only copied."""
    keys = ('report.number', 'report.site', 'report.point', 'copy.name', 'copy.status', 'report.status')
    rows = [
        _row(number, site, copy, say)
        for number, site in enumerate(sites, 1)
        for copy in (site.get('copies') or [None])
    ]
    return model.table([say(key) for key in keys], rows, [5, 20, 21, 16, 22, 16], size='small')


def _row(number: int, site: Site, copy: Copy | None, say: Words) -> list[model.Cell]:
    point = site.get('recovery_point') or say('report.none_made')
    name: model.Cell = _name(copy, say) if copy else NOTHING
    state: model.Cell = say.named(copy['status'], 'copied') if copy else say('copy.none')
    return [str(number), [model.text(site['site'], strong=True)], point, name, state, say.status(site['outcome'])]
