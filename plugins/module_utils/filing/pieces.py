# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a run in pieces, once their results are known: when it began, and under which assignment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.messages import message
from ansible_collections.rawat.website.plugins.module_utils.procedure import assignment as assignments

Results = Mapping[str, Any]  # host -> list of entries, or a text, or {'unreachable': reason}, or None


def settled(plan: dict[str, Any], results: Results) -> tuple[dict[str, Any], list[str]]:
    """(the plan with start, folder and assignment of the pieces, what should be looked at).

    The first site that began says when the run began. What the recovery points say of their assignment is the evidence;
    what the report was given counts where no point says anything. Takes `assignment` out of the entries.
    """
    entries = [entry for told in results.values() if isinstance(told, list) for entry in told]
    started = min((entry['started'] for entry in entries if entry.get('started')), default=plan['started'])
    held = [(entry['site'], entry.pop('assignment', None)) for entry in entries]
    given, answered = plan.get('assignment'), (plan.get('pieces') or {}).get('answered', False)
    first = next((assignment for _site, assignment in held if assignment), None)
    assignment = first or (assignments.timed(given, started, answered) if given else None)
    problems = [
        message('evidence.other_assignment', plan['language'], site=site, other=_number(other), number=_number(first))
        for site, other in held
        if first and other and _number(other) != _number(first)
    ]
    if first and given and _number(given) != _number(first):
        values = {'given': _number(given), 'number': _number(first)}
        problems.append(message('evidence.given_assignment', plan['language'], **values))
    folder = os.path.join(plan['root'], started[:4], started[5:7], plan['run_id'])
    return {**plan, 'started': started, 'filing': folder, 'assignment': assignment}, problems


def _number(assignment: Mapping[str, Any] | None) -> str:
    return str((assignment or {}).get('number') or '-')


def missing(document: dict[str, Any]) -> str | None:
    """Which sites of the record were not done at all, in its language; None when all were."""
    absent = [entry for entry in document['sites'] if entry['outcome'] == 'unreachable']
    if not absent:
        return None
    hosts: dict[str, list[str]] = {}
    for entry in absent:
        hosts.setdefault(entry['host'], []).append(entry['site'])
    named = '; '.join(f'{host}: {", ".join(sites)}' for host, sites in hosts.items())
    everything = len({entry['host'] for entry in document['sites']})
    return message(
        'evidence.missing', document['run']['language'],
        run=document['run']['id'], hosts=len(hosts), of=everything, sites=len(absent), named=named,
    )  # fmt: skip
