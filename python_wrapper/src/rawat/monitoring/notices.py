# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is to know of a run that died: nobody else can tell of it any more."""

from __future__ import annotations

import contextlib
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.notifying import notice

from rawat.outcome import Outcome
from rawat.request import Request, UsageProblem
from rawat.runner import play, stop_request
from rawat.terminal import say

PATIENCE = 180  # seconds; sending is bounded by its own settings, this by theirs and Ansible's start


def tell_dead_run(outcome: Outcome, request: Request) -> None:
    """Send the digest of the dead run that was just filed; what goes wrong is added to the outcome's problems.

    Who stopped the run wants it to end now, and knows of it: then the digest waits for the next run.
    """
    plan, record = outcome.plan or {}, outcome.record or {}
    if not plan.get('notify') or not record.get('folder') or plan.get('filing_host'):
        return
    with contextlib.suppress(OSError):  # the record counts, and it is filed
        notice.queue(plan['root'], record['folder'])
    if outcome.died == 'cancelled':
        return
    try:
        outcome.problems += _send(plan['root'], record['folder'], request)
    except UsageProblem as problem:
        outcome.problems += problem.lines


def _send(root: str, folder: str, request: Request) -> list[str]:
    """Play `deliver`, which has the settings; returns what went wrong."""
    found: dict[str, Any] = {}

    def take(event: dict[str, Any]) -> None:
        result = (event.get('event_data') or {}).get('res')
        if isinstance(result, dict):
            found.update(result.get('rawat_notice') or {})

    variables: dict[str, object] = {'website_filing': root, 'website_notice_folder': folder}
    with stop_request() as stop:
        asked = Request(request.inventory, extra=request.extra, timeout=PATIENCE)
        play('deliver', asked, variables, take, lambda _progress: None, stop)
    return [str(line) for line in found['problems']] if found else [say('finding.untold')]
