# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies on the terminal: one plain line for each site after a backup, a table after `rawat copy`."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, size

from rawat.discover_view import warnings
from rawat.session import Session
from rawat.summary import backup_table, show_end
from rawat.terminal import language, outcome_text, say, styled, table

STYLES = {'verified': 'complete', 'pending': 'remarks', 'failed': 'failed'}  # of a status: as the outcome that it is
Entries = list[dict[str, Any]]


def backup_end(session: Session, as_json: bool) -> int:
    """Show how a backup ended, with its copies; returns the exit code."""
    return show_end(
        session, as_json, backup_table, lambda entries: copy_lines(entries) + warnings(session.outcome.unprotected)
    )


def copy_end(session: Session, as_json: bool) -> int:
    """Show how the copies ended; returns the exit code."""
    return show_end(session, as_json, copy_table, later_lines)


def copy_lines(entries: Entries) -> list[str]:
    """'site: copies: disk verified, datacentre PENDING' for each site that has further copies, and what was made up."""
    lines = [
        say('copy.line', site=entry['site'], copies=', '.join(f'{one["name"]} {_status(one)}' for one in found))
        for entry in entries
        if (found := entry.get('copies'))
    ]
    return lines + later_lines(entries)


def later_lines(entries: Entries) -> list[str]:
    """How many copies of older points were finished in this run."""
    counts = {
        entry['site']: sum(1 for copy in entry.get('copied_later') or [] if copy['status'] == 'verified')
        for entry in entries
    }
    return [say('copy.later_line', site=site, count=count) for site, count in counts.items() if count]


def copy_table(entries: Entries) -> Any:
    """One line for each copy of the point that matters; a site without one says so in words."""
    result = table('site', 'copy', 'status', 'point', 'size', 'outcome', numbers=(4,))
    for entry in entries:
        outcome = str(entry.get('outcome'))
        for copy in entry.get('copies') or [{}]:
            status = copy.get('status')
            result.add_row(
                styled(str(entry.get('site'))),
                styled(copy.get('name') or NOTHING),
                styled(_status(copy) if status else say('copy.none'), STYLES.get(str(status), '')),
                styled(entry.get('recovery_point') or NOTHING),
                styled(size(copy.get('bytes'), language())),
                styled(outcome_text(outcome), outcome),
            )
    return result


def _status(copy: dict[str, Any]) -> str:
    return say(f'copied.{copy["status"]}')
