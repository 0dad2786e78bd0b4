# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restore on the terminal: its plan in plain words, and how it ended."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, duration, size

from rawat.request import USAGE
from rawat.session import Session
from rawat.summary import print_json, run_facts, run_lines, show_end
from rawat.terminal import console, language, outcome_text, reader_may_leave, say, styled, table


def show_plan(session: Session, entries: list[dict[str, Any]], code: int, as_json: bool) -> None:
    """What would happen to every site, and that nothing has happened."""
    with reader_may_leave():
        if as_json:
            print_json({'exit_code': code, **run_facts(session, entries)})
            return
        out = console()
        for entry in entries:
            for line in plan_lines(entry):
                out.print(styled(line), soft_wrap=True)
        for line in run_lines(session, entries) if session.outcome.died or session.outcome.problems else []:
            out.print(styled(line), soft_wrap=True)
        if code == USAGE:
            words = ' --confirm '.join(str(entry.get('site')) for entry in entries)
            out.print(styled(say('plan.unchanged', site=words)), soft_wrap=True)


def plan_lines(entry: dict[str, Any]) -> list[str]:
    """The plan of one site, a line for each thing that somebody must know before saying yes."""
    plan, words = entry.get('restore'), language()
    remarks = [say('plan.remark', text=remark) for remark in entry.get('remarks') or []]
    problem = [say('plan.impossible', text=entry['error'])] if entry.get('error') else []
    if not plan:
        return [f'{entry.get("site")} ({entry.get("host")})', *_indented(remarks + problem)]
    point = entry.get('recovery_point') or NOTHING
    mode = say(f'mode.{plan["mode"]}')
    lines = [_part_line(part) for part in plan.get('parts') or []]
    if plan.get('lost_milliseconds') is not None:
        lines.append(say('plan.lost', age=duration(plan['lost_milliseconds'], words)))
    if plan.get('needed_bytes') is not None:
        free = size(plan.get('free_bytes'), words)
        lines.append(say('plan.space', needed=size(plan['needed_bytes'], words), free=free))
    if plan['mode'] == 'in_place':
        lines.append(say('plan.safety'))
    if plan.get('maintenance'):
        lines.append(say('plan.maintenance'))
    lines += [say('plan.remark', text=text) for text in plan.get('cannot_keep') or []]
    head = say('plan.head', site=entry.get('site'), host=entry.get('host'), mode=mode, point=point)
    return [head, *_indented(lines + remarks + problem)]


def _part_line(part: dict[str, Any]) -> str:
    words = language()
    kind, amount = say(f'part.{part["kind"]}'), size(part.get('bytes'), words)
    if not part.get('exists'):
        return say('plan.creates', kind=kind, name=part['name'], bytes=amount, to=part['to'])
    live = size(part.get('live_bytes'), words)
    return say('plan.overwrites', kind=kind, name=part['name'], bytes=amount, to=part['to'], live=live)


def _indented(lines: list[str]) -> list[str]:
    return [f'  {line}' for line in lines]


def restore_end(session: Session, as_json: bool) -> int:
    """Show how a restore ended, with the way back; returns the exit code."""
    return show_end(session, as_json, _end_table, _ways_back)


def _end_table(entries: list[dict[str, Any]]) -> Any:
    result = table('site', 'host', 'outcome', 'point', 'brought_back', 'safety')
    for entry in entries:
        done, outcome = entry.get('restore') or {}, str(entry.get('outcome'))
        parts = [f'{say("part." + part["kind"])} {part["name"]}' for part in done.get('parts') or []]
        result.add_row(
            styled(str(entry.get('site'))),
            styled(str(entry.get('host'))),
            styled(outcome_text(outcome), outcome),
            styled(entry.get('recovery_point') or NOTHING),
            styled(', '.join(parts) or NOTHING),
            styled(done.get('safety_point') or NOTHING),
        )
    return result


def _ways_back(entries: list[dict[str, Any]]) -> list[str]:
    lines = []
    for entry in entries:
        way = (entry.get('restore') or {}).get('way_back') or []
        if way:
            lines += [say('end.way_back', site=entry.get('site')), *_indented([str(line) for line in way])]
    return lines
