# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that workers carry out: planned here, checked everywhere, played in slices, filed here as one."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from rawat.filing import file_dead_run
from rawat.monitoring import notices
from rawat.outcome import Outcome
from rawat.private import private_directory
from rawat.progress_view import make_view
from rawat.request import Request, UsageProblem, write_private
from rawat.runner import TICK, Ended, play, stop_request
from rawat.session import Session, refuse_bad_configuration, run_id
from rawat.terminal import say
from rawat.workers.address import Worker
from rawat.workers.link import ENDING, Link, WorkerLost
from rawat.workers.share import Share, followed, told
from rawat.workers.shipment import Luggage, arguments, pack, pack_slice, unmet
from rawat.workers.slices import share_out, shared_makings
from rawat.workers.stream import carry_out
from rawat.workers.travel import Settings, named_paths, read_settings

PLAN = """- name: Plan the run
  hosts: "{{{{ website_targets | default('all') }}}}"
  gather_facts: false
  roles:
    - role: rawat.website.run_plan
      vars:
        run_plan_kind: {kind}
"""
PLANNING = 300  # seconds that the plan may take whatever --timeout says: that is for the work
NOTHING_SENT = 254  # ansible-runner's exit code of a run that was stopped


class Fleet:
    """One run on workers. `kind` is the playbook's name, which is the kind of its record, too."""

    def __init__(self, kind: str, request: Request, workers: list[Worker], files: list[Path], private: Path):
        self.kind, self.workers, self.files, self.private = kind, workers, files, private
        self.request, self.run_id = request, run_id()
        self.session = Session(make_view(request.as_json), True)
        self.shares: list[Share] = []
        self.links: dict[int, Link] = {}
        self._taking = threading.Lock()
        self.progress = private / 'progress'
        self.progress.mkdir(mode=0o700)

    # ---------------------------------------------------------------- before any host is touched
    def plan(self, stop: threading.Event) -> bool:
        """Plan as a run at home does, and contact nobody; false when it was stopped.

        Raises UsageProblem when there is nothing to do, or it cannot be done.
        """
        planned, said = Outcome(), self.session.log
        path = self.private / 'plan.yml'
        write_private(path, PLAN.format(kind=self.kind))

        def take(event: dict[str, Any]) -> None:
            said.write(event.get('stdout') or '')
            planned.feed(event)

        variables: dict[str, object] = {**self.request.variables, 'website_run_id': self.run_id}
        limit = self.request.timeout and max(self.request.timeout, PLANNING)
        planned.ended = play(path, replace(self.request, timeout=limit), variables, take, lambda _folder: None, stop)
        if planned.died:
            self.session.outcome = planned
            return False
        refuse_bad_configuration(planned, self.request)
        self.session.outcome.plan = planned.plan
        return True

    def prepare(self) -> Luggage:
        """Pack, share out, reach every worker and hear what it has; UsageProblem with all that is wrong."""
        settings = read_settings(self.request.inventory)
        luggage = pack(self.private / 'luggage', self.request, self.files, settings)
        extra = _extra(luggage)
        there, wrong = unmet(luggage, named_paths(settings, extra))
        if wrong:
            raise UsageProblem(wrong)
        self._share_out(luggage, settings, extra)
        for share in self.shares:
            self.links[share.number] = Link(share.worker, partial(share.write_progress, self.progress))
        with ThreadPoolExecutor(len(self.links)) as pool:
            wrong = [line for lines in pool.map(lambda link: link.ask(there), self.links.values()) for line in lines]
        if wrong:
            raise UsageProblem([say('worker.refused'), *wrong])
        return luggage

    def _share_out(self, luggage: Luggage, settings: Settings, extra: dict[str, Any]) -> None:
        hosts = (self.session.outcome.plan or {})['hosts']
        together = shared_makings({host: {**settings.variables.get(host, {}), **extra} for host in hosts})
        slices = share_out(hosts, together.values(), len(self.workers))
        for number, (worker, part) in enumerate(zip(self.workers, slices)):
            self.shares.append(Share(worker, number, part))
            names = [site['name'] for host in part for site in hosts[host]]
            own: dict[str, object] = {'website_run_id': self.run_id, 'website_report': False, 'only': ','.join(names)}
            own['website_notify'] = None  # the run's beginning and end are told from here, once
            pack_slice(luggage, number, part, {**self.request.variables, **own})

    # ---------------------------------------------------------------- the work
    def carry_out(self, luggage: Luggage, stop: threading.Event) -> str | None:
        """Let all workers work at once; returns 'canceled' or 'timeout' when they were stopped."""
        self.session.begin()
        self.session.view.shared({share.worker.name: share.hosts for share in self.shares})
        at_work = [share for share in self.shares if share.hosts]
        threads = [threading.Thread(target=self._share, args=(share, luggage), daemon=True) for share in at_work]
        for thread in threads:
            thread.start()
        began, stopped = time.monotonic(), None
        limit = self.request.timeout or float('inf')
        while any(thread.is_alive() for thread in threads):
            time.sleep(TICK)
            self.session.view.tick(self.progress)
            late = time.monotonic() - began > limit
            if stopped is None and (stop.is_set() or late):
                stopped, limit = 'canceled' if stop.is_set() else 'timeout', time.monotonic() - began + ENDING
                for link in self.links.values():
                    link.dismiss()
            elif stopped and late:
                for link in self.links.values():
                    link.end(say('worker.dismissed'))
        return stopped

    def _share(self, share: Share, luggage: Luggage) -> None:
        link = self.links[share.number]
        scratch = self.private / f'scratch-{share.number}'
        scratch.mkdir(mode=0o700)
        asked = arguments(luggage, link.facts['directory'], self.kind, self.request, share.number)
        try:
            share.ended = carry_out(link, luggage.folder, asked, lambda event: self._take(share, event), scratch)
        except WorkerLost as lost:
            share.lost = str(lost)
        link.close(ENDING)

    def _take(self, share: Share, event: dict[str, Any]) -> None:
        """One event of a worker, as one of ours; several workers speak at once."""
        with self._taking:
            if share.own(event):
                self.session.log.write(_marked(share, event))
                return
            self.session.take({**event, 'stdout': _marked(share, event)})
            followed(self.session.outcome, event)

    # ---------------------------------------------------------------- the record
    def file(self, stopped: str | None) -> None:
        """One record of all sites, by the playbook of reports; a run that was stopped files as one at home does."""
        session = self.session
        outcome, states = session.outcome, session.view.states
        results = told(outcome, self.shares, states) if not stopped else {}
        outcome.has_stats = False
        if stopped:
            outcome.ended = Ended(stopped, NOTHING_SENT)
            file_dead_run(outcome, states)
            return
        outcome.results.update({host: result for host, result in results.items() if isinstance(result, (list, str))})
        outcome.problems += [
            say('worker.lost', worker=share.worker.text, reason=share.lost, hosts=', '.join(share.hosts))
            for share in self.shares
            if share.lost
        ]
        variables: dict[str, object] = {'website_run_id': self.run_id, 'report_kind': self.kind}
        variables['report_results'] = results
        if outcome.looked_around:
            variables['report_unprotected'] = outcome.unprotected
        request = replace(self.request, timeout=None, verbosity=0)
        never = threading.Event()
        ended = play('report', request, {**self.request.variables, **variables}, session.take, _idle, never)
        outcome.ended = ended
        if outcome.record is None:
            outcome.problems += outcome.configuration_errors
            outcome.configuration_errors = []
            file_dead_run(outcome, states)

    def close(self) -> None:
        """End every connection; the workers clean up by themselves."""
        self.session.view.close()
        for link in self.links.values():
            link.close()


