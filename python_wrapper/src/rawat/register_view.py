# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The register on the terminal."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, date

from rawat.terminal import console, language, outcome_text, reader_may_leave, say, styled, table

STATES = {'open': 'register.open', 'accepted': 'register.accepted', 'returned': 'register.returned'}
COLOURS = {'accepted': 'complete', 'returned': 'failed'}
ENTERED = {
    'attachment': 'register.attached', 'note': 'register.noted', 'hold': 'register.now_held',
    'release': 'register.freed',
}  # fmt: skip
SITES = 3  # named in the table; the rest is counted
Entry = dict[str, Any]


def show_entries(entries: list[Entry], searched: bool) -> None:
    """One line for each number, then what was noted, attached, held."""
    with reader_may_leave():
        out = console()
        if not entries:
            out.print(styled(say('register.not_found' if searched else 'register.empty')), soft_wrap=True)
            return
        out.print(_table(entries))
        for line in [line for entry in entries for line in _additions(entry)]:
            out.print(styled(line), soft_wrap=True)


def _table(entries: list[Entry]) -> Any:
    result = table('number', 'date', 'assignment', 'sites', 'outcome', 'deadlines', 'state')
    for entry in entries:
        report, outcome = entry['report'], str(entry['report'].get('status'))
        result.add_row(
            styled(entry['number']),
            styled(date(report.get('date'), language())),
            styled((entry['assignment'] or report).get('assignment', {}).get('number') or NOTHING),
            styled(_sites(report)),
            styled(outcome_text(outcome), outcome),
            styled(_deadlines(entry)),
            styled(say(STATES[entry['state']]), COLOURS.get(entry['state'], '')),
        )
    return result


def _sites(report: Entry) -> str:
    names = [str(site.get('site')) for site in report.get('sites') or []]
    more = f' +{len(names) - SITES}' if len(names) > SITES else ''
    return ', '.join(names[:SITES]) + more or NOTHING


def _deadlines(entry: Entry) -> str:
    """Steps in time, of the steps that can be judged; the receipt knows all of them."""
    known = (entry['receipt'] or {}).get('deadlines') or entry['report'].get('deadlines')
    return f'{known["met"]}/{known["judged"]}' if known else NOTHING


def _additions(entry: Entry) -> list[str]:
    number = entry['number']
    lines = [say('register.line_note', number=number, text=row.get('text')) for row in entry['notes']]
    for row in entry['attachments']:
        path = f'{entry["report"].get("folder")}/attachments/{row.get("file")}'
        described = row.get('description') or NOTHING
        lines.append(say('register.line_attachment', number=number, path=path, description=described))
    if entry['held']:
        lines.append(say('register.line_hold', number=number, reason=entry['holds'][-1].get('reason')))
    if entry['state'] == 'returned':
        lines.append(say('register.line_returned', number=number, reason=entry['returned'].get('reason')))
    return lines


def show_row(row: Entry) -> None:
    """What was entered."""
    with reader_may_leave():
        text = say(ENTERED[row['kind']], number=row['number'], row=row['row'], name=row.get('file'))
        console().print(styled(text), soft_wrap=True)
