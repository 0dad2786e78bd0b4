# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a run: one table, the causes of what failed below it, where record and report lie; or all that as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, number, size

from rawat import deliveries
from rawat.outcome import GOOD, Outcome
from rawat.progress_view import stored_bytes
from rawat.session import Session, site_entries
from rawat.terminal import console, language, outcome_text, reader_may_leave, say, styled, table

Entries = list[dict[str, Any]]
Tabulate = Callable[[Entries], Any]
Advise = Callable[[Entries], list[str]]
LINE_LIMIT = 20  # remarks of a site on the terminal; the report has them all


def show_end(session: Session, as_json: bool, tabulate: Tabulate, advise: Advise = lambda _entries: []) -> int:
    """Show how any run ended: its table, causes, what `advise` adds, where things lie. Returns the exit code."""
    entries = site_entries(session.outcome)
    code = session.outcome.exit_code(entries)
    with reader_may_leave():
        if as_json:
            print_json({'exit_code': code, **run_facts(session, entries)})
            return code
        out = console()
        out.print(tabulate(entries))
        for line in [*causes(entries), *advise(entries), *run_lines(session, entries)]:
            out.print(styled(line), soft_wrap=True)
    return code


def run_facts(session: Session, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """What a machine wants to know of a run."""
    outcome = session.outcome
    filed = outcome.record or {}
    return {
        'run_id': (outcome.plan or {}).get('run_id'),
        'outcome': filed.get('outcome'),
        'died': outcome.died,
        'record': filed.get('record'),
        'report': filed.get('report'),
        'pdf': filed.get('pdf'),
        'number': filed.get('number'),
        'code': filed.get('code'),
        'log': str(session.log.path) if session.log.path else None,
        'errors': outcome.problems,
        'sites': entries,
        'unprotected': outcome.unprotected,
    }


def print_json(document: dict[str, Any]) -> None:
    """One JSON object on stdout."""
    print(json.dumps(document, sort_keys=True))


def backup_table(entries: list[dict[str, Any]]) -> Any:
    """One line for each site that was backed up."""
    result = table('site', 'host', 'outcome', 'point', 'rows', 'files', 'size', 'stored', numbers=(4, 5, 6, 7))
    for entry in entries:
        words, outcome = language(), str(entry.get('outcome'))
        result.add_row(
            styled(str(entry.get('site'))),
            styled(str(entry.get('host'))),
            styled(outcome_text(outcome), outcome),
            styled(entry.get('recovery_point') or NOTHING),
            styled(number(total(entry, 'rows'), words)),
            styled(number(total(entry, 'files'), words)),
            styled(size(total(entry, 'bytes'), words)),
            styled(size(stored_bytes(entry), words)),
        )
    return result


def total(entry: dict[str, Any], what: str) -> int | None:
    """'rows' of all databases, 'files' of all webroots, or 'bytes' of both; None when nothing was counted."""
    databases, webroots = entry.get('databases') or [], entry.get('webroots') or []
    if what == 'rows':
        counts = [(part.get('census') or {}).get('rows') for part in databases]
    else:
        counts = [part.get(what) for part in (webroots if what == 'files' else databases + webroots)]
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def causes(entries: list[dict[str, Any]]) -> list[str]:
    """Why sites failed, then what the remarks are."""
    failed = [
        line for entry in entries if entry.get('outcome') not in GOOD for line in _site_lines(entry, errors(entry))
    ]
    remarked = [line for entry in entries for line in _site_lines(entry, remarks(entry))]
    return ([say('end.failures'), *failed] if failed else []) + ([say('end.remarks'), *remarked] if remarked else [])


def _site_lines(entry: dict[str, Any], lines: list[str]) -> list[str]:
    shown = [f'  {entry.get("site")} ({entry.get("host")}): {line}' for line in lines[:LINE_LIMIT]]
    more = len(lines) - LINE_LIMIT
    return shown + ([f'  {entry.get("site")}: {say("end.more", count=more)}'] if more > 0 else [])


def errors(entry: dict[str, Any]) -> list[str]:
    """The causes of a failure: each part's own, or the site's where no part has one."""
    parts = [part for kind in ('databases', 'webroots') for part in entry.get(kind) or []]
    own = [f'{part.get("label") or part.get("path")}: {part["error"]}' for part in parts if part.get('error')]
    drill = entry.get('drill') or {}
    own += [f'drill: {drill["reason"]}'] if own and drill.get('grade') == 'F' else []
    return own or [str(entry.get('error') or NOTHING)]


def remarks(entry: dict[str, Any]) -> list[str]:
    """Every remark of a site and of its parts, and every file that was skipped."""
    found = [*(entry.get('remarks') or []), *((entry.get('preflight') or {}).get('remarks') or [])]
    lines = [str(remark) for remark in found]
    for part in [part for kind in ('databases', 'webroots') for part in entry.get(kind) or []]:
        name = part.get('label') or part.get('path')
        lines += [f'{name}: {remark}' for remark in part.get('remarks') or []]
        lines += [f'{name}: {skipped.get("path")}: {skipped.get("reason")}' for skipped in part.get('skipped') or []]
    return lines


def run_problems(session: Session, entries: list[dict[str, Any]]) -> list[str]:
    """What is wrong with the run as a whole, and no single site's fault."""
    outcome, lines = session.outcome, []
    if outcome.died:
        lines += [say('end.died', how=say(f'died.{outcome.died}')), say('end.on_target')]
    lines += outcome.problems
    if _failed_for_no_site(outcome, entries):
        lines.append(say('end.ansible_failed', code=outcome.ended.code if outcome.ended else NOTHING))
    return lines


def run_lines(session: Session, entries: list[dict[str, Any]]) -> list[str]:
    outcome, lines = session.outcome, run_problems(session, entries)
    filed = outcome.record or {}
    if filed.get('report'):
        lines += [say('end.record', path=filed['record']), say('end.report', path=filed.get('pdf') or filed['report'])]
    if filed.get('number'):
        lines.append(say('end.number', number=filed['number'], code=filed['code']))
    lines += filed.get('problems') or []
    lines += deliveries.of_filing((outcome.plan or {}).get('root') if session.filed else None)
    if session.log.path:
        lines.append(say('end.log', path=session.log.path))
    return lines


def _failed_for_no_site(outcome: Outcome, entries: list[dict[str, Any]]) -> bool:
    sites_good = all(entry.get('outcome') in GOOD for entry in entries)
    return sites_good and not outcome.died and outcome.ansible_failed
