# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to a filing, by name: on the controller, or on the machine where the filing lies (website_filing_host).

Each work takes a request as data and returns data; what it needs beside Python is handed over (module_utils/handed).
An execution environment is thrown away after its job: what must stay is made where it stays.

Each imports what it needs when it is called: a task on the controller does one of them, and waits for its imports.
"""

from __future__ import annotations

import os
from typing import Any, Callable

from ansible_collections.rawat.website.plugins.module_utils.errors import RawatError
from ansible_collections.rawat.website.plugins.module_utils.filing.handed import OFFICE, TEMPLATES, VERIFIER, collected

Request = dict[str, Any]
Result = dict[str, Any]
NOTHING_SENT: Result = {'events': [], 'waiting': [], 'busy': False}


def record(request: Request) -> Result:
    """{plan, document, template} -> see issue.file_run."""
    from ansible_collections.rawat.website.plugins.module_utils.issuing import issue

    return issue.file_run(request['plan'], request['document'], request.get('template') or None)


def delivery(request: Request) -> Result:
    """{filing, folder, settings or None} -> {events, waiting, busy, feed, problems}; raises for no server.

    {skipped} where the folder holds no record: whoever filed it said why.
    """
    from ansible_collections.rawat.website.plugins.module_utils.issuing import feed
    from ansible_collections.rawat.website.plugins.module_utils.issuing.delivery import deliver

    filing, folder, settings = request['filing'], request.get('folder'), request.get('settings')
    if folder and not os.path.isfile(os.path.join(folder, 'record.json')):
        return {'skipped': True}
    problems: list[str] = []
    written = _attempt(problems, 'the feed was not written', lambda: feed.write(filing, folder))
    sent: Result = NOTHING_SENT
    if settings:
        sent = _attempt(problems, 'the report was not delivered', lambda: deliver(filing, folder, settings)) or sent
    for event in [event for event in sent['events'] if not event['ok']]:
        problems.append(f'{event["channel"]} to {event["recipient"]} was not delivered: {event["text"]}')
    if sent['busy']:
        problems.append('another process is delivering; the report stays in the outbox')
    return {**sent, 'feed': written, 'problems': problems}


def _attempt(problems: list[str], failure: str, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:  # whatever it is, the run has its outcome already
        # Errors of templates may quote what they were made of; ours never do.
        cause = str(error) if isinstance(error, (OSError, ValueError)) else type(error).__name__
        problems.append(f'{failure}: {cause}')
        return None


def holds(request: Request) -> Result:
    """{filing} -> {holds}, which the register knows. Raises RegisterError."""
    from ansible_collections.rawat.website.plugins.module_utils.register import Register, entries

    return {'holds': entries.holds(Register(request['filing']).rows())}


def destruction_list(request: Request) -> Result:
    """{plan, sites} -> see destruction.file_list. Raises RegisterError, OSError."""
    from ansible_collections.rawat.website.plugins.module_utils.issuing import destruction

    return destruction.file_list(request['plan'], request['sites']) or {'list': None, 'points': 0, 'problems': []}


def acceptance(request: Request) -> Result:
    """{filing, number, by, remark, late_reasons, operator} -> what `accept.accept` returns, of it what others need.

    `by` without a name is the assigner of the report, who accepts it by the procedure. Raises Refused, RegisterError.
    """
    from ansible_collections.rawat.website.plugins.module_utils.issuing import accept

    filing, number = request['filing'], request['number']
    by = request['by'] if request['by'].get('name') else accept.assigner(filing, number, request['by'])
    reasons = {int(step): text for step, text in (request.get('late_reasons') or {}).items()}
    closed = accept.accept(
        filing, number, by, remark=request.get('remark'), late_reasons=reasons, operator=request.get('operator')
    )
    receipt, row = closed['receipt'], closed['row']
    return {
        'number': receipt['number'], 'accepted': receipt['accepted'], 'folder': closed['folder'],
        'documents': closed['documents'], 'deadlines': row['deadlines'], 'row': row['row'],
        'problems': closed['problems'],
    }  # fmt: skip


def notice(request: Request) -> Result:
    """{phase, plan, settings, delivery} -> {events, waiting, busy}: notifying/notice.py. Raises OSError, ValueError."""
    from ansible_collections.rawat.website.plugins.module_utils.notifying import notice as notices

    return notices.WORKS[request['phase']](request['plan'], request['settings'], request.get('delivery'))


WORKS: dict[str, Callable[[Request], Result]] = {
    'record': record, 'delivery': delivery, 'holds': holds, 'destruction_list': destruction_list,
    'acceptance': acceptance, 'notice': notice,
}  # fmt: skip
ERRORS = (RawatError, OSError, ValueError)  # whose text is a sentence for whoever reads the output


def belongings(office: dict[str, Any] | None, template: str | None = None) -> dict[str, Any]:
    """What papers of this office need on a machine that has nothing of ours. ValueError when it is too much."""
    from ansible_collections.rawat.website.plugins.module_utils.paper import layout
    from ansible_collections.rawat.website.plugins.module_utils.procedure import calendars
    from ansible_collections.rawat.website.plugins.module_utils.register.checker import standalone

    given = office or {}
    paths = {str(path): path for path in (*(given.get(name) for name in OFFICE), template) if path}
    found = collected({**paths, TEMPLATES: layout.TEMPLATES}, {VERIFIER: standalone.script()})
    return {**found, 'calendars': calendars.collected(given.get('calendars'))}
