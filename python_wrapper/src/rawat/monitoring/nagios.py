# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings as a plugin of Nagios, Icinga, Naemon or Checkmk gives them: one line, figures, more lines, an exit code.

Source: Monitoring Plugins Development Guidelines, "Plugin Output for Nagios" and "Performance data"
(https://www.monitoring-plugins.org/doc/guidelines.html).
"""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import printable

from rawat.monitoring.findings import CRITICAL, HOUR, NAMES, OK, UNKNOWN, WARNING, Finding, Seen, worst
from rawat.terminal import say

LINES = 100  # of long output: a monitoring system cuts it somewhere anyway
Site = dict[str, Any]


def output(seen: Seen, found: list[Finding]) -> tuple[str, int]:
    """The text and the exit code."""
    state, limit = worst(found), seen.policy['rpo_hours'] * HOUR
    counts = {name: sum(one.state == name for one in found) for name in (CRITICAL, UNKNOWN, WARNING)}
    told = [one for one in found if one.state != OK]
    head = say('finding.counts', critical=counts[CRITICAL], warning=counts[WARNING], sites=len(seen.sites))
    first = f'RAWAT {NAMES[state]} - {head}' + (f': {told[0].text}' if told else '')
    ages = [
        (str(entry['site']), int(entry['age_seconds'])) for entry in seen.sites if entry.get('age_seconds') is not None
    ]
    totals = [f'sites={len(seen.sites)};;;0', f'critical={counts[CRITICAL]};;;0', f'warning={counts[WARNING]};;;0']
    totals += [f'oldest_good={max(age for _site, age in ages)}s;;{limit};0'] if ages else []
    lines = [f'{NAMES[one.state]}: {one.text}' for one in found if one.state != OK or one.text]
    more = [say('notice.more', count=len(lines) - LINES)] if len(lines) > LINES else []
    shown = [clean(line) for line in [*lines[:LINES], *more, say('finding.end')]]
    figures = [f'{label(f"age {site}")}={age}s;;{limit};0' for site, age in sorted(ages)]
    text = [f'{clean(first)} | {" ".join(totals)}', *shown]
    if figures:
        text[-1] += f' | {figures[0]}'
    return '\n'.join([*text, *figures[1:]]), state


def unknown(lines: list[str]) -> str:
    """The output of a check that could not be made."""
    first, *others = [clean(line) for line in lines] or ['']
    return '\n'.join([f'RAWAT {NAMES[UNKNOWN]} - {first}', *others])


def clean(text: str) -> str:
    """One line without the character that ends a plugin's text."""
    return printable(' '.join(str(text).split())).replace('|', '/')


def label(text: str) -> str:
    """The quoted label of a figure: without quotes and without the sign that ends it."""
    return "'" + printable(text).replace("'", '').replace('=', '') + "'"
