# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run as Markdown: the page that GitHub shows of a step, or any page that renders Markdown.

What a site's owner can name (paths, tables, error texts) is in it, so every text is escaped: it can be no link, no
picture, no HTML, no mention, no second cell.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, printable, size

from rawat.outcome import GOOD
from rawat.progress_view import stored_bytes
from rawat.summary import LINE_LIMIT, errors, remarks
from rawat.terminal import language, outcome_text, say

LIMIT = 900_000  # bytes; GitHub shows nothing of a summary over 1 MiB (docs.github.com, "Workflow commands")
CELL = 400  # characters of one text
MARKS = {'complete': '✅', 'ready': '✅', 'remarks': '⚠️', 'failed': '❌', 'not_ready': '❌', 'unreachable': '❌'}
SPECIAL = re.compile(r'([\\`*_{}\[\]()#+.!|~<>&@:/-])')


def document(verb: str, code: int, entries: list[dict[str, Any]], problems: list[str]) -> str:
    """The page: heading, one row a site, then causes and remarks."""
    good = sum(entry.get('outcome') in GOOD for entry in entries)
    heads = [say(f'column.{head}') for head in ('site', 'host', 'outcome', 'grade', 'point', 'stored')]
    lines = [
        f'## rawat {verb}: {say("ci.count", good=good, total=len(entries))}',
        '',
        f'{"✅" if code == 0 else "❌"} {say("ci.exit", code=code)}',
        '',
        '| ' + ' | '.join(heads) + ' |',
        '|' + '---|' * len(heads),
        *(_row(entry) for entry in entries),
        '',
    ]
    bad = [(entry, errors(entry)) for entry in entries if entry.get('outcome') not in GOOD]
    lines += [f'- {escaped(problem)}' for problem in problems]
    lines += _part('end.failures', bad)
    lines += _part('end.remarks', [(entry, remarks(entry)) for entry in entries])
    return _cut('\n'.join(lines) + '\n')


def escaped(text: object) -> str:
    """One line of text in which Markdown and HTML see nothing but text."""
    shown = printable(text)
    return SPECIAL.sub(lambda mark: f'&#{ord(mark.group())};', shown if len(shown) <= CELL else f'{shown[:CELL]}…')


def _row(entry: dict[str, Any]) -> str:
    outcome, drill = str(entry.get('outcome')), entry.get('drill') or {}
    cells = [
        escaped(entry.get('site')),
        escaped(entry.get('host')),
        f'{MARKS.get(outcome, "❔")} {escaped(outcome_text(outcome))}',
        escaped(drill.get('grade') or NOTHING),
        escaped(entry.get('recovery_point') or NOTHING),
        escaped(size(stored_bytes(entry), language())),
    ]
    return '| ' + ' | '.join(cells) + ' |'


def _part(heading: str, found: list[tuple[dict[str, Any], list[str]]]) -> list[str]:
    lines = []
    for entry, texts in found:
        lines += [f'- **{escaped(entry.get("site"))}**: {escaped(text)}' for text in texts[:LINE_LIMIT]]
        if len(texts) > LINE_LIMIT:
            lines.append(f'- **{escaped(entry.get("site"))}**: {say("end.more", count=len(texts) - LINE_LIMIT)}')
    return [f'### {say(heading)}', '', *lines, ''] if lines else []


def _cut(text: str) -> str:
    """Whole lines, as many as fit."""
    if len(text.encode()) <= LIMIT:
        return text
    kept = text.encode()[:LIMIT].decode('utf-8', 'ignore').rpartition('\n')[0]
    return f'{kept}\n\n{say("ci.cut")}\n'
