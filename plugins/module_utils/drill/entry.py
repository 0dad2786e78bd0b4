# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the record says of a site of which recovery points were drilled."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.drill.findings import GRADES, OUTCOMES
from ansible_collections.rawat.website.plugins.module_utils.site_run import Run, new_entry


def entry_of(site: dict, run: Run, results: list[dict], started: str) -> dict:
    """The record's entry: the worst of `results` counts. `results` is not empty."""
    worst = max(results, key=lambda result: GRADES.index(result['grade']))
    entry = new_entry(site, run, OUTCOMES[worst['grade']], started) | {'recovery_point': worst['recovery_point']}
    entry['remarks'] = [] if worst['grade'] in 'AF' else [f'drill: {worst["grade"]}: {worst["reason"]}']
    entry['error'] = f'drill: {worst["reason"]}' if worst['grade'] == 'F' else None
    entry['drill'] = worst
    return {**entry, 'drills': results} if len(results) > 1 else entry
