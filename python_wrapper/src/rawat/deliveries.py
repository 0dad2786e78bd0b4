# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was delivered of a run, what still waits, and the second try."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.formats import moment
from ansible_collections.rawat.website.plugins.module_utils.issuing import outbox

from rawat.request import Request, UsageProblem
from rawat.runner import play, stop_request
from rawat.terminal import language, say

Delivery = dict[str, Any]  # rawat_delivery of the module report_delivery


def of_run(folder: Path, offset: int) -> list[str]:
    """A line for each delivery of one run that came to its end."""
    return [
        say('delivery.sent', recipient=event['recipient'], time=moment(event['time'], language(), offset))
        for event in outbox.events(str(folder))
        if event.get('ok') is True
    ]


def lines(waiting: list[outbox.Entry]) -> list[str]:
    """A line for each report that is still to be delivered, and why below it."""
    found = []
    for entry in waiting:
        found += [say('delivery.waiting', run=entry['run']), *(f'  {text}' for text in entry['texts'])]
    return found


def of_filing(filing: str | None) -> list[str]:
    """What waits in a filing, for the end of a run."""
    return lines(outbox.waiting(filing)) if filing else []


def queue(filing: Path, folder: Path) -> None:
    """What is issued without a playbook is delivered by the next run, where reports are delivered at all."""
    if outbox.exists(str(filing)):
        with contextlib.suppress(OSError):  # the report counts, and it is filed
            outbox.queue(str(filing), str(folder))


def try_again(inventory: Path, filing: Path | None) -> Delivery:
    """Run the playbook `deliver`, which sends reports and notices; what both say together.

    UsageProblem when it cannot be run, or when there is nobody to send anything to.
    """
    found: Delivery = {}
    notices: Delivery = {}
    said: list[str] = []

    def take(event: dict[str, Any]) -> None:
        result = (event.get('event_data') or {}).get('res')
        if isinstance(result, dict):
            found.update(result.get('rawat_delivery') or {})
            notices.update(result.get('rawat_notice') or {})
        if event.get('stdout'):
            said.append(event['stdout'])

    variables: dict[str, object] = {'website_filing': str(filing)} if filing else {}
    with stop_request() as stop:
        play('deliver', Request(inventory), variables, take, lambda _progress: None, stop)
    if not found:
        reason = ' '.join(' '.join(said[-3:]).split())
        raise UsageProblem([say('delivery.failed', reason=reason or 'ansible-playbook')])
    told = {key: [*found[key], *notices.get(key, [])] for key in ('events', 'waiting', 'problems')}
    if not found['configured'] and not notices.get('configured'):
        raise UsageProblem(told['problems'] or [say('delivery.unset')])
    return {**found, **told, 'busy': found['busy'] or notices.get('busy', False), 'configured': True}
