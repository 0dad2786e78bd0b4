# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds: a row in the register first, which is what counts, then a note in the repository for prunes without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.arguments import SITE_NAME
from ansible_collections.rawat.website.plugins.module_utils.register import Register, RegisterError, actions
from ansible_collections.rawat.website.plugins.module_utils.stores.archive import POINT_NAME

from rawat.filing import filing_directory
from rawat.request import OK, SITE_FAILED, Request, UsageProblem, find_inventory
from rawat.session import run_playbook
from rawat.summary import print_json
from rawat.terminal import console, reader_may_leave, say, styled

Facts = dict[str, Any]


def change(
    verb: str, what: str, reason: str, inventory: Path | None, filing: Path | None, extra: list[str] | None,
    as_json: bool, verbose: int,
) -> int:  # fmt: skip
    """Hold or release; returns the exit code: 1 where the repository could not be told."""
    found = find_inventory(inventory)
    directory = str(filing_directory(filing, inventory))
    try:
        targets, number = meant(directory, what)
        row = _enter(verb, directory, targets, number, reason)
    except RegisterError as error:
        raise UsageProblem([str(error)]) from error
    noted = _note(verb, targets, reason, Request(found, (), tuple(extra or ()), as_json, verbose))
    code = SITE_FAILED if any(one['error'] for one in noted) else OK
    with reader_may_leave():
        if as_json:
            print_json({'exit_code': code, 'row': row, 'repositories': noted, 'errors': []})
            return code
        out = console()
        key = 'hold.entered' if verb == 'hold' else 'hold.released'
        for line in [say(key, row=row['row'], what=what), *(_line(verb, one) for one in noted)]:
            out.print(styled(line), soft_wrap=True)
    return code


def meant(filing: str, what: str) -> tuple[list[Facts], str | None]:
    """(the sites and points that are meant, the register number if it is one). UsageProblem for something else."""
    site, _slash, point = what.partition('/')
    if SITE_NAME.fullmatch(site) and POINT_NAME.fullmatch(point):
        return [{'site': site, 'point': point}], None
    entries = Register(filing).find(what)
    if entries:
        entry = Register(filing).entry(what)
        named = [one for one in entry['report'].get('sites') or [] if one.get('recovery_point')]
        return [{'site': one['site'], 'point': one['recovery_point']} for one in named], entry['number']
    if SITE_NAME.fullmatch(what) and not what.isdigit():
        return [{'site': what, 'point': ''}], None
    raise UsageProblem([say('hold.unknown', what=what)])


def _enter(verb: str, filing: str, targets: list[Facts], number: str | None, reason: str) -> Facts:
    if number:
        return {'hold': actions.hold, 'release': actions.release}[verb](filing, number, reason)
    act = {'hold': actions.hold_site, 'release': actions.release_site}[verb]
    return act(filing, targets[0]['site'], targets[0]['point'] or None, reason)


def _note(verb: str, targets: list[Facts], reason: str, request: Request) -> list[Facts]:
    """What each repository was told: [{site, point, location, error}]."""
    names = tuple(dict.fromkeys(one['site'] for one in targets))
    if not names:
        return []
    words = {'holds': targets, 'reason': reason}
    asked = Request(request.inventory, names, request.extra, request.as_json, request.verbosity, variables=words)
    try:
        outcome = run_playbook(verb, asked).outcome
    except UsageProblem as problem:
        return [_untold(one, '; '.join(problem.lines)) for one in targets]
    told = {(one['site'], one['point'] or ''): one for one in outcome.held}
    hosts = {site: host for host, site in outcome.planned()}
    reasons = [_reason(outcome, hosts.get(one['site'], '')) for one in targets]
    return [told.get((one['site'], one['point'])) or _untold(one, why) for one, why in zip(targets, reasons)]


def _reason(outcome: Any, host: str) -> str:
    result = outcome.results.get(host)
    return outcome.unreachable.get(host) or (result if isinstance(result, str) else 'the target reported nothing')


def _untold(target: Facts, reason: str) -> Facts:
    return {**target, 'location': None, 'error': reason}


def _line(verb: str, one: Facts) -> str:
    name = '/'.join(filter(None, (one['site'], one['point'])))
    if one['error']:
        key = 'hold.not_in_repository' if verb == 'hold' else 'release.not_in_repository'
        return say(key, site=name, reason=one['error'])
    return say('hold.in_repository', site=name, location=one['location'])