def run_on_workers(kind: str, request: Request, workers: list[Worker], files: list[Path]) -> Session:
    """Run the playbook `kind` ('backup', 'verify') on `workers`; what the run leaves is as if it had been at home.

    Raises UsageProblem before any host is touched: bad inventory, a worker that is not there or not fit.
    """
    with stop_request() as stop, private_directory() as private, _temporary_files(private):
        fleet = Fleet(kind, request, workers, files, private)
        try:
            if not fleet.plan(stop):
                return fleet.session
            luggage = fleet.prepare()
            stopped = fleet.carry_out(luggage, stop)
        finally:
            fleet.close()
        fleet.file(stopped)
    if stopped:
        notices.tell_dead_run(fleet.session.outcome, request)
    return fleet.session


@contextlib.contextmanager
def _temporary_files(folder: Path) -> Iterator[None]:
    """ansible-runner packs what it sends by way of a temporary file: it holds secrets, so it lies where ours lie."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _extra(luggage: Luggage) -> dict[str, Any]:
    """The user's -e as far as it can be read here; what is encrypted is not."""
    found: dict[str, Any] = {}
    for name in luggage.extra:
        with contextlib.suppress(yaml.YAMLError, UnicodeDecodeError):
            content = yaml.safe_load((luggage.folder / name).read_text(encoding='utf-8'))
            found |= content if isinstance(content, dict) else {}
    return found


def _marked(share: Share, event: dict[str, Any]) -> str:
    text = str(event.get('stdout') or '')
    return text and f'[{share.worker.name}] {text}'


def _idle(_folder: Path) -> None:
    """Nothing is shown while the report is written."""
