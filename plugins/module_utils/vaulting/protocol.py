# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vault side does after a backup: takes in, sweeps, proves the lock, copies; first every site's new point, and
only then older ones that a copy still lacks, so that what little time there is goes to what matters most.

Everything here is done with the vault side's own rights; the target takes no part in it.
"""

from __future__ import annotations

import time

from ansible_collections.rawat.website.plugins.module_utils import immutability, manifest, stores
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.process import disarm
from ansible_collections.rawat.website.plugins.module_utils.progress import Progress
from ansible_collections.rawat.website.plugins.module_utils.site_run import (
    ENDINGS,
    FAILURES,
    Run,
    describe,
    milliseconds_since,
    new_entry,
)
from ansible_collections.rawat.website.plugins.module_utils.vaulting import arrival
from ansible_collections.rawat.website.plugins.module_utils.vaulting.copies import Copies
from ansible_collections.rawat.website.plugins.module_utils.vaulting.request import (
    FAILED,
    GOOD,
    NEXT,
    PENDING,
    RUN,
    VERIFIED,
    VaultRequest,
    new_item,
)

GIVE_UP = 2  # failed copies of older points in a row
NOT_HERE = 'the vault side does not see the recovery point of this run'


def vault(sites: list[dict], run: Run, request: VaultRequest, progress_path: str | None = None) -> list[dict]:
    """Do `request` for the sites of one target; the record's entry of each, in order. A failed site never raises."""
    works = [_Work(site, run, request, Progress(progress_path, site['name'])) for site in sites]
    _prove_locks(works, run, request)
    ended = ''
    for step in (_Work.prepare, _Work.copy_first, _Work.catch_up):
        for work in works:
            try:
                if not ended and not work.error:
                    step(work)
            except FAILURES as failure:
                work.error = describe(failure)
            except ENDINGS as ending:
                disarm()
                ended = _ending(ending)
    return [work.entry(ended) for work in works]


def _prove_locks(works: list[_Work], run: Run, request: VaultRequest) -> None:
    """Once for all sites of the target: they share its keys and its bucket."""
    try:
        proof = immutability.proved_elsewhere(request.target, run)
    except FAILURES as failure:
        proof = {'refused': False, 'tried': False, 'method': 'not tried to its end', 'answer': describe(failure),
                 'locked_until': None, 'at': manifest.utc()}  # fmt: skip
    if proof is None:
        return
    for work in works:
        work.proof = proof
        work.remarks += [] if proof['refused'] else [immutability.remark(proof)]


def _ending(ending: BaseException) -> str:
    return describe(ending).replace('(setting: deadline)', '(setting: copy_deadline)')


class _Work:
    """One site on the vault side."""

    def __init__(self, site: dict, run: Run, request: VaultRequest, progress: Progress):
        self.site, self.run, self.request, self.progress = site, run, request, progress
        self.started, self.clock, self.error = manifest.utc(), time.monotonic(), ''
        self.items: dict[str, dict] = {}  # by the copy's name
        self.later: list[dict] = []
        self.remarks: list[str] = []
        self.intake: dict | None = None
        self.proof: dict | None = None
        self.swept: list[str] = []
        self.points: list[dict] = []
        self.point: dict | None = None
        self.copies: Copies | None = None

    def prepare(self) -> None:
        """Open the repository, take in what has arrived, sweep, and find the point that matters."""
        self.progress.step('vault')
        primary = stores.open_repository({**self.run.repository, 'create': False}, self.site['name'], self.run.options)
        primary.check()
        self.intake, refused = arrival.take_in(self.request.inbox, primary, self.progress)
        self.remarks += refused
        self.swept = arrival.sweep(primary, self.run, self.request.live_seconds)
        self.points = primary.points()
        self.point = self._chosen()
        self.copies = Copies(self.site, primary, self.request.copies, self.run, self.progress)

    def _chosen(self) -> dict | None:
        good = [point for point in self.points if point['outcome'] in GOOD]
        if self.request.whose == RUN:
            good = [point for point in good if point.get('run') == self.run.id]
        return good[0] if good else None

    def copy_first(self) -> None:
        """Every copy of the point that matters."""
        if self.copies and self.point:
            for item in self.copies.first(self.point):
                self.items[item['name']] = item

    def catch_up(self) -> None:
        """Older points that a copy still lacks, at most `copy_limit` for each."""
        if self.copies is None:
            return
        for copy in self.request.copies:
            if self.items.get(copy['name'], {}).get('status') == PENDING:
                continue  # what cannot be reached for the new point cannot be reached for older ones
            self._catch_up(copy, self.copies)

    def _catch_up(self, copy: dict, copies: Copies) -> None:
        but, limit = self.point['id'] if self.point else None, self.run.options['copy_limit']
        try:
            waiting = copies.lacking(copy, self.points, but)
        except RepositoryError as failure:
            self.remarks.append(f'copy {copy["name"]}: {describe(failure)}')
            return
        in_row = 0
        for point in waiting[:limit]:
            item = copies.attempt(copy, point)
            self.later.append(item)
            in_row = 0 if item['status'] == VERIFIED else in_row + 1
            if in_row:
                self.remarks.append(f'copy {copy["name"]} of {point["id"]}: {item["status"]}: {item["error"]}')
            if in_row == GIVE_UP:
                break  # it is the place then, not the point
        if len(waiting) > limit:
            self.remarks.append(
                f'copy {copy["name"]}: {len(waiting) - limit} older recovery points wait for the next run '
                '(setting: copy_limit)'
            )

    def entry(self, ended: str) -> dict:
        """The record's entry."""
        cause = self.error or ended or (NOT_HERE if not self.point and self.request.whose == RUN else '')
        if not self.points and not cause:
            self.remarks.append('there is no recovery point to copy')
        for copy in self.request.copies if self.point or cause else []:
            self.items.setdefault(copy['name'], new_item(copy, PENDING, f'{cause or "not begun"}; {NEXT}'))
        entry = new_entry(self.site, self.run, self._outcome(), self.started)
        remarks = [*self.remarks, *(self.copies.remarks if self.copies else [])]
        return {
            **entry,
            'recovery_point': self.point and self.point['id'],
            'copies': list(self.items.values()),
            'copied_later': self.later,
            'intake': self.intake,
            'immutability': self.proof,
            'swept': self.swept,
            'remarks': remarks,
            'error': self.error or self._failures() or None,
            'milliseconds': milliseconds_since(self.clock),
        }

    def _short(self) -> list[dict]:
        return [item for item in self.items.values() if item['required'] and item['status'] != VERIFIED]

    def _failures(self) -> str:
        return '; '.join(f'copy {item["name"]}: {item["error"]}' for item in self._short() if item['status'] == FAILED)

    def _outcome(self) -> str:
        if self.error or self._failures():
            return 'failed'
        late = any(item['status'] != VERIFIED for item in [*self.items.values(), *self.later])
        return 'remarks' if late or self.remarks or (self.copies and self.copies.remarks) else 'complete'
