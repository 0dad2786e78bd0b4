# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How drills ended, on the terminal and for machines."""

from __future__ import annotations

from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import NOTHING, duration

from rawat.session import Session
from rawat.summary import show_end
from rawat.terminal import language, outcome_text, say, styled, table

STYLES = {'A': 'complete', 'B': 'remarks', 'C': 'remarks', 'F': 'failed'}  # of a grade: as the outcome that it is


def verify_end(session: Session, as_json: bool) -> int:
    """Show the grades; returns the exit code."""
    return show_end(session, as_json, grade_table)


def grade_table(entries: list[dict[str, Any]]) -> Any:
    """One line for each drill; a site without one says so in words."""
    result = table('site', 'host', 'grade', 'point', 'rto', 'rpo', 'what', numbers=(4, 5))
    for entry in entries:
        drills: list[dict[str, Any] | None] = [*drills_of(entry)]
        for drill in drills or [None]:
            result.add_row(styled(str(entry.get('site'))), styled(str(entry.get('host'))), *_cells(entry, drill))
    return result


def drills_of(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of one site: of every point that was drilled."""
    return entry.get('drills') or ([entry['drill']] if entry.get('drill') else [])


def _cells(entry: dict[str, Any], drill: dict[str, Any] | None) -> list[Any]:
    if drill is None:
        outcome = str(entry.get('outcome'))
        texts = [NOTHING, entry.get('recovery_point') or NOTHING, NOTHING, NOTHING]
        return [*map(styled, texts), styled(outcome_text(outcome), outcome)]
    grade, words = str(drill['grade']), language()
    return [
        styled(grade, STYLES.get(grade, 'failed')),
        styled(str(drill.get('recovery_point') or entry.get('recovery_point'))),
        styled(duration(drill.get('rto_milliseconds'), words)),
        styled(duration(drill.get('rpo_milliseconds'), words)),
        styled(grade_text(grade)),
    ]


def grade_text(grade: str) -> str:
    """What a grade means; one that we do not know as it is."""
    try:
        return say(f'grade.{grade}')
    except KeyError:
        return grade
