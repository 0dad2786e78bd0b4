# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat doctor`: everything that a backup needs, checked per site, nothing backed up."""

from __future__ import annotations

from typing import Any

import typer
from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, size

from rawat.ci_reports import Tell, ci_reports
from rawat.options import AsJson, Extra, Forks, Inventory, Junit, Only, Summary, Timeout, Verbose
from rawat.outcome import GOOD
from rawat.request import Request, find_inventory
from rawat.session import Session, run_playbook, site_entries
from rawat.summary import print_json, run_facts
from rawat.terminal import console, language, reader_may_leave, say, styled, table

Finding = tuple[str, str, str]  # check, 'ready' | 'remarks' | 'not_ready', text
RESULTS = {'ready': 'doctor.good', 'remarks': 'doctor.remark', 'not_ready': 'doctor.problem'}


def doctor(
    inventory: Inventory = None,
    only: Only = None,
    extra: Extra = None,
    as_json: AsJson = False,
    verbose: Verbose = 0,
    timeout: Timeout = None,
    forks: Forks = None,
    junit: Junit = None,
    summary: Summary = None,
) -> None:
    with ci_reports('doctor', junit, summary) as tell:
        request = Request(
            find_inventory(inventory),
            tuple(only or ()),
            tuple(extra or ()),
            as_json,
            verbose,
            check=True,
            timeout=timeout,
            forks=forks,
            variables={'website_assignment_required': False},  # a letter is of a piece of work; this is none
        )
        raise typer.Exit(examine(request, tell))


def examine(request: Request, tell: Tell) -> int:
    """Run the backup playbook in check mode and show what it found; returns the exit code."""
    session = run_playbook('backup', request)
    entries = site_entries(session.outcome)
    code = session.outcome.exit_code(entries)
    with reader_may_leave():
        if request.as_json:
            print_json({'exit_code': code, **run_facts(session, entries)})
        else:
            _show(session, entries)
    return tell(session, code)


def _show(session: Session, entries: list[dict[str, Any]]) -> None:
    result = table('site', 'host', 'check', 'result', 'remedy')
    for entry in entries:
        for check, verdict, text in findings(entry):
            site, host = str(entry.get('site')), str(entry.get('host'))
            result.add_row(
                styled(site), styled(host), styled(check), styled(say(RESULTS[verdict]), verdict), styled(text)
            )
    out = console()
    out.print(result)
    for problem in session.outcome.problems:
        out.print(styled(problem), soft_wrap=True)
    bad = sum(entry.get('outcome') not in GOOD for entry in entries)
    out.print(styled(say('doctor.not_ready', count=bad) if bad else say('doctor.all_ready')))


def findings(entry: dict[str, Any]) -> list[Finding]:
    """The lines of one site: what was checked and is good, then remarks, then problems."""
    found = entry.get('preflight') or {}
    lines: list[Finding] = [(label, 'ready', str(text)) for label, text in (found.get('engines') or {}).items()]
    if found.get('repository'):
        lines.append((say('doctor.repository'), 'ready', str(found['repository'])))
    if found.get('free_bytes') is not None:
        lines.append((say('doctor.space'), 'ready', _space(found)))
    if found.get('pages'):
        lines.append((say('doctor.pages'), 'ready', str(found['pages'])))
    lines += [(say('doctor.preflight'), 'remarks', str(remark)) for remark in found.get('remarks') or []]
    problems = [str(problem) for problem in found.get('problems') or []]
    if not problems and entry.get('outcome') not in GOOD:
        problems = [str(entry.get('error') or NOTHING)]
    check = 'doctor.connection' if entry.get('outcome') == 'unreachable' else 'doctor.preflight'
    return lines + [(say(check), 'not_ready', problem) for problem in problems]


def _space(found: dict[str, Any]) -> str:
    words = language()
    return say(
        'doctor.space_text', free=size(found['free_bytes'], words), needed=size(found.get('estimated_bytes'), words)
    )
