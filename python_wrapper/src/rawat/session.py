# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One playbook run for a verb: events into the outcome, the view and the log; a dead run gets its record."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.immutability import settled

from rawat.filing import RunLog, file_dead_run
from rawat.monitoring import notices
from rawat.outcome import Outcome
from rawat.progress_view import View, make_view
from rawat.request import Request, UsageProblem
from rawat.runner import play, stop_request
from rawat.terminal import say


class Session:
    """What the events of one run are fed to."""

    def __init__(self, view: View, filed: bool):
        self.outcome, self.log, self.view, self.filed = Outcome(), RunLog(), view, filed
        self._settled = False
        self._shown: set[str] = set()

    def take(self, event: dict[str, Any]) -> None:
        """One event of ansible-runner."""
        if event.get('stdout'):
            self.log.write(event['stdout'])
        self.outcome.feed(event)
        self.begin()
        for host, result in self.outcome.results.items():
            if host not in self._shown and isinstance(result, list):
                self._shown.add(host)
                self.view.done(host, result)

    def begin(self) -> None:
        """Once the plan is there: show it, and write the log where the run is filed."""
        if self.outcome.plan is not None and not self._settled:
            self._settled = True
            self.filed = self.filed and self.outcome.plan.get('filed', True)
            here = self.filed and not self.outcome.plan.get('filing_host')  # a filing elsewhere takes no log of ours
            self.log.settle(self.outcome.plan['filing'] if here else None)
            self.view.start(self.outcome.plan)


def run_playbook(name: str, request: Request, *, filed: bool = False) -> Session:
    """Run the playbook `name` and return what happened. `filed`: the run leaves a record (a check leaves none).

    Raises UsageProblem when the run could not begin: bad inventory, bad -e, no such site.
    """
    session = Session(make_view(request.as_json), filed)
    outcome = session.outcome
    with stop_request() as stop:  # a second Ctrl-C must not cut short the writing of the record
        try:
            variables: dict[str, object] = {**request.variables, 'website_run_id': run_id()}
            outcome.ended = play(name, request, variables, session.take, session.view.tick, stop)
        finally:
            session.view.close()
        if session.filed and outcome.died and outcome.record is None:
            file_dead_run(outcome, session.view.states)
    if session.filed and outcome.died:
        notices.tell_dead_run(outcome, request)
    refuse_bad_configuration(outcome, request)
    return session


def run_id() -> str:
    """The name of a run: its UTC start and four digits that tell runs of one second apart."""
    return f'{time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())}-{uuid.uuid4().hex[:4]}'


def refuse_bad_configuration(outcome: Outcome, request: Request) -> None:
    """UsageProblem with every line when the plan was refused, or when there was nothing to plan."""
    if outcome.configuration_errors:
        raise UsageProblem([str(line) for line in outcome.configuration_errors])
    if outcome.died:
        return
    if outcome.plan is None and outcome.has_stats and not outcome.problems:  # "no hosts matched" is no error to Ansible
        raise UsageProblem([say('usage.no_sites', path=request.inventory)])
    if outcome.plan is None:
        reasons = outcome.problems or [line for text in outcome.tail for line in text.splitlines() if line.strip()]
        raise UsageProblem([say('usage.ansible'), *reasons])
    known = sorted({site for _host, site in outcome.planned()} | {str(entry.get('site')) for entry in outcome.points})
    unknown = [site for site in request.only if site not in known]
    if unknown:
        raise UsageProblem([say('usage.unknown_site', site=site, known=', '.join(known) or '-') for site in unknown])
    if not known:
        raise UsageProblem([say('usage.no_sites', path=request.inventory)])


def site_entries(outcome: Outcome) -> list[dict[str, Any]]:
    """What the end says of each planned site, in the plan's order: the targets' own words, or why there are none."""
    entries: list[dict[str, Any]] = []
    if outcome.filed_sites:
        return outcome.filed_sites
    for host, site in outcome.planned():
        result = outcome.results.get(host)
        found = [entry for entry in result if entry.get('site') == site] if isinstance(result, list) else []
        entries += [settled({'host': host, **entry}) for entry in found] or [_missing(outcome, host, site)]
    return entries


def _missing(outcome: Outcome, host: str, site: str) -> dict[str, Any]:
    result = outcome.results.get(host)
    if host in outcome.unreachable:
        return {'site': site, 'host': host, 'outcome': 'unreachable', 'error': outcome.unreachable[host]}
    if outcome.died:
        reason = say(f'died.{outcome.died}')
    else:
        reason = result if isinstance(result, str) else 'the target reported nothing for this site'
    return {'site': site, 'host': host, 'outcome': 'failed', 'error': reason}


def ansible_log(session: Session) -> Path | None:
    """Where Ansible's own output was written, if anywhere."""
    return session.log.path
